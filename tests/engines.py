"""Whatever scores many units, each saying it in the same rows of text, and how far it has to say what the exact reader says.

A row is a unit: its `status`, `total` and `max_applicable`, and the points of every indicator that is added up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, partial
from typing import Any

import numpy as np
import pandas as pd

from egov_scoring import Ruleset, Unit
from egov_scoring.columns import Columns, columns
from egov_scoring.expression import facts_in
from egov_scoring.facts import Misfit
from egov_scoring.flags import not_applicable_flag, of_flag, place_flag, points_flag
from egov_scoring.frame_scoring import STATUS
from egov_scoring.peers import askers
from egov_scoring.readers.cohort import Cohort
from egov_scoring.readers.compiled import function
from egov_scoring.scorecard import Scorecard
from tests.databases import Database, column_type, stored

Row = dict[str, str | None]
AT_ONCE = 1_000
NOT_SAID = "ask the exact reader"


@dataclass(frozen=True, slots=True)
class Engine:
    """`rows` scores units; `says` makes of the exact reader's row what this engine has to say of the unit."""

    name: str
    rows: Callable[[Ruleset, Sequence[Unit]], list[Row]]
    says: Callable[[Ruleset, Unit, Row], Row]

    def agrees(self, ruleset: Ruleset, units: Sequence[Unit], exact: Sequence[Row] | None = None) -> bool:
        """Whether it says of all units what the exact reader says of them; if not, what differs is told."""
        exact = exact_rows(ruleset, units) if exact is None else exact
        expected = [self.says(ruleset, unit, row) for unit, row in zip(units, exact, strict=True)]
        found = self.rows(ruleset, units)
        different = [
            f"{unit.name} {key}: {self.name} says {row.get(key)}, not {right.get(key)}"
            for unit, row, right in zip(units, found, expected, strict=True)
            for key in [*right, *(row.keys() - right.keys())]
            if row.get(key, NOT_SAID) != right.get(key, NOT_SAID)
        ]
        assert not different, "\n".join(different[:20])
        return True


def added(ruleset: Ruleset) -> list[str]:
    """The ids of what is added up, the total first where it is."""
    return [item.id for item in ruleset.total if item.added]


# The exact reader.


def exact_rows(ruleset: Ruleset, units: Sequence[Unit]) -> list[Row]:
    """What it says; units that nobody is compared with are scored a thousand at a time, to save memory."""
    size = len(units) if askers(ruleset.program) else AT_ONCE
    return [
        _of_card(card)
        for start in range(0, len(units), size or 1)
        for card in ruleset.score_all(units[start : start + size], incomplete=True, ledger=False)
    ]


def _of_card(card: Scorecard) -> Row:
    reasons = {score.reason for score in (card.total, *card)} if card.status == "incomplete" else set()
    row: Row = {"status": next((code for reason, code in STATUS.items() if reason in reasons), "scored")}
    if card.total.added:
        row |= {"total": _text(card.points), "max_applicable": None if reasons else _text(card.max_applicable)}
    return row | {score.id: _text(score.points) for score in card if score.added}


def _text(amount: object) -> str | None:
    return None if amount is None else str(amount)


def as_it_is(ruleset: Ruleset, unit: Unit, row: Row) -> Row:
    """All of it, also the points that are known of a unit that lacks others."""
    return row


# The compiled function, which knows no records; statistics over the peers are handed in.


def compiled_rows(ruleset: Ruleset, units: Sequence[Unit]) -> list[Row]:
    """What it says where it says anything."""
    return [
        _of_function(ruleset, unit, peers)
        for unit, peers in zip(units, _statistics(columns(ruleset.program), ruleset, units), strict=True)
    ]


def _of_function(ruleset: Ruleset, unit: Unit, peers: Sequence[int]) -> Row:
    try:
        found = compiled(ruleset)(dict(unit.facts), *peers)
    except (KeyError, Misfit):
        found = None
    if found is None:
        return {"status": NOT_SAID}
    scale = Decimal(1).scaleb(-ruleset.program.places)
    amounts = found if isinstance(found, tuple) else (found,)
    return {"status": "scored", **{key: str(at * scale) for key, at in zip(added(ruleset), amounts, strict=True)}}


@cache
def compiled(ruleset: Ruleset) -> Callable[..., Any]:
    """The function that gives the points of all that is added up."""
    return function(columns(ruleset.program), added(ruleset))


def _statistics(of: Columns, ruleset: Ruleset, units: Sequence[Unit]) -> Iterator[tuple[int, ...]]:
    read = facts_in([part for own, among, within in of.peers.values() for part in (own, among, *within)])
    cells: dict[str, Any] = {
        key: np.array([ruleset.facts[key].encode(unit.facts[key]) for unit in units], _kind(ruleset, key))
        for key in read
    }
    found = Cohort(of.peers, of.facts).statistics(cells, len(units))
    return (
        zip(*[np.broadcast_to(found[node], len(units)).tolist() for node in of.peers], strict=True)
        if found
        else iter([()] * len(units))
    )


def _kind(ruleset: Ruleset, key: str) -> type:
    return np.bool_ if ruleset.facts[key].is_condition else np.int64


def where_plain(ruleset: Ruleset, unit: Unit, row: Row) -> Row:
    """Points where all facts are there."""
    if row["status"] != "scored" or ruleset.facts.keys() - unit.facts.keys():
        return {"status": NOT_SAID}
    return {key: value for key, value in row.items() if key != "max_applicable"}


