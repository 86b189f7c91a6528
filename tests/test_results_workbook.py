"""Results as a workbook: every number is the scorecard's, every formula comes to it, and text stays text."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from egov_scoring import Scorecard, Unit, amounts, load, messages, read_units
from egov_scoring.errors import EgovScoringError
from egov_scoring.ranking import placed
from egov_scoring.rectification import by_indicator, losses
from egov_scoring.report import text as as_text
from egov_scoring.report import workbook, workbook_plan
from egov_scoring.report.workbook_results import write
from egov_scoring.ruleset import Ruleset
from egov_scoring.scorecard import Score
from egov_scoring.spreadsheet import LONGEST_SHEET_NAME, double, sheet_names
from tests.made_up import fewer
from tests.made_up.rulesets import rulesets
from tests.made_up.units import cohorts
from tests.programs import converted

EXAMPLES = {
    "huaibei_2019": "huaibei_2019",
    "2018/city_overall": "2018_city_overall",
    "2018/internet_plus": "2018_internet_plus",
    "2019/department": "2019_department",
}
LANGUAGES = {"huaibei_2019": "en"}


@cache
def cards_of(name: str) -> list[Scorecard]:
    """The cards of the examples, the best first."""
    units = read_units(Path(f"examples/{EXAMPLES[name]}_units.yaml"))
    return [card for _, card in placed(load(name).score_all(units))]


@pytest.fixture(scope="module", params=EXAMPLES)
def written(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str, Path]:
    """A ruleset's name, a language, and the workbook of its examples."""
    name, file = request.param, tmp_path_factory.mktemp("results") / "result.xlsx"
    lang = LANGUAGES.get(name, "zh")
    write(cards_of(name), file, lang)
    return name, lang, file


def say(message: str, lang: str = "zh", **args: object) -> str:
    return messages.text(message, lang, **args)


def table(sheet: Worksheet, head: str) -> list[tuple[Cell, ...]]:
    """The rows below the one that has this head in it."""
    rows: list[tuple[Any, ...]] = list(sheet.iter_rows())
    at = next(at for at, row in enumerate(rows) if head in [cell.value for cell in row])
    return rows[at + 1 :]


def shown(score: Score, lang: str) -> Any:
    """What stands in a cell for an indicator's points: its number, or words."""
    is_absent = score.status == "not_applicable" and not score.max_applicable
    return as_text.brief(score, lang) if score.points is None or is_absent else float(score.points)


# Every number is the scorecard's.


def test_the_ranking(written: tuple[str, str, Path]):
    name, lang, file = written
    sheet = load_workbook(file, data_only=True)[say("results.sheet.ranking", lang)]
    rows = [[cell.value for cell in row] for row in table(sheet, say("column.unit", lang))]
    cards = cards_of(name)
    assert len(rows) == len(cards)
    for (place, card), row in zip(placed(cards), rows, strict=True):
        parts = [shown(score, lang) for score in card.total.children]
        if not card.total.added:
            assert row == [card.unit, *parts]
            continue
        assert card.points is not None
        assert card.share is not None
        share = float(amounts.round_half_up(card.share, 4))
        assert row == [place, card.unit, float(card.points), float(card.total.max_applicable), share, *parts]


def test_every_indicator_of_every_unit(written: tuple[str, str, Path]):
    name, lang, file = written
    sheet = load_workbook(file, data_only=True)[say("results.sheet.matrix", lang)]
    most, *rows = [[cell.value for cell in row] for row in table(sheet, say("column.unit", lang))]
    cards = cards_of(name)
    assert most == [say("column.max", lang), *(float(score.max) for score in cards[0])]
    assert rows == [[card.unit, *(shown(score, lang) for score in card)] for card in cards]


@pytest.mark.parametrize(("name", "whole"), [("2019/city", True), ("2019/department", False)])
def test_a_small_matrix_is_not_torn_apart_in_print(name: str, whole: bool, tmp_path: Path):
    write([load(name).score({}, unit="甲市", incomplete=True)], tmp_path / "result.xlsx", "zh")
    setup = load_workbook(tmp_path / "result.xlsx")[say("results.sheet.matrix")].sheet_properties.pageSetUpPr
    assert bool(setup and setup.fitToPage) == whole


