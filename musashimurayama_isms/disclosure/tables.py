"""The list of masked copies as a table."""

from django.http import Http404

from musashimurayama_isms.tables import Asked, Column, Sheet, columns_of, table

from .forms import FilterForm
from .hands import Hands
from .listing import listed
from .models import Disclosure

COPIES = (
    Column("番号", str, 12),
    Column("記録", "label", 40),
    *columns_of(
        Disclosure,
        "reception",
        "status",
        "created_by",
        "created_at",
        "approved_by",
        "approved_at",
        reception=18,
        created_at=18,
        approved_at=18,
    ),
)


@table("disclosure.copies", "黒塗りの写し", filters=FilterForm)
def copies(asked: Asked) -> Sheet:
    """The copies that the person sees; 404 for a stranger, as on the page."""
    hands = Hands(asked.user, at=asked.at)
    if not hands.enters:
        raise Http404("この画面はありません。")
    return Sheet(listed(FilterForm(asked.query), hands), COPIES)
