"""Running numbers of 注意喚起, 脆弱性 and 横展開, each of a fiscal year."""

from datetime import datetime

from django.db import models

from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.fiscal import fiscal_year


class AlertSeries(models.Model):
    """The last number of a kind in a year; its row is locked while the next one is taken."""

    class Kind(models.TextChoices):
        BULLETIN = "bulletin", "注"
        VULNERABILITY = "vulnerability", "脆"
        INQUIRY = "inquiry", "横"

    kind = models.CharField("種類", max_length=16, choices=Kind)
    fiscal_year = models.PositiveSmallIntegerField("年度")
    last = models.PositiveIntegerField("最後の番号", default=0)

    class Meta:
        verbose_name = "番号"
        verbose_name_plural = "番号"
        constraints = [models.UniqueConstraint(fields=["kind", "fiscal_year"], name="incidents_alertseries_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}{self.fiscal_year}: {self.last}"

    @classmethod
    def take(cls, kind: str, *, at: datetime) -> dict[str, int | str]:
        """`fiscal_year`, `sequence` and `number` (注R8-001) of the next row; call it inside the transaction that uses it."""
        year = fiscal_year(day_of(at))
        row, _ = cls.objects.get_or_create(kind=kind, fiscal_year=year)
        series = cls.objects.select_for_update(no_key=True).get(pk=row.pk)
        series.last += 1
        series.save(update_fields=["last"])
        return {"fiscal_year": year, "sequence": series.last, "number": f"{cls.Kind(kind).label}R{year - 2018}-{series.last:03d}"}
