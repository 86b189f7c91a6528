"""The command that compares rulesets: what it prints and how it ends."""

from __future__ import annotations

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
