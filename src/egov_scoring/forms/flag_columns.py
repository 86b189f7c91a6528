"""What people recorded, in columns beside the facts: `ID__points`, `ID__not_applicable`, `ID__place`, `ID__of`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from egov_scoring import messages
from egov_scoring.errors import Position
from egov_scoring.facts import FactDeclaration
from egov_scoring.flags import not_applicable_flag, of_flag, place_flag, points_flag
from egov_scoring.forms import cells
from egov_scoring.forms.sheets import Cell
from egov_scoring.program import Program
from egov_scoring.yaml_reader import Map

if TYPE_CHECKING:
    from egov_scoring.forms.reading import Draft

MARK = FactDeclaration("not_applicable", "yes_no")


class Flags:
    """Takes such columns for records; who says so is the file, and where it stands."""

    def __init__(self, program: Program, file: Path) -> None:
        self._file = file.name
        made = {
            flag: (section, item.id, key)
            for item in program.items()
            for flag, section, key in (
                (points_flag(item.id), "overrides", "points"),
                (not_applicable_flag(item.id), "not_applicable", ""),
                (place_flag(item.id), "places", "place"),
                (of_flag(item.id), "places", "of"),
            )
        }
        self.meant = {flag: record for flag, record in made.items() if flag in program.flags}

    def take(self, draft: Draft, column: str, cell: Cell) -> None:
        """Takes a cell of such a column; raises `Misfit`."""
        section, about, key = self.meant[column]
        value = cells.number(cell) if key and not cell.is_blank else cells.of_fact(cell, MARK) if not key else None
        if value is None or value is False:
            return
        records, place = draft.records[section], cell.position
        if about not in records:
            records[about] = self._record(section, column, place)
            records.key_marks[about] = records.value_marks[about] = place
        record = records[about]
        if key and isinstance(record, Map):
            record[key] = value
            record.value_marks[key] = place

    def _record(self, section: str, column: str, place: Position) -> Map:
        record = Map(place)
        if section != "places":
            record.update(by=self._file, why=messages.text("form.in_column", column=column))
        return record
