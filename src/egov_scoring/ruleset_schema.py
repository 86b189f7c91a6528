"""The JSON Schema of a ruleset file, by which a YAML editor completes and checks it; made from the models.

A ruleset that `extends` another one states only what differs: for it every model has a second shape, in which nothing is
required and anything may be `{absent: true}`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from egov_scoring.kinds.terms import Term, Terms
from egov_scoring.source import FACT_KEYS, KEYS_OF_TYPE, NEEDED_BY_TYPE, Composition, IndicatorSource, RulesetSource
from egov_scoring.yaml_reader import read_text

Schema = dict[str, Any]

# The draft that YAML editors know best.
DRAFT = "http://json-schema.org/draft-07/schema#"
ABSENT: Schema = {
    "description": "Removes what the other ruleset states.",
    "type": "object",
    "properties": {"absent": {"const": True}},
    "required": ["absent"],
    "additionalProperties": False,
}
EXAMPLE = re.compile(r"`(\{.*\})`: ")
"""What the description of a kind begins with."""
SUMMARY = "A ruleset: one published table of indicators, with the rule of each. The reference is docs/language.md."


class RulesetFile(Composition, RulesetSource):
    """A ruleset file as it is written, with what it takes over from others."""


class _Plain(GenerateJsonSchema):
    """Without titles made from the names of fields."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def text() -> str:
    """The schema as JSON text.

    >>> '"per_finding"' in text()
    True
    """
    return json.dumps(ruleset_schema(), ensure_ascii=False, indent=2, default=float) + "\n"


def ruleset_schema() -> Schema:
    """The schema as data: draft 7, closed mappings, a description for every key."""
    whole = RulesetFile.model_json_schema(schema_generator=_Plain)
    whole["required"].remove("indicators")  # components may bring them all
    models: dict[str, Schema] = {**whole.pop("$defs"), "Ruleset": whole}
    for kind in Terms.__subclasses__():
        models[kind.__name__] = _with_single_term(models[kind.__name__], models[Term.__name__])
    models = {name: _tidy(model) for name, model in models.items()}
    changes = {_change_name(name): _as_change(model, name) for name, model in models.items()}
    for name, parts in _relations().items():
        models[name].update(parts)
    return {
        "$schema": DRAFT,
        "$id": "egov-scoring/ruleset/1",
        "title": "Ruleset",
        "description": SUMMARY,
        "type": "object",
        "if": {"required": ["extends"]},
        "then": {"$ref": _ref(_change_name("Ruleset"))},
        "else": {"$ref": _ref("Ruleset")},
        "$defs": {**models, **changes, "absent": ABSENT},
    }


def _ref(name: str) -> str:
    return f"#/$defs/{name}"


def _change_name(name: str) -> str:
    return f"{name}Change"


# What validators check between the keys of a mapping, in the words of a schema.


def _relations() -> dict[str, Schema]:
    return {
        "Ruleset": {"allOf": [_at_least_one("indicators", "components"), _at_least_one("max", "total")]},
        "IndicatorSource": _just_one("rule", "indicators"),
        "Adjustment": _just_one("multiply", "add"),
        "Case": _just_one("when", "otherwise"),
        "GradeSource": {"dependencies": {"ties": ["quota"]}},
        "Choice": {"oneOf": [{"required": ["of", "points"]}, {"required": ["cases"]}]},
        **{kind.__name__: _terms_or_one(kind) for kind in Terms.__subclasses__()},
        "FactSource": {"allOf": [_of_type(name, keys) for name, keys in KEYS_OF_TYPE.items()]},
    }


def _at_least_one(*keys: str) -> Schema:
    return {"anyOf": [{"required": [key]} for key in keys]}


def _just_one(*keys: str) -> Schema:
    return {"oneOf": [{"required": [key]} for key in keys]}


def _of_type(name: str, keys: tuple[str, ...]) -> Schema:
    """Which keys a fact of that type has."""
    refused: Schema = {key: False for key in FACT_KEYS if key not in keys}
    required = list(NEEDED_BY_TYPE.get(name, ()))
    low: Schema = {} if name == "number" or "range" not in keys else {"range": {"items": {"minimum": 0}}}
    return {
        "if": {"properties": {"type": {"const": name}}, "required": ["type"]},
        "then": {"properties": {**refused, **low}, "required": required},
    }


