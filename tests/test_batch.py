"""Frames and the batch reader say what the exact reader says, to the last digit; a bad cell is told, never scored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from egov_scoring.errors import FactsError
from egov_scoring.expression import Const, Fact, If, Le, Least, Mul, Node, Peers
from egov_scoring.facts import FactDeclaration, Unit
from egov_scoring.flags import of_flag, place_flag
from egov_scoring.load import load
from egov_scoring.locate import ids_in, shipped
from egov_scoring.lower import Down, HalfUp, Whole, lower
from egov_scoring.peers import askers
from egov_scoring.readers import batch, cohort
from egov_scoring.readers.batch import Batch
from egov_scoring.readers.bounds import Bounds, Range, in_units
from egov_scoring.readers.exact import Exact
from egov_scoring.ruleset import Ruleset
from tests import engines
from tests.engines import NUMPY
from tests.made_up.edges import at_the_edges
from tests.made_up.expressions import DECLARED, PEERS, PLACES, RANGES, World, expressions, worlds

EVERY = ids_in(shipped())


@cache
def ruleset_of(name: str) -> Ruleset:
    return load(name)


# Nodes.


def table(worlds_: Sequence[World], exact: Exact) -> tuple[dict[str, Any], dict[Peers, Any]]:
    """The facts and the statistics of many worlds as columns."""
    facts = {
        key: np.array([world.facts[key] for world in worlds_], np.bool_ if fact.is_condition else np.int64)
        for key, fact in DECLARED.items()
    }
    statistics = [world.units(exact) for world in worlds_]
    return facts, {node: np.array([found[node] for found in statistics], np.object_) for node in statistics[0]}


def of_statistics(exact: Exact) -> dict[Node, Range]:
    """The ranges of the statistics, in whole numbers."""
    scales = {node: exact.slot(node)[2] for node in PEERS}
    found = {node: Bounds(RANGES).of(node) for node in PEERS}
    return {node: Range(found[node].low * scale, found[node].high * scale) for node, scale in scales.items()}


@given(expressions(), st.lists(worlds(), min_size=1, max_size=5))
def test_a_made_up_expression_comes_to_what_the_exact_reader_says(root: Node, worlds_: list[World]):
    exact = Exact({node: node for node in (root, *PEERS)}, PLACES)
    whole: Whole = lower([root], PLACES)[root]
    asked = [whole.numerator, whole.below]
    facts, statistics = table(worlds_, exact)
    found = Batch(asked, DECLARED, of_statistics(exact)).evaluate(facts, statistics, len(worlds_))
    for at, world in enumerate(worlds_):
        reading = exact.evaluate(world.facts, world.units(exact))
        assert Fraction(int(found[asked[0]][at]), int(found[asked[1]][at])) == reading.fraction(root)


a, b = (FactDeclaration(key, "number", low=Fraction(-(2**62)), high=Fraction(2**62)) for key in "ab")
EDGES = [0, 1, -1, 2, 5, -5, 2**31, 2**53 - 1, 2**53, 2**53 + 1, -(2**53) - 1, 2**62 - 1, 2**62, -(2**62)]


def rounded_by_hand(kind: type[HalfUp] | type[Down], above: int, below: int) -> int:
    if kind is Down:
        return above // below
    return (1 if above >= 0 else -1) * ((2 * abs(above) + below) // (2 * below))


@pytest.mark.parametrize("kind", [HalfUp, Down])
@pytest.mark.parametrize("scale", [1, 3, 4])
@pytest.mark.parametrize("high", [9, 2**31, 2**53 - 2**30, 2**62])
def test_rounding_by_a_column_and_by_a_constant(kind: type[HalfUp] | type[Down], scale: int, high: int):
    """Where doubles do it and where they must not, where int64 does it and where it would overflow."""
    dice = Random(high)
    near = [value for value in EDGES if abs(value) <= high]
    above = [*near, *(dice.randint(-high, high) for _ in range(200))]
    below = [1 + abs(dice.choice([*near, dice.randint(0, high)])) % high for _ in above]
    facts = {
        "a": replace(a, low=Fraction(-high), high=Fraction(high)),
        "b": replace(b, low=Fraction(1), high=Fraction(high)),
    }
    by_column = kind(Mul(Const(Fraction(scale)), Fact("a")), Fact("b"))
    by_constant = kind(Mul(Const(Fraction(scale)), Fact("a")), Const(Fraction(7)))
    found = Batch([by_column, by_constant], facts).evaluate({"a": np.array(above), "b": np.array(below)})
    assert list(found[by_column]) == [rounded_by_hand(kind, scale * x, y) for x, y in zip(above, below, strict=True)]
    assert list(found[by_constant]) == [rounded_by_hand(kind, scale * x, 7) for x in above]


def test_blocks_are_joined(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(batch, "BLOCK", 4)
    ruleset = ruleset_of("huaibei_2019")
    assert NUMPY.agrees(ruleset, at_the_edges(ruleset, 11))


def test_what_is_wider_than_64_bits_is_still_exact():
    product = Mul(Mul(Fact("a"), Fact("a")), Fact("b"))
    least = Least((product, Const(Fraction(2**70)), Const(Fraction(2**63))))
    chosen = If(((Le(product, Const(Fraction(0))), Const(Fraction(2**63))),), Fact("b"))
    cells = {"a": np.array([2**62, -3, 0]), "b": np.array([2**62, 5, -7])}
    found = Batch([product, least, chosen, HalfUp(product, Const(Fraction(2**70)))], {"a": a, "b": b}).evaluate(cells)
    assert list(found[product]) == [2**186, 45, 0]
    assert list(found[least]) == [2**63, 45, 0]
    assert list(found[chosen]) == [2**62, 5, 2**63]
    assert all(type(value) is int for value in [*found[product], *found[least], *found[chosen]])


# Statistics.


@given(
    st.lists(st.tuples(st.integers(-3, 3), st.booleans(), st.integers(1, 3), st.booleans()), max_size=12),
    st.sampled_from(["rank", "dense", "count", "min", "max", "sum"]),
)
def test_statistics_by_groups(rows: list[tuple[int, bool, int, bool]], name: str):
    facts = {
        "own": replace(a, key="own", low=Fraction(-3), high=Fraction(3)),
        "among": FactDeclaration("among", "yes_no"),
        "region": FactDeclaration("region", "choice", options=("n", "s", "w")),
        "big": FactDeclaration("big", "yes_no"),
    }
    own, among, *within = (Fact(key) for key in facts)
    node = Peers(name, own, among, tuple(within))
    kinds = [np.int64, np.bool_, np.int64, np.bool_]
    cells: dict[str, Any] = {
        key: np.array([row[at] for row in rows], kind) for at, (key, kind) in enumerate(zip(facts, kinds, strict=True))
    }
    found = cohort.Cohort({node: (own, among, tuple(within))}, facts).statistics(cells, len(rows))[node]
    for at, row in enumerate(rows):
        ranked = [other[0] for other in rows if other[1] and other[2:] == row[2:]]
        expected = {
            "rank": 1 + sum(other > row[0] for other in ranked),
            "dense": 1 + len({other for other in ranked if other > row[0]}),
            "count": len(ranked),
            "min": min(ranked, default=0),
            "max": max(ranked, default=0),
            "sum": sum(ranked),
        }
        assert np.broadcast_to(found, len(rows))[at] == expected[name]


# Rulesets.


def frame_of(ruleset: Ruleset, units: Sequence[Unit]) -> pd.DataFrame:
    """The units as a frame whose cells may be changed to anything."""
    return engines.frame_of(ruleset, units).astype(object)


def test_who_is_left_out_by_a_rule_is_nobodys_peer(tmp_path: Path):
    """An empty whole takes the second unit out, and its part out of the sum."""
    rule = "{kind: ratio, part: part, whole: whole, when_whole_is_zero: exclude}, penalties: [{each: 1, of: peers.sum(part)}]"
    ruleset = made(tmp_path, "part: {type: count, label: p}, whole: {type: count, label: w}", rule)
    frame = pd.DataFrame({"part": [1, 2, 0], "whole": [1, 0, 1]})
    rows: list[dict[str, Any]] = [{str(key): cell for key, cell in row.items()} for row in frame.to_dict("records")]
    units = [Unit(f"#{at}", row) for at, row in enumerate(rows)]
    assert NUMPY.agrees(ruleset, units)
    assert ruleset.score_frame(frame)["points"].astype(str).tolist() == ["9.00", "0.00", "0.00"]


def made(folder: Path, facts: str, rule: str) -> Ruleset:
    """A ruleset of one indicator of 10 points."""
    file = folder / "made.yaml"
    indicator = f"{{id: one, name: One, max: 10, rule: {rule}}}"
    file.write_text(f"ruleset: made\ntitle: T\nmax: 10\nfacts: {{{facts}}}\nindicators: [{indicator}]\n", "utf-8")
    return load(file)


# Cells.

TYPES = "n: {type: count, label: n}, x: {type: percent, label: x, places: 2}, y: {type: yes_no, label: y},"
TYPES += " c: {type: choice, label: c, options: {a: A, b: B}}"
RULE = "{kind: formula, formula: \"least(10, n + 0.01 * x + (1 if y else 0) + (2 if c == 'a' else 0))\"}"
GOOD: dict[str, Any] = {"n": [1, 2], "x": [98.55, 0], "y": [True, False], "c": ["a", "b"]}
SCORED = ["4.99", "2.00"]


@pytest.fixture
def typed(tmp_path: Path) -> Ruleset:
    """A ruleset with a fact of each type."""
    return made(tmp_path, TYPES, RULE)


@pytest.mark.parametrize(
    ("column", "cells"),
    [
        ("n", pd.array([1, 2], "Int64")),
        ("n", pd.array([1, 2], "UInt8")),
        ("n", np.array([1, 2], np.int8)),
        ("n", np.array([1, 2], np.uint64)),
        ("n", [1.0, 2.0]),
        ("n", np.array([1, 2], np.float32)),
        ("n", ["1", "2"]),
        ("n", pd.Categorical([1, 2])),
        ("n", pd.arrays.SparseArray([1, 2])),
        ("n", np.array([1, Decimal("2.0")], object)),
        ("x", [Decimal("98.55"), Decimal(0)]),
        ("x", pd.array([98.55, 0], "Float64")),
        ("x", ["98.55", "0"]),
        ("y", pd.array([True, False], "boolean")),
        ("y", np.array([True, False], object)),
        ("y", ["yes", "no"]),
        ("c", pd.Categorical(["a", "b"])),
        ("c", pd.array(["a", "b"], "string")),
    ],
)
def test_a_column_may_be_of_any_kind_that_holds_the_values(typed: Ruleset, column: str, cells: Any):
    assert typed.score_frame(pd.DataFrame({**GOOD, column: cells}))["points"].astype(str).tolist() == SCORED


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("n", 1.5, "not-whole"),
        ("n", -1, "out-of-range"),
        ("n", 1_000_001, "out-of-range"),
        ("n", 2**63, "out-of-range"),
        ("n", float("inf"), "not-a-number"),
        ("n", True, "wrong-type"),
        ("n", " 2", "wrong-type"),
        ("n", "２", "wrong-type"),
        ("n", pd.Timestamp("2019-01-01"), "wrong-type"),
        ("n", 1 + 0j, "wrong-type"),
        ("x", 98.555, "too-many-places"),
        ("x", 0.1 + 0.2, "too-many-places"),
        ("x", 1e300, "out-of-range"),
        ("y", 1, "wrong-type"),
        ("y", "maybe", "wrong-type"),
        ("c", "z", "unknown-option"),
        ("c", 1, "unknown-option"),
        ("c", [1], "unknown-option"),
    ],
)
@pytest.mark.parametrize("alone", [True, False])
def test_a_bad_cell_is_told_and_never_scored(typed: Ruleset, column: str, cell: Any, code: str, alone: bool):
    """Whether the column is of the bad cell's kind or of objects; and what the message says is what a unit is told."""
    cells: Any = [cell, cell] if alone else np.array([GOOD[column][0], None], np.object_)
    if not alone:
        cells[1] = cell
    frame = pd.DataFrame({**GOOD, column: cells}, index=["first", "second"])
    with pytest.raises(FactsError) as raised:
        typed.score_frame(frame)
    told = [(each.code, each.args["unit"], each.args["row"], each.args["fact"]) for each in raised.value.problems]
    assert told == [(code, label, label, column) for label in (["first", "second"] if alone else ["second"])]
    with pytest.raises(FactsError) as by_unit:
        typed.score({**{key: value[1] for key, value in GOOD.items()}, column: cell}, unit="second")
    assert raised.value.problems[-1].format() == by_unit.value.problems[0].format()
    marked = typed.score_frame(frame, "indicators", "mark")
    assert marked["status"].tolist() == (["bad-cell"] * 2 if alone else ["scored", "bad-cell"])
    assert [str(amount) for amount in marked["points"]] == (["None"] * 2 if alone else ["4.99", "None"])
    assert marked["one"].tolist()[1] is None


