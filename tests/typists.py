"""People who fill in forms: they type a value in whatever way comes to mind, into the cell that asks for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import openpyxl

from egov_scoring.facts import FactDeclaration, Unit
from egov_scoring.forms import layout
from egov_scoring.program import Program

BROAD = str.maketrans("0123456789.,-%", "０１２３４５６７８９．，－％")
YES, NO = ("是", "yes", "√", " 是　", "YES", True), ("否", "no", "×", "　否", "No", False)

Typed = tuple[Any, str]
"""What is typed, and the format that the cell then has."""


def typed(fact: FactDeclaration, value: Any, dice: Random) -> Typed:
    """A value in one of the ways in which people type it."""
    if fact.is_condition:
        return dice.choice(YES if value else NO), "General"
    if fact.options:
        label = dict(zip(fact.options, fact.labels, strict=True))[str(value)]
        return dice.choice([value, label, f"　{label} "]), "General"
    return dice.choice(_numbers(fact, Decimal(str(value))))


def _numbers(fact: FactDeclaration, value: Decimal) -> list[Typed]:
    text = f"{value:f}"
    texts = [
        text,
        f" {text}　",
        text.translate(BROAD),
        f"{value:,f}",
        f"{value:,f}".translate(BROAD),
        f"{text} {fact.unit}",
    ]
    ways: list[Typed] = [(float(value), "General"), (float(value), "0.00"), *((each, "@") for each in texts)]
    if fact.type == "percent":
        ways += [(f"{text}%", "@"), (f"{text}％", "General"), (float(value / 100), "0.00%")]
    return ways


class Typist:
    """Fills in an empty form for some units, finding every cell by the hidden ids."""

    def __init__(self, path: Path, program: Program, lang: str, dice: Random) -> None:
        self.book: Any = openpyxl.load_workbook(path)
        self._path = path
        self._program = program
        self._lang = lang
        self._dice = dice

    def fill(self, units: Sequence[Unit]) -> None:
        """Types everything, and saves."""
        forms = self.sheets("form")
        for at, unit in enumerate(units):
            cell = _in_form(forms[at]) if forms else _in_grid(self.sheets("grid")[0], unit, at)
            for key, value in unit.facts.items():
                if not isinstance(value, (list, Mapping)):
                    self._type(cell(key), typed(self._program.facts[key], value, self._dice))
        self._add_rows("findings", self._findings(units))
        self._add_rows("records", self._records(units))
        self.book.save(self._path)

    def sheets(self, kind: str) -> list[Any]:
        """The sheets of a kind."""
        return [sheet for sheet in self.book if (mark := layout.Mark.read(sheet["A1"].value)) and mark.kind == kind]

    def _type(self, cell: Any, what: Typed) -> None:
        assert cell.protection.locked is False
        cell.value, cell.number_format = what

    def _add_rows(self, kind: str, rows: Sequence[Mapping[str, Any]]) -> None:
        if rows:
            (sheet,) = self.sheets(kind)
            columns, first = columns_of(sheet), row_of(sheet, "#head") + 1
            for at, row in enumerate(rows, first):
                for column, value in row.items():
                    if column in columns:
                        sheet.cell(at, columns[column]).value = value

    def _findings(self, units: Sequence[Unit]) -> list[dict[str, Any]]:
        names = layout.findings(self._program)
        return [
            {layout.UNIT: unit.name, layout.FACT: names[key], **{f"#{part}": said for part, said in record.items()}}
            for unit in units
            for key, value in unit.facts.items()
            if isinstance(value, list)
            for record in value
        ]

    def _records(self, units: Sequence[Unit]) -> list[dict[str, Any]]:
        sections, names = layout.sections(self._lang), layout.indicators(self._program)
        return [
            {
                layout.UNIT: unit.name,
                layout.SECTION: sections[section],
                layout.INDICATOR: names[about],
                **{layout.record_column(key): value for key, value in record.items()},
            }
            for unit in units
            for section, records in unit.records.items()
            for about, record in records.items()
        ]


def columns_of(sheet: Any) -> dict[str, int]:
    """The columns of a sheet by their hidden ids."""
    return {cell.value: cell.column for cell in sheet[1] if cell.value}


def row_of(sheet: Any, row_id: str) -> int:
    """A row by its hidden id."""
    found: int = next(cell.row for cell in sheet["A"] if cell.value == row_id)
    return found


def _in_form(sheet: Any) -> Callable[[str], Any]:
    column = columns_of(sheet)[layout.VALUE]
    return lambda key: sheet.cell(row_of(sheet, key), column)


def _in_grid(sheet: Any, unit: Unit, at: int) -> Callable[[str], Any]:
    columns, row = columns_of(sheet), row_of(sheet, "#head") + 1 + at
    sheet.cell(row, columns[layout.UNIT]).value = unit.name
    return lambda key: sheet.cell(row, columns[key])
