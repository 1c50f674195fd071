"""What comes round: one line a duty and day, however many departments do it."""

from collections.abc import Iterator

from django.db.models import Count, Min, Q, QuerySet
from django.urls import reverse
from django.utils.http import urlencode

from audits.review.figures import MECHANISM as POLICY_REVIEW
from musashimurayama_isms.duties.models import Occurrence
from musashimurayama_isms.duties.parties import Reach
from policy.models.document_review import CODE as DOCUMENT_REVIEW

from ..entries import Asked, Entry, Kind, Scope, shows

IS_OPEN = Q(status=Occurrence.Status.PLANNED)


@shows(Kind.DUTY, only_if=lambda since, until: Occurrence.objects.filter(due_on__range=(since, until)))
def duties(asked: Asked) -> Iterator[Entry]:
    """All that comes round but for the two matters below."""
    rows = _rounds(asked).exclude(duty__code=DOCUMENT_REVIEW).exclude(duty__mechanism=POLICY_REVIEW)
    yield from _lines(rows, Kind.DUTY)


@shows(Kind.DOCUMENT, only_if=lambda since, until: Occurrence.objects.filter(due_on__range=(since, until), duty__code=DOCUMENT_REVIEW))
def documents(asked: Asked) -> Iterator[Entry]:
    """The reviews of the sections' documents (2.12, 3.13.3)."""
    yield from _lines(_rounds(asked).filter(duty__code=DOCUMENT_REVIEW), Kind.DOCUMENT)


@shows(Kind.REVIEW, only_if=lambda since, until: Occurrence.objects.filter(due_on__range=(since, until), duty__mechanism=POLICY_REVIEW))
def reviews(asked: Asked) -> Iterator[Entry]:
    """The yearly review of the policy (3.13.3)."""
    yield from _lines(_rounds(asked).filter(duty__mechanism=POLICY_REVIEW), Kind.REVIEW)


def _rounds(asked: Asked) -> QuerySet[Occurrence]:
    """Those due in these days, as far as the person sees them; what is left out is no date any more."""
    reach = Reach(asked.user, at=asked.at)
    rows = Occurrence.objects.filter(due_on__range=(asked.since, asked.until)).exclude(status=Occurrence.Status.SKIPPED)
    if asked.scope == Scope.MINE:
        return rows.held_by(asked.user, at=asked.at, reach=reach)
    rows = rows.visible_to(asked.user, at=asked.at, reach=reach)
    return rows.filter(department__in=asked.homes | asked.answered | reach.departments) if asked.scope == Scope.SECTION else rows


def _lines(rows: QuerySet[Occurrence], kind: Kind) -> Iterator[Entry]:
    """One query: what is the same duty on the same day is one line, open while one of them is."""
    groups = rows.order_by().values("duty", "duty__title", "duty__content_type", "due_on")
    counts = groups.annotate(count=Count("pk"), open=Count("pk", filter=IS_OPEN), first=Min("pk"), place=Min("department__name"))
    for row in counts:
        one = row["count"] == 1
        yield Entry(
            day=row["due_on"],
            title=row["duty__title"],
            url=reverse("duties:occurrence", args=[row["first"]]) if one else _month_of(row),
            kind=kind,
            place=(row["place"] or "") if one else "",
            is_open=bool(row["open"]),
            count=row["count"],
            is_public=row["duty__content_type"] is None,  # what hangs on an object names the object
        )


def _month_of(row: dict) -> str:
    """The list of the month, narrowed to the duty."""
    return f"{reverse('duties:month', args=[row['due_on'].strftime('%Y-%m')])}?{urlencode({'q': row['duty__title']})}"
