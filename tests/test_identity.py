"""The same thing has the same name in every ruleset and every year, or the years cannot be compared."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from egov_scoring.load import load
from egov_scoring.locate import ids_in, shipped
from egov_scoring.program import Item, Program

PROGRAMS = {name: load(name).program for name in ids_in(shipped())}
SUCCESSORS = [program for program in PROGRAMS.values() if "successor_of" in program.about]


def test_a_fact_is_the_same_wherever_it_is_asked() -> None:
    asked: dict[str, dict[tuple[str, str], list[str]]] = defaultdict(lambda: defaultdict(list))
    for program in PROGRAMS.values():
        for key, fact in program.facts.items():
            asked[key][fact.type, fact.label].append(program.id)
    assert {key: dict(ways) for key, ways in asked.items() if len(ways) > 1} == {}


def test_the_tables_of_2019_succeed_those_of_2018() -> None:
    pairs = {program.id: program.about["successor_of"] for program in SUCCESSORS}
    assert pairs["2019/city"] == "2018/city"
    assert pairs["2019/department"] == "2018/department"


@pytest.mark.parametrize("program", SUCCESSORS, ids=lambda program: program.id)
def test_what_an_indicator_was_is_there(program: Program) -> None:
    before = {item.id for item in PROGRAMS[program.about["successor_of"]].items()}
    stated = {item.id: [name for name in was(item) if name not in before] for item in program.items()}
    assert {name: unknown for name, unknown in stated.items() if unknown} == {}


@pytest.mark.parametrize("program", SUCCESSORS, ids=lambda program: program.id)
def test_an_indicator_of_the_same_id_and_its_successor_are_one(program: Program) -> None:
    """Whatever kept its id needs no `was`; nothing is succeeded twice but by a split that says so."""
    for item in program.items():
        assert item.id not in was(item)


def was(item: Item) -> tuple[str, ...]:
    """The ids that an indicator had in the ruleset before."""
    names: tuple[str, ...] = item.about.get("was", ())
    return names


BASE = """
ruleset: base
title: 甲
max: 2
facts: {done: {type: yes_no, label: 做完}, found: {type: findings, label: 问题}}
indicators:
  - {id: one, was: [uno, eins], name: 一, max: 1, rule: {kind: per_unit, each: 1, of: done}}
  - id: two
    name: 二
    max: 1
    rule: {kind: per_finding, terms: [{id: faults, was: errors, each: 1, of: found}]}
"""


def test_what_an_indicator_was_it_was_in_the_ruleset_that_the_base_succeeds(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(BASE, "utf-8")
    (tmp_path / "next.yaml").write_text("{ruleset: next, title: 乙, extends: base, indicators: [{id: two, was: old}]}")
    assert {item.id: was(item) for item in load(tmp_path / "next.yaml").total if was(item)} == {"two": ("old",)}


def test_what_a_component_was_has_its_prefix_too(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(BASE, "utf-8")
    whole = "{ruleset: whole, title: 丙, max: 2, components: [{id: part, name: 部分, ruleset: base}]}"
    (tmp_path / "whole.yaml").write_text(whole, "utf-8")
    assert {item.id: was(item) for item in load(tmp_path / "whole.yaml").total if was(item)} == {
        "part_one": ("part_uno", "part_eins")
    }
