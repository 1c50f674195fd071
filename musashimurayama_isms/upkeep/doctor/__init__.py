"""What is wrong with an installation, in sentences: a check is one function that yields findings, named in CHECKS.

def fonts(look: Look) -> Iterator[Finding]:
    yield bad("フォント", "…がありません。", "apt-get install …")
"""

from collections.abc import Callable, Iterator

from django.db import DatabaseError, InterfaceError

from . import clocks, database, installation, machinery, settings_file, storage, trail
from .finding import Finding, Grade, Look, bad

Check = Callable[[Look], Iterator[Finding]]

CHECKS: tuple[Check, ...] = (
    installation.system_checks,
    settings_file.permissions,
    settings_file.names,
    settings_file.keys,
    installation.static_files,
    installation.fonts,
    installation.password_lists,
    storage.media,
    storage.temporary,
    database.server,
    database.letters,
    database.migrations,
    clocks.time_zone,
    clocks.database,
    clocks.redis,
    machinery.redis,
    machinery.signs_of_life,
    machinery.jobs,
    machinery.rounds,
    machinery.mail,
    trail.chain,
    trail.kept_head,
)

__all__ = ["CHECKS", "Finding", "Grade", "Look", "examine"]


def examine(look: Look) -> list[Finding]:
    """The findings of all checks in their order; a check that the database does not answer is itself something wrong."""
    return [finding for check in CHECKS for finding in _ask(check, look)]


def _ask(check: Check, look: Look) -> list[Finding]:
    try:
        return list(check(look))
    except (DatabaseError, InterfaceError) as error:
        subject = getattr(check, "subject", "データベース")
        words = f"データベースが答えないため、確かめられませんでした（{type(error).__name__}）。"
        return [bad(subject, words, "データベースが動いているか、設定 DATABASE_URL が正しいか、migrate が済んでいるかを確かめてください。")]
