"""Data to models, and pydantic's errors to problems that name the line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from egov_scoring.damage import STAND_INS, Damage
from egov_scoring.errors import Path, Problem, shown
from egov_scoring.facts import nearest
from egov_scoring.kinds import KINDS
from egov_scoring.placement import belongs, known_keys, other_word
from egov_scoring.source import like_a_key
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
        meant = {path for mistake in mistakes for path in mistake.meant()}
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

    `missing` is the key that is not there; of a key that should not be there, `known` could, `nearest` is most like it or
    what it is called here, and `belongs` says where else it could stand.
    """

    def __init__(self, error: ErrorDetails, data: Map, model: type[BaseModel]) -> None:
        self.type = error["type"]
        self.value: object = error["input"]
        self.about: Mapping[str, Any] = error.get("ctx", {})
        self.path = _path(data, error["loc"])
        self.data = data
        self.missing = str(error["loc"][-1]) if self.type == "missing" else ""
        self.known: list[str] = []
        self.nearest = ""
        self.belongs: dict[str, object] = {}
        if self.type == "union_tag_not_found" and isinstance(self.value, Map) and (key := nearest("kind", self.value)):
            self.type, self.path = "extra_forbidden", (*self.path, key)
        if self.type == "extra_forbidden":
            self._find_place(model)
        if "key" in self.about:
            self.path = (*self.path, self.about["key"])

    def _find_place(self, model: type[BaseModel]) -> None:
        """What an author who wrote a key that is not known here may have meant."""
        self.known = known_keys(self.data, model, self.path[:-1])
        self.nearest = other_word(self.data, model, self.path)
        self.belongs = {} if self.nearest else belongs(self.data, model, self.path)
        if not (self.nearest or self.belongs):
            self.nearest = nearest(str(self.path[-1]), self.known)

    def meant(self) -> Iterator[Path]:
        """What should stand where: the key under its own name, what it should stand in, or another entry in place of all."""
        if name := self.nearest or self.belongs.get("inside"):
            yield (*self.path[:-1], str(name))
        if "entry" in self.belongs:
            yield self.path[:-1]

    def is_met(self, meant: set[Path]) -> bool:
        """Whether what is missing is there, misspelt, or all that is there belongs elsewhere; without `terms` it is the keys
        of a single term that are missed."""
        return bool(self.missing) and not meant.isdisjoint(
            {self.path, (*self.path, self.missing), (*self.path, "terms")}
        )

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
                meant = {"cut": self._is_cut(), "nearest": self.nearest, **self.belongs}
                return "unknown-key", {"key": key, "known": known, **meant}
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
