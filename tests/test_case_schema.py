"""The schema of files of cases: it takes what is run, and refuses what has the wrong shape."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

from egov_scoring import case_files, case_schema, cases
from egov_scoring.locate import shipped
from tests.test_conformance import FILES
from tests.test_docs import ran
from tests.test_ruleset_schema import as_editors_read

SCHEMA = json.loads(case_schema.text())
EDITOR = Draft7Validator(SCHEMA)


def complaints(text: str) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in EDITOR.iter_errors(as_editors_read(text))]


def test_it_is_a_schema() -> None:
    Draft7Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("file", [*case_files.files_in(shipped()), *FILES], ids=lambda file: "/".join(file.parts[-3:]))
def test_what_is_run_is_taken(file: Path) -> None:
    assert complaints(file.read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("cases: [{name: a, expect: {total: 1}}]", "$"),
        ("{ruleset: town, define: {}, cases: [{name: a, expect: {total: 1}}]}", "$"),
        ("ruleset: town", "$"),
        ("{ruleset: town, cases: []}", "$.cases"),
        ("{ruleset: town, case: [], cases: [{name: a, expect: {total: 1}}]}", "$"),
        ("{ruleset: town, cases: [{expect: {total: 1}}]}", "$.cases[0]"),
        ("{ruleset: town, cases: [{name: a}]}", "$.cases[0]"),
        ("{ruleset: town, cases: [{name: a, expect: {}}]}", "$.cases[0]"),
        ("{ruleset: town, cases: [{name: a, expects: {total: 1}}]}", "$.cases[0]"),
        ("{ruleset: town, cases: [{name: a, expect: {total: full}}]}", "$.cases[0].expect.total"),
        ("{ruleset: town, cases: [{name: a, expect: {total: '1'}}]}", "$.cases[0].expect.total"),
        ("{ruleset: town, cases: [{name: a, range: {total: [1]}}]}", "$.cases[0].range.total"),
        ("{ruleset: town, cases: [{name: a, ledger: {total: [{id: x}]}}]}", "$.cases[0].ledger.total[0]"),
        ("{ruleset: town, cases: [{name: a, problems: missing-fact}]}", "$.cases[0].problems"),
        ("{ruleset: town, cases: [{name: a, facts: [], expect: {total: 1}}]}", "$.cases[0].facts"),
        ("{ruleset: town, units: {u: {fact: {}}}, cases: [{name: a, expect: {total: 1}}]}", "$.units.u"),
        ("{ruleset: town, cases: [{name: a, peers: {}, expect: {total: 1}}]}", "$.cases[0].peers"),
        ("{define: {ruleset: x, titel: y}, cases: [{name: a, expect: {total: 1}}]}", "$.define"),
    ],
)
def test_a_wrong_shape_is_refused_where_it_is(text: str, where: str) -> None:
    assert {said.partition(": ")[0] for said in complaints(text)} >= {where}


def test_every_key_says_what_it_is_for() -> None:
    case = SCHEMA["$defs"]["case"]["properties"]
    assert list(case) == list(cases.CASE_KEYS)
    said = {**SCHEMA["properties"], **{key: case[key] for key in (*cases.EXPECTATIONS, "name", "peers", "problems")}}
    assert [key for key, part in said.items() if "description" not in part] == []


def test_the_command_prints_it(tmp_path: Path) -> None:
    assert ran(["schema", "cases"], tmp_path) == (case_schema.text(), 0)
