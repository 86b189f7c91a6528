"""Agreement: every reader gives the points of the exact reader, for every indicator of every unit, compared as text.

`--agreement-units` says how many units each shipped ruleset is scored for.
"""

from __future__ import annotations

from functools import cache, lru_cache

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from egov_scoring import EgovScoringError, FactsError, Ruleset, Unit, load
from egov_scoring.expression import when
from egov_scoring.locate import ids_in, shipped
from egov_scoring.peers import askers
from tests.databases import Database
from tests.engines import COMPILED, NUMBA, NUMPY, Engine, Row, exact_rows, in_sql
from tests.made_up import edges, fewer, programs
from tests.made_up.expressions import conditions, numbers
from tests.made_up.rulesets import rulesets
from tests.made_up.units import cohorts, values, written

SHIPPED = ids_in(shipped())
IN_PYTHON = {"compiled": COMPILED, "numpy": NUMPY}
FIXTURES = {"duckdb": "duck", "postgres": "postgres"}
COHORTS = {
    "edges": edges.at_the_edges,
    "missing": edges.with_facts_missing,
    "recorded": edges.with_records,
    "placed": edges.with_places,
}
# Compiling takes from 4 to 50 seconds a ruleset; the others take their turn with a thousand units and more.
COMPILED_FIRST = ("2019/city", "2019/department", "sanming_2019/portal")
COMPARING = {"2018/department", "2018/department_overall", "2019/department"}


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> Engine:
    """The engine of that name, in its database if it needs one."""
    name = request.param
    return IN_PYTHON[name] if name in IN_PYTHON else in_sql(request.getfixturevalue(FIXTURES[name]), name)


@pytest.fixture(scope="session")
def count(pytestconfig: pytest.Config) -> int:
    """How many units."""
    return int(pytestconfig.getoption("--agreement-units"))


@cache
def ruleset_of(name: str) -> Ruleset:
    return load(name)


@lru_cache(maxsize=1)
def exactly(name: str, cohort: str, count: int) -> list[Row]:
    """What the exact reader says, worked out once for all engines, which follow one another."""
    ruleset = ruleset_of(name)
    return exact_rows(ruleset, COHORTS[cohort](ruleset, count))


EVERYWHERE = ("numpy", "duckdb", "postgres")
CASES = [
    (name, cohort, engine)
    for name in SHIPPED
    for cohort, engines in (
        ("edges", ("compiled", *EVERYWHERE)),
        ("missing", ("compiled", *EVERYWHERE)),
        ("recorded", EVERYWHERE),
        ("placed", EVERYWHERE if name in COMPARING else ()),
    )
    for engine in engines
]


