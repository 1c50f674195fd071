"""What comes round as tables: the occurrences under their tab, the duties, the rounds of one duty."""

from django.http import Http404

from musashimurayama_isms.tables import Asked, Column, Sheet, table

from .filters import DutyFilter, OccurrenceFilter
from .listing import Listing, duties_of, rounds_of
from .models import Duty

ROUND = (
    Column("所属", "department_name", 24),
    Column("期限", "due_on", 12),
    Column("当初の期限", "first_due_on", 12),
    Column("状態", "get_status_display", 12),
)
DONE = (
    Column("実施の記録日", "done_on", 14),
    Column("実施を記録した人", "done_by.name", 20),
    Column("役割", "done_as", 24),
)
DUTIES = (
    Column("業務", "title", 40),
    Column("状態", lambda duty: "行っている" if duty.is_active else "停止中", 12),
    Column("条項番号", "clauses", 20),
    Column("担当の役割", "get_owner_display", 26),
    Column("単位", "unit_words", 20),
    Column("周期", "interval_words", 26),
    Column("次の期限", "next_due", 12),
    Column("根拠の添付", lambda duty: "求める" if duty.needs_evidence else "", 10),
    Column("すること", "instruction", 50),
)


@table("duties.list", "定期業務", filters=OccurrenceFilter, narrows=("tab", "month"))
def occurrences(asked: Asked) -> Sheet:
    """The list under its tab and month, each line with who holds it now."""
    try:
        listing = Listing(
            asked.user, at=asked.at, query=asked.query, tab=asked.query.get("tab", "month"), month=asked.query.get("month", "")
        )
    except LookupError as error:
        raise Http404("この一覧はありません。") from error
    of_row = [Column(column.heading, f"row.{column.value}", column.width) for column in ROUND]
    columns = (
        Column("業務", "row.duty.title", 36),
        Column("回", "row.period_words", 18),
        Column("条項番号", "row.duty.clauses", 20),
        Column("担当の役割", "row.duty.get_owner_display", 24),
        Column("担当者", lambda line: line.who if line.row.is_open else "", 24),
        *of_row,
        Column("期限超過", lambda line: "超過" if line.row.is_overdue(on=listing.today) else "", 10),
        *(Column(column.heading, f"row.{column.value}", column.width) for column in DONE),
        Column("根拠となる記録", lambda line: "あり" if line.row.has_evidence else "", 14),
    )
    return Sheet(listing.rows, columns, draw=listing.lines_of, about=listing.tab.title)


@table("duties.duties", "定期業務の定め", filters=DutyFilter, narrows=("mechanism",))
def duties(asked: Asked) -> Sheet:
    """The duties that the person sees, by title."""
    return Sheet(duties_of(asked.user, asked.query, at=asked.at).qs, DUTIES)


@table("duties.rounds", "定期業務の回")
def rounds(asked: Asked) -> Sheet:
    """The rounds of one duty, newest first."""
    duty = asked.subject(Duty.objects.visible_to(asked.user, at=asked.at))
    columns = (Column("回", "period_words", 18), *ROUND, *DONE)
    return Sheet(rounds_of(duty, asked.user, at=asked.at), columns, about=duty.title, subject=duty)
