"""The SQL reader: the same points as the exact reader, digit for digit, in databases that run what is written."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pytest
import sqlglot
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from egov_scoring import EgovScoringError, FactsError, Ruleset, Unit, load
from egov_scoring.cli import cli
from egov_scoring.facts import FactDeclaration
from egov_scoring.locate import ids_in, shipped
from egov_scoring.readers.sql import DIALECTS
from egov_scoring.samples import _Search
from tests.made_up import fewer
from tests.made_up import rulesets as made_up
from tests.made_up import units as made_up_units

SHIPPED = ids_in(shipped())
Run = Callable[[str], list[tuple[Any, ...]]]
Row = dict[str, str | None]


# The databases.


@pytest.fixture(scope="module")
def duck() -> Iterator[Run]:
    with duckdb.connect() as connection:
        yield lambda statement: connection.execute(statement).fetchall()


@pytest.fixture(scope="module")
def postgres() -> Iterator[Run]:
    """A server of its own in a folder of its own, on a socket only, stopped afterwards."""
    found = shutil.which("initdb") or next(Path("/usr/lib/postgresql").glob("*/bin/initdb"), None)
    psycopg = pytest.importorskip("psycopg", reason="psycopg is not installed")
    if not found:
        pytest.skip("PostgreSQL is not installed")
    programs = Path(found).resolve().parent
    with TemporaryDirectory(prefix="egov_scoring_") as folder:  # not below pytest's own, which others may not enter
        as_user: list[str | Path] = [*unprivileged(folder)]
        options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off"
        control: list[str | Path] = [*as_user, programs / "pg_ctl", "-D", f"{folder}/data", "-w", "-l", f"{folder}/log"]

        def call(*command: str | Path) -> None:
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=folder)

        call(*as_user, programs / "initdb", "-D", f"{folder}/data", "-A", "trust", "-U", "test", "-N", "-E", "UTF8")
        call(*control, "-o", options, "start")
        try:
            with psycopg.connect(host=folder, user="test", dbname="postgres", autocommit=True) as connection:

                def run(statement: str) -> list[tuple[Any, ...]]:
                    cursor = connection.execute(statement)
                    return cursor.fetchall() if cursor.description else []

                yield run
        finally:
            call(*control, "-m", "immediate", "stop")


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """A Spark of this process; tables are views of what they hold."""
    sql = pytest.importorskip("pyspark.sql", reason="PySpark is not installed")
    if not shutil.which("java"):
        pytest.skip("Java is not installed")
    builder = sql.SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
    builder = builder.config("spark.sql.warehouse.dir", str(tmp_path_factory.mktemp("spark")))
    builder = builder.config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
    session = builder.config("spark.sql.shuffle.partitions", "1").getOrCreate()
    declared = ""

    def run(statement: str) -> list[tuple[Any, ...]]:
        nonlocal declared
        if statement.startswith("CREATE TABLE"):
            declared = statement
        elif statement.startswith("INSERT"):
            columns = re.findall(r'"([^"]+)" ([A-Z]+(?:[(].*?[)])?)', declared)
            casts = ", ".join(
                f"CAST(`{name}` AS {re.sub('VARCHAR.*', 'STRING', type_)}) `{name}`" for name, type_ in columns
            )
            values = f"{statement.removeprefix('INSERT INTO units ')} AS t({', '.join(name for name, _ in columns)})"
            session.sql(f"SELECT {casts} FROM {values}").createOrReplaceTempView("units")
        elif not statement.startswith("DROP"):
            return [tuple(row) for row in session.sql(statement).collect()]
        return []

    yield run
    session.stop()


def unprivileged(folder: str) -> list[str]:
    """What goes before a command, since PostgreSQL refuses root; the folder is that user's then."""
    if os.geteuid():
        return []
    shutil.chown(folder, "nobody")
    return ["setpriv", "--reuid=nobody", "--clear-groups"]


# Units in tables.

TYPES = {"yes_no": "BOOLEAN", "choice": "VARCHAR(200)", "count": "BIGINT", "findings": "BIGINT"}


def column_type(fact: FactDeclaration) -> str:
    return "VARCHAR(200)" if fact.options else TYPES.get(fact.type, f"DECIMAL(28, {fact.places})")


