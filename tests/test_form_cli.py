"""Forms on the command line: written, sent out, scored as they come back, and what is said of those that are wrong."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from egov_scoring import cli, load, messages, read_units
from egov_scoring.samples import sample
from tests.typists import columns_of, row_of

CITY = load("2019/city")

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Runs the command line in a folder of its own; exit code, output, errors."""
    monkeypatch.chdir(tmp_path)
    Path("units.txt").write_text("甲市\n乙市\n丙/县\n", "utf-8")

    def call(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["egov-scoring", *words])
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


def type_into(path: str, key: str, value: Any) -> None:
    book: Any = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    sheet.cell(row_of(sheet, key), columns_of(sheet)["#value"]).value = value
    book.save(path)


def test_one_workbook_for_all_units(run: Run):
    assert run("template", "2019/city", "-o", "form.xlsx", "--units", "units.txt", "--layout", "grid") == (
        0,
        "",
        "forms written: 1 (form.xlsx)\n",
    )
    assert run("template", "2019/city", "-o", "forms.xlsx", "--units", "units.txt")[0] == 0
    for file in ("form.xlsx", "forms.xlsx"):
        code, out, _ = run("bounds", "2019/city", file, "--unit", "乙市")
        assert (code, out.splitlines()[0]) == (0, "乙市")


def test_a_workbook_for_each_unit_and_the_whole_round(run: Run):
    run("template", "2019/city", "-o", "forms/", "--units", "units.txt", "--fill", "random")
    assert sorted(path.name for path in Path("forms").iterdir()) == ["丙_县.xlsx", "乙市.xlsx", "甲市.xlsx"]
    code, out, err = run("score", "2019/city", "forms", "--csv")
    points = {row.split(",")[0]: row.split(",")[2] for row in out.splitlines()[1:]}
    expected = {
        name: str(CITY.score(sample(CITY, "random", at)).points) for at, name in enumerate(("甲市", "乙市", "丙/县"))
    }
    assert (code, points, err) == (0, expected, "")


def test_a_form_that_is_there_is_not_written_over(run: Run):
    run("template", "2019/city", "-o", "form.xlsx", "--fill", "best")
    code, _, err = run("template", "2019/city", "-o", "form.xlsx")
    assert (code, "form.xlsx (--force writes over)" in err) == (2, True)
    assert read_units("form.xlsx", CITY)[0].facts
    assert run("template", "2019/city", "-o", "form.xlsx", "--force")[0] == 0
    assert not read_units("form.xlsx", CITY)[0].facts


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["-o", "form.docx"], "should end in .xlsx"),
        (["-o", "forms/"], "name the units with --units"),
        (["--layout", "grid"], "name one with -o form.xlsx"),
        (["--units", "units.txt", "--unit", "甲市", "-o", "form.xlsx"], "choose one of"),
        (["--units", "twice.txt", "-o", "form.xlsx"], "twice.txt:2:1: names-empty-line"),
        (["--units", "twice.txt", "-o", "form.xlsx"], "twice.txt:3:1: names-twice 甲市 stands on line 1"),
        (["--units", "nowhere.txt", "-o", "form.xlsx"], "cannot-read"),
    ],
)
def test_what_is_asked_wrongly(words: list[str], said: str, run: Run):
    Path("twice.txt").write_text("甲市\n\n甲市\n", "utf-8")
    code, _, err = run("template", "2019/city", *words)
    assert (code, said in err, Path("form.xlsx").exists()) == (2, True, False)


def test_a_form_with_problems_comes_back_marked(run: Run):
    run("template", "2019/city", "-o", "甲市.xlsx", "--fill", "best")
    type_into("甲市.xlsx", "venue_faults", "about 3")
    code, out, err = run("score", "2019/city", "甲市.xlsx", "--lang", "zh")
    assert (code, out) == (2, "")
    assert err.splitlines()[-1] == "已在副本中标出问题：甲市.问题.xlsx"
    assert Path("甲市.问题.xlsx").is_file()


def test_what_is_left_out_is_told_at_the_end(run: Run):
    run("template", "2019/city", "-o", "forms/", "--units", "units.txt", "--fill", "random")
    type_into("forms/乙市.xlsx", "venue_faults", None)
    code, out, err = run("score", "2019/city", "forms", "--csv")
    assert code == 1
    assert [row.split(",")[0] for row in out.splitlines()] == ["unit", "丙/县", "甲市"]
    assert "forms/乙市.xlsx Report!E13: missing-fact 乙市: venue_faults" in err
    assert err.splitlines()[-2:] == [
        "A copy with the cells marked: forms/乙市.problems.xlsx",
        "Left out: 1 of 3 files (乙市.xlsx). The others are scored.",
    ]
    assert run("score", "2019/city", "forms", "--csv") == (code, out, err)


def test_places_are_said_to_be_among_those_scored(run: Run):
    run("template", "2019/department", "-o", "forms/", "--units", "units.txt", "--fill", "random")
    Path("forms/乙市.xlsx").write_bytes(b"?")
    code, _, err = run("score", "2019/department", "forms", "--incomplete")
    assert (code, err.splitlines()[-1]) == (1, "Places are among the units that are scored.")


def test_grades_that_are_for_so_many_are_said_to_be_given_among_those_scored(run: Run):
    Path("graded.yaml").write_text(
        "{ruleset: graded, title: 评定等次, max: 10, grades: [{grade: 优秀, quota: 50%}, {grade: 其他}], "
        "facts: {sites: {type: count, label: 网站}}, "
        "indicators: [{id: online, name: 网站, max: 10, rule: {kind: per_unit, each: 1, of: sites}}]}",
        "utf-8",
    )
    run("template", "graded.yaml", "-o", "forms/", "--units", "units.txt", "--fill", "random")
    Path("forms/乙市.xlsx").write_bytes(b"?")
    code, _, err = run("score", "graded.yaml", "forms")
    told = "Grades that are for so many are given among the units that are scored."
    assert (code, err.splitlines()[-1]) == (1, told)


def test_an_old_edition_is_remarked_on(run: Run):
    run("template", "2019/city", "-o", "甲市.xlsx", "--fill", "best")
    book: Any = openpyxl.load_workbook("甲市.xlsx")
    sheet = book.worksheets[0]
    sheet["A1"] = sheet["A1"].value.replace("sha256:", "sha256:0")
    book.save("甲市.xlsx")
    for command in ("score", "explain"):
        code, _, err = run(command, "2019/city", "甲市.xlsx")
        assert (code, "another edition of 2019/city" in err) == (0, True)


def test_forms_filled_by_two_editions_have_an_impact(run: Run):
    run("template", "2018/city", "-o", "old.xlsx", "--fill", "random")
    code, _, err = run("impact", "2018/city", "2019/city", "old.xlsx")
    assert (code, err) == (0, "")
