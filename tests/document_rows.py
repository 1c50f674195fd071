"""Documents of a section in real rows, for the tests: begun, approved along the route, in force."""

from datetime import datetime, timedelta

from musashimurayama_isms.accounts.models import Department, User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.approvals.models import Decision, Request
from policy.document_requests import ask
from policy.models import DocumentVersion, Regulation, SectionDocument


def make_regulation(code: str = "byod", **fields) -> Regulation:
    """One document that somebody has to make."""
    facts = {"title": f"規程 {code}", "clauses": ["3.2.2.1.1"], "makers": ["GENERAL_MANAGER"]} | fields
    return Regulation.objects.create(code=code, **facts)


def make_document(owner: Department, *, by: User, at: datetime, **fields) -> SectionDocument:
    """A document of a section with an empty first draft."""
    facts = {"kind": "procedure", "title": "窓口の実施手順", "confidentiality": "restricted"} | fields
    return SectionDocument.begin(owner=owner, by=by, at=at, **facts)


def write(version: DocumentVersion, *, by: User, at: datetime, **fields) -> DocumentVersion:
    """The draft, ready to be asked for: in force from the day, reviewed in a year."""
    on = day_of(at)
    version.write(by=by, at=at, **{"text": "鍵を掛けます。", "effective_on": on, "review_on": on + timedelta(days=365)} | fields)
    return version


def approve(version: DocumentVersion, *, asked_by: User, decided_by: User, at: datetime) -> DocumentVersion:
    """Asked for by the section's 課長 and permitted."""
    request = ask(version, by=asked_by, at=at)
    permit(request, by=decided_by, at=at)
    version.refresh_from_db()
    return version


def permit(request: Request, *, by: User, at: datetime, outcome: str = "permit", comment: str = "") -> Decision:
    """One decision on what is on the screen."""
    return Decision.take(request, outcome, by=by, at=at, digest=request.current_version.digest, comment=comment)
