"""Coverage: which edges rules have, and which cases reach them; the shipped rulesets leave none out."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from textwrap import indent

import pytest
from hypothesis import given

from egov_scoring import case_files, cases, cli, coverage, messages
from egov_scoring.coverage import Coverage
from egov_scoring.expression import Greatest, Least, Node, const, peers_in
from egov_scoring.locate import files_in, shipped
from egov_scoring.readers.bounds import Bounds, Range
from egov_scoring.readers.edges import Edges
from tests.made_up.expressions import DECLARED, PLACES, RANGES, World, expressions, reference, worlds

FACTS = {
    "a": "{type: count, label: a}",
    "b": "{type: count, label: b}",
    "few": "{type: count, label: few, range: [0, 3]}",
    "some": "{type: count, label: some, range: [1, 50]}",
    "done": "{type: yes_no, label: done}",
    "also": "{type: yes_no, label: also}",
    "state": "{type: choice, label: state, options: {full: full, part: part, none: none}}",
    "quality": "{type: points, label: quality}",
    "grade": "{type: points, label: grade}",
}

YES_NO = {key for key, declaration in DECLARED.items() if declaration.is_condition}

Covered = Callable[..., Coverage]


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """A file of cases for a made-up ruleset with these indicators, its facts declared as above; a case is one line."""

    def written(indicators: str, *listed: str, on_total: str = "max: 10") -> Path:
        used = [f"{key}: {FACTS[key]}" for key in FACTS if re.search(rf"\b{key}\b", indicators + on_total)]
        ruleset = [
            "ruleset: made_up",
            "title: made up",
            on_total,
            "facts:",
            indent("\n".join(used), "  "),
            "indicators:",
        ]
        ruleset.append(indent(indicators.strip(), "  "))
        entries = [f"  - {{name: case {at}, {case}}}" for at, case in enumerate(listed)]
        path = tmp_path / "cases.yaml"
        path.write_text("\n".join(["define:", indent("\n".join(ruleset), "  "), "cases:", *entries]), "utf-8")
        return path

    return written


@pytest.fixture
def covered(write: Callable[..., Path]) -> Covered:
    """What such cases reach."""

    def run(*words: str, **more: str) -> Coverage:
        (found,) = coverage.of_results(cases.run_file(write(*words, **more)))
        return found

    return run


def told(found: Coverage, indicator: str = "x") -> list[str]:
    """All edges of an indicator in words, those that no case reaches with a minus before them."""
    return [
        ("- " if edge in found.missed else "+ ") + coverage.in_words(edge, found.program, "en").removeprefix("no case ")
        for edge in found.edges
        if edge.indicator == indicator
    ]


def one(rule: str, more: str = "") -> str:
    """A single indicator `x` of 10 points."""
    return f"- {{id: x, name: x, max: 10, {more}rule: {rule}}}"


SCORED = "+ where its rule gives points"

RULES = {
    "per_unit, the limit not reached": (
        one("{kind: per_unit, each: 2, of: a}"),
        ["facts: {a: 4}, expect: {x: 8}"],
        [SCORED, "+ that stays below the limit 10", "- that reaches the limit 10"],
    ),
    "per_unit, the limit reached exactly": (
        one("{kind: per_unit, each: 2, of: a}"),
        ["facts: {a: 5}, expect: {x: 10}"],
        [SCORED, "- that stays below the limit 10", "+ that reaches the limit 10"],
    ),
    "a term's cap and condition": (
        one("{kind: per_unit, terms: [{each: 2, of: few}, {each: 1, of: a, cap: 4, when: done}]}"),
        ["facts: {few: 3, a: 5, done: no}, expect: {x: 6}", "facts: {few: 0, a: 3, done: yes}, expect: {x: 3}"],
        # 6 + 4 is 10: the limit of the whole changes nothing, whatever the facts are
        [
            SCORED,
            "+ that stays below the limit 4",
            "- that reaches the limit 4",
            "+ where [done] does not hold",
            "+ where [done] holds",
        ],
    ),
    "a yes_no counted": (
        one("{kind: per_unit, terms: [{each: 4, of: done}, {each: 6, of: also}]}"),
        ["facts: {done: yes, also: no}, expect: {x: 4}", "facts: {done: yes, also: yes}, expect: {x: 10}"],
        [
            SCORED,
            "- where [done] does not hold",
            "+ where [done] holds",
            "+ where [also] does not hold",
            "+ where [also] holds",
        ],
    ),
    "per_finding, the pool": (
        one("{kind: per_finding, when: done, each: 1, of: a}"),
        ["facts: {a: 9, done: yes}, expect: {x: 1}", "facts: {a: 12, done: no}, expect: {x: 0}"],
        [
            SCORED,
            "+ where [done] does not hold",
            "+ where [done] holds",
            "+ that stays above the limit 0",
            "- that comes down to the limit 0",
        ],
    ),
    "choice by option": (
        one("{kind: choice, of: state, points: {full: 10, part: 5, none: 0}}"),
        ["facts: {state: full}, expect: {x: 10}", "facts: {state: part}, expect: {x: 5}"],
        [
            SCORED,
            "+ where [state] is not [full]",
            "+ where [state] is [full]",
            "- where [state] is not [part]",
            "+ where [state] is [part]",
        ],
    ),
    "choice by case, each condition only where the ones before fail": (
        one(
            "{kind: choice, cases: [{when: a == 3, points: 10}, {when: b >= 1, points: 5}, {otherwise: true, points: 0}]}"
        ),
        ["facts: {a: 3, b: 0}, expect: {x: 10}", "facts: {a: 2, b: 1}, expect: {x: 5}"],
        [SCORED, "+ where [a] ≠ 3", "+ where [a] = 3", "- where [b] < 1", "+ where [b] ≥ 1"],
    ),
    "an option that asks": (
        one("{kind: choice, of: state, points: {full: 10, part: ask, none: 0}}"),
        ["facts: {state: full}, expect: {x: 10}", "facts: {state: part}, expect: {x: missing}"],
        [
            SCORED,
            "+ where [state] is not [full]",
            "+ where [state] is [full]",
            "- where [state] is not [part]",
            "+ where [state] is [part]",
        ],
    ),
    "bands": (
        one(
            "{kind: bands, of: a, bands: [{to: 0, points: 0}, {above: 0, below: 6, points: 6}, {from: 6, points: 10}]}"
        ),
        ["facts: {a: 1}, expect: {x: 6}", "facts: {a: 6}, expect: {x: 10}"],
        [SCORED, "+ where [a] > 0", "- where [a] ≤ 0", "+ where [a] < 6", "+ where [a] ≥ 6"],
    ),
    "ratio": (
        one("{kind: ratio, part: a, whole: b, full_at: 50%, none_below: 20%, when_whole_is_zero: zero}"),
        [
            "facts: {a: 1, b: 4}, expect: {x: 5}",
            "facts: {a: 2, b: 4}, expect: {x: 10}",
            "facts: {a: 0, b: 0}, expect: {x: 0}",
        ],
        [
            SCORED,
            "+ where [b] ≠ 0",
            "+ where [b] = 0",
            "- where [a] / [b] < 0.2",
            "+ where [a] / [b] ≥ 0.2",
            "+ that stays below the limit 10",
            "+ that reaches the limit 10",
        ],
    ),
    "a ratio of nothing leaves the maximum": (
        one("{kind: ratio, part: a, whole: b, when_whole_is_zero: exclude}"),
        ["facts: {a: 1, b: 0}, expect: {x: not_applicable}"],
        [
            "- where its rule gives points",
            "- where [b] ≠ 0",
            "+ where [b] = 0",
            "- that stays below the limit 10",
            "- that reaches the limit 10",
        ],
    ),
    "a ratio whose whole is never 0": (
        one("{kind: ratio, part: a, whole: some, when_whole_is_zero: zero}"),
        ["facts: {a: 25, some: 50}, expect: {x: 5}"],
        [SCORED, "+ that stays below the limit 10", "- that reaches the limit 10"],
    ),
    "rank, linear": (
        one("{kind: rank, by: a, none_when: a == 0}"),
        ["facts: {a: 3}, peers: [{facts: {a: 2}}], expect: {x: 10}", "facts: {a: 0}, expect: {x: 0}"],
        [
            SCORED,
            "+ where [a] ≠ 0",
            "+ where [a] = 0",
            "- that stays below the limit 10",
            "+ that reaches the limit 10",
        ],
    ),
    "rank by bands of places, computed and stated": (
        one(
            "{kind: rank, by: a, scheme: places, places:"
            " [{to: 1, points: 10}, {from: 2, to: 3, points: 5}, {from: 4, points: 0}]}"
        ),
        ["facts: {a: 1}, peers: [{facts: {a: 2}}], expect: {x: 5}", "places: {x: {place: 4, of: 9}}, expect: {x: 0}"],
        [
            SCORED,
            "+ where the place of [a] among the units > 1",
            "- where the place of [a] among the units ≤ 1",
            "+ where the place of [a] among the units > 3",
            "+ where the place of [a] among the units ≤ 3",
        ],
    ),
    "rank by share of the best": (
        one("{kind: rank, by: a, among: done, scheme: share_of_best}"),
        ["facts: {a: 1, done: yes}, peers: [{facts: {a: 2, done: yes}}], expect: {x: 5}"],
        [
            SCORED,
            "- where [done] does not hold",
            "+ where [done] holds",
            "+ that stays below the limit 10",
            "- that reaches the limit 10",
            "+ where the largest [a] of all units ≠ 0",
            "- where the largest [a] of all units = 0",
        ],
    ),
    "assessed": (one("{kind: assessed, of: quality}"), ["facts: {quality: 7}, expect: {x: 7}"], [SCORED]),
    "assessed by level": (
        one("{kind: assessed, of: grade, levels: {good: 10, fair: 4}}"),
        ["facts: {grade: fair}, expect: {x: 4}"],
        [SCORED, "+ where [grade] is not [good]", "- where [grade] is [good]"],
    ),
    "formula": (
        one("{kind: formula, formula: 'least(a, b, 10) if a <= 2 * b else ratio(b, few, 0)'}", "cap: 10, "),
        ["facts: {a: 3, b: 4, few: 1}, expect: {x: 3}", "facts: {a: 9, b: 2, few: 0}, expect: {x: 0}"],
        [
            SCORED,
            "+ that stays below the limit 10",
            "- that reaches the limit 10",
            "+ where [a] > 2 × [b]",
            "+ where [a] ≤ 2 × [b]",
            "+ where a is the least",
            "- where b is the least",
            "- that reaches the limit 10",
            "- where [few] ≠ 0",
            "+ where [few] = 0",
        ],
    ),
}


@pytest.mark.parametrize("name", RULES)
def test_the_edges_of_a_rule(name: str, covered: Covered) -> None:
    indicator, listed, expected = RULES[name]
    assert told(covered(indicator, *listed)) == expected


PLAIN = "{kind: per_unit, each: 1, of: few}"  # 0 to 3 of 10 points: nothing to decide

MODIFIERS = {
    "applies_when": (
        "applies_when: done",
        ["facts: {done: no}, expect: {x: not_applicable}"],
        ["- where its rule gives points", "+ where [done] does not hold", "- where [done] holds"],
    ),
    "what applies elsewhere": (
        "applies_when: done, otherwise: full",
        ["facts: {done: no}, expect: {x: not_applicable}", "facts: {few: 1, done: yes}, expect: {x: 1}"],
        [SCORED, "+ where [done] does not hold", "+ where [done] holds"],
    ),
    "conditions joined: an operand counts where the outcome hangs on it": (
        "applies_when: done and also",
        [
            "facts: {few: 1, done: yes, also: yes}, expect: {x: 1}",
            "facts: {done: no, also: no}, expect: {x: not_applicable}",
            "facts: {done: yes, also: no}, expect: {x: not_applicable}",
        ],
        [
            SCORED,
            "- where [done] does not hold",
            "+ where [done] holds",
            "+ where [also] does not hold",
            "+ where [also] holds",
        ],
    ),
    "one fact is enough where it settles the outcome": (
        "applies_when: done and also",
        ["facts: {done: no}, expect: {x: not_applicable}"],
        [
            "- where its rule gives points",
            "+ where [done] does not hold",
            "- where [done] holds",
            "- where [also] does not hold",
            "- where [also] holds",
        ],
    ),
    "adjust": (
        "adjust: [{multiply: 0.5, when: done}, {add: 1, when: also}]",
        ["facts: {few: 1, done: yes, also: no}, expect: {x: 0.5}"],
        [
            SCORED,
            "+ where [also] does not hold",
            "- where [also] holds",
            "- where [done] does not hold",
            "+ where [done] holds",
        ],
    ),
    "penalties": (
        "penalties: [{each: 1, of: a, when: done}]",
        ["facts: {few: 3, a: 1, done: yes}, expect: {x: 2}"],
        [
            SCORED,
            "+ that stays above the limit 0",
            "- that comes down to the limit 0",
            "- where [done] does not hold",
            "+ where [done] holds",
        ],
    ),
    "cap": (
        "reachable: 2, cap: 2",
        ["facts: {few: 1}, expect: {x: 1}"],
        [SCORED, "+ that stays below the limit 2", "- that reaches the limit 2"],
    ),
    "floor": (
        "floor: 1",
        ["facts: {few: 2}, expect: {x: 2}"],
        [SCORED, "+ that stays above the limit 1", "- that comes down to the limit 1"],
    ),
    "veto_when: where it fires nothing else is decided": (
        "veto_when: done, penalties: [{each: 1, of: a}]",
        ["facts: {few: 3, a: 1, done: yes}, expect: {x: vetoed}"],
        [
            SCORED,
            "- where [done] does not hold",
            "+ where [done] holds",
            "- that stays above the limit 0",
            "- that comes down to the limit 0",
        ],
    ),
    "ask_when: what asks is reached, and nothing else": (
        "ask_when: done, penalties: [{each: 1, of: a}]",
        ["facts: {few: 3, a: 1, done: yes}, expect: {x: missing}"],
        [
            "- where its rule gives points",
            "- that stays above the limit 0",
            "- that comes down to the limit 0",
            "- where [done] does not hold",
            "+ where [done] holds",
        ],
    ),
}


@pytest.mark.parametrize("name", MODIFIERS)
def test_the_edges_of_what_stands_beside_a_rule(name: str, covered: Covered) -> None:
    more, listed, expected = MODIFIERS[name]
    assert told(covered(one(PLAIN, f"{more}, "), *listed)) == expected


# Groups.

GROUP = """
- id: x
  name: x
  max: 10
  applies_when: done
  convert: applicable
  penalties: [{id: first, name: first, clause: "1", each: 1, of: b}, {each: 1, of: some}]
  indicators:
    - {id: part, name: part, max: 4, applies_when: also, rule: {kind: per_unit, each: 1, of: a}}
    - {id: rest, name: rest, max: 6, rule: {kind: per_unit, each: 2, of: few}}
