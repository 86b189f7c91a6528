"""What would bring points: worked by hand, and against every change that could be made instead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from functools import partial
from itertools import combinations, product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from egov_scoring import FactsError, Ruleset, Unit, load, read_units
from egov_scoring.improvement import Adviser, Gain, gains, sequence
from egov_scoring.load import load_text
from egov_scoring.scorecard import Scorecard
from egov_scoring.value_search import GivenUp, Stretch, best, nearest
from tests.made_up import fewer
from tests.made_up.rulesets import rulesets
from tests.made_up.units import cohorts, limits

EXAMPLES = Path(__file__).parents[1] / "examples"
DEPARTMENTS = read_units(EXAMPLES / "2019_department_units.yaml")
NEAR = 12  # steps to either side that are tried one by one


def said(found: Sequence[Gain]) -> list[tuple[str, Any, Any, str]]:
    """Fact, what is stated, what should be, and the gain."""
    return [(gain.fact, gain.now, gain.to, str(gain.gain)) for gain in found]


def of(found: Sequence[Gain], *facts: str) -> list[Gain]:
    """The gains by exactly these facts."""
    return [gain for gain in found if tuple(change.fact for change in gain.changes) == facts]


def a_ruleset(facts: str, rule: str, most: int = 10, checks: str = "") -> Ruleset:
    """A ruleset of one indicator with that rule."""
    return load_text(f"""
ruleset: made/up
title: T
max: {most}
facts: {{{facts.replace("{type", "{label: L, type")}}}
{checks and f"checks: [{checks}]"}
indicators:
  - {{id: only, name: N, max: {most}, rule: {rule}}}
""")


# By hand.


def test_fewer_findings_more_platforms_and_nothing_beyond_a_limit() -> None:
    city = load("2019/city")
    facts = dict.fromkeys(city.facts, 0) | {
        "network_cloud_platforms": 4,  # 4 x 2 points are all there are
        "information_resource_platforms": 9,  # more than count
        "application_system_platforms": 5,  # one more is 2 points, and all
        "security_service_platforms": 2,
        "counties_without_operations": 3,  # 0.5 each
        "roll_call_absences": 22,  # 0.05 each of 1 point: the first two too many to lose anything by
    }
    found = gains(city, facts)
    assert said(found) == [
        ("application_system_platforms", 5, 6, "2.00"),
        ("counties_without_operations", 3, 2, "0.50"),
        ("roll_call_absences", 22, 19, "0.05"),
    ]
    assert [(gain.furthest, str(gain.most)) for gain in found] == [(6, "2.00"), (0, "1.50"), (0, "1.00")]
    assert [gain.indicators for gain in found] == [("application_systems",), ("operations",), ("video_roll_call",)]
    assert [str(gain.points) for gain in found] == ["62.50", "61.00", "60.55"]


def test_an_office_of_huaibei() -> None:
    huaibei = load("huaibei_2019")
    office = read_units(EXAMPLES / "huaibei_2019_units.yaml")[0]
    found = gains(huaibei, office)
    assert of(found, "internet_exit")[0].to == "unified"
    assert of(found, "system_security_policy_issued")[0].to is True
    rating = of(found, "project_filing_rating")[0]
    assert (rating.now, rating.to, rating.gain) == (Decimal("2.50"), Decimal("2.51"), Decimal("0.01"))
    assert (rating.furthest, rating.most, rating.assessed) == (Decimal("3.00"), Decimal("0.50"), True)
    assert not of(found, "internet_exit")[0].assessed


def test_two_papers_that_count_only_together() -> None:
    huaibei = load("huaibei_2019")
    office = read_units(EXAMPLES / "huaibei_2019_units.yaml")[0]
    papers = {"annual_plan_supplied": False, "annual_plan_results_supplied": False}
    found = gains(huaibei, replace(office, facts={**office.facts, **papers}))
    (both,) = of(found, "annual_plan_supplied", "annual_plan_results_supplied")
    assert (both.gain, [change.to for change in both.changes], both.most) == (Decimal("1.00"), [True, True], None)
    assert [change.fact for change in both.together] == ["annual_plan_results_supplied"]
    assert of(found, "annual_plan_supplied") == []


def test_a_check_makes_two_facts_move_together() -> None:
    ruleset = a_ruleset(
        "part: {type: count}, whole: {type: count}",
        "{kind: per_unit, each: 1, of: part}",
        checks="{id: within, require: part <= whole, about: A}",
    )
    found = gains(ruleset, {"part": 3, "whole": 3})
    assert [[(change.fact, change.to) for change in gain.changes] for gain in found] == [[("part", 4), ("whole", 4)]]
    assert said(gains(ruleset, {"part": 3, "whole": 5})) == [("part", 3, 4, "1.00")]
    assert gains(ruleset, {"part": 3, "whole": 5})[0].furthest == 5


def test_steps_of_ten_and_the_way_to_the_next_band() -> None:
    tens = a_ruleset("rate: {type: percent, places: 1}", "{kind: per_unit, each: 1, of: rate, every: 10}")
    assert said(gains(tens, {"rate": "42.5"})) == [("rate", Decimal("42.5"), Decimal("50.0"), "1.00")]
    banded = a_ruleset(
        "done: {type: count}",
        "{kind: bands, of: done, bands: [{below: 5, points: 3}, {from: 5, to: 8, points: 10}, {above: 8, points: 0}]}",
    )
    assert said(gains(banded, {"done": 2})) == [("done", 2, 5, "7.00")]
    assert said(gains(banded, {"done": 11})) == [("done", 11, 8, "10.00")]
    assert gains(banded, {"done": 6}) == []


def test_all_changes_that_are_equally_small() -> None:
    ruleset = a_ruleset(
        "state: {type: choice, options: {full: F, part: P, none: N}}",
        "{kind: choice, of: state, points: {full: 10, part: 4, none: 0}}",
    )
    assert said(gains(ruleset, {"state": "none"})) == [
        ("state", "none", "full", "10.00"),
        ("state", "none", "part", "4.00"),
    ]
    valley = a_ruleset(
        "x: {type: count}", "{kind: formula, formula: 'least(10, greatest(x - 7, 0) + greatest(7 - x, 0))'}"
    )
    assert said(gains(valley, {"x": 7})) == [("x", 7, 8, "1.00"), ("x", 7, 6, "1.00")]


def test_what_a_person_would_have_to_decide_is_no_gain() -> None:
    ruleset = a_ruleset(
        "done: {type: count, range: [0, 3]}",
        "{kind: bands, of: done, bands: [{to: 1, points: 2}, {above: 1, below: 3, points: ask}, {from: 3, points: 9}]}",
    )
    assert said(gains(ruleset, {"done": 1})) == [("done", 1, 3, "7.00")]


def test_a_fact_that_would_be_asked_for_then_is_not_made_up() -> None:
    ruleset = load_text("""
