"""Everything said in Chinese."""

from __future__ import annotations

from egov_scoring.messages.zh import (
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
