"""Facts files: what they may hold, and what is wrong with those that hold something else."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from egov_scoring.errors import FactsError, Problem
from egov_scoring.facts import Unit
from egov_scoring.load import load, load_text
from egov_scoring.locate import ids_in, shipped
from egov_scoring.units import read_units
from egov_scoring.yaml_reader import MAX_SIZE

EXAMPLES = shipped().parent / "examples"


@pytest.fixture
def written(tmp_path: Path):
    def write(text: str | bytes, name: str = "units.yaml") -> Path:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def refused(path: Path) -> tuple[Problem, ...]:
    with pytest.raises(FactsError) as raised:
        read_units(path)
    return raised.value.problems


def places(path: Path) -> list[tuple[str, str]]:
    """The codes and places of what is wrong with a file."""
    return [(p.code, f"{p.position.line}:{p.position.column}" if p.position else "") for p in refused(path)]


RECORDS: dict[str, Any] = {
    "overrides": {"first": {"points": 1, "by": "A", "why": "seen"}},
    "not_applicable": {"second": {"by": "A", "why": "new"}},
    "places": {"third": {"place": 1, "of": 2}},
}

ONE = """
unit: 甲市
facts: {platforms: 4, share: 2.50}
overrides: {first: {points: 1, by: A, why: seen}}
not_applicable: {second: {by: A, why: new}}
places: {third: {place: 1, of: 2}}
"""


def test_one_unit(written):
    unit = Unit("甲市", {"platforms": 4, "share": Decimal("2.50")}, **RECORDS)
    assert read_units(written(ONE)) == [unit]


def test_one_unit_in_json(written):
    text = """{"unit": "甲市", "facts": {"platforms": 4, "share": 2.50},
        "overrides": {"first": {"points": 1, "by": "A", "why": "seen"}},
        "not_applicable": {"second": {"by": "A", "why": "new"}}, "places": {"third": {"place": 1, "of": 2}}}"""
    (unit,) = read_units(written(text, "units.json"))
    assert unit == Unit("甲市", {"platforms": 4, "share": Decimal("2.50")}, **RECORDS)
    assert str(unit.facts["share"]) == "2.50"


@pytest.mark.parametrize("name", ["units.yaml", "units.json"])
def test_many_units(written, name):
    text = '{"units": [{"unit": "A", "facts": {"a": 1}}, {"unit": 2019, "facts": {"a": 0.1}}]}'
    assert read_units(written(text, name)) == [Unit("A", {"a": 1}), Unit("2019", {"a": Decimal("0.1")})]


def test_a_unit_alone_may_go_without_a_name(written):
    assert read_units(written("facts: {a: 1}")) == [Unit("", {"a": 1})]
    assert read_units(written("units: [{facts: {a: 1}}]")) == [Unit("", {"a": 1})]


def test_no_units(written):
    assert read_units(written("units: []")) == []


@pytest.mark.parametrize("name", ids_in(shipped()))
def test_the_examples_are_complete(name: str):
    units = read_units(EXAMPLES / f"{name.replace('/', '_')}_units.yaml")
    assert {card.status for card in load(name).score_all(units)} == {"complete"}


def test_there_are_no_examples_of_anything_else():
    verified = "2019_city_verified.yaml"  # beside the self-report of the same units
    assert {file.name for file in EXAMPLES.glob("*.yaml")} == {
        verified,
        *(f"{name.replace('/', '_')}_units.yaml" for name in ids_in(shipped())),
    }


FORMS = {
    "facts by themselves": ("platforms: 4", [("units-form", "1:1")]),
    "a list of units": ("- {unit: A, facts: {}}", [("units-form", "1:1")]),
    "no facts": ("unit: A", [("missing-key", "1:1")]),
    "a misspelt key": ("facts: {}\nplace: {}", [("unknown-key", "2:1")]),
    "a key beside the units": ("units: []\nfacts: {}", [("unknown-key", "2:1")]),
    "units that are no list": ("units: {A: {}}", [("wrong-form", "1:8")]),
    "a unit that is no mapping": ("units: [A]", [("wrong-form", "1:9")]),
    "facts that are no mapping": ("facts: [1]", [("wrong-form", "1:8")]),
    "records that are no mapping": ("facts: {}\noverrides: 1\nplaces: []", [("wrong-form", "2:12"), ("wrong-form", "3:9")]),
    "a name that is no name": ("unit: true\nfacts: {}", [("wrong-form", "1:7")]),
    "the same name twice": ("units:\n- {unit: 1, facts: {}}\n- {unit: '1', facts: {}}", [("unit-twice", "3:10")]),
    "many without a name": ("units: [{facts: {}}, {unit: '', facts: {}}]", [("unit-without-name", f"1:{at}") for at in (9, 22)]),
    "the same fact twice": ("facts: {a: 1, a: 2}", [("duplicate-key", "1:15")]),
    "all at once": ("units: [{fact: {}}, {unit: [], facts: 1}]", [("missing-key", "1:9"), ("unit-without-name", "1:9"),
                    ("unknown-key", "1:10"), ("wrong-form", "1:28"), ("wrong-form", "1:39")]),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), FORMS.values(), ids=FORMS)
def test_a_wrong_form_is_refused_where_it_stands(written, text, expected):
    assert places(written(text)) == expected


def test_a_problem_shows_its_line(written):
    (problem,) = refused(written("unit: A\nfacts: {}\nplace: {}"))
    assert problem.excerpt == "place: {}"
    assert problem.args["nearest"] == "places"


JSON = {
    "syntax": ('{"facts": {},\n }', [("json-syntax", "2:2")]),
    "the same fact twice": ('{"facts": {"a": 1, "a": 2}}', [("json-duplicate-key", "1:1")]),
    "nested too deep": ("[" * 100_000, [("json-syntax", "1:1")]),
    "a number of too many digits": ('{"facts": {"a": ' + "1" * 5000 + "}}", [("json-syntax", "1:1")]),
    "no text": (b"\xff", [("not-utf8", "1:1")]),
    "nothing": ("", [("json-syntax", "1:1")]),
    "no mapping": ("[]", [("units-form", "1:1")]),
    "facts that are no mapping": ('{"facts": []}', [("wrong-form", "")]),
    "too much": (" " * (MAX_SIZE + 1), [("file-too-large", "1:1")]),
}


@pytest.mark.parametrize(("text", "expected"), JSON.values(), ids=JSON)
def test_wrong_json_is_refused(written, text, expected):
    assert places(written(text, "units.json")) == expected


@pytest.mark.parametrize("name", ["units.yaml", "units.json"])
def test_a_file_that_is_not_there(tmp_path, name):
    assert places(tmp_path / name) == [("cannot-read", "1:1")]


RULESET = """
ruleset: small
title: small
max: 6
facts:
  a: {type: count, label: a}
  b: {type: count, label: b}
  c: {type: number, label: c, range: [0, 1], places: 1}
