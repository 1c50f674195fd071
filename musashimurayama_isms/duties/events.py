"""What happens in the city and makes a duty fall due: codes with words, and the acts of the trail that mean them."""

from collections.abc import Iterable

_words: dict[str, str] = {}
_of_verbs: dict[str, str] = {}


def register_event(code: str, word: str, *, verbs: Iterable[str] = ()) -> None:
    """Make an event known; in `AppConfig.ready`. Whenever one of `verbs` is recorded in the trail, the event is raised by itself.

    ValueError where the code or a verb already means something else.
    """
    if _words.setdefault(code, word) != word:
        raise ValueError(f"The event {code!r} is already called {_words[code]!r}")
    for verb in verbs:
        if _of_verbs.setdefault(verb, code) != code:
            raise ValueError(f"The verb {verb!r} already raises {_of_verbs[verb]!r}")


def word_of(code: str) -> str:
    """The Japanese word of an event; its code when the app that knew it is gone."""
    return _words.get(code, code)


def choices() -> list[tuple[str, str]]:
    """All events with their words, for a form."""
    return sorted(_words.items(), key=lambda pair: pair[1])


def is_known(code: str) -> bool:
    return code in _words


def meant_by(verb: str) -> str | None:
    """The event that an act of the trail means, if any."""
    return _of_verbs.get(verb)