def _terms_or_one(kind: type[Terms]) -> Schema:
    """A rule made of terms has a list of them, or the keys of a single one."""
    of_one: Schema = {key: False for key in Term.model_fields if key not in kind.model_fields}
    needed = [key for key, field in Term.model_fields.items() if field.is_required()]
    return {"oneOf": [{"required": needed}, {"required": ["terms"], "properties": of_one}]}


def _with_single_term(model: Schema, term: Schema) -> Schema:
    """The rule with the keys of its only term."""
    properties = {"kind": {}, **term["properties"], **model["properties"]}
    return {**model, "properties": properties, "required": ["kind"]}


# Schemas, part by part.


def _tidy(schema: Schema) -> Schema:
    """Without what tells an author nothing: titles, defaults of the library's own, notes for other tools."""
    tidied = _mapped(schema, _tidy)
    for key in ("title", "default"):
        tidied.pop(key, None)
    if "discriminator" in tidied:
        return _by_kind(tidied["discriminator"])
    if "patternProperties" in tidied:
        tidied["additionalProperties"] = False
    if example := EXAMPLE.match(tidied.get("description", "")):
        tidied["examples"] = [read_text(example[1], "")[0]]
    return _or_nothing(tidied)


def _or_nothing(schema: Schema) -> Schema:
    """`anyOf` with nothing told in one: an editor then names the key that is wrong, and not what all of it should be."""
    match schema.get("anyOf"):
        case [{"type": kind} as one, {"type": "null"}]:
            kinds = [*([kind] if isinstance(kind, str) else kind), "null"]
            values = one.get("enum", [one["const"]] if "const" in one else [])
            merged = {**one, "type": kinds, **({"enum": [*values, None]} if values else {})}
            merged.pop("const", None)
        case _:
            return schema
    return {**{key: part for key, part in schema.items() if key != "anyOf"}, **merged}


def _by_kind(discriminator: Schema) -> Schema:
    """A value of the kind that it names; an editor then speaks of that kind alone."""
    name, kinds = discriminator["propertyName"], discriminator["mapping"]
    return {
        "type": "object",
        "properties": {name: {"enum": list(kinds)}},
        "required": [name],
        "allOf": [
            {
                "if": {"type": "object", "properties": {name: {"const": kind}}, "required": [name]},
                "then": {"$ref": model},
            }
            for kind, model in kinds.items()
        ],
    }


def _change_by_kind(schema: Schema) -> Schema:
    """What names no kind is of the kind that it changes."""
    kinds = [{**kind, "then": _as_change(kind["then"])} for kind in schema["allOf"]]
    unnamed = {"type": "object", "not": {"required": schema["required"]}}
    any_kind = {"if": unnamed, "then": {"anyOf": [kind["then"] for kind in kinds]}}
    return {**{key: part for key, part in schema.items() if key != "required"}, "allOf": [*kinds, any_kind]}


def _as_change(schema: Schema, name: str = "") -> Schema:
    """The schema of what changes such a value: parts of a mapping, each of them new, changed or absent; a list is replaced."""
    if "$ref" in schema:
        return {**schema, "$ref": _change_name(schema["$ref"])}
    if "allOf" in schema:
        return _change_by_kind(schema)
    if schema.get("type") == "array" and schema["items"] != {"$ref": _ref(IndicatorSource.__name__)}:
        return schema
    changed = _mapped(schema, _as_change)
    for key in ("properties", "patternProperties"):
        if key in changed:
            changed[key] = {part: _or_absent(below) for part, below in changed[key].items()}
    if isinstance(changed.get("additionalProperties"), dict):
        changed["additionalProperties"] = _or_absent(changed["additionalProperties"])
    changed.pop("required", None)
    if name == IndicatorSource.__name__:
        changed["properties"] = {**changed["properties"], "id": schema["properties"]["id"], "absent": {"const": True}}
        changed["required"] = ["id"]
    return changed


def _or_absent(schema: Schema) -> Schema:
    described = {"description": schema["description"]} if "description" in schema else {}
    return {**described, "anyOf": [schema, {"$ref": _ref("absent")}]}


def _mapped(schema: Schema, change: Callable[[Schema], Schema]) -> Schema:
    """The schema with every schema in it changed."""
    mapped = dict(schema)
    for key in ("properties", "patternProperties"):
        if key in mapped:
            mapped[key] = {name: below if below is False else change(below) for name, below in mapped[key].items()}
    for key in ("anyOf", "oneOf"):
        if key in mapped:
            mapped[key] = [change(below) for below in mapped[key]]
    for key in ("items", "additionalProperties"):
        if isinstance(mapped.get(key), dict):
            mapped[key] = change(mapped[key])
    return mapped
