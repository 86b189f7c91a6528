"""Forms read back: sheets by their ids turned into units, with the place of every value and every problem by cell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

from egov_scoring.errors import Position, Problem, Term
from egov_scoring.facts import RECORDS, Misfit, Unit, nearest
from egov_scoring.forms import cells
from egov_scoring.forms.added_rows import Findings, Records
from egov_scoring.forms.flag_columns import Flags
from egov_scoring.forms.layout import KINDS, UNIT, VALUE
from egov_scoring.forms.sheets import Cell, Sheet, column_named
from egov_scoring.program import Program
from egov_scoring.yaml_reader import Map

T = TypeVar("T")


class Draft:
    """A unit while its sheets are read; every mapping knows where its values stand."""

    def __init__(self, name: str, place: Position) -> None:
        self.name = name
        self.place = place
        self.facts = Map(place)
        self.records = {section: Map(place) for section in RECORDS}

    def unit(self) -> Unit:
        """The unit as it was read."""
        return Unit(self.name, self.facts, **self.records)


class Reading:
    """Takes the sheets of one file and notes whatever is wrong in them: `problems`, and `remarks` that stop nothing."""

    def __init__(self, program: Program, file: Path) -> None:
        self.program = program
        self.drafts: list[Draft] = []
        self.problems: list[Problem] = []
        self.remarks: list[Problem] = []
        self._file = file

    def read(self, sheets: Sequence[Sheet]) -> None:
        """Reads the sheets of this ruleset: the units first, then what is added to them row by row."""
        own: dict[str, list[Sheet]] = {kind: [] for kind in KINDS}
        for sheet in filter(self._is_ours, sheets):
            own[sheet.mark.kind].append(sheet)
        for sheet in own["form"]:
            self._form(sheet)
        for sheet in own["grid"]:
            self._grid(sheet)
        self._names()
        Findings(self).read(own["findings"])
        Records(self).read(own["records"])

    def complain(self, code: str, place: Position, **args: object) -> None:
        """Notes a problem at a place."""
        self.problems.append(Problem(code, place, **args))

    def understood(self, read: Callable[[Cell], T], cell: Cell, **named: object) -> T | None:
        """What is read from a cell; nothing where it is refused, which is noted."""
        try:
            return read(cell)
        except Misfit as misfit:
            self.complain(misfit.code, cell.position, **named, **misfit.args_)
            return None

    def written(self, cell: Cell, column: str, unit: str = "") -> str:
        """The text of a cell of that column."""
        return self.understood(cells.text, cell, **column_named(column, unit)) or ""

    # Sheets of units.

    def _is_ours(self, sheet: Sheet) -> bool:
        mark, program = sheet.mark, self.program
        if mark.ruleset != program.id:
            if not self.problems:  # said once for all sheets
                self.complain("form-of-another", sheet.position, found=mark.ruleset, ruleset=program.id)
            return False
        if mark.fingerprint != program.fingerprint and not self.remarks:
            self.remarks.append(Problem.warning("form-of-other-edition", sheet.position, ruleset=program.id))
        return True

    def _form(self, sheet: Sheet) -> None:
        if VALUE not in sheet.columns:
            self.complain("form-without-column", sheet.position, column=Term("form.column.value"))
            return
        named = next((row.cells[VALUE] for row in sheet.rows if row.id == UNIT), None)
        draft = self._draft(named, sheet.columns[VALUE].position)
        for row in sheet.rows:
            cell = row.cells[VALUE]
            if row.id and not row.id.startswith("#"):
                self.fact(draft, row.id, cell)
            elif not row.id and not cell.is_blank and not cell.flaw:
                self.complain("cell-without-id", cell.position, unit=draft.name)

    def _grid(self, sheet: Sheet) -> None:
        keys = [id for id in sheet.columns if not id.startswith("#")]
        flags = Flags(self.program, self._file)
        for row in sheet.rows:
            stated = [row.cells[column] for column in (UNIT, *keys) if column in sheet.columns]
            if not row.id.startswith("#") and not all(cell.is_blank for cell in stated):
                draft = self._draft(row.cells.get(UNIT), stated[0].position)
                for key in keys:
                    cell = row.cells[key]
                    if key in flags.meant:
                        self.understood(partial(flags.take, draft, key), cell, unit=draft.name, fact=key, label=key)
                    else:
                        self.fact(draft, key, cell)

    def _draft(self, named: Cell | None, place: Position) -> Draft:
        name = self.written(named, UNIT) if named else ""
        draft = Draft(name, named.position if named else place)
        self.drafts.append(draft)
        return draft

    def fact(self, draft: Draft, key: str, cell: Cell) -> None:
        """Takes a cell for a fact of a unit; the same may stand twice, another value may not."""
        fact = self.program.facts.get(key)
        if fact is None:
            if not cell.is_blank:
                near = nearest(key, self.program.facts)
                self.complain("unknown-fact", cell.position, unit=draft.name, fact=key, nearest=near)
            return
        named = {"unit": draft.name, "fact": key, "label": fact.label or key}
        value = self.understood(lambda each: cells.of_fact(each, fact), cell, **named)
        before = draft.facts.value_marks.setdefault(key, cell.position)
        draft.facts.key_marks.setdefault(key, cell.position)
        if value is None:
            return
        if draft.facts.setdefault(key, value) != value:
            self.complain("fact-twice", cell.position, other=str(before), **named)
        draft.facts.value_marks[key] = cell.position

    def _names(self) -> None:
        """A unit alone goes by the name of its file; where there are many, each has a name of its own."""
        if len(self.drafts) == 1 and not self.drafts[0].name:
            self.drafts[0].name = self._file.stem
        seen: set[str] = set()
        for draft in self.drafts:
            if not draft.name:
                self.complain("unit-without-name", draft.place)
            elif draft.name in seen:
                self.complain("unit-twice", draft.place, unit=draft.name)
            seen.add(draft.name)
