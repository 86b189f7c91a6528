"""What is wrong with facts: all of it at once, each problem with its unit, its fact and the fact's label."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egov_scoring.errors import FactsError, Problem
from egov_scoring.facts import RECORDS, FactDeclaration, Misfit, Unit
from egov_scoring.load import load_text
from egov_scoring.units import read_units
from egov_scoring.yaml_reader import read_text

GOLDEN = Path(__file__).parent / "golden"

RULESET = load_text(
    """
    ruleset: facts
    title: 各类事实
    max: 40
    facts:
      platforms: {type: count, label: 平台数, unit: 个, range: [0, 50]}
      faults: {type: findings, label: 故障, unit: 次}
      filed: {type: yes_no, label: 已备案}
      hours: {type: number, label: 小时, range: [-5, 24], places: 1}
      online: {type: percent, label: 网办率}
      state: {type: choice, label: 状况, options: {full: 全部, part: 部分, none: 没有}}
      design: {type: points, label: 设计}
      grade: {type: points, label: 等级}
      sets: {type: count, label: 数据集}
    indicators:
      - id: building
        name: 建设
        max: 10
        indicators:
          - {id: platform, name: 平台, max: 5, rule: {kind: per_unit, each: 1, of: platforms}}
          - {id: filing, name: 备案, max: 5, rule: {kind: choice, of: filed, points: {yes: 5, no: 0}}}
      - {id: running, name: 运行, max: 5, rule: {kind: per_finding, each: 0.5, of: faults}}
      - {id: time, name: 时间, max: 5, rule: {kind: formula, formula: "least(5, greatest(0, hours))"}}
      - {id: share, name: 网办, max: 5, rule: {kind: bands, of: online, bands: [{from: 90, points: 5}, {below: 90, points: 0}]}}
      - {id: situation, name: 情况, max: 5, rule: {kind: choice, of: state, points: {full: 5, part: ask, none: 0}}}
      - {id: designing, name: 设计, max: 3, rule: {kind: assessed, of: design}}
      - {id: grading, name: 评级, max: 2, rule: {kind: assessed, of: grade, levels: {优: 2, 良: 1, 差: 0}}}
      - {id: ranked, name: 排名, max: 5, rule: {kind: rank, by: sets}}
    checks:
      - {id: sets_of_platforms, require: sets <= 10 * platforms, about: 每个平台最多 10 个数据集}
    """
)
SOUND: Mapping[str, Any] = {
    "platforms": 4,
    "faults": [{"date": "2019-05-06", "note": "断网"}],
    "filed": True,
    "hours": Decimal("2.5"),
    "online": 93.25,
    "state": "full",
    "design": {"points": 2.5, "by": "张某"},
    "grade": "优",
    "sets": 7,
}
PLACED = {"ranked": {"place": 1, "of": 2}}


def problems(changes: Mapping[str, Any] | None = None, **records: Any) -> tuple[Problem, ...]:
    """What is wrong with the sound unit after these changes."""
    unit = Unit("甲市", {**SOUND, **(changes or {})}, **{"places": PLACED, **records})
    try:
        RULESET.score(unit)
    except FactsError as error:
        return error.problems
    return ()


def the_problem(changes: Mapping[str, Any] | None = None, **records: Any) -> str:
    """The only problem, in English."""
    (problem,) = problems(changes, **records)
    assert problem.format("zh")
    return problem.format("en")


def test_nothing_is_wrong() -> None:
    assert problems() == ()


# Whole texts.


def test_everything_at_once(golden: Callable[[Path, str], None]) -> None:
    """Two units with a mistake in each fact and each record, and a third without a name."""
    first = Unit(
        "甲市",
        {
            "platforms": -1,
            "faults": ["断网", {"note": "断网"}, 3],
            "filed": "true",
            "hours": 0.1 + 0.2,
            "online": 100.5,
            "state": "ful",
            "design": 3.5,
            "grade": "优秀",
            "platform": 3,
        },
        overrides={"building": {"points": 5, "by": "张某", "why": "复核"}, "platforms": {}, "time": {"points": 2}},
    )
    second = Unit(
        "乙市",
        {
            "platforms": 2.5,
            "faults": [{"note": "断网", "when": "五月"}],
            "filed": 1,
            "hours": float("nan"),
            "online": "约九成",
            "state": None,
            "design": {"point": 2},
            "grade": 2,
            "sets": 21,
        },
        not_applicable={"time": {"by": "张某"}, "share": "本年度没有"},
        places={"ranked": {"place": 3, "of": 2}, "time": {"place": 1, "of": 2}},
    )
    with pytest.raises(FactsError) as raised:
        RULESET.score_all([first, second, {"platforms": True}])
    for lang in ("en", "zh"):
        golden(GOLDEN / f"facts_problems.{lang}.txt", raised.value.format(lang) + "\n")


def test_a_facts_file(golden: Callable[[Path, str], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Problems point into the file."""
    monkeypatch.chdir(tmp_path)
    Path("units.yaml").write_text(
        """\
units:
  - unit: 甲市
    facts:
      platforms: 51
      filed: true
      faults: 2
      hours: 25.0
      online: 93.255
      statte: full
      design: 2
      grade: 优
      sets: 7
    overrides:
      share: {points: 5.5, by: 张某, why: 复核}
  - unit: 乙市
    facts: {platforms: 0, filed: no, faults: 0, hours: 1, online: 50, state: part, design: 1, grade: 差, sets: 1}
""",
        "utf-8",
    )
    with pytest.raises(FactsError) as raised:
        RULESET.score_all(read_units(Path("units.yaml")))
    golden(GOLDEN / "facts_problems_in_a_file.txt", raised.value.format("en") + "\n")


