"""Everything said in English."""

from __future__ import annotations

import re

from egov_scoring.messages.en import (
    advice,
    authors,
    differences,
    forms,
    grades,
    ledger,
    letters,
    problems,
    reconcile,
    report,
    results,
    rules,
    screen,
    tables,
)

ONE_OF_MANY = re.compile(r"(?<![\d.,/])(1 (?:point|problem|case|edge|indicator|fact|unit|difference))s\b")

TEXTS: dict[str, str] = {
    **problems.TEXTS,
    **rules.TEXTS,
    **ledger.TEXTS,
    **screen.TEXTS,
    **tables.TEXTS,
    **authors.TEXTS,
    **differences.TEXTS,
    **grades.TEXTS,
    **forms.TEXTS,
    **letters.TEXTS,
    **reconcile.TEXTS,
    **report.TEXTS,
    **results.TEXTS,
    **advice.TEXTS,
}


def singular(said: str) -> str:
    """One of something is not many: `1 points` becomes `1 point`."""
    return ONE_OF_MANY.sub(r"\1", said)
