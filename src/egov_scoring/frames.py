"""pandas in and out: a row a unit, a column a fact."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

import numpy as np
import pandas as pd

from egov_scoring import amounts
from egov_scoring.amounts import DOUBLE
from egov_scoring.frame_intake import take_in
from egov_scoring.frame_scoring import STATUSES, TOTAL, Result, scored
from egov_scoring.readers.operations import Column
from egov_scoring.ruleset import Ruleset

Detail = Literal["total", "indicators"]
Errors = Literal["raise", "mark"]
Points = Literal["decimal", "float", "units"]

CHOICES = {
    "detail": ("total", "indicators"),
    "errors": ("raise", "mark"),
    "points": ("decimal", "float", "units"),
}


def score_frame(
    ruleset: Ruleset,
    frame: Any,
    detail: Detail = "total",
    errors: Errors = "raise",
    unit: str | None = None,
    keep: Iterable[str] = (),
    points: Points = "decimal",
    fast: bool | None = None,
) -> Any:
    """Scores every row of the frame, all rows ranked with one another; said in full at `Ruleset.score_frame`."""
    for name, value in (("detail", detail), ("errors", errors), ("points", points)):
        if value not in CHOICES[name]:
            raise ValueError(f"{name} is one of {', '.join(CHOICES[name])}, not {value!r}")
    kept = [keep] if isinstance(keep, str) else list(keep)
    if isinstance(frame, pd.DataFrame):
        return _scored_frame(ruleset, frame, detail, errors, unit, kept, points, fast)
    if not hasattr(frame, "__arrow_c_stream__"):
        raise TypeError(f"a frame is one of pandas, polars or pyarrow, not {type(frame).__name__}")
    from egov_scoring.arrow_frames import as_arrow, as_pandas, table_of

    table = table_of(frame)
    result = _scored_frame(ruleset, as_pandas(table), detail, errors, unit, kept, points, fast)
    carried = table.select(_carried(unit, kept))
    return as_arrow(result, carried, like=frame, places=ruleset.program.places)


def _carried(unit: str | None, kept: list[str]) -> list[str]:
    """The columns that pass through, the units' names first."""
    return kept if unit is None else [unit, *kept]


def _scored_frame(
    ruleset: Ruleset,
    frame: pd.DataFrame,
    detail: Detail,
    errors: Errors,
    unit: str | None,
    kept: list[str],
    points: Points,
    fast: bool | None,
) -> pd.DataFrame:
    items = [item for item in ruleset.total if item.added and item is not ruleset.total]
    listed = items if detail == "indicators" else []
    taken = take_in(frame, ruleset.program, unit, kept, [*TOTAL, "status", *[item.id for item in listed]])
    result = scored(ruleset, taken, listed, mark=errors == "mark", fast=fast)
    made: dict[str, Any] = {name: frame[name].array for name in _carried(unit, kept)}
    for name in (*TOTAL, "status", *[item.id for item in listed]):
        if name == "status":
            made[name] = pd.Categorical.from_codes(result.status, dtype=STATUS)
        else:
            made[name] = FORMS[points](result, name, ruleset.program.places)
    return pd.DataFrame(made, index=frame.index, copy=False)


STATUS = pd.CategoricalDtype(list(STATUSES))
# Amounts below this are found by their place in a table, larger ones by sorting.
TABLED = 10_000_000


def _decimals(result: Result, name: str, places: int) -> Column:
    """`Decimal`s, None where nothing is known; each different amount is made once."""
    known = ~result.unknown[name]
    units = result.amounts[name][known]
    different, place = _tabled(units) if len(units) and units.max() < TABLED else np.unique(units, return_inverse=True)
    written = np.empty(len(different), np.object_)
    written[:] = [amounts.units_to_decimal(amount, places) for amount in different.tolist()]
    found = np.full(len(known), None, np.object_)
    found[known] = written[place]
    return found


def _tabled(units: Column) -> tuple[Column, Column]:
    """The different numbers, and which of them stands where."""
    is_there = np.zeros(int(units.max()) + 1, np.bool_)
    is_there[units] = True
    return np.flatnonzero(is_there), (np.cumsum(is_there) - 1)[units]


def _floats(result: Result, name: str, places: int) -> Column:
    """The double nearest to each amount, NaN where nothing is known. A quotient is rounded once: by NumPy where doubles hold
    both numbers, by Python whatever they are."""
    units, scale = result.amounts[name], 10**places
    is_held = not len(units) or int(units.max()) < DOUBLE
    nearest = units / scale if is_held else np.array([amount / scale for amount in units.tolist()])
    return np.where(result.unknown[name], np.nan, nearest)


def _units(result: Result, name: str, _: int) -> Any:
    """Smallest units of points, NA where nothing is known."""
    return pd.arrays.IntegerArray(result.amounts[name], result.unknown[name])


FORMS = {"decimal": _decimals, "float": _floats, "units": _units}
