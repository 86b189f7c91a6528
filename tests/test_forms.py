"""Forms: what is written into them, and that what people fill in comes back as the same facts."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

import openpyxl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from egov_scoring import EgovScoringError, FactsError, Ruleset, Unit, load, read_units
from egov_scoring.errors import column_letters
from egov_scoring.facts import RECORDS
from egov_scoring.flags import of_flag
from egov_scoring.forms import layout
from egov_scoring.forms.names import file_names
from egov_scoring.forms.workbook import all_pages, plain_pages
from egov_scoring.forms.writing import LAYOUTS, Layout, write
from egov_scoring.locate import ids_in, shipped
from egov_scoring.messages import LANGUAGES
from egov_scoring.samples import sample
from tests import programs
from tests.made_up import fewer
from tests.made_up.units import cohorts
from tests.typists import Typist, columns_of, row_of

ALIKE = """
ruleset: alike
title: Alike
max: 4
facts:
  upper: {type: findings, label: Site}
  lower: {type: findings, label: ｓｉｔｅ}
  plan: {type: choice, label: plan, options: {big: A, small: a, b: c, c: b}}
indicators:
  - {id: one, name: One, max: 1, rule: {kind: per_finding, each: 1, of: upper}}
  - {id: two, name: Two, max: 1, rule: {kind: per_finding, each: 1, of: lower}}
  - {id: three, name: Three, max: 2, rule: {kind: choice, of: plan, points: {big: 2, small: 1, b: 0.5, c: 0}}}
