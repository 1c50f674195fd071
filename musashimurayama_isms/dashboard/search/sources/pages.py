"""What is no row: the gaps of the policy (未定事項) and the pages of the help."""

import re
from functools import cache

from django.template.loader import get_template
from django.urls import reverse
from django.utils.html import strip_tags

from musashimurayama_isms.parameters.catalogue import catalogue

from ... import help_pages
from ..source import Leaf, Leaves

TEMPLATE_WORDS = re.compile(r"{#.*?#}|{%.*?%}|{{.*?}}", re.DOTALL)


@cache
def undecided() -> tuple[tuple[str, Leaf], ...]:
    """Each gap; the catalogue changes with a release only."""
    rows = catalogue().values()
    leaves = [Leaf(row.name, row.gap, reverse("parameters:detail", args=[row.code]), row.group) for row in rows]
    return tuple((leaf.folded, leaf) for leaf in leaves)


@cache
def help_texts() -> tuple[tuple[str, Leaf], ...]:
    """Each page of the help with its words, the marks of the template left out."""
    leaves = [Leaf(page.title, _text(page), reverse("help_page", args=[page.slug])) for page in help_pages.PAGES]
    return tuple((leaf.folded, leaf) for leaf in leaves)


def _text(page: help_pages.HelpPage) -> str:
    source = get_template(f"help/{page.slug}.html").template.source
    return f"{page.summary}\n{' '.join(strip_tags(TEMPLATE_WORDS.sub(' ', source)).split())}"


SOURCES = [
    Leaves("undecided", "未定事項", "checklist", undecided),
    Leaves("help", "使いかた", "help", help_texts),
]
