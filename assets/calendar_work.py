"""What the register asks for by the calendar: the yearly 棚卸 in the month the city has chosen, and the end of unfinished material."""

from calendar import monthrange
from datetime import date, datetime, timedelta

from assets.models import Asset, StockTake, StockTakeSection
from musashimurayama_isms.accounts.models import RoleCode
from musashimurayama_isms.accounts.standing import acting, day_of
from musashimurayama_isms.notifications.notices import notify
from musashimurayama_isms.parameters.values import value
from musashimurayama_isms.transitions import InvalidTransition

SOON = timedelta(days=7)


def open_due(*, at: datetime) -> StockTake | None:
    """Begin the campaign of this month, once; None where it is not the month, it is there, or an earlier one still runs."""
    today = day_of(at)
    if today.month not in value("duties.register_check_months"):
        return None
    due_on = date(today.year, today.month, monthrange(today.year, today.month)[1])
    if StockTake.objects.filter(due_on__year=today.year, due_on__month=today.month).exists():
        return None
    try:
        return StockTake.open(due_on=due_on, by=None, at=at)
    except InvalidTransition:
        return None


def remind_unfinished(*, at: datetime) -> int:
    """Tell who entered it and the officer, once, that material in the making is past its end (3.5.2.3.3)."""
    rows = Asset.objects.overdue_unfinished(on=day_of(at)).select_related("department__parent", "registered_by")
    for asset in rows:
        officers = [row.person for row in acting(RoleCode.SECTION_OFFICER, at=at, department=asset.department)]
        notify(
            to=[asset.registered_by, *officers],
            title=f"情報資産 {asset.number} の作り終える日を過ぎました",
            body="できあがったら作成途上の印を外し、要らなくなったものは消してください。",
            url=asset.get_absolute_url(),
            subject=asset,
            at=at,
            key=f"unfinished:{asset.pk}:{asset.unfinished_until.isoformat()}",
        )
    return len(rows)


def remind(*, at: datetime) -> int:
    """Tell the officers of open sheets a week before, on the last day, and weekly after it; each of these once."""
    today, told = day_of(at), 0
    rows = StockTakeSection.objects.open().filter(stock_take__due_on__lte=today + SOON).for_list()
    for sheet in rows:
        due_on = sheet.stock_take.due_on
        late = (today - due_on).days
        stage = "soon" if late < 0 else f"late-{late // 7}"
        when = "が近づいています" if late < 0 else "です" if late == 0 else "を過ぎています"
        notify(
            to=[row.person for row in acting(RoleCode.SECTION_OFFICER, at=at, department=sheet.department)],
            title=f"情報資産の棚卸の期限{when}（未確認 {sheet.waiting}件）",
            body="確認を終えて「棚卸を終える」を押してください。",
            url=sheet.get_absolute_url(),
            subject=sheet,
            at=at,
            key=f"stock-take:{sheet.pk}:{stage}",
        )
        told += 1
    return told
