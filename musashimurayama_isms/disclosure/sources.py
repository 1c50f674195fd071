"""What may be copied: which records of a kind a person sees, and the sheet whose text is taken."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.http import QueryDict
from django.template.loader import render_to_string

from audits.models import AuditReport
from incidents.authorities.half_year import Half, HalfYearList
from incidents.models import Incident
from incidents.overview import Overview
from incidents.response.page import ResponsePage
from musashimurayama_isms.accounts.models import RoleCode, User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.approvals.facts import facts_of, settled_facts
from musashimurayama_isms.approvals.models import Request
from policy.exception_list import STATES, ExceptionList
from policy.exception_paper import CLASS, TITLE
from policy.models import PolicyException

from .hands import Hands

CITY = (RoleCode.CISO, RoleCode.GENERAL_MANAGER, RoleCode.CENTRAL_MANAGER)  # who sees such lists whole
GONE = "この記録はありません。"
HALVES = 6  # half-years offered


@dataclass(frozen=True)
class Found:
    """A record as a sheet: its name without words of its content, the HTML, the row if it is one."""

    label: str
    html: str
    row: models.Model | None = None


def _sheet(template: str, context: dict[str, Any]) -> str:
    return render_to_string(template, {"city_name": settings.CITY_NAME, "portal_name": settings.PORTAL_NAME, "is_trial": False, **context})


@dataclass(frozen=True)
class RowSource:
    """Records that are rows: `column` of the copy points to it, `looked_for` are the columns that a word is looked for in."""

    word: str
    column: str
    rows: Callable[[User, datetime], models.QuerySet]
    sheet: Callable[[Any, User, datetime], Found]
    looked_for: tuple[str, ...] = ()

    @staticmethod
    def hint(row: Any) -> str:
        """What tells it from others of its kind: the section, and what stands first."""
        department = getattr(row, "department", None) or row.engagement.department
        return " ".join(
            filter(None, [department.full_name if department else "", str(getattr(row, "title", "") or getattr(row, "summary", ""))[:60]])
        )

    def find(self, key: str, user: User, at: datetime) -> Found:
        """LookupError for a record that is not there or not the person's to see."""
        try:
            row = self.rows(user, at).get(pk=key)
        except (models.ObjectDoesNotExist, ValidationError, ValueError):
            raise LookupError(GONE) from None
        return self.sheet(row, user, at)

    def offers(self, user: User, at: datetime, query: str) -> models.QuerySet:
        """The newest records the person sees, narrowed by a word; a number like R8-001 finds its own."""
        rows = self.rows(user, at)
        year, _, number = query.upper().lstrip("訓監報R").partition("-")
        if query and year.isdecimal() and number.split("-")[0].isdecimal() and "sequence" in self.looked_for:
            return rows.filter(fiscal_year=int(year) + 2018, sequence=int(number.split("-")[0]))
        words = models.Q()
        for column in (one for one in self.looked_for if one != "sequence"):
            words |= models.Q(**{f"{column}__icontains": query})
        return rows.filter(words) if query and words else rows


@dataclass(frozen=True)
class ListSource:
    """Lists of the portal: keys with their names, for the roles that see them whole."""

    word: str
    keys: Callable[[datetime], list[tuple[str, str]]]
    sheet: Callable[[str, User, datetime], Found]
    column: str = ""
    readers: tuple[str, ...] = CITY

    def find(self, key: str, user: User, at: datetime) -> Found:
        """LookupError like RowSource."""
        if not Hands(user, at=at).holds(*self.readers) or key not in dict(self.keys(at)):
            raise LookupError(GONE)
        return self.sheet(key, user, at)


def seen_lists(hands: Hands) -> list[str]:
    """The codes of the lists that the person sees whole."""
    return [code for code, source in SOURCES.items() if isinstance(source, ListSource) and hands.holds(*source.readers)]


# -- the records -----------------------------------------------------------------------------------------------------


def _incidents(user: User, at: datetime) -> models.QuerySet:
    return Incident.objects.submitted().real().visible_to(user, at=at).with_people()


