"""The edge: what a unit states, turned into whole numbers, and every problem with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from egov_scoring.days import day
from egov_scoring.errors import Position, Problem, shown
from egov_scoring.expression import Node
from egov_scoring.facts import (
    DAYS,
    DECIDED,
    DECISIONS,
    OPEN,
    RECORDS,
    FactDeclaration,
    Misfit,
    Unit,
    decision,
    encode,
    nearest,
    position_in,
)
from egov_scoring.flags import given_flag, not_applicable_flag, of_flag, place_flag, points_flag
from egov_scoring.program import Item, Program
from egov_scoring.readers.bounds import Bounds, Range, of_fact
from egov_scoring.records import Record

DECISION = FactDeclaration("decision", "choice", options=DECISIONS)


class Stated(Record, frozen=False):
    """A unit as the readers see it: facts and flags in whole numbers; what is missing is not there."""

    unit: Unit
    values: dict[str, int]
    problems: list[Problem]

    @property
    def has_flags(self) -> bool:
        """Whether a person recorded anything about an indicator that decides on points."""
        return bool(self.unit.deciding)


def take_in(unit: Unit, program: Program) -> Stated:
    """The unit's facts and records, checked against the ruleset's declarations one by one."""
    values, problems = encode(unit, program.facts)
    stated = Stated(unit, values, problems)
    if unit.records:
        intake = _Records(stated, program)
        intake.take("overrides", intake.override)
        intake.take("not_applicable", intake.mark)
        intake.take("places", intake.place)
        intake.take("objections", intake.objection)
    return stated


class _Records:
    """What people recorded about a unit's indicators, on its way to whole numbers."""

    def __init__(self, stated: Stated, program: Program) -> None:
        self._stated = stated
        self._program = program
        self._items = {item.id: item for item in program.items() if item is not program.total}

    def take(self, section: str, record: Callable[[Item, Mapping[str, Any]], None]) -> None:
        """Every record of a section that has its form goes to `record`."""
        records = getattr(self._stated.unit, section)
        if not isinstance(records, Mapping):
            self._complain(section, "", "records-form", found=shown(records))
            return
        for name, entry in records.items():
            keys = RECORDS[section]
            if name not in self._items:
                near = nearest(str(name), self._items)
                self._complain(section, name, "unknown-indicator", nearest=near)
            elif not isinstance(entry, Mapping):
                self._complain(section, name, "record-form", found=shown(entry), known=", ".join(keys))
            elif unknown := [str(key) for key in entry if key not in keys]:
                self._complain(section, name, "record-unknown-key", key=", ".join(unknown), known=", ".join(keys))
            else:
                self._days(section, self._items[name], entry)
                record(self._items[name], entry)

    def override(self, item: Item, record: Mapping[str, Any]) -> None:
        """The points that a person gave instead."""
        if not item.is_leaf:
            self._complain("overrides", item.id, "override-on-group", name=item.name)
            return
        self._needs_reason("overrides", item, record)
        self._set("overrides", item, points_flag(item.id), record, "points")
        self._stated.values[given_flag(item.id)] = 1

    def mark(self, item: Item, record: Mapping[str, Any]) -> None:
        """That the indicator does not apply."""
        self._needs_reason("not_applicable", item, record)
        self._stated.values[not_applicable_flag(item.id)] = 1

    def place(self, item: Item, record: Mapping[str, Any]) -> None:
        """A place among so many."""
        if of_flag(item.id) not in self._program.flags:
            self._complain("places", item.id, "place-not-ranked", name=item.name)
            return
        place = self._set("places", item, place_flag(item.id), record, "place")
        of = self._set("places", item, of_flag(item.id), record, "of")
        if place is not None and of is not None and not (of >= 2 and 1 <= place <= of and 2 * place % 1 == 0):
            self._complain("places", item.id, "place-form", name=item.name, place=place, of=of)

    def objection(self, item: Item, record: Mapping[str, Any]) -> None:
        """That somebody objects, what they claim, and what was decided; it never changes a score by itself."""
        self._needs_reason("objections", item, record)
        if record.get("points") is not None:
            claimed = FactDeclaration("points", "points", high=item.max, places=self._program.places)
            self._number("objections", item, claimed, record, "points")
        decided = record.get("decision")
        if decided is not None and self._number("objections", item, DECISION, record, "decision") is None:
            return
        found = [key for key in DECIDED if record.get(key)]
        if decision(record) == OPEN:
            if found:
                self._complain("objections", item.id, "objection-open", name=item.name, keys=", ".join(found))
        elif not {"decided_by", "decided_why"} <= set(found):
            self._complain("objections", item.id, "decision-without-reason", name=item.name)

    def _days(self, section: str, item: Item, record: Mapping[str, Any]) -> None:
        for key in DAYS:
            if record.get(key) is not None and day(record[key]) is None:
                self._misfit(section, item, record, key, Misfit("record-not-a-day", found=shown(record[key])))

    def _needs_reason(self, section: str, item: Item, record: Mapping[str, Any]) -> None:
        if not (record.get("by") and record.get("why")):
            self._complain(section, item.id, "record-without-reason", name=item.name)

    def _set(self, section: str, item: Item, flag: str, record: Mapping[str, Any], key: str) -> Fraction | None:
        """The number under a key of the record, as the flag takes it."""
        declaration = self._program.flags[flag]
        units = self._number(section, item, declaration, record, key)
        if units is None:
            return None
        self._stated.values[flag] = units
        return Fraction(units, 10**declaration.places)

    def _number(
        self, section: str, item: Item, declaration: FactDeclaration, record: Mapping[str, Any], key: str
    ) -> int | None:
        """What stands under a key of the record as a whole number; None where it does not fit its declaration."""
        try:
            return declaration.encode(record.get(key))
        except Misfit as misfit:
            self._misfit(section, item, record, key, misfit)
            return None

    def _misfit(self, section: str, item: Item, record: Mapping[str, Any], key: str, misfit: Misfit) -> None:
        named = {"unit": self._stated.unit.name, "fact": f"{section}.{item.id}.{key}", "label": item.name}
        place = position_in(record, key) or self._place_of(section, item.id)
        self._stated.problems.append(Problem(misfit.code, place, **named, **misfit.args_))

    def _complain(self, section: str, indicator: str, code: str, **args: object) -> None:
        named = {"unit": self._stated.unit.name, "section": section, "indicator": str(indicator)}
        self._stated.problems.append(Problem(code, self._place_of(section, indicator), **named, **args))

    def _place_of(self, section: str, indicator: str) -> Position | None:
        return position_in(getattr(self._stated.unit, section), indicator)


def known_ranges(program: Program, stated: Stated) -> dict[str, Range]:
    """Every fact as a range: one value where it is stated, all that is declared where it is not."""
    ranges: dict[str, Range] = {}
    for key, declaration in {**program.facts, **program.flags}.items():
        known = stated.values.get(key)
        if known is None and declaration.default is not None and not key.endswith(points_flag("")):
            known = declaration.default
        if known is None:
            ranges[key] = of_fact(declaration)
        else:
            exact = Fraction(known, 10**declaration.places)
            ranges[key] = Range(exact, exact, 10**declaration.places)
    return ranges


def truth(condition: Node, program: Program, stated: Stated) -> bool | None:
    """Whether the condition holds for all that is known of the unit; None where that is not enough to say."""
    found = Bounds(known_ranges(program, stated)).of(condition)
    return bool(found.low) if found.is_single else None
