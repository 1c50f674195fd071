"""A half-yearly list that was published, as it stood: kept with its digest, so that later changes are seen (3.4.2.10.4)."""

from datetime import date, datetime
from hashlib import sha256

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction

from incidents.parties import COMMITTEE_CODE, committee_actors
from musashimurayama_isms.accounts.models import Committee, User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

ISSUED = "incidents.half_year.issued"


class ListIssue(models.Model):
    """One publishing of the list of a half."""

    fiscal_year = models.PositiveSmallIntegerField("年度")
    part = models.PositiveSmallIntegerField("半期", choices=[(1, "上半期"), (2, "下半期")])
    version = models.PositiveIntegerField("版")
    text = models.TextField("公表した文")
    digest = models.CharField("要約値", max_length=64)
    count = models.PositiveIntegerField("件数")
    published_on = models.DateField("公表した日")
    where = models.CharField("公表した場所", max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="記録した人", on_delete=models.PROTECT, related_name="+")
    acted_as = models.CharField("役割", max_length=200)
    at = models.DateTimeField("記録日時")

    class Meta:
        verbose_name = "半期の一覧の公表"
        verbose_name_plural = "半期の一覧の公表"
        ordering = ["-version"]
        constraints = [models.UniqueConstraint(fields=["fiscal_year", "part", "version"], name="incidents_listissue_version_once")]

    def __str__(self) -> str:
        return f"{self.fiscal_year}年度{self.get_part_display()} 第{self.version}版"

    @classmethod
    @transaction.atomic
    def record(
        cls, fiscal_year: int, part: int, *, text: str, count: int, seen: str, published_on: date, where: str, by: User, at: datetime
    ) -> "ListIssue":
        """Record that the list was published; `seen` is the digest of the list before the person's eyes.

        PermissionDenied for all but the committee's people, InvalidTransition where the list has changed meanwhile.
        """
        actor = next((row for row in committee_actors(at=at) if row.person.pk == by.pk), None)
        if actor is None:
            raise PermissionDenied("一覧の公表を記録できるのは、情報化推進委員会（事務局）です。")
        if published_on > day_of(at):
            raise ValidationError({"published_on": "日付が未来になっています。公表した日を入力してください。"})
        Committee.objects.select_for_update(no_key=True).get(code=COMMITTEE_CODE)  # of two at once the second counts on
        version = cls.objects.filter(fiscal_year=fiscal_year, part=part).count() + 1
        digest = sha256(text.encode()).hexdigest()
        if seen != digest:
            raise InvalidTransition("新しい公表の決定などで、一覧の内容が変わりました。最新の内容を確かめてから記録してください。")
        fields = {"text": text, "digest": digest, "count": count, "published_on": published_on, "where": where}
        issue = cls.objects.create(fiscal_year=fiscal_year, part=part, version=version, by=by, acted_as=actor.label, at=at, **fields)
        record(by, ISSUED, issue, role=actor.label, at=at, version=version, count=count, digest=digest, published_on=published_on)
        return issue
