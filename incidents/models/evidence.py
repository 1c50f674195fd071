"""証拠: what was secured, from where, by whom, and through whose hands it has gone; never altered, never deleted (3.11.3.1, 3.10.5.3)."""

import hashlib
from datetime import datetime
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from incidents.chain import Party
from incidents.handling import actor_of, demand, guard_time
from incidents.parties import Reach
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.files.store import attach
from musashimurayama_isms.trail.record import record

from .incident import Incident

KEEPERS = (Party.CENTRAL_MANAGER, Party.GENERAL_MANAGER, Party.DIVISION_OFFICER, Party.COMMITTEE)


class EvidenceQuerySet(models.QuerySet):
    def visible_to(self, user: User, *, at: datetime | None = None, reach: Reach | None = None) -> Self:
        """Those who handle the incident above the section, and whoever holds the piece now; nobody else who sees the report.

        Never the chief who is the matter of the report.
        """
        at = at or timezone.now()
        reach = reach or Reach.of(user, at=at)
        rows = self.exclude(reach.kept_from("incident__"))
        if reach.is_wide:
            return rows
        mine = Q(holder=user) | Q(incident__department__in=reach.divisions) | Q(incident__department__parent__in=reach.divisions)
        if Party.COMMITTEE in reach.city:
            mine |= Q(incident__bypasses_chief=False)
        return rows.filter(mine)


