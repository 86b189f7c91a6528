"""The edge: what a unit states, turned into whole numbers, and every problem with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from egov_scoring.errors import Problem
from egov_scoring.expression import Node
from egov_scoring.facts import FactDeclaration, Misfit, Unit, encode, nearest, position_in
from egov_scoring.flags import given_flag, not_applicable_flag, of_flag, place_flag, points_flag
from egov_scoring.program import Item, Program
from egov_scoring.readers.bounds import Bounds, Range, of_fact

RECORD_KEYS = {
    "overrides": ("points", "by", "why", "source", "date"),
    "not_applicable": ("by", "why", "source", "date"),
    "places": ("place", "of", "source"),
}


@dataclass(slots=True)
class Stated:
    """A unit as the readers see it: facts and flags in whole numbers; what is missing is not there."""

    unit: Unit
    values: dict[str, int]
    problems: list[Problem] = field(default_factory=list)

    @property
    def has_flags(self) -> bool:
        """Whether a person recorded anything about an indicator."""
        return bool(self.unit.overrides or self.unit.not_applicable or self.unit.places)


def take_in(unit: Unit, program: Program) -> Stated:
    """The unit's facts and records, checked against the ruleset's declarations one by one."""
    values, problems = encode(unit, program.facts)
    stated = Stated(unit, values, problems)
    if stated.has_flags:
        items = {item.id: item for item in program.items()}
        for key, take in (("overrides", _override), ("not_applicable", _mark), ("places", _place)):
            for indicator, record in _records(stated, key, items):
                take(stated, items[indicator], record, program)
    return stated


def _records(stated: Stated, section: str, items: Mapping[str, Item]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    records: Mapping[str, Any] = getattr(stated.unit, section)
    for indicator, record in records.items():
        if indicator not in items or indicator == "total":
            _complain(stated, section, indicator, "unknown-indicator", nearest=nearest(str(indicator), items))
        elif not isinstance(record, Mapping):
            _complain(stated, section, indicator, "record-form", keys=", ".join(RECORD_KEYS[section]))
        elif unknown := [str(key) for key in record if key not in RECORD_KEYS[section]]:
            keys = ", ".join(RECORD_KEYS[section])
            _complain(stated, section, indicator, "record-unknown-key", key=", ".join(unknown), keys=keys)
        else:
            yield indicator, record


def _complain(stated: Stated, section: str, indicator: str, code: str, **args: object) -> None:
    place = position_in(getattr(stated.unit, section), indicator)
    stated.problems.append(
        Problem(code, place, unit=stated.unit.name, section=section, indicator=str(indicator), **args)
    )


def _set(stated: Stated, section: str, item: Item, declaration: FactDeclaration, value: object) -> None:
    try:
        stated.values[declaration.key] = declaration.encode(value)
    except Misfit as misfit:
        _complain(stated, section, item.id, misfit.code, fact=declaration.key, label=item.name, **misfit.args_)


def _override(stated: Stated, item: Item, record: Mapping[str, Any], program: Program) -> None:
    if not item.is_leaf:
        _complain(stated, "overrides", item.id, "override-on-group", label=item.name)
    elif not (record.get("by") and record.get("why")):
        _complain(stated, "overrides", item.id, "record-without-reason", label=item.name)
    else:
        _set(stated, "overrides", item, program.flags[points_flag(item.id)], record.get("points"))
        stated.values[given_flag(item.id)] = 1


def _mark(stated: Stated, item: Item, record: Mapping[str, Any], program: Program) -> None:
    if not (record.get("by") and record.get("why")):
        _complain(stated, "not_applicable", item.id, "record-without-reason", label=item.name)
    stated.values[not_applicable_flag(item.id)] = 1


def _place(stated: Stated, item: Item, record: Mapping[str, Any], program: Program) -> None:
    if of_flag(item.id) not in program.flags:
        _complain(stated, "places", item.id, "place-not-ranked", label=item.name)
        return
    _set(stated, "places", item, program.flags[place_flag(item.id)], record.get("place"))
    _set(stated, "places", item, program.flags[of_flag(item.id)], record.get("of"))
    scale = 10 ** program.flags[place_flag(item.id)].places
    of = stated.values.get(of_flag(item.id), 2)
    if of < 2 or not scale <= stated.values.get(place_flag(item.id), scale) <= of * scale:
        _complain(
            stated,
            "places",
            item.id,
            "place-form",
            label=item.name,
            place=str(record.get("place")),
            of=str(record.get("of")),
        )


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
