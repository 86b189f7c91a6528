"""The JSON Schema of a facts file of one ruleset, by which a YAML editor completes the keys of facts and checks their values."""

from __future__ import annotations

import json
from collections.abc import Iterable
from fractions import Fraction

from egov_scoring import amounts
from egov_scoring.facts import FINDING_KEYS, JUDGEMENT_KEYS, RECORDS, FactDeclaration
from egov_scoring.program import Program
from egov_scoring.report import wording
from egov_scoring.ruleset_schema import DRAFT, Schema

NAME: Schema = {"type": ["string", "number"]}


def text(program: Program, lang: str | None = None) -> str:
    """The schema as JSON text; labels and what may be entered stand in it as descriptions.

    >>> from egov_scoring import load
    >>> '"network_cloud_platforms"' in text(load("2019/city").program)
    True
    """
    return json.dumps(facts_schema(program, lang), ensure_ascii=False, indent=2) + "\n"


def facts_schema(program: Program, lang: str | None = None) -> Schema:
    """The schema as data, of one unit or of many under `units`."""
    facts = {key: _fact(fact, lang) for key, fact in program.facts.items()}
    names = {item.id: item.name for item in program.items()}
    unit = closed({"unit": NAME, "facts": closed(facts), **_records(names)}, "facts")
    return {
        "$schema": DRAFT,
        "$id": "egov-scoring/facts/1",
        "title": program.title,
        "type": "object",
        "if": {"required": ["units"]},
        "then": closed({"units": {"type": "array", "items": {"$ref": "#/$defs/unit"}}}),
        "else": {"$ref": "#/$defs/unit"},
        "$defs": {"unit": unit},
    }


def closed(properties: Schema, *required: str) -> Schema:
    """A mapping with these keys and no others."""
    needed = {"required": list(required)} if required else {}
    return {"type": "object", "properties": properties, **needed, "additionalProperties": False}


def _records(names: dict[str, str]) -> Schema:
    """What people record about indicators, by kind; the indicators by id, with their names."""
    found: Schema = {}
    for kind, keys in RECORDS.items():
        of_each = {key: {"description": name, **_mapping_of(keys)} for key, name in names.items()}
        found[kind] = {**closed(of_each), "type": ["object", "null"]}
    return found


def _mapping_of(keys: Iterable[str]) -> Schema:
    return {**closed({key: {} for key in keys}), "type": ["object", "null"]}


def _fact(fact: FactDeclaration, lang: str | None) -> Schema:
    """What may be entered; nothing where it is not known."""
    asked = "\n".join(filter(None, [fact.label, fact.unit, wording.taken(fact, lang), fact.about]))
    return {"description": asked, **_value(fact)}


def _value(fact: FactDeclaration) -> Schema:
    if fact.options:
        return {"enum": [*fact.options, *(int(name) for name in fact.options if name.isdecimal()), None]}
    if fact.is_condition:
        return {"enum": [True, False, "yes", "no", None]}
    number: Schema = {
        "type": ["number" if fact.places else "integer", "string", "null"],
        "pattern": f"^{amounts.DECIMAL.pattern}$",
        "minimum": _limit(fact.low),
        "maximum": _limit(fact.high),
    }
    if fact.type == "findings":
        return {"anyOf": [number, {"type": "array", "items": closed({key: {} for key in FINDING_KEYS})}]}
    if fact.type == "points":
        return {"anyOf": [number, closed({**{key: {} for key in JUDGEMENT_KEYS}, "points": number}, "points")]}
    return number


def _limit(limit: Fraction) -> int | float:
    """As JSON writes it; a limit of many places may come out a little off there, and the ruleset itself decides."""
    return int(limit) if limit.denominator == 1 else float(limit)
