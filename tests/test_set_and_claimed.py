"""What people set, and what they object to: both figures stay visible, and an objection alone changes nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from egov_scoring import Scorecard, Unit, load, read_units
from egov_scoring.errors import FactsError
from egov_scoring.facts import RECORDS
from egov_scoring.load import load_text
from egov_scoring.report import schema
from egov_scoring.template import template
from tests.made_up import fewer
from tests.made_up.rulesets import rulesets
from tests.made_up.units import SIGNED, cohorts

TOWN = load_text(
    """
    ruleset: town
    title: Town
    max: 10
    places: 2
    facts: {faults: {type: findings, label: faults}, parts: {type: count, label: parts}, whole: {type: count, label: whole}}
    indicators:
      - {id: kept, name: Kept, max: 6, rule: {kind: per_finding, each: 1, of: faults}}
      - {id: done, name: Done, max: 4, rule: {kind: ratio, part: parts, whole: whole, when_whole_is_zero: ask}}
    """
)
FACTS = {"faults": 2, "parts": 1, "whole": 3}
SET = {"points": 5.5, "by": "张某", "date": "2019-12-02", "why": "复核", "source": "3 号"}
OPEN = {"points": 4, "by": "甲市", "date": "2019-11-25", "why": "计数有误"}
DECIDED = {"decision": "rejected", "decided_by": "李某", "decided_on": "2019-12-02", "decided_why": "记录属实"}


def card_of(facts: dict[str, Any] | None = None, **records: Any) -> Scorecard:
    return TOWN.score(Unit("甲市", FACTS if facts is None else facts, **records), incomplete=True)


# Points that a person set.


def test_what_the_rule_gives_stays_visible() -> None:
    score = card_of(overrides={"kept": SET})["kept"]
    assert (score.points, score.by_rule) == (Decimal("5.50"), Decimal("4.00"))
    assert score.override is score.lines[-1]
    assert score.override.text("en") == "set by 张某 on 2019-12-02, where the rule gives 4 points: 复核 (3 号)"
    assert score.override.text("zh") == "张某（2019-12-02）改定，按规则为4分：复核（依据：3 号）"


def test_what_nobody_set_is_by_the_rule() -> None:
    score = card_of()["kept"]
    assert (score.override, score.by_rule) == (None, Decimal("4.00"))


@pytest.mark.parametrize("facts", [{"faults": 2}, {**FACTS, "parts": 0, "whole": 0}], ids=["missing", "asked"])
def test_where_the_rule_gives_nothing(facts: dict[str, Any]) -> None:
    score = card_of(facts, overrides={"done": {"points": 1, **SIGNED}})["done"]
    assert (score.points, score.by_rule) == (Decimal("1.00"), None)
    assert score.override is not None
    assert score.override.text("en") == "set by someone: made up"


def test_the_text_says_it_once() -> None:
    said = str(card_of(overrides={"kept": SET}))
    assert said.count("3 号") == 1


# Objections.


@pytest.mark.parametrize(
    ("record", "en", "zh"),
    [
        (
            OPEN,
            "Kept  4 claimed, now 4.00; 甲市 on 2019-11-25: 计数有误; open",
            "Kept  主张4分，现为4.00；甲市（2019-11-25）：计数有误；待处理",
        ),
        (
            {"by": "甲市", "why": "计数有误", **DECIDED},
            "Kept  now 4.00; 甲市: 计数有误; rejected by 李某 on 2019-12-02: 记录属实",
            "Kept  现为4.00；甲市：计数有误；不采纳，李某（2019-12-02）：记录属实",
        ),
    ],
    ids=["open", "rejected"],
)
def test_the_text_of_a_card_has_them(record: dict[str, Any], en: str, zh: str) -> None:
    from egov_scoring.report import html, text

    card = card_of(objections={"kept": record})
    assert text.scorecard(card, "en").splitlines()[-2:] == ["Objections", f"  {en}"]
    assert text.scorecard(card, "zh").splitlines()[-2:] == ["异议", f"  {zh}"]
    assert zh in html.scorecard(card, "zh")


def test_json_has_both_figures_and_what_is_claimed() -> None:
    card = card_of(overrides={"kept": SET}, objections={"kept": OPEN, "done": {**OPEN, **DECIDED}})
    data = json.loads(card.to_json())
    jsonschema.validate(data, json.loads(schema.text("scorecard")))
    kept, done = data["indicators"]
    assert (kept["points"], kept["by_rule"]) == ("5.50", "4.00")
    assert kept["objection"] == {**OPEN, "points": "4", "decision": "open"}
    assert (done["objection"]["decision"], "by_rule" in done) == ("rejected", False)
    assert data["inputs"]["objections"]["kept"] == OPEN


def test_on_a_group_as_well() -> None:
    city = load("2019/city")
    facts = dict.fromkeys(city.facts, 0)
    card = city.score(Unit("甲市", facts, objections={"video": {**SIGNED, "points": 10}}))
    assert card.objections["video"]["points"] == 10


@fewer(0.3)
@given(data=st.data())
def test_an_objection_alone_changes_no_score(data: st.DataObject) -> None:
    ruleset = data.draw(rulesets())
    units = data.draw(cohorts(ruleset, complete=False))
    named = st.sampled_from([item.id for item in ruleset.total][1:])
    claims = {name: {**SIGNED, "points": 0} for name in data.draw(st.sets(named, min_size=1))}
    objecting = [replace(unit, objections=claims) for unit in units]
    before, now = (ruleset.score_all(each, incomplete=True) for each in (units, objecting))
    assert [card.total for card in now] == [card.total for card in before]
    assert [card.inputs.get("peers") for card in now] == [card.inputs.get("peers") for card in before]


def test_the_total_alone_is_checked_too() -> None:
    whole = Unit("甲市", FACTS, objections={"kept": OPEN})
    assert TOWN.points(whole) == TOWN.points(FACTS)
    with pytest.raises(FactsError, match="unknown-indicator"):
        TOWN.points(replace(whole, objections={"keep": OPEN}))


# Files.


def test_problems_point_into_the_file(tmp_path: Path) -> None:
    file = tmp_path / "units.yaml"
    file.write_text(
        "unit: 甲市\nfacts: {faults: 2, parts: 1, whole: 3}\nobjections:\n"
        "  kept: {by: 甲市, why: 有误, points: 9, date: 2019-13-01}\n"
        "  done: {by: 甲市, why: 有误, decision: maybe}\n"
        "  keep: {by: 甲市, why: 有误}\n",
        "utf-8",
    )
    with pytest.raises(FactsError) as caught:
        TOWN.score_all(read_units(file))
    assert [
        (problem.code, str(problem.position).rpartition("units.yaml:")[2]) for problem in caught.value.problems
    ] == [
        ("out-of-range", "4:35"),
        ("record-not-a-day", "4:44"),
        ("unknown-option", "5:37"),
        ("unknown-indicator", "6:9"),
    ]


def test_a_facts_file_has_every_kind_of_record(tmp_path: Path) -> None:
    records: dict[str, Any] = {
        "overrides": {"kept": SET},
        "not_applicable": {"done": SIGNED},
        "places": {},
        "objections": {"kept": OPEN, "done": {**OPEN, **DECIDED}},
    }
    assert records.keys() == RECORDS.keys()
    file = tmp_path / "units.yaml"
    file.write_text(template(TOWN, Unit("甲市", FACTS, **records)), "utf-8")
    (read,) = read_units(file)
    assert read.records == {kind: found for kind, found in records.items() if found}
