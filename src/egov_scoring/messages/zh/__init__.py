"""Everything said in Chinese."""

from __future__ import annotations

from egov_scoring.messages.zh import authors, differences, ledger, problems, rules, screen, tables

TEXTS: dict[str, str] = {
    **problems.TEXTS,
    **rules.TEXTS,
    **ledger.TEXTS,
    **screen.TEXTS,
    **tables.TEXTS,
    **authors.TEXTS,
    **differences.TEXTS,
}
