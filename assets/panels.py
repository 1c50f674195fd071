"""What the register says on the pages of clause 3.5: the assets the reader sees, by class."""

from django.db.models import Count
from django.utils import timezone

from assets.classification import AssetClass
from assets.models import Asset
from musashimurayama_isms.accounts.models import User
from policy.models import Clause
from policy.panels import Panel, register

CLAUSES = ("3.5.1", "3.5.2")


@register
def assets_by_class(clause: Clause, user: User) -> Panel | None:
    """How many assets of each class the reader sees; one query beyond that of the reach."""
    if clause.number not in CLAUSES:
        return None
    seen = Asset.objects.visible_to(user, at=timezone.now()).kept().order_by()
    counts = dict(seen.values_list("asset_class").annotate(count=Count("pk")))
    classes = [{"rank": rank.value, "count": counts.get(rank.value, 0)} for rank in AssetClass]
    return Panel("情報資産台帳", "assets/clause_panel.html", {"classes": classes})
