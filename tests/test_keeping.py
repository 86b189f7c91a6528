"""A result keeps: what was scored cannot be changed afterwards, copies and pickles are as good, replays agree."""

from __future__ import annotations

import copy
import json
import pickle
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest

from egov_scoring import FactsError, Unit, load, read_units

EXAMPLES = Path(__file__).parents[1] / "examples"
CITY = load("2019/city")
DEPARTMENT = load("2019/department")
DEPARTMENTS = read_units(EXAMPLES / "2019_department_units.yaml")


def test_facts_changed_after_scoring_change_nothing() -> None:
    findings: list[Any] = [{"note": "as it was"}]
    facts: dict[str, Any] = dict.fromkeys(CITY.facts, 0) | {"venue_faults": findings}
    card = CITY.score(facts)
    before = card.to_json()
    facts["network_cloud_platforms"] = 4
    findings[0]["note"] = "changed"
    assert card.to_json() == before


def test_records_of_any_mapping_stay_in_the_ledger() -> None:
    record = MappingProxyType({"date": "2019-05-09", "note": "made up"})
    card = CITY.score(dict.fromkeys(CITY.facts, 0) | {"venue_faults": [record]})
    assert [dict(kept) for kept in card["video_order"].lines[0].records] == [dict(record)]


@pytest.mark.parametrize("again", [copy.deepcopy, lambda card: pickle.loads(pickle.dumps(card))])
def test_copies_and_pickles_are_as_good(again: Any) -> None:
    card = DEPARTMENT.score_all(DEPARTMENTS)[1]
    assert again(card) == card
    assert again(card).to_json() == card.to_json()


def test_a_pickled_ruleset_scores_the_same() -> None:
    ruleset = pickle.loads(pickle.dumps(DEPARTMENT))
    assert ruleset.score_all(DEPARTMENTS)[2].to_json() == DEPARTMENT.score_all(DEPARTMENTS)[2].to_json()


def test_numpy_numbers_are_written_as_what_they_hold() -> None:
    facts = dict.fromkeys(CITY.facts, np.int64(0)) | {"roll_call_absences": np.float64(2.0)}
    assert CITY.score(facts).to_dict()["inputs"]["facts"]["roll_call_absences"] == "2"


def test_what_is_no_number_in_a_note_is_written_as_text() -> None:
    facts = dict.fromkeys(CITY.facts, 0) | {"venue_faults": [{"note": float("nan")}]}
    assert json.loads(CITY.score(facts).to_json())["inputs"]["facts"]["venue_faults"] == [{"note": "nan"}]


def test_a_card_is_the_same_alone_with_its_peers_and_in_any_order() -> None:
    together = DEPARTMENT.score_all(DEPARTMENTS)[1].to_json()
    assert DEPARTMENT.score(DEPARTMENTS[1], peers=DEPARTMENTS).to_json() == together
    assert DEPARTMENT.score_all(DEPARTMENTS[::-1])[-2].to_json() == together


def test_a_nameless_unit_replays_with_the_peers_it_carries() -> None:
    facts = [unit.facts for unit in DEPARTMENTS]
    card = DEPARTMENT.score(facts[0], peers=facts[1:])
    inputs = json.loads(card.to_json())["inputs"]
    again = DEPARTMENT.score(inputs["facts"], peers=[peer["facts"] for peer in inputs["peers"]])
    assert again.points == card.points == Decimal("63.80")


def test_a_peer_handed_in_twice_is_refused() -> None:
    with pytest.raises(FactsError) as caught:
        DEPARTMENT.score(DEPARTMENTS[0], peers=[*DEPARTMENTS, DEPARTMENTS[1]])
    assert [problem.code for problem in caught.value.problems] == ["unit-twice"]


def test_one_unit_that_lacks_a_ranked_fact_is_the_only_one_named() -> None:
    lacking = {key: value for key, value in DEPARTMENTS[0].facts.items() if key != "open_records"}
    with pytest.raises(FactsError) as caught:
        DEPARTMENT.score_all([Unit("某厅", lacking), *DEPARTMENTS[1:]])
    assert [(problem.code, problem.args["unit"]) for problem in caught.value.problems] == [("missing-fact", "某厅")]


def test_a_place_of_one_settles_nothing() -> None:
    alone = DEPARTMENT.score(DEPARTMENTS[0], peers=[], incomplete=True)
    assert alone["open_volume"].status == "missing"
    assert str(alone["open_volume"].range) == "0.00..2.00"


@pytest.mark.parametrize("given", [None, [1], 5])
def test_what_is_no_unit_is_a_type_error(given: Any) -> None:
    with pytest.raises(TypeError, match="facts are a dict or a Unit"):
        CITY.score(given)


def test_a_nameless_unit_has_an_empty_name() -> None:
    facts = dict.fromkeys(CITY.facts, 0)
    nobody: Any = None
    assert CITY.score(facts, unit=nobody).to_dict()["unit"] == ""
