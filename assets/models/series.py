"""Running numbers of a section's register."""

from django.db import models

from musashimurayama_isms.accounts.models import Department


class AssetSeries(models.Model):
    """The last number given in a section; a number that was given once is never given again, it may stand on a label."""

    department = models.OneToOneField(Department, verbose_name="所管課", primary_key=True, on_delete=models.PROTECT, related_name="+")
    last = models.PositiveIntegerField("最後の番号", default=0)

    class Meta:
        verbose_name = "情報資産の番号"
        verbose_name_plural = "情報資産の番号"

    def __str__(self) -> str:
        return f"{self.department}: {self.last}"

    @classmethod
    def hold(cls, department: Department) -> None:
        """Lock the series for the transaction, by whoever will take a number after the trail's head."""
        cls.objects.get_or_create(department=department)
        cls.objects.select_for_update(no_key=True).get(department=department)

    @classmethod
    def take(cls, department: Department, count: int = 1) -> int:
        """The first of the next `count` numbers; inside the transaction that uses them."""
        cls.objects.get_or_create(department=department)
        series = cls.objects.select_for_update(no_key=True).get(department=department)
        first = series.last + 1
        series.last += count
        series.save(update_fields=["last"])
        return first
