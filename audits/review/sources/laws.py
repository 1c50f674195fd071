"""Laws that ask for a change of the policy, or for a look (3.11.5)."""

from collections.abc import Iterator

from audits.models import Found, Source
from policy.models import Law

from .base import Window, gathers


@gathers
def laws(window: Window) -> Iterator[Found]:
    for law in Law.objects.marked():
        words = f"{law.get_mark_display()}：{law.mark_reason}"
        yield Found(Source.LAW, f"law:{law.pk}", law.title, words, tuple(law.clauses), law.get_absolute_url())
