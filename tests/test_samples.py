"""Made-up units reach what they promise, for every shipped ruleset."""

from __future__ import annotations

from fractions import Fraction

import pytest

from egov_scoring import Ruleset, load
from egov_scoring.locate import ids_in, shipped
from egov_scoring.program import Item, Program
from egov_scoring.samples import Fill, sample

RULESETS = ids_in(shipped())


def tops(program: Program) -> tuple[Item, ...]:
    """What is looked at: the total, or the parts where nothing is added up."""
    return (program.total,) if program.total.added else program.total.children


def points(ruleset: Ruleset, fill: Fill) -> Fraction:
    """What a made-up unit has in all."""
    card = ruleset.score(sample(ruleset, fill))
    return sum((Fraction(str(card[item.id].points)) for item in tops(ruleset.program)), Fraction(0))


@pytest.mark.parametrize("name", RULESETS)
def test_the_best_unit_has_all_points(name: str) -> None:
    """All that can be had: less where a cap keeps an indicator's maximum out of reach."""
    ruleset = load(name)
    lost = [item.max - item.about["reachable"] for item in ruleset.program.items() if "reachable" in item.about]
    assert points(ruleset, "best") == sum(item.max for item in tops(ruleset.program)) - sum(lost)


@pytest.mark.parametrize("name", RULESETS)
def test_the_worst_unit_has_none(name: str) -> None:
    assert points(load(name), "worst") == 0


@pytest.mark.parametrize("name", RULESETS)
def test_a_random_unit_fits_the_ruleset(name: str) -> None:
    """It can be scored: every fact is there, and every check holds."""
    ruleset = load(name)
    for seed in range(3):
        ruleset.score(sample(ruleset, "random", seed))


@pytest.mark.parametrize("name", RULESETS)
def test_a_random_unit_is_the_same_for_the_same_seed(name: str) -> None:
    ruleset = load(name)
    assert sample(ruleset, "random", 7) == sample(ruleset, "random", 7) != sample(ruleset, "random", 8)


def test_the_best_city_has_no_more_than_it_needs() -> None:
    facts = sample(load("2019/city"), "best").facts
    assert facts["network_cloud_platforms"] == 4
    assert facts["application_system_platforms"] == 6
    assert facts["counties_without_operations"] == 0


def test_ranks_are_stated_first_of_two() -> None:
    places = sample(load("2019/department"), "best").places
    assert set(map(tuple, (place.items() for place in places.values()))) == {(("place", 1), ("of", 2))}
