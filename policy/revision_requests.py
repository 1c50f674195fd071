"""The request by which a changed policy is decided on: 情報化推進委員会 resolves, the CISO decides (2.12, 3.13.3, 3.4.2.4.2)."""

from datetime import date, datetime
from typing import Any

from django import forms

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.approvals.forms import RequestForm
from musashimurayama_isms.approvals.matters import Check, Matter, matter
from musashimurayama_isms.approvals.models import Request
from musashimurayama_isms.fields import JapaneseDateField
from musashimurayama_isms.transitions import InvalidTransition
from policy.carrying import come_into_force
from policy.models import Revision

TYPE = "policy-revision"


class ProposalForm(RequestForm):
    """From when the text is to be in force, and why the policy is changed; the exact words are named by their digest."""

    effective_on = JapaneseDateField(label="施行日", help_text="現行の版の施行日より後の日です。この日から、全職員に見える版が替わります。")
    reason = forms.CharField(
        label="改定の理由と概要",
        widget=forms.Textarea({"rows": 5}),
        max_length=2000,
        help_text="委員会とCISOが最初に読みます。",
    )
    text_digest = forms.CharField(label="本文のSHA-256", max_length=64, required=False, widget=forms.HiddenInput)


@matter(TYPE)
class PolicyRevision(Matter):
    """One draft of the policy: frozen while it is looked at, in force once the CISO has decided and its day has come."""

    form = ProposalForm
    locks_subject = True
    starts_elsewhere = "ポリシーの改定は、版の画面の「審議にかける」から申請します。"
    checks = (
        Check("2.12", "新旧対照表で、どこが変わるかを確かめましたか"),
        Check("3.13.3", "改定の理由は、監査・自己点検の結果や状況の変化に合っていますか"),
        Check("3.4.2.4.2", "義務の見直しの結果を確かめましたか"),
    )

    def title(self, request: Request) -> str:
        return f"ポリシーの改定　{'、'.join(request.subject_labels)}"

    def guard(self, request: Request, *, at: datetime) -> None:
        """Nothing may stand in the way when it is submitted, nor when it is decided; and it is the very text that was proposed."""
        revision = revision_of(request)
        revision.guard(at=at, effective_on=_day_of(request.content))
        if request.content.get("text_digest") != revision.digest():
            raise InvalidTransition("本文が、審議にかけたときのものと違います。版の画面から、もう一度審議にかけてください。")

    def submitted(self, request: Request, *, by: User, at: datetime) -> None:
        day = _day_of(request.content)
        if day is None:
            raise InvalidTransition("施行日を入力してください。")
        revision_of(request).begin_review(by=by, effective_on=day, at=at, role=request.applicant_as)

    def permitted(self, request: Request, *, by: User, at: datetime) -> None:
        """Published, and its day made at once where it has come already."""
        revision = revision_of(request)
        last = request.decisions.standing().last()
        revision.adopt(by=by, at=at, role=last.decided_as if last else "")
        come_into_force(revision, at=at)

    def ended(self, request: Request, *, by: User | None, at: datetime) -> None:
        revision = revision_of(request)
        if revision.status == Revision.Status.IN_REVIEW:
            revision.end_review(by=by, at=at)


def revision_of(request: Request) -> Revision:
    """The draft that a request is about. InvalidTransition where it is about none."""
    revision = next((row.object for row in request.subjects.all()), None)
    if not isinstance(revision, Revision):
        raise InvalidTransition("この申請には、改定する版がありません。版の画面の「審議にかける」から申請してください。")
    return revision


def _day_of(content: dict[str, Any]) -> date | None:
    return date.fromisoformat(content["effective_on"]) if content.get("effective_on") else None


def propose(revision: Revision, content: dict[str, Any], *, by: User, at: datetime) -> Request:
    """Put a draft to the committee: submitted at once by the 中央電子計算組織管理者, handed over to that one by anybody else.

    Call inside a transaction. Raises InvalidTransition where something stands in the way.
    """
    content = content | {"text_digest": revision.digest()}
    request = Request.draft(TYPE, by=by, at=at, subjects=[revision], content=content)
    if request.applying(by, at=at):
        request.submit(by=by, at=at)
    else:
        request.prepare(by=by, at=at)
    return request
