"""What one type of request adds to the engine: its form, its checks, and what really happens when it is decided.

    @matter("document-version")
    class DocumentVersion(Matter):
        form = DocumentVersionForm
        def permitted(self, request, *, by, at): ...

Matters stand in <app>/requests.py and are found at start. The engine knows no subject; a type without a matter can be read
but not applied for: it shows 準備中.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from musashimurayama_isms.accounts.models import Department, User
from musashimurayama_isms.transitions import InvalidTransition

if TYPE_CHECKING:
    from .forms import RequestForm
    from .models import Request, RequestType
    from .union import Requirement


@dataclass(frozen=True)
class Check:
    """One thing that the policy tells the decider to look at, with its clause."""

    clause: str
    words: str


@dataclass(frozen=True)
class Business:
    """What is still to be done under a running permit, and the page where it is done; it is completed from there."""

    words: str
    url: str
    label: str


class Matter:
    """The part of a type that the engine does not know; every method may be left as it is.

    The hooks run inside the transaction of the act, after the state has changed: what they raise undoes the act. A hook
    tells a person why it cannot be done by InvalidTransition.
    """

    checks: tuple[Check, ...] = ()
    is_running = False  # True: 許可 → 実施中 → 完了; False: the permit itself completes the request
    starts_elsewhere = ""  # the words of where such a request begins, where it needs a subject that the form cannot choose
    part_of = ""  # the code of the type that unites this one: it has no card of its own
    route_words = ""  # who decides, in words, where that follows from what is asked
    tells_subjects = False  # True: its facts say what it is about, so that the page need not
    locks_subject = False  # True: of one subject there is at most one live request of this type
    is_confined = False  # True: about a person; seen by its own people, the wide roles and those named, not by the section
    completed_by: tuple[str, ...] = ()  # the roles that carry it out and say that it is done, besides its own people

    @property
    def form(self) -> type["RequestForm"]:
        """The form of the type; asked when needed, so that a module of matters imports no form at start."""
        from .forms import RequestForm

        return RequestForm

    def completion(self, request: "Request") -> "type[RequestForm] | None":
        """The form of what is recorded when it is done (`request.report`); None where a word is enough."""
        return None

    def unites(self, content: dict[str, Any]) -> list[str]:
        """The codes of the types that this content unites in one errand; none: it is of its own type alone."""
        return []

    def chosen(self, request: "Request") -> list[Any] | None:
        """The rows that the form has chosen as what the request is about; None: it stays with what it was begun with."""
        return None

    def narrow(self, request: "Request", asked: "list[Requirement]") -> "list[Requirement]":
        """The steps of the routes that this content needs: a decision that is asked for 必要に応じて may be left out."""
        return asked

    def checks_for(self, request: "Request") -> tuple[Check, ...]:
        """What the decider of this request must look at."""
        return self.checks

    def title(self, request: "Request") -> str:
        """The line of the inbox: what it is about."""
        return "、".join(request.subject_labels) or request.type.name

    def facts(self, request: "Request", content: dict[str, Any]) -> list[tuple[str, Any]]:
        """What the decider reads, as (word, value), of one version's content."""
        return self.form.facts_of(content)

    def classification(self, request: "Request") -> str:
        """The class in words that stands in the names of its files, such as 分類Ⅱ; "" where nothing classified is spoken of (3.5.2.2)."""
        return ""

    def department(self, drafter_section: Department, subjects: list) -> Department:
        """Whose request it is: the drafter's section, or that of the subject."""
        return drafter_section

    def parties(self, request: "Request") -> set[int]:
        """Keys of further persons who may not decide it, such as the carrier."""
        return set()

    def ruling(self, request: "Request") -> "type[RequestForm] | None":
        """The form of what the decision itself settles, such as a class; None where a permit is a plain yes."""
        return None

    def guard_ruling(self, outcome: str, ruling: dict[str, Any] | None) -> None:
        """ValidationError where a permit does not settle what it must."""

    def business(self, request: "Request") -> Business | None:
        """What is to be done before a running permit can be completed; None: its people complete it by the button."""
        return None

    def guard(self, request: "Request", *, at: datetime) -> None:
        """Raise InvalidTransition where it cannot be submitted, or no longer permitted."""

    def hold(self, request: "Request") -> None:
        """Lock what the act at hand will touch besides the subjects: called under the request's lock, before anything is recorded."""

    def submitted(self, request: "Request", *, by: User, at: datetime) -> None: ...

    def permitted(self, request: "Request", *, by: User, at: datetime) -> None: ...

    def ended(self, request: "Request", *, by: User | None, at: datetime) -> None:
        """It came to nothing, or back to its drafter: refused, returned, withdrawn, recalled, expired (request.status says which)."""

    def completed(self, request: "Request", *, by: User, at: datetime) -> None: ...


_matters: dict[str, Matter] = {}


def matter(code: str) -> Callable[[type[Matter]], type[Matter]]:
    """Say that the decorated class is the matter of this type. ValueError for a second one."""

    def register(found: type[Matter]) -> type[Matter]:
        if type(_matters.get(code)) not in (type(None), found):
            raise ValueError(f"The request type {code!r} has a matter already")
        _matters[code] = found()
        return found

    return register


def matter_of(request_type: "RequestType") -> Matter:
    """The matter of a type; the plain one where no app has registered any, so that old requests stay readable."""
    return _matters.get(request_type.code) or Matter()


def is_open(request_type: "RequestType") -> bool:
    """Whether one can apply: an app has registered what the request does."""
    return request_type.is_active and request_type.code in _matters


def guard_begins_here(request_type: "RequestType") -> None:
    """InvalidTransition with the words of where it begins, for a type that needs a subject."""
    words = matter_of(request_type).starts_elsewhere
    if words:
        raise InvalidTransition(words)


def confined() -> list[str]:
    """The codes of the types whose requests are about a person."""
    return [code for code, found in _matters.items() if found.is_confined]


def carried_out_by(roles: Collection[str]) -> list[str]:
    """The codes of the types that somebody in one of these roles carries out."""
    return [code for code, found in _matters.items() if set(found.completed_by) & set(roles)]


def names_parties(code: str) -> bool:
    """Whether requests of a type name further persons who may not decide them (`Matter.parties`)."""
    return code in _matters and type(_matters[code]).parties is not Matter.parties


def registered() -> set[str]:
    """The codes that the apps have registered."""
    return set(_matters)
