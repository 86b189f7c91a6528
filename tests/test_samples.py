"""Made-up units reach what they promise, for every shipped ruleset."""

from __future__ import annotations

from decimal import Decimal

import pytest

from egov_scoring import load
from egov_scoring.locate import ids_in, shipped
from egov_scoring.samples import sample

RULESETS = ids_in(shipped())


@pytest.mark.parametrize("name", RULESETS)
def test_the_best_unit_has_all_points(name: str) -> None:
    ruleset = load(name)
    assert ruleset.score(sample(ruleset, "best")).points == ruleset.max


@pytest.mark.parametrize("name", RULESETS)
def test_the_worst_unit_has_none(name: str) -> None:
    ruleset = load(name)
    assert ruleset.score(sample(ruleset, "worst")).points == Decimal("0.00")


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
