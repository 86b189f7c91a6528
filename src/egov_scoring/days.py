"""Days as people write them: year, month and day."""

from __future__ import annotations

import re
from datetime import date, datetime

_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


def day(value: object) -> date | None:
    """The day meant; None where there is no such day, or it is written otherwise.

    >>> day("2027-01-31"), day("2027-02-31"), day("31.1.2027")
    (datetime.date(2027, 1, 31), None, None)
    """
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if not (isinstance(value, str) and _DAY.fullmatch(value)):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None
