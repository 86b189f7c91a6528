"""The loop reader says what the batch reader says, whether it compiles afresh or finds what was compiled before."""

from __future__ import annotations

import ast
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest

from egov_scoring import Unit, load
from egov_scoring.columns import columns
from egov_scoring.expression import Add, Const, Fact, Greatest, Le, Least, Mul, Node, Peers, equal, when
from egov_scoring.facts import FactDeclaration
from egov_scoring.lower import Down, HalfUp
from egov_scoring.readers.batch import Batch, Unfit
from egov_scoring.readers.bounds import in_units
from egov_scoring.readers.cohort import Cohort

pytest.importorskip("numba", reason="Numba is not installed")

from egov_scoring.readers.loops import Loops

A, B, C = Fact("a"), Fact("b"), Fact("c")
FACTS = {
    "a": FactDeclaration("a", "number", low=Fraction(-(2**52)), high=Fraction(2**52)),
    "b": FactDeclaration("b", "count", high=Fraction(2**40)),
    "c": FactDeclaration("c", "yes_no"),
    "d": FactDeclaration("d", "count", high=Fraction(100)),
}
EDGES = [0, 1, -1, 2, 5, -5, 99, 100, 2**31, 2**40 - 1, 2**40, 2**52 - 1, 2**52, -(2**52)]
POSITIVE = Greatest((B, Const(Fraction(1))))
ROOTS: list[Node] = [
    A,
    C,
    Add((A, B, Const(Fraction(-3)))),
    Least((A, B, Const(Fraction(7)))),
    Greatest((Mul(Const(Fraction(-2)), A), B)),
    HalfUp(A, POSITIVE),
    Down(A, POSITIVE),
    HalfUp(Mul(Const(Fraction(3)), Fact("d")), POSITIVE),
    Down(Mul(Const(Fraction(1000)), Fact("d")), Greatest((Fact("d"), Const(Fraction(1))))),
    HalfUp(A, Const(Fraction(8))),
    when(C, HalfUp(B, Const(Fraction(10))), Least((A, Const(Fraction(0))))),
    when(equal(B, 0), 5, when(Le(A, B), 3, Down(A, Const(Fraction(7))))),
    Le(A, B),
]


def cells(rows: int, seed: int) -> dict[str, Any]:
    """Facts at their edges and between."""
    dice = Random(seed)
    found: dict[str, Any] = {}
    for key, fact in FACTS.items():
        if fact.is_condition:
            found[key] = np.array([dice.random() < 0.5 for _ in range(rows)], np.bool_)
        else:
            low, high = int(fact.low), int(fact.high)
            near = [value for value in EDGES if low <= value <= high]
            found[key] = np.array([dice.choice([*near, dice.randint(low, high)]) for _ in range(rows)], np.int64)
    return found


@pytest.fixture(scope="module")
def loops(tmp_path_factory: pytest.TempPathFactory) -> Loops:
    return Loops(Batch(ROOTS, FACTS), FACTS, {ROOTS[5]: "quotient"}, str(tmp_path_factory.mktemp("loops")))


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("rows", [0, 1, 1_023, 1_025, 2_500])
def test_every_node_comes_to_what_the_batch_reader_says(loops: Loops, rows: int, threads: int):
    facts = cells(rows, rows)
    expected = Batch(ROOTS, FACTS).evaluate(facts, rows=rows)
    found = loops.evaluate(facts, rows=rows, threads=threads)
    for root in ROOTS:
        assert found[root].tolist() == expected[root].tolist(), root


def test_columns_of_other_kinds_are_read_alike(loops: Loops):
    facts = cells(50, 1)
    other = {**facts, "d": facts["d"].astype(np.int8), "a": np.stack([facts["a"], facts["a"]], axis=1)[:, 0]}
    assert not other["a"].flags.c_contiguous
    expected, found = loops.evaluate(facts), loops.evaluate(other)
    assert all(found[root].tolist() == expected[root].tolist() for root in ROOTS)