"""
SOME = "b: 0, some: 1, a: 3, few: 3"


def test_what_belongs_to_a_group_and_what_to_its_parts(covered: Covered) -> None:
    found = covered(
        GROUP,
        f"facts: {{{SOME}, done: yes, also: yes}}, expect: {{x: 8}}",
        f"facts: {{{SOME}, done: no, also: no}}, expect: {{x: not_applicable}}",
    )
    assert told(found) == [
        "+ where [done] does not hold",
        "+ where [done] holds",
        "+ that stays above the limit 0",
        "- that comes down to the limit 0",
        "+ that stays above the limit 0",
        "- that comes down to the limit 0",
    ]
    assert told(found, "part") == [
        SCORED,
        "- where [also] does not hold",  # the group did not apply, so nothing hung on it
        "+ where [also] holds",
        "+ that stays below the limit 4",
        "- that reaches the limit 4",
    ]
    assert told(found, "rest") == [SCORED]
    assert told(found, "total") == []


def test_a_part_is_the_only_one_of_its_group(covered: Covered) -> None:
    rule = "rule: {kind: per_unit, each: 1, of: few}"
    part = f"{{id: part, name: part, max: 10, applies_when: also, {rule}}}"
    found = covered(
        f"- {{id: x, name: x, max: 10, applies_when: done, indicators: [{part}]}}",
        "facts: {few: 1, done: yes, also: no}, expect: {x: not_applicable}",
    )
    assert told(found) == [
        "- where [done] does not hold",
        "- where [done] holds",
    ]  # it was not the group that settled it
    assert told(found, "part") == [
        "- where its rule gives points",
        "+ where [also] does not hold",
        "- where [also] holds",
    ]


def test_the_total_has_edges_too(covered: Covered) -> None:
    found = covered(
        one(PLAIN),
        "facts: {few: 3, a: 0, done: no}, expect: {total: 3}",
        on_total="max: 10\nveto_when: done\npenalties: [{each: 1, of: a}]",
    )
    assert told(found, "total") == [
        "+ where [done] does not hold",
        "- where [done] holds",
        "+ that stays above the limit 0",
        "- that comes down to the limit 0",
    ]


# Which cases count.

UNSEEN = [
    "- where its rule gives points",
    "- that stays below the limit 4",
    "- that reaches the limit 4",
]
SEEN = [SCORED, "+ that stays below the limit 4", "- that reaches the limit 4"]
LOOKS = {
    "at the indicator": ("", "expect: {part: 1}", SEEN),
    "at its losses": ("", "losses: {part: 3}", SEEN),
    "at its ledger": ("", "ledger: {part: [earned]}", SEEN),
    "at its applicable maximum": ("", "max_applicable: {part: 4}", SEEN),
    "at the group above": ("", "expect: {group: 3}", SEEN),
    "at the total": ("", "expect: {total: 3}", SEEN),
    "at another part of the group": ("", "expect: {rest: 2}", UNSEEN),
    "at a total that is missing": ("few: ~", "expect: {total: missing}", UNSEEN),
    "at a group that is missing, and at the part": ("few: ~", "expect: {group: missing, part: 1}", SEEN),
    "at a group that is vetoed": ("done: yes", "expect: {group: vetoed}", UNSEEN),
    "at the indicator, which is missing": ("a: ~", "expect: {part: missing}", UNSEEN),
    "at what is refused": ("few: 4", "expect: {part: 1}, problems: [out-of-range]", UNSEEN),
    "at a final result": ("", "expect: {part: 1}, problems: []", SEEN),
}


@pytest.mark.parametrize("looks", LOOKS)
def test_a_case_reaches_what_it_looks_at(looks: str, covered: Covered) -> None:
    stated, expected, edges = LOOKS[looks]
    facts = {"a": "1", "few": "2", "done": "no"} | dict(pair.split(": ") for pair in [stated] if pair)
    said = ", ".join(f"{key}: {value}" for key, value in facts.items() if value != "~")
    part = "{id: part, name: part, max: 4, rule: {kind: per_unit, each: 1, of: a}}"
    rest = "{id: rest, name: rest, max: 6, rule: {kind: per_unit, each: 1, of: few}}"
    group = f"- {{id: group, name: group, max: 10, veto_when: done, indicators: [{part}, {rest}]}}"
    assert told(covered(group, f"facts: {{{said}}}, {expected}"), "part") == edges


BY_A_PERSON = {
    "points": ("overrides: {x: {points: 1, by: A, why: seen}}, expect: {x: 1}", ["+ where [done] holds"]),
    "not applicable": (
        "not_applicable: {x: {by: A, why: none}}, expect: {x: not_applicable}",
        ["- where [done] holds"],
    ),
}


@pytest.mark.parametrize("recorded", BY_A_PERSON)
def test_what_a_person_settles_is_no_edge_and_reaches_none(recorded: str, covered: Covered) -> None:
    case, applies = BY_A_PERSON[recorded]
    rule = one("{kind: rank, by: a, none_when: a == 0}", "applies_when: done, ")
    assert told(covered(rule, f"facts: {{a: 1, done: yes}}, {case}")) == [
        "- where its rule gives points",
        "- where [done] does not hold",
        *applies,
        "- where [a] ≠ 0",
        "- where [a] = 0",
        "- that stays below the limit 10",
        "- that reaches the limit 10",
    ]


def test_without_peers_a_place_is_not_settled(covered: Covered) -> None:
    found = covered(one("{kind: rank, by: a, none_when: a == 0}"), "facts: {a: 1}, expect: {x: missing}")
    assert all(edge.startswith("-") for edge in told(found))


def test_what_peers_have_is_known(covered: Covered) -> None:
    rule = one("{kind: formula, formula: '10 if a > peers.mean(a) else 5 if a == peers.max(a) else 0'}")
    alone, third = "facts: {a: 2}, peers: [], expect: {x: 5}", "{facts: {a: 1}}, {facts: {a: 0}}"
    above = "the sum of [a] over all units / the number of units ranked"
    assert told(covered(rule, alone, f"facts: {{a: 2}}, peers: [{third}], expect: {{x: 10}}")) == [
        SCORED,
        f"+ where [a] > {above}",
        f"+ where [a] ≤ {above}",
        "- where [a] ≠ the largest [a] of all units",
        "+ where [a] = the largest [a] of all units",
    ]


def test_what_the_bounds_prove_is_no_edge(covered: Covered) -> None:
    rule = one(
        "{kind: choice, cases: [{when: few <= 3, points: 1}, {when: a > 1, points: 2}, {otherwise: true, points: 0}]}"
    )
    assert told(covered(rule, "facts: {few: 0, a: 0}, expect: {x: 1}")) == [SCORED]


# The command line.


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    def call(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["egov-scoring", "test", *words])
        code = 0
        try:
            cli.main()
        except SystemExit as stop:
            code = int(stop.code or 0)
        finally:
            messages.use(None)
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return call


ONE = "facts: {b: 0, some: 1, a: 3, few: 3, done: yes, also: yes}, expect: {x: 8}"  # 9 - 1
REST = [
    "facts: {b: 0, some: 1, a: 4, few: 3, done: yes, also: no}, expect: {x: 9}",  # 6 of 6 is 10 of 10; - 1
    "facts: {b: 10, some: 1, a: 4, few: 3, done: yes, also: yes}, expect: {x: 0}",
    "facts: {done: no}, expect: {x: not_applicable}",
]


def test_all_edges_reached_ends_with_0(write: Callable[..., Path], run: Callable[..., tuple[int, str, str]]) -> None:
    path = write(GROUP, ONE, *REST)
    assert run(str(path), "--lang", "en") == (0, f"{path}: 4 cases passed\n", "")
    assert run(str(path), "--coverage", "--lang", "en") == (
        0,
        f"{path}: 4 cases passed\nmade_up: 12 edges, all reached\n",
        "",
    )


def test_edges_left_out_are_told_and_end_with_1(
    write: Callable[..., Path], run: Callable[..., tuple[int, str, str]]
) -> None:
    path = write(GROUP, ONE)
    assert run(str(path), "--lang", "en")[0] == 0
    assert run(str(path), "--coverage", "--lang", "en") == (
        1,
        f"{path}: 1 case passed\n",
        "made_up: x: no case where [done] does not hold\n"
        "made_up: x (some): no case that comes down to the limit 0\n"
        "made_up: x (1, first): no case that comes down to the limit 0\n"
        "made_up: part: no case where [also] does not hold\n"
        "made_up: part: no case that reaches the limit 4\n"
        "made_up: 7 of 12 edges reached\n",
    )
    assert run(str(path), "--coverage", "--lang", "zh")[2].splitlines()[3:] == [
        "made_up: part：没有用例：「also」为否",
        "made_up: part：没有达到上限 4 的用例",
        "made_up: 12 处边界中触及 7 处",
    ]


TERMS = one(
    "{kind: per_unit, terms: [{each: 1, of: a, cap: 1}, {id: late, each: 1, of: b, cap: 2}, {each: 1, of: a + b, cap: 3}]}"
)


def test_an_edge_of_one_of_several_terms_names_the_term(
    write: Callable[..., Path], run: Callable[..., tuple[int, str, str]]
) -> None:
    path = write(TERMS, "facts: {a: 0, b: 0}, expect: {x: 0}")
    assert run(str(path), "--coverage", "--lang", "en")[2].splitlines() == [
        "made_up: x (a): no case that reaches the limit 1",
        "made_up: x (late): no case that reaches the limit 2",
        "made_up: x ([a] + [b]): no case that reaches the limit 3",
        "made_up: 4 of 7 edges reached",
    ]


def test_an_edge_of_the_only_term_names_the_indicator_alone(
    write: Callable[..., Path], run: Callable[..., tuple[int, str, str]]
) -> None:
    path = write(one("{kind: per_unit, each: 1, of: a, cap: 3}"), "facts: {a: 0}, expect: {x: 0}")
    assert run(str(path), "--coverage", "--lang", "en")[2].splitlines() == [
        "made_up: x: no case that reaches the limit 3",
        "made_up: 2 of 3 edges reached",
    ]


def test_cases_that_differ_end_with_1_all_the_same(
    write: Callable[..., Path], run: Callable[..., tuple[int, str, str]]
) -> None:
    code, out, err = run(str(write(one(PLAIN), "facts: {few: 1}, expect: {x: 2}")), "--coverage", "--lang", "en")
    assert (code, out) == (1, "made_up: 1 edge, all reached\n")
    assert "should be 2" in err


# The reader.


def known(world: World) -> Bounds:
    """The bounds where every fact is known."""
    values = {key: Fraction(units, 10 ** PLACES[key]) for key, units in world.facts.items()}
    return Bounds({key: Range(value, value, 10 ** PLACES[key]) for key, value in values.items()})


@given(expressions(), worlds())
def test_where_all_is_known_every_decision_has_the_side_that_is_taken(root: Node, world: World) -> None:
    if not peers_in([root]):
        for decision, (side,) in Edges(known(world), YES_NO).of([root]).items():
            picked = decision.items[side] if isinstance(decision, (Least, Greatest)) else const(side)
            assert reference(picked, world) == reference(decision, world)


@given(expressions(), worlds())
def test_where_nothing_is_known_every_side_that_may_be_taken_is_open(root: Node, world: World) -> None:
    if not peers_in([root]):
        anyone = Edges(Bounds(RANGES), YES_NO).of([root])
        for decision, sides in Edges(known(world), YES_NO).of([root]).items():
            assert decision in anyone
            if not isinstance(decision, (Least, Greatest)):  # a limit that can only just be met is not open
                assert sides <= anyone[decision]


# What the library ships.


@pytest.mark.parametrize("ruleset", files_in(shipped()), ids=lambda path: "/".join(path.parts[-2:]))
def test_the_cases_of_a_shipped_ruleset_reach_every_edge(ruleset: Path) -> None:
    results = [result for file in case_files.beside(ruleset) for result in cases.run_file(file)]
    (found,) = coverage.of_results(results)
    assert [line for line in coverage.told(found) if found.missed] == []


def test_a_ruleset_without_cases_reaches_nothing(tmp_path: Path, run: Callable[..., tuple[int, str, str]]) -> None:
    ruleset = """
ruleset: NAME
title: NAME
max: 1
facts: {done: {type: yes_no, label: done}}
indicators: [{id: x, name: x, max: 1, rule: {kind: per_unit, each: 1, of: done}}]
"""
    cases = """
ruleset: tried
cases:
  - {name: done, facts: {done: yes}, expect: {x: 1}}
  - {name: not done, facts: {done: no}, expect: {x: 0}}
"""
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases" / "tried.yaml").write_text(cases)
    for name in ("tried", "untried"):
        (tmp_path / f"{name}.yaml").write_text(ruleset.replace("NAME", name))
    code, out, err = run(str(tmp_path), "--coverage", "--lang", "en")
    assert code == 1
    assert "tried: 3 edges, all reached" in out
    assert "untried: 0 of 3 edges reached" in err
