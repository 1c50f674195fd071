"""廃棄記録: the disposal as a paper, with every record that was destroyed or left."""

PAPER = "retention.paper"
EACH_PAGE = 22  # rows, about


def pages_of(count: int) -> int:
    """About how many pages it will have."""
    return 1 + count // EACH_PAGE
