"""A permit on paper and its verification code: whoever holds the paper can be checked against the portal."""

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of

from .facts import settled_facts
from .models import Decision, Request

GROUP = 4


def printed_code(code: str) -> str:
    """ABCD-EFGH-JKLM, as it stands on the paper."""
    return "-".join(code[place : place + GROUP] for place in range(0, len(code), GROUP))


def typed_code(text: str) -> str:
    """What a person has typed as the code is stored: half-width, upper case, without hyphens and spaces."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", text).upper() if sign.isalnum())


@dataclass(frozen=True)
class Permit:
    """A decided request as its paper shows it."""

    request: Request
    decisions: list[Decision]
    facts: list[tuple[str, object]]

    @classmethod
    def of(cls, request: Request) -> "Permit":
        """The permit of a request; the content is that of the version that was decided on."""
        version = request.current_version
        decisions = request.decisions.standing().filter(version=request.version, outcome=Decision.Outcome.PERMIT)
        facts = [*request.matter.facts(request, version.content), *settled_facts(request)]
        return cls(request, list(decisions.select_related("person", "in_place_of", "entered_by")), facts)

    @property
    def code(self) -> str:
        return printed_code(self.request.permit_code)

    @property
    def conditions(self) -> list[str]:
        return [row.conditions for row in self.decisions if row.conditions]

    @property
    def mark(self) -> str:
        """【分類Ⅱ】, where it speaks of something classified (3.5.2.2); "" elsewhere."""
        words = self.request.matter.classification(self.request)
        return f"【{words}】" if words else ""

    @property
    def file_name(self) -> str:
        """With the class in front."""
        return f"{self.mark}許可証-{self.request.type.name}-{self.request.number}.pdf"


@dataclass(frozen=True)
class Verification:
    """What a code says today, to anybody of the staff: whether the permit counts, not what it is about."""

    request: Request
    is_valid: bool
    words: str
    may_open: bool

    @classmethod
    def of(cls, code: str, *, user: User, at: datetime) -> "Verification | None":
        """The permit with this code as typed, or None where there is none."""
        request = Request.objects.for_list().filter(permit_code=typed_code(code)).first() if typed_code(code) else None
        if request is None:
            return None
        is_valid, words = _standing(request, on=day_of(at))
        may_open = Request.objects.visible_to(user, at=at).filter(pk=request.pk).exists()
        return cls(request, is_valid, words, may_open)


def _standing(request: Request, *, on: date) -> tuple[bool, str]:
    """Whether the permit counts on the day, and why not."""
    if request.status not in (Request.Status.RUNNING, Request.Status.COMPLETED) or request.decided_at is None:
        return False, f"この許可は「{request.get_status_display()}」のため、いまは使えません。"
    if request.starts_on and on < request.starts_on:
        return False, "この許可の期間は、まだ始まっていません。"
    if request.ends_on and on > request.ends_on:
        return False, "この許可の期間は、終わっています。"
    if request.matter.is_running and request.status == Request.Status.COMPLETED:
        return False, "この許可による用件は、完了しています。"
    return True, "この許可は有効です。"
