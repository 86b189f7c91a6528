"""The edge of data frames: columns checked against the declarations, and their cells as whole numbers.

What NumPy cannot take at once goes cell by cell through `FactDeclaration.encode`, so a cell means here what it means there.
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from egov_scoring.errors import FactsError, Problem
from egov_scoring.facts import FactDeclaration, Misfit, nearest
from egov_scoring.flags import given_flag, of_flag, place_flag, points_flag
from egov_scoring.program import Item, Program
from egov_scoring.readers.bounds import in_units
from egov_scoring.readers.operations import Column

if TYPE_CHECKING:
    import pandas as pd

Mask = NDArray[np.bool_]

# A float of so many digits is the one decimal of as many digits that is nearest to it.
SURE = 10**15
MOST_CELLS = 1_000
REMEMBERED = (str, int, float, Decimal, bool)


def any_of(masks: Iterable[Mask], rows: int) -> Mask:
    """The rows of at least one mask."""
    found = np.zeros(rows, np.bool_)
    for mask in masks:
        if mask.any():  # untouched, the zeros take no memory
            found |= mask
    return found


@dataclass(slots=True)
class Taken:
    """The cells of a frame: for each fact and each recorded flag a column of its smallest units (yes_no as bool).

    Where a cell is `absent` (missing, or it does not fit) its place is held by a value of the declared range. `bad` are the
    rows with a cell that does not fit, `misfits` these cells: row, column, and why. Of an `unlooked` column nobody has looked
    at the range: whoever evaluates it does, and asks for a closer look where a value lies outside.
    """

    rows: int
    labels: Any
    named: bool
    values: dict[str, Column] = field(default_factory=dict)
    absent: dict[str, Mask] = field(default_factory=dict)
    misfits: list[tuple[int, str, Misfit]] = field(default_factory=list)
    unlooked: dict[str, tuple[pd.Series[Any], FactDeclaration]] = field(default_factory=dict)
    bad: Mask = field(init=False)

    def __post_init__(self) -> None:
        self.bad = np.zeros(self.rows, np.bool_)

    def missing(self, key: str) -> Mask:
        """Where nothing is known of it."""
        if key not in self.values:
            return np.ones(self.rows, np.bool_)
        return self.absent.get(key, np.zeros(self.rows, np.bool_))

    def absent_in(self, keys: Iterable[str]) -> Mask:
        """The rows in which something is missing of these."""
        return any_of([self.absent[key] for key in keys if key in self.absent], self.rows)

    def missing_at(self, key: str, row: int) -> bool:
        """Whether nothing is known of it in that row."""
        return key not in self.values or (key in self.absent and bool(self.absent[key][row]))

    def has(self, flag: str, row: int) -> bool:
        """Whether it is recorded in that row, and is neither false nor 0."""
        return not self.missing_at(flag, row) and bool(self.values[flag][row])

    def told(self, code: str, row: int, **args: object) -> Problem:
        """A problem in that row: `unit` names it, `row` is its label or, where units are named, its number."""
        label = self.labels[row]
        return Problem(code, None, unit=str(label), row=row + 1 if self.named else label, **args)

    def misfit(self, row: int, column: str, misfit: Misfit) -> None:
        """Records a cell that does not fit."""
        self.bad[row] = True
        self.misfits.append((row, column, misfit))

    def cells(self, program: Program) -> list[Problem]:
        """Every cell that does not fit; of a column with more than a thousand of them the first, and how many more."""
        labels = {key: fact.label or key for key, fact in {**program.facts, **program.flags}.items()}
        counted: Counter[str] = Counter()
        problems = []
        for row, column, misfit in sorted(self.misfits, key=lambda cell: cell[0]):
            counted[column] += 1
            if counted[column] <= MOST_CELLS:
                args = misfit.args_
                problems.append(self.told(misfit.code, row, fact=column, label=labels[column], **args))
        more = {column: times - MOST_CELLS for column, times in counted.items() if times > MOST_CELLS}
        return problems + [Problem("more-cells", column=column, number=number) for column, number in more.items()]


def take_in(
    frame: pd.DataFrame, program: Program, unit: str | None, carried: Sequence[str], made: Sequence[str]
) -> Taken:
    """The cells of a frame. Columns that are missing, stand twice, or clash in the result (those that are `carried` into it,
    and those `made` for it) raise `FactsError`; one that is nearly called like a fact warns."""
    records = [key for key in _records(program) if key in frame.columns]
    carried = list(carried) if unit is None else [unit, *carried]
    problems = [
        *_wanted(frame, program, records, carried),
        *_clashes(carried, made),
        *_others(frame, program, records, carried),
    ]
    if problems:
        raise FactsError(problems)
    found = Taken(len(frame), frame.index if unit is None else frame[unit].array, unit is not None)
    for key, declared in program.facts.items():
        series = frame[key]
        if _is_whole(series, declared):
            found.values[key] = series.to_numpy()
            found.unlooked[key] = series, declared
        else:
            _column(found, key, series, declared)
    for key in records:
        _column(found, key, frame[key], program.flags[key])
    _complete_records(found, program)
    return found


def look_closely(found: Taken, keys: Iterable[str]) -> None:
    """Reads columns cell by cell of which a value lies outside the declared range."""
    for key in keys:
        _column(found, key, *found.unlooked.pop(key))


# Columns.


def _records(program: Program) -> list[str]:
    """The columns in which records may stand; that points are given is not said but follows."""
    return [key for key in program.flags if not key.endswith(given_flag(""))]


def _wanted(frame: pd.DataFrame, program: Program, records: Sequence[str], carried: Sequence[str]) -> Iterator[Problem]:
    """Columns that are not there, or twice."""
    names = list(frame.columns)
    spare = [name for name in names if isinstance(name, str) and name not in program.facts]
    for key, fact in program.facts.items():
        if key not in names:
            yield Problem("missing-column", column=key, label=fact.label, nearest=nearest(key, spare))
    for name in carried:
        if name not in names:
            yield Problem("no-such-column", column=str(name), nearest=nearest(str(name), map(str, names)))
    for name in dict.fromkeys([*program.facts, *records, *carried]):
        if names.count(name) > 1:
            yield Problem("column-twice", column=str(name))


def _clashes(carried: Sequence[str], made: Sequence[str]) -> Iterator[Problem]:
    """Names that would stand twice in the result."""
    result = [*carried, *made]
    yield from (Problem("column-taken", column=str(name)) for name in dict.fromkeys(result) if result.count(name) > 1)


def _others(frame: pd.DataFrame, program: Program, records: Sequence[str], carried: Sequence[str]) -> Iterator[Problem]:
    """Columns that nothing reads: a record that is none is a mistake; one that is nearly called like a fact may be one."""
    for name in frame.columns:
        if not isinstance(name, str) or name in program.facts or name in records or name in carried:
            continue
        if "__" in name:
            yield Problem("unknown-column", column=name, nearest=nearest(name, _records(program)))
        elif near := nearest(name, program.facts):
            warnings.warn(Problem.warning("unknown-column", column=name, nearest=near).format(), stacklevel=5)


# Cells.


def _is_whole(series: pd.Series[Any], declared: FactDeclaration) -> bool:
    """Whether a column is in smallest units as it stands, and no wider than int64."""
    plain = isinstance(series.dtype, np.dtype) and (
        series.dtype.kind == "i" or series.dtype.name in ("uint8", "uint16", "uint32")
    )
    return plain and not (declared.places or declared.options or declared.is_condition)


def _column(found: Taken, key: str, series: pd.Series[Any], declared: FactDeclaration) -> None:
    """Reads a column: what its kind of data allows at once, the rest by its different cells."""
    kind = getattr(series.dtype, "kind", "O")
    numeric = not (declared.options or declared.is_condition)
    is_full = isinstance(series.dtype, np.dtype) and kind in "iub"  # such a column has no empty cells
    absent: Mask = np.zeros(0, np.bool_) if is_full else np.array(series.isna(), np.bool_)
    unsure: Mask | None = None
    if kind == "b" and declared.is_condition:
        values = _plain(series, absent, np.bool_)
    elif kind in "iu" and numeric:
        values, unsure = _whole(_plain(series, absent, None), declared)
    elif kind == "f" and numeric:
        values, unsure = _floats(_plain(series, absent, np.float64), declared)
    else:
        values, unsure = _blank(found.rows, declared), np.ones(found.rows, np.bool_)
    if unsure is not None or absent.any():
        values, absent = _settled(found, key, series, declared, values, absent, unsure)
    found.values[key] = values
    if absent.any():
        found.absent[key] = absent


def _blank(rows: int, declared: FactDeclaration) -> Column:
    """A value of the declared range, for each row."""
    return np.full(rows, int(in_units(declared).low), np.bool_ if declared.is_condition else np.int64)


def _plain(series: pd.Series[Any], absent: Mask, dtype: Any) -> Column:
    """The column as NumPy has it, whoever keeps it; what is absent is 0."""
    if isinstance(series.dtype, np.dtype):
        return np.asarray(series.to_numpy(), dtype)
    found = series.to_numpy(dtype=dtype or series.dtype.kind + "8", na_value=0)
    return np.where(absent, np.zeros(1, found.dtype), found)


def _whole(cells: Column, declared: FactDeclaration) -> tuple[Column, Mask | None]:
    """Whole numbers in smallest units, and which of them are to be looked at one by one, if any."""
    low, high = int(-(-declared.low // 1)), int(declared.high // 1)
    unsure = None
    if len(cells) and not (low <= int(cells.min()) and int(cells.max()) <= high):
        unsure = ~((cells >= low) & (cells <= high))
        cells = np.where(unsure, np.zeros(1, cells.dtype), cells)
    return np.multiply(cells, 10**declared.places, dtype=np.int64) if declared.places else _int64(cells), unsure


def _int64(cells: Column) -> Column:
    return cells.astype(np.int64, copy=False)


def _floats(cells: Column, declared: FactDeclaration) -> tuple[Column, Mask | None]:
    """Floats in smallest units: each is the one nearest to a decimal of the declared places, or is looked at by itself."""
    scale, limits = 10**declared.places, in_units(declared)
    with np.errstate(all="ignore"):
        units = np.rint(cells * scale)
        sure = (units / scale == cells) & (np.abs(units) < SURE)
        sure &= (units >= int(-(-limits.low // 1))) & (units <= int(limits.high // 1))
        return np.where(sure, units, 0).astype(np.int64), None if sure.all() else ~sure


def _settled(
    found: Taken,
    key: str,
    series: pd.Series[Any],
    declared: FactDeclaration,
    values: Column,
    absent: Mask,
    unsure: Mask | None,
) -> tuple[Column, Mask]:
    """The column with its unsure cells by their declaration; one that does not fit is recorded, and is absent."""
    absent = absent if len(absent) else np.zeros(found.rows, np.bool_)
    unsure = np.zeros(found.rows, np.bool_) if unsure is None else unsure & ~absent
    values = np.where(absent, _blank(1, declared), values)
    rows = np.flatnonzero(unsure)
    codes, different = _different(series.iloc[rows])
    results = [_encoded(declared, cell) for cell in different]
    units = np.array([0 if isinstance(result, Misfit) else result for result in results], np.int64)
    values[rows] = units[codes]
    for code, result in enumerate(results):
        if isinstance(result, Misfit):
            for row in rows[codes == code].tolist():
                found.misfit(row, key, result)
                absent[row] = True
    return np.where(absent, _blank(1, declared), values), absent


def _different(cells: pd.Series[Any]) -> tuple[NDArray[np.intp], list[Any]]:
    """The different cells, and for each cell which of them it is. Objects are told apart by type too: True is not 1."""
    if cells.dtype != np.object_:
        places, several = cells.factorize()
        return np.asarray(places, np.intp), list(several)
    known: dict[Any, int] = {}
    different: list[Any] = []
    codes = np.empty(len(cells), np.intp)
    for at, cell in enumerate(cells):
        key = (type(cell), cell) if isinstance(cell, REMEMBERED) else at
        if key not in known:
            known[key] = len(different)
            different.append(cell)
        codes[at] = known[key]
    return codes, different


def _encoded(declared: FactDeclaration, cell: object) -> int | Misfit:
    try:
        return declared.encode(cell)
    except Misfit as misfit:
        return misfit


# Records.


def _complete_records(found: Taken, program: Program) -> None:
    """Points that are stated count as given; a place goes with among how many it is."""
    for item in program.items():
        if points_flag(item.id) in found.values:
            found.values[given_flag(item.id)] = ~found.missing(points_flag(item.id))
        if of_flag(item.id) in program.flags and {place_flag(item.id), of_flag(item.id)} & found.values.keys():
            _check_places(found, item, program.flags[place_flag(item.id)])


def _check_places(found: Taken, item: Item, declared: FactDeclaration) -> None:
    """Both are stated or neither is; and the place is from 1 to so many, of two or more, at most a half between two."""
    place, of = place_flag(item.id), of_flag(item.id)
    for key, other in ((place, of), (of, place)):
        lonely = found.missing(key) & ~found.missing(other) & ~found.bad
        for row in np.flatnonzero(lonely).tolist():
            found.misfit(row, key, Misfit("wrong-type", found="nothing", expected="number"))
    stated = ~found.missing(place) & ~found.bad
    units, many = (found.values.get(key, np.zeros(found.rows, np.int64)) for key in (place, of))
    scale = 10**declared.places
    fits = (many >= 2) & (units >= scale) & (units <= many * scale) & (2 * units % scale == 0)
    for row in np.flatnonzero(stated & ~fits).tolist():
        args = {"section": "places", "indicator": item.id, "name": item.name}
        found.misfit(
            row, place, Misfit("place-form", place=declared.decode(int(units[row])), of=int(many[row]), **args)
        )
