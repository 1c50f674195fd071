"""The acts on a violation that have a small page of their own: who may, with which form, in which words, by which door."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms

from incidents.models import Violation
from incidents.small_acts import FiledForm, OptionalTextForm, TextForm, Words
from incidents.violations.forms import CheckForm, GravityForm, GuidanceForm, HandOverForm, PersonForm
from musashimurayama_isms.accounts.models import User

Status = Violation.Status


@dataclass(frozen=True)
class Act:
    """One act: `may` decides for the button and the page alike, `do` calls the model's door."""

    words: Words
    may: Callable[[Violation, User, datetime], bool]
    do: Callable[[Violation, dict[str, Any], User, datetime], Any]
    form: type[forms.Form] = TextForm

    def make_form(self, violation: Violation, *args: Any, at: datetime, **kwargs: Any) -> forms.Form:
        if self.form in (PersonForm, CheckForm):
            kwargs |= {"violation": violation, "at": at}
        return self.form(*args, **kwargs)


def _handles(*statuses: str) -> Callable[[Violation, User, datetime], bool]:
    return lambda row, user, at: row.status in statuses and row.actor(row.handler, user, at=at) is not None


def _oversees(*statuses: str) -> Callable[[Violation, User, datetime], bool]:
    return lambda row, user, at: row.status in statuses and row.actor(row.overseer, user, at=at) is not None


def _may_guide(row: Violation, user: User, at: datetime) -> bool:
    return row.spec.needs_guidance and _handles(*Violation.OF_HANDLER)(row, user, at)


def _may_identify(row: Violation, user: User, at: datetime) -> bool:
    either = row.actor(row.handler, user, at=at) or row.actor(row.overseer, user, at=at)
    return row.is_open and row.told_person_at is None and either is not None


def _may_hand_over(row: Violation, user: User, at: datetime) -> bool:
    is_at_issue = row.status not in (Status.FOUND, Status.UNFOUNDED)
    return is_at_issue and row.handed_over_on is None and row.actor(row.overseer, user, at=at) is not None


ACTS: Mapping[str, Act] = {
    "notify": Act(
        Words(
            "担当者に通知する", "その課の情報セキュリティ担当者に届き、適切な措置を求めます。", "通知する", "通知しました。", "3.11.6.2.1"
        ),
        _oversees(Status.FOUND),
        lambda row, data, by, at: row.notify(data["text"], by=by, at=at),
        OptionalTextForm,
    ),
    "guide": Act(
        Words(
            "指導を記録する",
            "本人に指導した内容を記録します。違反した人が記録されているときは、このときから本人にこの件が見えます（報告した人の名前は見えません）。",
            "指導を記録する",
            "指導を記録しました。",
            "3.11.6.2.3",
        ),
        _may_guide,
        lambda row, data, by, at: row.guide(data["text"], check_on=data["check_on"], by=by, at=at),
        GuidanceForm,
    ),
    "check": Act(
        Words(
            "改善を確かめる",
            "改善したときはこの件を終えます。改善しないときは、利用する権利を停止するかの判断を求めます。",
            "記録する",
            "確かめた結果を記録しました。",
            "3.11.6.2.3",
        ),
        _handles(Status.GUIDED),
        lambda row, data, by, at: row.judge(data["text"], is_improved=data["is_improved"], by=by, at=at),
        CheckForm,
    ),
    "settle": Act(
        Words("確認した結果を記録する", "通知した人に結果が伝わり、この件を終えます。", "記録する", "結果を記録しました。", "3.10.1.6.2"),
        lambda row, user, at: not row.spec.needs_guidance and _handles(Status.NOTIFIED)(row, user, at),
        lambda row, data, by, at: row.settle(data["text"], by=by, at=at),
        FiledForm,
    ),
    "identify": Act(
        Words(
            "違反した人を記録する",
            "本人には、指導を記録するまで見えません。本人が担当の役割にあるときは、上の職が代わりに対応します。",
            "記録する",
            "記録しました。",
        ),
        _may_identify,
        lambda row, data, by, at: row.identify(data["person"], by=by, at=at),
        PersonForm,
    ),
    "weigh": Act(
        Words(
            "影響を判断する",
            "重大な影響のおそれがあるときは、知らされた全員に伝わり、業務継続計画（ICT編）に従って対処します。",
            "判断を記録する",
            "判断を記録しました。",
            "3.11.2.3.2",
        ),
        _oversees(*Violation.OPEN),
        lambda row, data, by, at: row.weigh(data["text"], is_grave=data["is_grave"], by=by, at=at),
        GravityForm,
    ),
    "again": Act(
        Words(
            "停止せずに指導を求める",
            "利用する権利は停止せず、担当者に指導を続けるよう求めます。理由を残します。",
            "指導を求める",
            "指導を続けるよう求めました。",
            "3.11.6.2.3",
        ),
        _oversees(Status.NOT_IMPROVED),
        lambda row, data, by, at: row.guide_again(data["text"], by=by, at=at),
    ),
    "dismiss": Act(
        Words(
            "違反ではないと判断する",
            "理由を残してこの件を終えます。報告した人に伝わります。",
            "違反ではないと判断する",
            "この件を終えました。",
            is_danger=True,
        ),
        _oversees(Status.FOUND, Status.NOTIFIED, Status.GUIDED, Status.NOT_IMPROVED),
        lambda row, data, by, at: row.dismiss(data["text"], by=by, at=at),
    ),
    "hand-over": Act(
        Words(
            "職員課への引継ぎを記録する",
            "引き継いだことだけを記録します。処分の手続はこのポータルでは扱いません。",
            "記録する",
            "引継ぎを記録しました。",
            "3.11.6.1",
        ),
        _may_hand_over,
        lambda row, data, by, at: row.hand_over(data["text"], on=data["on"], by=by, at=at),
        HandOverForm,
    ),
    "state": Act(
        Words("説明を書く", "あなたの説明は、対応する人に届き、記録に残ります。", "説明を送る", "説明を記録しました。"),
        lambda row, user, at: row.can_state(user),
        lambda row, data, by, at: row.state(data["text"], by=by, at=at),
        FiledForm,
    ),
    "note": Act(
        Words("追記する", "追記は消したり書き換えたりできません。対応する人が見ます。", "追記する", "追記しました。"),
        lambda row, user, at: row.can_note(user, at=at),
        lambda row, data, by, at: row.note(data["text"], by=by, at=at),
        FiledForm,
    ),
}
