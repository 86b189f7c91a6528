"""The schema of ruleset files: it takes what the loader takes, and refuses what has the wrong shape."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft7Validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from egov_scoring import locate, ruleset_schema
from egov_scoring.errors import RulesetError
from egov_scoring.kinds import KINDS
from egov_scoring.load import load
from egov_scoring.source import RulesetSource, is_key
from tests.codes import CODES
from tests.made_up.rulesets import texts

SCHEMA = json.loads(ruleset_schema.text())
EDITOR = Draft7Validator(SCHEMA)
BROKEN = sorted((Path(__file__).parent / "broken").glob("*.yaml"))

# What has the wrong shape is found by the models.
OF_SHAPE = {code for code, modules in CODES.items() if modules & {"grade_source", "model", "source", "validate"}}
BEYOND_A_SCHEMA = {"bad-range": "compares two numbers", "fact-too-wide": "reckons with them"}


def as_editors_read(text: str) -> Any:
    """YAML 1.2, as editors have it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return YAML(typ="safe", pure=True).load(text)


def complaints(text: str) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in EDITOR.iter_errors(as_editors_read(text))]


def test_it_is_a_schema() -> None:
    Draft7Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("file", locate.files_in(locate.shipped()), ids=lambda file: "/".join(file.parts[-2:]))
def test_a_shipped_ruleset_is_taken(file: Path) -> None:
    assert complaints(file.read_text("utf-8")) == []


@given(texts())
@settings(max_examples=40, deadline=None)
def test_a_made_up_ruleset_is_taken(files: Mapping[str, str]) -> None:
    for text in files.values():
        assert complaints(text) == []


@pytest.mark.parametrize("file", BROKEN, ids=lambda file: file.stem)
def test_a_wrong_shape_is_refused_and_nothing_sound(file: Path) -> None:
    found = codes(file)
    try:
        said = complaints(file.read_text("utf-8"))
    except (YAMLError, UnicodeDecodeError, ValueError):
        return  # an editor says so itself
    if found & OF_SHAPE - BEYOND_A_SCHEMA.keys():
        assert said
    elif not found:
        assert not said


def codes(file: Path) -> set[str]:
    try:
        return {problem.code for problem in load(file, cache=False).warnings}
    except RulesetError as error:
        return {problem.code for problem in error.problems}


def test_what_no_schema_can_say_is_of_shape() -> None:
    assert BEYOND_A_SCHEMA.keys() <= OF_SHAPE


# What an author sees.

CHANGING = "ruleset: mine\nextends: 2019/city\n"


@pytest.mark.parametrize(
    ("text", "sound"),
    [
        ("year: 2020", True),
        ("year: {absent: true}", True),
        ("year: {absent: false}", False),
        ("years: 2020", False),
        ("facts: {platforms: {range: [0, 5]}, visits: {absent: true}}", True),
        ("facts: {Platforms: {range: [0, 5]}}", False),
        ("indicators: [{id: video, absent: true}]", True),
        ("indicators: [{id: video, rule: {each: 3}}]", True),
        ("indicators: [{id: video, rule: {terms: {absent: true}}}]", True),
        ("indicators: [{id: video, rule: {kind: per_unit, part: x}}]", False),
        ("indicators: [{id: video, rule: {kind: choice, points: {yes: {absent: true}, no: 1}}}]", True),
        ("indicators: [{id: video, penalties: [{each: 1}]}]", False),
        ("indicators: [{name: X}]", False),
        ("indicators: [{id: video, indicators: [{id: room, max: 2}]}]", True),
    ],
)
def test_what_changes_another_ruleset(text: str, sound: bool) -> None:
    assert (complaints(CHANGING + text) == []) is sound


@pytest.mark.parametrize("number", ["0", "2.50", "-1", "1000000"])
def test_decimals_are_numbers(number: str) -> None:
    rule = f"{{kind: bands, of: x, bands: [{{below: {number}, points: 1}}, {{from: {number}, points: ask}}]}}"
    assert complaints(CHANGING + f"indicators: [{{id: video, rule: {rule}}}]") == []


@pytest.mark.parametrize("key", ["a", "a_1", "of", "in_time", "in", "total", "true", "a__b", "1a", "A", "a_", "else"])
def test_ids_are_those_of_the_loader(key: str) -> None:
    assert (complaints(CHANGING + f'indicators: [{{id: "{key}"}}]') == []) is is_key(key)


def test_every_key_is_described() -> None:
    bare = [path for path, part in properties(SCHEMA["$defs"]) if part not in (True, False) and not _told(part)]
    assert bare == []


def properties(models: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, model in models.items():
        for key, part in model.get("properties", {}).items():
            yield f"{name}.{key}", part


def _told(part: Mapping[str, Any]) -> bool:
    return "description" in part or part == {"const": True}


def test_every_kind_begins_with_an_example() -> None:
    for name, kind in KINDS.items():
        (example,) = SCHEMA["$defs"][kind.__name__]["examples"]
        indicator = {"id": "x", "name": "X", "max": 1, "rule": example}
        assert example["kind"] == name
        assert list(EDITOR.iter_errors({"ruleset": "x", "title": "X", "max": 1, "indicators": [indicator]})) == []


def test_every_key_of_the_ruleset_is_there() -> None:
    keys = {field.alias or name for name, field in RulesetSource.model_fields.items()}
    assert keys | {"extends", "components"} == set(SCHEMA["$defs"]["Ruleset"]["properties"])
