"""Cases: those beside the shipped rulesets pass, and those that do not pass say why."""

from __future__ import annotations

from pathlib import Path

import pytest

from egov_scoring import case_files, cases
from egov_scoring.cases import Case, CasesError, Difference
from egov_scoring.errors import FactsError, RulesetError
from egov_scoring.locate import files_in, shipped
from tests.support import case_params

SHIPPED = case_files.files_in(shipped())


@pytest.mark.parametrize("case", case_params(SHIPPED))
def test_shipped(case: Case):
    assert cases.run(case).differences == ()


@pytest.mark.parametrize("ruleset", files_in(shipped()), ids=lambda path: "/".join(path.parts[-2:]))
def test_every_shipped_ruleset_has_cases(ruleset: Path):
    """That they reach every edge of its rules is seen to by tests/test_coverage.py."""
    assert case_files.beside(ruleset) != []


# What a file of cases may say.

DEFINE = """
define:
  ruleset: small
  title: small
  max: 10
  facts: {a: {type: count, label: a}, slips: {type: findings, label: slips}}
  checks: [{id: few, require: slips <= 5}]
  indicators:
    - {id: first, name: first, max: 8, rule: {kind: per_unit, each: 2, of: a}}
    - {id: second, name: second, max: 2, rule: {kind: per_finding, each: 0.5, of: slips}}
units:
  one: {facts: {a: 1, slips: 1}, overrides: {second: {points: 1, by: A, why: seen}}}
cases:
"""


@pytest.fixture
def write(tmp_path: Path):
    def written(text: str, before: str = DEFINE) -> Path:
        path = tmp_path / "cases.yaml"
        path.write_text(before + text, "utf-8")
        return path

    return written


def differences(path: Path) -> list[Difference]:
    return [difference for result in cases.run_file(path) for difference in result.differences]


def problems(path: Path) -> list[tuple[str, int]]:
    """The codes of what is wrong with the file, with their lines in the part behind the definition."""
    with pytest.raises(CasesError) as raised:
        cases.read_cases(path)
    above = DEFINE.count("\n")
    return [(found.code, found.position.line - above if found.position else 0) for found in raised.value.problems]


def test_what_holds_is_no_difference(write):
    path = write("""
  - name: all at once
    unit: one
    facts: {slips: 2}
    expect: {first: 2.00, second: 1, total: 3}
    losses: {first: 6, second: 1}
    max_applicable: {total: 10}
    ledger: {first: [earned], second: [{line: lost, loss: 1}, {line: override, nominal: 0, balance: 1}]}
""")
    (result,) = cases.run_file(path)
    assert result.ok
    assert (result.name, result.position.line) == ("all at once", DEFINE.count("\n") + 2)


def test_whatever_differs_is_told(write):
    path = write("""
  - name: all at once
    unit: one
    facts: {a: ~}
    expect: {first: 2, second: missing, total: vetoed}
    losses: {second: 0}
    max_applicable: {second: 1.5}
    range: {first: [0, 7], second: [0, 1]}
    ledger: {second: [lost, {line: override, loss: 0}, rounding], first: []}
""")
    assert differences(path) == [
        Difference("first", "2", "missing"),
        Difference("second", "missing", "scored"),
        Difference("total", "vetoed", "missing"),
        Difference("losses second", "0", "1"),
        Difference("max_applicable second", "1.5", "2"),
        Difference("range first", "[0, 7]", "[0, 8]"),
        Difference("range second", "[0, 1]", "None"),
        Difference(
            "ledger second", "[lost, {line: override, loss: 0}, rounding]", "[lost, {line: override, loss: 0.5}]"
        ),
    ]


def test_a_case_states_what_its_unit_does_not_key_by_key(write):
    path = write("""
  - {name: facts, unit: one, facts: {a: 3}, expect: {first: 6, second: 1}}
  - {name: overrides, unit: one, overrides: {first: {points: 1, by: A, why: seen}}, expect: {first: 1, second: 1}}
  - name: marks
    unit: one
    not_applicable: {first: {by: A, why: new}}
    expect: {first: not_applicable, second: 1}
""")
    assert differences(path) == []


