"""What the policy asks of the portal itself, which is an information system of the city as any other (3.9–3.11).

The judgement is data: `fixtures/portal_obligations.json`, one row a clause, and a row holds for all clauses below it that have
no row of their own. A row says what the portal does (with the settings and the tests that prove it), what the city does outside
of it, or why the clause does not concern it. docs/administration/obligations.md is made from the same rows (`coverage --portal`).
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import groupby

from musashimurayama_isms.accounts.models import RoleCode, User
from musashimurayama_isms.accounts.reference import path_of
from musashimurayama_isms.accounts.standing import has_role
from policy.citations import citation

FILE = "portal_obligations.json"
READERS = (RoleCode.ADMINISTRATOR, RoleCode.CENTRAL_MANAGER, RoleCode.GENERAL_MANAGER, RoleCode.AUDIT_HEAD, RoleCode.AUDITOR)
NOT_CONCERNED, BOTH, PORTAL, CITY = "当たらない", "ポータルと市で守る", "ポータルが守る", "市が行う"
HEADINGS = {
    "3.8": "物理的な対策（ログインと復旧に関わるもの）",
    "3.9": "人の対策",
    "3.10": "技術的な対策",
    "3.11": "運用",
}


INTRODUCTION = """# ポータル自身の義務

このポータルも、市の情報システムの一つです。ポリシーの第3章9～11（とログイン・復旧に関わる8の一部）を、ポータル自身がどう守り、
市が外で何を行うかの一覧です。画面では「ポリシー」→「遵守状況」→「このポータル自身の義務」で見られます。

この文書は `fixtures/portal_obligations.json` から作っています。直すときは、もとの行を直し、次のコマンドの出力に置き換えます。
行のない条項は、一つ上の条項の行に従います。

```sh
./.venv/bin/python manage.py coverage --portal
```"""


@dataclass(frozen=True)
class OwnObligation:
    """One clause, judged for the portal itself."""

    clause: str
    title: str
    portal: str
    city: str
    reason: str
    settings: tuple[str, ...]
    tests: tuple[str, ...]

    @property
    def state(self) -> str:
        """Who keeps it."""
        if self.reason:
            return NOT_CONCERNED
        return BOTH if self.portal and self.city else PORTAL if self.portal else CITY

    @property
    def section(self) -> str:
        """The 節, 3.10 of 3.10.2.6."""
        return ".".join(self.clause.split(".")[:2])


@cache
def rows() -> tuple[OwnObligation, ...]:
    """All rows in the order of the policy; read once a process, for the file comes with the release."""
    found = json.loads(path_of(FILE).read_text(encoding="utf-8"))
    return tuple(OwnObligation(**{**row, "settings": tuple(row["settings"]), "tests": tuple(row["tests"])}) for row in found)


def row_of(clause: str) -> OwnObligation | None:
    """The row that judges a clause: its own, or that of the nearest clause above it; None where nobody has judged it."""
    by_clause = {row.clause: row for row in rows()}
    while clause and clause not in by_clause:
        clause = clause.rpartition(".")[0]
    return by_clause.get(clause)


def sections() -> Iterator[tuple[str, str, list[OwnObligation]]]:
    """(節, heading, rows) in the order of the policy."""
    for section, found in groupby(rows(), key=lambda row: row.section):
        yield section, HEADINGS[section], list(found)


def may_read(user: User, *, at: datetime) -> bool:
    """Administrators, who answers for the systems of the city, and the audit; deputies included."""
    return user.is_superuser or has_role(user, *READERS, at=at)


def as_markdown() -> str:
    """docs/administration/obligations.md, whole."""
    parts = [INTRODUCTION]
    for section, heading, found in sections():
        parts += [
            "",
            f"## {citation(section)} {heading}",
            "",
            "| 条項 | 守る人 | ポータルが行うこと | 市が行うこと | 設定 | 確かめるテスト |",
            "|---|---|---|---|---|---|",
        ]
        parts += [_line(row) for row in found]
    return "\n".join(parts) + "\n"


def _line(row: OwnObligation) -> str:
    settings = "、".join(f"`{name}`" for name in row.settings)
    tests = "、".join(f"`{name}`" for name in row.tests)
    cells = (f"{citation(row.clause)} {row.title}", row.state, row.reason or row.portal, row.city, settings, tests)
    return "| " + " | ".join(cell or "－" for cell in cells) + " |"