@pytest.mark.parametrize(("name", "cohort", "engine"), CASES, indirect=["engine"])
def test_a_shipped_ruleset(name: str, cohort: str, engine: Engine, count: int):
    """All units at the edges; of the other cohorts a tenth, which takes as long."""
    ruleset, size = ruleset_of(name), count if cohort == "edges" else max(count // 10, 30)
    assert engine.agrees(ruleset, COHORTS[cohort](ruleset, size), exactly(name, cohort, size))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Which rulesets are compiled."""
    if "looped" in metafunc.fixturenames:
        every = int(metafunc.config.getoption("--agreement-units")) >= 1_000
        metafunc.parametrize("looped", SHIPPED if every else COMPILED_FIRST)


def test_a_shipped_ruleset_in_loops(looped: str, count: int):
    pytest.importorskip("numba", reason="Numba is not installed")
    ruleset = ruleset_of(looped)
    assert NUMBA.agrees(ruleset, edges.at_the_edges(ruleset, count))


@pytest.mark.filterwarnings("ignore")  # PySpark's own
@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_ruleset_in_spark(name: str, spark: Database):
    ruleset = ruleset_of(name)
    assert in_sql(spark, "spark").agrees(ruleset, edges.with_records(ruleset, 100))


def test_units_are_compared_where_places_are_stated():
    assert {name for name in SHIPPED if askers(ruleset_of(name).program)} == COMPARING


# Made-up expressions: all of an example in one query.

Expressions = tuple[Ruleset, list[dict[str, int]]]

counted = conditions().map(lambda condition: when(condition, 1, 0))


@st.composite
def many_expressions(draw: st.DrawFn) -> Expressions:
    """A ruleset of expressions, some of them over products around 2^63, and the facts of a few units."""
    if draw(st.booleans()):
        roots = draw(st.lists(numbers() | counted, min_size=4, max_size=8))
        ruleset = programs.ruleset_of(roots)
    else:
        roots = draw(st.lists(numbers(2) | counted, min_size=4, max_size=8))
        ruleset = programs.ruleset_of(programs.of_products(roots), programs.WIDE)
    return ruleset, draw(st.lists(values(ruleset), min_size=4, max_size=12))


@fewer(0.4)
@given(many_expressions())
def test_made_up_expressions(made: Expressions):
    ruleset, cohort = made
    units = units_of(made)
    expected = programs.by_hand(ruleset, cohort)
    assert exact_rows(ruleset, units) == expected
    assert COMPILED.agrees(ruleset, units, expected)
    assert NUMPY.agrees(ruleset, units, expected)


def made_up_expressions_in_sql(engine: Engine, made: Expressions) -> None:
    """Those for whose whole numbers the dialect has room; the others are refused."""
    ruleset, cohort = made
    roomy = [item for item in ruleset.total.children if has_room(programs.of_items([item], ruleset.facts), engine.name)]
    assume(roomy)
    ruleset = programs.of_items(roomy, ruleset.facts)
    assert engine.agrees(ruleset, units_of(made), programs.by_hand(ruleset, cohort))


def units_of(made: Expressions) -> list[Unit]:
    ruleset, cohort = made
    return [Unit(f"#{at}", written(ruleset, facts)) for at, facts in enumerate(cohort)]


def has_room(ruleset: Ruleset, dialect: str) -> bool:
    """Whether the dialect's widest whole numbers hold all of it."""
    try:
        ruleset.to_sql(dialect)
    except EgovScoringError as error:
        assert {problem.code for problem in error.problems} == {"sql-too-wide"}
        return False
    return True


@fewer(0.3)
@given(many_expressions())
def test_made_up_expressions_in_duckdb(duck: Database, made: Expressions):
    made_up_expressions_in_sql(in_sql(duck, "duckdb"), made)


@fewer(0.3)
@given(many_expressions())
def test_made_up_expressions_in_postgres(postgres: Database, made: Expressions):
    made_up_expressions_in_sql(in_sql(postgres, "postgres"), made)


@pytest.mark.filterwarnings("ignore")
@settings(max_examples=5, derandomize=True)
@given(many_expressions())
def test_made_up_expressions_in_spark(spark: Database, made: Expressions):
    """A query takes seconds to plan, so these are always the same few."""
    made_up_expressions_in_sql(in_sql(spark, "spark"), made)


# Made-up rulesets: units with all facts, with records, with facts missing.


@fewer(0.2)
@given(rulesets(), st.data())
def test_made_up_rulesets(duck: Database, ruleset: Ruleset, data: st.DataObject):
    in_duckdb = in_sql(duck, "duckdb")
    plain = data.draw(cohorts(ruleset, most=6, recorded=False))
    assert all(engine.agrees(ruleset, plain) for engine in (COMPILED, NUMPY, in_duckdb))
    lacking = data.draw(cohorts(ruleset, most=6, recorded=False, complete=False))
    assert NUMPY.agrees(ruleset, lacking)
    recorded = data.draw(cohorts(ruleset, most=6))
    try:
        exact = exact_rows(ruleset, recorded)
    except FactsError as error:  # places of some, but not of all
        with pytest.raises(FactsError) as raised:
            NUMPY.rows(ruleset, recorded)
        assert {each.code for each in raised.value.problems} == {each.code for each in error.problems}
    else:
        assert all(engine.agrees(ruleset, recorded, exact) for engine in (NUMPY, in_duckdb))


@fewer(0.1)
@given(rulesets(), st.data())
def test_made_up_rulesets_in_postgres(postgres: Database, ruleset: Ruleset, data: st.DataObject):
    assert in_sql(postgres, "postgres").agrees(ruleset, data.draw(cohorts(ruleset, most=6, recorded=False)))