"""
RULESETS = ids_in(shipped())
CITY = load("2019/city")

every_ruleset = pytest.mark.parametrize("ruleset", RULESETS)
both_layouts = pytest.mark.parametrize("form", LAYOUTS)


# Template, fill, read: the same as the facts in YAML.


@every_ruleset
@both_layouts
@given(data=st.data())
@settings(fewer(0.02), phases=[Phase.generate])
def test_what_people_type_comes_back(ruleset: str, form: Layout, data: Any, tmp_path_factory: pytest.TempPathFactory):
    loaded = load(ruleset)
    units = data.draw(cohorts(loaded, most=2))
    lang = data.draw(st.sampled_from(LANGUAGES))
    path = tmp_path_factory.mktemp("forms") / "form.xlsx"
    write(path, loaded, [Unit(unit.name) for unit in units], form, lang)
    Typist(path, loaded.program, lang, data.draw(st.builds(Random, st.integers(0, 9999)))).fill(units)
    back = read_units(path, loaded)
    assert back == units
    assert _outcome(loaded, back) == _outcome(loaded, units)


def _outcome(ruleset: Ruleset, units: list[Unit]) -> Any:
    """All scores, or all that keeps the units from being scored."""
    try:
        return [list(card.total) for card in ruleset.score_all(units)]
    except FactsError as error:
        named = ("unit", "fact", "indicator", "check")
        return sorted((problem.code, *(str(problem.args.get(key)) for key in named)) for problem in error.problems)


RECORDED = Unit(
    "甲市",
    {**sample(CITY, "random").facts, "venue_faults": [{"date": "2019-05-06", "note": "=1+1", "evidence": "@a"}, {}]},
    overrides={"operations": {"points": 6, "by": "张某", "why": "复核", "source": "纪要", "date": "2019-12-01"}},
    not_applicable={"video_order": {"by": "李某", "why": "没有会场"}},
    objections={
        "network_cloud": {
            "points": 8,
            "by": "甲市",
            "why": "漏计一个平台",
            "decision": "upheld",
            "decided_by": "王某",
            "decided_why": "属实",
        }
    },
)


@both_layouts
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_filled_form_loses_nothing(form: Layout, lang: str, tmp_path: Path):
    units = [RECORDED, Unit("乙市", sample(CITY, "worst").facts)]
    write(tmp_path / "form.xlsx", CITY, units, form, lang)
    assert read_units(tmp_path / "form.xlsx", CITY) == units


@both_layouts
def test_what_an_assessor_gave_comes_back_with_the_reason(form: Layout, tmp_path: Path):
    portal = load("2018/portal_county")
    key = next(key for key, fact in portal.facts.items() if fact.type == "points")
    unit = Unit("乙县", {key: {"points": 1, "by": "张某", "date": "2018-11-02", "reason": "材料齐全"}})
    write(tmp_path / "form.xlsx", portal, [unit], form)
    assert read_units(tmp_path / "form.xlsx", portal) == [unit]


@both_layouts
def test_libreoffice_saves_the_same_units(form: Layout, tmp_path: Path):
    (tmp_path / "saved").mkdir()
    write(tmp_path / "form.xlsx", CITY, [RECORDED], form, "zh")
    saved = programs.converted(tmp_path / "form.xlsx", "xlsx", tmp_path / "saved")
    assert read_units(saved, CITY) == [RECORDED]


def test_the_unit_of_a_form_without_a_name_goes_by_the_file(tmp_path: Path):
    write(tmp_path / "乙县.xlsx", CITY, [Unit("", {"venue_faults": 1})])
    assert read_units(tmp_path / "乙县.xlsx", CITY) == [Unit("乙县", {"venue_faults": 1})]


@both_layouts
def test_both_libraries_read_the_same(form: Layout, tmp_path: Path):
    write(tmp_path / "form.xlsx", CITY, [RECORDED], form)
    plain, whole = ([_told(page) for page in read(tmp_path / "form.xlsx")] for read in (plain_pages, all_pages))
    assert plain == whole


def _told(page: Any) -> Any:
    """A page without the cells behind the last one, in which the libraries differ."""
    found = {(row, column): _same(value) for row, values in enumerate(page.rows) for column, value in enumerate(values)}
    return page.title, {at: value for at, value in found.items() if value not in (None, "")}, sorted(page.merged)


def _same(value: Any) -> Any:
    return value.date() if isinstance(value, datetime) else value


# What was moved, and what was not made for this ruleset.


def test_rows_and_columns_may_move(tmp_path: Path):
    """Sorted by hand, with rows and columns put in, and the sheet in another workbook."""
    unit = replace(RECORDED, facts={**RECORDED.facts, "venue_faults": [{"note": "黑屏"}]})
    write(tmp_path / "form.xlsx", CITY, [unit], lang="zh")
    book: Any = openpyxl.load_workbook(tmp_path / "form.xlsx")
    moved: Any = openpyxl.Workbook()
    for sheet in book.worksheets[:3]:
        copy = moved.create_sheet(sheet.title)
        marks, *rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
        for row in [["for our own use"], marks, *reversed(rows)]:
            copy.append(["", *row[:2], "", *row[2:]])
    moved.save(tmp_path / "moved.xlsx")
    assert read_units(tmp_path / "moved.xlsx", CITY) == [unit]


def test_every_unit_has_a_sheet_of_its_own(tmp_path: Path):
    names = ["甲市", "甲市/本级", "A" * 40, "a" * 40, "findings", "Records", "_lists"]
    write(tmp_path / "form.xlsx", CITY, [Unit(name) for name in names])
    assert [unit.name for unit in read_units(tmp_path / "form.xlsx", CITY)] == names


@both_layouts
def test_names_that_look_alike_are_told_apart(form: Layout, tmp_path: Path):
    (tmp_path / "alike.yaml").write_text(ALIKE, "utf-8")
    ruleset = load(tmp_path / "alike.yaml")
    for option in ("big", "small", "b", "c"):
        unit = Unit("甲市", {"upper": [{"note": "x"}], "lower": 2, "plan": option})
        write(tmp_path / "form.xlsx", ruleset, [unit], form)
        assert read_units(tmp_path / "form.xlsx", ruleset) == [unit]


def test_what_could_not_be_read_back_is_not_written(tmp_path: Path):
    with pytest.raises(EgovScoringError, match="form-too-large"):
        write(tmp_path / "form.xlsx", CITY, [Unit("甲市", {"venue_faults": [{"note": "x"}] * 10_000})])
    assert not list(tmp_path.iterdir())


def test_a_form_that_cannot_be_written_is_named(tmp_path: Path):
    path = tmp_path / "nowhere" / "form.xlsx"
    with pytest.raises(FileNotFoundError) as error:
        write(path, CITY)
    assert error.value.filename == str(path)


def test_names_of_files_are_short_and_none_is_passed_over(tmp_path: Path):
    names = ["𠀀" * 90, "~$甲市", "甲市", "甲市.问题", "é", "e\u0301"]
    for name, unit in zip(file_names(names), names, strict=True):
        write(tmp_path / f"{name}.xlsx", CITY, [Unit(unit)])
    assert sorted(unit.name for unit in read_units(tmp_path, CITY)) == sorted(names)
    assert len({unicodedata.normalize("NFC", file.name) for file in tmp_path.iterdir()}) == len(names)


# What a form shows and guards.


def test_the_same_input_gives_the_same_bytes(tmp_path: Path):
    for name in ("a.xlsx", "b.xlsx"):
        write(tmp_path / name, CITY, [RECORDED], lang="zh")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_the_rule_stands_beside_the_cell(tmp_path: Path):
    write(tmp_path / "form.xlsx", CITY, lang="zh")
    sheet: Any = openpyxl.load_workbook(tmp_path / "form.xlsx").worksheets[0]
    row, columns = row_of(sheet, "counties_without_operations"), columns_of(sheet)
    shown = {column: sheet.cell(row, at).value for column, at in columns.items()}
    assert shown["#indicator"] == "基础保障服务（6分）\n分值计算 5"
    assert shown["#rule"].startswith("起点 6 分")
    assert (shown["#label"], shown["#measure"]) == ("未建立运维组织或未配备人员的县（区）", "个")
    assert (sheet.row_dimensions[1].hidden, sheet.column_dimensions["A"].hidden) == (True, True)
    assert sheet.protection.sheet
    assert (int(sheet.page_setup.paperSize), sheet.page_setup.orientation) == (9, "landscape")
    assert (sheet.freeze_panes, sheet.print_title_rows) == ("A6", "$5:$5")


@every_ruleset
def test_every_fact_is_asked_once_and_every_indicator_is_told(ruleset: str):
    program = load(ruleset).program
    groups = layout.groups(program)
    asked = [fact.key for group in groups for fact in group.facts]
    assert sorted(asked) == sorted(program.facts)
    told = [item.id for group in groups for item in group.items]
    assert sorted(told) == sorted(
        item.id for item in program.items() if item.needs | item.peer_needs | item.needs_to_apply
    )


def test_the_sheet_refuses_what_the_reader_refuses(tmp_path: Path):
    huaibei = load("huaibei_2019")
    write(tmp_path / "form.xlsx", huaibei, lang="zh")
    book: Any = openpyxl.load_workbook(tmp_path / "form.xlsx")
    sheet = book.worksheets[0]
    guards = {str(guard.sqref): guard for guard in sheet.data_validations.dataValidation}
    column = column_letters(columns_of(sheet)["#value"])

    def guard(key: str) -> Any:
        return guards[f"{column}{row_of(sheet, key)}"]

    count = guard("trainings_attended")
    assert (count.type, count.formula1, count.formula2) == ("whole", "0", "1000000")
    choice = guard("extranet_access")
    listed = book.defined_names[choice.formula1].attr_text
    title, _, cells = listed.partition("!")
    values = [cell.value for row in book[title][cells.replace("$", "")] for cell in row]
    assert (choice.type, values) == ("list", ["专线接入", "以其他方式接入", "未接入"])
    assert book[title].sheet_state == "veryHidden"
    rating = guard("project_filing_rating")
    cell = f"{column}{row_of(sheet, 'project_filing_rating')}"
    assert rating.formula1 == f"AND(ISNUMBER({cell}),{cell}>=0,{cell}<=3,ROUND({cell},2)={cell})"


def test_records_have_a_column_for_every_key():
    assert {layout.record_column(key) for keys in RECORDS.values() for key in keys} <= layout.records().keys()


def test_a_ranked_place_can_be_stated(tmp_path: Path):
    department = load("2019/department")
    ranked = next(item.id for item in department.program.items() if of_flag(item.id) in department.program.flags)
    unit = Unit("甲厅", {}, places={ranked: {"place": 2, "of": 7, "source": "通报"}})
    write(tmp_path / "form.xlsx", department, [unit])
    assert read_units(tmp_path / "form.xlsx", department) == [unit]
