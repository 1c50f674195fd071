"""manifest.json: what a backup says of itself, and what a restore is held against."""

import json
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from .refusals import Damaged, Refused

NAME, DATABASE, MEDIA = "manifest.json", "database", "media/"
FORM = 1


@dataclass
class Manifest:
    """Counts and head are those of the moment of the dump; keys are named, never held."""

    made_at: str
    release: str
    vendor: str  # of the database: postgresql or sqlite
    migrations: list[str]  # every applied one, app.name
    rows: dict[str, int]  # table → rows
    head: str  # of the trail, number:digest
    trail_keys: dict[str, str]  # name → fingerprint
    secret_key: str  # its fingerprint
    backup: int  # the key of its own row, which the dump holds unfinished
    database: dict[str, Any] = field(default_factory=dict)  # size and sha256 of the dump
    files: dict[str, dict[str, Any]] = field(default_factory=dict)  # name under MEDIA_DIR → size and sha256
    gone: int = 0  # files that went while they were read
    lacking: int = 0  # attachments whose content was not there
    form: int = FORM

    @property
    def row_count(self) -> int:
        return sum(self.rows.values())

    @property
    def media_size(self) -> int:
        return sum(file["size"] for file in self.files.values())

    @property
    def head_number(self) -> int:
        return int(self.head.partition(":")[0])

    def write(self) -> bytes:
        """As it stands in the file."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, indent=1).encode()

    @classmethod
    def read(cls, content: bytes) -> "Manifest":
        """Refused for another form, Damaged for what is no manifest."""
        try:
            values = json.loads(content)
            if values["form"] != FORM:
                raise Refused(f"控えの内容の形式（{values['form']}）は、この版では読めません。控えを作った版で読んでください。")
            return cls(**{column.name: values[column.name] for column in fields(cls)})
        except (ValueError, KeyError, TypeError):
            raise Damaged("控えの目録（manifest.json）を読めません。別の控えを使ってください。") from None