# Facts.


def test_missing() -> None:
    assert the_problem({"platforms": None}) == (
        "missing-fact 甲市: platforms (平台数) is missing, platform (平台) needs it"
    )


def test_unknown_with_the_nearest() -> None:
    assert the_problem({"platfroms": 3}) == (
        "unknown-fact 甲市: the ruleset knows no fact platfroms\n    hint: did you mean platforms?"
    )
    assert the_problem({"weather": 3}) == "unknown-fact 甲市: the ruleset knows no fact weather"
    numbered: Any = {7: 3}
    assert the_problem(numbered) == "unknown-fact 甲市: the ruleset knows no fact 7"


CODES: list[tuple[str, object, str]] = [
    # counts
    ("platforms", -1, "out-of-range"),
    ("platforms", 51, "out-of-range"),
    ("platforms", 10**5000, "out-of-range"),
    ("platforms", 2.5, "not-whole"),
    ("platforms", Fraction(1, 3), "not-whole"),
    ("platforms", Decimal("1E-7"), "not-whole"),
    ("platforms", True, "wrong-type"),
    ("platforms", "four", "wrong-type"),
    ("platforms", "四", "wrong-type"),
    ("platforms", "4 ", "wrong-type"),
    ("platforms", "1e1", "wrong-type"),
    ("platforms", "9" * 5000, "wrong-type"),
    ("platforms", [1, 2], "wrong-type"),
    ("platforms", {"count": 3}, "wrong-type"),
    ("platforms", date(2019, 1, 1), "wrong-type"),
    ("platforms", object(), "wrong-type"),
    ("platforms", 1j, "wrong-type"),
    ("platforms", math.nan, "not-a-number"),
    ("platforms", math.inf, "not-a-number"),
    ("platforms", -math.inf, "not-a-number"),
    ("platforms", Decimal("NaN"), "not-a-number"),
    ("platforms", Decimal("sNaN"), "not-a-number"),
    ("platforms", Decimal("Infinity"), "not-a-number"),
    ("platforms", Decimal("1E+999999"), "wrong-type"),
    ("platforms", 1e300, "out-of-range"),
    # findings
    ("faults", -1, "out-of-range"),
    ("faults", ["断网"], "finding-not-a-record"),
    ("faults", [{"note": "断网"}, None], "finding-not-a-record"),
    ("faults", [{"notes": "断网"}], "finding-unknown-key"),
    ("faults", [{3: "断网"}], "finding-unknown-key"),
    ("faults", {"note": "断网"}, "wrong-type"),
    # yes_no
    ("filed", 1, "wrong-type"),
    ("filed", "true", "wrong-type"),
    ("filed", "Yes", "wrong-type"),
    ("filed", [], "wrong-type"),
    ("filed", math.nan, "wrong-type"),
    # numbers
    ("hours", 0.1 + 0.2, "too-many-places"),
    ("hours", 2.55, "too-many-places"),
    ("hours", Fraction(1, 3), "too-many-places"),
    ("hours", -5.1, "out-of-range"),
    ("hours", 24.1, "out-of-range"),
    ("hours", "", "wrong-type"),
    # percentages
    ("online", 100.01, "out-of-range"),
    ("online", -0.01, "out-of-range"),
    ("online", "93%", "wrong-type"),
    ("online", 93.255, "too-many-places"),
    # choices
    ("state", "ful", "unknown-option"),
    ("state", "全部", "unknown-option"),
    ("state", 1, "unknown-option"),
    ("state", True, "unknown-option"),
    ("state", {"points": "full"}, "unknown-option"),
    # points
    ("design", 3.01, "out-of-range"),
    ("design", -1, "out-of-range"),
    ("design", 1.005, "too-many-places"),
    ("design", {"points": 4}, "out-of-range"),
    ("design", {"points": None}, "wrong-type"),
    ("design", {}, "wrong-type"),
    ("design", {"points": 1, "who": "张某"}, "judgement-unknown-key"),
    ("grade", 2, "unknown-option"),
    ("grade", {"points": "优秀"}, "unknown-option"),
]