def literal(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, list):
        return str(len(value))
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return str(value).upper() if isinstance(value, bool) else str(value)


def stored(run: Run, columns: dict[str, str], rows: Sequence[Sequence[object]]) -> None:
    """A table `units` of these columns and rows."""
    declared = ", ".join(f"{DIALECTS['duckdb'].identifier(name)} {type_}" for name, type_ in columns.items())
    run("DROP TABLE IF EXISTS units CASCADE")
    run(f"CREATE TABLE units ({declared})")
    if rows:
        run(f"INSERT INTO units VALUES {', '.join(f'({_listed(row)})' for row in rows)}")


def _listed(row: Sequence[object]) -> str:
    return ", ".join(map(literal, row))


def scored(
    run: Run, dialect: str, ruleset: Ruleset, units: Sequence[Unit], recorded: Sequence[str] = (), **types: str
) -> list[Row]:
    """What the query says of the units, in their order, as text."""
    flags = {key: "BOOLEAN" if key.endswith("_applicable") else "DECIMAL(18, 3)" for key in recorded}
    columns = {"at": "BIGINT", **{key: column_type(fact) for key, fact in ruleset.facts.items()}, **flags, **types}
    rows = [
        [at, *(unit.facts.get(key) for key in ruleset.facts), *(_record(unit, key) for key in recorded)]
        for at, unit in enumerate(units)
    ]
    stored(run, columns, rows)
    query = ruleset.to_sql(dialect, "units", keep=["at"], recorded=recorded)
    names = [item.id for item in ruleset.total if item.added and item is not ruleset.total]
    names = ["at", "status", *(["total", "max_applicable"] if ruleset.total.added else []), *names]
    found = sorted(run(query))
    assert [row[0] for row in found] == list(range(len(units)))
    return [dict(zip(names, [None if cell is None else str(cell) for cell in row], strict=True)) for row in found]


def _record(unit: Unit, flag: str) -> object:
    indicator, _, what = flag.partition("__")
    if what == "points":
        return unit.overrides.get(indicator, {}).get("points")
    return True if indicator in unit.not_applicable else None


def as_scored(ruleset: Ruleset, units: Sequence[Unit]) -> list[Row]:
    """What the exact reader says of the same units."""
    rows = []
    for at, card in enumerate(ruleset.score_all(units, incomplete=True, ledger=False)):
        added = {score.id: score for score in card.total if score.added}
        missing = {score.reason for score in added.values() if score.points is None}
        status = "scored"
        if missing:
            status = "missing-decision" if "decision" in missing else "missing-peers"
        row: Row = {"at": str(at), "status": status}
        if "total" in added:
            row |= {"total": str(card.points), "max_applicable": str(card.total.max_applicable)}
        row |= {key: str(score.points) for key, score in added.items() if key != "total"}
        rows.append(row if not missing else {key: row[key] if key in ("at", "status") else None for key in row})
    return rows


@cache
def loaded(name: str) -> Ruleset:
    return load(name)


