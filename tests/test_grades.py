"""Grades of the total: what no case of conformance/ can say of many units, of cards and pages, and of two rulesets."""

from __future__ import annotations

import json
import pickle
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import jsonschema
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from egov_scoring import Diff, RulesetError, Unit, diff, load
from egov_scoring.canonical import canonical
from egov_scoring.cases import CasesError, read_cases, run_file
from egov_scoring.cases import Difference as CaseDifference
from egov_scoring.comparison.difference import Difference
from egov_scoring.load import load_text
from egov_scoring.program_text import as_data, from_data
from egov_scoring.report import html, page, schema, table, text, wording
from egov_scoring.ruleset import Ruleset
from egov_scoring.scorecard import Scorecard
from tests.test_docs import ran

MIXED = """\
  - {grade: 优秀, from: 9, quota: 30%, unless: incident}
  - {grade: 良好, from: 8}
  - {grade: 合格, from: 6}
  - {grade: 不合格}
"""
RULESET = """\
ruleset: graded
title: 评定等次
max: 10
facts:
  sites: {{type: count, label: 网站}}
  incident: {{type: yes_no, label: 发生重大安全事件}}
{checks}{grades}indicators:
  - {{id: online, name: 网站, max: 10, rule: {{kind: per_unit, each: 1, of: sites}}}}
"""
CHECKED = "checks: [{id: quiet, require: not incident or sites >= 0}]\n"


def written(grades: str = MIXED, checks: str = CHECKED) -> str:
    """A ruleset with these grades; its check gives the fact a use that no grade need have."""
    return RULESET.format(grades=f"grades:\n{grades}" if grades else "", checks=checks)


def unit(name: str, sites: int, *, incident: bool = False) -> Unit:
    return Unit(name, {"sites": sites, "incident": incident})


@pytest.fixture(scope="module")
def graded() -> Ruleset:
    return load_text(written(checks=""))


@pytest.fixture(scope="module")
def cards(graded: Ruleset) -> list[Scorecard]:
    points = {"甲市": 10, "乙市": 9, "丙市": 8, "丁市": 3}
    return graded.score_all([unit(name, sites) for name, sites in points.items()])


# Many units.


def listed(thresholds: list[int], quotas: list[str], ties: str) -> str:
    """Grades A, B, ... from these points on, for so many, and one for the rest."""
    lines = [
        f"  - {{grade: {chr(65 + at)}, from: {points}, quota: {quota}, ties: {ties}}}\n"
        for at, (points, quota) in enumerate(zip(thresholds, quotas, strict=True))
    ]
    return "".join([*lines, "  - {grade: Z}\n"])


QUOTAS = st.sampled_from(["1", "2", "5", "10%", "30%", "50%", "100%"])


@given(
    data=st.data(),
    points=st.lists(st.integers(0, 10), min_size=2, max_size=12),
    ties=st.sampled_from(["worse", "better"]),
)
def test_more_points_are_no_worse_grade_and_only_ties_go_beyond_a_quota(
    data: st.DataObject, points: list[int], ties: str
) -> None:
    thresholds = sorted(data.draw(st.sets(st.integers(1, 10), min_size=1, max_size=3)), reverse=True)
    quotas = [data.draw(QUOTAS) for _ in thresholds]
    ruleset = load_text(written(listed(thresholds, quotas, ties)))
    units = [unit(f"u{at}", sites) for at, sites in enumerate(points)]
    given_out = {card.unit: (sites, card.grade) for card, sites in zip(ruleset.score_all(units), points, strict=True)}
    turned = {card.unit: card.grade for card in ruleset.score_all(data.draw(st.permutations(units)))}
    assert turned == {name: grade for name, (_, grade) in given_out.items()}
    best_first = sorted(given_out.values(), key=lambda pair: -pair[0])
    names = [grade for _, grade in best_first]
    assert names == sorted(names, key=str)  # A before B before Z
    for name, threshold, quota in zip("ABC", thresholds, quotas, strict=False):
        holders = [sites for sites, grade in best_first if grade == name]
        places = int(quota) if "%" not in quota else int(quota[:-1]) * len(points) // 100
        assert all(sites >= threshold for sites in holders)
        beyond = holders[places:] if ties == "better" else []
        assert len(holders) - len(beyond) <= places
        assert set(beyond) <= set(holders[places - 1 : places]) if places else not holders
        better = sum(grade < name for _, grade in best_first if grade is not None)
        left_out = [sites for sites, grade in best_first[better + len(holders) :] if sites >= threshold]
        if left_out:  # a place is left empty only where those who tie for it are too many
            assert len(holders) >= places or (
                ties == "worse" and Counter(left_out)[left_out[0]] > places - len(holders)
            )