# Data frames.


def frame_rows(ruleset: Ruleset, units: Sequence[Unit]) -> list[Row]:
    """What `score_frame` says; of the total alone it says the same."""
    frame = frame_of(ruleset, units)
    found = ruleset.score_frame(frame, "indicators", "mark", fast=False)
    total = ruleset.score_frame(frame, errors="mark", fast=False)
    assert total.equals(found[["points", "max_applicable", "status"]])
    return _of_frame(ruleset, found)


def loop_rows(ruleset: Ruleset, units: Sequence[Unit]) -> list[Row]:
    """What `score_frame` says by compiled loops."""
    return _of_frame(ruleset, ruleset.score_frame(frame_of(ruleset, units), "indicators", "mark", fast=True))


def _of_frame(ruleset: Ruleset, found: pd.DataFrame) -> list[Row]:
    names = {"status": "status"}
    names |= {"total": "points", "max_applicable": "max_applicable"} if ruleset.total.added else {}
    names |= {name: name for name in added(ruleset) if name != "total"}
    found_cells = {name: [_text(cell) for cell in found[column].astype(object)] for name, column in names.items()}
    return [dict(zip(found_cells, row, strict=True)) for row in zip(*found_cells.values(), strict=True)]


def frame_of(ruleset: Ruleset, units: Sequence[Unit]) -> pd.DataFrame:
    """The units as a frame: facts, and what people recorded."""
    cells: dict[str, list[object]] = {key: [_cell(unit.facts.get(key)) for unit in units] for key in ruleset.facts}
    cells |= {flag: [record(unit, flag) for unit in units] for flag in recorded_in(units)}
    return pd.DataFrame({name: pd.Series(column, dtype=object) for name, column in cells.items()}).infer_objects()


def _cell(value: object) -> object:
    return len(value) if isinstance(value, list) else value


def recorded_in(units: Sequence[Unit]) -> list[str]:
    """The names under which what people recorded of these units are facts."""
    found = [points_flag(name) for unit in units for name in unit.overrides]
    found += [not_applicable_flag(name) for unit in units for name in unit.not_applicable]
    found += [flag(name) for unit in units for name in unit.places for flag in (place_flag, of_flag)]
    return list(dict.fromkeys(found))


def record(unit: Unit, flag: str) -> object:
    """What stands in the column of that name."""
    indicator, _, what = flag.rpartition("__")
    if what == "not_applicable":
        return True if indicator in unit.not_applicable else None
    records: Mapping[str, Any] = unit.overrides if what == "points" else unit.places
    return records.get(indicator, {}).get(what)


# SQL.


def sql_rows(database: Database, dialect: str, ruleset: Ruleset, units: Sequence[Unit]) -> list[Row]:
    """What the query says; of what is wrong with a row, the first."""
    rows = scored(database, dialect, ruleset, units, recorded_in(units))
    known = [{key: cell for key, cell in row.items() if cell is not None} for row in rows]
    return [{**row, "status": row["status"].partition(":")[0]} for row in known]


def where_scored(ruleset: Ruleset, unit: Unit, row: Row) -> Row:
    """Points where there is a total; a query asks for all facts, also for those of what does not apply."""
    if ruleset.facts.keys() - unit.facts.keys():
        return {"status": "missing-fact"}
    return row if row["status"] == "scored" else {"status": row["status"]}


def scored(
    database: Database,
    dialect: str,
    ruleset: Ruleset,
    units: Sequence[Unit],
    recorded: Sequence[str] = (),
    **types: str,
) -> list[Row]:
    """What the query says of the units, in their order; `types` are those of columns that are not as usual."""
    flags = {key: "BOOLEAN" if key.endswith("_applicable") else "DECIMAL(18, 3)" for key in recorded}
    held = {"at": "BIGINT", **{key: column_type(fact) for key, fact in ruleset.facts.items()}, **flags, **types}
    rows = [
        [at, *(unit.facts.get(key) for key in ruleset.facts), *(record(unit, key) for key in recorded)]
        for at, unit in enumerate(units)
    ]
    stored(database, held, rows)
    names = ["status", *(["total", "max_applicable"] if ruleset.total.added else [])]
    names += [name for name in added(ruleset) if name != "total"]
    found = sorted(database(ruleset.to_sql(dialect, "units", keep=["at"], recorded=recorded)))
    assert [row[0] for row in found] == list(range(len(units)))
    return [dict(zip(names, map(_text, row[1:]), strict=True)) for row in found]


def as_scored(ruleset: Ruleset, units: Sequence[Unit]) -> list[Row]:
    """What a query has to say of units with all their facts: nothing but a status where there are no points."""
    rows = exact_rows(ruleset, units)
    return [row if row["status"] == "scored" else dict.fromkeys(row) | {"status": row["status"]} for row in rows]


COMPILED = Engine("compiled", compiled_rows, where_plain)
NUMPY = Engine("NumPy", frame_rows, as_it_is)
NUMBA = Engine("Numba", loop_rows, as_it_is)


def in_sql(database: Database, dialect: str) -> Engine:
    """The query in a database of that dialect."""
    return Engine(dialect, partial(sql_rows, database, dialect), where_scored)
