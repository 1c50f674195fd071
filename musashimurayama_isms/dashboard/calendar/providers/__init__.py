"""What each floor below puts into the calendar, a file a matter; each registers itself."""

from . import authorities, campaigns, drills, duties, expiries, inspections, meetings, warnings  # noqa: F401