def test_the_losses(written: tuple[str, str, Path]):
    name, lang, file = written
    book = load_workbook(file, data_only=True)
    rows = [
        [cell.value for cell in row] for row in table(book[say("results.sheet.losses", lang)], say("column.unit", lang))
    ]
    expected = [loss for card in cards_of(name) for loss in losses(card)]
    assert [(row[0], row[4]) for row in rows] == [(loss.unit, float(loss.line.loss)) for loss in expected]
    leads = [say("rectify.and", lang).join(loss.responsible.lead) or None for loss in expected]
    assert [row[5] for row in rows] == leads
    by_name = [row[1].value for row in table(book[say("results.sheet.indicators", lang)], say("column.losing", lang))]
    assert by_name == [float(each.lost) for each in by_indicator(cards_of(name))]


def test_the_ledger_of_every_unit(written: tuple[str, str, Path]):
    name, lang, file = written
    book = load_workbook(file, data_only=True)
    for card in cards_of(name):
        expect_ledger(book[card.unit], card, lang)


def expect_ledger(sheet: Worksheet, card: Scorecard, lang: str) -> None:
    """A row an indicator with its points, and a row a line with what it takes and leaves, all in the order of the card."""
    scores = [score for score in card.total if score.added]
    rows = [[cell.value for cell in row] for row in table(sheet, say("column.indicator", lang))]
    indicators = [(row[6], row[7]) for row in rows if row[0]]
    assert indicators == [(shown(score, lang), float(score.max_applicable)) for score in scores]
    lines = [(row[4], row[5]) for row in rows if not row[0] and row[4] is not None]
    assert lines == [(float(line.loss), float(line.balance)) for line in card.ledger]


def test_facts_as_they_were_used():
    city = load("2019/city")
    found = [{"date": "2019-05-06", "note": "无人值守", "evidence": "3 号"}, {"date": "2019-05-07"}]
    card = city.score(
        Unit("甲市", {"counties_without_operations": found, "network_cloud_platforms": 3}), incomplete=True
    )
    book = saved([card])
    facts = {row[5].value: row for row in table(book["事实"], "编号")}
    assert [cell.value for cell in facts["network_cloud_platforms"]][2:4] == [3, "个"]
    assert facts["counties_without_operations"][2].value == 2
    assert facts["venue_faults"][2].value == "未填"
    findings = [[cell.value for cell in row][2:] for row in table(book["检查记录"], "日期")]
    assert findings == [["2019-05-06", "无人值守", "3 号"], ["2019-05-07", None, None]]
    operations = next(row for row in table(book["甲市"], "指标") if row[0].value == "基础保障服务")
    (link,) = [cell.hyperlink for cell in operations if cell.hyperlink]
    assert link.location == f"'事实'!A{facts['counties_without_operations'][0].row}"


