"""Results as files: what stands in each, which of them are refused, and that none is left half written."""

from __future__ import annotations

import csv
import html
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook
from pyarrow import parquet

from egov_scoring import Scorecard, Unit, cli, load, messages, output, read_units
from egov_scoring.errors import EgovScoringError
from egov_scoring.ranking import placed
from egov_scoring.rectification import losses
from egov_scoring.report import markdown

ROOT = Path(__file__).parents[1]
CITIES = "examples/2019_city_units.yaml"

CLASH = """
ruleset: clash
title: Clash
max: 2
facts:
  sites: {type: count, label: sites}
indicators:
  - {id: points, name: Points, max: 2, rule: {kind: per_unit, each: 1, of: sites}}
"""

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs `score` in the project's folder, in English unless it says otherwise; exit code, output, errors."""
    monkeypatch.chdir(ROOT)

    def call(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["egov-scoring", "score", *map(str, words)])
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


@pytest.fixture(scope="module")
def cards() -> list[Scorecard]:
    return load("2019/city").score_all(read_units(ROOT / CITIES))


# What stands in the files.


def test_every_form_in_one_call(cards: list[Scorecard], tmp_path: Path, run: Run):
    files = [tmp_path / f"result{suffix}" for suffix in output.WRITERS if suffix != ".docx"]
    code, out, err = run("2019/city", CITIES, "--lang", "zh", *(word for file in files for word in ("-o", file)))
    assert (code, out) == (0, "")
    assert err.splitlines() == [f"已写入 {file}" for file in files]
    made = {file.suffix: file for file in files}
    assert load_workbook(made[".xlsx"])["排名"]["B6"].value == "甲市"
    assert "甲市" in html.unescape(made[".html"].read_text("utf-8"))
    assert [each["unit"] for each in json.loads(made[".json"].read_text("utf-8"))] == [card.unit for card in cards]
    assert made[".csv"].read_bytes().startswith(b"\xef\xbb\xbfunit,status,points,max,application")
    assert "| 1 | 甲市 | 64.10 | 65 |" in made[".md"].read_text("utf-8")
    assert {file.name for file in tmp_path.iterdir()} == {file.name for file in files}


def test_csv_is_what_the_screen_shows(tmp_path: Path, run: Run):
    run("2019/city", CITIES, "-o", tmp_path / "scores.csv")
    _, printed, _ = run("2019/city", CITIES, "--csv")
    assert (tmp_path / "scores.csv").read_text("utf-8-sig") == printed


def test_json_is_what_the_screen_shows(tmp_path: Path, run: Run):
    run("2019/city", CITIES, "--unit", "乙市", "-o", tmp_path / "card.json")
    _, printed, _ = run("2019/city", CITIES, "--unit", "乙市", "--json")
    assert (tmp_path / "card.json").read_text("utf-8") == printed
    assert json.loads(printed)["unit"] == "乙市"