@pytest.mark.parametrize(("key", "value", "code"), CODES, ids=[f"{key}: {code}" for key, _, code in CODES])
def test_code(key: str, value: object, code: str) -> None:
    (problem,) = problems({key: value})
    assert problem.code == code
    assert (problem.args["unit"], problem.args["fact"]) == ("甲市", key)
    assert problem.args["label"] == RULESET.facts[key].label
    assert len(problem.format("en")) < 300
    assert problem.format("zh")


# What people write in a facts file, and what they are told to write.
SLIPS: list[tuple[str, object, str]] = [
    ("filed", "是", "write true, without quotes"),
    ("filed", "否", "write false, without quotes"),
    ("filed", "无", "write false, without quotes"),
    ("filed", "true", "write true, without quotes"),
    ("filed", "Ｙｅｓ", "write true, without quotes"),
    ("filed", 0, "write false, without quotes"),
    ("filed", "N/A", "leave it out where it is not known"),
    ("filed", "部分", ""),
    ("filed", [], ""),
    ("platforms", "2个", "write 2, without quotes"),
    ("platforms", " ２ 个 ", "write 2, without quotes"),
    ("platforms", "１２", "write 12, without quotes"),
    ("platforms", "1,200", "write 1200, without quotes"),
    ("platforms", "１，２００，０００", "write 1200000, without quotes"),
    ("platforms", "007", "write 7, without quotes"),
    ("platforms", "无", "leave it out where it is not known; where there is none, write 0"),
    ("platforms", "N/A", "leave it out where it is not known; where there is none, write 0"),
    ("platforms", "", "leave it out where it is not known; where there is none, write 0"),
    ("platforms", "2万", "write digits alone, such as 12 or 72.5"),
    ("platforms", "1,20", "write digits alone, such as 12 or 72.5"),
    ("platforms", "12-15", "write digits alone, such as 12 or 72.5"),
    ("platforms", "二十", "write digits alone, such as 12 or 72.5"),
    ("platforms", "1" * 5000, "write digits alone, such as 12 or 72.5"),
    ("platforms", True, ""),
    ("online", "72.5%", "write 72.5, without quotes"),
    ("online", "７２．５％", "write 72.5, without quotes"),
    ("hours", "−3.5小时", "write -3.5, without quotes"),
    ("design", {"points": "2.5分"}, "write 2.5, without quotes"),
    ("state", "部分", "did you mean part?"),
    ("state", "全", "it is one of full, part, none"),
]


@pytest.mark.parametrize(("key", "value", "hint"), SLIPS, ids=[f"{key}: {str(value)[:9]}" for key, value, _ in SLIPS])
def test_a_slip_gets_its_hint(key: str, value: object, hint: str) -> None:
    (problem,) = problems({key: value})
    assert problem.hint("en") == hint
    assert bool(problem.hint("zh")) == bool(hint)


@pytest.mark.parametrize(("key", "value"), [(key, value) for key, value, hint in SLIPS if hint.startswith("write ")])
def test_what_a_hint_says_is_understood(key: str, value: object) -> None:
    """Written so in a facts file it is a number or true or false; the number may be out of range."""
    (problem,) = problems({key: value})
    data, _ = read_text(f"fact: {problem.args.get('write', 12)}", "")
    assert isinstance(data, dict)
    assert {problem.code for problem in problems({key: data["fact"]})} <= {"out-of-range", "check-failed"}