checks: [{id: order, require: a <= b}]
indicators:
  - {id: first, name: first, max: 4, rule: {kind: rank, by: a}}
  - {id: second, name: second, max: 2, rule: {kind: per_unit, each: 1, of: b + c}}
"""


def scored(units: list[Unit]) -> list[tuple[str, str, str]]:
    """The codes, places and lines of the problems with scoring them."""
    with pytest.raises(FactsError) as raised:
        load_text(RULESET).score_all(units)
    return [(p.code, f"{p.position.line}:{p.position.column}", p.excerpt) for p in raised.value.problems if p.position]


def test_whatever_is_wrong_with_the_facts_points_into_their_file(written):
    first, second = "units: [{unit: A, facts: {a: 3, b: 2, c: 0.15}},", "  {unit: B, facts: {b: 1, d: 0}}]"
    assert scored(read_units(written(f"{first}\n{second}"))) == [
        ("check-failed", "1:30", first),
        ("too-many-places", "1:42", first),
        ("missing-fact", "2:13", second),
        ("missing-fact", "2:13", second),
        ("unknown-fact", "2:27", second),
    ]


def test_what_a_rank_lacks_points_into_the_file(written):
    known = "facts: {a: 1, b: 1, c: 0}"
    units = read_units(
        written(f"units: [{{unit: A, {known}, places: {{first: {{place: 1, of: 3}}}}}}, {{unit: B, {known}}}]")
    )
    assert [(code, place) for code, place, _ in scored(units)] == [("places-mixed", "1:93")]
    assert [(code, place) for code, place, _ in scored(units[1:])] == [("missing-peers", "1:93")]


NUMBERS = {
    "NaN": "not-a-number",
    "-Infinity": "not-a-number",
    "1e999999999": "wrong-type",
    "1e3": "out-of-range",
    "0.05": "too-many-places",
}


@pytest.mark.parametrize(("number", "code"), NUMBERS.items())
def test_numbers_that_json_knows_and_facts_do_not(written, number, code):
    (unit,) = read_units(written(f'{{"facts": {{"a": 1, "b": 1, "c": {number}}}}}', "units.json"))
    with pytest.raises(FactsError) as raised:
        load_text(RULESET).score(unit, peers=[])
    assert [problem.code for problem in raised.value.problems] == [code]
