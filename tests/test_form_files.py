"""Files of forms: what is refused, with its place and what to do; tables; folders, in which one bad file stops nobody."""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from openpyxl.chart import BarChart, Reference

from egov_scoring import FactsError, Unit, load, read_units
from egov_scoring.errors import Problem
from egov_scoring.forms.layout import UNIT, VALUE, Mark
from egov_scoring.forms.marking import mark
from egov_scoring.forms.parts import ENCRYPTED, OLD_FORMAT
from egov_scoring.forms.writing import write
from egov_scoring.gathering import gather, score
from egov_scoring.samples import sample
from tests.conftest import Golden
from tests.typists import columns_of, row_of

GOLDEN = Path(__file__).parent / "golden"
CITY = load("2019/city")
DEPARTMENT = load("2019/department")
FACTS = dict(sample(CITY, "random", 1).facts)
MARK = str(Mark("form", CITY.id, CITY.fingerprint))


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own, the current one, so that problems name files as they are called."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def problems_of(path: str | Path) -> list[Problem]:
    with pytest.raises(FactsError) as error:
        read_units(path, CITY)
    return list(error.value.problems)


def told(path: str | Path) -> list[tuple[str, str]]:
    return [(str(problem.position), problem.code) for problem in problems_of(path)]


def form(path: str, unit: str = "甲市", **facts: object) -> Path:
    write(path, CITY, [Unit(unit, {**FACTS, **facts})], lang="zh")
    return Path(path)


def changed(path: Path, change: Callable[[Any], None]) -> Path:
    """The workbook after somebody has been at it."""
    book: Any = openpyxl.load_workbook(path)
    change(book)
    book.save(path)
    return path


def value_cell(sheet: Any, key: str) -> Any:
    return sheet.cell(row_of(sheet, key), columns_of(sheet)[VALUE])


# Files that cannot be read.


def _text(path: Path) -> None:
    path.write_text("<table>", "utf-8")


def _old(path: Path) -> None:
    path.write_bytes(OLD_FORMAT + bytes(600))


def _encrypted(path: Path) -> None:
    path.write_bytes(OLD_FORMAT + bytes(600) + ENCRYPTED)


def _bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", bytes(65 * 1024**2))


