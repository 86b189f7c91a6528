"""The command line as it is used: what it prints, to the letter, and how it ends."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from egov_scoring import cli, messages
from egov_scoring.locate import ids_in, shipped

ROOT = Path(__file__).parents[1]
CITIES = "examples/2019_city_units.yaml"
DEPARTMENTS = "examples/2019_department_units.yaml"
OVERALL = "examples/2018_city_overall_units.yaml"
STYLE = re.compile(r"\x1b\[[0-9;]*m")

RULESETS = ids_in(shipped())

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the command line in the project's folder; exit code, output, errors."""
    monkeypatch.chdir(ROOT)

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


GOLDEN = {
    "list": ["list"],
    "show_city": ["show", "2019/city"],
    "show_department": ["show", "2019/department"],
    "show_city_ids": ["show", "2019/city", "--ids"],
    "template_city": ["template", "2019/city"],
    "template_department_worst": ["template", "2019/department", "--fill", "worst"],
    "score_cities": ["score", "2019/city", CITIES],
    "score_departments": ["score", "2019/department", DEPARTMENTS],
    "score_cities_csv": ["score", "2019/city", CITIES, "--csv"],
    "explain_city": ["explain", "2019/city", CITIES, "--unit", "丁市"],
    "explain_conversion": ["explain", "2018/city_overall", OVERALL, "--unit", "甲市"],
    "explain_department_ranks": ["explain", "2019/department", DEPARTMENTS, "open_data", "--unit", "丁局"],
    "bounds_city": ["bounds", "2019/city", "tests/golden/half_filled_city.yaml"],
    "readings_city": ["readings", "2019/city"],
    "check": ["check", "rulesets"],
    "coverage": ["test", "rulesets", "--coverage"],
    "score_parts_never_added": ["score", "2018/internet_plus", "examples/2018_internet_plus_units.yaml"],
    "readings_parts_never_added": ["readings", "2018/internet_plus"],
    "duties_finance": ["duties", "sanming_2019/portal", "--unit", "市财政局"],
    "template_finance": ["template", "sanming_2019/portal", "--unit", "市财政局"],
    "template_county": ["template", "sanming_2019/portal", "--unit", "各县（市、区）政府办"],
}


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", GOLDEN)
def test_what_it_prints(name: str, lang: str, run: Run, golden: Callable[[Path, str], None]) -> None:
    code, out, err = run(*GOLDEN[name], "--lang", lang)
    assert (code, err) == (0, "")
    assert not any(line != line.rstrip() for line in out.splitlines() if "\r" not in line)
    golden(ROOT / "tests" / "golden" / f"{name}.{lang}.txt", out)


def test_one_unit_as_json(run: Run, tmp_path: Path) -> None:
    code, template, _ = run("template", "2019/city", "--fill", "best")
    (tmp_path / "best.yaml").write_text(template, "utf-8")
    code, out, err = run("score", "2019/city", str(tmp_path / "best.yaml"), "--json")
    assert (code, err) == (0, "")
    assert json.loads(out)["points"] == "65.00"


@pytest.mark.parametrize(("fill", "points"), [("best", "65.00"), ("worst", "0.00")])
@pytest.mark.parametrize("ruleset", ["2019/city", "2019/department"])
def test_a_filled_template_scores_what_it_promises(
    ruleset: str, fill: str, points: str, run: Run, tmp_path: Path
) -> None:
    _, template, _ = run("template", ruleset, "--fill", fill)
    (tmp_path / "unit.yaml").write_text(template, "utf-8")
    code, out, _ = run("score", ruleset, str(tmp_path / "unit.yaml"))
    assert code == 0
    assert out.splitlines()[1].split()[1] == points


def test_many_units_as_json_are_a_list(run: Run) -> None:
    _, out, _ = run("score", "2019/city", CITIES, "--json")
    assert [card["unit"] for card in json.loads(out)][:2] == ["甲市", "乙市"]


