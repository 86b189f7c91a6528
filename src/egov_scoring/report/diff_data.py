"""Differences as plain data, format `egov-scoring/diff/1`: amounts are text, the same rulesets give the same bytes."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import Any

from egov_scoring import amounts
from egov_scoring.comparison.difference import CLASSES, Acceptance, Diff, Difference, Meaning, Place, Witness
from egov_scoring.report import diff_words
from egov_scoring.report.json import as_json, ruleset
from egov_scoring.scorecard import engine

FORMAT = "egov-scoring/diff/1"


def data(diff: Diff, lang: str | None = None) -> dict[str, Any]:
    """All of it; sentences are in that language."""
    counted = Counter(each.meaning.kind for each in diff if each.meaning)
    return {
        "format": FORMAT,
        "engine": engine(),
        "old": ruleset(diff.old),
        "new": ruleset(diff.new),
        "classes": {name: counted[name] for name in CLASSES},
        "differences": [_difference(each, diff, lang) for each in diff],
        "expired": [_entry(each) for each in diff.accepted.expired],
        "stale": [_entry(each) for each in diff.accepted.stale],
    }


def _difference(each: Difference, diff: Diff, lang: str | None) -> dict[str, Any]:
    assert each.meaning is not None
    return {
        "fingerprint": each.fingerprint,
        "id": each.id,
        "about": each.kind.about,
        "subject": each.subject,
        "name": diff_words.subject(each, diff, lang),
        "part": each.part,
        "old": each.old,
        "new": each.new,
        "old_place": _place(each.old_place),
        "new_place": _place(each.new_place),
        "proposed": each.proposed,
        "follows": list(each.follows),
        "meaning": _meaning(each.meaning, diff, lang),
        "text": diff_words.said(each, diff, lang),
        "accepted": None if (entry := diff.accepted.held.get(each.fingerprint)) is None else _entry(entry),
    }


def _entry(found: Acceptance) -> dict[str, Any]:
    return {
        "difference": found.difference,
        "reason": found.reason,
        "by": found.by,
        "until": found.until.isoformat(),
        "place": _place(found.place),
    }


def _place(place: Place | None) -> dict[str, Any] | None:
    return None if place is None else {"file": place.file, "line": place.line, "clause": place.clause}


def _meaning(found: Meaning, diff: Diff, lang: str | None) -> dict[str, Any]:
    return {
        "class": found.kind,
        "certainty": found.certainty,
        "searched": found.searched,
        "points": found.points,
        "share": found.share,
        "witnesses": [_witness(each, diff, lang) for each in found.witnesses],
        "text": diff_words.meaning(found, lang),
    }


def _witness(shown: Witness, diff: Diff, lang: str | None) -> dict[str, Any]:
    return {
        "facts": as_json(shown.facts),
        "other_unit": as_json(shown.other),
        "points": _amounts(shown.points),
        "share": None if shown.shares is None else _amounts(shown.shares),
        "text": diff_words.witness(shown, diff, lang),
    }


def _amounts(both: tuple[Fraction, Fraction]) -> list[str]:
    return [amounts.to_text(each) for each in both]
