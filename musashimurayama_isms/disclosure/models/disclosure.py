"""黒塗りの写し: a copy of one record for who asked to see it, masked by one person and confirmed by another."""

import hashlib
from collections import Counter
from datetime import datetime
from typing import Any, Self

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from assets.models.numbering import RegisterSeries
from audits.models import AuditReport
from audits.models.columns import at_when, by_whom
from incidents.models import Incident
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.approvals.models import Request
from musashimurayama_isms.fiscal import fiscal_year
from musashimurayama_isms.jobs.queue import enqueue
from musashimurayama_isms.trail.chain import canonical
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition
from policy.models import PolicyException

from ..hands import NOT_TO_CONFIRM, NOT_TO_PREPARE, Hands
from ..lines import lines_of
from ..masking import masked_lines, occurrences
from ..proposals import Proposer
from ..sources import SOURCES, Found, seen_lists
from .ground import Ground
from .span import Span

PAPER = "disclosure.paper"
GROWN = "広い黒塗りに含めたため"
MEANWHILE = "開いた後に内容が変わりました。いまの内容を確かめて、もう一度確定してください。"


class DisclosureQuerySet(models.QuerySet["Disclosure"]):
    def visible_to(self, user: User, *, at: datetime | None = None, hands: Hands | None = None) -> Self:
        """For who prepares or confirms copies, those of records that the person may read anyway."""
        at = at or timezone.now()
        hands = hands or Hands(user, at=at)
        if not hands.enters:
            return self.none()
        seen = Q(source__in=seen_lists(hands))
        for source in SOURCES.values():
            if source.column:
                seen |= Q(**{f"{source.column}__in": source.rows(user, at).order_by().values("pk")})
        return self.filter(seen)

    def waiting(self) -> Self:
        """For a second person."""
        return self.filter(status=Disclosure.Status.SUBMITTED)


