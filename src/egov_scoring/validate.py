"""Data to models, and pydantic's errors to problems that name the line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from egov_scoring.damage import STAND_INS, Damage
from egov_scoring.errors import Path, Problem, shown
from egov_scoring.facts import nearest
from egov_scoring.kinds import KINDS
from egov_scoring.kinds.terms import Term, Terms
from egov_scoring.source import RulesetSource, like_a_key
from egov_scoring.yaml_reader import Map, as_written, key_position, position_of, value_at

M = TypeVar("M", bound=BaseModel)

# pydantic's name of what was expected, as one of our words.
FORMS = {
    "string_type": "text",
    "tuple_type": "list",
    "mapping_type": "mapping",
    "dict_type": "mapping",
    "model_type": "mapping",
    "model_attributes_type": "mapping",
    "bool_type": "true-false",
    "int_type": "whole",
    "missing": "pair",
    "too_long": "pair",
}


@dataclass(frozen=True, slots=True)
class Validated(Generic[M]):
    """What became of a mapping: the model of all that is sound in it, or None where that is too little."""

    model: M | None
    problems: list[Problem]
    damage: Damage


def validated(data: Map, model: type[M]) -> Validated[M]:
    """The data as a model; what is broken is reported and set aside."""
    damage = Damage(data)
    problems: list[Problem] = []
    while True:
        try:
            return Validated(model.model_validate(damage.rest), problems, damage)
        except ValidationError as error:
            mistakes = [_Mistake(found, damage.rest, model) for found in error.errors(include_url=False)]
        meant = {(*mistake.path[:-1], mistake.nearest) for mistake in mistakes if mistake.nearest}
        new = [mistake for mistake in mistakes if not damage.touches(mistake.path)]
        problems += [mistake.problem() for mistake in new if not mistake.is_met(meant)]
        mistakes.sort(key=lambda mistake: -len(mistake.path))
        for mistake in mistakes:
            if not mistake.set_aside(damage):
                return Validated(None, problems, damage)
        for path in meant:
            damage.mark(path)


class _Mistake:
    """One of pydantic's errors, with the path in the file that it is about.

    `missing` is the key that is not there; of a key that should not be there, `known` could, and `nearest` is most like it.
    """

    def __init__(self, error: ErrorDetails, data: Map, model: type[BaseModel]) -> None:
        self.type = error["type"]
        self.value: object = error["input"]
        self.about: Mapping[str, Any] = error.get("ctx", {})
        self.path = _path(data, error["loc"])
        self.data = data
        self.missing = str(error["loc"][-1]) if self.type == "missing" else ""
        self.known: list[str] = []
        if self.type == "union_tag_not_found" and isinstance(self.value, Map) and (key := nearest("kind", self.value)):
            self.type, self.path = "extra_forbidden", (*self.path, key)
        if self.type == "extra_forbidden":
            self.known = _known_keys(data, model, self.path[:-1])
        if "key" in self.about:
            self.path = (*self.path, self.about["key"])

    @property
    def nearest(self) -> str:
        """The known key most like the unknown one, or an empty string."""
        return nearest(str(self.path[-1]), self.known) if self.known else ""

    def is_met(self, meant: set[Path]) -> bool:
        """Whether what is missing is there, misspelt; without `terms` it is the keys of a single term that are missed."""
        return bool(self.missing) and ((*self.path, self.missing) in meant or (*self.path, "terms") in meant)

    def set_aside(self, damage: Damage) -> bool:
        """Takes what is broken out of the data; False where that would be everything."""
        if self.missing in STAND_INS and not damage.touches((*self.path, self.missing)):
            damage.set_aside((*self.path, self.missing))
        elif not self.path:
            return False
        elif self._is_cut() and self.path[:-1]:
            damage.set_aside(self.path[:-1])
        elif self.type == "model_type":
            damage.empty(self.path)
        else:
            damage.set_aside(self.path)
        return True

    def _is_cut(self) -> bool:
        """Whether the key is no key, but what a comma cut off from an expression that stands without quotes."""
        return self.type == "extra_forbidden" and re.search(r"[()<>=*/]", str(self.path[-1])) is not None

    def problem(self) -> Problem:
        """The mistake as a problem."""
        code, args = self._said()
        if code == "unknown-kind":
            place = position_of(self.data, (*self.path, "kind"))
        elif code in ("unknown-key", "key-not-for-type") or (code == "bad-key" and self.path[-1] != "id"):
            place = key_position(self.data, self.path)
        else:
            place = position_of(self.data, self.path)
        return Problem(code, place, **args)

    def _said(self) -> tuple[str, dict[str, object]]:
        """The code and the particulars of the problem."""
        key = next((step for step in reversed(self.path) if isinstance(step, str)), "")
        match self.type:
            case "missing" if not self.missing.isdigit():
                return "missing-key", {"key": self.missing}
            case "union_tag_not_found":
                return "missing-key", {"key": "kind"}
            case "extra_forbidden":
                known = ", ".join(self.known)
                return "unknown-key", {"key": key, "cut": self._is_cut(), "nearest": self.nearest, "known": known}
            case "union_tag_invalid":
                kind = str(value_at(self.data, (*self.path, "kind")))
                return "unknown-kind", {"name": kind, "known": ", ".join(KINDS), "nearest": nearest(kind, KINDS)}
            case "literal_error":
                possible = re.findall(r"[\w-]+(?='|$)", self.about["expected"].lower())
                near = nearest(str(self.value), possible)
                known = ", ".join(possible)
                return "not-one-of", {"key": key, "found": shown(self.value), "known": known, "nearest": near}
            case "greater_than_equal" | "less_than_equal":
                limit = self.about.get("ge", self.about.get("le"))
                return "beyond-limit", {"key": key, "found": shown(self.value), "what": self.type, "limit": limit}
            case "bad-key":
                return "bad-key", {"key": key, "found": shown(self.value), "nearest": like_a_key(str(self.value))}
            case own if "-" in own:
                return own, {"key": key, "found": shown(self.value), **self.about}
            case form:
                code = "wrong-entry" if isinstance(self.path[-1], int) else "wrong-form"
                expected = "pair" if self.path[-1] == "range" else FORMS[form]
                found = shown(self.value)
                if expected == "pair" and isinstance(self.value, list):
                    found = f"[{', '.join(map(shown, self.value))}]"
                return code, {"key": key, "expected": expected, "found": found}


# Paths.


def _path(data: Map, location: tuple[str | int, ...]) -> Path:
    """An error's location without what is not in the file: the tag of a rule's kind, and what a single value was put in."""
    steps = zip(("", *location), location, strict=False)
    return as_written(data, (step for before, step in steps if before != "rule" or step not in KINDS))


# Models along a path.


def _known_keys(data: Map, model: type[BaseModel], path: Path) -> list[str]:
    """The keys that may stand in the mapping at that path."""
    models = [model]
    for depth, step in enumerate(path, 1):
        models = [below for owner in models for below in _models_of(owner, step)] or models
        here = value_at(data, path[:depth])
        if step == "rule" and isinstance(here, Map) and (kind := str(here.get("kind"))) in KINDS:
            models = [KINDS[kind]]
    known = [field.alias or name for owner in models for name, field in owner.model_fields.items()]
    if issubclass(models[0], Terms) and "terms" not in _keys(value_at(data, path)):
        known += [key for key in Term.model_fields if key not in known]
    return [*known, "extends", "components"] if models == [RulesetSource] else known


def _keys(value: object) -> Iterator[str]:
    if isinstance(value, Map):
        yield from value


def _models_of(owner: type[BaseModel], step: str | int) -> list[type[BaseModel]]:
    field = owner.model_fields.get(str(step))
    return [] if field is None else list(_nested(field.annotation))


def _nested(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _nested(part)
