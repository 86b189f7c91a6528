"""What holds for every ruleset, shipped or made up, and for any facts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from hypothesis import assume, given, note
from hypothesis import strategies as st

from egov_scoring.expression import Node
from egov_scoring.facts import Unit
from egov_scoring.flags import of_flag
from egov_scoring.load import load
from egov_scoring.locate import ids_in, shipped
from egov_scoring.readers.bounds import of_fact
from egov_scoring.readers.direction import Direction, directions
from egov_scoring.ruleset import Ruleset
from egov_scoring.scorecard import Score, Scorecard
from tests.made_up import fewer
from tests.made_up.rulesets import rulesets
from tests.made_up.units import SIGNED, cohorts, limits, values, written

Property = Callable[[Ruleset, st.DataObject], None]


@cache
def shipped_ruleset(name: str) -> Ruleset:
    """A ruleset that comes with the library, without its checks: what holds, holds for facts that they would refuse."""
    ruleset = load(name)
    return Ruleset(replace(ruleset.program, checks=()))


def scored(ruleset: Ruleset, units: Sequence[Unit], **options: Any) -> list[Scorecard]:
    """The units' cards; what a person would have to decide stays missing."""
    return ruleset.score_all(units, incomplete=True, **options)


def known(card: Scorecard) -> Iterator[Score]:
    """What has points."""
    return (score for score in card.total if score.points is not None)


def outcome(card: Scorecard) -> dict[str, tuple[Any, ...]]:
    """All that a card says, without its ledger."""
    return {s.id: (s.points, s.max, s.max_applicable, s.status, s.reason, s.waits_for, s.range) for s in card.total}


# Bounded, exact, explained.


def stays_within(score: Score) -> None:
    """Points lie between 0 and the applicable maximum, and that is at most the maximum."""
    assert score.points is not None
    assert 0 <= score.points <= score.max_applicable <= score.max


def ledger_adds_up(score: Score) -> None:
    """Effective losses add up to the applicable maximum less the points, exactly; no balance leaves 0..max."""
    assert score.points is not None
    assert sum((line.loss for line in score.ledger), Decimal(0)) == score.max_applicable - score.points
    assert all(0 <= line.balance <= score.max for line in score.lines[at_home(score) :])
    assert all(line.balance == score.points for line in score.lines[-1:])


def at_home(score: Score) -> int:
    """From which line on balances are in the whole's points: those of a component are in its own before."""
    return next((at for at, line in enumerate(score.lines) if line.code == "component"), 0)


def in_whole_units(places: int) -> Callable[[Score], None]:
    """Points, losses and balances are printed with exactly that many places."""

    def check(score: Score) -> None:
        printed = [score.points, score.max, score.max_applicable]
        printed += [amount for line in score.lines for amount in (line.loss, line.balance)]
        assert all(amount is not None and amount.as_tuple().exponent == -places for amount in printed)

    return check


def parts_add_up(score: Score) -> None:
    """Printed parts add up to the printed whole, unless a line says what stands between."""
    if score.children and score.status == "scored" and all(line.code in EXPLAIN_ONLY for line in score.lines):
        assert sum((part.points or Decimal(0) for part in score.children), Decimal(0)) == score.points


EXPLAIN_ONLY = ("overlap", "unreachable")


def every_card_is_bounded_exact_and_explained(ruleset: Ruleset, data: st.DataObject) -> None:
    cards = scored(ruleset, data.draw(cohorts(ruleset, complete=False)))
    checks = [stays_within, ledger_adds_up, in_whole_units(ruleset.program.places), parts_add_up]
    for card in cards:
        for score in known(card):
            for check in checks:
                check(score)


# Facts move points as the direction reader says.