def test_one_among_its_peers_gets_what_all_together_get(graded: Ruleset) -> None:
    units = [unit(f"u{at}", sites, incident=at == 0) for at, sites in enumerate([10, 9, 9, 8, 5, 5, 5])]
    assert [card.grade for card in graded.score_all(units)] == [
        "良好",
        "优秀",
        "优秀",
        "良好",
        "不合格",
        "不合格",
        "不合格",
    ]
    assert [graded.score(each, peers=units).grade for each in units] == [card.grade for card in graded.score_all(units)]


def test_peers_that_settle_points_settle_the_grade() -> None:
    ruleset = load_text(
        "{ruleset: ranked, title: T, max: 4, facts: {sites: {type: count, label: s}},"
        " grades: [{grade: A, from: 4, quota: 1}, {grade: B}],"
        " indicators: [{id: x, name: x, max: 4, rule: {kind: rank, by: sites}}]}"
    )
    units = [Unit(name, {"sites": sites}) for name, sites in {"a": 3, "b": 9}.items()]
    assert [card.grade for card in ruleset.score_all(units)] == ["B", "A"]
    assert [ruleset.score(each, peers=units).grade for each in units] == ["B", "A"]


@pytest.mark.parametrize(
    ("facts", "peers", "reason", "waits_for"),
    [
        ({"sites": 10, "incident": False}, None, "peers", ()),
        ({"sites": 10, "incident": False}, [{"incident": False}], "others", ()),
        ({"sites": 10, "incident": False}, [{"sites": 9}], "others", ()),
        ({"sites": 10}, None, "facts", ("incident",)),
        ({"incident": False}, None, "incomplete", ()),
    ],
)
def test_why_a_grade_is_open(
    facts: dict[str, object],
    peers: list[dict[str, object]] | None,
    reason: str,
    waits_for: tuple[str, ...],
    graded: Ruleset,
) -> None:
    found = graded.score(facts, peers=peers, incomplete=True).graded
    assert found is not None
    assert (found.name, found.reason, found.waits_for) == (None, reason, waits_for)


def test_a_ruleset_without_grades_says_nothing_about_them() -> None:
    card = load_text(written("")).score({"sites": 10, "incident": False})
    assert card.graded is None
    assert "grade" not in card.to_dict()
    assert "Grade" not in text.scorecard(card, "en")


# Cards, tables and pages.


def test_a_card_says_its_grade(cards: list[Scorecard]) -> None:
    assert "合计  9.00 / 10\n等次  良好\n" in text.scorecard(cards[1], "zh")
    assert "<th>Grade</th><th>良好</th>" in html.scorecard(cards[1], "en")
    ranked = table.show(table.ranking(cards, "zh")).splitlines()
    assert [line.split()[:5] for line in ranked if "市" in line] == [
        ["1", "甲市", "10.00", "10", "优秀"],
        ["2", "乙市", "9.00", "10", "良好"],
        ["3", "丙市", "8.00", "10", "良好"],
        ["4", "丁市", "3.00", "10", "不合格"],
    ]


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"sites": 10, "incident": False}, {"zh": "未定：没有可比的单位", "en": "open: no units to compare with"}),
        ({"sites": 10}, {"zh": "未定：未填发生重大安全事件", "en": "open: not given: 发生重大安全事件"}),
        ({"sites": 6}, {"zh": "合格", "en": "合格"}),
    ],
)
def test_a_card_says_why_it_has_none(facts: dict[str, object], said: Mapping[str, str], graded: Ruleset) -> None:
    card = graded.score(facts)
    assert {lang: text.grade(card, lang) for lang in said} == said


def test_json_follows_the_schema(cards: list[Scorecard], graded: Ruleset) -> None:
    published = json.loads(schema.text("scorecard"))
    lonely = graded.score({"sites": 10}, incomplete=True)
    for card in (*cards, lonely):
        jsonschema.validate(json.loads(card.to_json()), published)
    assert cards[0].to_dict()["grade"] == "优秀"
    assert "ungraded" not in cards[0].to_dict()
    data = lonely.to_dict()
    assert (data["grade"], data["ungraded"]) == (None, {"reason": "facts", "facts": ["incident"]})