ruleset: made/up
title: T
max: 10
facts: {has: {type: yes_no, label: H}, done: {type: count, label: D}}
indicators:
  - {id: only, name: N, max: 10, applies_when: has, otherwise: zero, rule: {kind: per_finding, each: 1, of: done}}
""")
    assert gains(ruleset, {"has": False}) == []
    assert said(gains(ruleset, {"has": False, "done": 2})) == [("has", False, True, "8.00")]


def test_parts_that_are_never_added_count_each_for_itself() -> None:
    internet = load("2018/internet_plus")
    unit = read_units(EXAMPLES / "2018_internet_plus_units.yaml")[0]
    found = gains(internet, unit)
    assert {gain.points for gain in found} == {None}
    assert found[0].gain > 0


def test_units_that_cannot_be_scored_are_refused() -> None:
    with pytest.raises(FactsError) as raised:
        gains(load("2019/city"), {"network_cloud_platforms": -1})
    assert {problem.code for problem in raised.value.problems} == {"out-of-range", "missing-fact"}
    with pytest.raises(FactsError) as raised:
        gains(load("2019/department"), {})
    assert {problem.code for problem in raised.value.problems} == {"missing-fact"}


# Peers.


def test_the_next_peer_is_passed() -> None:
    department = load("2019/department")
    own = DEPARTMENTS[1]
    ahead = [unit.facts["open_sets"] for unit in DEPARTMENTS if unit.facts["open_sets"] > own.facts["open_sets"]]
    others = {"open_sets_universal": 0, "open_sets_machine_readable": 0, "open_sets_added": 0}
    units = [replace(unit, facts={**unit.facts, **others}) for unit in DEPARTMENTS]
    (found,) = of(gains(department, units[1], units), "open_sets")
    assert found.to == min(ahead)  # equal values share the better place
    assert "open_total" in found.indicators


def test_without_peers_ranked_indicators_count_as_nothing() -> None:
    department = load("2019/department")
    alone = Adviser(department, DEPARTMENTS[:1])
    ranked = {item.id for item in department.total if item.kind == "rank"}
    assert set(alone.held) == ranked
    assert not any(ranked.intersection(gain.indicators) for gain in alone.gains())
    among = Adviser(department, DEPARTMENTS)
    assert among.held == ()
    assert {gain.fact for gain in alone.gains()} < {gain.fact for gain in among.gains()}


# Sequences.


def test_the_best_steps_one_after_another() -> None:
    city = load("2019/city")
    found = dict.fromkeys([key for key in city.facts if "platforms" in key], 9)
    facts = (
        dict.fromkeys(city.facts, 0)
        | found
        | {
            "application_system_platforms": 5,
            "critical_vulnerability_notices": 1,
            "counties_without_operations": 2,
        }
    )
    steps = sequence(city, facts, 3)
    assert [(step.fact, step.to) for step in steps] == [
        ("application_system_platforms", 6),
        ("critical_vulnerability_notices", 0),
        ("counties_without_operations", 1),
    ]
    assert [str(step.points) for step in steps] == ["63.00", "64.00", "64.50"]


def test_it_ends_where_nothing_more_brings_points() -> None:
    city = load("2019/city")
    best_facts = dict.fromkeys(city.facts, 0) | dict.fromkeys([key for key in city.facts if "platforms" in key], 9)
    steps = sequence(city, best_facts | {"venue_faults": 2}, 5)
    assert said(steps) == [("venue_faults", 2, 1, "0.05"), ("venue_faults", 1, 0, "0.05")]
    assert steps[-1].points == city.max


def every_sequence(ruleset: Ruleset, facts: Mapping[str, Any], steps: int) -> Iterator[Decimal]:
    """What the total can be after so many gains, whichever they are."""
    found = gains(ruleset, facts) if steps else []
    if not found:
        yield ruleset.score(facts).points or Decimal(0)
    for gain in found:
        yield from every_sequence(ruleset, {**facts, **{change.fact: change.to for change in gain.changes}}, steps - 1)


def test_where_later_steps_bring_no_more_no_sequence_is_better() -> None:
    ruleset = a_ruleset(
        "a: {type: count}, b: {type: count}, c: {type: yes_no}, d: {type: findings}",
        "{kind: formula, formula: 'least(10, least(4, 2 * a) + least(3, 1.5 * b) + count(c) + greatest(0, 2 - d))'}",
    )
    facts = {"a": 0, "b": 0, "c": False, "d": 3}
    for steps in range(1, 4):
        assert sequence(ruleset, facts, steps)[-1].points == max(every_sequence(ruleset, facts, steps))


def test_a_second_step_that_brings_more_than_the_first_is_not_foreseen() -> None:
    ruleset = a_ruleset(
        "a: {type: count, range: [0, 2]}, b: {type: count, range: [0, 2]}",
        "{kind: formula, formula: '(1 if a >= 1 else 0) + (5 if a >= 2 else 0) + 1.5 * b'}",
    )
    facts = {"a": 0, "b": 0}
    assert str(sequence(ruleset, facts, 2)[-1].points) == "3.00"
    assert str(max(every_sequence(ruleset, facts, 2))) == "6.00"


# Against every change that could be made instead.


def total(card: Scorecard) -> Decimal:
    """The total; where parts are never added all of them."""
    return (
        card.points
        if card.points is not None
        else sum((score.points or Decimal(0) for score in card.total.children), Decimal(0))
    )


def changed(unit: Unit, facts: Mapping[str, Any]) -> Unit:
    return replace(unit, facts={**unit.facts, **facts})


def after(ruleset: Ruleset, units: Sequence[Unit], facts: Mapping[str, Any]) -> Scorecard | None:
    """The first unit's card with other facts, if it can be scored at all."""
    try:
        return ruleset.score_all([changed(units[0], facts), *units[1:]], ledger=False)[0]
    except FactsError:
        return None


