"""Losses by those who answer for them: a term's own office, its indicator's, the one above; and what adds up to what."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from egov_scoring import Ruleset, Scorecard, load, locate
from egov_scoring.records import Record
from egov_scoring.rectification import (
    IndicatorLoss,
    Responsible,
    by_indicator,
    by_office,
    by_responsible,
    by_supporting_office,
    improvers,
    losses,
    lost,
    on_one_side,
    responsible,
)
from egov_scoring.samples import sample

RULESET = """
ruleset: offices
title: Offices
max: 30
facts:
  late: {type: count, label: late papers}
  gaps: {type: findings, label: gaps}
  leaks: {type: findings, label: leaks}
  asked: {type: count, label: requests answered}
indicators:
  - id: duties
    name: Duties
    max: 20
    responsible: {lead: [A], supporting: [B]}
    penalties: [{id: leaked, each: 2, of: leaks, responsible: [S]}]
    indicators:
      - id: papers
        name: Papers
        max: 10
        rule:
          kind: per_finding
          terms:
            - {id: late_papers, each: 1, of: late}
            - {each: 2, of: gaps, responsible: [C, D]}
      - {id: answers, name: Answers, max: 10, responsible: [E], rule: {kind: per_unit, each: 2, of: asked}}
  - {id: nobody, name: Nobody, max: 10, rule: {kind: per_unit, each: 5, of: asked}}
