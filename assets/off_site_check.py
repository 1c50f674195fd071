"""The check of a device outside the buildings (3.8.1.5) as a duty that hangs on it: planned, done, stopped."""

from datetime import datetime

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.duties.models import Duty, Occurrence
from musashimurayama_isms.parameters.values import value

CODE = "off-site-equipment-check"
MECHANISM = f"duty:{CODE}"
INSTRUCTION = (
    "許可のときに決めた対策が、設置した場所で今も行われているかを確かめます。結果は、機器の画面の「確認を記録する」から記録します。"
)


def plan(device, *, at: datetime) -> None:
    """It comes round at the city's interval from the day on which the device is placed, for 中央電子計算組織管理者."""
    today = day_of(at)
    Duty.ensure(
        CODE,
        subject=device,
        at=at,
        title=f"庁外に置いた機器 {device.code} の点検",
        instruction=INSTRUCTION,
        clauses=["3.8.1.5"],
        mechanism=MECHANISM,
        owner=Duty.Owner.CENTRAL_MANAGER,
        interval=Duty.Interval.MONTHS,
        every_months=value("duties.off_site_equipment_every_months"),
        anchor_on=today,
        day=today.day,
    )


def complete(device, *, by: User, at: datetime) -> None:
    """The open round that has appeared is done with the check; nothing where there is none, or where it is somebody else's."""
    rows = Occurrence.objects.open().appeared(on=day_of(at)).filter(duty__in=Duty.objects.about(device).filter(code=CODE))
    row = rows.order_by("due_on").first()
    if row is not None and row.can_complete(by, at=at):
        row.complete(by=by, at=at, note="機器の画面で確認を記録しました。")


def stop(device, *, at: datetime) -> None:
    """A device that is back is checked no more."""
    for duty in Duty.objects.about(device).active().filter(code=CODE):
        duty.stop(at=at)
