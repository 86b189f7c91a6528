"""Frames of polars and tables of pyarrow are scored as frames of pandas are, and come back as what they were."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pandas as pd
import pytest

from egov_scoring import FactsError, Ruleset, load
from egov_scoring.samples import sample

pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
pl = pytest.importorskip("polars", reason="polars is not installed")

CITY = load("2019/city")
CELLS: dict[str, Any] = {key: [1, 2, 3] for key in CITY.facts} | {"城市": ["甲市", "乙市", "丙市"]}
POINTS = [Decimal("33.00"), Decimal("35.00"), Decimal("35.00")]


def said(frame: Any) -> list[dict[str, Any]]:
    """The rows of a frame, whatever its kind."""
    rows: list[dict[str, Any]] = frame.to_dicts() if isinstance(frame, pl.DataFrame) else frame.to_pylist()
    return rows


@pytest.mark.parametrize("make", [pl.DataFrame, pa.table])
@pytest.mark.parametrize("detail", ["total", "indicators"])
def test_a_frame_comes_back_as_what_it_was(make: Any, detail: Any):
    found = CITY.score_frame(make(CELLS), detail, unit="城市", keep=["venue_faults"])
    assert isinstance(found, type(make(CELLS)))
    by_pandas = CITY.score_frame(pd.DataFrame(CELLS), detail, unit="城市", keep=["venue_faults"])
    assert said(found) == by_pandas.astype(object).to_dict("records")
    assert [row["points"] for row in said(found)] == POINTS


def test_amounts_keep_their_places_and_columns_their_kind():
    table = pa.table({**CELLS, "城市": pa.array(CELLS["城市"]).dictionary_encode()})
    found = CITY.score_frame(table, unit="城市")
    assert str(found.schema.field("points").type) == "decimal128(38, 2)"
    assert found.schema.field("城市").type == table.schema.field("城市").type
    assert found["status"].to_pylist() == ["scored"] * 3
    units = CITY.score_frame(table, points="units")
    assert (str(units.schema.field("points").type), units["points"].to_pylist()) == ("int32", [3300, 3500, 3500])
    floats = CITY.score_frame(table, points="float")
    assert floats["points"].to_pylist() == [33.0, 35.0, 35.0]


@pytest.mark.parametrize(
    ("kind", "cell"),
    [(kind, cell) for kind in ("int64", "int32", "float64") for cell in (None, -1, 1_000_001)]
    + [("uint32", None), ("uint32", 1_000_001), ("uint64", 2**64 - 1)],
)
def test_a_cell_is_right_or_the_row_says_what_is_wrong(kind: str, cell: int | None):
    table = pa.table({**CELLS, "venue_faults": pa.array([1, cell, 3], kind)})
    found = CITY.score_frame(table, errors="mark")
    code = "missing-fact" if cell is None else "bad-cell"
    assert found["status"].to_pylist() == ["scored", code, "scored"]
    assert found["points"].to_pylist() == [POINTS[0], None, POINTS[2]]
    with pytest.raises(FactsError) as caught:
        CITY.score_frame(table)
    assert [problem.code for problem in caught.value.problems] == ["missing-fact" if cell is None else "out-of-range"]


def test_cells_of_every_kind_are_read():
    """Decimals, text in a dictionary, several chunks."""
    whole = load("huaibei_2019")
    assert any(fact.options for fact in whole.facts.values())
    assert any(fact.places for fact in whole.facts.values())
    units = [cells_of(whole, seed) for seed in range(4)]
    columns: dict[str, Any] = {}
    for key, fact in whole.facts.items():
        cells = [unit[key] for unit in units]
        columns[key] = pa.array([Decimal(str(cell)) for cell in cells]) if fact.places else pa.array(cells)
        if fact.options:
            columns[key] = columns[key].dictionary_encode()
    table = pa.concat_tables([pa.table(columns).slice(0, 2), pa.table(columns).slice(2)])
    expected = [card.points for card in whole.score_all(units, ledger=False)]
    assert whole.score_frame(table)["points"].to_pylist() == expected


def cells_of(ruleset: Ruleset, seed: int) -> dict[str, Any]:
    """A random unit as a row of a frame."""
    facts = sample(ruleset, "random", seed).facts
    return {key: len(value) if isinstance(value, list) else value for key, value in facts.items()}


@pytest.mark.parametrize("make", [pl.DataFrame, pa.table])
def test_columns_that_are_not_kept_never_stand_for_what_is_scored(make: Any):
    found = said(
        CITY.score_frame(make({**CELLS, "points": [1, 1, 1], "status": ["x"] * 3, "video": [9, 9, 9]}), "indicators")
    )
    assert [row["points"] for row in found] == POINTS
    assert {row["status"] for row in found} == {"scored"}
    assert found == said(CITY.score_frame(make(CELLS), "indicators"))


def test_columns_that_stand_twice_are_told():
    table = pa.table([pa.array([1]) for _ in range(len(CITY.facts) + 1)], names=[*CITY.facts, "venue_faults"])
    with pytest.raises(FactsError, match="column-twice"):
        CITY.score_frame(table)


def test_an_empty_table_and_one_row():
    table = pa.table(CELLS)
    assert CITY.score_frame(table.slice(0, 0)).num_rows == 0
    assert CITY.score_frame(table.slice(1, 1))["points"].to_pylist() == [POINTS[1]]


def test_what_is_no_frame_is_refused():
    for thing in (CELLS, [CELLS], None, pl.DataFrame(CELLS).lazy()):
        with pytest.raises(TypeError, match="a frame is one of pandas, polars or pyarrow"):
            CITY.score_frame(thing)
