"""Which file is which: files that are no rulesets, ids that lead nowhere, paths that are not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from egov_scoring import case_files, cases
from egov_scoring.errors import RulesetError
from egov_scoring.load import load
from egov_scoring.locate import id_of
from egov_scoring.misplaced import misplaced
from egov_scoring.other_files import kind_of
from egov_scoring.yaml_reader import Map, read_text
from tests.test_docs import ran

TOWN = """\
ruleset: {id}
title: Town
max: 10
facts:
  services: {{type: count, label: Services, range: [0, 100]}}
indicators:
  - {{id: online, name: Online, max: 10, rule: {{kind: per_unit, each: 0.5, of: services}}}}
"""
CASES = "{{ruleset: {id}, cases: [{{name: two, facts: {{services: 2}}, expect: {{total: 1}}}}]}}"
DOCUMENTS = "notice: {title: A notice}\n"


def placed(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


# Files that are no rulesets.


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("{ruleset: town, cases: []}", "cases-file"),
        ("{define: {}, cases: []}", "cases-file"),
        ("units: []", "facts-file"),
        ("{unit: 甲市, facts: {}}", "facts-file"),
        ("facts: {}", "facts-file"),
        ("{facts: {}, overrides: {}, places: {}}", "facts-file"),
        ("{ruleset: town, title: T, columns: []}", "duties-file"),
        ("accepted: []", "accept-list"),
        ("pairs: {}", "pairs-file"),
        (DOCUMENTS, "documents-file"),
        ("{a: {title: A}, b: {title: B, issuer: C, date: 2019-01-01}}", "documents-file"),
    ],
)
def test_what_is_no_ruleset_is_called_by_its_name(text: str, kind: str) -> None:
    data, _ = read_text(text, "")
    assert isinstance(data, Map)
    assert kind_of(data) == kind


@pytest.mark.parametrize(
    "text",
    [
        TOWN.format(id="town"),
        TOWN.format(id="town") + "cases: []\n",
        "{ruleset: town, title: T, facts: {}}",
        "{facts: {}, title: T}",
        "{ruleset: town, extends: 2019/city, units: []}",
        "{ruleset: all, components: []}",
        "{}",
        "{a: 1}",
        "{a: {titel: A}}",
    ],
)
def test_what_may_be_meant_for_a_ruleset_is_read_as_one(text: str) -> None:
    data, _ = read_text(text, "")
    assert isinstance(data, Map)
    assert kind_of(data) is None


@pytest.mark.parametrize("command", [["check"], ["fmt"], ["fmt", "--check"], ["show"], ["flatten"]])
def test_every_command_says_so_and_what_takes_the_file(command: list[str], tmp_path: Path) -> None:
    text = "units: [{unit: 甲市, facts: {services: 1}}]\n"
    file = placed(tmp_path / "units.yaml", text)
    printed, code = ran([*command, "units.yaml", "--lang", "en"], tmp_path)
    assert code in (1, 2)
    assert "units.yaml:1:1: not-a-ruleset this is a file of facts, not a ruleset\n" in printed
    assert "hint: what takes it: egov-scoring score RULESET FILE" in printed
    assert printed.count("units.yaml:") == 1
    assert file.read_text("utf-8") == text


def test_a_ruleset_does_not_extend_what_is_none(tmp_path: Path) -> None:
    placed(tmp_path / "units.yaml", "units: []\n")
    file = placed(tmp_path / "town.yaml", "{ruleset: town, title: T, extends: units}\n")
    with pytest.raises(RulesetError) as raised:
        load(file, cache=False)
    assert [problem.code for problem in raised.value.problems] == ["not-a-ruleset"]


# Paths that are not there.


@pytest.mark.parametrize("command", ["check", "fmt", "test"])
def test_what_is_not_there_is_said_not_to_be(command: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    printed, code = ran([command, "nosuch", "no.yaml", "2019/citi", "empty", "--lang", "en"], tmp_path)
    assert code == 2
    assert printed.splitlines()[-4:] == [
        "Error: there is no nosuch: neither a file or folder, nor a ruleset of that id",
        "there is no no.yaml: neither a file or folder, nor a ruleset of that id",
        "there is no 2019/citi: neither a file or folder, nor a ruleset of that id; did you mean 2019/city?",
        "nothing to work on below empty",
    ]


def test_units_are_printed_in_one_form(tmp_path: Path) -> None:
    placed(tmp_path / "town.yaml", TOWN.format(id="town"))
    placed(tmp_path / "unit.yaml", "{unit: 甲市, facts: {services: 1}}")
    printed, code = ran(["score", "town.yaml", "unit.yaml", "--json", "--csv", "--lang", "en"], tmp_path)
    assert (code, printed.splitlines()[-1]) == (2, "Error: choose one of --json, --csv")


# Ids and places.


def test_the_folder_of_the_rulesets_is_the_one_that_declares_documents(tmp_path: Path) -> None:
    placed(tmp_path / "documents.yaml", DOCUMENTS)
    assert id_of(placed(tmp_path / "towns" / "2019" / "town.yaml", "")) == "towns/2019/town"
    assert id_of(placed(tmp_path / "towns" / "ruleset.yaml", "")) == "towns"


def test_a_file_outside_any_such_folder_goes_by_its_own_name(tmp_path: Path) -> None:
    assert id_of(placed(tmp_path / "towns" / "town.yaml", "")) == "town"


@pytest.mark.parametrize(
    ("file", "name", "has_documents"),
    [
        ("towns/town.yaml", "towns/town", True),
        ("towns/ruleset.yaml", "towns", True),
        ("town.yaml", "town", True),
        ("town.yaml", "town", False),
        ("2019/town.yaml", "2019/town", False),
        ("2019/town.yaml", "town", False),
    ],
)
def test_an_id_that_leads_to_its_file_is_in_place(file: str, name: str, has_documents: bool, tmp_path: Path) -> None:
    if has_documents:
        placed(tmp_path / "documents.yaml", DOCUMENTS)
    assert misplaced(placed(tmp_path / file, TOWN.format(id=name)), name) == []


def test_an_id_that_leads_nowhere(tmp_path: Path) -> None:
    placed(tmp_path / "rulesets/documents.yaml", DOCUMENTS)
    placed(tmp_path / "rulesets/x/y.yaml", TOWN.format(id="towns"))
    printed, code = ran(["check", "rulesets", "--lang", "en"], tmp_path)
    assert code == 0  # by its path it does whatever a ruleset does
    assert "rulesets/x/y.yaml:1:10: id-leads-nowhere no ruleset is found by the id towns" in printed
    assert "hint: write ruleset: x/y, or make the file rulesets/towns.yaml\n" in printed


def test_an_id_that_leads_to_another_file(tmp_path: Path) -> None:
    placed(tmp_path / "town.yaml", TOWN.format(id="town"))
    copy = placed(tmp_path / "copy.yaml", TOWN.format(id="town"))
    (problem,) = misplaced(copy, "town")
    assert (problem.code, problem.severity, problem.args["own"]) == ("id-of-another-file", "warning", "copy")
    assert problem.hint("zh") == "写 ruleset: copy"


@pytest.mark.parametrize("where", ["x/cases/y.yaml", "x/cases/y/more.yaml"])
def test_cases_beside_a_file_whose_id_leads_nowhere_are_run(where: str, tmp_path: Path) -> None:
    placed(tmp_path / "x/y.yaml", TOWN.format(id="towns"))
    file = placed(tmp_path / where, CASES.format(id="towns"))
    assert ran(["test", "x/y.yaml", "--lang", "en"], tmp_path) == (f"{where}: 1 case passed\n", 0)
    assert [result.ok for result in cases.run_file(file)] == [True]


@pytest.mark.parametrize("name", ["town", "2019/citi"])
def test_cases_of_another_ruleset_are_not_taken_for_those_beside(name: str, tmp_path: Path) -> None:
    placed(tmp_path / "x/y.yaml", TOWN.format(id="towns"))
    file = placed(tmp_path / "x/cases/y.yaml", CASES.format(id=name))
    with pytest.raises(RulesetError) as raised:
        cases.run_file(file)
    assert [problem.code for problem in raised.value.problems] == ["unknown-ruleset"]


def test_cases_that_stand_elsewhere_have_no_ruleset_beside_them(tmp_path: Path) -> None:
    placed(tmp_path / "town.yaml", TOWN.format(id="town"))
    assert case_files.ruleset_beside(placed(tmp_path / "trials/town.yaml", CASES.format(id="town"))) is None
    assert case_files.ruleset_beside(placed(tmp_path / "cases/city.yaml", CASES.format(id="town"))) is None


# A path in place of an id.


def test_a_ruleset_extends_one_by_its_path(tmp_path: Path) -> None:
    placed(tmp_path / "old/documents.yaml", DOCUMENTS)
    base = TOWN.format(id="town").replace("max: 10, rule", "max: 10, document: notice, rule")
    placed(tmp_path / "old/town.yaml", base)
    placed(tmp_path / "new/documents.yaml", "order: {title: An order}\n")
    file = placed(
        tmp_path / "new/2027/town.yaml", "{ruleset: 2027/town, extends: ../../old/town.yaml, document: order}"
    )
    ruleset = load(file, cache=False)
    assert ruleset.id == "2027/town"
    assert ruleset.score({"services": 4}).points == 2
    assert ruleset.program.about["documents"] == {"order": {"title": "An order"}, "notice": {"title": "A notice"}}


def test_a_path_that_leads_nowhere_is_told_where_it_stands(tmp_path: Path) -> None:
    file = placed(tmp_path / "town.yaml", "{ruleset: town, extends: ../gone.yaml}")
    with pytest.raises(RulesetError) as raised:
        load(file, cache=False)
    assert [str(problem.position) for problem in raised.value.problems] == [f"{file}:1:26"]