def test_a_name_is_no_markup() -> None:
    card = load_text(written("  - {grade: <b>A|B</b>}\n")).score({"sites": 1, "incident": False})
    assert "&lt;b&gt;A|B&lt;/b&gt;" in html.scorecard(card)


def test_the_rules_are_told_in_words(graded: Ruleset) -> None:
    assert wording.grades(graded.program, "en") == [
        "优秀: from 9 points on; at most 30% of the units, rounded down; where equal units go beyond that, none of them;"
        " not when 发生重大安全事件",
        "良好: from 8 points on",
        "合格: from 6 points on",
        "不合格: all others",
    ]
    zh = wording.grades(
        load_text(written("  - {grade: 一等, from: 80%, quota: 1, ties: better, unless: incident}\n")).program, "zh"
    )
    assert zh == ["一等：得分率 80% 及以上；至多 1 个单位；末位得分相同而超出名额的，都计入；发生重大安全事件的除外"]
    assert "\n## 等次\n\n- 优秀：9 分及以上；" in page.page(graded.program, lang="zh")


def test_show_and_score_on_the_command_line(tmp_path: Path) -> None:
    (tmp_path / "graded.yaml").write_text(written(checks=""), "utf-8")
    (tmp_path / "units.yaml").write_text("{unit: 甲市, facts: {sites: 8}}", "utf-8")
    shown, _ = ran(["show", "graded.yaml", "--lang", "zh"], tmp_path)
    assert "等次\n  优秀：9 分及以上；" in shown
    assert "优秀" not in ran(["show", "graded.yaml", "--ids", "--lang", "zh"], tmp_path)[0]
    assert "\nGrade  良好\n" in ran(["score", "graded.yaml", "units.yaml", "--lang", "en"], tmp_path)[0]


# Rulesets.


def test_grades_change_the_ruleset_and_no_points() -> None:
    one, other, none = (load_text(written(grades)).program for grades in (MIXED, MIXED.replace("9", "8.5"), ""))
    assert one.fingerprint != other.fingerprint != none.fingerprint
    assert one.scoring_fingerprint == other.scoring_fingerprint == none.scoring_fingerprint


def test_grades_are_kept_and_pickled(graded: Ruleset) -> None:
    program, _ = from_data(json.loads(json.dumps(as_data(graded.program, ()))))
    assert program == graded.program
    assert pickle.loads(pickle.dumps(graded)).score({"sites": 8}).grade == "良好"


def test_grades_are_inherited_and_not_composed(tmp_path: Path) -> None:
    files = {
        "graded": written(checks=""),
        "heir": "ruleset: heir\nextends: graded\n",
        "bare": "ruleset: bare\nextends: graded\ngrades: {absent: true}\n",
        "other": "ruleset: other\nextends: graded\ngrades: [{grade: A, from: 5}, {grade: B}]\n",
        "whole": "ruleset: whole\ntitle: T\nmax: 10\ncomponents: [{id: part, name: P, ruleset: graded}]\n",
    }
    for name, content in files.items():
        (tmp_path / f"{name}.yaml").write_text(content, "utf-8")
    loaded = {name: load(tmp_path / f"{name}.yaml", cache=False) for name in files}
    assert [grade.name for grade in loaded["heir"].program.grades] == ["优秀", "良好", "合格", "不合格"]
    assert [grade.name for grade in loaded["other"].program.grades] == ["A", "B"]
    for name in ("bare", "whole"):
        assert loaded[name].program.grades == ()
        assert "incident" not in loaded[name].facts  # only a grade asked for it


def test_what_only_a_grade_asks_keeps_nobody_from_points(graded: Ruleset) -> None:
    assert graded.points({"sites": 10}) == 10
    frame = graded.score_frame(pd.DataFrame({"sites": [10, 3], "incident": [True, None]}))
    assert list(frame["status"]) == ["scored", "scored"]
    assert list(frame.columns) == ["points", "max_applicable", "status"]
    assert "incident" not in graded.to_sql()


def test_a_file_in_order_stays_so() -> None:
    untidy = written("  - {unless: incident, ties: better, quota: 30%, from: 9, grade: 优秀}\n  - {grade: 其他}\n")
    formed = canonical(untidy)
    assert "  - {grade: 优秀, from: 9, quota: 30%, ties: better, unless: incident}\n" in formed
    assert formed.index("grades:") < formed.index("facts:") < formed.index("indicators:")


