"""Copies of the city's text with alterations, made by clause numbers alone: no sentence of the policy stands here."""

from policy.importer.reading import Reading
from policy.models.change import section_of
from policy.numbers import label


class Altered:
    """The lines of a reading under the hands of somebody who changes the policy; `source()` is the new file."""

    def __init__(self, reading: Reading) -> None:
        self.clauses = {clause.number: clause for clause in reading.policy.clauses}
        self.ledger = reading.policy.ledger
        self.lines = {line.number: line.raw for line in reading.lines}

    def source(self) -> bytes:
        return "\n".join(text for _, text in sorted(self.lines.items())).encode()

    def lines_under(self, number: str) -> list[int]:
        """The lines of a clause and of everything below it."""
        return [line for line, owner in self.ledger.items() if owner == number or owner.startswith(f"{number}.")]

    def reword(self, number: str, words: str) -> "Altered":
        """Put words at the end of a clause."""
        last = max(line for line, owner in self.ledger.items() if owner == number)
        self.lines[last] += words
        return self

    def remove(self, number: str) -> "Altered":
        """Take out a clause with all below it; those behind it move up."""
        for line in self.lines_under(number):
            del self.lines[line]
        for follower in self._followers(number):
            self._relabel(follower, -1)
        return self

    def insert_before(self, number: str, *words: str) -> "Altered":
        """Put a new clause in the place of another, which moves down with those behind it."""
        here = self.clauses[number].line
        self.lines[here - 0.5] = "\n\n".join([f"{label(number)} {words[0]}", *words[1:], ""])
        for follower in (number, *self._followers(number)):
            self._relabel(follower, +1)
        return self

    def swap_sections(self, first: str, second: str) -> "Altered":
        """Let two neighbouring 節 change places, in the table of contents too."""
        for places in (self._contents(first, second), (self.lines_under(first), self.lines_under(second))):
            one, other = ([self.lines.pop(line) for line in lines] for lines in places)
            one[0], other[0] = (
                part[0].replace(label(old), label(new), 1) for part, old, new in ((one, first, second), (other, second, first))
            )
            for line, text in zip(sorted([*places[0], *places[1]]), [*other, *one], strict=True):
                self.lines[line] = text
        return self

    def _contents(self, first: str, second: str) -> tuple[list[int], list[int]]:
        """The lines of two 節 in the table of contents: each heading, and those in brackets below it."""
        entries = sorted(line for line, owner in self.ledger.items() if owner == "toc")
        found = []
        for number in (first, second):
            start = next(at for at, line in enumerate(entries) if self.lines[line].startswith(f"{label(number)} {self._title(number)}"))
            end = next(at for at in range(start + 1, len(entries)) if not self.lines[entries[at]].startswith("("))
            found.append(entries[start:end])
        return found[0], found[1]

    def _title(self, number: str) -> str:
        return self.clauses[section_of(number)].heading[:4]

    def _followers(self, number: str) -> list[str]:
        """The clauses behind one under the same parent."""
        parent, _, last = number.rpartition(".")
        siblings = [each for each in self.clauses if each.rpartition(".")[0] == parent]
        return [each for each in siblings if int(each.rpartition(".")[2]) > int(last)]

    def _relabel(self, number: str, step: int) -> None:
        clause = self.clauses[number]
        parent, _, last = number.rpartition(".")
        self.lines[clause.line] = self.lines[clause.line].replace(clause.printed_label, label(f"{parent}.{int(last) + step}"), 1)


WORDS = "ただし、試験のため別に定めることができる。"
NEW = ("試験の定め", "試験の管理者は、試験の記録を残さなければならない。")


def altered_copy(reading: Reading) -> bytes:
    """A 節 moved, a clause removed with what is below it, one put in, one reworded, one reworded that also moves."""
    altered = Altered(reading).reword("3.13.3", WORDS).reword("3.10.2.5", WORDS)
    return altered.remove("3.8.1.3").insert_before("3.10.2.2", *NEW).swap_sections("3.6", "3.7").source()


def expected_table(reading: Reading) -> list[tuple[str, str, str]]:
    """What the table of that copy must say, line by line, but for what is unchanged: kind, old number, new number."""
    numbers = [clause.number for clause in reading.policy.clauses]

    def shifted(parent: str, step: int, *last: int) -> list[tuple[str, str, str]]:
        """The clauses at these places below a parent, with all below them, each on its new number."""
        pairs = [(f"{parent}.{place}", f"{parent}.{place + step}") for place in last]
        return [
            ("moved", number, after + number[len(before) :])
            for before, after in pairs
            for number in numbers
            if number == before or number.startswith(f"{before}.")
        ]

    expected = [
        *shifted("3", -1, 7),
        *shifted("3", +1, 6),
        *(("gone", number, "") for number in numbers if number == "3.8.1.3" or number.startswith("3.8.1.3.")),
        *shifted("3.8.1", -1, 4, 5, 6),
        ("new", "", "3.10.2.2"),
        *shifted("3.10.2", +1, 2, 3, 4, 5, 6, 7),
        ("reworded", "3.13.3", "3.13.3"),
    ]
    expected[expected.index(("moved", "3.10.2.5", "3.10.2.6"))] = ("both", "3.10.2.5", "3.10.2.6")
    return expected
