"""Facts: how they are declared, what a unit states, and the check of one against the other."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from egov_scoring import amounts
from egov_scoring.errors import Position, Problem, shown
from egov_scoring.records import Record
from egov_scoring.slips import meant_number, meant_yes_no

MILLION = Fraction(1_000_000)

FINDING_KEYS = ("date", "note", "evidence")
JUDGEMENT_KEYS = ("points", "by", "date", "reason")
LONGEST_NUMBER = 100  # digits

NUMERIC = ("count", "findings", "number", "percent", "points")

# What people record about indicators, and the keys of such a record: who says so, when, why, and where that stands.
SIGNED = ("by", "date", "why", "source")
DECIDED = ("decided_by", "decided_on", "decided_why")
DAYS = ("date", "decided_on")
OPEN = "open"
DECISIONS = (OPEN, "upheld", "rejected")
RECORDS: Mapping[str, tuple[str, ...]] = {
    "overrides": ("points", *SIGNED),
    "not_applicable": SIGNED,
    "places": ("place", "of", *SIGNED),
    "objections": ("points", *SIGNED, "decision", *DECIDED),
}
UNIT_KEYS = ("facts", *RECORDS)  # what a file says of a unit beside its name
DECIDING = tuple(kind for kind in RECORDS if kind != "objections")  # an objection alone never changes a score


class FactDeclaration(Record):
    """What is asked of a unit: `key`, `type`, Chinese `label`, `unit` of measure, limits `low` and `high`, `places`, `options`.

    Values are carried as whole numbers of 10^-places; a choice as the place of its option.

    >>> share = FactDeclaration("share", "percent", "比例", high=Fraction(100), places=2)
    >>> share.encode("12.5"), share.decode(1250)
    (1250, Decimal('12.50'))
    """

    key: str
    type: str
    label: str = ""
    unit: str = ""
    about: str = ""
    low: Fraction = Fraction(0)
    high: Fraction = MILLION
    places: int = 0
    options: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    default: int | None = None

    __slots__ = ("__dict__",)

    @cached_property
    def _scale(self) -> int:
        return int(10**self.places)

    @cached_property
    def _whole(self) -> range:
        """Whole numbers within the limits are by far the most frequent values: they are told apart at once."""
        plain = not self.options and not self.is_condition
        return range(math.ceil(self.low), math.floor(self.high) + 1) if plain else range(0)

    @property
    def is_condition(self) -> bool:
        """Whether it is true or false."""
        return self.type == "yes_no"

    def encode(self, value: object) -> int:
        """The whole number that stands for the value; a value that does not fit raises `Misfit`."""
        if type(value) is int and value in self._whole:
            return value * self._scale
        if self.type == "points" and isinstance(value, Mapping):
            value = _judgement(value)
        if self.options:
            return self._option(value)
        if self.is_condition:
            return _yes_no(value)
        if self.type == "findings" and isinstance(value, (list, tuple)):
            value = _number_of_records(value)
        exact = exact_number(value)
        if self.places_of(exact) > self.places:
            code = "too-many-places" if self.places else "not-whole"
            raise Misfit(code, found=shown(_plain(value)), places=self.places)
        if not self.low <= exact <= self.high:
            raise Misfit("out-of-range", found=shown(exact), low=self.low, high=self.high)
        return int(exact * self._scale)

    def _option(self, value: object) -> int:
        value = _plain(value)
        name = str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""
        if name in self.options:
            return self.options.index(name) + 1
        labelled = dict(zip(self.labels, self.options, strict=False))
        near = labelled.get(name) or nearest(name, self.options)
        raise Misfit("unknown-option", found=shown(value), options=", ".join(self.options), nearest=near)

    def decode(self, units: int) -> object:
        """The value that the whole number stands for, as one would write it."""
        if self.options:
            return self.options[units - 1]
        if self.is_condition:
            return bool(units)
        return amounts.units_to_decimal(units, self.places) if self.places else units

    @staticmethod
    def places_of(exact: Fraction) -> int:
        """How many places the number needs; more than any declaration allows where no number of places does."""
        needed = amounts.places_needed(exact)
        return 99 if needed is None else needed


class Misfit(Exception):
    """A value that its declaration does not take: the code of the problem and its particulars."""

    def __init__(self, code: str, **args: object) -> None:
        super().__init__(code)
        self.code = code
        self.args_: dict[str, object] = args


def exact_number(value: object) -> Fraction:
    """The number meant, exactly: an int, Decimal, Fraction, plain decimal text, or a float that a short decimal writes."""
    match _plain(value):
        case bool() | None:
            pass
        case int() | Fraction() as number:
            return Fraction(number)
        case float() | Decimal() as number if not _is_finite(number):
            raise Misfit("not-a-number", found=str(number))
        case float() as number:
            return Fraction(repr(number))
        case Decimal() as number if abs(number.adjusted()) <= LONGEST_NUMBER:
            return Fraction(number)
        case str() as text if len(text) <= LONGEST_NUMBER and amounts.DECIMAL.fullmatch(text):
            return amounts.parse(text)
    raise Misfit("wrong-type", found=shown(_plain(value)), expected="number", **meant_number(value))


def _is_finite(value: float | Decimal) -> bool:
    return value.is_finite() if isinstance(value, Decimal) else math.isfinite(value)


def _plain(value: object) -> object:
    """A NumPy scalar as the Python value it holds; anything else as it is."""
    item = getattr(value, "item", None)
    return item() if callable(item) and getattr(value, "shape", None) == () else value


def _yes_no(value: object) -> int:
    value = _plain(value)
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, str) and value in ("yes", "no"):
        return int(value == "yes")
    raise Misfit("wrong-type", found=shown(value), expected="true-false", **meant_yes_no(value))


def _judgement(record: Mapping[str, Any]) -> object:
    """What an assessor gave."""
    if unknown := _unknown_keys(record, JUDGEMENT_KEYS):
        raise Misfit("judgement-unknown-key", key=unknown, known=", ".join(JUDGEMENT_KEYS))
    return record.get("points")


def _number_of_records(records: Sequence[object]) -> int:
    others = [str(number) for number, record in enumerate(records, 1) if not isinstance(record, Mapping)]
    if others:
        raise Misfit("finding-not-a-record", numbers=", ".join(others))
    for number, record in enumerate(records, 1):
        if isinstance(record, Mapping) and (unknown := _unknown_keys(record, FINDING_KEYS)):
            raise Misfit("finding-unknown-key", number=number, key=unknown, known=", ".join(FINDING_KEYS))
    return len(records)


def _unknown_keys(record: Mapping[str, Any], known: Iterable[str]) -> str:
    return ", ".join(str(key) for key in record if key not in known)


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word most like this one, or an empty string."""
    from difflib import get_close_matches

    return next(iter(get_close_matches(word, list(known), n=1, cutoff=0.6)), "")


