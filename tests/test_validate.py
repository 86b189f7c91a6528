"""Whatever a ruleset's file holds, it loads or says where it is wrong: nothing else ever happens."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from egov_scoring.errors import RulesetError
from egov_scoring.load import load_text
from egov_scoring.locate import shipped
from egov_scoring.yaml_reader import read_text

Place = tuple[str | int, ...]


def loads_or_says_where(text: str) -> None:
    """The promise: a ruleset, or at least one error, each with its place in the file."""
    try:
        load_text(text, "tests/broken/made_up.yaml")
    except RulesetError as error:
        assert any(problem.severity == "error" for problem in error.problems)
        assert all(problem.position is not None for problem in error.problems)
        assert error.format("zh")
        assert error.format("en")


# Any text.


@settings(deadline=None)
@given(st.text())
@example("ruleset: &a {<<: *a}\n")
@example("? \n")
def test_any_text(text: str) -> None:
    loads_or_says_where(text)


KEYS = ["id", "name", "max", "rule", "kind", "each", "of", "points", "type", "label", "facts", "indicators"]
VALUES = ["a", "b", "count", "per_unit", "choice", "1", "2.5", "-1", "true", "ask"]
words = st.sampled_from([*KEYS, *VALUES])
nonsense = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words | st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)


@settings(deadline=None)
@given(nonsense)
def test_any_data(data: object) -> None:
    loads_or_says_where(written(data))


# One mistake, one problem.

EVERY_KIND = (Path(__file__).parent / "broken" / "sound_every_kind.yaml").read_text("utf-8")
FACTS = re.findall(r"^  (\w+): {type", EVERY_KIND, re.MULTILINE)
# Renaming these is no misspelling of a key of the language.
OWN_KEYS = "|".join([*FACTS, "full", "part", "none"])


def codes(text: str) -> set[str]:
    with pytest.raises(RulesetError) as raised:
        load_text(text, "tests/broken/made_up.yaml")
    return {problem.code for problem in raised.value.problems}


def misspelt(pattern: str) -> list[Any]:
    """The table with one of the words that fit misspelt, and where."""
    return [
        pytest.param(EVERY_KIND[: word.end(1)] + "zz" + EVERY_KIND[word.end(1) :], id=f"{word[1]} at {word.start()}")
        for word in re.finditer(pattern, EVERY_KIND)
    ]


@pytest.mark.parametrize("text", misspelt(rf"(?<!\w)(?!(?:{OWN_KEYS}):)([a-z_]+):"))
def test_a_misspelt_key_is_one_mistake(text: str) -> None:
    assert codes(text) == {"unknown-key"}


@pytest.mark.parametrize("text", misspelt(rf"(?<!\w)({'|'.join(FACTS)})(?![\w:])"))
def test_a_misspelt_fact_is_one_mistake(text: str) -> None:
    assert codes(text) == {"formula-unknown-fact"}


# Rulesets with something changed.

CITY = (shipped() / "2019/city.yaml").read_text("utf-8")


def places(data: object, here: Place = ()) -> Iterator[Place]:
    """The path of every value."""
    yield here
    items: Any = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, below in items:
        yield from places(below, (*here, key))


def at(data: Any, path: Place) -> Any:
    for step in path:
        data = data[step]
    return data


def replace(parent: Any, key: Any, value: object) -> None:
    parent[key] = value


def delete(parent: Any, key: Any, _: object) -> None:
    del parent[key]


def rename(parent: Any, key: Any, value: object) -> None:
    if isinstance(parent, dict):
        parent[str(value)] = parent.pop(key)


def double(parent: Any, key: Any, _: object) -> None:
    if isinstance(parent, list):
        parent.append(copy.deepcopy(parent[key]))


def swap(parent: Any, key: Any, _: object) -> None:
    keys = list(parent) if isinstance(parent, dict) else list(range(len(parent)))
    other = keys[(keys.index(key) + 1) % len(keys)]
    parent[key], parent[other] = parent[other], parent[key]


def mutated(text: str, draw: Callable[..., Any]) -> str:
    data, problems = read_text(text, "sound.yaml")
    assert problems == []
    for _ in range(draw(st.integers(1, 4))):
        path = draw(st.sampled_from([path for path in places(data) if path]))
        change = draw(st.sampled_from([replace, delete, rename, double, swap]))
        change(at(data, path[:-1]), path[-1], draw(values))
    return written(data)


def written(data: object) -> str:
    """The data in YAML: as in JSON, every number with all its digits."""
    match data:
        case dict():
            return "{" + ", ".join(f"{json.dumps(str(key))}: {written(value)}" for key, value in data.items()) + "}"
        case list():
            return "[" + ", ".join(map(written, data)) + "]"
        case Decimal():
            return str(data)
    return json.dumps(data)


values = (
    nonsense
    | st.decimals(-(10**12), 10**12, places=3)
    | st.sampled_from(["0", "-1", "100000000000000000000", "a - b", "ratio(a, b, 0)", "peers.max(a)", "120%", "ask"])
)
SLOWLY = settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example]
)


@SLOWLY
@given(st.data())
def test_a_changed_table(data: st.DataObject) -> None:
    loads_or_says_where(mutated(CITY, data.draw))


@SLOWLY
@given(st.data())
def test_a_changed_table_of_every_kind(data: st.DataObject) -> None:
    loads_or_says_where(mutated(EVERY_KIND, data.draw))
