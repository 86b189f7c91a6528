"""What the library offers: one list, nothing else, every name explained with an example."""

from __future__ import annotations

import inspect
import types

import pytest

import egov_scoring

PUBLIC = {
    "Diff",
    "EgovScoringError",
    "FactDeclaration",
    "FactsError",
    "LedgerLine",
    "PointRange",
    "Problem",
    "Ruleset",
    "RulesetError",
    "Score",
    "Scorecard",
    "Unit",
    "__version__",
    "diff",
    "load",
    "read_units",
}


def test_the_list_is_all_that_is_public() -> None:
    offered = {
        name
        for name, value in vars(egov_scoring).items()
        if not isinstance(value, types.ModuleType) and not name.startswith("_")
    }
    late = {"Diff", "diff", "read_units"}  # come when they are asked for
    assert offered | late | {"__version__"} == set(egov_scoring.__all__) == PUBLIC


@pytest.mark.parametrize("name", sorted(PUBLIC - {"__version__"}))
def test_every_name_is_explained_with_an_example(name: str) -> None:
    documentation = inspect.getdoc(getattr(egov_scoring, name))
    assert documentation
    assert ">>>" in documentation


@pytest.mark.parametrize("owner", [egov_scoring.Ruleset, egov_scoring.Scorecard, egov_scoring.Score])
def test_every_public_attribute_is_explained(owner: type) -> None:
    members = [(name, member) for name, member in vars(owner).items() if not name.startswith("_")]
    explained = [name for name, member in members if isinstance(member, (property, types.FunctionType))]
    assert all(inspect.getdoc(getattr(owner, name)) for name in explained)
