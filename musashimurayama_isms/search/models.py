"""What search looks at: the folded words of a row, beside the row and with the same life.

One table for all kinds, because one index then serves every word, and a floor that is searched needs no column for it.
"""

from typing import Any, Self

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models.functions import Cast


class SearchTextQuerySet(models.QuerySet):
    """Questions about folded words; who may see what is asked of the rows themselves, never here."""

    def of(self, model: type[models.Model]) -> Self:
        """The words of one kind."""
        return self.filter(content_type=ContentType.objects.get_for_model(model))

    def as_keys(self, model: type[models.Model]) -> models.QuerySet:
        """The keys of these rows as the model's own key, for `pk__in`; only after `of`, whose keys alone can be cast."""
        field: Any = model._meta.pk
        return self.order_by().annotate(row=Cast("key", field.__class__())).values("row")


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