@pytest.mark.parametrize(
    ("key", "value"), [("a", 2**52 + 1), ("a", -(2**52) - 1), ("b", -1), ("b", 2**40 + 1), ("d", 101)]
)
def test_a_value_beyond_its_range_is_told(loops: Loops, key: str, value: int):
    facts = cells(1_500, 7)
    facts[key][1_400] = value
    with pytest.raises(Unfit) as caught:
        loops.evaluate(facts)
    assert caught.value.keys == {key}


def test_a_ruleset_with_ranks():
    ruleset = load("2019/department")
    found = columns(ruleset.program)
    cohort = Cohort(found.peers, found.facts)
    batch = Batch([*found.points.values(), *found.max_applicable.values()], found.facts, cohort.ranges)
    assert batch.is_narrow
    loops = Loops(batch, found.facts, {node: name for name, node in found.points.items()})
    dice = Random(5)
    facts: dict[str, Any] = {}
    for key, fact in found.facts.items():
        limits = in_units(fact)
        drawn = [dice.randint(int(limits.low), min(int(limits.high), int(limits.low) + 40)) for _ in range(300)]
        facts[key] = np.array(drawn, np.bool_ if fact.is_condition else np.int64)
    statistics: dict[Peers, Any] = cohort.statistics(facts, 300)
    expected, got = batch.evaluate(facts, statistics), loops.evaluate(facts, statistics)
    assert all(got[root].tolist() == expected[root].tolist() for root in expected)


def test_the_text_divides_as_doubles_only_what_they_find(loops: Loops):
    tree = ast.parse(loops.text)
    quotients = [part for part in ast.walk(tree) if isinstance(part, ast.BinOp) and isinstance(part.op, ast.Div)]
    taken = [
        part
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "int"
        for part in call.args
    ]
    assert quotients == [part for part in taken if part in quotients]
    assert len(quotients) == 3  # d by itself, 3d by b, b by 10; a may be below 0
    assert not [part for part in ast.walk(tree) if isinstance(part, ast.Constant) and isinstance(part.value, float)]


@pytest.mark.parametrize("damage", ["text", "compiled", "folder"])
def test_what_was_kept_and_is_damaged_is_made_anew(tmp_path: Path, damage: str):
    root = Add((Fact("d"), Const(Fraction(1))))
    batch = Batch([root], FACTS)
    Loops(batch, FACTS, {}, str(tmp_path / "kept"))
    kept = list((tmp_path / "kept").rglob("*.nbc")) + list((tmp_path / "kept").rglob("*.nbi"))
    assert kept
    for path in {"text": (tmp_path / "kept").glob("*.py"), "compiled": kept, "folder": []}[damage]:
        path.write_bytes(b"damaged")
    folder = tmp_path / "kept"
    if damage == "folder":
        folder = tmp_path / "a file"
        folder.write_text("no folder")
    again = Loops(batch, FACTS, {}, str(folder))
    assert again.evaluate({"d": np.array([1, 2])})[root].tolist() == [2, 3]


def test_score_frame_takes_loops_when_asked_and_marks_what_they_find_unfit():
    import pandas as pd

    ruleset = load("2019/city")
    frame = pd.DataFrame([dict.fromkeys(ruleset.facts, value) for value in (0, 1, 2, 3)])
    assert ruleset.score_frame(frame, fast=True).equals(ruleset.score_frame(frame, fast=False))
    frame.loc[2, "venue_faults"] = -1
    marked = ruleset.score_frame(frame, errors="mark", fast=True)
    assert marked.equals(ruleset.score_frame(frame, errors="mark", fast=False))
    assert marked["status"].tolist() == ["scored", "scored", "bad-cell", "scored"]
    assert ruleset.score(Unit("", dict.fromkeys(ruleset.facts, 3))).points == marked["points"][3]
