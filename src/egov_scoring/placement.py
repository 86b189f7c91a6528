"""Which keys may stand in a mapping of a ruleset file, and where one that may not belongs: read off the models."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel

from egov_scoring.errors import Path
from egov_scoring.grade_source import GradeSource
from egov_scoring.kinds import KINDS
from egov_scoring.kinds.terms import Term, Terms
from egov_scoring.source import Adjustment, FactSource, IndicatorSource, RulesetSource
from egov_scoring.yaml_reader import Map, value_at

Models = list[type[BaseModel]]

# What authors call a key that has another name here.
OTHER_WORDS: Mapping[type[BaseModel], Mapping[str, str]] = {
    RulesetSource: {"id": "ruleset", "name": "title", "points": "max", "score": "max"},
    FactSource: {"name": "label", "title": "label", "min": "range", "max": "range", "values": "options"},
    IndicatorSource: {
        "label": "name",
        "title": "name",
        "points": "max",
        "score": "max",
        "weight": "max",
        "when": "applies_when",
    },
    Term: {"points": "each", "score": "each", "max": "cap"},
    Terms: {"points": "each", "score": "each"},
    Adjustment: {"factor": "multiply", "points": "add"},
    GradeSource: {"name": "grade", "title": "grade", "points": "from", "score": "from", "share": "quota"},
}

# Where a key most likely belongs that could stand in several of the mappings below.
LIKELY = ("rule", "indicators", "facts")


def known_keys(data: Map, model: type[BaseModel], path: Path) -> list[str]:
    """The keys that may stand in the mapping at that path."""
    models = _models_at(data, model, path)
    known = list(dict.fromkeys(_keys_of(models, single_term="terms" not in _at(data, path))))
    return [*known, "extends", "components"] if models == [RulesetSource] else known


def other_word(data: Map, model: type[BaseModel], path: Path) -> str:
    """What the last key of the path is called here, unless that stands there too; or an empty string."""
    here, key = path[:-1], str(path[-1])
    known = known_keys(data, model, here)
    for owner in _models_at(data, model, here):
        for of, words in OTHER_WORDS.items():
            word = words.get(key, "")
            if issubclass(owner, of) and word in known and word not in _at(data, here):
                return word
    return ""


def belongs(data: Map, model: type[BaseModel], path: Path) -> dict[str, object]:
    """Where the last key of the path belongs, from its place outwards: `inside` a mapping below, in a list beside its own
    (with all of its `entry`, or `inside` it by itself), `beside` what it stands in, or in a rule of other `kinds`.
    """
    here, key = path[:-1], str(path[-1])
    if inside := _holders(sorted(_below(_models_at(data, model, here)), key=_likely), [key]):
        return {"inside": inside[0]}
    if here and isinstance(here[-1], int):
        lists = _below(_models_at(data, model, here[:-2]))
        if entry := _holders(lists, _at(data, here)):
            return {"entry": entry[0]}
        if inside := _holders(lists, [key]):
            return {"inside": inside[0]}
    for depth in range(len(here) - 1, -1, -1):
        if isinstance(value_at(data, here[:depth]), Map) and key in known_keys(data, model, here[:depth]):
            return {"beside": here[depth]}
    kinds = [kind for kind, rule in KINDS.items() if key in _keys_of([rule])] if here[-1:] == ("rule",) else []
    return {"kinds": ", ".join(kinds)} if kinds else {}


def _at(data: Map, path: Path) -> Iterable[str]:
    """The keys that stand there."""
    found = value_at(data, path)
    return found if isinstance(found, Map) else ()


# Models along a path.


def _models_at(data: Map, model: type[BaseModel], path: Path) -> Models:
    """The models that the mapping at that path may be one of."""
    models = [model]
    for depth, step in enumerate(path, 1):
        models = [below for owner in models for name, below in _below([owner]) if name == step] or models
        kind = value_at(data, (*path[:depth], "kind")) if step == "rule" else None
        models = [KINDS[kind]] if isinstance(kind, str) and kind in KINDS else models
    return models


def _below(owners: Models) -> list[tuple[str, type[BaseModel]]]:
    """The keys of these models under which others stand."""
    fields = [(field.alias or name, field) for owner in owners for name, field in owner.model_fields.items()]
    return [(name, below) for name, field in fields for below in _nested(field.annotation)]


def _nested(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _nested(part)


def _keys_of(models: Models, *, single_term: bool = True) -> Iterator[str]:
    """The keys of these models; a rule of terms may carry those of a single one itself."""
    for owner in models:
        yield from (field.alias or name for name, field in owner.model_fields.items())
        if issubclass(owner, Terms) and single_term:
            yield from Term.model_fields


def _holders(below: Iterable[tuple[str, type[BaseModel]]], keys: Iterable[str]) -> list[str]:
    """Those of the keys that are below under which all these may stand."""
    return [name for name, model in below if {*keys} <= {*_keys_of([model])}]


def _likely(entry: tuple[str, type[BaseModel]]) -> int:
    return LIKELY.index(entry[0]) if entry[0] in LIKELY else len(LIKELY)
