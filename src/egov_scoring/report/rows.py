"""A row a unit, a column an indicator: the table that CSV and Parquet files hold."""

from __future__ import annotations

import csv as csv_files
import io
from collections.abc import Sequence
from decimal import Decimal

from egov_scoring.errors import EgovScoringError, Problem
from egov_scoring.scorecard import Scorecard
from egov_scoring.spreadsheet import harmless

NAMED = ("unit", "status")


def table(cards: Sequence[Scorecard]) -> dict[str, list[str | Decimal | None]]:
    """The columns by name: the unit, its status, its points and the maximum that applies to it, then every indicator's points.

    What is not known is None. A grade stands among them where the ruleset declares any. Raises `EgovScoringError` where an
    indicator has the id of one of the other columns.
    """
    has_grades = bool(cards) and bool(cards[0].program.grades)
    columns: dict[str, list[str | Decimal | None]] = {
        "unit": [card.unit for card in cards],
        "status": [card.status for card in cards],
        "points": [card.points for card in cards],
        "max": [card.max_applicable for card in cards],
        **({"grade": [card.grade for card in cards]} if has_grades else {}),
    }
    listed = list(cards[0]) if cards else []
    if twice := [Problem("output-column", column=score.id) for score in listed if score.id in columns]:
        raise EgovScoringError(twice)
    for score in listed:
        columns[score.id] = [card[score.id].points for card in cards]
    return columns


def csv(cards: Sequence[Scorecard]) -> str:
    """The table as CSV; no name in it is taken for a formula by a spreadsheet."""
    columns = table(cards)
    text = io.StringIO()
    writer = csv_files.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for row in zip(*columns.values(), strict=True):
        writer.writerow([harmless(cell) if isinstance(cell, str) else cell for cell in row])
    return text.getvalue()
