"""What a clause obliges whom to do: the rows that requests, reports, ledgers, duties and inspections hang on.

A row names its clause by number, not by key: it survives the revisions of the text, and is renumbered with its clause on
the day a new one comes into force (policy.carrying). Its own `key` never changes: by it the catalogue knows the rows that
are there, also those that were given up. Summary, question and evidence are
the city's own words for daily use, never the sentences of the policy. Whether an obligation is kept is never stored, it
is asked (policy.coverage).
"""

from datetime import datetime
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from musashimurayama_isms.accounts.models import RoleCode, User
from musashimurayama_isms.accounts.standing import is_staff_of_portal
from policy.numbers import printed

from .document import Document

# What an obligation may speak of, in the words of the filters and the sheets.
SYSTEMS = (
    "マイナンバー利用事務系",
    "LGWAN接続系",
    "インターネット接続系",
    "インターネット非接続のシステム",
    "特定個人情報等",
    "情報システム",
    "ソフトウェア",
    "開発環境",
    "サーバ",
    "ファイルサーバ",
    "端末装置",
    "モバイル端末",
    "複合機",
    "電磁的記録媒体",
    "ICカード",
    "管理区域",
    "ネットワーク",
    "無線LAN",
    "外部ネットワーク",
    "外部からの接続",
    "外部公開システム",
    "ウェブサイト",
    "電子メール",
    "Web会議",
    "外部サービス",
    "ソーシャルメディア",
    "委託",
)
DEPTH = 6  # the parts of the longest clause number


class Bearer(models.TextChoices):
    """Who carries obligations: the roles of the portal by their own codes, and the two that are no role of a person."""

    TERMINAL_USER = RoleCode.TERMINAL_USER.value, RoleCode.TERMINAL_USER.label
    PROMOTER = RoleCode.PROMOTER.value, RoleCode.PROMOTER.label
    SECTION_OFFICER = RoleCode.SECTION_OFFICER.value, RoleCode.SECTION_OFFICER.label
    DIVISION_OFFICER = RoleCode.DIVISION_OFFICER.value, RoleCode.DIVISION_OFFICER.label
    CENTRAL_MANAGER = RoleCode.CENTRAL_MANAGER.value, RoleCode.CENTRAL_MANAGER.label
    GENERAL_MANAGER = RoleCode.GENERAL_MANAGER.value, RoleCode.GENERAL_MANAGER.label
    CISO = RoleCode.CISO.value, RoleCode.CISO.label
    COMMITTEE = "COMMITTEE", "情報化推進委員会"
    AUDIT_HEAD = RoleCode.AUDIT_HEAD.value, RoleCode.AUDIT_HEAD.label
    AUDITOR = RoleCode.AUDITOR.value, RoleCode.AUDITOR.label
    SERVICE_MANAGER = RoleCode.SERVICE_MANAGER.value, RoleCode.SERVICE_MANAGER.label
    PERMIT_AUTHORITY = RoleCode.PERMIT_AUTHORITY.value, RoleCode.PERMIT_AUTHORITY.label
    CONTRACTOR = "CONTRACTOR", "委託事業者"


def position_of(clause: str, ordinal: int) -> int:
    """The place of an obligation in the order of the document, from its numbers alone: two digits for each part."""
    parts = [int(part) for part in clause.split(".")]
    padded = [*parts, *[0] * (DEPTH - len(parts)), ordinal]
    return int("".join(f"{part:02d}" for part in padded))


def _is_under(number: str) -> Q:
    return Q(clause=number) | Q(clause__startswith=f"{number}.")


def key_of(clause: str, ordinal: int) -> str:
    """The key of a row of the catalogue: 3.5.2.7.2#1, by the numbers of the text that the catalogue was written for."""
    return f"{clause}#{ordinal}"


class OwnWordsQuerySet(models.QuerySet):
    """Rows that hang on a clause number and are as visible as its chapter."""

    def in_force(self) -> Self:
        """Without those that a revision has given up."""
        return self.filter(retired_on=None)

    def under(self, number: str) -> Self:
        """Those of a clause and of everything below it."""
        return self.filter(_is_under(number))

    def visible_to(self, user: User, *, at: datetime) -> Self:
        """All in force for administrators, `public` for everybody else."""
        return self.in_force() if is_staff_of_portal(user, at=at) else self.public()

    def public(self) -> Self:
        """Those in force, without the chapters of a part of the policy that is 非公開."""
        rows = self.in_force()
        for chapters in Document.objects.filter(access=Document.Access.CLOSED).exclude(part_of=None).values_list("chapters", flat=True):
            for chapter in chapters:
                rows = rows.exclude(_is_under(str(chapter)))
        return rows


class ObligationQuerySet(OwnWordsQuerySet):
    def for_bearer(self, code: str) -> Self:
        """Those that a role or body carries, alone or with others."""
        return self.filter(bearings__bearer=code)

    def of_kind(self, *kinds: str) -> Self:
        return self.filter(kind__in=kinds)

    def prohibitions(self) -> Self:
        return self.filter(is_prohibition=True)

    def with_bearers(self) -> Self:
        """Ready to say who: one more query, however many rows."""
        return self.prefetch_related("bearings")

    def get_by_natural_key(self, key: str) -> "Obligation":
        return self.get(key=key)


