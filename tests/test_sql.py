"""The SQL reader: the same points as the exact reader, digit for digit, in databases that run what is written."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pytest
import sqlglot
from click.testing import CliRunner

from egov_scoring import EgovScoringError, Ruleset, Unit, load
from egov_scoring.cli import cli
from egov_scoring.locate import ids_in, shipped
from egov_scoring.readers.sql import DIALECTS
from tests.databases import Database, column_type, stored
from tests.engines import as_scored, scored
from tests.made_up.edges import at_the_edges

SHIPPED = ids_in(shipped())


@cache
def loaded(name: str) -> Ruleset:
    return load(name)


BOTH = pytest.mark.parametrize("dialect", ["duckdb", "postgres"])


def run_by(dialect: str, request: pytest.FixtureRequest) -> Database:
    run: Database = request.getfixturevalue({"duckdb": "duck"}.get(dialect, dialect))
    return run


# What people record. That it is scored as by the exact reader stands in test_agreement.

PLACED = """
ruleset: made/placed
title: T
max: 4
facts:
  done: {type: count, label: 完成}
indicators:
  - {id: place, name: P, max: 4, rule: {kind: rank, by: done, ties: average, scheme: linear}}
"""


@pytest.fixture(scope="module")
def placed(tmp_path_factory: pytest.TempPathFactory) -> Ruleset:
    path = tmp_path_factory.mktemp("rules") / "made" / "placed.yaml"
    path.parent.mkdir()
    path.write_text(PLACED, "utf-8")
    return load(path)


def by_place(run: Database, dialect: str, placed: Ruleset, rows: list[list[object]]) -> list[tuple[str, str]]:
    """Status and points of rows of a number, a place, how many there are, and points that a person set."""
    kinds = {"place__place": "DECIMAL(9, 2)", "place__of": "BIGINT", "place__points": "BIGINT"}
    stored(run, {"at": "BIGINT", "done": "BIGINT", **kinds}, [[at, *row] for at, row in enumerate(rows)])
    found = sorted(run(placed.to_sql(dialect, keep=["at"], recorded=kinds)))
    return [(status, str(total)) for _, status, total, *_ in found]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("dialect", DIALECTS)
def test_stated_places_are_taken(dialect: str, placed: Ruleset, request: pytest.FixtureRequest):
    """4 x (of - place + 1) / of, by hand."""
    rows: list[list[object]] = [[1, 1, 4, None], [1, Decimal("2.5"), 4, None], [1, 7, 8, None], [1, None, None, 3]]
    expected = [("scored", "4.00"), ("scored", "2.50"), ("scored", "1.00"), ("scored", "3.00")]
    assert by_place(run_by(dialect, request), dialect, placed, rows) == expected


@BOTH
@pytest.mark.parametrize(
    ("place", "of", "status"),
    [
        (1, None, "place-form: place__place"),
        (None, 4, "place-form: place__place"),
        (0, 4, "place-form: place__place"),
        (5, 4, "place-form: place__place"),
        (1, 1, "place-form: place__place"),
        (Decimal("1.3"), 4, "place-form: place__place"),
        (Decimal("1.25"), 4, "too-many-places: place__place"),
        (1, -4, "out-of-range: place__of"),
        (None, None, "places-mixed"),
    ],
)
def test_a_place_that_cannot_be_is_none(
    dialect: str, place: object, of: object, status: str, placed: Ruleset, request: pytest.FixtureRequest
):
    rows: list[list[object]] = [[1, place, of, None], [2, 1, 2, None]]
    found = by_place(run_by(dialect, request), dialect, placed, rows)
    assert found == [(status, "None"), ("scored", "4.00")]


def test_without_stated_places_rows_are_compared(duck: Database, placed: Ruleset):
    rows: list[list[object]] = [[1, None, None, None], [2, None, None, None], [2, None, None, None]]
    assert [total for _, total in by_place(duck, "duckdb", placed, rows)] == ["1.33", "3.33", "3.33"]


# Facts that do not fit.

RULES = """
ruleset: made/sql
title: "T\\u2028 \\\\"
max: 15
facts:
  done: {type: count, label: 完成, range: [0, 10]}
  rate: {type: percent, label: 比例, places: 2}
  filed: {type: yes_no, label: 报送}
  level: {type: choice, label: 等级, options: {"a'b\\\\": A, "c": C}}