class Evidence(models.Model):
    """One piece. There is no door to change it: a mistake is put right by a further piece that corrects it."""

    class Form(models.TextChoices):
        ORIGINAL = "original", "原本"
        COPY = "copy", "複製"

    incident = models.ForeignKey(Incident, verbose_name="インシデント", on_delete=models.PROTECT, related_name="evidence")
    name = models.CharField("証拠", max_length=200)
    form = models.CharField("原本・複製", max_length=16, choices=Form)
    source = models.CharField("どこから採ったか", max_length=300)
    taken_by = models.CharField("採った人", max_length=200)
    taken_at = models.DateTimeField("採った日時")
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    note = models.TextField("説明", max_length=2000, blank=True)
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="いま持っている職員", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    corrects = models.ForeignKey(
        "self", verbose_name="訂正する証拠", null=True, blank=True, on_delete=models.PROTECT, related_name="corrections"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="登録した人", on_delete=models.PROTECT, related_name="+")
    by_as = models.CharField("役割", max_length=200)
    at = models.DateTimeField("登録日時")

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = "証拠"
        verbose_name_plural = "証拠"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.incident} 証拠{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("incidents:evidence", args=[self.pk])

    @classmethod
    def can_keep(cls, user: User, incident: Incident, *, at: datetime) -> bool:
        """Who enters evidence and hands it on: those who handle the incident above the section."""
        return actor_of(user, incident, *KEEPERS, at=at) is not None

    @classmethod
    @transaction.atomic
    def secure(
        cls,
        incident: Incident,
        *,
        name: str,
        form: str,
        source: str,
        taken_by: str,
        taken_at: datetime,
        place: str,
        by: User,
        at: datetime,
        sha256: str = "",
        note: str = "",
        holder: User | None = None,
        corrects: "Evidence | None" = None,
        uploads: list[File] | None = None,
    ) -> "Evidence":
        """Enter a piece with where it is kept; files are attached to it and their digest is the portal's own.

        Evidence is taken in whatever the state of the incident: what comes to light later belongs to it as well.
        """
        incident = incident.lock()
        actor = demand(by, incident, *KEEPERS, at=at)
        guard_time(incident, taken_at, at=at, field="taken_at")
        if corrects is not None and corrects.incident_id != incident.pk:
            raise ValidationError({"corrects": "同じインシデントの証拠を選んでください。"})
        piece = cls.objects.create(
            incident=incident,
            name=name,
            form=form,
            source=source,
            taken_by=taken_by,
            taken_at=taken_at,
            sha256=_agreed(sha256, _digest_of(uploads or [])),
            note=note,
            holder=holder or by,
            corrects=corrects,
            by=by,
            by_as=actor.label,
            at=at,
        )
        CustodyMove.objects.create(
            evidence=piece,
            kind=CustodyMove.Kind.KEPT,
            taker=(holder or by).name,
            place=place,
            moved_at=taken_at,
            reason="登録",
            by=by,
            by_as=actor.label,
            at=at,
        )
        for upload in uploads or []:
            attach(piece, upload, by=by)
        changes = {"evidence": piece.pk, "original": form, "sha256": piece.sha256}
        record(by, "incidents.evidence.secured", incident, role=actor.label, in_place_of=actor.in_place_of, at=at, **changes)
        return piece

    @property
    def is_lent(self) -> bool:
        """Outside the house now: lent to the police or another body and not yet back."""
        last = self.moves.last()
        return last is not None and last.kind == CustodyMove.Kind.LENT

    @transaction.atomic
    def hand_on(
        self, kind: str, *, taker: str, place: str, moved_at: datetime, reason: str, by: User, at: datetime, holder: User | None = None
    ) -> "CustodyMove":
        """It goes into other hands: to a colleague (`holder`), on loan to the police, back, to another place of keeping."""
        incident = self.incident.lock()
        actor = demand(by, incident, *KEEPERS, at=at)
        last = self.moves.select_related("evidence").last()
        if (kind == CustodyMove.Kind.RETURNED) != self.is_lent:
            raise ValidationError({"kind": "貸し出している証拠だけが返却されます。今の保管の状況を確かめてください。"})
        if not last.moved_at <= moved_at <= at:
            raise ValidationError({"moved_at": "前の受渡しから今までの日時を入力してください。"})
        move = CustodyMove.objects.create(
            evidence=self,
            kind=kind,
            giver=last.taker,
            taker=holder.name if holder else taker,
            place=place,
            moved_at=moved_at,
            reason=reason,
            by=by,
            by_as=actor.label,
            at=at,
        )
        self.holder = None if kind == CustodyMove.Kind.LENT else holder or by
        self.save(update_fields=["holder"])
        record(
            by, "incidents.evidence.moved", incident, role=actor.label, in_place_of=actor.in_place_of, at=at, evidence=self.pk, kind=kind
        )
        return move


class CustodyMove(models.Model):
    """One line of the custody log: written once, never altered."""

    class Kind(models.TextChoices):
        KEPT = "kept", "保管"
        HANDED = "handed", "引渡し"
        LENT = "lent", "警察などへの貸出し"
        RETURNED = "returned", "返却"

    evidence = models.ForeignKey(Evidence, verbose_name="証拠", on_delete=models.PROTECT, related_name="moves")
    kind = models.CharField("動き", max_length=16, choices=Kind)
    giver = models.CharField("渡した人", max_length=200, blank=True)
    taker = models.CharField("受け取った人", max_length=200)
    place = models.CharField("保管場所", max_length=200)
    reason = models.CharField("理由", max_length=300)
    moved_at = models.DateTimeField("受渡しの日時")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="記録した人", on_delete=models.PROTECT, related_name="+")
    by_as = models.CharField("役割", max_length=200)
    at = models.DateTimeField("記録日時")

    class Meta:
        verbose_name = "証拠の受渡し"
        verbose_name_plural = "証拠の受渡し"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.evidence} {self.get_kind_display()}"


def _agreed(typed: str, computed: str) -> str:
    """The digest of the piece; ValidationError where a typed one is not that of the attached file."""
    typed = typed.strip().lower()
    if typed and computed and typed != computed:
        raise ValidationError({"sha256": "入力した値が、添付したファイルの値と一致しません。ファイルか値を確かめてください。"})
    return typed or computed


def _digest_of(uploads: list[File]) -> str:
    """The digest of the one file that a piece consists of; several files have their digests each, beside them."""
    if len(uploads) != 1:
        return ""
    total = hashlib.sha256()
    for chunk in uploads[0].chunks():
        total.update(chunk)
    uploads[0].seek(0)
    return total.hexdigest()
