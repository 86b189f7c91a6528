"""A flattened ruleset needs no other one and scores as it did."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import assume, given, settings

from egov_scoring import locate
from egov_scoring.errors import RulesetError
from egov_scoring.flatten import flattened
from egov_scoring.load import load
from egov_scoring.ruleset import Ruleset
from tests.made_up.rulesets import texts
from tests.test_docs import ran

SHIPPED = locate.ids_in(locate.shipped())
BASES = Path(__file__).parent / "conformance" / "bases"


def reloaded(text: str, folder: Path) -> Ruleset:
    """The ruleset of that text, beside the documents of the library and nothing else."""
    shutil.copy(locate.shipped() / locate.DOCUMENTS, folder)
    (folder / "flat.yaml").write_text(text, "utf-8")
    return load(folder / "flat.yaml", cache=False)


@pytest.mark.parametrize("name", SHIPPED)
def test_it_scores_as_before(name: str, tmp_path: Path) -> None:
    flat = reloaded(text := flattened(name), tmp_path)
    before = load(name)
    assert flat.program.scoring_fingerprint == before.program.scoring_fingerprint
    assert (flat.id, flat.title, list(flat.facts)) == (before.id, before.title, list(before.facts))
    assert not {"extends:", "components:"} & {line.split(" ")[0] for line in text.splitlines()}


@pytest.mark.parametrize("name", SHIPPED)
def test_flat_stays_flat(name: str, tmp_path: Path) -> None:
    text = flattened(name)
    reloaded(text, tmp_path)
    assert flattened(tmp_path / "flat.yaml") == text


@given(texts())
@settings(max_examples=30, deadline=None)
def test_made_up_rulesets_score_as_before(files: Mapping[str, str]) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        for ruleset, text in files.items():
            path = folder / "made" / f"{ruleset}.yaml"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        try:
            before = load(folder / "made" / "made" / "up.yaml", cache=False)
        except RulesetError:
            assume(False)
        flat = reloaded(flattened(folder / "made" / "made" / "up.yaml"), folder)
        assert flat.program.scoring_fingerprint == before.program.scoring_fingerprint


OLD = """
ruleset: old
title: 旧
max: 3
facts:
  papers: {type: count, label: 简报}
  state: {type: choice, label: 状态, options: {yes: 是, "1": 一, "null": 空}}
indicators:
  - {id: writing, name: 简报, max: 2, was: letters, rule: {kind: per_unit, each: 0.50, of: papers}}
  - {id: state_of, name: "状态: 如何", max: 1, rule: {kind: choice, of: state, points: {yes: 1.0, "1": 0, "null": ask}}}
"""
NEW = """
ruleset: new
extends: old
title: 新
max: 1
facts: {papers: {absent: true}}
indicators:
  - {id: writing, absent: true}
"""


def test_what_is_taken_over_is_written_out(tmp_path: Path) -> None:
    (tmp_path / "old.yaml").write_text(OLD, "utf-8")
    (tmp_path / "new.yaml").write_text(NEW, "utf-8")
    assert flattened(tmp_path / "new.yaml") == (
        "ruleset: new\n"
        "title: 新\n"
        "max: 1\n"
        "facts:\n"
        "  state: {type: choice, label: 状态, options: {yes: 是, '1': 一, 'null': 空}}\n"
        "indicators:\n"
        "  - id: state_of\n"
        "    name: '状态: 如何'\n"
        "    max: 1\n"
        "    rule: {kind: choice, of: state, points: {yes: 1.0, '1': 0, 'null': ask}}\n"
    )


def test_a_broken_ruleset_is_not_flattened(tmp_path: Path) -> None:
    (tmp_path / "new.yaml").write_text(NEW, "utf-8")
    with pytest.raises(RulesetError) as raised:
        flattened(tmp_path / "new.yaml")
    assert [problem.code for problem in raised.value.problems] == ["unknown-ruleset"]


def test_the_command(tmp_path: Path) -> None:
    printed, code = ran(["flatten", "sanming_2019/applications"], tmp_path)
    assert (printed, code) == (flattened("sanming_2019/applications"), 0)
    printed, code = ran(["flatten", "2019/citi", "--lang", "en"], tmp_path)
    assert (printed.splitlines()[-1], code) == ("    hint: did you mean 2019/city?", 2)