def test_csv_reads_back(run: Run) -> None:
    _, out, _ = run("score", "2019/city", CITIES, "--csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert rows[0]["points"] == "64.10"
    assert len(rows) == 10


def test_a_name_in_csv_is_no_formula(run: Run, tmp_path: Path) -> None:
    _, template, _ = run("template", "2019/city", "--fill", "best")
    (tmp_path / "unit.yaml").write_text(template.replace("unit: best", 'unit: "=1+1"'), "utf-8")
    _, out, _ = run("score", "2019/city", str(tmp_path / "unit.yaml"), "--csv")
    assert out.splitlines()[1].startswith("'=1+1,")


@pytest.mark.parametrize("ruleset", RULESETS)
def test_the_examples_of_a_ruleset_can_be_scored_and_explained(ruleset: str, run: Run) -> None:
    units = f"examples/{ruleset.replace('/', '_')}_units.yaml"
    assert "made-up" in Path(units).read_text("utf-8").splitlines()[0]
    for command, said in (("score", ""), ("explain", "the first of")):
        code, out, err = run(command, ruleset, units, "--lang", "en")
        assert (code, bool(err)) == (0, bool(said))
        assert said in err
        assert "incomplete" not in out


@pytest.mark.parametrize("command", ["explain", "bounds"])
def test_which_of_several_units_is_shown_is_said(command: str, run: Run) -> None:
    code, out, err = run(command, "2019/city", CITIES, "--lang", "en")
    assert code == 0
    assert out.startswith("甲市")
    assert "甲市, the first of 10 units" in err
    assert "--unit NAME: 乙市, 丙市" in err
    assert run(command, "2019/city", CITIES, "--unit", "甲市", "--lang", "en") == (0, out, "")


def test_of_very_many_units_the_first_are_named(run: Run, tmp_path: Path) -> None:
    units = "".join(f"  - {{unit: 单位{number}, facts: {{}}}}\n" for number in range(1, 31))
    (tmp_path / "units.yaml").write_text(f"units:\n{units}", "utf-8")
    _, _, err = run("bounds", "2019/city", str(tmp_path / "units.yaml"), "--lang", "en")
    assert "单位21 and 9 more" in err
    assert "单位22" not in err


def test_an_indicator_may_be_named_as_printed(run: Run) -> None:
    named = run("explain", "2019/city", CITIES, "视频会议", "--unit", "丁市")
    assert named[0] == 0
    assert named == run("explain", "2019/city", CITIES, "video", "--unit", "丁市")


def test_a_name_that_several_indicators_have_is_refused_with_their_ids(run: Run) -> None:
    code, out, err = run("explain", "2018/city_overall", OVERALL, "内容丰富度", "--lang", "en")
    assert (code, out) == (2, "")
    assert "portal_interview_richness (在线访谈 › 内容丰富度)" in err
    assert "portal_collection_richness (调查征集 › 内容丰富度)" in err


@pytest.mark.parametrize("said", ["vidio", "视频", "视频会义"])
def test_an_indicator_that_is_none_is_answered_with_what_may_be_meant(said: str, run: Run) -> None:
    code, out, err = run("explain", "2019/city", CITIES, said, "--lang", "en")
    assert (code, out) == (2, "")
    assert "did you mean video (视频会议)" in err
    assert "egov-scoring show 2019/city --ids" in err


def test_a_misspelt_unit_is_answered_with_the_nearest(run: Run) -> None:
    code, out, err = run("explain", "2019/city", CITIES, "--unit", "甲市市", "--lang", "en")
    assert (code, out) == (2, "")
    assert "did you mean 甲市?" in err


def test_what_units_can_still_reach_stands_in_the_ranking(run: Run, tmp_path: Path) -> None:
    (tmp_path / "units.yaml").write_text(
        "units: [{unit: 甲市, facts: {network_cloud_platforms: 3}}, {unit: 乙市, facts: {}}]", "utf-8"
    )
    _, out, _ = run("score", "2019/city", str(tmp_path / "units.yaml"), "--incomplete", "--lang", "en")
    first, second = (line.split() for line in out.splitlines() if "incomplete" in line)
    assert first == ["甲市", "incomplete", "65", "6.00..48.00", "0.00..15.00"]  # 3 x 2, and no more than 2 lost
    assert second == ["乙市", "incomplete", "65", "0.00..50.00", "0.00..15.00"]


@pytest.mark.parametrize("ruleset", RULESETS)
def test_nothing_is_cut_or_too_broad_on_a_terminal(ruleset: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "80")
    units = f"examples/{ruleset.replace('/', '_')}_units.yaml"
    for words in (["show", ruleset], ["score", ruleset, units], ["explain", ruleset, units]):
        _, out, _ = run(*words, "--lang", "zh")
        lines = [STYLE.sub("", line) for line in out.splitlines()]
        assert "…" not in out
        assert not any(line.lstrip().startswith(("，", "、", "）", "。")) for line in lines)
        assert max(messages.width(line) for line in lines) <= 80


def test_a_unit_that_the_table_does_not_name_is_remarked_on(run: Run) -> None:
    code, out, err = run("duties", "sanming_2019/portal", "--unit", "市财证局", "--lang", "en")
    assert code == 0
    assert "did you mean 市财政局?" in err
    assert "市财证局: 24 of 131 rows" in out


WRONG = {
    "no such ruleset": (["show", "2019/citi"], "2019/city"),
    "no such ruleset file": (["check", "nowhere.yaml"], "nowhere.yaml"),
    "no such facts file": (["score", "2019/city", "nowhere.yaml"], "nowhere.yaml"),
    "facts of another ruleset": (["score", "2019/department", CITIES], "unknown-fact"),
    "no such indicator": (["explain", "2019/city", CITIES, "vidio"], "vidio"),
    "no such unit": (["explain", "2019/city", CITIES, "--unit", "某市"], "甲市"),
    "a folder without rulesets": (["check", "docs"], "docs"),
    "no such command": (["scor"], "scor"),
    "no duty table": (["duties", "2019/city"], "2019/city"),
    "a template for a unit without a duty table": (["template", "2019/city", "--unit", "甲市"], "2019/city"),
    "a template filled twice": (["template", "sanming_2019/portal", "--unit", "甲局", "--fill", "best"], "--fill"),
    "a word too few": (["score", "2019/city"], "FACTS"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_input_ends_with_2_and_a_message(case: str, run: Run) -> None:
    words, said = WRONG[case]
    code, out, err = run(*words)
    assert (code, out) == (2, "")
    assert said in err
    assert "Traceback" not in err


def test_a_file_that_cannot_be_written_ends_with_2(run: Run, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    (tmp_path / "pages" / "README.md").mkdir(parents=True)
    for folder in ("taken/pages", "pages"):
        code, _, err = run("pages", str(tmp_path / folder), "--lang", "en")
        assert code == 2
        assert err.startswith("cannot read or write ")
    assert [path.name for path in (tmp_path / "pages").iterdir()] == ["README.md"]


def test_folders_named_like_files_are_no_files(run: Run, tmp_path: Path) -> None:
    for name in ("x.yaml", "cases/x.yaml"):
        (tmp_path / name).mkdir(parents=True)
    for command in ("check", "test"):
        code, _, err = run(command, str(tmp_path))
        assert code == 2
        assert str(tmp_path) in err


@pytest.mark.parametrize("words", [["--lang", "zh", "list"], ["list", "--lang=zh"], ["--lang=zh", "list"]])
def test_the_language_may_be_asked_for_anywhere(words: list[str], run: Run) -> None:
    assert "满分" in run(*words)[1]


@pytest.mark.parametrize("unit", ["", " ", "市直各部门"])
def test_a_name_for_all_is_none_of_a_unit(unit: str, run: Run) -> None:
    for command in ("duties", "template"):
        code, out, err = run(command, "sanming_2019/portal", "--unit", unit)
        assert (code, out) == (2, "")
        assert "--unit" in err


def test_a_county_office_is_told_by_which_name_it_goes(run: Run) -> None:
    _, _, err = run("duties", "sanming_2019/portal", "--unit", "丙县政府办", "--lang", "zh")
    assert "各县（市、区）政府办" in err


def test_a_broken_duty_table_fails_the_check(run: Run, tmp_path: Path) -> None:
    ruleset = (ROOT / "rulesets" / "2019" / "city.yaml").read_text("utf-8")
    (tmp_path / "city.yaml").write_text(ruleset, "utf-8")
    (tmp_path / "duties").mkdir()
    (tmp_path / "duties" / "city.yaml").write_text("ruleset: [", "utf-8")
    code, _, err = run("check", str(tmp_path / "city.yaml"))
    assert code == 1
    assert str(tmp_path / "duties" / "city.yaml") in err


def test_missing_facts_are_all_named(run: Run) -> None:
    code, _, err = run("score", "2019/city", "tests/golden/half_filled_city.yaml")
    assert code == 2
    assert err.count("missing-fact") == 3


def test_a_broken_ruleset_fails_the_check_with_1(run: Run, tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text("ruleset: broken\ntitle: 甲市\nmax: 5\nindicators: []\n", "utf-8")
    code, _, err = run("check", str(tmp_path / "broken.yaml"))
    assert code == 1
    assert "broken.yaml:" in err


def test_cases_that_differ_end_with_1(run: Run, tmp_path: Path) -> None:
    (tmp_path / "cases").mkdir()
    case = "{name: wrong, facts: {network_cloud_platforms: 4}, expect: {network_cloud: 7}}"
    (tmp_path / "cases" / "city.yaml").write_text(f"ruleset: 2019/city\ncases:\n  - {case}\n", "utf-8")
    code, _, err = run("test", str(tmp_path / "cases" / "city.yaml"), "--lang", "en")
    assert code == 1
    assert "city.yaml:3:5: wrong: network_cloud should be 7" in err


def test_the_cases_of_the_shipped_rulesets_pass(run: Run) -> None:
    code, out, err = run("test", "rulesets", "--lang", "en")
    assert (code, err) == (0, "")
    assert out.count("cases passed") == len(RULESETS)


def test_a_bug_ends_with_3_and_no_traceback(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: object) -> object:
        raise RuntimeError("boom")

    monkeypatch.setattr(cli.rulesets, "load", broken)
    code, _, err = run("show", "2019/city", "--lang", "en")
    assert (code, err) == (3, "This is a bug (RuntimeError: boom). Please report it with the command and the files.\n")


@pytest.mark.parametrize(
    ("locale", "said"), [("zh_CN.UTF-8", "指标"), ("en_GB.UTF-8", "Indicator"), ("C", "Indicator")]
)
def test_the_language_comes_from_the_environment(locale: str, said: str) -> None:
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("LC_", "LANG", "EGOV"))}
    command = [sys.executable, "-m", "egov_scoring", "show", "2019/city"]
    shown = subprocess.run(
        command,
        env={**environment, "LANG": locale, "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert said in shown.stdout


def test_pages_are_written_into_a_folder(run: Run, tmp_path: Path) -> None:
    code, out, err = run("pages", str(tmp_path / "new" / "pages"), "--lang", "zh")
    assert (code, err) == (0, "")
    written = {file.name: file.read_bytes() for file in (tmp_path / "new" / "pages").iterdir()}
    assert written == {file.name: file.read_bytes() for file in (ROOT / "docs" / "rulesets").iterdir()}
    _, out, _ = run("page", "2019/city", "--lang", "zh")
    assert out.encode() == written["2019_city.md"]


def test_the_published_schema_is_json(run: Run) -> None:
    _, out, _ = run("schema", "scorecard")
    assert json.loads(out)["$id"] == "egov-scoring/scorecard/1"