def test_problems_are_compared_in_any_order(write):
    path = write("""
  - {name: as expected, facts: {a: -1, slips: many}, problems: [wrong-type, out-of-range]}
  - {name: too few, facts: {a: -1, slips: many}, problems: [wrong-type]}
  - {name: none at all, unit: one, problems: [check-failed]}
  - {name: none expected, unit: one, facts: {slips: 6}, expect: {first: 2}}
  - {name: none and none expected, unit: one, problems: [], expect: {first: 3}}
""")
    assert differences(path) == [
        Difference("problems", "[wrong-type]", "[out-of-range, wrong-type]"),
        Difference("problems", "[check-failed]", "[]"),
        Difference("problems", "[]", "[check-failed]"),
        Difference("first", "3", "2"),
    ]


def test_a_ledger_that_does_not_add_up_is_a_difference(write, monkeypatch):
    (case,) = cases.read_cases(write("\n  - {name: x, unit: one, expect: {first: 2}}\n"))
    monkeypatch.setattr("egov_scoring.cases._sum", lambda lines: 1)
    assert [difference.what for difference in cases.run(case).differences] == [
        "sum of the ledger of total",
        "sum of the ledger of first",
    ]


def test_everything_wrong_with_a_file_is_reported_at_once(write):
    path = write("""
  - {expect: {first: 1}}
  - {name: twice, expect: {first: 1}}
  - {name: twice, expect: {first: 1}}
  - {name: nothing expected, facts: {a: 1}}
  - {name: unknown unit, unit: on, expect: {first: 1}}
  - {name: unknown key, expects: {}, expect: {first: 1}}
  - {name: unknown indicator, expect: {frist: 1}}
  - {name: no points, expect: {first: some}}
  - {name: no amount, losses: {first: missing}}
  - {name: no range, range: {first: [0]}}
  - {name: no ledger, ledger: {first: [{loss: 1}]}}
  - {name: no such key, ledger: {first: [{line: lost, losses: 1}]}}
  - {name: no mapping, facts: [1], peers: {}, expect: {first: 1}}
  - no case
""")
    assert problems(path) == [
        ("missing-key", 2),
        ("case-twice", 4),
        ("case-expects-nothing", 5),
        ("unknown-unit", 6),
        ("unknown-key", 7),
        ("unknown-indicator", 8),
        *[("expectation-form", line) for line in range(9, 14)],
        ("wrong-form", 14),
        ("wrong-form", 14),
        ("wrong-form", 15),
    ]


def test_a_file_names_or_defines_its_ruleset(write):
    one = "cases:\n  - {name: one, problems: []}\n"
    assert problems(write("", before=one)) == [("missing-key", 1 - DEFINE.count("\n"))]
    assert [
        code for code, _ in problems(write("", before=DEFINE + "  - {name: one, problems: []}\nruleset: 2019/city"))
    ] == ["cases-two-rulesets"]
    assert [code for code, _ in problems(write("", before="- 1"))] == ["not-a-mapping"]
    for before in ("ruleset: 2019/town\ncases: []", "define: {ruleset: x}\ncases: []"):
        with pytest.raises(RulesetError):
            cases.read_cases(write("", before=before))


def test_a_file_without_cases_is_a_mistake(write):
    assert [code for code, _ in problems(write("", before=DEFINE + "  []\n"))] == ["empty-value"]


def test_cases_are_found_by_name_and_in_folders(tmp_path: Path):
    for name in ("town.yaml", "cases/town.yaml", "cases/town/more.yaml", "cases/village.yaml", "cases/notes.yaml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("ruleset: town" if name == "town.yaml" or "notes" in name else "cases: []")
    town, more, village = (tmp_path / "cases" / name for name in ("town.yaml", "town/more.yaml", "village.yaml"))
    assert case_files.beside(tmp_path / "town.yaml") == [town, more]
    assert case_files.beside(village) == [village]
    assert case_files.files_in(tmp_path) == [more, town, village]


def test_problems_with_facts_point_into_the_file(write):
    (case,) = cases.read_cases(write("\n  - {name: x, facts: {a: -1}, problems: []}\n"))
    with pytest.raises(FactsError) as raised:
        case.ruleset.score(case.unit)
    found = {problem.code: (problem.position, problem.excerpt) for problem in raised.value.problems}
    assert found.keys() == {"out-of-range", "missing-fact"}
    assert all(place and excerpt.startswith("  - {name: x") for place, excerpt in found.values())
