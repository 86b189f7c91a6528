"""The canonical form: the same ruleset, the same comments, and a second time nothing to do."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import assume, given, settings

from egov_scoring import locate
from egov_scoring.canonical import canonical, format_file
from egov_scoring.errors import RulesetError
from egov_scoring.grade_source import GradeSource
from egov_scoring.key_order import ORDER, in_order
from egov_scoring.kinds import KINDS
from egov_scoring.kinds.bands import Band
from egov_scoring.kinds.choice import Case
from egov_scoring.kinds.terms import Term
from egov_scoring.loading import of_text
from egov_scoring.model import Model
from egov_scoring.source import (
    Adjustment,
    CheckSource,
    ComponentSource,
    Composition,
    FactSource,
    IndicatorSource,
    Reading,
    Responsible,
    RulesetSource,
)
from egov_scoring.yaml_reader import Map, Seq, read_text
from egov_scoring.yaml_writer import WIDTH
from tests.made_up.rulesets import texts
from tests.test_docs import ran

SHIPPED = locate.files_in(locate.shipped())

UNTIDY = """\
# What it is.

# About the title.
title: T   # as printed
ruleset: mine
max: 3.50

facts:
    # About papers.
    papers: {label: 简报,   type: count}
    state:
        label: "状态"
        about: |
            # no comment
              text
        type: choice
        options: {yes: 是, "1": 一}

indicators:
-   name: A
    # its id
    id: a
    max: 2
    rule: {of: papers, kind: per_unit,
       each: 0.50}    # a rule

# The second.
-   max: 1.50
    id: b
    name: B
    rule:
      of: state
      points: {yes: 1.50, "1": 0}
      kind: choice
    # behind the rule
# The end.
"""
TIDY = """\
# What it is.

ruleset: mine
# About the title.
title: T   # as printed
max: 3.50

facts:
  # About papers.
  papers: {type: count, label: 简报}
  state:
    type: choice
    label: "状态"
    options: {yes: 是, "1": 一}
    about: |
      # no comment
        text

indicators:
  # its id
  - id: a
    name: A
    max: 2
    rule: {kind: per_unit, each: 0.50, of: papers} # a rule

  # The second.
  - id: b
    name: B
    max: 1.50
    rule:
      kind: choice
      of: state
      points: {yes: 1.50, "1": 0}
