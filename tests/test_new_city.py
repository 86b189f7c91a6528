"""A new city begins with files that work as they stand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

from egov_scoring import cases, locate
from egov_scoring.canonical import format_file
from egov_scoring.errors import RulesetError
from egov_scoring.load import load
from egov_scoring.new_city import SCHEMA, begin
from egov_scoring.units import read_units
from tests.test_docs import ran
from tests.test_ruleset_schema import as_editors_read

SHIPPED = locate.ids_in(locate.shipped())


def contents(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.mark.parametrize("base", SHIPPED)
def test_it_works_as_it_stands(base: str, tmp_path: Path) -> None:
    begun = begin(tmp_path / "xiamen", base, "厦门市", 2020)
    ruleset = load(begun.ruleset, cache=False)
    assert ruleset.program.scoring_fingerprint == load(base).program.scoring_fingerprint
    assert (ruleset.program.about["jurisdiction"], ruleset.program.about["year"]) == ("厦门市", 2020)
    assert ruleset.warnings == ()
    results = cases.run_file(begun.cases)
    assert [result.ok for result in results] == [True, True]
    assert ruleset.score(read_units(begun.facts)[0], incomplete=True).total.reason != "facts"
    assert locate.find(ruleset.id, begun.cases) == begun.ruleset
    assert not format_file(begun.ruleset, check=True)


def test_the_editor_knows_its_schema(tmp_path: Path) -> None:
    begun = begin(tmp_path / "xiamen", "2019/city", "厦门市", 2020)
    text = begun.ruleset.read_text("utf-8")
    named = text.splitlines()[0].removeprefix("# yaml-language-server: $schema=")
    schema = json.loads((begun.ruleset.parent / named).read_text("utf-8"))
    assert (begun.ruleset.parent / named).resolve() == begun.schema.resolve()
    assert list(Draft7Validator(schema).iter_errors(as_editors_read(text))) == []


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("base", ["2019/city", "2018/internet_plus", "2018/city_overall"])
def test_the_example_in_its_remarks_works(base: str, lang: str, tmp_path: Path) -> None:
    begun = begin(tmp_path / "a", base, "甲市", 2020, lang)
    text = begun.ruleset.read_text("utf-8")
    tried = text.replace("# indicators:", "indicators:").replace("#   - {", "  - {")
    assert tried.count("\nindicators:\n  - {id: ") == 1
    begun.ruleset.write_text(tried, "utf-8")
    assert load(begun.ruleset, cache=False).warnings == ()


@pytest.mark.parametrize(
    ("base", "file"),
    [
        ("2019/city", "2020/city.yaml"),
        ("huaibei_2019", "2020/huaibei.yaml"),
        ("sanming_2019/portal", "2020/portal.yaml"),
    ],
)
def test_the_file_is_named_after_the_old_one(base: str, file: str, tmp_path: Path) -> None:
    assert begin(tmp_path / "a", base, "甲市", 2020).ruleset == tmp_path / "a" / file


@pytest.mark.parametrize(
    "jurisdiction",
    ["A: b", "#甲", "'甲'", '"', "- x", "{甲}", "yes", "2020", "甲, 乙", "null", " 甲市 ", "甲\\n", "!!x", "*a"],
)
def test_any_name_is_kept(jurisdiction: str, tmp_path: Path) -> None:
    begun = begin(tmp_path / "a", "2019/city", jurisdiction, 2020)
    assert load(begun.ruleset, cache=False).program.about["jurisdiction"] == jurisdiction.strip()
    assert all(result.ok for result in cases.run_file(begun.cases))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_both_languages(lang: str, tmp_path: Path) -> None:
    begun = begin(tmp_path / "a", "2018/internet_plus", "甲市", 2020, lang)
    assert load(begun.ruleset, cache=False).title in begun.documents.read_text("utf-8")


# Refused.


@pytest.mark.parametrize(
    ("base", "jurisdiction", "codes"),
    [
        ("2019/citi", "甲市", ["unknown-ruleset"]),
        ("rulesets/2019/city.yaml", "甲市", ["unknown-ruleset"]),
        ("2019/city", "  ", ["odd-name"]),
        ("2019/city", "甲\n市", ["odd-name"]),
        ("2019/city", "\x1b[31m", ["odd-name"]),
        ("2019/city", "甲" * 61, ["odd-name"]),
        ("nowhere", "", ["unknown-ruleset", "odd-name"]),
    ],
)
def test_what_is_refused_leaves_nothing(base: str, jurisdiction: str, codes: list[str], tmp_path: Path) -> None:
    with pytest.raises(RulesetError) as raised:
        begin(tmp_path / "a", base, jurisdiction, 2020)
    assert [problem.code for problem in raised.value.problems] == codes
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    begin(tmp_path / "a", "2019/city", "甲市", 2020)
    before = contents(tmp_path)
    for folder in (tmp_path / "a", tmp_path / "a" / SCHEMA):
        with pytest.raises(RulesetError) as raised:
            begin(folder, "2019/city", "甲市", 2021)
        assert [problem.code for problem in raised.value.problems] == ["folder-in-use"]
    assert contents(tmp_path) == before


def test_an_empty_folder_may_be_there(tmp_path: Path) -> None:
    begun = begin(tmp_path, "2019/city", "甲市", 2020)
    assert set(contents(tmp_path)) == {str(file.relative_to(tmp_path)) for file in begun}


# The command.


def test_the_command_says_what_to_try(tmp_path: Path) -> None:
    words = ["new", "a b", "--from", "2019/city", "--jurisdiction", "甲市", "--year", "2020", "--lang", "en"]
    printed, code = ran(words, tmp_path)
    assert code == 0
    assert printed.splitlines()[-1] == "  egov-scoring score 'a b/2020/city.yaml' 'a b/2020/facts/city.yaml'"
    for call in (["check", "a b"], ["test", "a b"], ["score", "a b/2020/city.yaml", "a b/2020/facts/city.yaml"]):
        assert ran(call, tmp_path)[1] == 0


@pytest.mark.parametrize("year", ["abc", "20", "2020.5", "-2020", ""])
def test_a_year_is_a_year(year: str, tmp_path: Path) -> None:
    printed, code = ran(["new", "a", "--from", "2019/city", "--jurisdiction", "甲", f"--year={year}"], tmp_path)
    assert (code, list(tmp_path.iterdir())) == (2, [])
    assert "--year" in printed


def test_a_folder_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    printed, code = ran(["new", "file/a", "--from", "2019/city", "--jurisdiction", "甲", "--year", "2020"], tmp_path)
    assert code == 2
    assert "Traceback" not in printed
    assert contents(tmp_path) == {"file": b""}