def a_fact_moves_points_only_as_said(ruleset: Ruleset, data: st.DataObject) -> None:
    assume(ruleset.facts)
    first, *others = data.draw(cohorts(ruleset, most=3, recorded=False))
    before_values = data.draw(values(ruleset))
    key = data.draw(st.sampled_from(sorted(ruleset.facts)))
    low, high = limits(ruleset.facts[key])
    grown = data.draw(st.integers(before_values[key], high) | st.just(min(before_values[key] + 1, high)))
    before, after = (
        scored(ruleset, [replace(first, facts=written(ruleset, facts)), *others])[0]
        for facts in (before_values, before_values | {key: grown})
    )
    note(f"{key}: {before_values[key]} -> {grown} of {low}..{high}")
    assume(held(ruleset, before_values) == held(ruleset, before_values | {key: grown}))
    directions_of = said_of(ruleset)
    for item in ruleset.total:
        said = directions_of[item.points].get(key, Direction.NONE)
        moved = before[item.id].points, after[item.id].points
        if None not in moved:
            assert as_said(said, *moved), f"{item.id}: {said}"


def as_said(direction: Direction, before: Any, after: Any) -> bool:
    return (
        before == after
        or direction is Direction.BOTH
        or direction is (Direction.UP if before < after else Direction.DOWN)
    )


def said_of(ruleset: Ruleset) -> Any:
    """The directions of the facts, applicability held."""
    conditions: set[Node] = {node for item in ruleset.total for node in (item.applies, item.counts)}
    declared = {**ruleset.facts, **ruleset.program.flags}
    ranges = {key: of_fact(fact) for key, fact in declared.items()}
    return directions([item.points for item in ruleset.total], ranges, frozenset(conditions))


def held(ruleset: Ruleset, values: dict[str, int]) -> list[bool]:
    """Which indicators apply."""
    card = ruleset.score(written(ruleset, values), incomplete=True, ledger=False)
    return [score.status == "not_applicable" for score in card.total]


# What is known only in part.


def points_lie_within_the_bounds_of_any_part_of_the_facts(ruleset: Ruleset, data: st.DataObject) -> None:
    first, *others = data.draw(cohorts(ruleset))
    card = ruleset.score(first, peers=others, incomplete=True, ledger=False)
    keys = sorted(first.facts)
    some = set(data.draw(st.lists(st.sampled_from(keys)))) if keys else set()
    more = some | (set(data.draw(st.lists(st.sampled_from(keys)))) if keys else set())
    wide, narrow = (ruleset.bounds(only(first, keys), peers=others) for keys in (some, more))
    for score in known(card):
        low, high = narrow[score.id].low, narrow[score.id].high
        assert low <= score.points <= high, score.id  # type: ignore[operator]
    for name, found in narrow.items():
        assert wide[name].low <= found.low <= found.high <= wide[name].high, name


def only(unit: Unit, keys: set[str]) -> Unit:
    return replace(unit, facts={key: value for key, value in unit.facts.items() if key in keys})


def facts_that_peers_lack_leave_room_for_what_they_are(ruleset: Ruleset, data: st.DataObject) -> None:
    first, *others = data.draw(cohorts(ruleset))
    in_full = ruleset.score(first, peers=others, incomplete=True, ledger=False)
    keys = sorted(first.facts)
    lacking = set(data.draw(st.lists(st.sampled_from(keys)))) if keys else set()
    others = [only(unit, set(unit.facts) - lacking) for unit in others]
    bounds = ruleset.bounds(first, peers=others)
    for score in known(in_full):
        assert bounds[score.id].low <= score.points <= bounds[score.id].high, score.id  # type: ignore[operator]


# The same in, the same out.


def the_order_of_units_does_not_matter(ruleset: Ruleset, data: st.DataObject) -> None:
    units = data.draw(cohorts(ruleset, complete=False))
    cards = {card.unit: outcome(card) for card in scored(ruleset, units)}
    shuffled = data.draw(st.permutations(units))
    assert {card.unit: outcome(card) for card in scored(ruleset, shuffled)} == cards


