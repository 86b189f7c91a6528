"""`improve`, `whatif` and `bounds` as they are used."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from egov_scoring import Unit, load
from egov_scoring.what_if import what_if
from tests.conftest import Golden
from tests.test_cli import CITIES, DEPARTMENTS, ROOT, Run, run

__all__ = ["run"]

HUAIBEI = "examples/huaibei_2019_units.yaml"
GOLDEN = {
    "improve_department": ["improve", "2019/department", DEPARTMENTS, "--unit", "乙厅"],
    "improve_huaibei": ["improve", "huaibei_2019", HUAIBEI, "--unit", "某甲局"],
    "improve_steps": ["improve", "2019/city", CITIES, "--steps", "4"],
    "whatif_city": [
        "whatif",
        "2019/city",
        CITIES,
        "--unit",
        "丁市",
        "--set",
        "venue_faults=0",
        "--set",
        "hd_rooms_missing=[{note: x}]",
    ],
}


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", GOLDEN)
def test_what_it_prints(name: str, lang: str, run: Run, golden: Golden) -> None:
    code, out, err = run(*GOLDEN[name], "--lang", lang)
    assert (code, err) == (0, "")
    assert not any(line != line.rstrip() for line in out.splitlines())
    golden(ROOT / "tests" / "golden" / f"{name}.{lang}.txt", out)


def test_all_units_and_their_steps_as_json(run: Run) -> None:
    code, out, _ = run("improve", "2019/city", CITIES, "--steps", "2", "--json")
    data = json.loads(out)
    assert (code, data["format"], len(data["units"])) == (0, "egov-scoring/improvement/1", 10)
    first = data["units"][0]
    assert first["gains"][0]["changes"][0] == {
        "fact": "counties_without_operations",
        "label": load("2019/city").facts["counties_without_operations"].label,
        "now": 1,
        "to": 0,
    }
    assert [step["points"] for step in first["steps"]] == ["64.60", "64.70"]


def one_office(tmp_path: Path) -> str:
    """A file with one unit that ranks among others."""
    facts = {key: False if fact.is_condition else 1 for key, fact in load("2019/department").facts.items()}
    (tmp_path / "office.json").write_text(json.dumps({"facts": facts}), "utf-8")
    return str(tmp_path / "office.json")


def test_a_unit_alone_is_told_what_hangs_on_others(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("improve", "2019/department", one_office(tmp_path))
    assert code == 0
    assert "Counted as 0, since there are no units to compare with: 开放数据集总量; " in out


def test_a_full_card_has_nothing_to_gain(run: Run, tmp_path: Path) -> None:
    _, out, _ = run("template", "2019/city", "--fill", "best")
    (tmp_path / "best.yaml").write_text(out, "utf-8")
    code, out, _ = run("improve", "2019/city", str(tmp_path / "best.yaml"))
    assert code == 0
    assert "No change of one fact, or of two together, brings points." in out


def test_an_unfinished_form_is_no_ground_for_advice(run: Run) -> None:
    code, _, err = run("improve", "2019/city", "tests/golden/half_filled_city.yaml")
    assert code == 2
    assert err.count("missing-fact") == 3


# What if.


def test_a_fact_by_its_label_and_every_value_as_in_a_facts_file(run: Run) -> None:
    label = load("huaibei_2019").facts["internet_exit"].label
    words = ["--set", f"{label}=unified", "--set", "project_filing_rating={points: 3, by: 赵某}"]
    code, out, _ = run("whatif", "huaibei_2019", HUAIBEI, "--unit", "某甲局", *words, "--json")
    data = json.loads(out)
    assert (code, data["points"]) == (0, ["82.12", "83.62"])
    assert {each["id"]: each["points"] for each in data["indicators"]}["internet_exits"] == ["1.00", "2.00"]


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("venue_faults=-1", "--set venue_faults: out-of-range 丁市: venue_faults"),
        ("venue_faults=few", "--set venue_faults: wrong-type 丁市: venue_faults"),
        ("venue_faults=[a", "--set venue_faults: yaml-syntax "),
        ("venue_faults=1\nx: 2", "is not of the form KEY=VALUE"),
        ("venue_fault=1", "2019/city has no fact venue_fault\ndid you mean venue_faults"),
        ("venue_faults", "venue_faults is not of the form KEY=VALUE"),
    ],
)
def test_what_cannot_be_set(option: str, said: str, run: Run) -> None:
    code, out, err = run("whatif", "2019/city", CITIES, "--unit", "丁市", "--set", option)
    assert (code, out) == (2, "")
    assert said in err


def test_everything_that_cannot_be_set_is_told_at_once(run: Run) -> None:
    code, _, err = run("whatif", "2019/city", CITIES, "--set", "venue_faults=-1", "--set", "hd_rooms_missing=x")
    assert code == 2
    assert err.count("--set ") == 2
    code, _, err = run("whatif", "2019/city", CITIES, "--set", "venue_faults=1", "--set", "venue_faults=2")
    assert (code, "venue_faults is set twice" in err) == (2, True)


def test_a_check_that_fails_then_is_told_with_the_option(run: Run) -> None:
    code, _, err = run("whatif", "2019/department", DEPARTMENTS, "--unit", "乙厅", "--set", "open_sets=0")
    assert code == 2
    assert "--set open_sets: check-failed" in err


def test_a_fact_taken_away_leaves_a_range(run: Run) -> None:
    code, out, _ = run("whatif", "2019/city", CITIES, "--unit", "丁市", "--set", "venue_faults=")
    assert code == 0
    assert "会场秩序" in out


def test_places_among_peers_before_and_after() -> None:
    city = load("2019/city")
    facts = dict.fromkeys(city.facts, 0)
    units = [
        Unit(name, facts | {"network_cloud_platforms": count}) for name, count in (("甲", 1), ("乙", 2), ("丙", 3))
    ]
    found = what_if(city, units[0], {"network_cloud_platforms": 2}, units)
    assert (found.place_before, found.place_after, found.of) == (3, 2, 3)
    assert [before.id for before, _ in found.differences()] == ["application", "platforms", "network_cloud"]
    alone = what_if(city, units[0], {"network_cloud_platforms": 1})
    assert (alone.place_before, list(alone.differences())) == (0, [])


VETOED = """\
ruleset: vetoed
title: 一票否决
max: 10
veto_when: incident
grades: [{grade: 优秀, from: 9, unless: fraud}, {grade: 其他}]
facts:
  sites: {type: count, label: 网站}
  incident: {type: yes_no, label: 发生重大事件}
  fraud: {type: yes_no, label: 数据造假}
indicators:
  - {id: online, name: 网站, max: 10, rule: {kind: per_unit, each: 1, of: sites}}
"""


@pytest.mark.parametrize(
    ("change", "total", "grade"),
    [
        ("incident=true", [["Total", "10.00", "0.00", "-10.00"]], "Grade: 优秀, then 其他"),
        ("fraud=true", [["Total", "10.00", "10.00", "+0.00"]], "Grade: 优秀, then 其他"),
        ("sites=12", [], "Grade: 优秀, then 优秀"),
    ],
)
def test_what_only_the_total_or_its_grade_shows(
    change: str, total: list[list[str]], grade: str, run: Run, tmp_path: Path
) -> None:
    (tmp_path / "vetoed.yaml").write_text(VETOED, "utf-8")
    facts = tmp_path / "unit.json"
    facts.write_text('{"facts": {"sites": 10, "incident": false, "fraud": false}}', "utf-8")
    code, out, _ = run("whatif", str(tmp_path / "vetoed.yaml"), str(facts), "--set", change)
    assert code == 0
    assert [line.split() for line in out.splitlines() if line.startswith(" Total")] == total
    assert ("Nothing comes out otherwise." in out) == (not total)
    assert grade in out
