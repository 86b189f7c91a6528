"""Every kind of difference, a line each: what it is about, and what it touches.

What touches points is weighed (`meaning.py`), and what touches grades (`grades.py`); of all others it is known what they
touch, since no expression reads them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from egov_scoring.records import Record

Touches = Literal["points", "grades", "facts", "evidence", "organisation", "wording"]

BOTH_WAYS = ("added", "removed")
ANY = ("added", "removed", "changed")
OPPOSITE = {"added": "removed", "removed": "added", "split": "merged", "merged": "split"}
PARTS, JOINED = "rule-replaced-by-parts", "parts-replaced-by-rule"

ROWS: tuple[tuple[str, str, Touches, tuple[str, ...]], ...] = (
    # the ruleset
    ("ruleset", "total", "points", ANY),
    ("ruleset", "rounding", "points", ("changed",)),
    ("ruleset", "ranking", "points", ("changed",)),
    ("ruleset", "title", "wording", ("changed",)),
    ("ruleset", "jurisdiction", "organisation", ANY),
    ("ruleset", "year", "organisation", ANY),
    ("ruleset", "addressees", "organisation", ANY),
    ("ruleset", "check", "facts", ANY),
    ("ruleset", "check-words", "wording", ANY),
    ("ruleset", "grade", "grades", BOTH_WAYS),
    ("ruleset", "grade-order", "grades", ("changed",)),
    ("ruleset", "grade-threshold", "grades", ANY),
    ("ruleset", "grade-quota", "grades", ANY),
    ("ruleset", "grade-ties", "grades", ANY),
    ("ruleset", "grade-exclusion", "grades", ANY),
    ("ruleset", "grade-name", "wording", ("changed",)),
    # an indicator as a whole
    ("indicator", "indicator", "points", (*BOTH_WAYS, "split", "merged")),
    ("indicator", "indicators", "points", ("rearranged",)),
    ("indicator", "indicator", "wording", ("renamed",)),
    ("indicator", "indicator", "organisation", ("moved",)),
    ("indicator", "id", "organisation", ("changed",)),
    ("indicator", "order", "organisation", ("changed",)),
    ("indicator", "maximum", "points", ("changed",)),
    ("indicator", "rule-kind", "points", ("changed",)),
    ("indicator", PARTS, "points", ("",)),
    ("indicator", JOINED, "points", ("",)),
    # a rule
    ("rule", "clause", "points", BOTH_WAYS),
    ("rule", "points-each", "points", ("changed",)),
    ("rule", "portion", "points", ANY),
    ("rule", "counted", "points", ("changed",)),
    ("rule", "clause-cap", "points", ANY),
    ("rule", "clause-condition", "points", ANY),
    ("rule", "precondition", "points", ANY),
    ("rule", "option", "points", ANY),
    ("rule", "choice-of", "points", ANY),
    ("rule", "case", "points", ANY),
    ("rule", "band", "points", ANY),
    ("rule", "threshold", "points", ANY),
    ("rule", "step", "points", ANY),
    ("rule", "empty-whole", "points", ANY),
    ("rule", "rank-scheme", "points", ANY),
    ("rule", "tier", "points", ANY),
    ("rule", "assessed-range", "points", ANY),
    ("rule", "formula", "points", ("changed",)),
    ("rule", "clause-name", "wording", ANY),
    ("rule", "clause-id", "organisation", ANY),
    # what stands beside a rule or a sum
    ("beside", "cap", "points", ANY),
    ("beside", "floor", "points", ANY),
    ("beside", "counted-for", "points", ANY),
    ("beside", "conversion", "points", ANY),
    ("beside", "overlap", "points", ANY),
    ("beside", "reachable", "points", ANY),
    ("beside", "veto", "points", ANY),
    ("beside", "applicability", "points", ANY),
    ("beside", "absence", "points", ANY),
    ("beside", "referral", "points", ANY),
    ("beside", "adjustment", "points", ANY),
    ("beside", "penalty", "points", BOTH_WAYS),
    # facts
    ("fact", "fact", "facts", BOTH_WAYS),
    ("fact", "fact-type", "facts", ("changed",)),
    ("fact", "fact-range", "facts", ANY),
    ("fact", "fact-unit", "facts", ANY),
    ("fact", "fact-places", "facts", ANY),
    ("fact", "fact-option", "facts", ANY),
    ("fact", "fact-label", "wording", ("changed",)),
    ("fact", "fact-explanation", "wording", ANY),
    # the paper
    ("paper", "document", "organisation", ANY),
    ("paper", "citation", "organisation", ANY),
    ("paper", "responsible-unit", "organisation", ANY),
    ("paper", "printed", "organisation", ("changed",)),
    ("paper", "method", "evidence", ANY),
    ("paper", "evidence", "evidence", ANY),
    ("paper", "reading", "wording", ANY),
    ("paper", "explanation", "wording", ANY),
    ("paper", "printed-rows", "wording", ANY),
)


class Kind(Record):
    """A kind of difference: its stable id, what it is about, what it touches, and what it is seen from the other side."""

    id: str
    about: str
    touches: Touches
    opposite: str


def _kinds() -> Iterator[Kind]:
    for about, stem, touches, actions in ROWS:
        for action in actions:
            other = OPPOSITE.get(action, action)
            turned = {PARTS: JOINED, JOINED: PARTS}.get(stem, stem)
            yield Kind(named(stem, action), about, touches, named(turned, other))


def named(stem: str, action: str) -> str:
    """The id of that kind."""
    return f"{stem}-{action}" if action else stem


CATALOGUE: Mapping[str, Kind] = {kind.id: kind for kind in _kinds()}