indicators:
  - {id: own, name: "N\\u2028\\\\", max: 5, rule: {kind: per_unit, each: 0.5, of: done, when: filed}}
  - {id: share, name: S, max: 5, rule: {kind: ratio, part: rate, whole: 100 * done, when_whole_is_zero: ask}}
  - {id: level_points, name: L, max: 5, rule: {kind: choice, of: level, points: {"a'b\\\\": 5, "c": 1}}}
checks:
  - {id: filed_if_done, require: filed or done == 0, about: filed}
"""
SOUND: dict[str, object] = {"done": 4, "rate": Decimal("12.5"), "filed": True, "level": "a'b\\"}


@pytest.fixture(scope="module")
def ruleset(tmp_path_factory: pytest.TempPathFactory) -> Ruleset:
    path = tmp_path_factory.mktemp("rules") / "made" / "sql.yaml"
    path.parent.mkdir()
    path.write_text(RULES, "utf-8")
    return load(path)


FLOAT, TEXT = "DOUBLE PRECISION", "VARCHAR(50)"


@BOTH
@pytest.mark.parametrize(
    ("key", "type_", "cell", "status"),
    [
        ("done", "BIGINT", None, "missing-fact: done"),
        ("done", "BIGINT", -1, "out-of-range: done"),
        ("done", "BIGINT", 2**63 - 1, "out-of-range: done"),
        ("done", "INTEGER", 4, "scored"),
        ("done", "SMALLINT", 0, "missing-decision"),
        ("done", "DECIMAL(10, 2)", Decimal("2.50"), "not-whole: done"),
        ("done", "DECIMAL(10, 2)", Decimal("4.00"), "scored"),
        ("done", FLOAT, "4.5", "not-whole: done"),
        ("done", FLOAT, "4", "scored"),
        ("done", FLOAT, "NaN", "wrong-type: done"),
        ("done", FLOAT, "-Infinity", "wrong-type: done"),
        ("done", FLOAT, "1e300", "wrong-type: done"),
        ("done", "BOOLEAN", True, "wrong-type: done"),
        ("done", TEXT, "4", "scored"),
        ("done", TEXT, "", "wrong-type: done"),
        ("done", TEXT, "four", "wrong-type: done"),
        ("done", TEXT, "\uff14", "wrong-type: done"),
        ("done", TEXT, "4; 5", "wrong-type: done"),
        ("done", TEXT, "4" * 40, "wrong-type: done"),
        ("done", TEXT, "4." + "0" * 30 + "1", "not-whole: done"),
        ("rate", "BIGINT", 2**63 - 1, "*"),
        ("rate", "BIGINT", 100, "scored"),
        ("rate", FLOAT, "12.5", "scored"),
        ("rate", FLOAT, "0.29", "scored"),
        ("rate", FLOAT, "12.505", "too-many-places: rate"),
        ("rate", FLOAT, "0.30000000000000004", "too-many-places: rate"),
        ("rate", "DECIMAL(12, 4)", Decimal("100.01"), "out-of-range: rate"),
        ("rate", TEXT, "12.50000", "scored"),
        ("filed", TEXT, "yes", "scored"),
        ("filed", TEXT, "maybe", "wrong-type: filed"),
        ("filed", "BOOLEAN", False, "check-failed: filed_if_done"),
        ("level", TEXT, "c", "scored"),
        ("level", TEXT, "b", "unknown-option: level"),
        ("level", TEXT, None, "missing-fact: level"),
    ],
)
def test_a_cell_is_right_or_the_row_says_what_is_wrong(
    dialect: str, key: str, type_: str, cell: object, status: str, ruleset: Ruleset, request: pytest.FixtureRequest
):
    unit = Unit("", {**SOUND, key: cell})
    (found,) = scored(run_by(dialect, request), dialect, ruleset, [unit], **{key: type_})
    if status == "scored":
        read: dict[str, Any] = {"done": int, "rate": Decimal, "filed": {"yes": True}.get, "level": str}
        stated = read[key](cell)
        assert [found] == as_scored(ruleset, [Unit("", {**SOUND, key: stated})])
    else:
        assert found["status"] == status or (status == "*" and found["status"] != "scored")
        assert {value for name, value in found.items() if name != "status"} == {None}


@BOTH
def test_everything_that_is_wrong_is_said(dialect: str, ruleset: Ruleset, request: pytest.FixtureRequest):
    units = [Unit("", {**SOUND, "done": 11, "rate": None, "filed": False}), Unit("", SOUND)]
    bad, good = scored(run_by(dialect, request), dialect, ruleset, units)
    assert bad["status"] == "out-of-range: done; missing-fact: rate"
    assert [good] == as_scored(ruleset, [Unit("", SOUND)])


@BOTH
def test_where_a_peer_is_unknown_nobody_has_a_place(dialect: str, request: pytest.FixtureRequest):
    run, ruled = run_by(dialect, request), load("2019/department")
    first, second, *rest = at_the_edges(ruled, 12)
    absent = {**first.facts, "open_sets": None}
    found = scored(run, dialect, ruled, [Unit("", absent), second, *rest])
    assert [row["status"] for row in found] == ["missing-fact: open_sets", *["peers-unknown"] * (len(rest) + 1)]
    not_compared = {**first.facts, "shared_data_errors": None}
    found = scored(run, dialect, ruled, [Unit("", not_compared), second, *rest])
    whole = as_scored(ruled, [first, second, *rest])
    assert found[0]["status"] == "missing-fact: shared_data_errors"
    assert found[1:] == whole[1:]


def test_an_empty_table_is_scored(duck: Database, ruleset: Ruleset):
    assert scored(duck, "duckdb", ruleset, []) == []


def test_a_column_that_is_not_there_is_named(duck: Database, ruleset: Ruleset):
    stored(duck, {"done": "BIGINT"}, [[1]])
    with pytest.raises(duckdb.BinderException, match="rate"):
        duck(ruleset.to_sql())


# Room.

LARGE = """
ruleset: made/large
title: T
max: 30
facts:
  part: {type: number, label: P, range: [-8000000000000000, 8000000000000000], places: 0}
  whole: {type: number, label: W, range: [0, 8000000000000000], places: 0}
