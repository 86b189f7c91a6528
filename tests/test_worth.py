"""What missing facts are worth: worked by hand, and against units that differ in one of them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from egov_scoring import FactsError, Ruleset, load
from egov_scoring.worth import worths
from tests.made_up import fewer
from tests.made_up.rulesets import rulesets
from tests.made_up.units import values
from tests.test_improvement import DEPARTMENTS, a_ruleset, total


def worth_of(ruleset: Ruleset, facts: dict[str, Any]) -> dict[str, str]:
    """What the missing facts are worth, the dearest first."""
    return {each.fact: str(each.worth) for each in worths(ruleset, facts)}


def test_what_each_indicator_leaves_open() -> None:
    city = load("2019/city")
    facts = dict.fromkeys(city.facts, 0)
    del facts["security_service_platforms"], facts["hd_room_items_missing"], facts["namings_by_provincial_leaders"]
    facts["roll_call_absences"] = 4
    # 0.8 of video points stand; namings may take all of them, missing items as many as their own 2
    assert worth_of(city, facts) == {
        "namings_by_provincial_leaders": "9.80",
        "security_service_platforms": "4.00",
        "hd_room_items_missing": "2.00",
    }
    assert worths(city, dict.fromkeys(city.facts, 0)) == []


def test_what_is_known_of_a_share_limits_what_the_other_side_is_worth() -> None:
    share = a_ruleset(
        "part: {type: count, range: [0, 50]}, whole: {type: count, range: [1, 50]}",
        "{kind: ratio, part: part, whole: whole, when_whole_is_zero: zero}",
    )
    assert worth_of(share, {}) == {"part": "10.00", "whole": "10.00"}
    assert worth_of(share, {"whole": 50}) == {"part": "10.00"}
    assert worth_of(share, {"part": 0}) == {}
    assert worth_of(share, {"part": 40}) == {"whole": "2.00"}


def test_what_lifts_a_veto_is_worth_all_that_it_may_take() -> None:
    vetoed = load("2018/internet_plus")
    facts = {each.fact: each for each in worths(vetoed, {})}
    assert facts["hall_link_missing"].worth == max(item.max for item in vetoed.total.children)


def test_the_peers_settle_a_place() -> None:
    department = load("2019/department")
    own = DEPARTMENTS[1]
    key = "licences_not_generated"
    half = {name: value for name, value in own.facts.items() if name != key}
    assert [each.fact for each in worths(department, half, DEPARTMENTS[2:])] == [key]


def test_problems_are_told_as_ever() -> None:
    with pytest.raises(FactsError):
        worths(load("2019/city"), {"venue_faults": -1})


@fewer(0.6)
@given(rulesets(), st.data())
def test_no_fact_changes_more_than_it_is_worth(ruleset: Ruleset, data: st.DataObject) -> None:
    facts = {key: ruleset.facts[key].decode(units) for key, units in data.draw(values(ruleset)).items()}
    others = {key: ruleset.facts[key].decode(units) for key, units in data.draw(values(ruleset)).items()}
    assume(facts)
    missing = data.draw(st.sets(st.sampled_from(sorted(facts)), min_size=1))
    key = data.draw(st.sampled_from(sorted(missing)))
    half = {name: value for name, value in facts.items() if name not in missing}
    try:
        found = {each.fact: each.worth for each in worths(ruleset, half)}
        points = [total(ruleset.score({**facts, key: each[key]}, ledger=False)) for each in (facts, others)]
    except FactsError:
        assume(False)
    assert abs(points[0] - points[1]) <= found.get(key, Decimal(0))
