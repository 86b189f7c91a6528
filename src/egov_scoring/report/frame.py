"""A scorecard as a pandas DataFrame."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from egov_scoring.scorecard import Score, Scorecard

COLUMNS = ("id", "name", "level", "max", "max_applicable", "points", "loss", "status")


def scorecard(card: Scorecard) -> pd.DataFrame:
    """A row an indicator in document order, the total last; amounts are `Decimal`s, None where missing."""
    rows = [_row(score, level) for child in card.total.children for score, level in _levels(child, 1)]
    if card.total.added:
        rows.append(_row(card.total, 0))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _levels(score: Score, level: int) -> Iterator[tuple[Score, int]]:
    yield score, level
    for child in score.children:
        yield from _levels(child, level + 1)


def _row(score: Score, level: int) -> tuple[Any, ...]:
    return (
        score.id,
        score.name,
        level,
        score.max,
        score.max_applicable,
        score.points,
        score.loss,
        score.status,
    )
