"""The pages for authors: the cheat sheet is true line by line, and the new city uses everything there is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from egov_scoring.kinds import KINDS
from egov_scoring.loading import of_text
from egov_scoring.source import IndicatorSource, Modifiers
from egov_scoring.yaml_reader import read_text
from egov_scoring.yaml_writer import as_yaml
from tests.test_docs import ROOT, STEP

SHEET = (ROOT / "docs" / "cheat_sheet.md").read_text("utf-8")
NEW_CITY = (ROOT / "docs" / "new_city.md").read_text("utf-8")
RULE = {"kind": "per_unit", "each": 1, "of": "platforms"}


def data(text: str) -> Any:
    found, problems = read_text(text, "cheat_sheet.md")
    assert problems == []
    return found


FACTS = data(re.findall(r"```yaml\n(.*?)```", SHEET, re.DOTALL)[0])


def entries() -> Iterator[Any]:
    """Each line of the sheet: its heading, the phrase, what one writes."""
    for heading, rows in re.findall(r"^## (.*?)\n(.*?)(?=^## |\Z)", SHEET, re.MULTILINE | re.DOTALL):
        for phrase, written in re.findall(r"^\| (.+?) \| `(.+)` \|$", rows, re.MULTILINE):
            yield pytest.param(heading, written, id=phrase)


def indicator(name: str, **parts: object) -> dict[str, object]:
    return {"id": name, "name": name, "max": 10, **parts}


def whole(heading: str, written: Mapping[str, Any]) -> dict[str, Any]:
    """A ruleset with what is written where the heading says."""
    match heading:
        case "On a group of indicators":
            half = [{**indicator(name), "max": 5, "rule": RULE} for name in ("first", "second")]
            group = indicator("group", indicators=half, **{key: part for key, part in written.items() if key != "max"})
            group["max"] = written.get("max", 10)
            return {"max": written.get("counts", group["max"]), "indicators": [group]}
        case "On the ruleset":
            head = {} if "total" in written else {"max": 40 if "components" in written else 10}
            return {**head, "indicators": [indicator("only", rule=RULE)], **written}
        case _:
            return {"max": 10, "indicators": [{**indicator("only", rule=RULE), **written}]}


@pytest.mark.parametrize(("heading", "written"), list(entries()))
def test_what_one_writes_loads(heading: str, written: str) -> None:
    ruleset = whole(heading, data(written))
    words = set(re.findall(r"\w+", as_yaml(ruleset)))
    facts = {key: fact for key, fact in FACTS.items() if key in words}
    text = as_yaml({"ruleset": "sheet", "title": "T", "facts": facts, **ruleset})
    assert of_text(text, "rulesets/sheet.yaml").warnings == ()


def test_there_are_enough_phrases() -> None:
    phrases = [entry.id for entry in entries()]
    assert len(phrases) == len(set(phrases)) >= 40
    assert len(phrases) == SHEET.count("\n| ") - SHEET.count("\n|---")


def test_every_fact_of_the_sheet_is_used() -> None:
    used = {word for entry in entries() for word in re.findall(r"\w+", entry.values[1])}
    assert set(FACTS) <= used


@pytest.mark.parametrize("page", [SHEET, NEW_CITY], ids=["cheat_sheet", "new_city"])
def test_every_kind_is_shown(page: str) -> None:
    assert [kind for kind in KINDS if f"kind: {kind}" not in page] == []


def test_the_new_city_uses_every_modifier() -> None:
    (ruleset,) = (step["content"] for step in STEP.finditer(NEW_CITY) if step["file"] == "jia/districts.yaml")
    beside = {"applies_when", "otherwise", "ask_when", "counts"}
    assert beside <= IndicatorSource.model_fields.keys()
    used = set(re.findall(r"^ *(\w+):", ruleset, re.MULTILINE))
    assert {*Modifiers.model_fields, *beside} - used == set()
