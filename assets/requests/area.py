"""管理区域への入室許可 (3.8.2.2): the log of entries takes only those who stand on a permit in force."""

from assets.area_permits import AREA_ENTRY
from assets.classification import AssetClass
from assets.forms.requests.area import AreaEntryForm
from musashimurayama_isms.approvals.matters import Check, matter

from .base import KindMatter


@matter(AREA_ENTRY)
class AreaEntry(KindMatter):
    """It runs for its days; whoever is named may be entered in the log."""

    form = AreaEntryForm
    headline = ("area", "purpose")
    mark = AssetClass.II
    checks = (
        Check("3.8.2.2.1", "入る必要のある人だけに絞られ、期間は必要な間だけですか"),
        Check("3.8.2.2.2", "外部の人は、身分を示すもので本人と確かめられますか"),
        Check("3.8.2.2.1", "外部の人に立ち会う職員がいますか"),
    )
