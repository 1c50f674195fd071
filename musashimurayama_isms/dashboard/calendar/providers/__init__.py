"""What each floor below puts into the calendar, a file a matter; each registers itself."""

from . import audits, authorities, campaigns, drills, duties, expiries, inspections, meetings, training, warnings  # noqa: F401
