"""不開示の理由: why a part of a record is not shown. Reference data in the city's hands."""

from django.db import models


class GroundManager(models.Manager["Ground"]):
    def get_by_natural_key(self, code: str) -> "Ground":
        return self.get(code=code)


class Ground(models.Model):
    """One reason, in words that stand on the paper."""

    code = models.SlugField("番号", max_length=32, unique=True)
    name = models.CharField("名称", max_length=100)
    words = models.CharField("説明", max_length=300)
    position = models.PositiveSmallIntegerField("並び順", default=0)

    objects = GroundManager()

    class Meta:
        verbose_name = "不開示の理由"
        verbose_name_plural = "不開示の理由"
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        return (self.code,)
