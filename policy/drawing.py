"""A text of the policy as HTML: glossary terms become links, corrections get a number, hits of a search are marked.

Everything is escaped here; the marks are laid over the printed form, no character of it is changed (the * of a glossary
term alone is drawn as the link it stands for).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString

from musashimurayama_isms.japanese import fold, folded, hits
from policy.models import Correction, GlossaryTerm

MARKS = "*＊"


@dataclass(frozen=True)
class Span:
    """A part of a text that is drawn in its own way; `skipped` characters after it are not drawn."""

    start: int
    end: int
    before: SafeString
    after: SafeString
    skipped: int = 0


class Glossary:
    """Finds the term that a * in a text belongs to."""

    def __init__(self, terms: Sequence[GlossaryTerm]) -> None:
        pairs = [(spelling, term) for term in terms for spelling in _spellings(term.term)]
        self._pairs = sorted(pairs, key=lambda pair: len(pair[0]), reverse=True)

    def uses(self, text: str) -> list[tuple[Span, GlossaryTerm]]:
        """The terms of a text that carry the mark; a * that belongs to no term stays as printed."""
        return [use for place, letter in enumerate(text) if letter in MARKS and (use := self._use(text, place))]

    def _use(self, text: str, place: int) -> tuple[Span, GlossaryTerm] | None:
        before = folded(text[:place])
        for spelling, term in self._pairs:
            if before.text.endswith(spelling):
                link = format_html('<a class="term" href="#term-{}">', term.pk)
                return Span(before.spans[-len(spelling)][0], place, link, SafeString("</a>"), skipped=1), term
        return None


def _spellings(term: str) -> list[str]:
    """Web（ウェブ）会議サービス is also printed Web会議サービス and ウェブ会議サービス."""
    word = fold(term)
    head, bracket, rest = word.partition("(")
    inner, closing, tail = rest.partition(")")
    if not (bracket and closing):
        return [word]
    return [word, head + tail, *([inner + tail] if tail else [inner])]


def corrected_places(text: str, corrections: Iterable[tuple[str, str, Correction]], *, printed: bool) -> list[Span]:
    """Where corrections stand in a text: all of them in the printed one, else the candidates that were not applied.

    Each is given with its name and its anchor in the list of the page.
    """
    spans: list[Span] = []
    for name, anchor, correction in corrections:
        start = text.find(correction.printed) if correction.printed else -1
        if start >= 0 and (printed or not correction.is_applied):
            after = format_html('</span><sup><a class="correction-number" href="#{}">{}</a></sup>', anchor, name)
            kind = "applied" if correction.is_applied else "candidate"
            spans.append(Span(start, start + len(correction.printed), format_html('<span class="corrected" data-kind="{}">', kind), after))
    return spans


def draw(text: str, spans: Iterable[Span] = (), needles: Sequence[str] = ()) -> SafeString:
    """The text with its spans (of overlapping ones the first) and with the folded needles marked."""
    found = hits(text, needles) if needles else []
    if not spans:
        return _marked(text, 0, len(text), found)
    pieces: list[SafeString] = []
    place = 0
    for span in sorted(spans, key=lambda span: span.start):
        if span.start < place:
            continue
        pieces += [_marked(text, place, span.start, found), span.before, _marked(text, span.start, span.end, found), span.after]
        place = span.end + span.skipped
    pieces.append(_marked(text, place, len(text), found))
    return format_html_join("", "{}", ((piece,) for piece in pieces))


def _marked(text: str, start: int, end: int, found: list[tuple[int, int]]) -> SafeString:
    """The part of a text from `start` to `end`, escaped, with the hits inside it marked."""
    pieces: list[tuple[str, str]] = []
    place = start
    for first, last in found:
        first, last = max(first, place), min(last, end)
        if first < last:
            pieces.append((text[place:first], text[first:last]))
            place = last
    return format_html_join("", "{}<mark>{}</mark>", pieces) + escape(text[place:end])


NEAR, FAR = (400, 4_000), 250  # so far a long text is read first; a hit needs so many letters to be shown whole with what is around it


def _first_hits(text: str, needles: Sequence[str]) -> list[tuple[int, int]]:
    """The first hit with those that stand near it, and perhaps others: a long text is read no farther than that."""
    for length in NEAR:
        found = hits(text[:length], needles)
        if found and found[0][0] + FAR <= length:
            return found
    return hits(text, needles)


def snippet(text: str, needles: Sequence[str], *, around: int = 60) -> SafeString:
    """The neighbourhood of the first hit with all hits in it marked; the beginning of the text where there is none."""
    text = " ".join(text.replace("*", "").split("\n"))
    found = _first_hits(text, needles)
    start = max(found[0][0] - around // 2, 0) if found else 0
    end = min(start + around * 2, len(text))
    body = _marked(text, start, end, found)
    return format_html("{}{}{}", "…" if start else "", body, "…" if end < len(text) else "")
