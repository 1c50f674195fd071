"""Whom outside the city an incident is told to: data that the city keeps, not code (fixtures/authority_reports.json).

A body that follows rules of its own (議会) has a rule set of its own; the others share the default one.
"""

from datetime import datetime
from typing import Self

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.urls import reverse

from incidents.authorities.deadlines import DueRule
from incidents.chain import Party
from incidents.parties import Reach
from musashimurayama_isms.accounts.models import Department, User
from musashimurayama_isms.trail.record import record

from .kind import CodeManager


class RuleSet(models.Model):
    """Which rules bind a department: the national Act for the executive bodies, an ordinance of its own for the assembly."""

    code = models.SlugField("コード", max_length=32, unique=True)
    name = models.CharField("名称", max_length=100)
    departments = models.JSONField("所属のコード", default=list, blank=True, help_text="その所属と、その下の課に当てはまります。")
    is_default = models.BooleanField("ほかのすべての所属", default=False)
    notice = models.CharField("画面に示す注意", max_length=500, blank=True)

    objects = CodeManager()

    class Meta:
        verbose_name = "報告のきまり"
        verbose_name_plural = "報告のきまり"
        ordering = ["-is_default", "code"]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        return (self.code,)

    @classmethod
    def of(cls, department: Department) -> "RuleSet | None":
        """The set of a department: the one that names it or what stands above it, else the default; None where none is loaded."""
        rows = list(cls.objects.all())
        current: Department | None = department
        while current is not None:
            named = next((row for row in rows if current.code in row.departments), None)
            if named:
                return named
            current = current.parent
        return next((row for row in rows if row.is_default), None)


class TriggerQuestion(models.Model):
    """A question whose answer decides which authorities are told. One with a threshold is answered by the number of persons."""

    code = models.SlugField("コード", max_length=32, unique=True)
    group = models.CharField("まとまり", max_length=100)
    text = models.CharField("質問", max_length=200)
    word = models.CharField("当てはまるときの言い方", max_length=60)
    hint = models.CharField("補足", max_length=300, blank=True)
    unknown_counts = models.BooleanField(
        "分からないときは「はい」とみなす", default=False, help_text="おそれがあるだけで報告が要るものに印を付けます。"
    )
    asked_when = models.SlugField(
        "前提となる質問", max_length=32, blank=True, help_text="前提が「いいえ」のとき、この質問は当てはまりません。"
    )
    threshold = models.PositiveIntegerField("人数がこれを超えるとき", null=True, blank=True)
    position = models.PositiveIntegerField("並び順", default=0)
    is_active = models.BooleanField("使う", default=True)

    objects = CodeManager()

    class Meta:
        verbose_name = "報告先を決める質問"
        verbose_name_plural = "報告先を決める質問"
        ordering = ["position"]

    def __str__(self) -> str:
        return self.text

    def natural_key(self) -> tuple[str]:
        return (self.code,)