def saved(cards: Sequence[Scorecard], lang: str = "zh", **options: Any) -> Workbook:
    """The workbook of these cards as openpyxl reads it."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "result.xlsx"
        write(cards, file, lang, **options)
        return load_workbook(file)


# Formulas.

TERM = re.compile(r"([+-]?)(SUM\([^)]*\)|[A-Z]+\d+|[\d.]+)")


def worked_out(sheet: Worksheet, place: str) -> Decimal | None:
    """What a cell comes to, by its formula and by the cells that this names; None where it holds a word or nothing."""
    held = sheet[place].value
    if not isinstance(held, str) or not held.startswith("="):
        return Decimal(repr(held)) if isinstance(held, (int, float)) else None
    formula = re.fullmatch(r"=ROUND\((.*),(\d)\)", held)
    assert formula, held
    inside, places = formula.groups()
    terms = TERM.findall(inside)
    assert "".join(sign + term for sign, term in terms) == inside
    total = Decimal(0)
    for sign, term in terms:
        value = _term(sheet, term)
        assert value is not None, (place, held)
        total += -value if sign == "-" else value
    assert round(total, int(places)) == total
    return total


def _term(sheet: Worksheet, term: str) -> Decimal | None:
    if term.startswith("SUM("):
        parts = (worked_out(sheet, part) for part in term[4:-1].split(","))
        return sum((part for part in parts if part is not None), Decimal(0))
    return worked_out(sheet, term) if term[0].isalpha() else Decimal(term)


def expect_formulas(formulas: Worksheet, values: Worksheet) -> int:
    """Every formula comes to the value that stands in the file beside it; how many there are."""
    count = 0
    for row in formulas.iter_rows():
        for cell in row:
            if cell.data_type == "f":
                count += 1
                assert worked_out(formulas, cell.coordinate) == Decimal(repr(values[cell.coordinate].value)), cell
    return count


def test_formulas_come_to_the_points(written: tuple[str, str, Path]):
    name, _, file = written
    formulas, values = load_workbook(file), load_workbook(file, data_only=True)
    for card in cards_of(name):
        assert expect_formulas(formulas[card.unit], values[card.unit]) > len(card)


@fewer(0.2)
@given(rulesets(), st.data())
def test_formulas_come_to_the_points_whatever_the_rules(
    tmp_path_factory: pytest.TempPathFactory, ruleset: Ruleset, data: st.DataObject
):
    cards = ruleset.score_all(data.draw(cohorts(ruleset)), incomplete=True)
    file = tmp_path_factory.mktemp("made_up") / "result.xlsx"
    write(cards, file, "en")
    formulas, values = load_workbook(file), load_workbook(file, data_only=True)
    for (_, card), name in zip(placed(cards), formulas.sheetnames[-len(cards) :], strict=True):
        expect_formulas(formulas[name], values[name])
        expect_ledger(values[name], card, "en")


@pytest.mark.parametrize("name", ["huaibei_2019", "2018/city_overall"])
def test_libreoffice_works_out_the_same(name: str, tmp_path: Path):
    file = tmp_path / "result.xlsx"
    write(cards_of(name), file, "zh")
    (tmp_path / "anew").mkdir()
    ours, theirs = (load_workbook(each, data_only=True) for each in (file, converted(file, "xlsx", tmp_path / "anew")))
    assert ours.sheetnames == theirs.sheetnames
    for sheet in ours.worksheets:
        assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
            [cell.value for cell in row] for row in theirs[sheet.title].iter_rows(max_row=sheet.max_row)
        ]


# Words in place of numbers.

OFFICES = """
ruleset: offices
title: Offices
max: 20
facts:
  late: {type: count, label: late papers}
  leaked: {type: yes_no, label: a leak}
indicators:
  - {id: papers, name: Papers, max: 10, rule: {kind: per_finding, each: 1, of: late}, veto_when: leaked}
  - {id: halls, name: Halls, max: 10, applies_when: late < 100, rule: {kind: per_finding, each: 2, of: late}}
"""


def offices(tmp_path: Path, facts: Mapping[str, object]) -> Scorecard:
    return load(offices_file(tmp_path)).score(Unit("A", facts), incomplete=True)


def points_in(book: Workbook) -> dict[str, Any]:
    """The cells of an only unit's indicators on the sheet of all indicators."""
    sheet = book["By indicator"]
    rows = list(sheet.iter_rows())
    heads = next(row for row in rows if row[0].value == "Unit")
    return {str(head.value): cell for head, cell in zip(heads, rows[-1], strict=True)}


def test_what_is_missing_or_does_not_apply_is_a_word(tmp_path: Path):
    cells = points_in(saved([offices(tmp_path, {"leaked": False})], "en"))
    assert (cells["Papers"].value, cells["Halls"].value) == ("0.00..10.00", "0.00..10.00")
    cells = points_in(saved([offices(tmp_path, {"late": 500, "leaked": False})], "en"))
    assert cells["Halls"].value == "not applicable"


def test_what_is_vetoed_says_so_beside_its_points(tmp_path: Path):
    cells = points_in(saved([offices(tmp_path, {"late": 0, "leaked": True})], "en"))
    assert (cells["Papers"].value, cells["Papers"].number_format) == (0, '0.00"  vetoed"')


def test_what_is_open_has_a_sheet(tmp_path: Path):
    book = saved([offices(tmp_path, {"leaked": False})], "en")
    rows = [[cell.value for cell in row] for row in table(book["Still open"], "Indicator")]
    assert rows == [
        ["A", "Papers", 10, "facts not given", "late papers", "0.00..10.00"],
        ["A", "Halls", 10, "facts not given", "late papers", "0.00..10.00"],
    ]
    assert "Still open" not in saved([offices(tmp_path, {"late": 1, "leaked": False})], "en").sheetnames


