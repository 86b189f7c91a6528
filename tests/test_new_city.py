"""A new city begins with files that work as they stand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

from egov_scoring import cases, diff, locate
from egov_scoring.canonical import format_file
from egov_scoring.errors import RulesetError
from egov_scoring.load import load
from egov_scoring.misplaced import misplaced
from egov_scoring.new_city import SCHEMA, Begun, begin
from egov_scoring.units import read_units
from egov_scoring.yaml_reader import Map, read
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


# One's own ruleset as the base.


def grown(begun: Begun) -> None:
    """What was begun loads as its base does, its cases pass, its sample is scored, and its id leads to it."""
    ruleset = load(begun.ruleset, cache=False)
    assert (ruleset.warnings, misplaced(begun.ruleset, ruleset.id)) == ((), [])
    assert all(result.ok for result in cases.run_file(begun.cases))
    assert ruleset.score(read_units(begun.facts)[0], incomplete=True).total.reason != "facts"


def taken_over(begun: Begun) -> tuple[object, object]:
    """What it extends, and what it succeeds."""
    data, _ = read(begun.ruleset)
    assert isinstance(data, Map)
    return data.get("extends"), data.get("successor_of")


@pytest.mark.parametrize("by_path", [True, False])
def test_the_next_year_stands_beside_the_last_one(by_path: bool, tmp_path: Path) -> None:
    folder = tmp_path / "yi"
    first = begin(folder, "2019/city", "乙市", 2026)
    changed = (
        first.ruleset.read_text("utf-8")
        + "max: 66\nindicators: [{id: security, max: 16}, {id: project_security, max: 7}]\n"
    )
    first.ruleset.write_text(changed, "utf-8")
    before = contents(folder)
    second = begin(folder, str(first.ruleset) if by_path else "2026/city", "乙市", 2027)
    assert second.ruleset == folder / "2027/city.yaml"
    grown(second)
    assert taken_over(second) == ("2026/city", "2026/city")
    assert load(second.ruleset).total.max == 66
    assert load(second.ruleset).program.about["documents"].keys() >= {"notice_2027"}
    after = contents(folder)
    assert {name for name in before if before[name] != after[name]} == {"documents.yaml"}
    assert after["documents.yaml"].startswith(before["documents.yaml"].rstrip())
    assert after.keys() - before.keys() == {"2027/city.yaml", "2027/cases/city.yaml", "2027/facts/city.yaml"}
    assert list(diff(first.ruleset, second.ruleset).of_class("stricter", "more_generous", "either", "reweighted")) == []


def test_the_next_year_of_another_city_succeeds_nobody(tmp_path: Path) -> None:
    first = begin(tmp_path / "a", "2019/city", "甲市", 2026)
    second = begin(tmp_path / "a", str(first.ruleset), "乙市", 2027)
    grown(second)
    assert taken_over(second) == ("2026/city", None)


def test_a_ruleset_of_another_folder_is_named_by_the_way_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    begin(Path("yi"), "2018/internet_plus", "乙市", 2026)
    begun = begin(Path("丙 市/rules"), "yi/2026/internet_plus.yaml", "丙市", 2027)
    grown(begun)
    assert taken_over(begun) == ("../../../yi/2026/internet_plus.yaml", None)
    assert "egov-scoring flatten yi/2026/internet_plus.yaml\n" in begun.ruleset.read_text("utf-8")


def test_a_document_declared_already_stays_as_it_is(tmp_path: Path) -> None:
    first = begin(tmp_path / "a", "2019/city", "甲市", 2026)
    told = first.documents.read_text("utf-8") + "notice_2027: {title: 甲市的通知, number: 甲政〔2027〕1号}\n"
    first.documents.write_text(told, "utf-8")
    grown(begin(tmp_path / "a", str(first.ruleset), "甲市", 2027))
    assert first.documents.read_text("utf-8") == told


def test_documents_that_nothing_can_be_added_to_are_left(tmp_path: Path) -> None:
    first = begin(tmp_path / "a", "2019/city", "甲市", 2026)
    first.documents.write_text("{notice_2026: {title: 通知}}\n", "utf-8")
    before = contents(tmp_path)
    with pytest.raises(RulesetError) as raised:
        begin(tmp_path / "a", str(first.ruleset), "甲市", 2027)
    assert [problem.code for problem in raised.value.problems] == ["document-not-added"]
    assert contents(tmp_path) == before
    assert sorted(path.name for path in (tmp_path / "a").iterdir()) == ["2026", "documents.yaml", SCHEMA]


def test_a_year_that_is_there_is_not_begun_again(tmp_path: Path) -> None:
    first = begin(tmp_path / "a", "2019/city", "甲市", 2026)
    second = begin(tmp_path / "a", str(first.ruleset), "甲市", 2027)
    second.ruleset.unlink()
    before = contents(tmp_path)
    with pytest.raises(RulesetError) as raised:
        begin(tmp_path / "a", str(first.ruleset), "甲市", 2027)
    assert [problem.args["file"] for problem in raised.value.problems] == [str(second.cases), str(second.facts)]
    assert contents(tmp_path) == before


def test_a_base_that_does_not_load_is_told_by_its_lines(tmp_path: Path) -> None:
    first = begin(tmp_path / "a", "2019/city", "甲市", 2026)
    first.ruleset.write_text(first.ruleset.read_text("utf-8") + "mux: 3\n", "utf-8")
    before = contents(tmp_path)
    for folder in ("a", "b"):
        with pytest.raises(RulesetError) as raised:
            begin(tmp_path / folder, str(first.ruleset), "甲市", 2027)
        assert "unknown-key" in [problem.code for problem in raised.value.problems]
    assert contents(tmp_path) == before


# Refused.


@pytest.mark.parametrize(
    ("base", "jurisdiction", "codes"),
    [
        ("2019/citi", "甲市", ["unknown-ruleset"]),
        ("nowhere/2019/city.yaml", "甲市", ["unknown-ruleset"]),
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