@cache
def random_units(ruleset: Ruleset, count: int) -> list[Unit]:
    """Random units that fit together, and units at the edges of their facts; none has a stated place."""
    search, dice = _Search(ruleset, 1), Random(count)
    drawn = [search.random(dice) for _ in range(count)]
    edges = made_up_units.edges(ruleset)
    for values in drawn[: count // 2]:
        values |= {key: dice.choice(tried) for key, tried in edges.items() if dice.random() < 0.3}
    units = [Unit(str(at), search.unit(values, "").facts) for at, values in enumerate(drawn)]
    return [unit for unit in units if fits(ruleset, unit)]


def fits(ruleset: Ruleset, unit: Unit) -> bool:
    """Whether its facts pass the checks."""
    try:
        ruleset.score(unit, incomplete=True, ledger=False)
    except FactsError:
        return False
    return True


# Agreement.


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize("dialect", ["duckdb", "postgres"])
def test_a_shipped_ruleset_scores_alike(name: str, dialect: str, request: pytest.FixtureRequest):
    run = request.getfixturevalue({"duckdb": "duck"}.get(dialect, dialect))
    ruleset = loaded(name)
    units = random_units(ruleset, 15)
    found = scored(run, dialect, ruleset, units)
    assert found == as_scored(ruleset, units)
    assert scored(run, dialect, ruleset, units[:1]) == as_scored(ruleset, units[:1])


@pytest.mark.filterwarnings("ignore")  # PySpark's own
@pytest.mark.parametrize("name", ["2019/city", "2019/department", "sanming_2019/portal"])
def test_a_shipped_ruleset_scores_alike_in_spark(name: str, spark: Run):
    units = random_units(loaded(name), 15)
    assert scored(spark, "spark", loaded(name), units) == as_scored(loaded(name), units)


@fewer(0.1)
@given(st.data())
def test_a_made_up_ruleset_scores_alike(duck: Run, data: st.DataObject):
    agree(duck, "duckdb", data)


@fewer(0.05)
@given(st.data())
def test_a_made_up_ruleset_scores_alike_in_postgres(postgres: Run, data: st.DataObject):
    agree(postgres, "postgres", data)


def agree(run: Run, dialect: str, data: st.DataObject) -> None:
    ruleset = data.draw(made_up.rulesets())
    units = data.draw(made_up_units.cohorts(ruleset, most=6, recorded=False))
    assert scored(run, dialect, ruleset, units) == as_scored(ruleset, units)


# What people record.


@fewer(0.1)
@given(st.data())
def test_what_people_record_is_read_alike(duck: Run, data: st.DataObject):
    ruleset = data.draw(made_up.rulesets(("per_unit", "per_finding", "choice", "ratio", "bands")))
    drawn = data.draw(made_up_units.cohorts(ruleset, most=3))
    units = [Unit(unit.name, unit.facts, unit.overrides, unit.not_applicable) for unit in drawn]
    flags = [key for key in ruleset.program.flags if key.endswith(("__points", "__not_applicable"))]
    assert scored(duck, "duckdb", ruleset, units, flags) == as_scored(ruleset, units)


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


BOTH = pytest.mark.parametrize("dialect", ["duckdb", "postgres"])


def run_by(dialect: str, request: pytest.FixtureRequest) -> Run:
    run: Run = request.getfixturevalue({"duckdb": "duck"}.get(dialect, dialect))
    return run


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
        stated = {"done": int, "rate": Decimal, "filed": {"yes": True}.get, "level": str}[key](cell)  # type: ignore[operator]
        assert [found] == as_scored(ruleset, [Unit("", {**SOUND, key: stated})])
    else:
        assert found["status"] == status or (status == "*" and found["status"] != "scored")
        assert {value for name, value in found.items() if name not in ("at", "status")} == {None}


@BOTH
def test_everything_that_is_wrong_is_said(dialect: str, ruleset: Ruleset, request: pytest.FixtureRequest):
    units = [Unit("", {**SOUND, "done": 11, "rate": None, "filed": False}), Unit("", SOUND)]
    bad, good = scored(run_by(dialect, request), dialect, ruleset, units)
    assert bad["status"] == "out-of-range: done; missing-fact: rate"
    assert good == {**as_scored(ruleset, [Unit("", SOUND)])[0], "at": "1"}


@BOTH
def test_where_a_peer_is_unknown_nobody_has_a_place(dialect: str, request: pytest.FixtureRequest):
    run, ruled = run_by(dialect, request), load("2019/department")
    first, second, *rest = random_units(ruled, 12)
    absent = {**first.facts, "open_sets": None}
    found = scored(run, dialect, ruled, [Unit("", absent), second, *rest])
    assert [row["status"] for row in found] == ["missing-fact: open_sets", *["peers-unknown"] * (len(rest) + 1)]
    not_compared = {**first.facts, "shared_data_errors": None}
    found = scored(run, dialect, ruled, [Unit("", not_compared), second, *rest])
    whole = as_scored(ruled, [first, second, *rest])
    assert found[0]["status"] == "missing-fact: shared_data_errors"
    assert found[1:] == whole[1:]


def test_an_empty_table_is_scored(duck: Run, ruleset: Ruleset):
    assert scored(duck, "duckdb", ruleset, []) == []


def test_a_column_that_is_not_there_is_named(duck: Run, ruleset: Ruleset):
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


def test_a_table_may_stand_in_a_schema(duck: Run, ruleset: Ruleset):
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
        ({"recorded": ["own_points", "own__points_given"]}, ["sql-record-unknown", "sql-record-unknown"]),
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
