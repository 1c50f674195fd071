"""What a new password must be: long, and not one that others think of (3.9.4.3.3). No rule about kinds of letters.

The words are kept here, nothing is asked outside: fixtures/obvious_words.txt, Django's list of common passwords, and a
file of leaked ones that the administrators may lay beside the portal (setting PASSWORD_LIST).
"""

import re
import unicodedata
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.core.exceptions import ValidationError

from .. import choices
from ..models.user import User

WORDS = "obvious_words.txt"
LEAST_OWN = 5  # characters that must remain when every obvious word, number and sign is taken out
LEAST_DIFFERENT = 5
NO_LETTER = re.compile(r"[\W\d_]+")


class LengthValidator(MinimumLengthValidator):
    """The least length, as the city has chosen it."""

    def __init__(self) -> None:
        """Nothing is kept: a choice holds at once in every process."""

    @property
    def min_length(self) -> int:
        return choices.value("accounts.password_length")

    def get_error_message(self) -> str:
        return "パスワードが短すぎます。最低 %(min_length)d 文字にしてください。言葉をいくつか並べると、長くても覚えられます。"


class ObviousWordsValidator:
    """No password that is made of obvious words, numbers and signs alone, of a few signs repeated, or that has leaked."""

    def validate(self, password: str, user: User | None = None) -> None:
        """ValidationError in Japanese for a password that is easily guessed."""
        folded = fold(password)
        if len(set(folded)) < LEAST_DIFFERENT:
            raise ValidationError("同じ文字の繰り返しが多すぎます。別の言葉を組み合わせてください。", code="repeated")
        if folded in leaked():
            raise ValidationError("流出したパスワードの一覧に載っています。別のものにしてください。", code="leaked")
        if len(_own_part(folded)) < LEAST_OWN:
            words = "数字や、市の名前・年号・キーの並びなどの思い付きやすい言葉だけでできています。関係のない言葉を足してください。"
            raise ValidationError(words, code="obvious")

    def get_help_text(self) -> str:
        return "市の名前や年号など、思い付きやすい言葉だけでできたものは使えません。"


def fold(password: str) -> str:
    """One form for comparing: full-width and half-width, capitals and small letters are the same."""
    return unicodedata.normalize("NFKC", password).strip().casefold()


def _own_part(folded: str) -> str:
    rest = folded
    for word in obvious_words():
        rest = rest.replace(word, " ")
    return NO_LETTER.sub("", rest)


@cache
def obvious_words() -> tuple[str, ...]:
    """The obvious words, the longest first, so that a short one inside does not leave the ends of a long one."""
    lines = (Path(settings.FIXTURE_DIRS[0]) / WORDS).read_text(encoding="utf-8").splitlines()
    return tuple(sorted({fold(line) for line in lines if line and not line.startswith("#")}, key=lambda word: (-len(word), word)))


@cache
def leaked() -> frozenset[str]:
    """The leaked passwords of the file of the installation, one a line; none without a file."""
    if not settings.PASSWORD_LIST:
        return frozenset()
    return frozenset(fold(line) for line in Path(settings.PASSWORD_LIST).read_text(encoding="utf-8", errors="replace").splitlines() if line)