"""
GAP = {"date": "2019-05-06", "note": "no record", "evidence": "sheet 3"}
# Papers lose 3 for what is late and 4 for the gaps, answers lack 6 of 10, the leak takes 2; nobody's loses 0.
FACTS = {"late": 3, "gaps": [GAP, GAP], "leaks": 1, "asked": 2}

SHIPPED = locate.ids_in(locate.shipped())


class Earlier(Record):
    """An earlier total."""

    unit: str
    points: Decimal | None
    share: Fraction | None


@pytest.fixture(scope="module", params=["afresh", "kept"])
def ruleset(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Ruleset:
    """The ruleset above, once as it was loaded and once as it came back from the cache."""
    folder = tmp_path_factory.mktemp("offices")
    file = folder / "offices.yaml"
    file.write_text(RULESET, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EGOV_SCORING_CACHE", str(folder / "cache"))
        loaded = load(file)
        return loaded if request.param == "afresh" else load(file)


def test_a_terms_own_office_is_told(ruleset: Ruleset) -> None:
    found = losses(ruleset.score(FACTS, unit="甲市"))
    assert [(str(loss.line.loss), loss.line.id, loss.responsible.lead) for loss in found] == [
        ("6.00", "", ("E",)),
        ("4.00", "", ("C", "D")),
        ("3.00", "late_papers", ("A",)),
        ("2.00", "leaked", ("S",)),
    ]
    assert {loss.unit for loss in found} == {"甲市"}
    assert found[1].line.records == (GAP, GAP)


def test_who_answers_is_inherited_from_above(ruleset: Ruleset) -> None:
    program = ruleset.program
    assert responsible(program, "papers") == Responsible(("A",), ("B",))
    assert responsible(program, "papers", "late_papers") == Responsible(("A",), ("B",))
    assert responsible(program, "duties", "leaked") == Responsible(("S",))
    assert responsible(program, "nobody") == responsible(program, "total") == Responsible()


def test_losses_stand_under_every_office_that_leads(ruleset: Ruleset) -> None:
    found = losses(ruleset.score({**FACTS, "asked": 0}))
    offices = by_office(found)
    assert {office: lost(each) for office, each in offices.items()} == {
        "E": 10,
        "C": 4,
        "D": 4,
        "A": 3,
        "S": 2,
        "": 10,
    }
    assert list(offices) == ["E", "C", "D", "A", "S", ""]
    assert [(offices.lead, str(lost(each))) for offices, each in by_responsible(found).items()] == [
        (("E",), "10.00"),
        (("C", "D"), "4.00"),
        (("A",), "3.00"),
        (("S",), "2.00"),
        ((), "10.00"),
    ]
    assert {office: lost(each) for office, each in by_supporting_office(found).items()} == {"B": 3}


def test_indicators_over_all_units(ruleset: Ruleset) -> None:
    cards = ruleset.score_all([FACTS, {**FACTS, "leaks": 0, "asked": 5}])
    assert by_indicator(cards) == [
        IndicatorLoss("papers", "Papers", Decimal(14), 2, Decimal(10)),
        IndicatorLoss("answers", "Answers", Decimal(6), 1, Decimal(10)),
        IndicatorLoss("duties", "Duties", Decimal(2), 1, Decimal(20)),
    ]


def test_what_is_missing_or_without_loss(ruleset: Ruleset) -> None:
    full = ruleset.score({"late": 0, "gaps": 0, "leaks": 0, "asked": 9})
    assert (losses(full), by_office([]), by_indicator([full]), by_indicator([])) == ([], {}, [], [])
    half = ruleset.score({"late": 1}, incomplete=True)
    assert losses(half) == by_indicator([half]) == []


def test_improvers_by_share() -> None:
    before = [
        Earlier("甲市", Decimal(80), Fraction(8, 10)),
        Earlier("乙市", Decimal(50), Fraction(5, 10)),
        Earlier("丙市", None, None),
        Earlier("丁市", Decimal(70), Fraction(7, 10)),
        Earlier("旧市", Decimal(1), Fraction(1, 100)),
    ]
    now = [
        Earlier("丁市", Decimal(60), Fraction(6, 10)),
        Earlier("甲市", Decimal(45), Fraction(9, 10)),  # fewer points, of a smaller maximum
        Earlier("乙市", Decimal(75), Fraction(75, 100)),
        Earlier("丙市", Decimal(9), Fraction(9, 10)),
        Earlier("新市", Decimal(9), Fraction(9, 10)),
    ]
    found = improvers(now, before)
    assert [(each.unit, str(each.gained), each.share_gained) for each in found] == [
        ("乙市", "25", Fraction(1, 4)),
        ("甲市", "-35", Fraction(1, 10)),
        ("丁市", "-10", Fraction(-1, 10)),
    ]
    assert on_one_side(now, before) == (["新市"], ["旧市"])


def cards_of(name: str) -> list[Scorecard]:
    """Made-up units of a shipped ruleset: the worst, and some by chance."""
    ruleset = load(name)
    units = [sample(ruleset, "worst"), *(sample(ruleset, "random", seed) for seed in range(3))]
    return ruleset.score_all([replace(unit, name=str(at)) for at, unit in enumerate(units)], incomplete=True)


@pytest.mark.parametrize("name", SHIPPED)
def test_the_groups_hold_every_loss(name: str) -> None:
    for card in cards_of(name):
        found = losses(card)
        assert lost(found) == sum(line.loss for line in card.losses())
        together = [loss for group in by_office(found).values() for loss in group]
        assert {id(loss) for loss in together} == {id(loss) for loss in found}
        assert lost(loss for group in by_responsible(found).values() for loss in group) == lost(found)


@pytest.mark.parametrize("name", SHIPPED)
def test_the_indicators_hold_every_point(name: str) -> None:
    cards = [card for card in cards_of(name) if card.status == "complete"]
    taken = {each.id: each.lost for each in by_indicator(cards)}
    for item in load(name).program.items():
        if item.is_leaf:
            assert taken.get(item.id, 0) == sum(card[item.id].loss or 0 for card in cards)


def test_offices_of_the_documents() -> None:
    huaibei, sanming = load("huaibei_2019").program, load("sanming_2019/applications").program
    assert responsible(huaibei, "training") == Responsible(("办公室",), ("政策法规科", "信息中心"))
    assert responsible(huaibei, "annual_plan") == responsible(huaibei, "work_plans")
    assert responsible(sanming, "operations").lead == ("市委机要局", "市数字办", "各县（市、区）数字办")
    whole = load("2018/city_overall").program
    assert {responsible(whole, item.id).lead for item in whole.items() if item.is_leaf} - {()} == {
        ("省政府办公厅", "省数字办", "省经济信息中心")
    }
