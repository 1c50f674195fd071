"""The clause tree of a revision, with the printed text beside the corrected one."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import is_staff_of_portal
from musashimurayama_isms.prepared import Prepared
from policy.numbers import printed

from .document import Document, Revision


def is_under(number: str) -> Q:
    """The clause itself and everything below it."""
    return Q(number=number) | Q(number__startswith=f"{number}.")


_SHUT = Prepared(lambda: Document.objects.filter(access=Document.Access.CLOSED).exclude(part_of=None).values_list("part_of", "chapters"))


class ClauseQuerySet(models.QuerySet):
    def visible_to(self, user: User, *, at: datetime) -> Self:
        """Clauses of visible revisions, without the chapters of a part that is 非公開; administrators see all."""
        if is_staff_of_portal(user, at=at):
            return self.all()
        drafts = Revision.objects.visible_to(user, at=at).exclude(status=Revision.Status.PUBLISHED)
        return self.public() | self.filter(revision__in=drafts)

    def public(self) -> Self:
        """What everybody may read: published, of a public document, outside the chapters of a part that is 非公開."""
        rows = self.filter(revision__status=Revision.Status.PUBLISHED, revision__document__access=Document.Access.PUBLIC)
        for document, chapters in _SHUT():
            for chapter in chapters:
                rows = rows.exclude(is_under(str(chapter)), revision__document=document)
        return rows

    def under(self, number: str) -> Self:
        """A clause and its whole subtree, in the order of the document."""
        return self.filter(is_under(number)).order_by("position")

    def above(self, number: str) -> Self:
        """The clauses that contain a clause, from the chapter down."""
        parts = number.split(".")
        return self.filter(number__in=[".".join(parts[:depth]) for depth in range(1, len(parts))]).order_by("position")

    def headings(self) -> Self:
        """Without the texts: what a table of contents needs."""
        return self.only("revision_id", "parent_id", "position", "number", "label", "heading")


class Clause(models.Model):
    """One numbered place of the text, chapters and 節 included; `number` is dotted, `label` as it should be printed."""

    revision = models.ForeignKey(Revision, verbose_name="版", on_delete=models.CASCADE, related_name="clauses")
    parent = models.ForeignKey("self", verbose_name="上位の条項", null=True, blank=True, on_delete=models.CASCADE, related_name="children")
    position = models.PositiveIntegerField("並び順")
    number = models.CharField("番号", max_length=32)
    label = models.CharField("表示", max_length=16)
    heading = models.CharField("見出し", max_length=200, blank=True)
    text = models.TextField("本文", blank=True, help_text="確実な校訂を施した本文")
    printed_text = models.TextField("原文", blank=True, help_text="読み込んだままの本文")
    printed_heading = models.CharField("原文の見出し", max_length=200, blank=True)
    printed_label = models.CharField("原文の番号", max_length=16, blank=True)
    tables = models.JSONField("表", default=list, blank=True, help_text="行ごとの文字列の一覧（表ごと）")
    line = models.PositiveIntegerField("原文の行", default=0)
    search_text = models.TextField("検索用", blank=True, editable=False)

    objects = ClauseQuerySet.as_manager()

    class Meta:
        verbose_name = "条項"
        verbose_name_plural = "条項"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["revision", "number"], name="policy_clause_number_once"),
            models.UniqueConstraint(fields=["revision", "position"], name="policy_clause_position_once"),
        ]

    def __str__(self) -> str:
        return f"{self.citation} {self.heading}".strip()

    @property
    def citation(self) -> str:
        """3-5(2)キ(イ)."""
        return printed(self.number)

    @property
    def depth(self) -> int:
        return self.number.count(".") + 1

    def get_absolute_url(self) -> str:
        return reverse("policy:clause", args=[self.number])


class Correction(models.Model):
    """One difference between the printed and the corrected text, with its kind and how certain it is."""

    class Kind(models.TextChoices):
        NUMBER = "NUM", "番号"
        CHARACTER = "CHR", "誤字"
        MISSING = "MISS", "脱字"
        DOUBLED = "DUP", "重複"
        GRAMMAR = "GRAM", "助詞・活用"
        SYMBOL = "SYM", "記号"
        ROLE = "ROLE", "役割の名称"
        TERM = "TERM", "用語"
        BREAK = "BRK", "改ページによる分断"
        FIGURE = "FIG", "図表の残り"
        LIST = "LIST", "箇条書き"
        SPACING = "SPC", "空白"
        WIDTH = "WID", "全角・半角"
        ORTHOGRAPHY = "ORTH", "表記"

    class Certainty(models.TextChoices):
        CERTAIN = "A", "確実"
        LIKELY = "B", "校訂候補（ほぼ確実）"
        DOUBTFUL = "C", "校訂候補（要確認）"

    clause = models.ForeignKey(Clause, verbose_name="条項", on_delete=models.CASCADE, related_name="corrections")
    kind = models.CharField("種類", max_length=8, choices=Kind)
    certainty = models.CharField("確かさ", max_length=1, choices=Certainty)
    printed = models.CharField("原文", max_length=200)
    reading = models.CharField("校訂", max_length=200)
    note = models.CharField("注記", max_length=200, blank=True)
    line = models.PositiveIntegerField("原文の行", default=0)

    class Meta:
        verbose_name = "校訂"
        verbose_name_plural = "校訂"
        ordering = ["clause__position", "line", "pk"]

    def __str__(self) -> str:
        return f"{self.printed}→{self.reading}"

    @property
    def is_applied(self) -> bool:
        """Only the certain ones are in the text; the rest are shown as 校訂候補."""
        return self.certainty == self.Certainty.CERTAIN
