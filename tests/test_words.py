"""Rules in words, where the words are not simply those of the parts."""

from __future__ import annotations

import pytest

from egov_scoring.load import load_text
from egov_scoring.report import wording

RULESET = """
ruleset: said
title: 说法
max: 10
facts:
  papers: {type: count, label: 简报}
  days: {type: number, label: 天数, range: [0, 365], places: 1}
checks: [{id: both, require: papers + days >= 0}]
indicators: [{id: x, name: X, max: 10, rule: RULE}]
"""

SAID = {
    "a band of one value": (
        "{kind: bands, of: papers, bands: [{to: 0, points: 0}, {from: 1, to: 1, points: 5}, {from: 2, points: 10}]}",
        "by bands of 简报; up to 0: 0 points; exactly 1: 5 points; from 2: 10 points",
        "按 简报 分档；0 及以下：0 分；恰为 1：5 分；2 及以上：10 分",
    ),
    "a band between two values": (
        "{kind: bands, of: papers, bands: [{to: 0, points: 0}, {from: 1, to: 2, points: 5}, {above: 2, points: 10}]}",
        "by bands of 简报; up to 0: 0 points; from 1, up to 2: 5 points; above 2: 10 points",
        "按 简报 分档；0 及以下：0 分；1 及以上，2 及以下：5 分；2 以上（不含）：10 分",
    ),
    "the first place alone": (
        "{kind: rank, by: papers, scheme: places, places: [{from: 1, to: 1, points: 10}, {from: 2, points: 5}]}",
        "ranked by 简报, the most first; points by place; exactly 1: 10 points; from 2: 5 points;"
        " equal values share the better place",
        "按 简报 从高到低排名；按名次给分；恰为 1：10 分；2 及以上：5 分；并列取靠前名次",
    ),
    "up to a whole number": (
        "{kind: formula, formula: 'least(10, ceil(days))'}",
        "points = the least of (([天数]) up to a whole number, 10)",
        "得分 = 取小（向上取整（「天数」）, 10）",
    ),
    "a part of a week counts as a week": (
        "{kind: per_finding, each: 0.5, of: ceil(days / 7)}",
        "starts at 10 points; 0.5 points off for each of ([天数] / 7) up to a whole number; until nothing is left",
        "起点 10 分；向上取整（「天数」 / 7）每 1 扣 0.5 分；扣完为止",
    ),
    "minus something down to a whole number": (
        "{kind: formula, formula: '10 - floor(days / 100)'}",
        "points = 10 - ((0.01 × [天数]) down to a whole number)",
        "得分 = 10 - (向下取整（0.01 × 「天数」）)",
    ),
}


@pytest.mark.parametrize("name", SAID)
def test_a_rule_in_words(name: str) -> None:
    rule, *said = SAID[name]
    program = load_text(RULESET.replace("RULE", rule)).program
    (item,) = program.total.children
    assert [wording.rule(item, program, lang) for lang in ("en", "zh")] == said


def test_a_number_without_decimal_places_is_a_whole_one() -> None:
    facts = load_text(
        RULESET.replace("places: 1", "places: 0").replace("RULE", "{kind: per_unit, each: 1, of: papers}")
    ).facts
    assert wording.taken(facts["days"], "en") == "a whole number from 0 to 365"
