"""持ち出した監査項目の表: what was taken along, what came back, and the cells where both sides have written."""

from collections.abc import Mapping
from datetime import datetime
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models, transaction

from audits.three_ways import Cell, Outcome
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .check_item import WRITTEN, CheckItem, Result
from .columns import at_when, by_whom
from .engagement import Engagement
from .visible import Inside

FIELDWORK = (Engagement.Phase.FIELDWORK,)
Rows = Mapping[int, Mapping[str, str]]  # number of the item → what the file says of it


class Takeaway(models.Model):
    """One workbook that left the portal, with what stood in it."""

    engagement = models.ForeignKey(Engagement, verbose_name="監査", on_delete=models.PROTECT, related_name="takeaways")
    base = models.JSONField("持ち出した内容", default=dict)
    by = by_whom("持ち出した人")
    at = at_when("持ち出した日時", null=False)

    objects = Inside.as_manager()

    class Meta:
        verbose_name = "持ち出した表"
        verbose_name_plural = "持ち出した表"
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.code

    @property
    def code(self) -> str:
        """What stands in the workbook, so that it is known when it comes back."""
        return f"{self.engagement.number}/{self.pk}"

    @classmethod
    @transaction.atomic
    def take(cls, engagement: Engagement, *, by: User, at: datetime) -> "Takeaway":
        """Remember what stands in the list now; by an auditor, while it is prepared or worked on."""
        phases = (Engagement.Phase.PREPARING, Engagement.Phase.SURVEY, *FIELDWORK)
        engagement = engagement.written_by(by, at=at, phases=phases)
        base = {str(item.position): item.as_written() for item in engagement.items.all()}
        if not base:
            raise InvalidTransition("監査項目がありません。先に監査項目を作ってください。")
        row = cls.objects.create(engagement=engagement, base=base, by=by, at=at)
        record(by, "audits.checklist.taken_along", engagement, at=at, count=len(base))
        return row


class MergeQuerySet(Inside):
    def open(self) -> Self:
        """With a cell that nobody has decided on."""
        return self.filter(conflicts__decided_at__isnull=True, conflicts__isnull=False).distinct()


class Merge(models.Model):
    """A workbook that came back."""

    engagement = models.ForeignKey(Engagement, verbose_name="監査", on_delete=models.PROTECT, related_name="merges")
    takeaway = models.ForeignKey(Takeaway, verbose_name="持ち出した表", on_delete=models.PROTECT, related_name="merges")
    file_digest = models.CharField("SHA-256", max_length=64)
    taken = models.PositiveIntegerField("取り込んだ欄", default=0)
    kept = models.PositiveIntegerField("ポータルのままにした欄", default=0)
    by = by_whom("取り込んだ人")
    at = at_when("取り込んだ日時", null=False)

    objects = MergeQuerySet.as_manager()

    class Meta:
        verbose_name = "表の取込み"
        verbose_name_plural = "表の取込み"
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.engagement} 表の取込み"

    @classmethod
    @transaction.atomic
    def read(cls, takeaway: Takeaway, rows: Rows, *, file_digest: str, by: User, at: datetime) -> "Merge":
        """Merge what came back, cell by cell: what only the file says is taken, what both say becomes a conflict to be decided.

        ValidationError for an item that was not taken along or a result that is none; then nothing is written.
        """
        engagement = takeaway.engagement.written_by(by, at=at, phases=FIELDWORK)
        _guard(rows, takeaway.base)
        items = {item.position: item for item in engagement.items.select_for_update(no_key=True).order_by("position")}
        merge = cls.objects.create(engagement=engagement, takeaway=takeaway, file_digest=file_digest, by=by, at=at)
        conflicts = []
        for position, given in sorted(rows.items()):
            item = items.get(position)
            if item is None:
                raise ValidationError(f"項目{position}は、いまの一覧にありません。表を持ち出し直してください。")
            item.engagement = engagement
            cells = {name: Cell(takeaway.base[str(position)][name], given[name], getattr(item, name)) for name in WRITTEN}
            item.write({name: cell.merged for name, cell in cells.items()}, by=by, at=at)
            merge.taken += sum(cell.outcome is Outcome.TAKEN for cell in cells.values())
            merge.kept += sum(cell.outcome is Outcome.KEPT for cell in cells.values())
            conflicts += [
                MergeConflict(merge=merge, item=item, field=name, base=cell.base, file=cell.file, portal=cell.portal)
                for name, cell in cells.items()
                if cell.outcome is Outcome.CONFLICT
            ]
        MergeConflict.objects.bulk_create(conflicts)
        merge.save(update_fields=["taken", "kept"])
        changes = {"count": merge.taken, "conflicts": len(conflicts), "digest": file_digest}
        record(by, "audits.checklist.merged", engagement, at=at, **changes)
        return merge