# behind the rule
# The end.
"""


def test_what_it_looks_like() -> None:
    assert canonical(UNTIDY) == TIDY
    assert canonical(TIDY) == TIDY


def test_what_does_not_fit_its_line_is_broken() -> None:
    long = "x" * (WIDTH - 20)
    text = f"ruleset: mine\nchecks:\n  - {{id: {long}, require: a > 1}}\n  - {{id: short, require: b > 1}}\n"
    assert canonical(text) == (
        f"ruleset: mine\nchecks:\n  - id: {long}\n    require: a > 1\n  - {{id: short, require: b > 1}}\n"
    )


@pytest.mark.parametrize(
    "scalar", ["2.50", "012", "1e3", "yes", "True", "~", "1_000", "2019-01-01", "0x1F", "''", '"1"']
)
def test_a_scalar_stays_as_it_is_written(scalar: str) -> None:
    text = f"ruleset: mine\ntitle: {scalar}\n"
    assert canonical(text) == text


@pytest.mark.parametrize(
    "text", ["ruleset: mine\ntitle:\n", "ruleset: mine\ntitle: >-\n  a\n  b\n", "ruleset: mine\nx: [a,\n  b]\n"]
)
def test_what_yaml_allows_is_kept(text: str) -> None:
    formed = canonical(text)
    assert read_text(formed, "")[0] == read_text(text, "")[0]
    assert canonical(formed) == formed


# Rulesets.


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: "/".join(file.parts[-2:]))
def test_a_shipped_ruleset_is_in_form(file: Path) -> None:
    assert not format_file(file, check=True)


@given(texts())
@settings(max_examples=15, deadline=None)
def test_a_made_up_ruleset_stays_the_same(files: Mapping[str, str]) -> None:
    assume(len(files) == 1)
    before = files["made/up"]
    formed = canonical(before)
    assert canonical(formed) == formed
    assert read_text(formed, "")[0] == read_text(before, "")[0]
    assert in_their_order((), read_text(formed, "")[0])
    assert prints(formed) == prints(before)


def prints(text: str) -> object:
    """The fingerprints of a ruleset, or the codes of what is wrong with it."""
    try:
        program = of_text(text, "up.yaml").program
    except RulesetError as error:
        return sorted(problem.code for problem in error.problems)
    return program.fingerprint, program.scoring_fingerprint


def in_their_order(path: tuple[str | int, ...], value: object) -> bool:
    match value:
        case Map():
            return list(value) == in_order(path, value) and all(
                in_their_order((*path, key), value[key]) for key in value
            )
        case Seq():
            return all(in_their_order((*path, at), item) for at, item in enumerate(value))
    return True


MODELS: dict[str, tuple[type[Model], ...]] = {
    "ruleset": (RulesetSource, Composition),
    "fact": (FactSource,),
    "indicators": (IndicatorSource,),
    "rule": (*KINDS.values(), Term),
    "terms": (Term,),
    "penalties": (Term,),
    "adjust": (Adjustment,),
    "cases": (Case,),
    "bands": (Band,),
    "places": (Band,),
    "reading": (Reading,),
    "responsible": (Responsible,),
    "checks": (CheckSource,),
    "grades": (GradeSource,),
    "components": (ComponentSource,),
}


def test_every_key_has_its_place() -> None:
    assert MODELS.keys() == ORDER.keys()
    for name, models in MODELS.items():
        keys = {field.alias or key for model in models for key, field in model.model_fields.items()}
        assert set(ORDER[name]) - {"absent"} == keys
        assert len(ORDER[name]) == len(set(ORDER[name]))


# Files.


def test_a_file_is_written_once(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(UNTIDY, "utf-8")
    assert format_file(file, check=True)
    assert file.read_text("utf-8") == UNTIDY
    assert format_file(file)
    assert file.read_text("utf-8") == TIDY
    assert not format_file(file)
    assert [each.name for each in tmp_path.iterdir()] == ["mine.yaml"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (UNTIDY.replace("max: 3.50", "max: 4"), "children-sum"),
        (UNTIDY.replace("ruleset:", "ruleset"), "yaml-syntax"),
        (UNTIDY.replace("    name: B", "    about: &b B\n    name: *b"), "not-formatted"),
    ],
)
def test_a_broken_file_is_left_as_it_is(text: str, code: str, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(text, "utf-8")
    with pytest.raises(RulesetError) as raised:
        format_file(file)
    assert code in [problem.code for problem in raised.value.problems]
    assert file.read_text("utf-8") == text


def test_without_the_library_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ruamel.yaml.error", None)
    with pytest.raises(RulesetError) as raised:
        canonical(TIDY)
    assert "egov-scoring[author]" in raised.value.format("en")


def test_the_command(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(UNTIDY, "utf-8")
    (tmp_path / "b.yaml").write_text(TIDY, "utf-8")
    english = ["--lang", "en"]
    assert ran(["fmt", "--check", ".", *english], tmp_path) == ("a.yaml: not in canonical form\n", 1)
    assert ran(["fmt", ".", *english], tmp_path) == ("a.yaml: written in canonical form\nin canonical form: 2\n", 0)
    assert ran(["fmt", "--check", ".", *english], tmp_path) == ("in canonical form: 2\n", 0)


def test_the_command_goes_on_behind_a_broken_file(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("ruleset: [", "utf-8")
    (tmp_path / "b.yaml").write_text(UNTIDY, "utf-8")
    printed, code = ran(["fmt", "a.yaml", "b.yaml", "--lang", "en"], tmp_path)
    assert code == 2
    assert "a.yaml:2:1: yaml-syntax" in printed
    assert (tmp_path / "a.yaml").read_text("utf-8") == "ruleset: ["
    assert (tmp_path / "b.yaml").read_text("utf-8") == TIDY