def test_a_hint_for_points_that_a_person_sets() -> None:
    said = the_problem(overrides={"time": {"points": "4分", "by": "张某", "why": "复核"}})
    assert said.splitlines()[1:] == ["    hint: write 4, without quotes"]


FITTING: dict[str, list[object]] = {
    "platforms": [
        0,
        50,
        4.0,
        "4",
        "4.00",
        Decimal("4"),
        Fraction(4),
        np.int64(4),
        np.uint8(4),
        np.float64(4),
        np.array(4),
    ],
    "faults": [[], (), [{}], [{"date": "2019", "note": "x", "evidence": ["a", "b"]}], 3],
    "filed": [True, False, "yes", "no", np.bool_(True)],
    "hours": [-5, 24, 12.5, 0.1, "12.5", Decimal("12.50"), np.float64(12.5), np.float32(12.5)],
    "online": [0, 100, 93.25, 0.29, 99.99, Decimal("99.99")],
    "state": ["full", "none", np.str_("full")],
    "design": [0, 3, 2.25, {"points": 2.25, "by": "张某", "date": "2019-12-01", "reason": "好"}],
    "grade": ["优", "差", {"points": "良", "by": "张某"}],
}
GOOD = [(key, value) for key, values in FITTING.items() for value in values]


@pytest.mark.parametrize(("key", "value"), GOOD, ids=[f"{key}: {value!r}" for key, value in GOOD])
def test_what_fits(key: str, value: object) -> None:
    assert [problem.code for problem in problems({"sets": 0, key: value})] == []


def test_floats_count_as_they_are_written() -> None:
    """Every float that prints with at most two places is that decimal."""
    share = RULESET.facts["online"]
    assert [share.encode(hundredths / 100) for hundredths in range(10_001)] == list(range(10_001))


def test_a_row_of_a_frame() -> None:
    frame = pd.DataFrame({"platforms": [4, 5], "filed": [True, False], "hours": [2.5, math.nan]})
    row = frame.to_dict("records")[1]
    (problem,) = problems({str(key): value for key, value in row.items()})
    assert problem.format("en") == (
        "not-a-number 甲市: hours (小时) is nan, which is no number\n    hint: leave the fact out where it is not known"
    )


def test_options_written_as_numbers() -> None:
    level = FactDeclaration("level", "choice", "级别", options=("1", "2"), labels=("一级", "二级"))
    assert [level.encode(value) for value in (1, "2", np.int64(2))] == [1, 2, 2]
    with pytest.raises(Misfit):
        level.encode(True)


def test_texts_of_facts() -> None:
    assert the_problem({"platforms": -1}) == ("out-of-range 甲市: platforms (平台数) must be from 0 to 50, not -1")
    assert the_problem({"platforms": True}) == ("wrong-type 甲市: platforms (平台数) must be a number, not true")
    assert the_problem({"hours": 0.1 + 0.2}) == (
        "too-many-places 甲市: hours (小时) takes at most 1 decimal place(s), 0.30000000000000004 has more\n"
        "    hint: round it first; in Python hand it over as a Decimal or as text"
    )
    assert the_problem({"state": "ful"}) == (
        "unknown-option 甲市: state (状况) cannot be 'ful'\n    hint: did you mean full?"
    )
    assert the_problem({"faults": ["a", {}, 3]}) == (
        "finding-not-a-record 甲市: faults (故障): in the list no. 1, 3 must be a mapping\n"
        "    hint: state how many there are, or list {date: ..., note: ..., evidence: ...} for each"
    )


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.decimals() | st.fractions() | st.text() | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from([*RULESET.facts, "weather"]), ANYTHING))
def test_any_facts_are_scored_or_refused(facts: dict[str, Any]) -> None:
    try:
        RULESET.score(Unit("甲市", facts))
    except FactsError as error:
        assert error.problems
        assert error.format("en")
        assert error.format("zh")


# Records.


@pytest.mark.parametrize("section", RECORDS)
@settings(deadline=None)
@given(records=ANYTHING | st.dictionaries(st.sampled_from(["time", "ranked", "building", "total"]), ANYTHING))
def test_any_records_are_scored_or_refused(section: str, records: Any) -> None:
    found = problems(**{"places": {}, section: records})
    assert all(problem.format("en") and problem.format("zh") for problem in found)