@pytest.mark.parametrize(
    "cells", [[1, None], [1, float("nan")], pd.array([1, None], "Int64"), np.array([1, pd.NA], object)]
)
def test_an_empty_cell_is_a_missing_fact(typed: Ruleset, cells: Any):
    frame = pd.DataFrame({**GOOD, "n": cells, "name": ["甲", "乙"]})
    with pytest.raises(FactsError) as raised:
        typed.score_frame(frame, unit="name")
    assert [(each.code, each.args["unit"], each.args["row"]) for each in raised.value.problems] == [
        ("missing-fact", "乙", 2)
    ]
    marked = typed.score_frame(frame, errors="mark", points="float")
    assert marked["status"].tolist() == ["scored", "missing-fact"]
    assert marked["points"].tolist()[0] == 4.99
    assert np.isnan(marked["points"].tolist()[1])


def test_everything_wrong_is_told_at_once():
    ruleset = ruleset_of("2019/city")
    frame = frame_of(ruleset, at_the_edges(ruleset, 10))
    first, second, third = list(ruleset.facts)[:3]
    frame.loc[3, first], frame.loc[3, second], frame.loc[7, first], frame.loc[8, third] = -1, "x", 0.5, None
    with pytest.raises(FactsError) as raised:
        ruleset.score_frame(frame)
    told = {(each.code, each.args["row"], each.args["fact"]) for each in raised.value.problems}
    assert told == {
        ("out-of-range", 3, first),
        ("wrong-type", 3, second),
        ("not-whole", 7, first),
        ("missing-fact", 8, third),
    }


