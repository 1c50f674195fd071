"""{% load exports %}{% export_links "assets.systems" %}: the buttons that every list has."""

from typing import Any

from django import template
from django.urls import reverse

from musashimurayama_isms.tables import find

register = template.Library()
WORDS = {"xlsx": "Excel", "csv": "CSV"}


@register.inclusion_tag("components/export_links.html", takes_context=True)
def export_links(context: template.Context, code: str, count: int | None = None, **given: Any) -> dict[str, Any]:
    """Buttons that take the list out as its address narrows it, and how many rows that are (of `page_obj`, unless `count` says).

    What a list reads from its path and not from its query is `given` by name: scope="mine", of=session.pk.
    """
    table = find(code)
    query = table.narrowed(context["request"].GET)
    for name, value in given.items():
        query[name] = str(value)
    total = ""
    if count is None:
        pages = context["page_obj"].paginator
        count, total = pages.count, getattr(pages, "total", "")
    address = f"?{query.urlencode()}" if query else ""
    ways = [(WORDS[suffix], reverse("exports:take", args=[code, suffix]) + address) for suffix in table.suffixes]
    return {"title": table.title, "count": count, "total": total or f"{count}件", "ways": ways, "is_personal": table.is_personal}