REASONS = {"by": "张某", "why": "复核"}
DECIDED = {"decided_by": "李某", "decided_why": "记录属实"}


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ({"overrides": {"time": {"points": 2, **REASONS}}}, []),
        ({"overrides": {"time": {"points": 2, **REASONS, "source": "3 号", "date": "2019-05-06"}}}, []),
        ({"overrides": {"time": {"points": 2, **REASONS, "date": "2019"}}}, ["record-not-a-day"]),
        ({"overrides": {"time": {"points": 2}}}, ["record-without-reason"]),
        ({"overrides": {"time": {"points": 2, "by": "张某", "why": ""}}}, ["record-without-reason"]),
        ({"overrides": {"time": {}}}, ["record-without-reason", "wrong-type"]),
        ({"overrides": {"time": {"points": 5.5, **REASONS}}}, ["out-of-range"]),
        ({"overrides": {"time": {"points": -1, **REASONS}}}, ["out-of-range"]),
        ({"overrides": {"time": {"points": 1.005, **REASONS}}}, ["too-many-places"]),
        ({"overrides": {"time": {"points": "全部", **REASONS}}}, ["wrong-type"]),
        ({"overrides": {"time": {"point": 2, **REASONS}}}, ["record-unknown-key"]),
        ({"overrides": {"time": 2}}, ["record-form"]),
        ({"overrides": {"building": {"points": 2, **REASONS}}}, ["override-on-group"]),
        ({"overrides": {"total": {"points": 2, **REASONS}}}, ["unknown-indicator"]),
        ({"overrides": {"tine": {"points": 2, **REASONS}}}, ["unknown-indicator"]),
        ({"overrides": {"platforms": {"points": 2, **REASONS}}}, ["unknown-indicator"]),
        ({"overrides": [{"time": 2}]}, ["records-form"]),
        ({"not_applicable": {"time": REASONS}}, []),
        ({"not_applicable": {"building": REASONS}}, []),
        ({"not_applicable": {"time": {}}}, ["record-without-reason"]),
        ({"not_applicable": {"time": True}}, ["record-form"]),
        ({"not_applicable": {"time": {**REASONS, "points": 0}}}, ["record-unknown-key"]),
        ({"not_applicable": ["time"]}, ["records-form"]),
        ({"places": {"ranked": {"place": 57, "of": 57, "source": "省厅"}}}, []),
        ({"places": {"ranked": {"place": 1.5, "of": 57}}}, ["not-whole"]),
        ({"places": {"ranked": {"place": 0, "of": 57}}}, ["place-form"]),
        ({"places": {"ranked": {"place": 58, "of": 57}}}, ["place-form"]),
        ({"places": {"ranked": {"place": 1, "of": 1}}}, ["place-form"]),
        ({"places": {"ranked": {"place": -1, "of": 57}}}, ["out-of-range"]),
        ({"places": {"ranked": {"place": 3}}}, ["wrong-type"]),
        ({"places": {"ranked": {}}}, ["wrong-type", "wrong-type"]),
        ({"places": {"ranked": 3}}, ["record-form"]),
        ({"places": {"ranked": {"place": 3, "of": 57, **REASONS, "date": date(2019, 5, 6)}}}, []),
        ({"places": {"ranked": {"place": 3, "of": 57, "date": "2019-02-29"}}}, ["record-not-a-day"]),
        ({"places": {"ranked": {"place": 3, "of": 57, "points": 3}}}, ["record-unknown-key"]),
        ({"places": {"ranked": {"place": 1, "of": 2}, "time": {"place": 1, "of": 2}}}, ["place-not-ranked"]),
        ({"places": {"ranked": {"place": 1, "of": 2}, "building": {"place": 1, "of": 2}}}, ["place-not-ranked"]),
        ({"objections": {"time": REASONS}}, []),
        ({"objections": {"building": {**REASONS, "points": 3, "date": "2019-05-06", "source": "3 号"}}}, []),
        ({"objections": {"time": {**REASONS, "decision": "open"}}}, []),
        ({"objections": {"time": {**REASONS, "decision": "upheld", **DECIDED}}}, []),
        ({"objections": {"time": {**REASONS, "decision": "rejected", **DECIDED, "decided_on": "2019-05-08"}}}, []),
        (
            {"objections": {"time": {**REASONS, "decision": "rejected", **DECIDED, "decided_on": "8"}}},
            ["record-not-a-day"],
        ),
        ({"objections": {"time": {**REASONS, "decision": "upheld"}}}, ["decision-without-reason"]),
        ({"objections": {"time": {**REASONS, **DECIDED}}}, ["objection-open"]),
        ({"objections": {"time": {**REASONS, "decision": "maybe", **DECIDED}}}, ["unknown-option"]),
        ({"objections": {"time": {"points": 3}}}, ["record-without-reason"]),
        ({"objections": {"time": {**REASONS, "points": 5.01}}}, ["out-of-range"]),
        ({"objections": {"time": {**REASONS, "points": "全部"}}}, ["wrong-type"]),
        ({"objections": {"tine": REASONS}}, ["unknown-indicator"]),
        ({"objections": {"time": "太少"}}, ["record-form"]),
        ({"objections": [REASONS]}, ["records-form"]),
    ],
)
def test_records(records: dict[str, Any], expected: list[str]) -> None:
    found = problems(**records)
    assert sorted(problem.code for problem in found) == expected
    assert all(problem.args["unit"] == "甲市" for problem in found)