class Disclosure(models.Model):
    """One masked copy. The text is that of the day it was begun; once confirmed, nothing of it changes."""

    class Status(models.TextChoices):
        DRAFT = "draft", "作成中"
        SUBMITTED = "submitted", "確認待ち"
        APPROVED = "approved", "確定"
        DROPPED = "dropped", "取りやめ"

    TRANSITIONS = {
        Status.DRAFT: {Status.SUBMITTED, Status.DROPPED},
        Status.SUBMITTED: {Status.APPROVED, Status.DRAFT},
        Status.APPROVED: set(),
        Status.DROPPED: set(),
    }

    fiscal_year = models.PositiveSmallIntegerField("年度", db_index=True)
    sequence = models.PositiveIntegerField("番号")
    source = models.CharField("記録の種類", max_length=32, choices=[(code, source.word) for code, source in SOURCES.items()], db_index=True)
    label = models.CharField("記録", max_length=200)
    incident = models.ForeignKey(Incident, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    request = models.ForeignKey(Request, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    report = models.ForeignKey(AuditReport, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    exception = models.ForeignKey(PolicyException, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    list_key = models.CharField("一覧の範囲", max_length=32, blank=True)
    reception = models.CharField("請求の受付番号", max_length=50)
    lines = models.JSONField("本文")
    status = models.CharField("状態", max_length=16, choices=Status, default=Status.DRAFT, db_index=True)
    created_by = by_whom("作成した人")
    created_at = at_when("作成日時", null=False)
    submitted_by = by_whom("確認を依頼した人", null=True)
    submitted_at = at_when("依頼日時")
    returned_reason = models.CharField("差戻しの理由", max_length=500, blank=True)
    approved_by = by_whom("確定した人", null=True)
    approved_as = models.CharField("確定した人の役割", max_length=200, blank=True)
    approved_at = at_when("確定日時")
    masked = models.JSONField("黒塗り後の本文", null=True, blank=True)
    digest = models.CharField("黒塗り後の本文のSHA-256", max_length=64, blank=True)
    ending = models.CharField("取りやめた理由", max_length=500, blank=True)

    objects = DisclosureQuerySet.as_manager()

    class Meta:
        verbose_name = "黒塗りの写し"
        verbose_name_plural = "黒塗りの写し"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["fiscal_year", "sequence"], name="disclosure_disclosure_number_once"),
            models.CheckConstraint(
                condition=~Q(status="approved") | Q(masked__isnull=False, approved_at__isnull=False) & ~Q(digest=""),
                name="disclosure_disclosure_approved_is_frozen",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=models.F("created_by")), name="disclosure_disclosure_by_two_persons"
            ),
        ]

    def __str__(self) -> str:
        return f"開示R{self.fiscal_year - 2018}-{self.sequence:03d}"

    def get_absolute_url(self) -> str:
        return reverse("disclosure:detail", args=[self.pk])

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT

    # -- who has had a hand in it ------------------------------------------------------------------------------------
    def hands(self) -> set[int]:
        """Everybody who chose a place, lifted one, began it or asked for the confirmation."""
        chose = (pk for span in self.spans.all() for pk in (span.by_id, span.lifted_by_id))
        return {self.created_by_id, self.submitted_by_id, *chose} - {None}

    def may_confirm(self, user: User, *, at: datetime, hands: Hands | None = None) -> bool:
        """For the button and the door alike: by office, and not one's own work (3.4.3.1)."""
        return (hands or Hands(user, at=at)).confirms and user.pk not in self.hands()

    # -- what it will say --------------------------------------------------------------------------------------------
    def content(self) -> dict[str, Any]:
        """Everything the paper shows, as plain values: where a place is masked its text is not in here at all."""
        spans = list(self.spans.masked().select_related("ground"))
        counts = Counter(span.ground for span in spans)
        grounds = sorted(counts, key=lambda ground: (ground.position, ground.pk))
        numbers = {ground.pk: number for number, ground in enumerate(grounds, start=1)}
        return {
            "number": str(self),
            "label": self.label,
            "reception": self.reception,
            "as_of": self.created_at.astimezone(timezone.get_default_timezone()).isoformat(timespec="minutes"),
            "lines": masked_lines(self.lines, spans, numbers),
            "grounds": [{"number": numbers[one.pk], "name": one.name, "words": one.words, "count": counts[one]} for one in grounds],
        }

    @staticmethod
    def digest_of(content: dict[str, Any]) -> str:
        return hashlib.sha256(canonical(content)).hexdigest()

    # -- transitions -------------------------------------------------------------------------------------------------
    @classmethod
    @transaction.atomic
    def begin(cls, source: str, key: str, *, reception: str, by: User, at: datetime) -> "Disclosure":
        """A copy of the record as this person reads it now, with what the portal proposes to mask.

        PermissionDenied for who does not prepare copies, LookupError for a record that the person does not see.
        """
        hands = Hands(by, at=at)
        if not hands.prepares:
            raise PermissionDenied(NOT_TO_PREPARE)
        found: Found = SOURCES[source].find(key, by, at)
        year = fiscal_year(day_of(at))
        copy = cls(source=source, label=found.label, lines=lines_of(found.html), reception=reception, created_by=by, created_at=at)
        copy.fiscal_year, copy.sequence = year, RegisterSeries.take(f"disclosure:{year}")
        if column := SOURCES[source].column:
            setattr(copy, column, found.row)
        else:
            copy.list_key = key
        copy.save(force_insert=True)
        grounds = {ground.code: ground for ground in Ground.objects.all()}
        proposed = [
            Span(disclosure=copy, line=one.line, cell=one.cell, start=one.start, end=one.end, ground=grounds[one.ground])
            for one in Proposer().look_at(copy.lines)
        ]
        Span.objects.bulk_create(proposed)
        record(by, "disclosure.disclosure.begun", copy, at=at, kind=source, spans=len(proposed), **hands.signed())
        return copy

    def lock(self) -> "Disclosure":
        return Disclosure.objects.select_for_update(no_key=True).get(pk=self.pk)

    def move_to(self, status: str) -> None:
        """Guard the state and set it; the caller saves."""
        if status not in self.TRANSITIONS[self.Status(self.status)]:
            raise InvalidTransition(f"この写しは「{self.get_status_display()}」のため、「{self.Status(status).label}」にはできません。")
        self.status = status

    def _draft_for(self, by: User, *, at: datetime) -> tuple["Disclosure", Hands]:
        copy, hands = self.lock(), Hands(by, at=at)
        if not copy.is_draft:
            raise InvalidTransition(f"この写しは「{copy.get_status_display()}」のため、黒塗りを変えられません。")
        if not hands.prepares:
            raise PermissionDenied(NOT_TO_PREPARE)
        return copy, hands

    @transaction.atomic
    def mask(self, phrase: str, ground: Ground, *, line: int | None = None, note: str = "", by: User, at: datetime) -> int:
        """Blacken a phrase, everywhere or in one line (counted from 1); gives how many places. ValidationError where it stands nowhere.

        A place within one that is black already is left alone; places that overlap become one.
        """
        copy, hands = self._draft_for(by, at=at)
        places = occurrences(copy.lines, phrase, line)
        if not places:
            where = f"{line}行目" if line else "この写しの本文"
            raise ValidationError({"phrase": f"この語句は、{where}にありません。本文のとおりに入力してください。"})
        made = [span for place in places if (span := self._blacken(copy, *place, at=at, ground=ground, note=note, by=by))]
        if not made:
            raise ValidationError({"phrase": "この語句は、すでに全て黒塗りになっています。"})
        record(by, "disclosure.disclosure.masked", copy, at=at, ground=ground.name, count=len(made), **hands.signed())
        return len(made)

    @staticmethod
    def _blacken(copy: "Disclosure", line: int, cell: int, start: int, end: int, *, at: datetime, **facts: Any) -> Span | None:
        """The new place, grown over those that it touches; None where all of it is black already.

        Those taken in stay as lifted rows, with who made them.
        """
        beside = list(copy.spans.masked().filter(line=line, cell=cell, start__lt=end, end__gt=start))
        if any(span.start <= start and span.end >= end for span in beside):
            return None
        first, last = min([start, *(span.start for span in beside)]), max([end, *(span.end for span in beside)])
        touched = copy.spans.filter(pk__in=[span.pk for span in beside])
        touched.update(lifted_by=facts["by"], lifted_at=at, lifted_reason=GROWN)
        return copy.spans.create(line=line, cell=cell, start=first, end=last, **facts)

    @transaction.atomic
    def lift(self, span: Span, *, reason: str, everywhere: bool = False, by: User, at: datetime) -> int:
        """Show a place after all, or all places with the same words; gives how many."""
        copy, hands = self._draft_for(by, at=at)
        words = copy.words_of(span)
        masked = copy.spans.masked()
        same = [one.pk for one in masked if one.pk == span.pk or (everywhere and copy.words_of(one) == words)]
        count = masked.filter(pk__in=same).update(lifted_by=by, lifted_at=at, lifted_reason=reason)
        if not count:
            raise InvalidTransition("この箇所の黒塗りは、すでに外れています。")
        record(by, "disclosure.disclosure.lifted", copy, at=at, count=count, **hands.signed())
        return count

    def words_of(self, span: Span) -> str:
        """What stands under a place."""
        return self.lines[span.line]["cells"][span.cell][span.start : span.end]

    @transaction.atomic
    def submit(self, *, by: User, at: datetime) -> None:
        """Ask a second person."""
        copy, hands = self._draft_for(by, at=at)
        copy.move_to(self.Status.SUBMITTED)
        copy.submitted_by, copy.submitted_at, copy.returned_reason = by, at, ""
        copy.save(update_fields=["status", "submitted_by", "submitted_at", "returned_reason"])
        record(by, "disclosure.disclosure.submitted", copy, at=at, spans=copy.spans.masked().count(), **hands.signed())

    def _confirmed_by(self, by: User, status: str, *, at: datetime) -> tuple["Disclosure", Hands]:
        copy, hands = self.lock(), Hands(by, at=at)
        copy.move_to(status)
        if not copy.may_confirm(by, at=at, hands=hands):
            raise PermissionDenied(NOT_TO_CONFIRM)
        return copy, hands

    @transaction.atomic
    def send_back(self, *, reason: str, by: User, at: datetime) -> None:
        """Back to who prepared it, with what is to be changed."""
        copy, hands = self._confirmed_by(by, self.Status.DRAFT, at=at)
        copy.returned_reason = reason
        copy.save(update_fields=["status", "returned_reason"])
        record(by, "disclosure.disclosure.sent_back", copy, at=at, **hands.signed(confirming=True))

    @transaction.atomic
    def approve(self, *, seen: str, by: User, at: datetime) -> None:
        """Confirm and freeze; the paper is made by the worker. `seen` is the digest of what the person read."""
        copy, hands = self._confirmed_by(by, self.Status.APPROVED, at=at)
        content = copy.content()
        if self.digest_of(content) != seen:
            raise InvalidTransition(MEANWHILE)
        signed = hands.signed(confirming=True)
        copy.masked, copy.digest = content, seen
        copy.approved_by, copy.approved_as, copy.approved_at = by, signed.get("role", ""), at
        copy.save(update_fields=["status", "masked", "digest", "approved_by", "approved_as", "approved_at"])
        counts = {one["name"]: one["count"] for one in content["grounds"]}
        record(by, "disclosure.disclosure.approved", copy, at=at, digest=seen, grounds=counts, **signed)
        enqueue(PAPER, by=by, subject=copy, disclosure=copy.pk)

    @transaction.atomic
    def drop(self, *, reason: str, by: User, at: datetime) -> None:
        """Give it up; the row stays with the reason, the copied text goes."""
        copy, hands = self._draft_for(by, at=at)
        copy.move_to(self.Status.DROPPED)
        copy.ending, copy.lines = reason, []
        copy.save(update_fields=["status", "ending", "lines"])
        copy.spans.all().delete()
        record(by, "disclosure.disclosure.dropped", copy, at=at, **hands.signed())