def worth_trying(ruleset: Ruleset, key: str, now: int) -> list[int]:
    """Other values of a fact: those nearby, the ends, and some between, in whole numbers of its places."""
    low, high = limits(ruleset.facts[key])
    far = [low + (high - low) * part // 7 for part in range(8)]
    return [value for value in {*range(now - NEAR, now + NEAR + 1), *far} if low <= value <= high and value != now]


def steps_of(ruleset: Ruleset, key: str, now: int, value: int) -> int:
    return 1 if ruleset.facts[key].options else abs(value - now)


def is_checked(ruleset: Ruleset, units: Sequence[Unit], found: Sequence[Gain], keys: tuple[str, ...]) -> None:
    """No change of these facts gains that is smaller than the gain found, and none brings more than it can bring."""
    facts = ruleset.facts
    now = ruleset.score_all(units, ledger=False)[0]
    values = {key: facts[key].encode(units[0].facts[key]) for key in keys}
    tried = [worth_trying(ruleset, key, values[key]) for key in keys]
    own = of(found, *keys)
    smallest = min((gain_steps(ruleset, gain) for gain in own), default=None)
    for change in product(
        *(
            each if len(keys) == 1 else sorted(each, key=lambda x: abs(x - values[key]))[:4]
            for key, each in zip(keys, tried, strict=True)
        )
    ):
        card = after(ruleset, units, {key: facts[key].decode(value) for key, value in zip(keys, change, strict=True)})
        if card is None or total(card) <= total(now):
            continue
        steps = sum(steps_of(ruleset, key, values[key], value) for key, value in zip(keys, change, strict=True))
        assert smallest is not None, (keys, change)
        assert smallest <= steps
        assert own[0].most is None or total(card) - total(now) <= own[0].most


def gain_steps(ruleset: Ruleset, gain: Gain) -> int:
    facts = ruleset.facts
    return sum(
        steps_of(ruleset, each.fact, facts[each.fact].encode(each.now), facts[each.fact].encode(each.to))
        for each in gain.changes
    )


def is_real(ruleset: Ruleset, units: Sequence[Unit], gain: Gain) -> None:
    """Scoring again says the same."""
    before = ruleset.score_all(units, ledger=False)[0]
    card = after(ruleset, units, {change.fact: change.to for change in gain.changes})
    assert card is not None
    assert total(card) - total(before) == gain.gain > 0
    assert card.points == gain.points
    others = {each.id for each in card if before[each.id].points != each.points}
    assert set(gain.indicators) <= others or gain.indicators == ("total",)
    if gain.most is not None:
        furthest = after(ruleset, units, {gain.fact: gain.furthest})
        assert furthest is not None
        assert total(furthest) - total(before) == gain.most >= gain.gain


@fewer(0.6)
@given(rulesets(), st.data())
def test_every_gain_is_real_and_none_is_smaller(ruleset: Ruleset, data: st.DataObject) -> None:
    units = data.draw(cohorts(ruleset))
    assume(len(units) > 1)
    try:
        adviser = Adviser(ruleset, units)
    except FactsError:
        assume(False)
    found = adviser.gains()
    for gain in found:
        is_real(ruleset, units, gain)
    stated = [key for key in ruleset.facts if key in units[0].facts and key not in adviser.given_up]
    for key in stated:
        is_checked(ruleset, units, found, (key,))
    stuck = [key for key in stated if not of(found, key)]
    for pair in list(combinations(stuck, 2))[:3]:
        if any(set(pair) <= item.needs | item.peer_needs | item.needs_to_apply for item in ruleset.total):
            is_checked(ruleset, units, found, pair)


# The search.


def test_a_search_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("egov_scoring.improvement.nearest", partial(nearest, most=100))
    ruleset = a_ruleset("x: {type: count}", "{kind: formula, formula: 'least(10, greatest(0, x + 1 - x))'}")
    adviser = Adviser(ruleset, [{"x": 5}])
    assert adviser.gains() == []
    assert adviser.given_up == ("x",)


def test_the_nearest_and_the_best_of_many() -> None:
    boxes = [(Stretch(0, 1, 1, 10**12),)]
    assert nearest(boxes, lambda box: box[0].value + box[0].far - box[0].near >= 777_777)[0][0].value == 777_777
    found = best(boxes, lambda box: Fraction(-abs(5 - box[0].value) if box[0].is_single else 0))
    assert found is not None
    assert found[0].value == 5
    assert best(boxes, lambda box: None) is None
    with pytest.raises(GivenUp):
        nearest(boxes, lambda box: not box[0].is_single, most=100)