def _far(path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet().write("XFD1048576", "far")


def _merged(path: Path) -> None:
    wide = '<worksheet><mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells></worksheet>'
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/worksheets/sheet1.xml", wide)


def _other(path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet().write("A1", "单位")


def _damaged(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook")


def _nothing(path: Path) -> None:
    pass


def _packed_with_a_password(path: Path) -> None:
    content = bytearray(form(str(path)).read_bytes())
    for sign, flags in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        for found in re.finditer(re.escape(sign), bytes(content)):
            content[found.start() + flags] |= 1
    path.write_bytes(content)


def _garbled(path: Path) -> None:
    content = bytearray(form(str(path)).read_bytes())
    with zipfile.ZipFile(path) as archive:
        part = archive.getinfo("xl/worksheets/sheet1.xml")
    begin = part.header_offset + 60 + len(part.filename)
    content[begin : begin + 40] = b"\xff" * 40
    path.write_bytes(content)


def _without_its_sheet(path: Path) -> None:
    changed(form(str(path)), lambda book: book.remove(book["填报"]))


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (_text, "not-a-workbook"),
        (_old, "workbook-old"),
        (_encrypted, "workbook-encrypted"),
        (_bomb, "workbook-too-large"),
        (_far, "sheet-too-large"),
        (_merged, "sheet-too-large"),
        (_other, "not-a-form"),
        (_damaged, "workbook-damaged"),
        (_packed_with_a_password, "workbook-damaged"),
        (_garbled, "workbook-damaged"),
        (_without_its_sheet, "form-without-units"),
        (_nothing, "cannot-read"),
    ],
)
def test_what_is_no_workbook_of_a_form_is_refused(make: Callable[[Path], None], code: str, here: Path):
    make(Path("甲市.xlsx"))
    assert told("甲市.xlsx") == [("甲市.xlsx:1:1", code)]


def test_an_old_workbook_goes_by_its_name(here: Path):
    _old(Path("甲市.xls"))
    assert told("甲市.xls") == [("甲市.xls:1:1", "workbook-old")]


def test_no_bytes_of_a_workbook_are_shown(here: Path):
    _old(Path("甲市.xlsx"))
    (problem,) = problems_of("甲市.xlsx")
    assert problem.format("en").splitlines()[1:] == ["    hint: open it and save it as .xlsx"]


def test_a_form_needs_its_ruleset(here: Path):
    with pytest.raises(FactsError, match="form-without-ruleset"):
        read_units(form("甲市.xlsx"))


# Forms that are none of this ruleset, or no longer whole.


def test_a_form_of_another_ruleset_is_refused(here: Path):
    write("甲厅.xlsx", DEPARTMENT, lang="zh")
    assert told("甲厅.xlsx") == [("甲厅.xlsx 填报!A1", "form-of-another")]


def test_a_form_of_another_edition_is_read_with_a_remark(here: Path):
    def change(book: Any) -> None:
        book["填报"]["A1"] = str(Mark("form", CITY.id, "sha256:0"))
        book["填报"].cell(row_of(book["填报"], "venue_faults"), 1).value = "venue_failures"

    with pytest.warns(UserWarning, match="another edition of 2019/city"), pytest.raises(FactsError) as error:
        read_units(changed(form("甲市.xlsx"), change), CITY)
    assert [(problem.code, problem.args["nearest"]) for problem in error.value.problems] == [
        ("unknown-fact", "venue_faults")
    ]


def test_a_form_that_lost_its_ids_is_refused(here: Path):
    assert told(changed(form("a.xlsx"), lambda book: book["填报"].delete_rows(1))) == [
        ("a.xlsx 填报!A1", "sheet-without-mark")
    ]
    assert told(changed(form("d.xlsx"), lambda book: book["填报"].delete_cols(1))) == [
        ("d.xlsx 填报!A1", "sheet-without-mark")
    ]
    assert told(changed(form("b.xlsx"), lambda book: book["填报"].delete_cols(5)))[0] == (
        "b.xlsx 填报!A1",
        "form-without-column",
    )

    def copied(book: Any) -> None:
        book["填报"]["J1"] = VALUE

    assert told(changed(form("c.xlsx"), copied)) == [("c.xlsx 填报!J1", "sheet-column-twice")]


# Everything that is wrong, by cell, at once.


WRONG_RECORDS: list[dict[str, Any]] = [
    {"#section": "改定分数", "#indicator": "基础保障服务", "#points": "六", "#by": "张某", "#why": "复核"},
    {"#section": "不适用", "#indicator": "视频会议", "#points": 3, "#by": "张某", "#why": "没有会场"},
    {"#section": "不适用", "#indicator": "视频会议", "#by": "李某", "#why": "再记一次"},
    {"#section": "改分", "#indicator": "基础保障服务"},
    {"#section": "异议", "#indicator": "基础保障", "#by": "甲市", "#why": "漏计"},
]


def test_all_problems_by_cell(here: Path, golden: Golden):
    def change(book: Any) -> None:
        sheet, keys = book["填报"], list(CITY.facts)
        wrong = ["#REF!", "about 3", -4, "=1+1", 1.5, "12次", None, "2019-03-05"]
        for key, value in zip(keys, wrong, strict=False):
            value_cell(sheet, key).value = value
        value_cell(sheet, keys[8]).number_format = "0%"
        at = value_cell(sheet, keys[10])
        sheet.merge_cells(f"{at.coordinate}:{at.column_letter}{at.row + 1}")
        sheet.insert_rows(row_of(sheet, keys[15]))
        sheet.cell(row_of(sheet, keys[15]) - 1, at.column).value = 7
        listed, first = book["问题清单"], row_of(book["问题清单"], "#head") + 1
        listed.cell(first, 2).value = CITY.facts[keys[14]].label
        listed.cell(first + 1, 2).value = "没有这一项"
        listed.cell(first + 2, 4).value = "不知道属于哪一项"
        records = book["评定记录"]
        columns, first = columns_of(records), row_of(records, "#head") + 1
        for at, row in enumerate(WRONG_RECORDS, first):
            for column, value in row.items():
                records.cell(at, columns[column]).value = value

    path = changed(form("甲市.xlsx"), change)
    with pytest.raises(FactsError) as error:
        score(CITY, gather(path, CITY))
    for lang in ("zh", "en"):
        golden(GOLDEN / f"form_problems.{lang}.txt", error.value.format(lang) + "\n")


def test_a_formula_counts_by_its_result(here: Path):
    with xlsxwriter.Workbook("甲市.xlsx") as book:
        sheet = book.add_worksheet("填报")
        for row, values in enumerate([[MARK, VALUE], ["venue_faults"], ["roll_call_absences"]]):
            sheet.write_row(row, 0, values)
        sheet.write_formula("B2", "=1+2", value=3)
        sheet.write_formula("B3", "=0.1+0.2", value=0.30000000000000004)
    (problem,) = problems_of("甲市.xlsx")
    assert (str(problem.position), problem.code, problem.args["found"]) == ("甲市.xlsx 填报!B3", "not-whole", "0.3")


@pytest.mark.parametrize("stated", [2, None])
def test_findings_stand_one_by_one_and_as_their_number(stated: int | None, here: Path):
    assert read_units(_listed(stated), CITY)[0].facts["venue_faults"] == [{"note": "黑屏"}, {"note": "无声"}]


def test_another_number_than_there_are_findings_is_refused(here: Path):
    assert [code for _, code in told(_listed(3))] == ["findings-disagree"]


def _listed(stated: int | None) -> Path:
    """A form with two findings, and a number of them."""
    path = form("甲市.xlsx", venue_faults=[{"note": "黑屏"}, {"note": "无声"}])
    return changed(path, lambda book: setattr(value_cell(book["填报"], "venue_faults"), "value", stated))


def test_a_row_of_many_units_says_whose_it_is(here: Path):
    units = [Unit(name, {**FACTS, "venue_faults": [{"note": name}]}) for name in ("甲市", "乙市")]
    write("forms.xlsx", CITY, units, lang="zh")

    def change(book: Any) -> None:
        sheet = book["问题清单"]
        first, column = row_of(sheet, "#head") + 1, columns_of(sheet)[UNIT]
        sheet.cell(first, column).value = "丙市"
        sheet.cell(first + 1, column).value = None

    assert [code for _, code in told(changed(Path("forms.xlsx"), change))] == [
        "row-of-unknown-unit",
        "row-without-unit",
    ]


def test_findings_on_two_sheets_add_up(here: Path):
    path = form("甲市.xlsx", venue_faults=[{"note": "黑屏"}])
    changed(path, lambda book: setattr(book.copy_worksheet(book["问题清单"]), "title", "续表"))
    assert read_units(path, CITY)[0].facts["venue_faults"] == [{"note": "黑屏"}] * 2


def test_a_grid_names_each_unit_once(here: Path):
    write("grid.xlsx", CITY, [Unit(name, FACTS) for name in ("甲市", "甲市", "")], "grid", "zh")
    assert [(place[-2:], code) for place, code in told("grid.xlsx")] == [
        ("B8", "unit-twice"),
        ("B9", "unit-without-name"),
    ]


# Copies with the cells marked.


def test_a_copy_marks_the_cells(here: Path):
    def change(book: Any) -> None:
        value_cell(book["填报"], "venue_faults").value = "about 3"
        book["填报"]["K3"] = "=1+1"

    path = changed(form("甲市.xlsx"), change)
    before = path.read_bytes()
    problems = problems_of(path)
    (copy,) = mark(problems, "zh")
    assert (copy.name, path.read_bytes()) == ("甲市.问题.xlsx", before)
    book: Any = openpyxl.load_workbook(copy)
    original: Any = openpyxl.load_workbook(path)
    cell = value_cell(book["填报"], "venue_faults")
    assert cell.value == "about 3"
    assert cell.fill.fgColor.rgb == "FFFFB3B3"
    assert cell.comment.text == "\n".join((problems[0].message("zh"), problems[0].hint("zh")))
    assert book["填报"]["K3"].value == "=1+1"
    assert book["填报"].protection.sheet
    for sheet in ("填报", "问题清单", "评定记录"):
        assert _guards(book[sheet]) == _guards(original[sheet])


def _guards(sheet: Any) -> set[str]:
    return {str(guard.sqref) for guard in sheet.data_validations.dataValidation}


def test_a_copy_in_which_something_was_mended_is_kept(here: Path):
    path = changed(form("甲市.xlsx"), lambda book: setattr(value_cell(book["填报"], "venue_faults"), "value", "x"))
    problems = problems_of(path)
    assert [copy.name for _ in range(2) for copy in mark(problems, "en")] == ["甲市.problems.xlsx"] * 2
    mended = changed(
        Path("甲市.problems.xlsx"), lambda book: setattr(value_cell(book["填报"], "venue_faults"), "value", 3)
    )
    content = mended.read_bytes()
    assert [copy.name for copy in mark(problems, "en")] == ["甲市.problems2.xlsx"]
    assert mended.read_bytes() == content
    assert read_units(mended, CITY)[0].facts["venue_faults"] == 3


def test_of_a_workbook_that_cannot_be_opened_whole_there_is_no_copy(here: Path):
    source = form("甲市.xlsx", venue_faults=-1)
    with zipfile.ZipFile(source) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(source, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part.replace(b"<fills ", b"<filled "))
    problems = problems_of("甲市.xlsx")
    assert [problem.code for problem in problems] == ["out-of-range"]
    assert mark(problems) == []
    assert [file.name for file in here.iterdir()] == ["甲市.xlsx"]


def test_a_copy_opens_where_the_first_problem_is(here: Path):
    def with_a_chart_in_front(book: Any) -> None:
        chart = BarChart()
        chart.add_data(Reference(book["填报"], min_col=5, min_row=6, max_row=7))
        book.create_chartsheet("图", 0).add_chart(chart)

    changed(form("甲市.xlsx", venue_faults=-1), with_a_chart_in_front)
    (copy,) = mark(problems_of("甲市.xlsx"))
    marked: Any = openpyxl.load_workbook(copy)
    assert marked.active.title == "填报"


def test_of_a_merged_cell_the_one_that_is_seen_is_marked(here: Path):
    def change(book: Any) -> None:
        at = value_cell(book["填报"], "venue_faults")
        book["填报"].merge_cells(f"{at.coordinate}:{at.column_letter}{at.row + 1}")

    path = changed(form("甲市.xlsx"), change)
    (copy,) = mark(problems_of(path))
    book: Any = openpyxl.load_workbook(copy)
    assert value_cell(book["填报"], "venue_faults").comment


# Tables.


def table(*rows: Sequence[object]) -> str:
    return "".join(",".join(map(str, row)) + "\r\n" for row in rows)


KEYS, VALUES = ["unit", *FACTS], [str(value) for value in FACTS.values()]
LABELS = ["单位", *(CITY.facts[key].label for key in FACTS)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("header", [KEYS, LABELS], ids=["keys", "labels"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_has_a_row_for_each_unit(encoding: str, header: list[str], delimiter: str, here: Path):
    text = table(header, ["甲市", *VALUES], [], ["乙市", *VALUES[:-1], "１２"]).replace(",", delimiter)
    Path("units.csv").write_bytes(text.encode(encoding))
    last = list(FACTS)[-1]
    assert read_units("units.csv", CITY) == [Unit("甲市", FACTS), Unit("乙市", {**FACTS, last: 12})]


def test_what_people_recorded_stands_in_columns_as_in_frames(here: Path):
    ranked, item = "open_machine_readable", next(item.id for item in DEPARTMENT.program.items() if item.is_leaf)
    records = [f"{item}__points", f"{item}__not_applicable", f"{ranked}__place", f"{ranked}__of"]
    header = ["unit", *DEPARTMENT.facts, *records]
    Path("units.csv").write_text(table(header, ["甲厅", *[""] * len(DEPARTMENT.facts), "1.5", "是", 2, 6]), "utf-8")
    (unit,) = read_units("units.csv", DEPARTMENT)
    signed = {"by": "units.csv", "why": f"stated in the column {item}__points"}
    assert unit.overrides == {item: {"points": 1.5, **signed}}
    assert unit.not_applicable == {item: {**signed, "why": f"stated in the column {item}__not_applicable"}}
    assert unit.places == {ranked: {"place": 2, "of": 6}}


def test_problems_of_a_table_by_cell(here: Path):
    header = [*KEYS, "venue_fault", "venue_faults", "x__points", "序号"]
    row = ["甲市", "many", *VALUES[1:], 1, 1, 1, 1]
    Path("units.csv").write_text(table(header, row), "utf-8")
    assert told("units.csv") == [
        ("units.csv units!S1", "csv-column"),
        ("units.csv units!T1", "column-twice"),
        ("units.csv units!U1", "csv-column"),
        ("units.csv units!B2", "cell-number"),
    ]


def test_a_table_in_no_known_encoding_is_refused(here: Path):
    Path("units.csv").write_bytes("单位,x".encode("utf-16"))
    assert told("units.csv") == [("units.csv:1:1", "csv-encoding")]
    Path("other.csv").write_text("a,b\n1,2\n", "utf-8")
    assert told("other.csv") == [("other.csv other!A1", "csv-without-facts")]


def test_a_row_that_is_longer_than_the_first_is_refused(here: Path):
    Path("units.csv").write_text(f"{','.join(KEYS)}\n甲市,1,{','.join(map(str, VALUES))},,\n", "utf-8")
    assert told("units.csv")[0] == ("units.csv units!S2", "csv-row-long")


def test_a_table_of_something_else_brings_no_units(here: Path):
    folder = here / "units"
    folder.mkdir()
    form("units/甲市.xlsx")
    (folder / "scores.csv").write_text("unit,points\n甲市,12\n", "utf-8")
    found = score(CITY, gather(folder, CITY))
    assert ([card.unit for card in found.cards], [path.name for path in found.left_out]) == (["甲市"], ["scores.csv"])
    assert [problem.code for problem in found.problems] == ["csv-without-facts"]


# Folders.


def test_a_folder_holds_units_of_all_kinds(here: Path):
    folder = here / "units"
    folder.mkdir()
    form("units/丙市.xlsx", unit="")
    (folder / "乙市.yaml").write_text(f"facts: {FACTS}", "utf-8")
    (folder / "甲.csv").write_text(table(KEYS, ["甲市", *VALUES]), "utf-8")
    for passed_over in ("~$丙市.xlsx", ".hidden.xlsx", "丙市.问题.xlsx", "丙市.problems2.xlsx", "附件.pdf"):
        (folder / passed_over).write_bytes(b"?")
    assert read_units(folder, CITY) == [Unit(name, FACTS) for name in ("丙市", "乙市", "甲市")]


def test_one_bad_file_does_not_stop_the_others(here: Path):
    Path("units").mkdir()
    for name in ("甲市", "乙市", "丙市", "丁市"):
        form(f"units/{name}.xlsx", name)
    changed(Path("units/乙市.xlsx"), lambda book: setattr(value_cell(book["填报"], "venue_faults"), "value", "?"))
    changed(Path("units/丙市.xlsx"), lambda book: setattr(value_cell(book["填报"], "venue_faults"), "value", None))
    steps: list[float] = []
    found = score(CITY, gather(Path("units"), CITY, steps.append))
    assert [card.unit for card in found.cards] == ["丁市", "甲市"]
    assert [path.name for path in found.left_out] == ["丙市.xlsx", "乙市.xlsx"]
    assert sorted(problem.code for problem in found.problems) == ["cell-number", "missing-fact"]
    assert steps == [0, 25, 50, 75]


def test_two_files_for_one_unit_are_both_left_out(here: Path):
    Path("units").mkdir()
    for file, name in (("a", "甲市"), ("b", "甲市"), ("c", "乙市")):
        form(f"units/{file}.xlsx", name)
    found = score(CITY, gather(Path("units"), CITY))
    assert [card.unit for card in found.cards] == ["乙市"]
    assert [problem.code for problem in found.problems] == ["unit-twice"]


def test_places_are_among_the_files_that_are_right(here: Path):
    Path("units").mkdir()
    offices = [replace(unit, places={}) for unit in read_units(EXAMPLES / "2019_department_units.yaml")[:4]]
    for unit in offices:
        write(f"units/{unit.name}.xlsx", DEPARTMENT, [unit])
    shutil.copy(f"units/{offices[0].name}.xlsx", f"units/{offices[0].name}.txt")
    Path(f"units/{offices[0].name}.xlsx").write_bytes(b"?")
    found = score(DEPARTMENT, gather(Path("units"), DEPARTMENT))
    assert {card.unit: card.points for card in found.cards} == {
        card.unit: card.points for card in DEPARTMENT.score_all(offices[1:])
    }


EXAMPLES = Path(__file__).parents[1] / "examples"


def test_an_empty_folder_is_told(here: Path):
    Path("units").mkdir()
    assert told("units") == [("units:1:1", "folder-without-units")]