def test_texts_of_records() -> None:
    assert the_problem(overrides={"tine": {"points": 2, **REASONS}}) == (
        "unknown-indicator 甲市: overrides: there is no indicator tine\n    hint: did you mean time?"
    )
    assert the_problem(overrides={"time": {"points": 5.5, **REASONS}}) == (
        "out-of-range 甲市: overrides.time.points (时间) must be from 0 to 5, not 5.5"
    )
    assert the_problem(overrides={"time": {"points": 2}}) == (
        "record-without-reason 甲市: overrides: the record of time (时间) does not say by whom and why\n"
        "    hint: add `by` and `why`"
    )
    assert the_problem(places={"ranked": {"place": 58, "of": 57}}) == (
        "place-form 甲市: places: ranked (排名) cannot have place 58 of 57\n"
        "    hint: the place lies between 1 and `of`, and `of` is at least 2; a mean place may end in .5"
    )


# What only scoring shows.


def test_no_peers() -> None:
    assert the_problem(places={}) == (
        "missing-peers 甲市: ranked (排名) compares with peers, and there are none\n"
        "    hint: score the units together, hand over `peers`, or state the place under `places`"
    )


def test_a_decision_to_be_taken() -> None:
    assert the_problem({"state": "part"}) == (
        "missing-decision 甲市: situation (情况) needs a person's decision\n"
        "    hint: state it under `overrides`: situation: {points: ..., by: ..., why: ...}"
    )


def test_a_check_that_fails() -> None:
    assert the_problem({"sets": 41}) == (
        "check-failed 甲市: the facts fail the check sets_of_platforms: 每个平台最多 10 个数据集 (platforms: 4, sets: 41)"
    )


def test_a_check_on_facts_that_do_not_fit_is_not_made() -> None:
    assert [problem.code for problem in problems({"sets": 600, "platforms": -1})] == ["out-of-range"]


def test_places_stated_by_some() -> None:
    with pytest.raises(FactsError) as raised:
        RULESET.score_all([Unit("甲市", SOUND, places=PLACED), Unit("乙市", SOUND)])
    (problem,) = raised.value.problems
    assert problem.format("en") == (
        "places-mixed 乙市: ranked (排名) states no place while other units state theirs\n"
        "    hint: state the place of every unit, or of none"
    )


def test_a_name_twice() -> None:
    with pytest.raises(FactsError) as raised:
        RULESET.score_all([Unit("甲市", SOUND), Unit("甲市", SOUND)])
    assert [problem.format("en") for problem in raised.value.problems] == ["unit-twice 甲市 stands here twice"]


def test_peers_are_checked_too() -> None:
    with pytest.raises(FactsError) as raised:
        RULESET.score(Unit("甲市", SOUND), peers=[Unit("乙市", {**SOUND, "sets": -1}), Unit("丙市", {"platforms": 1})])
    assert [(problem.args["unit"], problem.code) for problem in raised.value.problems] == [
        ("乙市", "out-of-range"),
        ("丙市", "missing-fact"),
    ]


def test_what_does_not_fit_is_refused_even_where_facts_may_be_missing() -> None:
    with pytest.raises(FactsError):
        RULESET.score({"platforms": -1}, incomplete=True)
