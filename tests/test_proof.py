"""docs/proof.md and SECURITY.md name tests; each of them exists, and every attack and fault that is tested stands in the list."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")


def names_in(path: Path) -> set[str]:
    return {node.name for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("page", ["docs/proof.md", "SECURITY.md"])
def test_every_test_that_a_page_names_exists(page):
    named = NAMED.findall((ROOT / page).read_text(encoding="utf-8"))
    assert len(named) > 10
    missing = [f"{path}::{name}" for path, name in named if not (ROOT / path).is_file() or (name and name not in names_in(ROOT / path))]
    assert missing == []


def test_every_row_of_the_list_names_a_test_and_a_result():
    rows = [line for line in (ROOT / "docs" / "proof.md").read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    rows = [row for row in rows if not row.startswith(("| 試したこと", "| 起こしたこと"))]
    assert len(rows) > 40
    for row in rows:
        what, how, by, result = (cell.strip() for cell in row.strip("|").split(" | "))
        assert all((what, how, NAMED.search(by), result)), row


@pytest.mark.parametrize("folder", ["attack", "faults"])
def test_every_file_of_attacks_and_faults_is_in_the_list(folder):
    page = (ROOT / "docs" / "proof.md").read_text(encoding="utf-8")
    files = sorted((ROOT / "tests" / folder).glob("test_*.py"))
    assert files
    assert [path.name for path in files if f"tests/{folder}/{path.name}" not in page] == []