indicators:
  - {id: share, name: S, max: 10, rule: {kind: formula, formula: "least(10, greatest(0, ratio(10 * part, whole, 1)))"}}
  - {id: rounded, name: R, max: 10, rule: {kind: formula, formula: "least(10, greatest(0, 5 + round(ratio(part, whole, 0), 1)))"}}
  - {id: down, name: D, max: 10, rule: {kind: formula, formula: "least(10, greatest(0, 5 + floor(ratio(part, whole, 0))))"}}
"""


WIDER = """
ruleset: made/wider
title: T
max: 10
facts:
  a: {type: number, label: A, range: [1, 8000000000000000], places: 0}
  b: {type: number, label: B, range: [1, 8000000000000000], places: 0}
  c: {type: number, label: C, range: [1, 8000000000000000], places: 0}
indicators:
  - id: more
    name: M
    max: 10
    rule: {kind: formula, formula: "least(10, ratio(a, b, 0) + ratio(b, c, 0) + ratio(c, a, 0))"}
"""


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("dialect", DIALECTS)
def test_what_64_bits_do_not_hold_gets_more_room(dialect: str, tmp_path: Path, request: pytest.FixtureRequest):
    path = tmp_path / "made" / "large.yaml"
    path.parent.mkdir()
    path.write_text(LARGE, "utf-8")
    ruled, dice = load(path), Random(1)
    ends = [0, 1, 3, 7, 8 * 10**15 - 1, 8 * 10**15]
    units = [
        Unit("", {"part": sign * (dice.choice(ends) or dice.randint(1, 9)), "whole": dice.choice(ends)})
        for sign in (1, -1) * 100
    ]
    assert DIALECTS[dialect].wide in ruled.to_sql(dialect)
    assert scored(run_by(dialect, request), dialect, ruled, units) == as_scored(ruled, units)


def test_what_no_type_holds_is_refused(tmp_path: Path):
    """The numerator of three quotients over one divisor has three factors of 16 digits."""
    path = tmp_path / "made" / "wide.yaml"
    path.parent.mkdir()
    path.write_text(WIDER, "utf-8")
    ruled = load(path)
    for dialect in ("duckdb", "spark"):
        with pytest.raises(EgovScoringError) as caught:
            ruled.to_sql(dialect)
        assert [problem.code for problem in caught.value.problems] == ["sql-too-wide"]
    assert "numeric" in ruled.to_sql("postgres")  # as wide as one likes


# Names.

NASTY = ['a"b', "x'; DROP TABLE units; --", "order", "单位", "a.b", "two words", "`tick`", "-- no"]


@BOTH
@pytest.mark.parametrize("name", NASTY)
def test_a_name_is_a_name(dialect: str, name: str, ruleset: Ruleset, request: pytest.FixtureRequest):
    run = run_by(dialect, request)
    stored(
        run, {name: "BIGINT", **{key: column_type(fact) for key, fact in ruleset.facts.items()}}, [[7, *SOUND.values()]]
    )
    quoted, view = (DIALECTS[dialect].identifier(text) for text in (name, f"{name} scored"))
    run(f"DROP VIEW IF EXISTS {view}")
    run(f"DROP TABLE IF EXISTS {quoted}")
    run(f"CREATE TABLE {quoted} AS SELECT * FROM units")
    run(ruleset.to_sql(dialect, name, view=f"{name} scored", keep=[name]))
    assert run(f"SELECT {quoted}, status, total FROM {view}") == [(7, "scored", Decimal("7.16"))]
    assert run("SELECT COUNT(*) FROM units") == [(1,)]


def test_a_table_may_stand_in_a_schema(duck: Database, ruleset: Ruleset):
    duck("CREATE SCHEMA IF NOT EXISTS apart")
    columns = {key: column_type(fact) for key, fact in ruleset.facts.items()}
    stored(duck, columns, [list(SOUND.values())])
    duck("CREATE OR REPLACE TABLE apart.cities AS SELECT * FROM units")
    assert duck(ruleset.to_sql(table=("apart", "cities")))[0][:2] == ("scored", Decimal("7.16"))


@pytest.mark.parametrize(
    ("given", "codes"),
    [
        ({"dialect": "mysql"}, ["sql-dialect"]),
        ({"table": ""}, ["sql-name"]),
        ({"table": ("public", "")}, ["sql-name"]),
        ({"table": "a\nb", "keep": ["c\0d"]}, ["sql-name", "sql-name"]),
        ({"dialect": "postgres", "keep": ["名" * 22]}, ["sql-name"]),
        ({"keep": ["own"]}, ["sql-column-twice"]),
        ({"keep": ["a", "A", "status"]}, ["sql-column-twice", "sql-column-twice"]),
        ({"recorded": ["own_points", "own__points_given", "own__of"]}, ["sql-record-unknown"] * 3),
    ],
)
def test_what_cannot_be_written_is_refused(given: dict[str, Any], codes: list[str], ruleset: Ruleset):
    with pytest.raises(EgovScoringError) as caught:
        ruleset.to_sql(**given)
    assert sorted(problem.code for problem in caught.value.problems) == sorted(codes)


# The text.


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", SHIPPED)
def test_what_is_written_can_be_read_and_holds_no_float(dialect: str, name: str):
    (tree,) = sqlglot.parse(loaded(name).to_sql(dialect, view="scored"), read=dialect)
    assert isinstance(tree, sqlglot.exp.Create)
    columns = [column.alias_or_name for column in tree.expression.selects]
    assert columns[0] == "status"
    assert len(columns) == len(set(columns))
    numbers = {found.this for found in tree.find_all(sqlglot.exp.Literal) if not found.is_string}
    assert {number for number in numbers if not number.isdigit()} <= {"0.01"}
    assert not {str(found.this.name) for found in tree.find_all(sqlglot.exp.DataType)} & {"DOUBLE", "FLOAT", "REAL"}


def test_the_command_writes_what_the_method_writes(ruleset: Ruleset):
    result = CliRunner().invoke(
        cli, ["sql", "2019/city", "--dialect", "spark", "--schema", "gov", "--view", "v", "--keep", "n"]
    )
    assert result.output == load("2019/city").to_sql("spark", ("gov", "units"), view="v", keep=["n"])
    assert "|".join(DIALECTS) in CliRunner().invoke(cli, ["sql", "--help"]).output
