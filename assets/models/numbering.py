"""Running numbers of the registers and ledgers."""

from django.db import models


class RegisterSeries(models.Model):
    """The last number of one register, or of one ledger in one fiscal year: no gaps, no doubles."""

    code = models.CharField("番号の系列", max_length=80, primary_key=True)
    last = models.PositiveIntegerField("最後の番号", default=0)

    class Meta:
        verbose_name = "台帳の番号"
        verbose_name_plural = "台帳の番号"

    def __str__(self) -> str:
        return f"{self.code}: {self.last}"

    @classmethod
    def hold(cls, code: str) -> None:
        """Lock the series for the transaction, by whoever will take a number after the trail's head."""
        cls.objects.get_or_create(code=code)
        cls.objects.select_for_update(no_key=True).get(code=code)

    @classmethod
    def take(cls, code: str, *, count: int = 1) -> int:
        """The first of the next `count` numbers; the row stays locked until the caller's transaction ends."""
        cls.objects.get_or_create(code=code)
        series = cls.objects.select_for_update(no_key=True).get(code=code)
        first = series.last + 1
        series.last += count
        series.save(update_fields=["last"])
        return first
