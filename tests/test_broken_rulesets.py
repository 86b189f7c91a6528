"""What is refused at load: one broken ruleset for each code, its whole message beside it in a text file.

After a change of wording run `pytest tests/test_broken_rulesets.py --reset-golden` and read the difference line by line.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from egov_scoring.errors import Problem, RulesetError
from egov_scoring.load import load
from egov_scoring.yaml_reader import MAX_SIZE
from tests.codes import CODES

BROKEN = Path("tests/broken")
FILES = sorted((Path(__file__).parents[1] / BROKEN).glob("*.yaml"))

# Raised at load, but not by a file that could lie here.
NOT_IN_A_FILE = {
    "not-a-day": "days stand in lists of accepted differences",
    "cannot-read": "tested below",
    "file-too-large": "tested below",
    "formula-not-text": "the model refuses it first, as wrong-form",
}
# Modules whose problems concern a ruleset's file.
LOADING = [
    "yaml_reader",
    "model",
    "source",
    "validate",
    "compose",
    "loading",
    "workbench",
    "declare",
    "build",
    "check",
    "formula",
    "grade_source",
    "grades",
    "kinds",
]


@pytest.fixture(autouse=True)
def in_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that positions are printed as `tests/broken/x.yaml:1:1`."""
    monkeypatch.chdir(Path(__file__).parents[1])


def problems_of(path: Path | str) -> tuple[Problem, ...]:
    """What is wrong with a ruleset, or only remarkable."""
    try:
        return load(path).warnings
    except RulesetError as error:
        return error.problems


def codes(path: Path | str) -> list[str]:
    return [problem.code for problem in problems_of(path)]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_message(file: Path, golden: Callable[[Path, str], None]) -> None:
    problems = problems_of(BROKEN / file.name)
    golden(file.with_suffix(".txt"), "".join(f"{problem.format('en')}\n" for problem in problems))
    assert all(problem.format("zh") for problem in problems)
    if not file.stem.startswith(("many", "sound")):
        assert file.stem.partition("_")[0] in [problem.code for problem in problems]


def test_every_text_has_its_ruleset() -> None:
    texts = {file.stem for file in FILES[0].parent.glob("*.txt")}
    assert texts == {file.stem for file in FILES}


def test_every_code_has_its_ruleset() -> None:
    raised = {code for code, modules in CODES.items() if any(module.split(".")[0] in LOADING for module in modules)}
    assert raised - NOT_IN_A_FILE.keys() == {file.stem.partition("_")[0] for file in FILES} - {"many", "sound"}


def test_every_problem_says_where_and_shows_the_line() -> None:
    for file in FILES:
        for problem in problems_of(BROKEN / file.name):
            assert problem.position is not None
            assert problem.excerpt or problem.code == "empty-file"


def test_many_mistakes_are_reported_at_once() -> None:
    assert len(set(codes(BROKEN / "many.yaml"))) >= 15


def test_a_warning_stops_nothing() -> None:
    for code in ("never-full", "never-holds", "fact-mentioned-twice", "unknown-predecessor", "grades-gap"):
        (warning,) = load(BROKEN / f"{code}.yaml").warnings
        assert (warning.code, warning.severity) == (code, "warning")


def test_byte_order_mark() -> None:
    assert codes(BROKEN / "sound_with_bom.yaml") == []


# Files that are none.


def test_no_such_file() -> None:
    (problem,) = problems_of("nowhere/at_all.yaml")
    assert problem.format("en") == (
        "nowhere/at_all.yaml:1:1: cannot-read the file cannot be read: No such file or directory"
    )


def test_folder(tmp_path: Path) -> None:
    (tmp_path / "folder.yaml").mkdir()
    assert codes(tmp_path / "folder.yaml") == ["cannot-read"]
    assert codes(tmp_path) == ["cannot-read"]


def test_too_large(tmp_path: Path) -> None:
    (tmp_path / "large.yaml").write_text("#" * (MAX_SIZE + 1), "utf-8")
    assert codes(tmp_path / "large.yaml") == ["file-too-large"]


@pytest.mark.parametrize("name", ["2019/citi", "../2019/city", "", "/", "a\0b", "x" * 5000, "2019\\city"])
def test_no_such_id(name: str) -> None:
    assert codes(name) == ["unknown-ruleset"]


def test_nearest_id() -> None:
    (problem,) = problems_of("2019/citi")
    assert problem.format("en") == ("unknown-ruleset there is no ruleset 2019/citi\n    hint: did you mean 2019/city?")


# The documents that a ruleset cites.

CITING = """
ruleset: citing
title: 引用
document: annex
max: 1
facts: {filed: {type: yes_no, label: 已备案}}
indicators: [{id: filing, name: 备案, max: 1, rule: {kind: per_unit, each: 1, of: filed}}]
"""


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        ("annex: {title: 附件}", []),
        ("annex: {}", ["missing-key"]),
        ("annex: {title: 附件, isuer: 某某}", ["unknown-key"]),
        ("annex: 附件", ["wrong-form"]),
        ("annexe: {title: 附件}", ["unknown-document"]),
        ("- annex", ["not-a-mapping"]),
        ("annex: {title: [附件", ["yaml-syntax"]),
        ("", ["empty-file"]),
    ],
)
def test_documents(documents: str, expected: list[str], tmp_path: Path) -> None:
    (tmp_path / "documents.yaml").write_text(documents, "utf-8")
    (tmp_path / "citing.yaml").write_text(CITING, "utf-8")
    assert codes(tmp_path / "citing.yaml") == expected