class Authority(models.Model):
    """One that is told: a public authority, or the persons concerned."""

    code = models.SlugField("コード", max_length=32, unique=True)
    name = models.CharField("報告先", max_length=100)
    group = models.CharField(
        "同じ送信で済ませられる報告先", max_length=32, blank=True, help_text="同じ言葉の報告先は、一度の送信をまとめて記録できます。"
    )
    basis = models.CharField("根拠", max_length=200)
    clauses = models.JSONField("根拠条項", default=list, blank=True)
    rule_sets = models.ManyToManyField(RuleSet, verbose_name="当てはまるきまり", related_name="authorities")
    holder = models.CharField("報告する人", max_length=32, choices=Party, default=Party.COMMITTEE)
    needs = models.JSONField("すべてに当てはまること", default=list, blank=True)
    any_of = models.JSONField("どれかに当てはまること", default=list, blank=True)
    unless = models.JSONField("当てはまれば報告が要らないこと", default=list, blank=True)
    longer_for = models.JSONField("確報の期限が長くなること", default=list, blank=True)
    is_statutory = models.BooleanField("法律が求める", default=False, help_text="「送らない」と決めることはできません。")
    is_voluntary = models.BooleanField("送るかを判断する", default=False, help_text="当てはまっても、送るかどうかを人が決めます。")
    is_to_persons = models.BooleanField("本人への通知", default=False)
    channel = models.CharField("送り方", max_length=300, blank=True)
    note = models.CharField("注意", max_length=300, blank=True)
    check_reason = models.CharField("要確認の理由", max_length=300, blank=True, help_text="市が確かめるまで「要確認」と示します。")
    position = models.PositiveIntegerField("並び順", default=0)
    is_active = models.BooleanField("使う", default=True)

    objects = CodeManager()

    class Meta:
        verbose_name = "報告先"
        verbose_name_plural = "報告先"
        ordering = ["position"]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        return (self.code,)

    def get_absolute_url(self) -> str:
        return reverse("incidents:authority", args=[self.code])

    @transaction.atomic
    def change(self, *, channel: str, note: str, check_reason: str, is_active: bool, by: User, at: datetime) -> None:
        """Enter how the city reaches it, or that what was to be checked is settled (an empty `check_reason`).

        Reports that are open stay as they are. Raises PermissionDenied for who does not keep the data, ValidationError where
        a report that the law demands would be switched off.
        """
        authority = Authority.objects.select_for_update(no_key=True).get(pk=self.pk)
        if not keeps_authorities(Reach.of(by, at=at)):
            raise PermissionDenied("報告先を直せるのは、情報化推進委員会（事務局）と中央電子計算組織管理者です。")
        if authority.is_statutory and not is_active:
            raise ValidationError({"is_active": "法律が求める報告先は、使わないことにはできません。"})
        settled = bool(authority.check_reason) and not check_reason
        authority.channel, authority.note, authority.check_reason, authority.is_active = channel, note, check_reason, is_active
        authority.save(update_fields=["channel", "note", "check_reason", "is_active"])
        record(by, "incidents.authority.changed", authority, at=at, code=authority.code, is_active=is_active, check_settled=settled)
        self.refresh_from_db()


def keeps_authorities(reach: Reach) -> bool:
    """Who keeps the data of the authorities: the committee's people and 中央管理者."""
    return bool(reach.city & {Party.COMMITTEE, Party.CENTRAL_MANAGER})


class AuthorityStageQuerySet(models.QuerySet):
    def get_by_natural_key(self, authority: str, code: str) -> "AuthorityStage":
        return self.get(authority__code=authority, code=code)

    def for_rule_set(self, rules: RuleSet | None) -> Self:
        """What is asked of the departments under these rules now."""
        return self.filter(authority__is_active=True, authority__rule_sets=rules).select_related("authority")


class AuthorityStage(models.Model):
    """One report to an authority: 第一報, 速報, 確報 or 通知, with its term and the form it is written in."""

    class Code(models.TextChoices):
        FIRST = "first", "第一報"
        PROMPT = "prompt", "速報"
        FINAL = "final", "確報"
        NOTICE = "notice", "通知"

    authority = models.ForeignKey(Authority, verbose_name="報告先", on_delete=models.CASCADE, related_name="stages")
    code = models.CharField("段階", max_length=16, choices=Code)
    name = models.CharField("名称", max_length=100)
    rule = models.CharField("期限の数え方", max_length=32, choices=DueRule)
    is_later = models.BooleanField("後の段階", default=False, help_text="インシデントの「外部報告」の段は、これを待たずに終わります。")
    form = models.JSONField("様式の項目", default=list, help_text="報告先の様式の順に並べます。")
    position = models.PositiveIntegerField("並び順", default=0)

    objects = AuthorityStageQuerySet.as_manager()

    class Meta:
        verbose_name = "報告の段階"
        verbose_name_plural = "報告の段階"
        ordering = ["authority__position", "position"]
        constraints = [models.UniqueConstraint(fields=["authority", "code"], name="incidents_authoritystage_once")]

    def __str__(self) -> str:
        """総務省 第一報・続報; the authority alone where its name says it already (本人への通知)."""
        whole = self.authority.name
        return whole if whole.endswith(self.name) else f"{whole} {self.name}"

    def natural_key(self) -> tuple[str, str]:
        return (self.authority.code, self.code)

    natural_key.dependencies = ["incidents.authority"]
