"""The requests exception and emergency-exception (3.11.4): from what was asked to an exception that is in force."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.html import format_html, format_html_join

from musashimurayama_isms.accounts.models import Department, User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.approvals.matters import Check, Matter, matter
from musashimurayama_isms.approvals.models import Request
from musashimurayama_isms.fiscal import wareki
from musashimurayama_isms.transitions import InvalidTransition
from policy.citations import citation
from policy.clause_choices import as_html
from policy.exception_days import latest_end
from policy.exception_paper import CLASS
from policy.models import Bearer, PolicyException
from policy.models.exception import EMERGENCY_REQUEST, REQUEST

if TYPE_CHECKING:
    from musashimurayama_isms.approvals.forms import RequestForm


class ExceptionMatter(Matter):
    """What both have in common: clauses, words, and a last day."""

    def title(self, request: Request) -> str:
        numbers = request.content.get("clauses") or []
        if not numbers:
            return request.type.name
        more = f"ほか{len(numbers) - 1}条" if len(numbers) > 1 else ""
        return f"{citation(numbers[0])}{more}　{request.content.get('what', '')}"

    def classification(self, request: Request) -> str:
        """What is not followed shows where the city is weak (3.5.2.2)."""
        return CLASS

    def department(self, drafter_section: Department, subjects: list) -> Department:
        """An extension belongs to the section of what it extends."""
        return next((row.department for row in subjects if isinstance(row, PolicyException)), drafter_section)

    def facts(self, request: Request, content: dict[str, Any]) -> list[tuple[str, Any]]:
        """The words of the form, the clauses with what they oblige to, the means with their roles."""
        known = dict(self.form.facts_of({**content, "clauses": [], "measures": []}))
        on = day_of(request.submitted_at or request.saved_at)
        known["従わない条項"] = as_html(content.get("clauses") or [], on=on)
        rows = [(row["what"], Bearer(row["owner"]).label) for row in content.get("measures") or []]
        known["代わりの方法"] = format_html_join("", "<p>{}（{}）</p>", rows)
        if exception := PolicyException.objects.filter(request=request).first():
            known["例外措置"] = format_html('<a href="{}">実施の状況と完了報告</a>', exception.get_absolute_url())
        return list(known.items())

    def guard(self, request: Request, *, at: datetime) -> None:
        content = request.content
        if not content.get("clauses") or not content.get("what") or not content.get("reason"):
            raise InvalidTransition("従わない条項、内容、理由を入力してから申請してください。")
        if request.ends_on is None:
            raise InvalidTransition("終わりの日を入力してください。終わりのない例外措置は許可できません。")

    def guard_length(self, request: Request, start) -> None:
        latest = latest_end(start)
        if request.ends_on < start:
            raise InvalidTransition("終わりの日が、始まりの日より前になっています。期間を直してください。")
        if request.ends_on > latest:
            raise InvalidTransition(f"例外措置の期間は、市の定めにより{wareki(latest)}までです。終わりの日を直してください。")


@matter(REQUEST)
class OrdinaryException(ExceptionMatter):
    """例外措置: permitted first, then taken (3.11.4.1)."""

    is_running = True
    locks_subject = True  # of one exception there is one extension under way
    checks = (
        Check("3.11.4.1", "守るのが難しく、仕事を続けるためにやむを得ない理由がありますか"),
        Check("3.11.4.1", "代わりの方法で、生じるリスクは受け入れられる大きさになりますか"),
        Check("3.11.4.3", "期間は必要な長さに収まっていますか。延長のときは、前の期間の状況を確かめましたか"),
    )

    @property
    def form(self) -> "type[RequestForm]":
        from policy.exception_forms import ExceptionForm

        return ExceptionForm

    def guard(self, request: Request, *, at: datetime) -> None:
        super().guard(request, at=at)
        if not request.content.get("measures"):
            raise InvalidTransition("代わりの方法を入力してください。")
        if request.ends_on < day_of(at):
            raise InvalidTransition("終わりの日が過ぎています。差し戻して、期間を直してください。")
        self.guard_length(request, request.starts_on or day_of(at))
        _guard_subjects(request)

    def permitted(self, request: Request, *, by: User, at: datetime) -> None:
        PolicyException.grant(request, by=by, at=at)

    def ended(self, request: Request, *, by: User | None, at: datetime) -> None:
        """Recalled, it is revoked. Expired, nothing changes: that its last day is over is computed."""
        if request.status == Request.Status.RECALLED:
            exception = PolicyException.objects.get(request=request)
            if exception.is_open:
                exception.revoke(by=by, at=at, reason=request.ending)

    def completed(self, request: Request, *, by: User, at: datetime) -> None:
        raise InvalidTransition("完了は、例外措置の画面の「完了を報告する」から報告してください。元のやり方に戻したことを書き残します。")


@matter(EMERGENCY_REQUEST)
class EmergencyException(ExceptionMatter):
    """緊急時の例外措置: taken first, reported at once after; nobody decides, the CISO acknowledges or orders it ended (3.11.4.2)."""

    @property
    def form(self) -> "type[RequestForm]":
        from policy.exception_forms import EmergencyForm

        return EmergencyForm

    def guard(self, request: Request, *, at: datetime) -> None:
        super().guard(request, at=at)
        taken_at = _taken_at(request)
        if taken_at > at:
            raise InvalidTransition("例外措置を取った日時が未来になっています。実際に行った日時に直してください。")
        self.guard_length(request, day_of(taken_at))

    def permitted(self, request: Request, *, by: User, at: datetime) -> None:
        PolicyException.report(request, taken_at=_taken_at(request), by=by, at=at)


def _taken_at(request: Request) -> datetime:
    if not request.content.get("taken_at"):
        raise InvalidTransition("例外措置を取った日時を入力してください。")
    return datetime.fromisoformat(request.content["taken_at"])


def _guard_subjects(request: Request) -> None:
    """What is to be extended is still in force."""
    for row in request.subjects.all():
        if isinstance(row.object, PolicyException) and not row.object.is_open:
            raise InvalidTransition(
                f"延長しようとした{row.object}は、すでに「{row.object.get_status_display()}」になっています。新しい例外措置として申請してください。"
            )
