"""Which records a disposal takes: what is due and not kept back, the oldest first."""

from datetime import datetime

from musashimurayama_isms.accounts.models import Department
from musashimurayama_isms.parameters.values import value

from .content import contents, key_of
from .due import holder_of, kept_back, of_batch
from .ends import end_day
from .kinds import Kind
from .models import DisposalRow

AT_ONCE = 500  # what one person can look through, and one request can digest


def choose(kind: Kind, year: int, department: Department | None, *, at: datetime) -> tuple[str, int, list[DisposalRow]]:
    """(who answers, the years, the rows not yet saved) of a batch."""
    rows = list(of_batch(kind, year, department, at=at))
    reasons = kept_back(kind, rows, at=at)
    free = [row for row in rows if key_of(row) not in reasons][:AT_ONCE]
    found = contents(kind, [key_of(row) for row in free])
    made = [
        DisposalRow(
            kind=kind.code,
            key=key_of(row),
            number=kind.number(row),
            ended_on=end_day(row.record_end),
            digest=found[key_of(row)].digest,
            columns=found[key_of(row)].columns,
            files=len(found[key_of(row)].files),
        )
        for row in free
    ]
    return holder_of(kind, department), value(kind.parameter), made