def test_parquet_holds_the_same_table(cards: list[Scorecard], tmp_path: Path):
    for file in ("scores.csv", "scores.parquet"):
        output.write(cards, tmp_path / file)
    table = parquet.read_table(tmp_path / "scores.parquet")
    with (tmp_path / "scores.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [{name: str(cell) for name, cell in row.items()} for row in table.to_pylist()] == rows
    assert table["points"][0].as_py() == Decimal("64.10")
    assert table.schema.metadata[b"egov_scoring.fingerprint"].decode() == cards[0].program.fingerprint


def test_parquet_of_what_is_not_known(tmp_path: Path):
    output.write([load("2019/city").score({}, unit="甲市", incomplete=True)], tmp_path / "scores.parquet")
    (row,) = parquet.read_table(tmp_path / "scores.parquet").to_pylist()
    assert (row["status"], row["points"], row["network_cloud"]) == ("incomplete", None, None)


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_an_indicator_never_takes_the_place_of_another_column(suffix: str, tmp_path: Path):
    (tmp_path / "clash.yaml").write_text(CLASH, "utf-8")
    (card,) = load(tmp_path / "clash.yaml").score_all([Unit("甲市", {"sites": 1})])
    with pytest.raises(EgovScoringError) as error:
        output.write([card], tmp_path / f"scores{suffix}")
    assert [(problem.code, problem.args["column"]) for problem in error.value.problems] == [("output-column", "points")]
    assert [file.name for file in tmp_path.iterdir()] == ["clash.yaml"]


def test_an_indicator_may_be_called_grade_where_there_are_none(tmp_path: Path):
    (tmp_path / "clash.yaml").write_text(CLASH.replace("id: points", "id: grade"), "utf-8")
    output.write([load(tmp_path / "clash.yaml").score({"sites": 1}, unit="甲市")], tmp_path / "scores.parquet")
    (row,) = parquet.read_table(tmp_path / "scores.parquet").to_pylist()
    assert (row["points"], row["grade"]) == (Decimal("1.00"), Decimal("1.00"))


def test_a_letter_to_one_unit_tells_its_place_among_all(tmp_path: Path, run: Run):
    code, _, _ = run("2019/city", CITIES, "--unit", "乙市", "-o", tmp_path / "card.docx", "--lang", "zh")
    assert code == 0
    said = "\n".join(paragraph.text for paragraph in Document(str(tmp_path / "card.docx")).paragraphs)
    assert "乙市" in said
    assert re.search(r"10\D*第\s*2|第\s*2\D*10", said)


@pytest.mark.parametrize("suffix", [".md", ".xlsx"])
def test_one_unit_is_placed_among_all(suffix: str, tmp_path: Path, run: Run):
    run("2019/city", CITIES, "--unit", "乙市", "-o", tmp_path / f"card{suffix}", "--lang", "zh")
    if suffix == ".xlsx":
        assert [cell.value for cell in load_workbook(tmp_path / "card.xlsx")["排名"][6]][:2] == [2, "乙市"]
    else:
        assert "| 2 | 乙市 | 60.85 | 65 |" in (tmp_path / "card.md").read_text("utf-8")


def test_one_unit_on_the_screen(run: Run):
    code, out, _ = run("2019/city", CITIES, "--unit", "乙市")
    assert (code, out.splitlines()[0].split()[0]) == (0, "乙市")


# Markdown.


def test_markdown_has_every_loss(cards: list[Scorecard]):
    page = markdown.results(cards, "en")
    rows = [line for line in page.splitlines() if re.match(r"\| \d+\.\d\d \|", line)]
    assert [row.split(" | ")[0][2:] for row in rows] == [str(loss.line.loss) for card in cards for loss in losses(card)]
    assert page.count("\n## ") == len(cards)


def test_markdown_of_parts_that_are_never_added():
    units = read_units(ROOT / "examples/2018_internet_plus_units.yaml")
    page = markdown.results(load("2018/internet_plus").score_all(units), "en")
    assert "| Unit | 福建省网上办事大厅应用 (100) |" in page
    assert "| 甲市 | 94.40 | 72.62 |" in page


@pytest.mark.parametrize("text", ["<script>x</script>", "a|b", "[x](javascript:y)", "**b**", "`c`", "# d", "e\n# f"])
def test_no_text_becomes_markup_in_markdown(text: str):
    finding = {"date": "2019-05-06", "note": text, "evidence": text}
    unit = Unit(text, {"counties_without_operations": [finding]})
    page = markdown.results([load("2019/city").score(unit, incomplete=True)], "en")
    plain = re.sub(r"\\[!-/:-@\[-`{-~]", "", page)  # what is escaped is text
    assert not re.search(r"script>|\]\(|\*\*|`c`|^# [df]", plain, re.MULTILINE)
    table = [line for line in plain.splitlines() if line.startswith("| 1.00 |") or line.startswith("| 0.50 |")]
    assert [line.count("|") for line in table] == [5] * len(table)
    assert len(table) == 1


# What is refused.

REFUSED = {
    "a suffix that says nothing": (["-o", "{tmp}/result.pdf"], "output-suffix"),
    "no suffix": (["-o", "{tmp}/result"], "output-suffix"),
    "a folder that is not there": (["-o", "{tmp}/nowhere/result.xlsx"], "output-folder"),
    "a folder": (["-o", "{tmp}/folder.xlsx"], "output-is-a-folder"),
    "twice the same": (["-o", "{tmp}/a.xlsx", "-o", "{tmp}/../{name}/a.xlsx"], "output-twice"),
    "the facts": (["-o", "{tmp}/facts.json"], "output-over-facts"),
    "a letter to all": (["-o", "{tmp}/a.docx"], "output-for-one-unit"),
    "a file and the screen": (["-o", "{tmp}/a.csv", "--csv"], "--csv, --output"),
    "an option of Parquet files": (["-o", "{tmp}/a.csv", "--keep", "x"], "--keep"),
    "earlier cards without a page": (["-o", "{tmp}/a.csv", "--before", "{tmp}/facts.json"], ".html"),
    "earlier cards that are none": (["-o", "{tmp}/a.html", "--before", "{tmp}/facts.json"], "no-scorecard"),
    "a unit that is not there": (["-o", "{tmp}/a.csv", "--unit", "甲"], "甲市"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused(case: str, tmp_path: Path, run: Run):
    words, said = REFUSED[case]
    facts = tmp_path / "facts.json"
    facts.write_text(json.dumps({"units": units_as_json()}, ensure_ascii=False), "utf-8")
    (tmp_path / "folder.xlsx").mkdir()
    before = {file: file.is_dir() or file.read_bytes() for file in tmp_path.iterdir()}
    code, out, err = run("2019/city", facts, *(word.format(tmp=tmp_path, name=tmp_path.name) for word in words))
    assert (code, out) == (2, "")
    assert said in err
    assert {file: file.is_dir() or file.read_bytes() for file in tmp_path.iterdir()} == before


def units_as_json() -> list[dict[str, object]]:
    """Two units, as a facts file has them."""
    ruleset = load("2019/city")
    least = {key: 0 if fact.low <= 0 else int(fact.low) for key, fact in ruleset.facts.items()}
    return [{"unit": name, "facts": least} for name in ("甲市", "乙市")]


def test_a_page_tells_who_has_gained(tmp_path: Path, run: Run):
    assert run("2019/city", CITIES, "-o", tmp_path / "last_year.json")[0] == 0
    assert run("2019/city", CITIES, "-o", tmp_path / "plain.html")[0] == 0
    words = ("-o", tmp_path / "a.html", "--before", tmp_path / "last_year.json")
    assert run("2019/city", CITIES, *words)[0] == 0
    plain, told = ((tmp_path / name).read_text("ascii").count("64.10") for name in ("plain.html", "a.html"))
    assert told == plain + 2  # then and now


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path, run: Run):
    code, _, err = run("2019/city", CITIES, "-o", tmp_path / "a.doc", "-o", tmp_path / "no" / "b.csv")
    assert code == 2
    assert err.count("output-") == 2
    assert f"no results can be written as {tmp_path / 'a.doc'}" in err
    assert ", ".join(output.WRITERS) in err


def test_results_do_not_go_among_the_facts(tmp_path: Path, run: Run):
    shutil.copy(ROOT / CITIES, tmp_path / "cities.yaml")
    code, _, err = run("2019/city", tmp_path, "-o", tmp_path / "result.xlsx")
    assert code == 2
    assert "output-over-facts" in err


def test_a_parquet_file_goes_into_one_other(tmp_path: Path, run: Run):
    for words in (["-o", "a.csv"], ["-o", "a.parquet", "-o", "b.parquet"], [], ["-o", "a.parquet", "--json"]):
        code, _, err = run("2019/city", tmp_path / "units.parquet", *words)
        assert code == 2
        assert "-o scores.parquet" in err or "choose one of" in err


@pytest.mark.parametrize("lang", messages.LANGUAGES)
def test_the_help_names_every_form(lang: str):
    said = messages.text("cli.option.outputs", lang)
    assert re.findall(r"\.\w+", said) == list(output.WRITERS)


# Whole or not at all.


@pytest.mark.parametrize("suffix", [".xlsx", ".md"])
def test_what_goes_wrong_leaves_the_file_as_it_was(
    suffix: str, cards: list[Scorecard], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def fail(task: output.Task) -> None:
        task.write("half")
        raise OSError(28, "No space left on device", str(task.path))

    file = tmp_path / f"result{suffix}"
    file.write_text("before", "utf-8")
    monkeypatch.setattr(output, "WRITERS", {suffix: fail})
    with pytest.raises(OSError, match=re.escape(str(file))):
        output.write(cards, file)
    assert {each.name: each.read_text("utf-8") for each in tmp_path.iterdir()} == {file.name: "before"}


def test_a_folder_that_nobody_may_write_to_is_told(cards: list[Scorecard]):
    """Whoever is root may write anywhere but here."""
    with pytest.raises(OSError, match=re.escape("result.csv")):
        output.write(cards, "/proc/result.csv")


SMALL = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (4000, 4000))
sys.argv = ["egov-scoring", "--no-cache", *sys.argv[1:]]
from egov_scoring import cli
cli.main()
"""


@pytest.mark.parametrize("suffix", [".xlsx", ".json", ".docx", ".parquet"])
def test_a_disk_that_is_full_is_told(suffix: str, tmp_path: Path):
    """A limit on the size of files stands for it."""
    file = tmp_path / f"result{suffix}"
    words = ["score", "2019/city", CITIES, "--unit", "乙市", "-o", str(file), "--lang", "en"]
    run = subprocess.run([sys.executable, "-c", SMALL, *words], capture_output=True, text=True, check=False, cwd=ROOT)
    assert (run.returncode, list(tmp_path.iterdir())) == (2, []), run.stderr
    assert str(file) in run.stderr


@pytest.mark.parametrize(
    ("library", "suffix", "extra"), [("pyarrow", ".parquet", "arrow"), ("xlsxwriter", ".xlsx", "office")]
)
def test_a_library_that_is_not_there_is_told(
    library: str, suffix: str, extra: str, cards: list[Scorecard], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(EgovScoringError) as caught:
        output.write(cards, tmp_path / f"result{suffix}")
    assert [(problem.code, problem.args["extra"]) for problem in caught.value.problems] == [("extra-missing", extra)]
    assert list(tmp_path.iterdir()) == []


def test_a_workbook_says_how_much_is_done(cards: list[Scorecard], tmp_path: Path):
    told: list[float] = []
    output.write(cards[:4], tmp_path / "result.xlsx", progress=told.append)
    assert told == [20, 40, 60, 80]


# Places.


def test_places_are_those_among_all(cards: list[Scorecard]):
    by_unit = {card.unit: place for place, card in placed(cards)}
    for place, card in placed(cards[3:6], cards):
        assert place == by_unit[card.unit]


def test_equal_units_share_the_better_place():
    city = load("2019/city")
    alike = [city.score({}, unit=name, incomplete=True) for name in "ab"]
    assert [place for place, _ in placed(alike)] == [0, 0]
    facts = units_as_json()[0]["facts"]
    assert isinstance(facts, dict)
    equal = city.score_all([Unit("a", facts), Unit("b", facts), Unit("c", {**facts, "network_cloud_platforms": 1})])
    assert [(place, card.unit) for place, card in placed(equal)] == [(1, "c"), (2, "a"), (2, "b")]
