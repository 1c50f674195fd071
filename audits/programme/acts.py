"""Every act about the year's plan and its parts; `who` is asked with the person's Reach."""

from typing import Any

from audits.acts import Act
from audits.engagements.forms import BeginForm as EngagementForm
from audits.engagements.request import begin_year_plan
from audits.models import AuditHeadNaming, AuditProgramme, Engagement, MediumTermPlan, MediumTermRow, Target, Theme, WorkDays
from audits.parties import Reach
from audits.programme import forms

Status = AuditProgramme.Status


def head(reach: Reach) -> bool:
    return reach.is_head


def plans(reach: Reach) -> bool:
    return reach.plans


def names_head(reach: Reach) -> bool:
    return reach.ciso is not None


def is_draft(programme: AuditProgramme) -> bool:
    return programme.is_draft


def of_draft(row: Any) -> bool:
    return row.programme.is_draft


def may_begin(target: Target) -> bool:
    return target.programme.status in (Status.APPROVED, Status.RUNNING) and not hasattr(target, "engagement")


def asks_request(programme: AuditProgramme) -> bool:
    return programme.is_draft and programme.needs_committee and not programme.is_permitted and not _has_live(programme)


def _has_live(programme: AuditProgramme) -> bool:
    request = programme.request()
    return request is not None and (request.is_live or request.status == "draft")


BEGIN = Act(
    "begin",
    "監査計画を作り始める",
    lambda subject, **given: AuditProgramme.begin(**given),
    plans,
    "programme",
    "監査計画を作り始めました。時期には、ポリシーの月を入れてあります。",
    label="作り始める",
    form=forms.BeginForm,
    clause="3.13.1.5",
    goes_to=True,
)
NAME_HEAD = Act(
    "name-head",
    "情報セキュリティ監査総括責任者を指名する",
    lambda subject, *, person, since, by, at: AuditHeadNaming.name_head(person, since=since, by=by, at=at),
    names_head,
    "programmes",
    "監査総括責任者を指名しました。",
    label="指名する",
    form=forms.HeadForm,
    lead="ポリシーは、電子計算組織総括管理者を指名すると定めています。",
    clause="3.13.1.3",
)

ACTS: dict[str, Act] = {
    act.slug: act
    for act in (
        Act(
            "words",
            "方針などを書く",
            AuditProgramme.edit,
            plans,
            "programme",
            "保存しました。",
            label="保存する",
            form=forms.WordsForm,
            when=is_draft,
        ),
        Act(
            "theme",
            "テーマを加える",
            Theme.add,
            plans,
            "programme",
            "テーマを加えました。",
            label="加える",
            form=forms.ThemeForm,
            when=is_draft,
        ),
        Act(
            "target",
            "監査の対象を加える",
            Target.add,
            plans,
            "programme",
            "対象を加えました。",
            label="加える",
            form=forms.TargetForm,
            when=is_draft,
        ),
        Act(
            "request",
            "委員会の承認の申請を書く",
            begin_year_plan,
            plans,
            "programme",
            "申請を書き始めました。内容を確かめて申請してください。",
            when=asks_request,
            clause="3.13.1.6.1",
            goes_to=True,
        ),
        Act(
            "approve",
            "監査計画を承認する",
            AuditProgramme.approve,
            head,
            "programme",
            "監査計画を承認しました。対象ごとに監査を始められます。",
            when=is_draft,
            kind="",
            asks="いまの内容が版として残り、対象ごとに監査を始められるようになります。",
        ),
        Act(
            "reopen",
            "計画を変える",
            AuditProgramme.reopen,
            head,
            "programme",
            "計画を変えられるようになりました。変えたら、もう一度承認します。",
            form=forms.ReopenForm,
            when=lambda row: row.status in (Status.APPROVED, Status.RUNNING),
        ),
        Act(
            "close",
            "年度の監査を終える",
            AuditProgramme.close,
            head,
            "programme",
            "年度の監査を終えました。",
            label="終える",
            form=forms.CloseForm,
            when=lambda row: row.status == Status.RUNNING,
        ),
    )
}
MEDIUM: dict[str, Act] = {
    "begin": Act(
        "begin",
        "中期計画を作り始める",
        lambda subject, **given: MediumTermPlan.begin(given.pop("first_year"), **given),
        head,
        "medium_term",
        "中期計画を作り始めました。",
        label="作り始める",
        form=forms.MediumForm,
    ),
    "row": Act(
        "row", "テーマと課を加える", MediumTermPlan.put, head, "medium_term", "加えました。", label="加える", form=forms.MediumRowForm
    ),
    "remove": Act("remove", "外す", MediumTermRow.remove, head, "medium_term", "外しました。", kind="text"),
}
ROWS: dict[str, tuple[type, dict[str, Act]]] = {
    "theme": (
        Theme,
        {"remove": Act("remove", "外す", Theme.remove, plans, "programme", "テーマを外しました。", when=of_draft, kind="text")},
    ),
    "target": (
        Target,
        {
            "remove": Act(
                "remove",
                "計画から外す",
                Target.remove,
                plans,
                "programme",
                "対象を外しました。",
                label="外す",
                form=forms.RemoveForm,
                when=lambda row: of_draft(row) and not hasattr(row, "engagement"),
                kind="text",
            ),
            "audit": Act(
                "audit",
                "監査を始める",
                lambda target, **given: Engagement.begin(target=target, **given),
                head,
                "programme",
                "監査を始めました。続けて、監査人に依頼してください。",
                form=EngagementForm,
                when=may_begin,
                clause="3.13.1.4",
                goes_to=True,
            ),
        },
    ),
    "work": (
        WorkDays,
        {
            "days": Act(
                "days",
                "時期を決める",
                WorkDays.settle,
                plans,
                "programme",
                "時期を決めました。",
                label="この時期にする",
                form=forms.DaysForm,
                when=of_draft,
                clause="3.13.1.5",
                kind="text",
            )
        },
    ),
}
