"""Sheets as they are read: cells by the ids of their rows and columns, whatever the file was."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from egov_scoring.errors import Position, Term
from egov_scoring.forms.layout import Mark
from egov_scoring.records import Record

Value = None | bool | int | float | Decimal | str | date | datetime | time | timedelta


# Why there is nothing to be read: an error, a formula without a result, a cell that a merged one hides.
ERROR, FORMULA, MERGED = "error", "formula", "merged"


class Cell(Record):
    """What stands in a cell, and where. `percent` says that the sheet shows a hundred times the number, `flaw` why there is
    nothing to be read."""

    value: Value
    position: Position
    percent: bool = False
    flaw: str = ""

    @property
    def is_blank(self) -> bool:
        """Whether nothing is written there; blanks of all kinds are nothing."""
        return not self.flaw and (self.value is None or (isinstance(self.value, str) and not self.value.strip()))


class Row(Record):
    """A row by its id, which is empty where it has none, and its cells by the ids of their columns."""

    id: str
    cells: Mapping[str, Cell]


class Sheet(Record):
    """A sheet of a form. `columns` are the cells that hold the ids of its columns."""

    mark: Mark
    position: Position
    columns: Mapping[str, Cell]
    rows: tuple[Row, ...]


def column_named(column: str, unit: str = "") -> dict[str, object]:
    """How a problem names a cell of a column that is no fact."""
    key = column.removeprefix("#")
    return {"unit": unit, "fact": key, "label": Term(f"form.column.{key}")}