def test_of_very_many_bad_cells_the_first_are_told(typed: Ruleset):
    frame = pd.DataFrame({"n": [-1] * 5_000, "x": 1, "y": True, "c": "a"})
    with pytest.raises(FactsError) as raised:
        typed.score_frame(frame)
    assert len(raised.value.problems) == 1_001
    assert raised.value.problems[-1].args == {"column": "n", "number": 4_000}


# Cohorts.


def test_where_units_are_compared_a_bad_cell_takes_the_place_of_all():
    """As where the fact is missing: nobody's place is known, and nobody gets a wrong one."""
    ruleset = ruleset_of("2019/department")
    units = at_the_edges(ruleset, 8)
    frame = frame_of(ruleset, units)
    compared = next(key for item in ruleset.total for key in item.peer_needs)
    without = [
        Unit(unit.name, {k: v for k, v in unit.facts.items() if at or k != compared}) for at, unit in enumerate(units)
    ]
    cards = ruleset.score_all(without, incomplete=True, ledger=False)
    frame.loc[0, compared] = -5
    marked = ruleset.score_frame(frame, "indicators", "mark")
    assert marked["status"].tolist() == ["bad-cell", *["missing-peers"] * (len(units) - 1)]
    for name in [item.id for item in ruleset.total][1:]:
        assert [str(each) for each in marked[name]] == ["None", *(str(card[name].points) for card in cards[1:])]
    with pytest.raises(FactsError) as raised:
        ruleset.score_frame(frame)
    assert [each.code for each in raised.value.problems] == ["out-of-range"]


