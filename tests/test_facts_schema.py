"""The schema of the facts files of a ruleset: it takes what is scored, and names what cannot be entered."""

from __future__ import annotations

from pathlib import Path

import pytest
from jsonschema import Draft7Validator

from egov_scoring import facts_schema, load, locate
from egov_scoring.load import load_text
from egov_scoring.samples import sample
from egov_scoring.template import template
from tests.test_docs import ran
from tests.test_ruleset_schema import as_editors_read

SHIPPED = locate.ids_in(locate.shipped())
EXAMPLES = Path(__file__).parents[1] / "examples"
TOWN = """\
ruleset: town
title: Town
max: 10
facts:
  offices: {type: count, label: Offices, unit: 个, range: [0, 20]}
  late: {type: findings, label: Late replies}
  filed: {type: yes_no, label: Plan filed}
  rate: {type: percent, label: Rate}
  days: {type: number, label: Days, range: [-1.5, 30], places: 1}
  state: {type: choice, label: State, options: {full: all, 2019: old}}
  design: {type: points, label: Design}
indicators:
  - {id: a, name: A, max: 4, rule: {kind: per_unit, terms: [{each: 1, of: offices}, {each: 1, of: filed}]}}
  - {id: b, name: B, max: 1, rule: {kind: per_finding, each: 1, of: late}}
  - {id: c, name: C, max: 1, rule: {kind: choice, of: state, points: {full: 1, 2019: 0}}}
  - {id: d, name: D, max: 2, rule: {kind: assessed, of: design}}
  - {id: e, name: E, max: 2, rule: {kind: formula, formula: "least(2, greatest(0, 0.01 * rate + 0.01 * days))"}}
"""


@pytest.fixture(scope="module")
def editor() -> Draft7Validator:
    return Draft7Validator(facts_schema.facts_schema(load_text(TOWN).program, "en"))


@pytest.mark.parametrize("name", SHIPPED)
def test_what_is_made_up_for_a_ruleset_is_taken(name: str) -> None:
    ruleset = load(name)
    schema = facts_schema.facts_schema(ruleset.program)
    Draft7Validator.check_schema(schema)
    for text in [
        template(ruleset),
        *(template(ruleset, sample(ruleset, fill)) for fill in ("best", "worst", "random")),
    ]:
        assert list(Draft7Validator(schema).iter_errors(as_editors_read(text))) == []


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("*_units.yaml")), ids=lambda file: file.stem)
def test_the_examples_are_taken(file: Path) -> None:
    stem = file.stem.removesuffix("_units")
    (name,) = [name for name in SHIPPED if name.replace("/", "_") == stem]
    schema = facts_schema.facts_schema(load(name).program)
    assert list(Draft7Validator(schema).iter_errors(as_editors_read(file.read_text("utf-8")))) == []


@pytest.mark.parametrize(
    "facts",
    [
        "{}",
        "{offices: 20, late: 3, filed: true, rate: 72.5, days: -1.5, state: full, design: 1}",
        "{offices: , late: [{date: 2019-05-06, note: x}], filed: no, state: 2019, design: {points: 1, by: 甲某}}",
        "{rate: '72.5'}",
    ],
)
def test_what_the_ruleset_takes_is_taken(facts: str, editor: Draft7Validator) -> None:
    text = f"{{unit: 甲市, facts: {facts}}}"
    assert list(editor.iter_errors(as_editors_read(text))) == []
    assert load_text(TOWN).score(as_editors_read(facts), incomplete=True)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("{facts: {office: 2}}", "$.facts"),
        ("{facts: {offices: 21}}", "$.facts.offices"),
        ("{facts: {offices: -1}}", "$.facts.offices"),
        ("{facts: {offices: 1.5}}", "$.facts.offices"),
        ("{facts: {offices: 2个}}", "$.facts.offices"),
        ("{facts: {late: [{when: today}]}}", "$.facts.late"),
        ("{facts: {filed: 是}}", "$.facts.filed"),
        ("{facts: {rate: 101}}", "$.facts.rate"),
        ("{facts: {rate: 72.5%}}", "$.facts.rate"),
        ("{facts: {days: -1.6}}", "$.facts.days"),
        ("{facts: {state: all}}", "$.facts.state"),
        ("{facts: {design: {by: 甲某}}}", "$.facts.design"),
        ("{unit: 甲市}", "$"),
        ("{facts: {}, override: {}}", "$"),
        ("{facts: {}, overrides: {z: {points: 1}}}", "$.overrides"),
        ("{facts: {}, overrides: {a: {pints: 1}}}", "$.overrides.a"),
        ("{units: [{unit: 甲市, facts: {office: 2}}]}", "$.units[0].facts"),
        ("{units: [], facts: {}}", "$"),
    ],
)
def test_what_cannot_be_entered_is_named(text: str, where: str, editor: Draft7Validator) -> None:
    assert {error.json_path for error in editor.iter_errors(as_editors_read(text))} == {where}


def test_an_editor_says_what_is_asked() -> None:
    schema = facts_schema.facts_schema(load_text(TOWN).program, "en")
    facts = schema["$defs"]["unit"]["properties"]["facts"]["properties"]
    assert list(facts) == ["offices", "late", "filed", "rate", "days", "state", "design"]
    assert facts["offices"]["description"].splitlines()[:2] == ["Offices", "个"]
    assert "full (all)" in facts["state"]["description"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_command_prints_it(lang: str, tmp_path: Path) -> None:
    (tmp_path / "town.yaml").write_text(TOWN, "utf-8")
    printed = facts_schema.text(load_text(TOWN).program, lang)
    assert ran(["schema", "facts", "town.yaml", "--lang", lang], tmp_path) == (printed, 0)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["facts"], "Error: which facts are asked depends on the ruleset: schema facts RULESET"),
        (["cases", "2019/city"], "the other kinds take none"),
        (["ruleset", "2019/city"], "the other kinds take none"),
        (["facts", "2019/citi"], "did you mean 2019/city?"),
    ],
)
def test_the_command_says_what_it_needs(words: list[str], said: str, tmp_path: Path) -> None:
    printed, code = ran(["schema", *words, "--lang", "en"], tmp_path)
    assert code == 2
    assert said in printed
