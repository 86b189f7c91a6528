"""The compiled reader: the function says what the exact reader says, or leaves the answer to it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cache
from random import Random
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egov_scoring import FactsError, Ruleset, Unit, load
from egov_scoring.columns import columns
from egov_scoring.expression import ONE, Const, Fact, Mark, Node, in_order
from egov_scoring.load import load_text
from egov_scoring.locate import ids_in, shipped
from egov_scoring.lower import lower
from egov_scoring.readers.bounds import Range
from egov_scoring.readers.compiled import text, text_of, total_of
from egov_scoring.readers.division import divided
from egov_scoring.readers.statements import Names, Statements
from egov_scoring.samples import _Search
from tests.engines import COMPILED
from tests.made_up import fewer
from tests.made_up.edges import with_facts_missing
from tests.made_up.expressions import PEERS, PLACES, RANGES, World, expressions, reference, worlds
from tests.made_up.rulesets import rulesets
from tests.made_up.units import cohorts

SHIPPED = list(ids_in(shipped()))
every_ruleset = pytest.mark.parametrize("name", SHIPPED)
UNITS = 12


@cache
def ruleset_of(name: str) -> Ruleset:
    return load(name)


def said(call: Callable[[], object]) -> str:
    """The answer as text, or everything that is wrong."""
    try:
        return repr(call())
    except FactsError as error:
        return error.format()


def as_exact(ruleset: Ruleset, unit: Unit | Mapping[str, Any]) -> None:
    """Points, or problems, are those of a scorecard."""
    assert said(lambda: ruleset.points(unit)) == said(lambda: ruleset.score(unit).points)


# Expressions: what is written comes to what the reference says.


@given(expressions(), worlds())
def test_statements_come_to_what_the_reference_says(root: Node, world: World):
    asked = [node for node in in_order([root]) if not isinstance(node, Mark)]
    wholes = lower(asked, PLACES)
    roots = [part for node in asked for part in (wholes[node].numerator, wholes[node].below)]
    facts = {key: Range(found.low * 10 ** PLACES[key], found.high * 10 ** PLACES[key]) for key, found in RANGES.items()}
    ready = divided(roots, facts)
    names = Names()
    variables: dict[Node, str] = {Fact(key): names.new(key) for key in PLACES}
    variables |= {node: names.new(f"peers_{at}") for at, node in enumerate(PEERS)}
    statements = Statements(ready.values(), variables, {ready[roots[0]]: "named"}, names)
    known: dict[str, Any] = dict(world.facts)
    for peers in PEERS:
        below = wholes[peers].below if peers in wholes else ONE
        assert isinstance(below, Const)
        known[variables[peers]] = int(world.statistics[peers] * below.value)
    exec("\n".join(statements.lines), known)
    for node in asked:
        numerator, below = (
            eval(statements.values[ready[part]], known) for part in (wholes[node].numerator, wholes[node].below)
        )
        assert Fraction(int(numerator), int(below)) == reference(node, world)


# Rulesets: points, or problems. That every indicator is as the exact reader has it stands in test_agreement.


@every_ruleset
def test_points_of_a_shipped_ruleset(name: str):
    ruleset = ruleset_of(name)
    for unit in with_facts_missing(ruleset, UNITS):
        as_exact(ruleset, unit)


@fewer(0.3)
@given(rulesets(), st.data())
def test_points_of_a_made_up_ruleset(ruleset: Ruleset, data: st.DataObject):
    for unit in data.draw(cohorts(ruleset, complete=False)):
        as_exact(ruleset, unit)


# What is not plainly in order is left to the exact reader.

FORMS = """
ruleset: forms
title: Forms
max: 9
facts:
  type: {type: count, label: named as a function}
  t1: {type: count, label: named as a local variable}
  share: {type: percent, label: with places}
  level: {type: choice, label: one of several, options: {good: G, bad: B}}
  filed: {type: yes_no, label: true or false}
  given: {type: points, label: by an assessor}
  few: {type: findings, label: findings}
  signed: {type: number, range: [-2.5, 2], places: 1, label: below zero}
checks: [{id: fits, require: type <= t1 + 10, about: no more than}]
indicators:
  - {id: facts, name: A, max: 2, rule: {kind: per_unit, terms: [{each: 0.5, of: type}, {each: 0.25, of: t1}]}}
  - {id: taken, name: B, max: 2, rule: {kind: ratio, part: share, whole: 70}}
  - {id: options, name: C, max: 1, rule: {kind: choice, of: level, points: {good: 1, bad: 0}}}
  - {id: int, name: D, max: 1, rule: {kind: per_unit, each: 1, of: filed}}
  - {id: t2, name: E, max: 1, rule: {kind: assessed, of: given}}
  - {id: len, name: F, max: 1, rule: {kind: per_finding, each: 0.3, of: few}}
  - {id: str, name: G, max: 1, rule: {kind: formula, formula: "least(1, greatest(0, signed / 3))"}}
