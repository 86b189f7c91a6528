"""The command that compares rulesets: what it prints and how it ends."""

from __future__ import annotations

import html
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from egov_scoring import cli, messages
from egov_scoring.comparison.catalogue import CATALOGUE
from tests.conftest import Golden

Run = Callable[..., tuple[int, str, str]]
GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs `egov-scoring diff`; exit code, output, errors."""

    def call(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["egov-scoring", "diff", *words])
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


@pytest.mark.parametrize("lang", messages.LANGUAGES)
def test_what_it_prints(lang: str, run: Run, golden: Golden) -> None:
    code, out, err = run("2019/city", "sanming_2019/applications", "--lang", lang)
    assert (code, err) == (0, "")
    assert not any(line != line.rstrip() for line in out.splitlines())
    golden(GOLDEN / f"diff_sanming.{lang}.txt", out)


def test_no_difference_says_so(run: Run) -> None:
    assert run("2019/city", "2019/city", "--lang", "en") == (0, "2019/city → 2019/city\nNo differences.\n", "")


def test_the_catalogue_lists_every_kind(run: Run) -> None:
    code, out, _ = run("--catalogue", "--lang", "en")
    assert code == 0
    assert [line.split()[0] for line in out.splitlines() if line.split() and line.split()[0] in CATALOGUE] == [
        *CATALOGUE
    ]


def test_json(run: Run) -> None:
    code, out, _ = run("2018/city", "2019/city", "--json", "--lang", "en")
    found = json.loads(out)
    assert (code, found["format"], found["new"]["id"]) == (0, "egov-scoring/diff/1", "2019/city")


@pytest.mark.parametrize(
    ("old", "new", "level", "code"),
    [
        ("2018/city", "2019/city", "stricter", 1),
        ("2018/city", "2019/city", "generous", 1),
        ("2019/city", "sanming_2019/applications", "stricter", 0),
        ("2019/city", "sanming_2019/applications", "generous", 0),
        ("2019/city", "sanming_2019/applications", "any", 1),
        ("2019/city", "2019/city", "any", 0),
    ],
)
def test_how_it_ends(old: str, new: str, level: str, code: int, run: Run) -> None:
    assert run(old, new, "--fail-on", level)[0] == code


@pytest.mark.parametrize("words", [("2019/city", "2019/nowhere"), ("nowhere", "2019/city"), ("2019/city",), ()])
def test_what_cannot_be_loaded_is_no_success(words: tuple[str, ...], run: Run) -> None:
    code, out, err = run(*words, "--fail-on", "any")
    assert (code, out) == (2, "")
    assert err


@pytest.mark.parametrize(
    "words",
    [
        ("--json", "--markdown"),
        ("--markdown", "--html"),
        ("--json", "--markdown", "--html"),
        ("--catalogue", "--json"),
    ],
)
def test_one_form_at_a_time(words: tuple[str, ...], run: Run) -> None:
    code, out, err = run("2018/city", "2019/city", *words, "--lang", "en")
    assert (code, out) == (2, "")
    assert err.endswith(f"Error: choose one of {', '.join(words)}\n")


OF_ONE_ID = """\
ruleset: town
title: Town
max: 20
facts:
  online: {type: count, label: Online, range: [0, 100]}
  all: {type: count, label: All, range: [1, 100]}
  rate: {type: percent, label: Rate}
indicators:
  - {id: share, name: Share, max: 10, rule: {kind: ratio, part: online, whole: all, FULL, none_below: 50%}}
  - {id: steps, name: Steps, max: 10, rule: {kind: bands, of: rate, bands: [{from: EDGE, points: 10}, {below: EDGE, points: 0}]}}
"""


@pytest.fixture
def town(tmp_path: Path) -> Callable[[str, str, str], str]:
    """Writes a town, and gives the path of its file."""

    def write(name: str, full: str, edge: str) -> str:
        file = tmp_path / name
        file.write_text(OF_ONE_ID.replace("FULL", full).replace("EDGE", edge), "utf-8")
        return str(file)

    return write


@pytest.mark.parametrize(
    ("lang", "heading"), [("en", "town ({}) → town ({})"), ("zh", "town（{}） → town（{}） 的变化")]
)
def test_files_tell_rulesets_of_one_id_apart(
    lang: str, heading: str, town: Callable[[str, str, str], str], run: Run
) -> None:
    old, new = town("old.yaml", "full_at: 85%", "60"), town("new.yaml", "full_at: 0.9", "60")
    said = heading.format(old, new)
    assert run(old, new, "--lang", lang)[1].splitlines()[0] == said
    assert run(old, new, "--markdown", "--lang", lang)[1].splitlines()[0].replace("`", "") == f"# {said}"
    page = html.unescape(run(old, new, "--html", "--lang", lang)[1])
    assert f"<title>{said}</title>" in page
    assert run(old, old, "--lang", "en")[1].splitlines()[0] == "town → town"


def test_shares_and_bands_stand_as_they_are_written(town: Callable[[str, str, str], str], run: Run) -> None:
    old, new = town("old.yaml", "full_at: 85%", "60"), town("new.yaml", "full_at: 0.925, step: 10%", "70")
    out = run(old, new, "--lang", "en")[1]
    assert "threshold (full_at): 85% → 92.5%" in out
    assert "step added: 10%" in out
    assert "band: from 60: 10 points → from 70: 10 points" in out
    assert "band: below 60: 0 points → below 70: 0 points" in out
    assert "Rate: 60%: 10 before, 0 now" in out


def test_a_rule_of_another_kind_shows_its_shares(
    tmp_path: Path, town: Callable[[str, str, str], str], run: Run
) -> None:
    old = town("old.yaml", "full_at: 85%", "60")
    rule = "kind: per_unit, terms: [{each: 0.05, of: online}, {each: 0.05, of: all}]"
    text = OF_ONE_ID.replace("kind: ratio, part: online, whole: all, FULL, none_below: 50%", rule).replace("EDGE", "60")
    new = tmp_path / "new.yaml"
    new.write_text(text, "utf-8")
    out = run(old, str(new), "--lang", "en")[1]
    assert "ratio: part: Online, whole: All, full_at: 85%, none_below: 50% → per_unit" in out


@pytest.mark.parametrize(
    ("lang", "says"),
    [("en", "甲局, 乙局, supporting: 丙局 → 甲局"), ("zh", "甲局，乙局，配合：丙局 → 甲局")],
)
def test_who_answers_is_told_in_words(
    lang: str, says: str, tmp_path: Path, town: Callable[[str, str, str], str], run: Run
) -> None:
    files = [tmp_path / name for name in ("a.yaml", "b.yaml")]
    for file, who in zip(files, ("{lead: [甲局, 乙局], supporting: [丙局]}", "[甲局]"), strict=True):
        text = Path(town(file.name, "full_at: 85%", "60")).read_text("utf-8")
        file.write_text(text.replace("name: Share,", f"name: Share, responsible: {who},"), "utf-8")
    assert says in run(*map(str, files), "--lang", lang)[1]
