"""Where the texts for the tests of the importer lie."""

import os
from functools import cache
from pathlib import Path

from policy.importer.reading import Reading, read_file

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "tests" / "samples" / "flower_beds.txt"


def policy_file() -> Path | None:
    """The city's own text: POLICY_FILE, else the one beside the checkout; None where there is neither."""
    if name := os.environ.get("POLICY_FILE"):
        return Path(name)
    return min((ROOT.parent / "shared" / "policy").glob("*.txt"), default=None)


@cache
def real_reading() -> Reading:
    """The city's own text, read once a run."""
    path = policy_file()
    assert path is not None
    return read_file(path)


@cache
def sample_reading() -> Reading:
    """The small text of our own with every kind of defect."""
    return read_file(SAMPLE)