class Unit(Record):
    """One unit as it reports: its facts, and records by people.

    Each kind of record maps indicators to records with the keys of `RECORDS`: `overrides` to `{points, by, why}`;
    `not_applicable` to `{by, why}`; `places` a ranked one to `{place, of}` where the rank is taken over from elsewhere;
    `objections` to `{by, why}`, maybe the `points` claimed, and once it is decided to `{decision, decided_by, decided_why}`.

    >>> unit = Unit("甲市", {"platforms": 3}, overrides={"operations": {"points": 5, "by": "张某", "why": "复核"}})
    >>> unit.facts["platforms"]
    3
    """

    name: str = ""
    facts: Mapping[str, Any] = {}
    overrides: Mapping[str, Any] = {}
    not_applicable: Mapping[str, Any] = {}
    places: Mapping[str, Any] = {}
    objections: Mapping[str, Any] = {}

    @property
    def records(self) -> dict[str, Mapping[str, Any]]:
        """What people recorded, by kind, where they did."""
        return {kind: records for kind in RECORDS if (records := getattr(self, kind))}

    @property
    def deciding(self) -> dict[str, Mapping[str, Any]]:
        """Those of the records that decide on points."""
        return {kind: records for kind in DECIDING if (records := getattr(self, kind))}


def decision(objection: Mapping[str, Any]) -> str:
    """What was decided on an objection, one of `DECISIONS`."""
    return str(objection.get("decision") or OPEN)


def position_in(mapping: Mapping[str, Any], key: str) -> Position | None:
    """Where the value of the key stands in its file, if the mapping was read from one."""
    marks: Mapping[str, Position] = getattr(mapping, "value_marks", {})
    return marks.get(key)


def place_of(mapping: object) -> Position | None:
    """Where the mapping itself stands in its file, if it was read from one."""
    found: Position | None = getattr(mapping, "position", None)
    return found


def encode(unit: Unit, declared: Mapping[str, FactDeclaration]) -> tuple[dict[str, int], list[Problem]]:
    """The unit's stated facts as whole numbers, and every problem with them; a missing fact is simply not there."""
    values: dict[str, int] = {}
    problems: list[Problem] = []
    for key, value in unit.facts.items():
        declaration = declared.get(key)
        if declaration is None:
            place = getattr(unit.facts, "key_marks", {}).get(key)
            near = nearest(str(key), declared)
            problems.append(Problem("unknown-fact", place, unit=unit.name, fact=str(key), nearest=near))
        elif value is not None:
            try:
                values[key] = declaration.encode(value)
            except Misfit as misfit:
                named = {"unit": unit.name, "fact": key, "label": declaration.label}
                problems.append(Problem(misfit.code, position_in(unit.facts, key), **named, **misfit.args_))
    return values, problems
