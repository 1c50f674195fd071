"""The tree of clauses as a table of contents draws it, made of rows without their texts."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from policy.models import Clause


@dataclass
class Node:
    """A clause with those directly below it."""

    clause: Clause
    url: str
    children: list["Node"] = field(default_factory=list)

    @property
    def heading(self) -> str:
        """The heading without the mark of the glossary."""
        return self.clause.heading.replace("*", "")

    @property
    def with_heading(self) -> list["Node"]:
        """The children that a table of contents lists."""
        return [child for child in self.children if child.clause.heading]


def tree(visit, clauses: Iterable[Clause]) -> list[Node]:
    """The nodes at the top, each with its children, in the order given; a clause whose parent is not among them stands at the top."""
    nodes: dict[int, Node] = {}
    top: list[Node] = []
    for clause in clauses:
        node = nodes[clause.pk] = Node(clause, visit.url_of(clause.number))
        parent = nodes.get(clause.parent_id)
        (parent.children if parent else top).append(node)
    return top
