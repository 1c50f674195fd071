"""How clause numbers are printed in a file that leaves the portal: the policy's floor knows, and says so at start."""

from collections.abc import Callable

_printed: list[Callable[[str], str]] = []


def register(printed: Callable[[str], str]) -> None:
    """`printed("3.9.3.1.1") == "3-9(3)ア(ア)"`; in `AppConfig.ready`."""
    _printed[:] = [printed]


def cite(number: str) -> str:
    """The citation that people read; the number itself where nobody has registered."""
    return _printed[0](number) if _printed else number