class Obligation(models.Model):
    """One thing that a clause asks of somebody, and the mechanism by which the portal keeps it."""

    class Kind(models.TextChoices):
        PERMISSION = "permission", "許可"
        REPORT = "report", "報告・連絡"
        RECORD = "record", "記録"
        DUTY = "duty", "定めて行う業務"
        CONDUCT = "conduct", "行動"
        MEASURE = "measure", "対策"

    key = models.CharField("固有の番号", max_length=40, unique=True, editable=False, help_text="条項の番号が変わっても変わらない")
    clause = models.CharField("条項", max_length=32, db_index=True, help_text="例 3.5.2.7.2")
    ordinal = models.PositiveSmallIntegerField("条項の中の順", help_text="新しい義務は後ろに足す")
    position = models.PositiveBigIntegerField("並び順", editable=False)
    kind = models.CharField("種類", max_length=16, choices=Kind)
    is_prohibition = models.BooleanField("禁止", default=False)
    names = models.JSONField("ポリシーの呼び名", default=list, blank=True, help_text="役割の名称と異なるとき")
    names_nobody = models.BooleanField("主体の定めなし", default=False, help_text="条項が主体を書いていない")
    asset_classes = models.JSONField("分類", default=list, blank=True, help_text="1（分類Ⅰ）から4（分類Ⅳ）")
    systems = models.JSONField("対象", default=list, blank=True)
    trigger = models.CharField("いつ", max_length=100, blank=True)
    summary = models.CharField("趣旨", max_length=300)
    question = models.CharField("点検の問い", max_length=200)
    evidence = models.CharField("証拠", max_length=200, blank=True)
    mechanism = models.CharField("仕組み", max_length=64, db_index=True, help_text="例 request:transport")
    retired_on = models.DateField("廃止日", null=True, blank=True, editable=False)

    objects = ObligationQuerySet.as_manager()

    class Meta:
        verbose_name = "義務"
        verbose_name_plural = "義務"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["clause", "ordinal"], condition=Q(retired_on=None), name="policy_obligation_once"),
            models.CheckConstraint(condition=Q(ordinal__gte=1, ordinal__lte=99), name="policy_obligation_ordinal_two_digits"),
        ]

    def __str__(self) -> str:
        return f"{self.citation} {self.summary}"

    def natural_key(self) -> tuple[str]:
        return (self.key,)

    def clean(self) -> None:
        """Words outside the set of `SYSTEMS` would never be found by a filter."""
        if unknown := [word for word in self.systems if word not in SYSTEMS]:
            raise ValidationError({"systems": f"対象の語にないものがあります: {'、'.join(unknown)}"})

    @property
    def citation(self) -> str:
        return printed(self.clause)

    @property
    def section(self) -> str:
        """The 節 that the clause stands in: 3.5 for 3.5.2.7.2."""
        return ".".join(self.clause.split(".")[:2])

    @property
    def bearer_codes(self) -> list[str]:
        """Who carries it, in the order of `Bearer`; ask with `with_bearers` for many rows."""
        order = list(Bearer.values)
        return sorted((row.bearer for row in self.bearings.all()), key=order.index)

    @property
    def roles(self) -> list[str]:
        """The names of the roles that carry it."""
        return [Bearer(code).label for code in self.bearer_codes]

    @property
    def called(self) -> list[str]:
        """Who is obliged, as the policy names them; the names of the roles where it names nobody or names them so."""
        return self.names or self.roles

    @property
    def called_otherwise(self) -> bool:
        """Whether the policy's own word differs from the names of the roles, so that both should be shown."""
        return bool(self.names) and self.names != self.roles


class Bearing(models.Model):
    """One role or body that carries an obligation."""

    obligation = models.ForeignKey(Obligation, verbose_name="義務", on_delete=models.CASCADE, related_name="bearings")
    bearer = models.CharField("担い手", max_length=32, choices=Bearer)

    class Meta:
        verbose_name = "義務の担い手"
        verbose_name_plural = "義務の担い手"
        constraints = [models.UniqueConstraint(fields=["obligation", "bearer"], name="policy_bearing_once")]
        indexes = [models.Index(fields=["bearer"], name="policy_bearing_bearer")]

    def __str__(self) -> str:
        return self.get_bearer_display()


class ExemptionQuerySet(OwnWordsQuerySet):
    def get_by_natural_key(self, key: str) -> "Exemption":
        return self.get(key=key)


class Exemption(models.Model):
    """Why a clause obliges nobody: a definition, a purpose."""

    key = models.CharField("固有の番号", max_length=40, unique=True, editable=False)
    clause = models.CharField("条項", max_length=32, db_index=True)
    reason = models.CharField("理由", max_length=200)
    retired_on = models.DateField("廃止日", null=True, blank=True, editable=False)

    objects = ExemptionQuerySet.as_manager()

    class Meta:
        verbose_name = "義務のない条項"
        verbose_name_plural = "義務のない条項"
        constraints = [models.UniqueConstraint(fields=["clause"], condition=Q(retired_on=None), name="policy_exemption_once")]

    def __str__(self) -> str:
        return f"{printed(self.clause)} {self.reason}"

    def natural_key(self) -> tuple[str]:
        return (self.key,)
