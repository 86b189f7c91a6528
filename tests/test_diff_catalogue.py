"""The catalogue of differences itself: ids are unique, what comes can go, and every kind has its words."""

from __future__ import annotations

import re

import pytest

from egov_scoring import messages
from egov_scoring.comparison import fields
from egov_scoring.comparison.catalogue import CATALOGUE, ROWS, Kind
from egov_scoring.comparison.difference import CLASSES
from egov_scoring.comparison.fields import Listed, Table
from egov_scoring.report import diff_words

TABLES: tuple[Table, ...] = (fields.RULESET, fields.INDICATOR, fields.RULE, fields.FACT, fields.TERM)


def test_ids_are_unique_and_plain() -> None:
    ids = [f"{stem}-{action}" for _, stem, _, actions in ROWS for action in actions]
    assert len(ids) == len(set(ids)) == len(CATALOGUE)
    assert all(re.fullmatch("[a-z]+(-[a-z]+)*", name) for name in CATALOGUE)


@pytest.mark.parametrize("kind", CATALOGUE.values(), ids=lambda kind: kind.id)
def test_what_is_seen_from_the_other_side_is_a_kind_too(kind: Kind) -> None:
    assert CATALOGUE[kind.opposite].opposite == kind.id
    assert CATALOGUE[kind.opposite].touches == kind.touches


def test_added_has_its_removed() -> None:
    for name, kind in CATALOGUE.items():
        assert name.endswith("-added") == kind.opposite.endswith("-removed")
        assert name.endswith("-split") == kind.opposite.endswith("-merged")


def stems(table: Table) -> set[str]:
    """Every stem that a table names."""
    found: set[str] = set()
    for field in table.values():
        found |= {field.stem, *stems(field.inside)} if isinstance(field, Listed) else {field}
    return found


def test_every_key_that_is_compared_has_its_kinds() -> None:
    known = {stem for _, stem, _, _ in ROWS}
    assert set().union(*map(stems, TABLES)) <= known


@pytest.mark.parametrize("lang", messages.LANGUAGES)
def test_every_kind_and_class_has_its_words(lang: str) -> None:
    assert all("{" not in diff_words.kind(name, lang) for name in CATALOGUE)
    assert all(messages.text(f"class.{name}", lang) for name in CLASSES)
