"""The JSON Schema of a file of cases, by which a YAML editor completes and checks it."""

from __future__ import annotations

import json

from egov_scoring.cases import CASE_KEYS, EXPECTATIONS, FILE_KEYS, LINE_KEYS, STATUSES
from egov_scoring.facts import UNIT_KEYS
from egov_scoring.facts_schema import NAME, closed
from egov_scoring.ruleset_schema import DRAFT, Schema, ruleset_schema

# A case may well state what is wrong, to see it refused.
ANYTHING: Schema = {"type": ["object", "null"]}
AMOUNT: Schema = {"type": "number"}
TEXT: Schema = {"type": "string"}
LINE = closed({**dict.fromkeys(LINE_KEYS, AMOUNT), "line": TEXT, "id": TEXT}, "line")
EXPECTED: dict[str, tuple[str, Schema]] = {
    "expect": ("The points of indicators, or their status.", {"anyOf": [AMOUNT, {"enum": list(STATUSES)}]}),
    "losses": ("What the own ledger lines of indicators lose in all.", AMOUNT),
    "max_applicable": ("The applicable maximum of indicators.", AMOUNT),
    "range": (
        "What indicators can still come to: [low, high].",
        {"type": "array", "items": AMOUNT, "minItems": 2, "maxItems": 2},
    ),
    "ledger": ("The own ledger lines of indicators, in order.", {"type": "array", "items": {"anyOf": [TEXT, LINE]}}),
}
SAID = {
    "ruleset": "The id of the ruleset that is tried.",
    "define": "A whole ruleset, instead of the id of one.",
    "about": "A remark in your own words.",
    "units": "Units that cases start from, by name.",
    "cases": "What is tried, one case after the other.",
    "name": "What the case shows; once in a file.",
    "unit": "The unit that it starts from.",
    "facts": "Facts by key; null takes one away.",
    "peers": "The other units, with which it is compared.",
    "grade": "The grade of the unit; null: it has none.",
    "problems": "The codes of all problems that a final score would meet.",
}


def text() -> str:
    """The schema as JSON text.

    >>> '"max_applicable"' in text()
    True
    """
    return json.dumps(cases_schema(), ensure_ascii=False, indent=2, default=float) + "\n"


def cases_schema() -> Schema:
    """The schema as data: draft 7, closed mappings."""
    ruleset = ruleset_schema()
    unit: Schema = dict.fromkeys(UNIT_KEYS, ANYTHING)
    case = {
        **unit,
        "name": NAME,
        "unit": NAME,
        "peers": {"type": "array", "items": closed({"unit": NAME, **unit})},
        "problems": {"type": "array", "items": TEXT},
        "grade": {"type": ["string", "null"]},
        **{key: _of_indicators(key) for key in EXPECTATIONS},
    }
    file = {
        "ruleset": NAME,
        "define": {key: ruleset[key] for key in ("type", "if", "then", "else")},
        "about": TEXT,
        "units": {"type": "object", "additionalProperties": closed(unit)},
        "cases": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/case"}},
    }
    return {
        "$schema": DRAFT,
        "$id": "egov-scoring/cases/1",
        "title": "Cases",
        **closed(_said(file, FILE_KEYS), "cases"),
        "oneOf": [{"required": ["ruleset"]}, {"required": ["define"]}],
        "$defs": {
            **ruleset["$defs"],
            "case": {**closed(_said(case, CASE_KEYS), "name"), "anyOf": _expects_something()},
        },
    }


def _of_indicators(key: str) -> Schema:
    said, value = EXPECTED[key]
    return {"description": said, "type": "object", "additionalProperties": value}


def _expects_something() -> list[Schema]:
    filled = [{"required": [key], "properties": {key: {"minProperties": 1}}} for key in EXPECTATIONS]
    return [*filled, {"required": ["grade"]}, {"required": ["problems"]}]


def _said(properties: Schema, keys: tuple[str, ...]) -> Schema:
    """The keys in their order, each with what it is for."""
    return {key: {**({"description": SAID[key]} if key in SAID else {}), **properties[key]} for key in keys}