def test_a_check_that_fails():
    ruleset = next(found for name in EVERY if (found := ruleset_of(name)).program.checks and not askers(found.program))
    units = at_the_edges(ruleset, 3)
    check = ruleset.program.checks[0]
    frame = frame_of(ruleset, units)
    for row in range(3):
        if ruleset.score_frame(frame.iloc[[row]], errors="mark")["status"].tolist() == ["scored"]:
            frame = frame.iloc[[row]]
            break
    worst = broken(ruleset, check.id, frame)
    with pytest.raises(FactsError) as raised:
        ruleset.score_frame(worst)
    assert {each.code for each in raised.value.problems} == {"check-failed"}
    assert set(ruleset.score_frame(worst, errors="mark")["status"]) == {"check-failed"}


def broken(ruleset: Ruleset, name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with facts that fail the check: one of them at an end of its range."""
    for key in sorted(next(check.facts for check in ruleset.program.checks if check.id == name)):
        for end in (in_units(ruleset.facts[key]).high, in_units(ruleset.facts[key]).low):
            value: Any = ruleset.facts[key].decode(int(end))
            tried = frame.assign(**{key: value})
            if "check-failed" in set(ruleset.score_frame(tried, errors="mark")["status"]):
                return tried
    raise AssertionError(name)


def test_units_that_are_compared_have_different_names():
    ruleset = ruleset_of("2019/department")
    frame = frame_of(ruleset, at_the_edges(ruleset, 4)).assign(name=np.array(["a", "b", "a", None], object))
    assert codes(ruleset, frame, unit="name") == ["unit-twice"]


# Columns.


def codes(ruleset: Ruleset, frame: pd.DataFrame, **options: Any) -> list[str]:
    """What the frame is refused for."""
    with pytest.raises(FactsError) as raised:
        ruleset.score_frame(frame, **options)
    return [problem.code for problem in raised.value.problems]


def test_columns_are_checked(typed: Ruleset):
    good = pd.DataFrame(GOOD)
    assert codes(typed, good.drop(columns=["n", "y"])) == ["missing-column"] * 2
    assert codes(typed, pd.concat([good, good[["n"]]], axis=1)) == ["column-twice"]
    assert codes(typed, good, unit="name", keep=["region"]) == ["no-such-column"] * 2
    assert codes(typed, good.assign(status=1), keep="status") == ["column-taken"]
    assert codes(typed, good.assign(one=1), keep="one", detail="indicators") == ["column-taken"]
    assert codes(typed, good, unit="n", keep="n") == ["column-taken"]
    assert codes(typed, good.assign(one__point=5)) == ["unknown-column"]
    assert codes(typed, good.assign(one__points_given=True)) == ["unknown-column"]
    assert codes(typed, pd.DataFrame()) == ["missing-column"] * 4


def test_a_near_miss_is_warned_of():
    ruleset = ruleset_of("2019/city")
    frame = frame_of(ruleset, at_the_edges(ruleset, 2)).assign(venue_fault=1, 名称="x")
    with pytest.warns(UserWarning, match="venue_faults"):
        ruleset.score_frame(frame)
    ruleset.score_frame(frame, keep=["venue_fault", "名称"])


def test_other_things_are_refused(typed: Ruleset):
    choices: list[dict[str, Any]] = [{"detail": "all"}, {"errors": "ignore"}, {"points": "text"}]
    for options in choices:
        with pytest.raises(ValueError, match=" is one of "):
            typed.score_frame(pd.DataFrame(GOOD), **options)
    with pytest.raises(TypeError, match="not dict"):
        typed.score_frame(GOOD)


# Records.


def test_records_are_checked(typed: Ruleset):
    frame = pd.DataFrame(GOOD).assign(one__points=np.array([None, 11], object))
    assert codes(typed, frame) == ["out-of-range"]
    ranked = ruleset_of("2019/department")
    frame = frame_of(ranked, at_the_edges(ranked, 2))
    name = next(item.id for item in ranked.total if of_flag(item.id) in ranked.program.flags)
    for place, of, code in (
        (1, None, "wrong-type"),
        (None, 3, "wrong-type"),
        (4, 3, "place-form"),
        (1, 1, "place-form"),
    ):
        stated = frame.assign(**{place_flag(name): place, of_flag(name): of})
        assert set(codes(ranked, stated)) == {code}
    assert set(codes(ranked, frame.assign(**{place_flag(name): 1}))) == {"wrong-type"}


# What comes out.


def test_the_result_stands_under_the_same_index(typed: Ruleset):
    frame = pd.DataFrame({**GOOD, "name": ["甲", "乙"], "region": ["n", "s"]}, index=pd.Index([7, 7], name="row"))
    result = typed.score_frame(frame, "indicators", unit="name", keep=["region"])
    assert list(result.columns) == ["name", "region", "points", "max_applicable", "status", "one"]
    assert result.index.equals(frame.index)
    assert result.index.name == "row"
    assert result["points"].tolist() == [Decimal("4.99"), Decimal("2.00")]
    assert typed.score_frame(frame, points="float")["points"].tolist() == [4.99, 2.0]
    units = typed.score_frame(frame, points="units")["points"]
    assert units.tolist() == [499, 200]
    assert str(units.dtype) == "Int32"


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("points", ["decimal", "float", "units"])
def test_no_rows_and_one(name: str, points: Any):
    ruleset = ruleset_of(name)
    one = frame_of(ruleset, at_the_edges(ruleset, 1)).iloc[:1]
    none = ruleset.score_frame(one.iloc[:0], "indicators", points=points)
    assert len(none) == 0
    assert list(none.columns) == list(ruleset.score_frame(one, "indicators", "mark", points=points).columns)


def test_nothing_is_added_up_where_the_ruleset_adds_nothing_up():
    ruleset = next(found for name in EVERY if not (found := ruleset_of(name)).total.added)
    result = ruleset.score_frame(frame_of(ruleset, at_the_edges(ruleset, 5)), errors="mark")
    assert result["points"].tolist() == [None] * len(result)


@pytest.mark.parametrize("name", EVERY)
def test_a_cell_beyond_its_range_is_told_whatever_reads_it(name: str):
    """Also where the total does not rest on it, or nothing is added up."""
    ruleset = ruleset_of(name)
    frame = frame_of(ruleset, at_the_edges(ruleset, 2))
    whole = {key: fact for key, fact in ruleset.facts.items() if not (fact.options or fact.is_condition or fact.places)}
    for key, fact in whole.items():
        cells = np.array([int(fact.low), int(fact.high) + 1])
        marked = ruleset.score_frame(frame.assign(**{key: cells}), errors="mark", fast=False)
        assert marked["status"][1] == "bad-cell", key
    assert whole


def test_of_many_rows_with_empty_cells_the_first_are_told_and_how_many_are_left():
    ruleset = ruleset_of("2019/city")
    frame = pd.DataFrame(dict.fromkeys(ruleset.facts, [None] * 2_500), dtype=object)
    with pytest.raises(FactsError) as caught:
        ruleset.score_frame(frame)
    codes = [problem.code for problem in caught.value.problems]
    assert codes == ["missing-fact"] * 1_000 * len(ruleset.facts) + ["more-rows"]
    assert caught.value.problems[-1].args["number"] == 1_500
