"""What each floor below puts on the desk, a file a floor: the roof asks them, they do not know the roof."""

from . import (  # noqa: F401  (each registers itself with the desk)
    accounts,
    alerts,
    assets,
    audits,
    authorities,
    bad_day,
    disclosures,
    duties,
    findings,
    incidents,
    inspections,
    moves,
    policy,
    reports,
    requests,
    response,
    retention,
    reviews,
    rounds,
    training,
)
