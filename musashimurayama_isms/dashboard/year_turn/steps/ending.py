"""What the year that ends still asks for: inspections, audits, the review of the policy."""

from django.urls import reverse

from audits.models import AuditProgramme, Campaign, Engagement, PolicyReview
from audits.parties import Reach
from audits.review.hands import Hands

from ..acts import ended
from ..doors import act_door, door
from ..step import Figure, Group, State, Step, far
from ..turn import Turn


def close_inspections(turn: Turn) -> Step:
    """Those whose day is over, and those that are closed and not reported."""
    rows = Campaign.objects.filter(fiscal_year__lt=turn.year)
    over, running = len(ended(turn)), rows.live().count()
    unreported = rows.filter(status=Campaign.Status.CLOSED).count()
    reported = rows.filter(fiscal_year=turn.year - 1, status=Campaign.Status.REPORTED).count()
    sentence = (
        f"期限を過ぎても受け付けている点検が{over}件、締め切って報告していない点検が{unreported}件あります。"
        if over or unreported
        else f"受付中の点検が{running}件あります。期限が来たら締め切ります。"
        if running
        else "今年度の点検は、締切りも報告も済んでいます。"
        if reported
        else "締め切る点検はありません。"
    )
    state = State.PARTLY if (running or unreported) and reported else State.OPEN if running or unreported else far(reported, reported)
    figures = (Figure(running, "受付中"), Figure(unreported, "報告待ち"), Figure(reported, "報告済み"))
    doors = (
        act_door(turn, "close-inspections", "中央電子計算組織管理者が締め切ります。"),
        door("自己点検を開く", reverse("audits:inspections")),
    )
    return Step("close-inspections", Group.ENDING, "自己点検を締め切り、報告する", state, sentence, figures, doors, "3.13.2.2")


def close_programme(turn: Turn) -> Step:
    """The audits of the year, and its plan."""
    plan = AuditProgramme.objects.filter(fiscal_year=turn.year - 1).first()
    if plan is None:
        return Step(
            "close-programme", Group.ENDING, "監査を報告し、計画を終える", State.NONE, f"{turn.ending_label}の監査計画はありません。"
        )
    rows = Engagement.objects.filter(fiscal_year=turn.year - 1)
    total, running = rows.count(), rows.running().count()
    idle = plan.targets.filter(engagement__isnull=True).count()
    is_closed = plan.status == AuditProgramme.Status.CLOSED
    sentence = (
        f"{plan}は終わっています。"
        if is_closed
        else f"報告の済んでいない監査が{running}件あります。"
        if running
        else f"計画の対象のうち{idle}件を、まだ始めていません。始めるか、理由を書いて計画から外します。"
        if idle
        else "監査の報告は済んでいます。計画を終えると、年度のまとめが残ります。"
    )
    state = State.DONE if is_closed else State.PARTLY if total > running else State.OPEN
    reach = Reach.of(turn.user, at=turn.at)
    sees = reach.sees_all or reach.is_house_auditor
    doors = (door("監査計画を開く", plan.get_absolute_url() if sees else "", "情報セキュリティ監査総括責任者が行います。"),)
    figures = (Figure(running, "報告待ちの監査"), Figure(idle, "始めていない対象"), Figure(total - running, "報告した監査"))
    return Step("close-programme", Group.ENDING, "監査を報告し、計画を終える", state, sentence, figures, doors, "3.13.1.8")


def policy_review(turn: Turn) -> Step:
    """The yearly review by the committee."""
    review = PolicyReview.objects.kept().filter(kind=PolicyReview.Kind.YEARLY, fiscal_year=turn.year - 1).first()
    sentence = (
        f"{turn.ending_label}の見直しは、まだ始まっていません。"
        if review is None
        else f"{turn.ending_label}の見直しは「{review.get_status_display()}」です。"
    )
    state = State.OPEN if review is None else State.DONE if review.is_settled else State.PARTLY
    hands = Hands(turn.user, at=turn.at)
    if review is not None:
        url, label = (review.get_absolute_url() if hands.sees else ""), "見直しを開く"
    else:
        url, label = (reverse("audits:begin_policy_review") if hands.prepares else ""), "見直しを始める"
    doors = (door(label, url, "委員会の事務局か中央電子計算組織管理者が始めます。"),)
    return Step("policy-review", Group.ENDING, "ポリシーを見直す", state, sentence, (), doors, "3.13.3")
