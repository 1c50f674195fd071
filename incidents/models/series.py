"""Running numbers of a fiscal year."""

from django.db import models


class NumberSeries(models.Model):
    """The last number given in a fiscal year; its row is locked while the next one is taken, so numbers have no gaps and no doubles."""

    fiscal_year = models.PositiveSmallIntegerField("年度", primary_key=True)
    last = models.PositiveIntegerField("最後の番号", default=0)
    last_drill = models.PositiveIntegerField("訓練の最後の番号", default=0)

    class Meta:
        verbose_name = "番号"
        verbose_name_plural = "番号"

    def __str__(self) -> str:
        return f"{self.fiscal_year}: {self.last}"

    @classmethod
    def take(cls, fiscal_year: int, *, is_drill: bool = False) -> int:
        """The next number of the year; call it inside the transaction that uses it. Drills leave no gap in the real ones."""
        name = "last_drill" if is_drill else "last"
        cls.objects.get_or_create(fiscal_year=fiscal_year)
        series = cls.objects.select_for_update().get(fiscal_year=fiscal_year)
        setattr(series, name, getattr(series, name) + 1)
        series.save(update_fields=[name])
        return getattr(series, name)