@pytest.mark.parametrize(
    ("grades", "codes"),
    [
        ("  - {grade: A, from: nine}\n  - {grade: B, from: 9.5}\n  - {grade: C}\n", ["not-a-threshold"]),
        ("  - {grade: A, quota: 0}\n  - {grade: B}\n", ["not-a-quota"]),
        ("  - {name: A, points: 9}\n  - {grade: B}\n", ["unknown-key", "unknown-key"]),
        ("  - {grade: A, from: 9, unless: incidents}\n  - {grade: B}\n", ["formula-unknown-fact"]),
        ("  - {from: 9}\n  - {grade: B}\n", ["missing-key"]),
        ("  - {grade: ''}\n", ["empty-value"]),
        ("  []\n", ["empty-value"]),
        (
            "  - {grade: A, from: 90}\n  - {grade: A, from: 95}\n",
            ["grade-out-of-reach", "grade-out-of-reach", "grade-twice"],
        ),
    ],
)
def test_what_is_broken_is_told_and_nothing_that_follows_from_it(grades: str, codes: list[str]) -> None:
    with pytest.raises(RulesetError) as raised:
        load_text(written(grades))
    assert sorted(problem.code for problem in raised.value.problems) == codes


@pytest.mark.parametrize(
    ("head", "codes"),
    [
        ("max: 10\ncap: 8\nreachable: 8\n", ["grade-out-of-reach"]),
        ("max: 10\nplaces: 0\n", ["finer-than-places"]),
        ("max: ten\n", ["not-a-decimal"]),
    ],
)
def test_a_threshold_is_one_that_points_can_reach(head: str, codes: list[str]) -> None:
    with pytest.raises(RulesetError) as raised:
        load_text(written("  - {grade: A, from: 9.5}\n  - {grade: B}\n").replace("max: 10\n", head, 1))
    assert [problem.code for problem in raised.value.problems] == codes


@pytest.mark.parametrize(
    ("grades", "case", "code"),
    [
        (MIXED, "grade: 优", "unknown-grade"),
        (MIXED, "grade: ''", "unknown-grade"),
        (MIXED, "grade: [优秀]", "wrong-form"),
        ("", "grade: 优秀", "case-without-grades"),
        ("", "grade: null", "case-without-grades"),
    ],
)
def test_a_case_expects_a_grade_that_there_is(grades: str, case: str, code: str, tmp_path: Path) -> None:
    file = tmp_path / "cases.yaml"
    defined = "".join(f"  {line}\n" for line in written(grades).splitlines())
    file.write_text(f"define:\n{defined}cases:\n  - {{name: a, facts: {{sites: 8}}, {case}}}\n", "utf-8")
    with pytest.raises(CasesError) as raised:
        read_cases(file)
    assert [problem.code for problem in raised.value.problems] == [code]


def test_a_case_says_why_there_is_no_grade(tmp_path: Path) -> None:
    file = tmp_path / "cases.yaml"
    defined = "".join(f"  {line}\n" for line in written().splitlines())
    case = "{name: alone, facts: {sites: 9, incident: no}, grade: 优秀}"
    file.write_text(f"define:\n{defined}cases:\n  - {case}\n", "utf-8")
    (result,) = run_file(file)
    assert result.differences == (CaseDifference("grade", "优秀", "no grade (peers)"),)


def test_thresholds_and_exclusions_are_edges(tmp_path: Path) -> None:
    defined = "".join(f"  {line}\n" for line in written(checks="").splitlines())
    cases = [
        "{name: a, facts: {sites: 9, incident: yes}, grade: 良好}",  # hangs on the incident, not on the points
        "{name: b, facts: {sites: 7}, grade: 合格}",
        "{name: c, facts: {sites: 5}, expect: {total: 5}}",  # looks at the points, not at the grade
    ]
    (tmp_path / "cases.yaml").write_text(f"define:\n{defined}cases: [{', '.join(cases)}]\n", "utf-8")
    printed, code = ran(["test", "cases.yaml", "--coverage", "--lang", "en"], tmp_path)
    assert code == 1
    assert printed.splitlines()[1:] == [
        "graded: online: no case that reaches the limit 10",
        "graded: total (Grades): no case where [评定等次] ≥ 9",
        "graded: total (Grades): no case where [发生重大安全事件] does not hold",
        "graded: total (Grades): no case where [评定等次] < 6",
        "graded: 7 of 11 edges reached",
    ]


# Two rulesets.

OPPOSITE = {"stricter": "more_generous", "more_generous": "stricter"}


