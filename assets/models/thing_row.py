"""A thing on the list of a move or of a disposal, with its name and class of that day."""

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models

from assets.classification import AssetClass
from assets.things import Thing
from musashimurayama_isms.jobs.subjects import key_of


class ThingRow(models.Model):
    """What the row points to stays; the label is that of the day of the permit."""

    content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    object_id = models.CharField(max_length=64)
    object = GenericForeignKey("content_type", "object_id")
    label = models.CharField("対象", max_length=250)
    asset_class = models.PositiveSmallIntegerField("分類", choices=AssetClass)
    position = models.PositiveSmallIntegerField("並び順")

    class Meta:
        abstract = True
        ordering = ["position"]

    def __str__(self) -> str:
        return self.label

    @property
    def thing(self) -> Thing:
        return Thing(self.object)

    @classmethod
    def of(cls, thing: Thing, position: int, *, at_least: int, **fields) -> "ThingRow":
        """The row for a thing, not yet saved; `at_least` is the class where none is known of it."""
        return cls(
            content_type=ContentType.objects.get_for_model(thing.row),
            object_id=key_of(thing.row),
            label=thing.label[:250],
            asset_class=thing.asset_class or at_least,
            position=position,
            **fields,
        )
