"""Scores as a Parquet file, with what they were made by."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from egov_scoring.errors import EgovScoringError, Problem
from egov_scoring.report.rows import NAMED, table
from egov_scoring.scorecard import Scorecard, engine

DIGITS = 38  # that a decimal of Parquet has at most


def write(cards: Sequence[Scorecard], path: Path) -> None:
    """Writes a row a unit; amounts are decimals."""
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError:
        raise EgovScoringError([Problem("extra-missing", library="pyarrow", extra="arrow")]) from None
    program = cards[0].program
    columns = table(cards)
    amount = pa.decimal128(DIGITS, program.places)
    texts = (*NAMED, "grade") if program.grades else NAMED
    about = {"ruleset": program.id, "fingerprint": program.fingerprint, "version": engine()}
    schema = pa.schema(
        [(name, pa.string() if name in texts else amount) for name in columns],
        metadata={f"egov_scoring.{key}": value for key, value in about.items()},
    )
    parquet.write_table(pa.table(columns, schema=schema), path)
