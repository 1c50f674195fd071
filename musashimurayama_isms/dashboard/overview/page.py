"""The page as a whole: the three lines, what changed, the tiles."""

from datetime import datetime
from functools import cached_property

from musashimurayama_isms.accounts.models import RoleCode, User

from .changes import Changes, changes_since, look_again
from .headlines import Headlines
from .look import Look
from .tile import Tile
from .tiles import PROVIDERS


class Overview:
    """What one person is shown at a moment. Raises LookupError for whoever has no 状況."""

    def __init__(self, user: User, *, at: datetime) -> None:
        self.look = Look(user, at=at)
        self.headlines = Headlines(self.look)

    @cached_property
    def tiles(self) -> list[Tile]:
        return [tile for provider in PROVIDERS if (tile := provider(self.look)) is not None]

    @cached_property
    def changes(self) -> Changes:
        """Notes the look as well."""
        return changes_since(self.look, look_again(self.look))

    @property
    def may_take_paper(self) -> bool:
        """The sheet of decisions is the CISO's."""
        return self.look.holds(RoleCode.CISO)
