"""The registered words of the record: which acts there are, and how each is called on the screen."""

import re

SHAPE = re.compile(r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$")
_words: dict[str, str] = {}
_names: dict[str, str] = {}


class UnknownVerb(LookupError):
    """An act was to be recorded under a word that no app has registered."""


def register_verbs(words: dict[str, str]) -> None:
    """Make acts known, verb → Japanese word; called in `AppConfig.ready`. ValueError on a bad or doubly used verb."""
    for verb, word in words.items():
        if not SHAPE.match(verb) or len(verb) > 100 or not word:
            raise ValueError(f"Not a verb such as 'incidents.incident.reported', or without a word: {verb!r}")
        if _words.setdefault(verb, word) != word:
            raise ValueError(f"The verb {verb!r} already means {_words[verb]!r}")


def register_names(names: dict[str, str]) -> None:
    """Say how the changes of an entry are called on the screen, name → Japanese word; one word a name in the whole portal."""
    for name, word in names.items():
        if _names.setdefault(name, word) != word:
            raise ValueError(f"The change {name!r} is already called {_names[name]!r}")


def name_of(name: str) -> str:
    """The Japanese word of a change; its name when nobody has registered it."""
    return _names.get(name, name)


def is_registered(verb: str) -> bool:
    return verb in _words


def word_of(verb: str) -> str:
    """The Japanese word of a verb; the verb itself when its app is gone, so that old entries stay readable."""
    return _words.get(verb, verb)


def registered_words() -> list[tuple[str, str]]:
    """All verbs with their words, in the order of the words: the choices of a filter."""
    return sorted(_words.items(), key=lambda pair: (pair[1], pair[0]))
