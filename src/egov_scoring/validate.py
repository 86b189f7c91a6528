"""Data to models, and pydantic's errors to problems that name the line. What is broken is set aside, so that the rest is
still checked in the same run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from egov_scoring.compose import copied, put
from egov_scoring.errors import Problem
from egov_scoring.facts import nearest
from egov_scoring.kinds import KINDS
from egov_scoring.kinds.terms import Term, Terms
from egov_scoring.yaml_reader import Map, Seq, key_position, position_of

M = TypeVar("M", bound=BaseModel)
Path = tuple[str | int, ...]
MAX_ROUNDS = 50

STAND_IN = "set_aside"


@dataclass(slots=True)
class Damage:
    """The structural mistakes of a file, and what was set aside to read the rest."""

    problems: list[Problem] = field(default_factory=list)
    words: set[str] = field(default_factory=set)

    def explains(self, problem: Problem) -> bool:
        """Whether a later problem only follows from what was set aside."""
        if not self.problems:
            return False
        if problem.code in ("children-sum", "never-full", "duplicate-id", "rule-or-indicators"):
            return problem.code != "duplicate-id" or problem.args.get("id") == STAND_IN
        name = problem.args.get("key") if problem.code == "unused-fact" else problem.args.get("name")
        return problem.code in ("unused-fact", "formula-unknown-fact") and any(str(name) in word for word in self.words)


def validated(data: Map, model: type[M]) -> tuple[M | None, Damage]:
    """The data as a model. Mistakes are collected; the model is None where too little is left without them."""
    damage = Damage()
    for _ in range(MAX_ROUNDS):
        try:
            return model.model_validate(data), damage
        except ValidationError as error:
            found = error.errors(include_url=False)
            paths = [_path(data, model, item["loc"]) for item in found]
            damage.problems += [_problem(data, model, item, path) for item, path in zip(found, paths, strict=True)]
            for path in _outermost(paths):
                damage.words.update(_words(_at(data, path)))
                repaired = _repaired(data, path)
                if repaired is None:
                    return None, damage
                data = repaired
    return None, damage


def _path(data: object, model: type[BaseModel], loc: Path) -> Path:
    """The error's location without what pydantic adds to it: the tags of unions and the terms made of a single one."""
    path: list[str | int] = []
    here = data
    for at, step in enumerate(loc):
        last = at == len(loc) - 1
        if isinstance(here, Map) and (step in here or (last and isinstance(step, str) and not _is_tag(here, step))):
            path.append(step)
            here = here.get(str(step))
        elif isinstance(here, Seq) and isinstance(step, int) and step < len(here):
            path.append(step)
            here = here[step]
    return tuple(path)


def _is_tag(here: Map, step: str) -> bool:
    return step == here.get("kind") or step in ("terms", "points", "ask", "[key]")


def _problem(data: Map, model: type[BaseModel], error: Any, path: Path) -> Problem:
    kind, value = error["type"], error["input"]
    at_value, at_key = position_of(data, path), key_position(data, path)
    key = str(path[-1]) if path else ""
    if kind == "missing":
        return Problem("missing-key", at_value, key=str(error["loc"][-1]))
    if kind == "extra_forbidden":
        return Problem("unknown-key", at_key, key=key, nearest=nearest(key, _known_keys(data, model, path[:-1])))
    if kind == "union_tag_invalid":
        name = str(value.get("kind")) if isinstance(value, dict) else ""
        place = position_of(data, (*path, "kind"))
        return Problem("unknown-kind", place, name=name, known=", ".join(KINDS), nearest=nearest(name, KINDS))
    if kind == "union_tag_not_found":
        return Problem("missing-key", at_value, key="kind")
    if kind in ("not-a-decimal", "not-a-share", "bad-key"):
        return Problem(kind, at_key if kind == "bad-key" else at_value, key=key, value=_shown(value))
    if kind == "literal_error":
        return Problem(
            "not-one-of", at_value, key=key, value=_shown(value), expected=error["ctx"]["expected"].replace("'", "")
        )
    return Problem("wrong-form", at_value, key=key, value=_shown(value), expected=_expected(kind))


def _shown(value: object) -> str:
    if isinstance(value, (dict, list, tuple)):
        return "{...}" if isinstance(value, dict) else "[...]"
    text = "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _expected(kind: str) -> str:
    """pydantic's error type as one of our words for forms."""
    forms = {
        "string": "text",
        "tuple": "list",
        "list": "list",
        "mapping": "mapping",
        "dict": "mapping",
        "model": "mapping",
        "bool": "true_false",
        "int": "whole",
        "greater": "whole",
        "less": "whole",
        "too": "list",
    }
    return forms.get(kind.split("_", maxsplit=1)[0], "other")


