"""Which models are searched by words kept here, and what their words are; filled by the roof when the portal starts."""

from collections.abc import Callable, Iterable, Iterator

from django.db import models
from django.db.models.signals import post_delete, post_save

from . import index

Words = Callable[[models.Model], Iterable[str]]
_words: dict[type[models.Model], Words] = {}


def register(model: type[models.Model], words: Words) -> None:
    """From now on a saved row of the model is found by what `words(row)` gives, and a deleted one no more."""
    _words[model] = words
    post_save.connect(_saved, sender=model, dispatch_uid=f"search.{model._meta.label}")
    post_delete.connect(_deleted, sender=model, dispatch_uid=f"search.{model._meta.label}")


def registered() -> Iterator[tuple[type[models.Model], Words]]:
    """Every model with its words, in the order of registering."""
    yield from _words.items()


def _saved(sender: type[models.Model], instance: models.Model, update_fields: Iterable[str] | None, **kwargs: object) -> None:
    if update_fields is None or any(_bears_words(sender, name) for name in update_fields):
        index.put(instance, _words[sender](instance))


def _bears_words(model: type[models.Model], name: str) -> bool:
    """A changed state or time changes no words."""
    field = model._meta.get_field(name)
    return isinstance(field, models.CharField | models.TextField | models.JSONField | models.ForeignKey) or name == "sequence"


def _deleted(sender: type[models.Model], instance: models.Model, **kwargs: object) -> None:
    index.forget(instance)
