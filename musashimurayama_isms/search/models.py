"""What search looks at: the folded words of a row, beside the row and with the same life.

One table for all kinds, because one index then serves every word, and a floor that is searched needs no column for it.
"""

from collections.abc import Iterable
from typing import Any, Self

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models.functions import Cast, Replace


class SearchTextQuerySet(models.QuerySet):
    """Questions about folded words; who may see what is asked of the rows themselves, never here."""

    def of(self, model: type[models.Model]) -> Self:
        """The words of one kind."""
        return self.filter(content_type=ContentType.objects.get_for_model(model))

    def of_row(self, model: type[models.Model]) -> models.Subquery:
        """The folded words of each row of an outer query about the model: to ask the rows in their order, as far as is needed."""
        key = Replace(Cast(models.OuterRef("pk"), models.CharField()), models.Value("-"), models.Value(""))
        return models.Subquery(self.of(model).filter(key=key).order_by().values("text")[:1])


class SearchText(models.Model):
    """The folded words of one row. Derived: it can be made again at any time (`manage.py reindex_search`)."""

    content_type = models.ForeignKey(ContentType, verbose_name="種類", on_delete=models.CASCADE, related_name="+")
    key = models.CharField("対象の番号", max_length=64)
    text = models.TextField("検索用", blank=True)

    objects = SearchTextQuerySet.as_manager()

    class Meta:
        verbose_name = "検索用の言葉"
        verbose_name_plural = "検索用の言葉"
        constraints = [models.UniqueConstraint(fields=["content_type", "key"], name="search_text_once")]

    def __str__(self) -> str:
        return f"{self.content_type} {self.key}"

    @staticmethod
    def own_keys(model: type[models.Model], keys: Iterable[str]) -> list[Any]:
        """Keys that are kept of a model as the model itself has them."""
        field: Any = model._meta.pk
        return [field.to_python(key) for key in keys]