def _known_keys(data: Map, model: type[BaseModel], path: Path) -> list[str]:
    """The keys that may stand in the mapping at that path."""
    models: list[type[BaseModel]] = [model]
    here: object = data
    for step in path:
        here = here[step] if isinstance(here, (Map, Seq)) else None  # type: ignore[index]
        if isinstance(step, str):
            models = [
                m
                for owner in models
                if step in owner.model_fields or _by_alias(owner, step)
                for m in _models_in(owner, step)
            ] or models
        if isinstance(here, Map) and here.get("kind") in KINDS:
            models = [KINDS[str(here["kind"])]]
    known = [field.alias or name for owner in models for name, field in owner.model_fields.items()]
    if any(issubclass(owner, Terms) for owner in models):
        known += list(Term.model_fields)
    return known + (["extends", "components"] if not path else [])


def _by_alias(owner: type[BaseModel], key: str) -> bool:
    return any(field.alias == key for field in owner.model_fields.values())


def _models_in(owner: type[BaseModel], key: str) -> list[type[BaseModel]]:
    info = owner.model_fields.get(key)
    return list(_nested(info.annotation)) if info is not None else []


def _nested(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _nested(part)


# Setting aside.


def _outermost(paths: list[Path]) -> list[Path]:
    """The paths without those inside another, last first so that list places stay valid."""
    unique = sorted(set(paths), key=lambda path: tuple((isinstance(step, str), step) for step in path), reverse=True)
    return [path for path in unique if not any(other != path and path[: len(other)] == other for other in unique)]


def _at(data: object, path: Path) -> object:
    for step in path:
        if isinstance(data, Map) and step in data:
            data = data[str(step)]
        elif isinstance(data, Seq) and isinstance(step, int) and step < len(data):
            data = data[step]
    return data


def _words(value: object) -> Iterator[str]:
    """All text below a value: what it may have mentioned."""
    if isinstance(value, dict):
        for key, below in value.items():
            yield key
            yield from _words(below)
    elif isinstance(value, list):
        for below in value:
            yield from _words(below)
    elif isinstance(value, str):
        yield value


def _repaired(data: Map, path: Path) -> Map | None:
    """A copy without the broken value; an indicator or rule that cannot do without it gets a stand-in."""
    if not path:
        return None
    head, rest = path[0], path[1:]
    copy = copied(data)
    below = copy.get(str(head))
    if head == "rule":
        return _with(copy, data, "rule", {"kind": "formula", "formula": "0"})
    if head == "indicators" and rest and isinstance(below, Seq):
        at = int(rest[0])
        entry = below[at]
        listed = Seq(below.position)
        listed.extend(below)
        listed.marks = list(below.marks)
        fixed = _repaired(entry, rest[1:]) if isinstance(entry, Map) and rest[1:] else _indicator(entry, below, at)
        listed[at] = fixed if fixed is not None else _indicator(entry, below, at)
        put(copy, data, "indicators", listed)
        return copy
    if head == "facts" and rest and isinstance(below, Map):
        facts = copied(below)
        facts.pop(str(rest[0]), None)
        put(copy, data, "facts", facts)
        return copy
    return _without_key(copy, data, str(head))


def _without_key(copy: Map, data: Map, key: str) -> Map | None:
    stand_ins: dict[str, object] = {"id": STAND_IN, "name": "-", "ruleset": "-", "title": "-"}
    if key == "max":
        return _with(copy, data, "max", 1)
    if key in stand_ins:
        return _with(copy, data, key, stand_ins[key])
    if key not in copy:
        return None
    copy.pop(key)
    return copy


def _with(copy: Map, data: Map, key: str, value: object) -> Map:
    if isinstance(value, dict):
        stand_in = Map(data.position)
        for name, text in value.items():
            put(stand_in, data, name, text)
        value = stand_in
    put(copy, data, key, value)
    return copy


def _indicator(entry: object, listed: Seq, at: int) -> Map:
    """A stand-in for an indicator: whatever of its id, name and maximum was usable, and a rule that gives nothing."""
    stand_in = Map(listed.marks[at])
    usable = entry if isinstance(entry, Map) else Map(listed.marks[at])
    put(stand_in, usable, "id", usable.get("id") if isinstance(usable.get("id"), str) else STAND_IN)
    put(stand_in, usable, "name", "-")
    put(stand_in, usable, "max", 1)
    return _with(stand_in, stand_in, "rule", {"kind": "formula", "formula": "0"})
