"""`egov-scoring rectify`: its tables and its data, and what it says to bad input."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from egov_scoring import cli, load, messages, read_units

ROOT = Path(__file__).parents[1]
OFFICES = ["huaibei_2019", "examples/huaibei_2019_units.yaml"]
CITIES = ["2019/city", "examples/2019_city_units.yaml"]

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the command in the project's folder; exit code, output, errors."""
    monkeypatch.chdir(ROOT)

    def call(*words: str, command: str = "rectify") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["egov-scoring", command, *words])
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


@pytest.fixture
def last_year(tmp_path: Path) -> Path:
    """Scorecards of the cities: one had 60 of 65 points, one had 50 of 50, one no total; one is there no longer."""
    cards = [card.to_dict() for card in load("2019/city").score_all(read_units(ROOT / CITIES[1]))]
    cards[0] |= {"points": "60.00"}
    cards[1] |= {"points": "50.00", "max_applicable": "50"}
    cards[2] |= {"points": None}
    cards[3] |= {"unit": "旧市"}
    file = tmp_path / "last_year.json"
    file.write_text(json.dumps(cards, ensure_ascii=False), "utf-8")
    return file


GOLDEN = {
    "rectify_office": [*OFFICES, "--office", "办公室"],
    "rectify_unit": [*OFFICES, "--unit", "某丙局"],
    "rectify_cities": CITIES,
}


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", GOLDEN)
def test_what_it_prints(name: str, lang: str, run: Run, golden: Callable[[Path, str], None]) -> None:
    code, out, err = run(*GOLDEN[name], "--lang", lang)
    assert (code, err) == (0, "")
    golden(ROOT / "tests" / "golden" / f"{name}.{lang}.txt", out)


def test_who_has_gained(run: Run, last_year: Path) -> None:
    code, out, err = run(*CITIES, "--before", str(last_year), "--lang", "zh")
    assert (code, err) == (0, "")
    gained = [line.split() for line in out.splitlines() if "→" in line]
    assert gained[0] == ["甲市", "60.00", "64.10", "+4.10", "92.31%", "→", "98.62%", "+6.31", "个百分点"]
    assert gained[-1] == ["乙市", "50.00", "60.85", "+10.85", "100.00%", "→", "93.62%", "-6.38", "个百分点"]
    assert len(gained) == 8
    assert out.splitlines()[-3:] == ["以前没有的单位：丁市", "现在没有的单位：旧市", "以前或现在没有总分的单位：丙市"]


@pytest.mark.parametrize(("lang", "says"), [("en", "scored by 2018/city;"), ("zh", "以前按 2018/city 计分")])
def test_another_ruleset_before_is_told(lang: str, says: str, run: Run, last_year: Path) -> None:
    assert run(*CITIES, "--before", str(last_year), "--lang", lang)[2] == ""
    last_year.write_text(last_year.read_text("utf-8").replace('"id": "2019/city"', '"id": "2018/city"'), "utf-8")
    assert says in run(*CITIES, "--before", str(last_year), "--lang", lang)[2]
    page = str(last_year.with_suffix(".html"))
    said = run(*CITIES, "-o", page, "--before", str(last_year), "--lang", lang, command="score")[2]
    assert says in said


def test_what_each_gained_as_data(run: Run, last_year: Path) -> None:
    data = json.loads(run(*CITIES, "--before", str(last_year), "--json")[1])
    fastest = data["improvers"]["units"][0]
    assert fastest == {
        "unit": "甲市",
        "before": "60.00",
        "now": "64.10",
        "gained": "4.10",
        "share_before": "12/13",
        "share_now": "641/650",
        "share_gained": "41/650",
    }
    assert [data["improvers"][key] for key in ("only_now", "only_before", "no_total")] == [["丁市"], ["旧市"], ["丙市"]]


def test_one_unit_is_compared_alone(run: Run, last_year: Path) -> None:
    data = json.loads(run(*CITIES, "--unit", "甲市", "--before", str(last_year), "--json")[1])
    assert [each["unit"] for each in data["units"]] == ["甲市"]
    assert data["improvers"]["only_before"] == []


def test_the_data_adds_up(run: Run) -> None:
    data = json.loads(run(*OFFICES, "--json")[1])
    for unit in data["units"]:
        assert sum(Decimal(loss["loss"]) for loss in unit["losses"]) == Decimal(unit["lost"])
    lost = sum(Decimal(unit["lost"]) for unit in data["units"])
    assert sum(Decimal(office["lost"]) for office in data["leads"]) == lost  # nobody leads together there
    found = next(loss for loss in data["units"][0]["losses"] if loss["records"])
    assert found["lead"] == ["信息中心"]
    assert found["records"][0]["date"] == "2019-08-19"


def test_of_an_office_only_what_is_its_own(run: Run) -> None:
    data = json.loads(run(*OFFICES, "--office", "人事科", "--json")[1])
    found = [loss for unit in data["units"] for loss in unit["losses"]]
    assert {loss["indicator"] for loss in found} == {"resource_requests"}
    assert {office["office"] for office in data["leads"]} == {"信息中心"}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([*OFFICES, "--office", "办公司"], "did you mean 办公室?"),
        ([*CITIES, "--office", "办公室"], "names nobody who answers"),
        ([*CITIES, "--unit", "甲"], "甲市"),
        ([*CITIES, "--before", "rulesets/2019/city.yaml"], "json-syntax"),
        ([*CITIES, "--before", "nowhere.json"], "nowhere.json:1:1: cannot-read"),
    ],
)
def test_what_it_refuses(words: list[str], says: str, run: Run) -> None:
    code, out, err = run(*words, "--lang", "en")
    assert (code, out) == (2, "")
    assert says in err


CARD = {"format": "egov-scoring/scorecard/1", "unit": "甲市", "points": "60.00", "max_applicable": "65"}


@pytest.mark.parametrize(
    ("data", "codes"),
    [
        ({"units": []}, ["no-scorecard"]),
        ([CARD, 3, None], ["no-scorecard", "no-scorecard"]),
        ([CARD | {"unit": 2019}], ["scorecard-value"]),
        ([CARD | {"points": 60.0, "max_applicable": "6_5"}], ["scorecard-value", "scorecard-value"]),
        ([CARD | {"points": "1" * 30}], ["scorecard-value"]),
        ([CARD | {"points": "-5.00"}], ["scorecard-value"]),
        ([CARD, CARD, CARD], ["unit-twice"]),
    ],
)
def test_what_is_no_scorecard(data: object, codes: list[str], run: Run, tmp_path: Path) -> None:
    file = tmp_path / "before.json"
    file.write_text(json.dumps(data), "utf-8")
    code, _, err = run(*CITIES, "--before", str(file), "--lang", "en")
    assert code == 2
    assert [line.split()[1] for line in err.splitlines() if line.startswith(str(file))] == codes
