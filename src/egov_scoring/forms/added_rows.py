"""The rows that are added to units: a row for each finding, a row for each record of a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from egov_scoring import messages
from egov_scoring.errors import Position, Term
from egov_scoring.facts import FINDING_KEYS, FactDeclaration, nearest
from egov_scoring.forms import cells, layout
from egov_scoring.forms.layout import FACT, INDICATOR, SECTION, UNIT
from egov_scoring.forms.sheets import Row, Sheet, column_named
from egov_scoring.yaml_reader import Map, Seq

if TYPE_CHECKING:
    from egov_scoring.forms.reading import Draft, Reading


class _Rows:
    """What the sheets of added rows share: the rows that are filled in, whose they are, and what they are about."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._program = reading.program

    def filled(self, sheets: Iterable[Sheet], *needed: str) -> Iterator[tuple[Draft, Row]]:
        """The rows in which something stands, with their units; a sheet without a column that is needed is refused."""
        for sheet in sheets:
            lost = [column for column in needed if column not in sheet.columns]
            for column in lost:
                self._reading.complain("form-without-column", sheet.position, column=column_named(column)["label"])
            for row in () if lost else sheet.rows:
                is_blank = row.id.startswith("#") or all(cell.is_blank for cell in row.cells.values())
                draft = None if is_blank else self._unit(row, needed[0])
                if draft is not None:
                    yield draft, row

    def _unit(self, row: Row, beside: str) -> Draft | None:
        drafts = self._reading.drafts
        cell = row.cells.get(UNIT)
        said = self._reading.written(cell, UNIT) if cell else ""
        if not said and len(drafts) == 1 and not (cell and cell.flaw):
            return drafts[0]
        place = (cell or row.cells[beside]).position
        if not said:
            if not (cell and cell.flaw):
                self._reading.complain("row-without-unit", place)
            return None
        named = {draft.name: draft for draft in drafts}
        if said not in named:
            self._reading.complain("row-of-unknown-unit", place, found=said, nearest=nearest(said, named))
        return named.get(said)

    def chosen(self, row: Row, column: str, *choices: Mapping[str, str]) -> str:
        """The id that a cell of the row names; what it says instead is a problem."""
        cell = row.cells[column]
        found = self._reading.understood(lambda each: cells.one_of(each, *choices), cell, **column_named(column))
        if found == "":
            said = cells.text(cell)
            near = nearest(said, [name for choice in choices for name in choice.values()])
            code = "row-unknown" if said else "row-without"
            args = {"label": column_named(column)["label"], "found": said, "nearest": near}
            self._reading.complain(code, cell.position, **args)
        return found or ""


class Findings(_Rows):
    """Takes the findings one by one; a number stated for the same fact must be how many there are."""

    def read(self, sheets: Iterable[Sheet]) -> None:
        """Reads the rows of the sheets."""
        names = layout.findings(self._program)
        found: dict[tuple[str, str], Seq] = {}
        drafts: dict[str, Draft] = {}
        for draft, row in self.filled(sheets, FACT):
            key = self.chosen(row, FACT, names)
            if key:
                place = row.cells[FACT].position
                drafts[draft.name] = draft
                listed = found.setdefault((draft.name, key), Seq(place))
                listed.append(self._record(row, place))
                listed.marks.append(place)
        for (name, key), listed in found.items():
            self._take(drafts[name], self._program.facts[key], listed)

    def _record(self, row: Row, place: Position) -> Map:
        record = Map(place)
        for key in FINDING_KEYS:
            cell = row.cells.get(f"#{key}")
            if cell is not None and (said := self._reading.written(cell, f"#{key}")):
                _put(record, key, said, cell.position)
        return record

    def _take(self, draft: Draft, fact: FactDeclaration, listed: Seq) -> None:
        stated = draft.facts.get(fact.key)
        if stated is not None and stated != len(listed):
            named = {"unit": draft.name, "fact": fact.key, "label": fact.label or fact.key}
            place = draft.facts.value_marks[fact.key]
            self._reading.complain("findings-disagree", place, stated=stated, listed=len(listed), **named)
            return
        _put(draft.facts, fact.key, listed, draft.facts.value_marks.get(fact.key, listed.position))


class Records(_Rows):
    """Takes what people recorded: about indicators, and about points that an assessor gave."""

    def read(self, sheets: Iterable[Sheet]) -> None:
        """Reads the rows of the sheets."""
        sections = [layout.sections(lang) for lang in messages.LANGUAGES]
        items, judged = layout.indicators(self._program), layout.judged(self._program)
        for draft, row in self.filled(sheets, SECTION, INDICATOR):
            section = self.chosen(row, SECTION, *sections)
            if not section:
                continue
            about = self.chosen(row, INDICATOR, judged if section == "judgements" else items)
            if about:
                record = self._record(row, section, draft, self._program.facts.get(about))
                self._take(draft, section, about, record)

    def _take(self, draft: Draft, section: str, about: str, record: Map) -> None:
        if section == "judgements":
            self._judgement(draft, self._program.facts[about], record)
            return
        records = draft.records[section]
        if about in records:
            other = str(records.value_marks[about])
            self._reading.complain("record-twice", record.position, unit=draft.name, other=other)
            return
        _put(records, about, record, record.position)

    def _judgement(self, draft: Draft, fact: FactDeclaration, record: Map) -> None:
        """Points that stand in the form too must be the same there."""
        stated = draft.facts.get(fact.key)
        if isinstance(stated, Map):
            other = str(stated.position)
            self._reading.complain("record-twice", record.position, unit=draft.name, other=other)
        elif stated is not None and record.setdefault("points", stated) != stated:
            named = {"unit": draft.name, "fact": fact.key, "label": fact.label or fact.key}
            place = record.value_marks["points"]
            self._reading.complain("judgement-disagrees", place, stated=stated, given=record["points"], **named)
        else:
            _put(draft.facts, fact.key, record, record.value_marks.get("points", record.position))

    def _record(self, row: Row, section: str, draft: Draft, judged: FactDeclaration | None) -> Map:
        keys = {layout.record_column(key): key for key in layout.SECTIONS[section]}
        record = Map(row.cells[INDICATOR].position)
        for column, cell in row.cells.items():
            if cell.is_blank or column in (UNIT, SECTION, INDICATOR):
                continue
            if column in layout.records() and column not in keys:
                label = column_named(column)["label"]
                kind = Term(f"form.section.{section}")
                self._reading.complain("record-key-unfit", cell.position, label=label, section=kind)
            elif column in keys:
                value = self._value(row, column, keys[column], draft, judged)
                record.value_marks[keys[column]] = cell.position
                if value is not None:
                    _put(record, keys[column], value, cell.position)
        return record

    def _value(self, row: Row, column: str, key: str, draft: Draft, judged: FactDeclaration | None) -> object:
        cell = row.cells[column]
        if key == "decision":
            return self.chosen(row, column, *(layout.decisions(lang) for lang in messages.LANGUAGES)) or None
        if key not in layout.NUMBERS:
            return self._reading.written(cell, column, draft.name) or None
        read: Any = cells.number if judged is None else lambda each: cells.of_fact(each, judged)
        return self._reading.understood(read, cell, **column_named(column, draft.name))


def _put(mapping: Map, key: str, value: object, place: Position) -> None:
    mapping[key] = value
    mapping.key_marks[key] = mapping.value_marks[key] = place