def test_decisions_stand_beside_what_the_rule_gives(tmp_path: Path):
    unit = Unit(
        "A",
        {"late": 3, "leaked": False},
        overrides={"papers": {"points": "9.5", "by": "Li", "why": "two were in time"}},
        objections={"halls": {"points": 8, "by": "Wang", "why": "the hall was closed"}},
    )
    card = load(offices_file(tmp_path)).score(unit)
    rows = [[cell.value for cell in row] for row in table(saved([card], "en")["Decisions"], "Indicator")]
    assert [row[2:6] for row in rows] == [["Papers", 9.5, 7, 9.5], ["Halls", 8, None, 4]]
    assert [row[6:] for row in rows] == [["Li: two were in time", None], ["Wang: the hall was closed", "open"]]


@pytest.mark.parametrize(
    ("signature", "said"), [({}, None), ({"by": "Li", "why": "the list of May"}, "Li: the list of May")]
)
def test_a_place_taken_over_need_not_be_signed(signature: Mapping[str, str], said: str | None):
    places = {"open_machine_readable": {"place": 2, "of": 9, **signature}}
    card = load("2019/department").score(Unit("A", {}, places=places), incomplete=True)
    (row,) = table(saved([card], "en")["Decisions"], "Indicator")
    assert [row[3].value, row[6].value] == ["2 of 9", said]


def offices_file(tmp_path: Path) -> Path:
    file = tmp_path / "offices.yaml"
    file.write_text(OFFICES, "utf-8")
    return file


# Text stays text.

FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1+1")


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_becomes_a_formula(text: str):
    city = load("2019/city")
    finding = {"date": text, "note": text, "evidence": text}
    signed = {"by": text, "why": text}
    card = city.score(
        Unit(text, {"counties_without_operations": [finding]}, not_applicable={"video": signed}), incomplete=True
    )
    book = saved([card])
    found = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    typed = [cell for cell in found if isinstance(cell.value, str) and cell.value.strip() == text.strip()]
    assert len(typed) > 10
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in typed)
    assert all(str(cell.value).startswith("=ROUND(") for cell in found if cell.data_type == "f")


names = st.text(st.characters(codec="utf-8"), max_size=40) | st.sampled_from(
    ["甲" * 40, "𠮷" * 30, "'", "History", "a/b"]
)


@given(st.lists(names | st.sampled_from(["甲市", "甲市 ", "A", "a"]), max_size=12))
def test_names_of_sheets(given_names: list[str]):
    found = sheet_names(given_names)
    assert len({name.lower() for name in found}) == len(given_names)
    for name in found:
        assert 1 <= len(name.encode("utf-16-le")) // 2 <= LONGEST_SHEET_NAME
        assert not set(name) & set("[]:*?/\\")
        assert not name.startswith("'")
        assert not name.endswith("'")
        assert name.lower() != "history"


@fewer(0.2)
@given(st.lists(names, min_size=1, max_size=5))
def test_every_link_leads_somewhere(given_names: list[str]):
    city = load("2019/city")
    book = saved([city.score(Unit(name, {}), incomplete=True) for name in given_names])
    targets = [
        cell.hyperlink.location
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.hyperlink
    ]
    assert len(targets) > 2 * len(given_names)
    for target in targets:
        name, _, place = str(target).rpartition("!")
        assert book[name[1:-1].replace("''", "'")][place].value is not None


def test_a_number_that_a_spreadsheet_would_change_is_text():
    assert double(Decimal("1234567.891")) == 1234567.891
    assert double(Decimal("0.1234567890123456")) is None
    assert double(Decimal("99999999999999.999")) is None


# The whole book.


def test_the_same_cards_give_the_same_bytes(tmp_path: Path):
    files = [tmp_path / "a.xlsx", tmp_path / "b.xlsx"]
    for file in files:
        write(cards_of("2019/department"), file, "zh")
    assert files[0].read_bytes() == files[1].read_bytes()


