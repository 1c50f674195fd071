"""{% load retention %}{% destroyed_notice %}: in place of the content of a destroyed record, on whatever page shows it."""

from typing import Any

from django import template
from django.db import models

from ..guard import destroyed
from ..registry import KINDS

register = template.Library()


@register.inclusion_tag("retention/_notice.html", takes_context=True)
def destroyed_notice(context: template.Context) -> dict[str, Any]:
    """What is known of the destroyed record that the page is about; nothing, and no question, where it holds its content."""
    shown = {id(row): row for row in context.flatten().values() if isinstance(row, models.Model)}
    roots = {kind.model for kind in KINDS.values()}
    found = (destroyed(row) for row in shown.values() if type(row) in roots)
    return {"row": next(filter(None, found), None)}
