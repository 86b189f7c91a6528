"""Self-report beside verification as it is printed and written: terminal, JSON, workbook, page."""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from html import unescape
from pathlib import Path

import jsonschema
import pytest
from openpyxl import load_workbook

from egov_scoring import Unit, cli, load, messages, read_units
from egov_scoring.gathering import scored
from egov_scoring.reconciliation import Reconciliation, reconcile
from egov_scoring.report import reconcile_page, reconcile_table, reconcile_workbook, schema
from tests import programs
from tests.conftest import Golden

ROOT = Path(__file__).parents[1]
GOLDEN = Path(__file__).parent / "golden"
FILES = tuple(str(ROOT / "examples" / name) for name in ("2019_city_units.yaml", "2019_city_verified.yaml"))
Run = Callable[..., str]

EVIL = "<script>alert(1)</script>"


@cache
def cities() -> Reconciliation:
    """The cities of the examples."""
    city = load("2019/city")
    return reconcile(city.program, *(scored(city, read_units(file), incomplete=True) for file in FILES))


def evil() -> Reconciliation:
    """A unit whose texts try to be more than texts."""
    city = load("2019/city")
    facts = dict.fromkeys(city.facts, 0)
    finding = {"date": "2019-05-06", "note": EVIL, "evidence": "=1+1"}
    signed = {"by": "=cmd()", "why": EVIL, "source": "@x"}
    found = Unit(
        "=甲市",
        {**facts, "counties_without_operations": [finding]},
        overrides={"network_cloud": {"points": 2, **signed}},
        objections={"video": {**signed, "points": 1}},
    )
    sides = ([Unit("=甲市", {**facts, "counties_without_operations": []}), Unit(EVIL, facts)], [found])
    return reconcile(city.program, *(scored(city, units) for units in sides))


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the command line; gives what it prints."""

    def command(*words: str | Path) -> str:
        monkeypatch.setattr(sys, "argv", ["egov-scoring", *map(str, words)])
        try:
            cli.main()
        finally:
            messages.use(None)
        return capsys.readouterr().out

    return command


# The terminal and JSON.


@pytest.mark.parametrize("lang", messages.LANGUAGES)
def test_what_it_prints(lang: str, run: Run, golden: Golden) -> None:
    golden(GOLDEN / f"reconcile_city.{lang}.txt", run("reconcile", "2019/city", *FILES, "--lang", lang))


def test_json_follows_its_published_schema(run: Run) -> None:
    published = json.loads(schema.text("reconcile"))
    assert json.loads(run("schema", "reconcile")) == published
    jsonschema.Draft202012Validator.check_schema(published)
    for found in (cities(), evil()):
        jsonschema.validate(json.loads(json.dumps(reconcile_table.data(found), ensure_ascii=False)), published)
    for unit in json.loads(run("reconcile", "2019/city", *FILES, "--json"))["units"]:
        if unit["difference"][0] == unit["difference"][1]:
            assert Decimal(unit["difference"][0]) == sum(Decimal(part["difference"][0]) for part in unit["parts"])


def test_parts_that_are_never_added_have_no_total(run: Run) -> None:
    file = ROOT / "examples" / "2018_internet_plus_units.yaml"
    data = json.loads(run("reconcile", "2018/internet_plus", file, file, "--json"))
    jsonschema.validate(data, json.loads(schema.text("reconcile")))
    assert {unit["difference"] for unit in data["units"]} == {None}
    assert "No points differ." in run("reconcile", "2018/internet_plus", file, file, "--lang", "en")


@pytest.mark.parametrize(("lang", "says"), [("en", "No unit stands on both sides"), ("zh", "没有共同的单位")])
def test_where_nobody_stands_on_both_sides_nothing_is_said_to_be_equal(
    lang: str, says: str, run: Run, tmp_path: Path
) -> None:
    other = tmp_path / "other.yaml"
    other.write_text("{facts: {}}", "utf-8")
    said = run("reconcile", "2019/city", FILES[0], other, "--lang", lang)
    assert says in said
    assert messages.text("reconcile.none", lang) not in said
    assert messages.text("reconcile.only.verified", lang, units=messages.text("card.nameless", lang)) in said
    found = reconcile(load("2019/city").program, cities().reported, [])
    assert says in unescape(reconcile_page.page(found, lang))


def test_a_unit_without_a_name_is_said_to_have_none(tmp_path: Path) -> None:
    city = load("2019/city")
    facts = dict.fromkeys(city.facts, 0)
    claim = {"network_cloud": {"points": 2, "by": "甲某", "why": "—"}}
    verified = Unit("", {**facts, "network_cloud_platforms": 1, "venue_faults": 1}, claim, objections=claim)
    found = reconcile(city.program, [city.score(facts)], [city.score(verified)])
    told = messages.text("card.nameless", "en")
    assert reconcile_table.tables(found, "en").count(told) == 4
    assert reconcile_page.page(found, "en").count(told) == 2
    reconcile_workbook.write(found, tmp_path / "x.xlsx", "en")
    sheets = load_workbook(tmp_path / "x.xlsx").worksheets[:-1]
    firsts = [[row[0].value for row in sheet.iter_rows()] for sheet in sheets]
    assert [told in column and column[-1] == told for column in firsts] == [True] * 5


def test_what_is_wrong_with_both_sides_is_told_at_once(
    tmp_path: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [tmp_path / name for name in ("self.yaml", "verified.yaml")]
    for file in files:
        file.write_text("unit: 甲市\nfacts:\n  roll_call_absences: -1\nobjection: {}\n", "utf-8")
    with pytest.raises(SystemExit) as stopped:
        run("reconcile", "2019/city", *files, "--lang", "en")
    told = capsys.readouterr().err
    assert stopped.value.code == 2
    assert [f"{file.name}:3:23: out-of-range" in told for file in files] == [True, True]
    assert [f"{file.name}:4:1: unknown-key" in told for file in files] == [True, True]


def test_it_is_written_to_a_workbook_or_a_page(tmp_path: Path, run: Run) -> None:
    names = ("x.xlsx", "x.HTML")
    assert run("reconcile", "2019/city", *FILES, *(word for name in names for word in ("-o", tmp_path / name))) == ""
    assert all((tmp_path / name).stat().st_size > 1000 for name in names)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["x.HTML", "x.xlsx"]


def test_no_file_of_another_kind_and_none_that_is_read(
    tmp_path: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    own, folder = tmp_path / "own.yaml", tmp_path / "verified"
    shutil.copy(FILES[0], own)
    folder.mkdir()
    shutil.copy(FILES[1], folder)
    (tmp_path / "x.html").mkdir()
    outputs = (own, folder / "x.xlsx", tmp_path / "x.html", tmp_path / "nowhere" / "x.xlsx")
    with pytest.raises(SystemExit) as stopped:
        run("reconcile", "2019/city", own, folder, *(word for file in outputs for word in ("-o", file)), "--lang", "en")
    told = capsys.readouterr().err
    assert stopped.value.code == 2
    codes = ["output-suffix", "output-over-facts", "output-over-facts", "output-is-a-folder", "output-folder"]
    assert re.findall("output-[a-z-]+", told) == codes
    assert own.read_bytes() == Path(FILES[0]).read_bytes()
    assert len(list(folder.iterdir())) == 1


# The page.


@pytest.mark.parametrize("lang", messages.LANGUAGES)
def test_the_page_says_what_the_table_says(lang: str) -> None:
    shown = reconcile_page.page(cities(), lang)
    assert shown.isascii()
    for said in ("-2.50", "43.05..44.05", "-0.40..+0.60"):
        assert said in shown
    assert re.findall('href="#(u[0-9]+)"', shown) == re.findall('section id="(u[0-9]+)"', shown)


def test_no_text_becomes_markup() -> None:
    shown = reconcile_page.page(evil(), "en")
    assert "<script" not in shown
    # The lone unit, a finding, an objection, and an override, which stands there as a cause and by itself.
    assert shown.count("&lt;script&gt;") == 5
    assert not re.search(r'(src|href)="(?!#)', shown)


def test_the_page_is_printed(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(reconcile_page.page(cities(), "zh"), "utf-8")
    words = programs.text_of(programs.printed(file, tmp_path))
    assert all(said in words for said in ("自评与核验对照", "-2.50", "F县人员已于年内到位"))


# The workbook.


def workbook(found: Reconciliation, folder: Path, lang: str) -> Path:
    file = folder / f"{lang}.xlsx"
    reconcile_workbook.write(found, file, lang)
    return file


@pytest.mark.parametrize("lang", messages.LANGUAGES)
def test_the_workbook_has_every_difference(lang: str, tmp_path: Path) -> None:
    found = cities()
    book = load_workbook(workbook(found, tmp_path, lang))
    rows = {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}
    units, parts, *_ = rows.values()
    listed = [row for row in parts if row[0] in {each.unit for each in found.units}]
    assert len(listed) == sum(len(each.differing) for each in found.units)
    assert ("丙市", 56.1, 53.6, -2.5, 3, 3) in units
    assert ("庚市", "安全保障服务", 2, 0, -2) in [row[:5] for row in parts]
    assert "43.05..44.05" in [row[2] for row in units]


def test_no_text_becomes_a_formula(tmp_path: Path) -> None:
    book = load_workbook(workbook(evil(), tmp_path, "en"))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert sum(str(cell.value).startswith("=") for cell in cells) >= 4


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    first = workbook(cities(), tmp_path, "zh").read_bytes()
    assert workbook(cities(), tmp_path, "zh").read_bytes() == first


def test_libreoffice_opens_the_workbook(tmp_path: Path) -> None:
    pdf = programs.converted(workbook(cities(), tmp_path, "zh"), "pdf", tmp_path)
    words = programs.text_of(pdf)
    assert all(said in words for said in ("自评与核验对照", "-2.50", "B区运维岗位空缺", "F县人员已于年内到位"))