def test_the_sheets_in_both_languages():
    cards = cards_of("huaibei_2019")[:2]
    ours = ["ranking", "matrix", "indicators", "charts", "losses", "offices", "facts", "about"]
    for lang in messages.LANGUAGES:
        parts = [say(f"results.sheet.{part}", lang) for part in ours]
        found = saved(cards, lang).sheetnames
        assert [name for name in found if name in parts] == parts
        assert found[-2:] == [card.unit for card in cards]


def charted(book: Workbook, lang: str = "zh") -> list[Any]:
    return list(vars(book[say("results.sheet.charts", lang)])["_charts"])


def test_charts_show_the_cells_of_the_tables(written: tuple[str, str, Path]):
    name, lang, file = written
    book = load_workbook(file)
    first, second = charted(book, lang)
    total = cards_of(name)[0].total
    assert (first.grouping == "stacked") == total.added
    for part, series in zip(total.children, first.series, strict=True):
        shown_cells = [cell.value for cell in cells(book, series.val.numRef.f)]
        assert shown_cells == [shown(card[part.id], lang) for card in cards_of(name)]
        assert [cell.value for cell in cells(book, series.cat.strRef.f)] == [card.unit for card in cards_of(name)]
    lost = [cell.value for cell in cells(book, second.series[0].val.numRef.f)]
    assert lost == [float(each.lost) for each in by_indicator(cards_of(name))][:20]


def cells(book: Workbook, reference: str) -> Iterator[Cell]:
    sheet, _, area = reference.rpartition("!")
    for row in book[sheet.strip("'")][area.replace("$", "")]:
        yield from row


def test_of_many_units_the_chart_shows_the_first():
    card = cards_of("2019/department")[0]
    book = saved([replace_name(card, f"{at}厅") for at in range(50)])
    first, _ = charted(book)
    assert len(list(cells(book, first.series[0].val.numRef.f))) == 40


def replace_name(card: Scorecard, name: str) -> Scorecard:
    return Scorecard(name, card.total, card.program, card.inputs, card.graded)


def test_of_too_many_units_none_has_a_sheet(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(workbook_plan, "MOST_UNIT_SHEETS", 2)
    book = saved(cards_of("2019/department"))
    assert "甲厅" not in book.sheetnames
    told = [cell.value for row in book["排名"].iter_rows(max_row=4) for cell in row]
    assert say("results.no_unit_sheets") in told


def test_a_sheet_that_is_full_is_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(workbook, "MOST_ROWS", 30)
    with pytest.raises(EgovScoringError) as caught:
        saved(cards_of("2019/department"))
    assert [problem.code for problem in caught.value.problems] == ["sheet-full"]


def test_a_place_is_one_among_all():
    cards = cards_of("2019/department")
    book = saved(cards[2:3], among=cards)
    assert table(book["排名"], "单位")[0][0].value == 3
    assert say("results.placed", place=3, of=6) in [row[0].value for row in book["戊局"].iter_rows(max_row=4)]


def test_who_was_compared_is_told():
    about = {row[0].value: row[1].value for row in saved(cards_of("2019/department"))["说明"].iter_rows()}
    assert about["规则集"] == "2019/department"
    assert about["指纹"] == load("2019/department").fingerprint
    units, ranked = str(about["名次"]).split("\n")
    assert all(card.unit in units for card in cards_of("2019/department"))
    assert "开放数据集总量" in ranked
    assert "名次" not in {row[0].value for row in saved(cards_of("huaibei_2019"))["说明"].iter_rows()}


def test_a_grade_has_a_column(tmp_path: Path):
    file = offices_file(tmp_path)
    file.write_text(OFFICES + "grades: [{grade: good, from: 15}, {grade: poor}]\n", "utf-8")
    ruleset = load(file)
    cards = ruleset.score_all([Unit("A", {"late": 0, "leaked": False}), Unit("B", {"late": 5, "leaked": False})])
    rows = [[cell.value for cell in row][:4] for row in table(saved(cards, "en")["Ranking"], "Unit")]
    assert rows == [[1, "A", "good", 20], [2, "B", "poor", 5]]


def test_without_its_library_it_is_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(EgovScoringError) as caught:
        saved(cards_of("2019/department"))
    (problem,) = caught.value.problems
    assert (problem.code, problem.args["extra"]) == ("extra-missing", "office")