def compared(folder: Path, old: str, new: str) -> Diff:
    files = [folder / f"{name}.yaml" for name in ("old", "new")]
    for file, grades in zip(files, (old, new), strict=True):
        file.write_text(written(grades), "utf-8")
    return diff(*files)


def told(each: Difference) -> tuple[str, str, str]:
    assert each.meaning is not None
    return each.id, each.meaning.kind, each.meaning.certainty


ONE = "  - {grade: A, from: 9}\n  - {grade: B}\n"
SHARED = "  - {grade: A, from: 9, quota: 3}\n  - {grade: B}\n"


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        (ONE, ONE.replace("9", "9.5"), [("grade-threshold-changed", "stricter", "proved")]),
        (ONE, ONE.replace("from: 9", "from: 90%"), [("grade-threshold-changed", "undecided", "open")]),
        (SHARED, SHARED.replace("9", "8"), [("grade-threshold-changed", "more_generous", "proved")]),
        (SHARED, SHARED.replace("from: 9, ", ""), [("grade-threshold-removed", "more_generous", "proved")]),
        (SHARED.replace("9", "90%"), SHARED.replace("9", "95%"), [("grade-threshold-changed", "undecided", "open")]),
        (SHARED, SHARED.replace("3", "2"), [("grade-quota-changed", "stricter", "proved")]),
        (SHARED, SHARED.replace("3", "30%"), [("grade-quota-changed", "undecided", "open")]),
        (SHARED, ONE, [("grade-quota-removed", "more_generous", "proved")]),
        (SHARED, SHARED.replace("3", "3, ties: better"), [("grade-ties-added", "more_generous", "proved")]),
        (SHARED, SHARED.replace("3", "3, ties: worse"), [("grade-ties-added", "wording", "proved")]),
        (
            ONE,
            SHARED.replace("3", "3, ties: better"),
            [("grade-quota-added", "stricter", "proved"), ("grade-ties-added", "stricter", "proved")],
        ),
        (ONE, ONE.replace("9", "9, unless: incident"), [("grade-exclusion-added", "stricter", "proved")]),
        (SHARED, SHARED.replace("9", "9, unless: incident"), [("grade-exclusion-added", "undecided", "open")]),
        (ONE, ONE.replace("A", "C"), [("grade-name-changed", "wording", "proved")]),
        (
            ONE,
            ONE.replace("  - {grade: B}", "  - {grade: C, from: 8}\n  - {grade: B}"),
            [("grade-added", "undecided", "open")],
        ),
        ("", ONE, [("grade-added", "undecided", "open"), ("grade-added", "undecided", "open")]),
        (
            "  - {grade: A, quota: 1}\n  - {grade: B, quota: 1}\n  - {grade: C}\n",
            "  - {grade: B, quota: 1}\n  - {grade: A, quota: 1}\n  - {grade: C}\n",
            [("grade-order-changed", "undecided", "open")],
        ),
    ],
)
def test_what_a_difference_means(old: str, new: str, found: list[tuple[str, str, str]], tmp_path: Path) -> None:
    there, back = compared(tmp_path, old, new), compared(tmp_path, new, old)
    assert [told(each) for each in there] == found
    mirrored = [
        (each.kind.opposite, OPPOSITE.get(kind, kind), sure) for each, (_, kind, sure) in zip(there, found, strict=True)
    ]
    assert [told(each) for each in back] == mirrored


def test_a_threshold_that_moves_with_the_maximum_is_reweighted(tmp_path: Path) -> None:
    old, new = tmp_path / "old.yaml", tmp_path / "new.yaml"
    old.write_text(written(ONE), "utf-8")
    new.write_text(old.read_text("utf-8").replace("max: 10", "max: 20").replace("from: 9", "from: 18"), "utf-8")
    (threshold,) = [each for each in diff(old, new) if each.id == "grade-threshold-changed"]
    assert told(threshold)[1:] == ("reweighted", "proved")


def test_a_fact_follows_from_the_grade_that_asks_for_it(tmp_path: Path) -> None:
    old, new = tmp_path / "old.yaml", tmp_path / "new.yaml"
    old.write_text(written(ONE, "").replace("  incident: {type: yes_no, label: 发生重大安全事件}\n", ""), "utf-8")
    new.write_text(written(ONE.replace("9", "9, unless: incident"), ""), "utf-8")
    found = {each.id: each for each in diff(old, new)}
    assert found["fact-added"].follows == (found["grade-exclusion-added"].fingerprint,)
