"""What the policy asks of one role or body on one sheet of A4: the weightiest first, as much as is still easy to read."""

import math
from collections.abc import Iterator
from functools import cached_property

from policy.coverage import Line
from policy.handbook import Group, Handbook
from policy.models import Obligation

LINES = 120  # of both columns of the sheet, at WIDTH full-width characters a line (templates/pdf/guide.css)
WIDTH = 31
KINDS = (
    (Obligation.Kind.REPORT, "知らせること"),
    (Obligation.Kind.PERMISSION, "先に許可や承認がいること"),
    (Obligation.Kind.CONDUCT, "日ごろの行動"),
    (Obligation.Kind.DUTY, "定めて行うこと"),
    (Obligation.Kind.RECORD, "記録に残すこと"),
    (Obligation.Kind.MEASURE, "システムや設備の対策"),
)


class Guide:
    """The one page: what is forbidden, what must be told, what needs a permission first, and as much more as fits."""

    def __init__(self, book: Handbook) -> None:
        self.book = book

    @cached_property
    def groups(self) -> list[Group]:
        """The groups in the order of weight, cut where the sheet is full; each says how many it leaves out."""
        found, room = [], LINES
        for heading, lines in self._by_weight():
            taken: list[Line] = []
            room -= 2  # the heading
            for line in lines:
                room -= _height(line.obligation)
                if room < 0:
                    break
                taken.append(line)
            if taken:
                found.append(Group(heading, taken, left_out=len(lines) - len(taken)))
        return found

    @property
    def left_out(self) -> int:
        """How many of the bearer's obligations stand in the portal alone."""
        return len(self.book.all_lines) - sum(len(group.lines) for group in self.groups)

    def _by_weight(self) -> Iterator[tuple[str, list[Line]]]:
        lines = self.book.all_lines
        yield "してはいけないこと", [line for line in lines if line.obligation.is_prohibition]
        for kind, heading in KINDS:
            yield heading, [line for line in lines if line.obligation.kind == kind and not line.obligation.is_prohibition]


def _height(obligation: Obligation) -> int:
    """The lines of the sheet that an obligation takes: its words and the citation behind them."""
    return math.ceil((len(obligation.summary) + 1 + len(obligation.citation) * 0.7) / WIDTH)
