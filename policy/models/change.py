"""The 新旧対照表 of a draft: what became of each clause of the text that it was compared with."""

from collections.abc import Iterable, Iterator
from typing import Self

from django.db import models
from django.db.models import Q

from policy.comparison import ChangeKind, Pair, compare, parent_of
from policy.numbers import printed

from .clause import Clause
from .document import Document, Revision

GONE_BEFORE = "old-"  # before the number of a 節 that the new text no longer has


class ClauseChangeQuerySet(models.QuerySet):
    def telling(self) -> Self:
        """What a reader wants to know: without what stayed, and without what only moved along with the clause above it."""
        return self.exclude(kind=ChangeKind.UNCHANGED).exclude(kind=ChangeKind.MOVED, with_parent=True)

    def with_texts(self) -> Self:
        """Ready to be drawn: one query, however many rows."""
        heavy = (f"{side}__{name}" for side in ("old", "new") for name in ("printed_text", "search_text"))
        return self.select_related("old", "new").defer(*heavy)

    def without(self, chapters: Iterable[str]) -> Self:
        """Without the chapters of a part that is 非公開 (2.9)."""
        rows = self
        for chapter in chapters:
            for side in ("old_number", "new_number"):
                rows = rows.exclude(Q(**{side: chapter}) | Q(**{f"{side}__startswith": f"{chapter}."}))
        return rows


class ClauseChange(models.Model):
    """One line of the table: a clause as it was and as it will be."""

    revision = models.ForeignKey(Revision, verbose_name="改正後の版", on_delete=models.CASCADE, related_name="changes")
    position = models.PositiveIntegerField("並び順")
    kind = models.CharField("変更の種類", max_length=16, choices=ChangeKind)
    old = models.ForeignKey(Clause, verbose_name="改正前", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    new = models.ForeignKey(Clause, verbose_name="改正後", null=True, blank=True, on_delete=models.CASCADE, related_name="changes")
    old_number = models.CharField("改正前の番号", max_length=32, blank=True)
    new_number = models.CharField("改正後の番号", max_length=32, blank=True)
    section = models.CharField("章・節", max_length=32)
    ratio = models.FloatField("似ている度合い", default=0)
    with_parent = models.BooleanField("上位の条項に伴う移動", default=False)

    objects = ClauseChangeQuerySet.as_manager()

    class Meta:
        verbose_name = "条項の変更"
        verbose_name_plural = "条項の変更"
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["revision", "position"], name="policy_clausechange_position_once")]
        indexes = [
            models.Index(fields=["revision", "kind"], name="policy_clausechange_kind"),
            models.Index(fields=["revision", "section"], name="policy_clausechange_section"),
        ]

    def __str__(self) -> str:
        return f"{self.citation} {self.get_kind_display()}"

    @property
    def number(self) -> str:
        """By which the line is known: the new number, or the old one of what is gone."""
        return self.new_number or self.old_number

    @property
    def citation(self) -> str:
        return printed(self.number)

    @property
    def clause(self) -> Clause:
        """The clause as it will be, or as it was."""
        return self.new or self.old

    @property
    def is_reworded(self) -> bool:
        return self.kind in (ChangeKind.REWORDED, ChangeKind.MOVED_AND_REWORDED)

    @classmethod
    def renew(cls, revision: Revision, base: Revision) -> list["ClauseChange"]:
        """Compare the texts anew and store the lines in place of those there were; the caller holds the lock of the draft."""
        revision.changes.all().delete()
        pairs = compare(*(side.clauses.order_by("position") for side in (base, revision)))
        return cls.objects.bulk_create(_rows(revision, pairs))


def _rows(revision: Revision, pairs: list[Pair]) -> Iterator[ClauseChange]:
    numbers = {pair.old.number: pair.new.number for pair in pairs if pair.old and pair.new}
    for position, pair in enumerate(pairs, start=1):
        old, new = (side.number if side else "" for side in (pair.old, pair.new))
        is_renumbered = bool(old and new and old != new)
        yield ClauseChange(
            revision=revision,
            position=position,
            kind=pair.kind,
            old=pair.old,
            new=pair.new,
            old_number=old,
            new_number=new,
            section=section_of(new) if new else _section_of_gone(old, numbers),
            ratio=round(pair.ratio, 4),
            with_parent=is_renumbered and _last(old) == _last(new) and numbers.get(parent_of(old)) == parent_of(new),
        )


def section_of(number: str) -> str:
    """The 節 that a clause stands in: 3.5 for 3.5.2.7.2; a chapter is its own."""
    return ".".join(number.split(".")[:2])


def _section_of_gone(number: str, numbers: dict[str, str]) -> str:
    """Where a clause that is gone would stand now; a name of its own where the whole 節 is gone."""
    section = section_of(number)
    return numbers.get(section) or f"{GONE_BEFORE}{section}"


def _last(number: str) -> str:
    return number.rpartition(".")[2]


def closed_chapters(document: Document) -> list[str]:
    """The chapters of the parts of a document that are 非公開."""
    rows = Document.objects.filter(part_of=document, access=Document.Access.CLOSED).values_list("chapters", flat=True)
    return [str(chapter) for chapters in rows for chapter in chapters]
