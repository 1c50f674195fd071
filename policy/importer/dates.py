"""The month in a title or colophon."""

import re
import unicodedata
from datetime import date

ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925}
MONTH = re.compile(r"(令和|平成|昭和)?\s*(元|\d{1,4})\s*年\s*(\d{1,2})\s*月")


def first_day_of(text: str) -> date | None:
    """The first day of the month named in a text ("令和4年8月（改定）" → 2022-08-01), or None."""
    match = MONTH.search(unicodedata.normalize("NFKC", text))
    if match is None:
        return None
    year = ERAS.get(match[1], 0) + (1 if match[2] == "元" else int(match[2]))
    try:
        return date(year, int(match[3]), 1)
    except ValueError:
        return None
