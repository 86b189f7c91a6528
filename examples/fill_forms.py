"""Fills the forms in a folder as the units of a facts file would: python fill_forms.py UNITS.yaml FORMS.

The forms are those of `egov-scoring template RULESET --units NAMES -o FORMS/`, one for each unit. What stands where is told by
the hidden first row and first column of each sheet.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from egov_scoring import Unit, read_units

FORM, FINDINGS, RECORDS = range(3)  # the sheets, in order


def fill(form: Path, unit: Unit) -> None:
    """Types the facts of the unit into its form, its findings and records one a row."""
    book = load_workbook(form)
    asked, findings, records = (book.worksheets[at] for at in (FORM, FINDINGS, RECORDS))
    value = columns(asked)["#value"]
    for row in asked.iter_rows():
        stated = unit.facts.get(row[0].value)
        if isinstance(stated, list):
            for finding in stated:
                add(findings, {"fact": row[0].value, **finding})
        elif stated is not None:
            type_in(asked.cell(row[0].row, value), stated)
    for section in ("overrides", "not_applicable", "places", "objections"):
        for indicator, record in getattr(unit, section).items():
            add(records, {"section": section, "indicator": indicator, **record})
    book.save(form)


def columns(sheet: Worksheet) -> dict[str, int]:
    """The columns of a sheet by what they hold."""
    return {str(cell.value): cell.column for cell in sheet[1]}


def add(sheet: Worksheet, row: Mapping[str, Any]) -> None:
    """Types a row below those that are typed already."""
    at = columns(sheet)
    first = min(at[f"#{key}"] for key in row)
    number = 5
    while sheet.cell(number, first).value is not None:
        number += 1
    for key, value in row.items():
        type_in(sheet.cell(number, at[f"#{key}"]), value)


def type_in(cell: Cell, value: Any) -> None:
    """Types a value as people do: 是 and 否 for yes and no, and no text is a formula."""
    cell.value = "是" if value is True else "否" if value is False else value
    if isinstance(value, str):
        cell.data_type = "s"


if __name__ == "__main__":
    units, folder = sys.argv[1:]
    for unit in read_units(units):
        form = Path(folder) / f"{unit.name}.xlsx"
        if not form.is_file():
            sys.exit(f"{form} is not there: egov-scoring template writes it")
        fill(form, unit)
