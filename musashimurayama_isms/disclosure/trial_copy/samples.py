"""Numbered samples in the place of what is masked: the same words always become the same sample, so that relations hold."""

import hmac
import re
import secrets
from collections.abc import Callable
from hashlib import blake2b, sha256
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.urls import is_valid_path

from musashimurayama_isms.accounts.models import Committee, Post, Role, User
from musashimurayama_isms.files.kinds import BY_EXTENSION
from musashimurayama_isms.japanese import fold

from .register import CHOICE, KEEP, is_text, rule_of
from .vocabulary import INSIDE, words

FILLER = "見本の文です。"
LONGEST, LONG = 400, 40
DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?")
UUID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}")
DIGEST = re.compile(r"[0-9a-f]{64}")
ROLE = re.compile(r"(?P<base>[^（）]+)(?:（(?P<inner>[^（）]+)）)?")
IN_PLACE = "代理"


class Samples:
    """One copy's samples. The key of the tokens is thrown away with it: nothing leads back."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._numbers: dict[bytes, int] = {}
        self._persons = {_bare(name): self.name(pk) for pk, name in User.objects.values_list("pk", "name")}
        roles = {*Role.objects.values_list("name", flat=True), *Committee.objects.values_list("name", flat=True)}
        posts = {str(post) for post in Post.objects.select_related("department__parent")}
        self._roles = roles | posts | {"ポータル", "ポータル管理者", "アカウントの責任者", "外部サービス管理者"}
        self._kinds: dict[str, Callable[[str, models.Field, Any], Any]] = {
            "text": lambda value, field, row: self.text(value),
            "line": lambda value, field, row: self.line(value),
            "person": lambda value, field, row: self.person(value),
            "role": lambda value, field, row: self.role(value),
            "name": lambda value, field, row: self.name(row.pk),
            "kana": lambda value, field, row: f"ミホン {row.pk:04}",
            "login": lambda value, field, row: f"sample{row.pk:05}",
            "staff_number": lambda value, field, row: f"S{row.pk:06}",
            "password": lambda value, field, row: "!",  # nobody logs in until a password is set
            "mail": lambda value, field, row: f"sample{self.number(value):05}@example.invalid",
            "phone": lambda value, field, row: f"000-{self.number(value):04}",
            "number": lambda value, field, row: str(self.number(value)).zfill(len(value))[-len(value) :],
            "file_name": lambda value, field, row: self.file_name(value),
            "label": lambda value, field, row: self.label(row),
            "path": lambda value, field, row: self.path(value),
            "digest": lambda value, field, row: self.token(value, 64),
            "token": lambda value, field, row: self.token(value, field.max_length or 64).upper(),
            "json": lambda value, field, row: self.json(value),
        }

    # -- a row ---------------------------------------------------------------------------------------------------------
    def masked(self, row: models.Model) -> dict[str, Any]:
        """Column → sample of every column of text of a row that does not stay; `chain` and `file` are left to the writer."""
        found, searched = {}, []
        for field in row._meta.concrete_fields:
            kind = rule_of(field) if is_text(field) else KEEP
            if kind == "search":
                searched.append(field.attname)
            elif kind not in (KEEP, CHOICE, "chain", "file"):
                value = getattr(row, field.attname)
                found[field.attname] = value if value in (None, "") else self._fit(self._kinds[kind](value, field, row), field)
        texts = " ".join(value for value in found.values() if isinstance(value, str))
        return found | dict.fromkeys(searched, fold(texts))

    @staticmethod
    def _fit(value: Any, field: models.Field) -> Any:
        limit = field.max_length
        return value[:limit] if isinstance(value, str) and limit else value

    # -- the kinds -------------------------------------------------------------------------------------------------------
    def number(self, value: str) -> int:
        """The number of these words, the next free one where they are new. Of the words a digest is remembered, not themselves."""
        return self._numbers.setdefault(blake2b(value.encode(), digest_size=16, key=self._key).digest(), len(self._numbers) + 1)

    def line(self, value: str) -> str:
        return f"見本{self.number(value):05}"

    def text(self, value: str) -> str:
        """About as long as it was, so that pages look as they do."""
        head = self.line(value)
        return head + FILLER * min((len(value) - len(head)) // len(FILLER), LONGEST // len(FILLER))

    @staticmethod
    def name(pk: int) -> str:
        return f"見本 職員{pk:04}"

    def person(self, value: str) -> str:
        """A name as text: that of a member of staff becomes the same sample as the row, any other a numbered person."""
        return value if value in self._roles else self._persons.get(_bare(value)) or f"見本 人物{self.number(value):05}"

    def role(self, value: str) -> str:
        """情報セキュリティ担当者（○○代理）: the role stays, the name does not; anything unknown becomes a line."""
        match = ROLE.fullmatch(value)
        if match is None or match["base"] not in self._roles:
            return self.line(value)
        inner = match["inner"]
        if inner is None or inner in INSIDE:
            return value
        return f"{match['base']}（{self.person(inner.removesuffix(IN_PLACE))}{IN_PLACE if inner.endswith(IN_PLACE) else ''}）"

    def file_name(self, value: str) -> str:
        """Of the name only the ending stays, where it is one of those that may be attached."""
        ending = PurePosixPath(value).suffix.lower()
        return f"見本{self.number(value):05}{ending if ending[1:] in BY_EXTENSION else ''}"

    @staticmethod
    def path(value: str) -> str:
        """An address of the portal, without what was looked for; anything else becomes the desk."""
        path = urlsplit(value).path
        return path if path.isascii() and is_valid_path(path) else "/"

    @staticmethod
    def label(row: models.Model) -> str:
        """Of the thing that a row is about: its kind and its number."""
        kind = getattr(row, "content_type_id", None)
        word = ContentType.objects.get_for_id(kind).name if kind else "見本"  # remembered: no question a row
        return f"{word} {getattr(row, 'object_id', '') or row.pk}"

    def token(self, value: str, length: int) -> str:
        return hmac.new(self._key, value.encode(), sha256).hexdigest()[:length]

    def json(self, value: Any) -> Any:
        """Names of columns, numbers, days, keys and words of the portal stay; every other text becomes a sample."""
        if isinstance(value, dict):
            return {key: self.json(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.json(item) for item in value]
        if not isinstance(value, str) or not value or value in words() or DAY.fullmatch(value) or UUID.fullmatch(value):
            return value
        if DIGEST.fullmatch(value):
            return self.token(value, 64)
        known = self._persons.get(_bare(value))
        return known or (self.text(value) if len(value) > LONG else self.line(value))


def _bare(name: str) -> str:
    return "".join(name.split())
