"""Whether a piece of text is a finished sentence, a title, or the first half of a sentence that a page break has split."""

import re

LONGEST_TITLE = 60
LONGEST_LABEL = 40
SHORTEST_SPLIT = 30

FINISHED = re.compile(r"。[）)」』*]*$")
# A comma after a particle or a verb: a title joins nouns only.
PHRASE = re.compile(r"(?:は|が|を|に|で|と|て|し|り|ば|も|ず)、|。")
LEFT_HANGING = re.compile(r"(?:[、をはがのでにとてへや（「]|及び|又は|並びに|若しくは|により|ため)$")
# No paragraph begins like this: it is the rest of the one before.
GOES_ON = re.compile(
    r"^(?:[を、。」）ぁぃぅぇぉゃゅょっんァィゥェォャュョッー]|又は|及び|並びに|若しくは|[にはがの](?=[一-龠々ァ-ヶ、])|た(?![だとっく])|め、|れ[てる])"
)


def is_finished(text: str) -> bool:
    """Whether the text ends as a sentence does."""
    return bool(FINISHED.search(text.rstrip()))


def is_left_open(text: str) -> bool:
    """Whether the text, which has no end, is the beginning of a sentence and no title."""
    return bool(PHRASE.search(text)) or is_cut(text) or len(text) > LONGEST_TITLE


def is_cut(text: str) -> bool:
    """Whether the text breaks off: after a particle, or inside brackets."""
    return bool(LEFT_HANGING.search(text)) or _has_open_bracket(text)


def _has_open_bracket(text: str) -> bool:
    return any(text.count(opening) > text.count(closing) for opening, closing in ("（）", "「」", "『』", "()"))


def is_title(text: str) -> bool:
    """Whether the text could be a heading: nouns, without the end of a sentence."""
    return bool(text) and not is_finished(text) and not is_left_open(text)


def is_label(text: str) -> bool:
    """Whether the text could be lettering of a figure."""
    return is_title(text) and len(text) <= LONGEST_LABEL


def is_split(first: str, rest: str, *, enumerated: bool) -> bool:
    """Whether `rest`, a plain paragraph, goes on with the sentence of `first`.

    After an enumerator (`enumerated`) a phrase of nouns is a heading unless `rest` cannot begin a paragraph.
    """
    if is_finished(first):
        return False
    if is_left_open(first) or GOES_ON.match(rest):
        return True
    return not enumerated and len(first) >= SHORTEST_SPLIT and is_finished(rest)
