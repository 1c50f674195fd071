"""The administrators' handbook as data: the commands in its fences, and which of them another test runs."""

import re
from dataclasses import dataclass
from pathlib import Path

from .production_proofs import PROOFS as IN_PRODUCTION

ROOT = Path(__file__).resolve().parent.parent
INDEX = ROOT / "docs" / "administration.md"
CHAPTERS = ROOT / "docs" / "administration"
FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
# A fence in one of these holds no commands; every other fence, named or not, does.
NO_COMMANDS = {"text", "ini", "nginx", "json", "yaml", "env", "csv", "html", "mermaid"}


@dataclass(frozen=True)
class Proof:
    """Commands that are not run as they are printed: a pattern of the whole line, the test that runs what is in them, and why."""

    pattern: str
    test: str
    reason: str


def commands_in(text: str) -> list[str]:
    """The commands of a chapter in their order; lines that end in a backslash are one, comments are none."""
    found = []
    for language, body in FENCE.findall(text):
        if language not in NO_COMMANDS:
            lines = re.sub(r"\\\n\s*", "", body).splitlines()
            found += [line.strip() for line in lines if line.strip() and not line.strip().startswith("#")]
    return found


def commands_of(chapter: str) -> list[str]:
    """The commands of a chapter by its name, in their order."""
    return commands_in((CHAPTERS / f"{chapter}.md").read_text(encoding="utf-8"))


def all_commands() -> dict[str, list[str]]:
    """Every command with the chapters in which it stands."""
    found: dict[str, list[str]] = {}
    for path in sorted(CHAPTERS.glob("*.md")):
        for command in commands_of(path.stem):
            found.setdefault(command, []).append(path.name)
    return found


TRIAL = "tests/test_handbook.py::test_the_trial_starts_with_one_line_and_ends_together"
PROOFS = [
    Proof(
        r"make setup",
        "tests/test_handbook.py::test_setting_up_twice_changes_nothing",
        "動かす場所とパッケージの記録を、写しの上に用意してから動かします。",
    ),
    Proof(r"make run( PORT=8001| POLICY_FILE=/path/to/policy\.txt)?", TRIAL, "空いているポートと見本の本文で、一度だけ動かします。"),
    Proof(
        r"make lock UPGRADE=1",
        "tests/test_containers.py::test_every_requirement_is_pinned_with_hashes_and_names_no_host",
        "パッケージの置き場につなぐため。できたファイルの形を確かめます。",
    ),
    Proof(
        r"pip-audit --strict -r requirements\.txt",
        "tests/test_containers.py::test_developers_run_the_very_versions_of_production",
        "弱点の一覧をインターネットから取るため。照合する版が、動いている版であることを確かめます。",
    ),
    Proof(
        r"\./\.venv/bin/python -m pip install '(django-auth-ldap|python3-saml)~=[\d.]+'",
        "tests/test_handbook.py::test_the_optional_packages_are_those_that_the_project_names",
        "パッケージの置き場につなぐため。名前と版を確かめます。",
    ),
    *(Proof(*row) for row in IN_PRODUCTION),
]