"""


def forms() -> Ruleset:
    return load_text(FORMS)


PLAIN = {"type": 1, "t1": 2, "share": 35, "level": "good", "filed": True, "given": 1, "few": 2, "signed": 1}


def test_names_stand_in_nobody_s_way():
    ruleset = forms()
    assert total_of(ruleset.program)(PLAIN) == ruleset.score(PLAIN).points
    assert COMPILED.agrees(ruleset, [Unit("", PLAIN)])


@pytest.mark.parametrize(
    "facts",
    [
        {"share": Decimal("33.5")},
        {"share": "33.5", "signed": "-1.1"},
        {"share": 33.5},
        {"given": {"points": "0.55", "by": "someone"}},
        {"few": [{"note": "a"}, {"note": "b"}]},
        {"filed": "yes", "level": "bad"},
        {"signed": -2},
    ],
)
def test_other_forms_of_facts_are_read_without_the_exact_reader(facts: dict[str, Any]):
    ruleset = forms()
    found = total_of(ruleset.program)(PLAIN | facts)
    assert found is not None
    assert str(found) == str(ruleset.score(PLAIN | facts).points)


@pytest.mark.parametrize(
    "facts",
    [
        {"type": True},
        {"type": -1},
        {"type": 1_000_001},
        {"type": 1.5},
        {"type": None},
        {"type": "１"},
        {"type": float("nan")},
        {"type": 10**400},
        {"type": 20},  # the check fails
        {"share": "33.333"},
        {"level": "middling"},
        {"level": ["good"]},
        {"level": None},
        {"filed": 1},
        {"filed": None},
        {"few": [1]},
        {"signed": -3},
        {"nobody_asked": 1},
        {"nobody_asked": None},
        {3: 1},
    ],
)
def test_problems_are_those_of_a_scorecard(facts: dict[str, Any]):
    ruleset = forms()
    assert total_of(ruleset.program)(PLAIN | facts) is None
    with pytest.raises(FactsError):
        ruleset.points(PLAIN | facts)
    as_exact(ruleset, PLAIN | facts)


@pytest.mark.parametrize("key", PLAIN)
def test_a_missing_fact_is_not_zero(key: str):
    ruleset = forms()
    facts = {name: value for name, value in PLAIN.items() if name != key}
    as_exact(ruleset, facts)

    class Forgiving(dict[str, Any]):
        def __missing__(self, key: str) -> int:
            return 0

    as_exact(ruleset, Forgiving(facts))


def test_units_and_mappings_are_taken_as_ever():
    ruleset = forms()
    as_exact(ruleset, Unit("甲市", PLAIN))
    as_exact(ruleset, MappingProxyType(PLAIN))
    as_exact(ruleset, Unit("甲市", PLAIN, overrides={"len": {"points": 1, "by": "someone", "why": "seen again"}}))
    as_exact(ruleset, Unit("甲市", PLAIN, not_applicable={"len": {"by": "someone", "why": "none"}}))
    no_facts: Any = []
    with pytest.raises(TypeError, match="facts are a dict or a Unit"):
        ruleset.points(no_facts)


def test_the_facts_are_left_as_they_are():
    facts = dict(PLAIN)
    forms().points(facts)
    assert facts == PLAIN


def test_parts_that_are_never_added_have_no_total():
    ruleset = ruleset_of("2018/internet_plus")
    facts = dict(_Search(ruleset, 1).unit(_Search(ruleset, 1).random(Random(1)), "").facts)
    assert ruleset.points(facts) is None
    with pytest.raises(FactsError):
        ruleset.points({})
    assert text_of(ruleset.program).endswith(f"return {', '.join(item.id for item in ruleset.total.children)}\n")


def test_a_place_is_stated_or_there_are_no_points():
    ruleset = ruleset_of("2019/department")
    unit = _Search(ruleset, 1).unit(_Search(ruleset, 1).random(Random(1)), "甲厅")
    as_exact(ruleset, unit)
    as_exact(ruleset, unit.facts)
    assert total_of(ruleset.program)(unit) is None


# The text.


@every_ruleset
def test_the_text_is_plain_python(name: str):
    ruleset = ruleset_of(name)
    written = text_of(ruleset.program)
    assert max(map(len, written.splitlines())) <= 140
    tree = ast.parse(written)
    points = tree.body[0]
    assert isinstance(points, ast.FunctionDef)
    strings = {part.value for part in ast.walk(tree) if isinstance(part, ast.Constant) and type(part.value) is str}
    assert strings - ruleset.facts.keys() == {ast.get_docstring(points, clean=False)}
    for part in ast.walk(tree):
        assert not isinstance(part, (ast.Div, ast.Pow, ast.Import, ast.Attribute)) or ast.unparse(part).endswith(".get")
        assert not isinstance(getattr(part, "value", None), float)


def test_the_text_reads_as_the_rules_do():
    assert text(columns(ruleset_of("2019/city").program), ["video"]).endswith(
        """
    video_roll_call = 100 - 5 * roll_call_absences
    if video_roll_call < 0:
        video_roll_call = 0
    video_order = 200 - 5 * venue_faults - 5 * attendee_misconduct
    if video_order < 0:
        video_order = 0
    video_rooms = 100 - 5 * hd_rooms_missing
    if video_rooms < 0:
        video_rooms = 0
    video_equipment = 200 - 10 * hd_room_items_missing
    if video_equipment < 0:
        video_equipment = 0
    video_contacts = 200 - 50 * counties_without_video_contacts
    if video_contacts < 0:
        video_contacts = 0
    video_cooperation = 200 - 20 * cooperation_failures
    if video_cooperation < 0:
        video_cooperation = 0
    video = (
        video_roll_call + video_order + video_rooms + video_equipment + video_contacts + video_cooperation
        - 50 * namings_by_provincial_leaders
    )
    if video < 0:
        video = 0
    return video
"""
    )


def test_deep_cases_stay_within_what_python_reads():
    node: Node = Fact("few")
    for at in range(60):
        node = (node if at % 2 else 2 - node) if at % 3 else _case(at, node)
    ready = divided([node], {"few": Range(Fraction(0), Fraction(4))})
    statements = Statements(ready.values(), {Fact("few"): "few"}, {}, Names(["few"]))
    compile("\n".join(statements.lines), "<deep>", "exec")


def _case(at: int, node: Node) -> Node:
    from egov_scoring.expression import least, when

    return when(Fact("few") <= at % 4, least(node, at) + at, node * 2)