def _guard(rows: Rows, base: Mapping[str, object]) -> None:
    unknown = [position for position in rows if str(position) not in base]
    if unknown:
        raise ValidationError(f"持ち出していない項目があります：{'、'.join(map(str, unknown))}")
    for position, given in rows.items():
        if given["result"] not in ("", *Result.values):
            raise ValidationError(f"項目{position}の結果「{given['result']}」は、7つの結果のどれでもありません。")


class MergeConflictQuerySet(models.QuerySet):
    def visible_to(self, user: User, *, at: datetime | None = None) -> Self:
        return self.filter(merge__in=Merge.objects.visible_to(user, at=at).values("pk"))

    def open(self) -> Self:
        return self.filter(decided_at__isnull=True)


class MergeConflict(models.Model):
    """One cell with three texts; all three stay, whatever is decided."""

    class Choice(models.TextChoices):
        FILE = "file", "表の内容にした"
        PORTAL = "portal", "ポータルの内容のままにした"
        BOTH = "both", "両方を残した"

    merge = models.ForeignKey(Merge, verbose_name="表の取込み", on_delete=models.CASCADE, related_name="conflicts")
    item = models.ForeignKey(CheckItem, verbose_name="監査項目", on_delete=models.PROTECT, related_name="conflicts")
    field = models.CharField("欄", max_length=16)
    base = models.TextField("持ち出したときの内容", blank=True)
    file = models.TextField("表の内容", blank=True)
    portal = models.TextField("ポータルの内容", blank=True)
    choice = models.CharField("決めたこと", max_length=8, choices=Choice, blank=True)
    decided_by = by_whom("決めた人", null=True)
    decided_at = at_when("決めた日時")

    objects = MergeConflictQuerySet.as_manager()

    class Meta:
        verbose_name = "食い違い"
        verbose_name_plural = "食い違い"
        ordering = ["item__position", "field", "pk"]

    def __str__(self) -> str:
        return f"{self.item} {self.field_word}"

    @property
    def field_word(self) -> str:
        return str(CheckItem._meta.get_field(self.field).verbose_name)

    def words(self, text: str) -> str:
        """A text of the cell as people read it."""
        return dict(Result.choices).get(text, text) if self.field == "result" else text

    @property
    def texts(self) -> list[tuple[str, str]]:
        pairs = (("持ち出したとき", self.base), ("表", self.file), ("ポータル", self.portal))
        return [(word, self.words(text)) for word, text in pairs]

    @property
    def can_keep_both(self) -> bool:
        """Texts can stand one below the other, results cannot."""
        return self.field != "result"

    @transaction.atomic
    def decide(self, choice: str, *, by: User, at: datetime) -> None:
        """Take the file's text, keep the portal's, or let both stand. InvalidTransition once it is decided, or for two results."""
        engagement = self.merge.engagement.written_by(by, at=at, phases=FIELDWORK)
        row = MergeConflict.objects.select_for_update(no_key=True).get(pk=self.pk)
        if row.decided_at is not None:
            raise InvalidTransition("この食い違いは、すでに解消しています。")
        if choice == self.Choice.BOTH and not row.can_keep_both:
            raise InvalidTransition("結果は一つです。どちらかを選んでください。")
        item = CheckItem.objects.select_for_update(no_key=True).get(pk=row.item_id)
        item.engagement = engagement
        now = getattr(item, row.field)
        text = {self.Choice.FILE: row.file, self.Choice.PORTAL: now, self.Choice.BOTH: f"{now}\n{row.file}"}[self.Choice(choice)]
        row.portal, row.choice, row.decided_by, row.decided_at = now, choice, by, at
        row.save(update_fields=["portal", "choice", "decided_by", "decided_at"])
        item.write({row.field: text} if row.field == "result" else {"result": item.result, row.field: text}, by=by, at=at)
        record(by, "audits.checklist.conflict_decided", engagement, at=at, item=item.position, merge_choice=row.get_choice_display())
        self.refresh_from_db()
