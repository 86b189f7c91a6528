"""The rules of scoring, sentence by sentence: every case of conformance/, worked by hand."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from egov_scoring import case_files, cases
from egov_scoring.errors import FactsError, RulesetError
from egov_scoring.facts import Unit
from egov_scoring.kinds import KINDS
from egov_scoring.load import load_data, load_text
from egov_scoring.ranking import placed
from egov_scoring.ruleset import Ruleset
from egov_scoring.scorecard import Scorecard
from egov_scoring.yaml_reader import Map, read
from tests.support import case_params

HERE = Path(__file__).parent / "conformance"
FILES = case_files.files_in(HERE)
REFUSED = HERE / "refused.yaml"


@pytest.mark.parametrize("case", case_params(FILES))
def test_case(case: cases.Case):
    assert cases.run(case).differences == ()


def test_every_kind_has_cases():
    assert {file.stem for file in FILES} >= KINDS.keys()


def refused() -> list[Any]:
    data, problems = read(REFUSED)
    assert isinstance(data, Map)
    assert problems == []
    entries: Any = data["refused"]
    return [pytest.param(entry["define"], entry["codes"], id=entry["name"]) for entry in entries]


@pytest.mark.parametrize(("define", "codes"), refused())
def test_what_the_rules_rule_out_does_not_load(define: Map, codes: list[str]):
    with pytest.raises(RulesetError) as raised:
        load_data(define, REFUSED)
    assert [problem.code for problem in raised.value.problems] == codes


# What a single case cannot say: how the units of a call belong together.

TOWNS = """
ruleset: towns
title: towns
max: 8
rank_by: share
facts: {sets: {type: count, label: sets}, has_site: {type: yes_no, label: has a site}}
indicators:
  - {id: ranked, name: ranked, max: 4, rule: {kind: rank, by: sets}}
  - id: group
    name: group
    max: 4
    penalties: [{id: late, each: 1, of: has_site}]
    indicators:
      - {id: site, name: site, max: 2, applies_when: has_site, rule: {kind: per_unit, each: 1, of: sets}}
      - {id: rest, name: rest, max: 2, rule: {kind: per_unit, each: 1, of: sets}}
"""


def town(name: str, sets: int, **records: Any) -> Unit:
    return Unit(name, {"sets": sets, "has_site": False}, **records)


def codes(error: FactsError) -> list[tuple[str, object]]:
    return [(problem.code, problem.args["unit"]) for problem in error.problems]


@pytest.fixture(scope="module")
def towns() -> Ruleset:
    return load_text(TOWNS)


def test_units_scored_together_are_ranked_with_one_another(towns):
    cards = towns.score_all([town("A", 1), town("B", 9), town("C", 9), town("D", 0)])
    assert [card["ranked"].points for card in cards] == [2, 4, 4, 1]  # places 3, 1, 1, 4: 4 x (4 - place + 1) / 4


def test_a_unit_among_its_own_peers_counts_once(towns):
    a, b = town("A", 1), town("B", 9)
    assert towns.score(a, peers=[a, b])["ranked"].points == 2  # second of two
    assert towns.score(a, peers=[town("A", 1), b])["ranked"].points == 2
    assert towns.score(a.facts, peers=[a.facts, b.facts])["ranked"].points == 2


def test_stated_and_computed_places_do_not_mix(towns):
    placed = town("A", 1, places={"ranked": {"place": 1, "of": 2}})
    with pytest.raises(FactsError) as raised:
        towns.score_all([placed, town("B", 9), town("C", 9)])
    assert codes(raised.value) == [("places-mixed", "B"), ("places-mixed", "C")]


def test_two_units_of_one_name_are_refused(towns):
    with pytest.raises(FactsError) as raised:
        towns.score_all([town("A", 1), town("B", 9), town("A", 2)])
    assert codes(raised.value) == [("unit-twice", "A")]


def test_what_is_wrong_with_any_unit_is_reported_with_what_is_wrong_with_the_others(towns):
    with pytest.raises(FactsError) as raised:
        towns.score_all([Unit("A", {"sets": -1}), Unit("B", {"sets": 1})])
    assert codes(raised.value) == [("out-of-range", "A"), ("missing-fact", "A"), ("missing-fact", "B")]


def test_a_place_can_be_worked_out_again_from_what_the_result_carries(towns):
    absent = town("C", 9, not_applicable={"ranked": {"by": "A", "why": "new"}})
    card = towns.score(town("A", 1), peers=[town("B", 0), absent])
    peers = [Unit(peer.pop("unit"), **peer) for peer in map(dict, card.inputs["peers"])]
    assert card["ranked"].points == 4  # first of two
    assert towns.score(town("A", 1), peers=peers).total == card.total


def test_the_ledger_of_a_card_stands_in_the_order_of_the_document_with_groups_behind_their_parts(towns):
    card = towns.score({"sets": 1, "has_site": True}, peers=[town("B", 0)])
    assert [(line.indicator, line.code) for line in card.ledger] == [
        ("ranked", "place"),
        ("site", "earned"),
        ("rest", "earned"),
        ("group", "penalty"),
    ]
    assert sum(line.loss for line in card.ledger) == card.max_applicable - card.points


def test_units_are_ranked_by_share_where_the_ruleset_says_so_and_by_points_elsewhere(towns):
    units = [town("A", 1), Unit("B", {"sets": 0, "has_site": True}), Unit("C", {"sets": 2, "has_site": True})]
    cards = towns.score_all(units)
    assert [(card.points, card.max_applicable) for card in cards] == [
        (Decimal("3.67"), 6),  # 2.67 + 1
        (Decimal("1.33"), 8),  # 1.33 + 0
        (7, 8),  # 4 + 2 + 2 - 1
    ]
    assert [card.share for card in cards] == [Fraction(367, 600), Fraction(133, 800), Fraction(7, 8)]
    more = towns.score_all([town("A", 9), Unit("B", {"sets": 9, "has_site": True})])
    assert [card.points for card in more] == [6, 7]
    assert [(place, card.unit) for place, card in placed(more)] == [(1, "A"), (2, "B")]  # 6/6 before 7/8
    by_points = load_text(TOWNS.replace("rank_by: share\n", "")).score_all([card_unit(card) for card in more])
    assert [(place, card.unit) for place, card in placed(by_points)] == [(1, "B"), (2, "A")]


def card_unit(card: Scorecard) -> Unit:
    return Unit(card.unit, card.inputs["facts"])