def a_unit_scores_the_same_alone_with_its_peers(ruleset: Ruleset, data: st.DataObject) -> None:
    units = data.draw(cohorts(ruleset, complete=False))
    for unit, card in zip(units, scored(ruleset, units), strict=True):
        others = [other for other in units if other is not unit]
        for peers in (others, units):
            assert outcome(ruleset.score(unit, peers=peers, incomplete=True)) == outcome(card)


def the_ledger_changes_no_points(ruleset: Ruleset, data: st.DataObject) -> None:
    units = data.draw(cohorts(ruleset, complete=False))
    for card, bare in zip(scored(ruleset, units), scored(ruleset, units, ledger=False), strict=True):
        assert outcome(card) == outcome(bare)
        assert bare.ledger == ()


def the_same_input_gives_the_same_bytes(ruleset: Ruleset, data: st.DataObject) -> None:
    pytest.importorskip("egov_scoring.report.json")
    units = data.draw(cohorts(ruleset, most=2))
    again = Ruleset(ruleset.program)
    first, second = ([card.to_json() for card in scored(made, units)] for made in (ruleset, again))
    assert first == second


def a_record_that_changes_nothing_changes_nothing(ruleset: Ruleset, data: st.DataObject) -> None:
    """Without records a shorter expression is read; an override by the very points gives the same card."""
    units = data.draw(cohorts(ruleset, most=2, recorded=False))
    plain, *_ = scored(ruleset, units)
    leaves = [score for score in known(plain) if not score.children and score.status == "scored"]
    assume(leaves)
    chosen = data.draw(st.sampled_from(leaves))
    overridden = replace(units[0], overrides={chosen.id: {"points": chosen.points, **SIGNED}})
    card, *_ = scored(ruleset, [overridden, *units[1:]])
    assert outcome(card) == outcome(plain)


@fewer(0.5)
@given(rulesets(kinds=("rank",)), st.data())
def test_a_stated_place_that_is_the_computed_one_changes_nothing(ruleset: Ruleset, data: st.DataObject):
    units = data.draw(cohorts(ruleset, recorded=False))
    cards = scored(ruleset, units)
    assume(len(units) > 1)
    ranked = [item.id for item in ruleset.total if of_flag(item.id) in ruleset.program.flags]
    ranked = [name for name in ranked if all(card[name].status != "missing" for card in cards)]
    assume(any(places_of(card, ranked) for card in cards))
    anywhere = {name: {"place": 1, "of": 2} for name in ranked}  # for a unit that is not ranked
    stating = [
        replace(unit, places=anywhere | places_of(card, ranked)) for unit, card in zip(units, cards, strict=True)
    ]
    for card, again in zip(cards, scored(ruleset, stating), strict=True):
        assert outcome(again) == outcome(card)


def places_of(card: Scorecard, names: list[str]) -> dict[str, Any]:
    """The places that the ledger names."""
    return {
        line.indicator: {"place": line.args["place"], "of": line.args["of"]}
        for name in names
        for line in card[name].lines
        if line.code == "place"
    }


PROPERTIES = [
    every_card_is_bounded_exact_and_explained,
    a_fact_moves_points_only_as_said,
    points_lie_within_the_bounds_of_any_part_of_the_facts,
    facts_that_peers_lack_leave_room_for_what_they_are,
    the_order_of_units_does_not_matter,
    a_unit_scores_the_same_alone_with_its_peers,
    the_ledger_changes_no_points,
    the_same_input_gives_the_same_bytes,
    a_record_that_changes_nothing_changes_nothing,
]
every_property = pytest.mark.parametrize("holds", PROPERTIES, ids=lambda holds: holds.__name__)


@every_property
@fewer(0.5)
@given(data=st.data())
def test_made_up(holds: Property, data: st.DataObject):
    holds(data.draw(rulesets()), data)


@every_property
@pytest.mark.parametrize("name", ids_in(shipped()))
@fewer(0.1)
@given(data=st.data())
def test_shipped(holds: Property, name: str, data: st.DataObject):
    holds(shipped_ruleset(name), data)