def _incident(row: Incident, user: User, at: datetime) -> Found:
    seen = {"view": Overview(row, user, at=at), "page": ResponsePage(row, user, at=at), "calls": row.calls.select_related("by")}
    return Found(f"{row.number} インシデント報告書", _sheet("pdf/incident.html", {"incident": row, "at": at, **seen}), row)


def _requests(user: User, at: datetime) -> models.QuerySet:
    return Request.objects.visible_to(user, at=at).exclude(sequence=None).for_list()


def _request(row: Request, user: User, at: datetime) -> Found:
    version = row.current_version
    decisions = row.decisions.standing().select_related("person", "in_place_of", "entered_by", "step").order_by("at", "pk")
    facts = [*facts_of(row, version or row), *settled_facts(row)]
    html = _sheet("disclosure/sources/request.html", {"request": row, "facts": facts, "decisions": decisions, "at": at})
    return Found(f"{row.number} {row.type}", html, row)


def _reports(user: User, at: datetime) -> models.QuerySet:
    rows = AuditReport.objects.exclude(status=AuditReport.Status.DRAFT).visible_to(user, at=at)
    return rows.select_related("engagement__department__parent", "engagement__contractor", "engagement__system").order_by(
        "-issued_at", "-pk"
    )


def _report(row: AuditReport, user: User, at: datetime) -> Found:
    findings = row.engagement.findings.issued().select_related("department__parent")
    return Found(
        f"{row.number} 監査報告書（第{row.version}版）",
        _sheet("pdf/audit_report.html", {"report": row, "findings": findings, "at": at}),
        row,
    )


def _exceptions(user: User, at: datetime) -> models.QuerySet:
    return PolicyException.objects.visible_to(user, at=at).select_related("request__type", "department__parent")


def _exception(row: PolicyException, user: User, at: datetime) -> Found:
    on = day_of(at)
    context = {"row": row, "state": row.state(on), "measures": row.measures.all(), "clauses": row.clauses.all(), "at": at}
    return Found(str(row), _sheet("disclosure/sources/exception.html", context), row)


# -- the lists -------------------------------------------------------------------------------------------------------


def _halves(at: datetime) -> list[tuple[str, str]]:
    half, found = Half.of(day_of(at)), []
    for _ in range(HALVES):
        found.append((f"{half.year}-{half.part}", half.label))
        half = half.before
    return found


def _half_year(key: str, user: User, at: datetime) -> Found:
    year, part = key.split("-")
    half = Half(int(year), int(part))
    html = _sheet("pdf/half_year.html", {"list": HalfYearList(half), "half": half, "on": day_of(at)})
    return Found(f"インシデントの発生状況（{half.label}）", html)


def _exception_list(key: str, user: User, at: datetime) -> Found:
    page = ExceptionList(user, at=at, data=QueryDict(f"state={key}"))
    rows = list(page.rows.prefetch_related("measures"))
    for row in rows:
        row.state_word, row.review_due = row.state(page.on), row.next_review(page.review_months)
    html = _sheet("pdf/exceptions.html", {"page": page, "rows": rows, "at": at, "title": TITLE, "class_label": CLASS})
    return Found(f"{TITLE}（{page.state_word}）", html)


SOURCES: dict[str, RowSource | ListSource] = {
    "incident": RowSource("インシデント報告書", "incident", _incidents, _incident, ("sequence", "summary", "department__name")),
    "request": RowSource("申請・許可", "request", _requests, _request, ("sequence", "title", "department__name", "type__name")),
    "report": RowSource("監査報告書", "report", _reports, _report, ("number", "engagement__department__name")),
    "exception": RowSource("例外措置", "exception", _exceptions, _exception, ("what", "department__name")),
    "exceptions": ListSource("例外措置の一覧", lambda at: [(code, word) for code, (word, _) in STATES.items()], _exception_list),
    "half-year": ListSource("インシデントの半期の一覧", _halves, _half_year),
}
