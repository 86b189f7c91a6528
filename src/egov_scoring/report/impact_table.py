"""What two rulesets make of the same units: a table for the terminal, and plain data of the format `egov-scoring/impact/1`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from egov_scoring import amounts, messages
from egov_scoring.comparison.movement import ZERO, Impact, Movement, Span
from egov_scoring.ranking import placed
from egov_scoring.report import table
from egov_scoring.report.diff_data import ruleset
from egov_scoring.scorecard import Scorecard, engine

FORMAT = "egov-scoring/impact/1"

Places = Mapping[str, int]


def text(found: Impact, lang: str | None = None) -> str:
    """A row for each unit, who gains the most first."""
    shown = table.empty(
        lang, ("unit", False), ("before", True), ("now", True), ("moved", True), ("places", False), ("by", False)
    )
    places = _places([each.before for each in found.movements]), _places([each.now for each in found.movements])
    for each in sorted(found.movements, key=lambda each: (-each.moved.low - each.moved.high, each.unit)):
        before, now = (points(card) for card in (each.before, each.now))
        shown.add_row(each.unit, before, now, signed(each.moved), _place(each, places), _by(each, found, lang))
    title = messages.text("diff.title", lang, old=found.old.id, new=found.new.id)
    return "\n".join([title, table.show(shown)])


def points(card: Scorecard) -> str:
    """The total, or the range that it lies in."""
    return str(card.total.reach) if card.points is None else str(card.points)


def signed(span: Span) -> str:
    """A movement with its sign, or the two ends of what it may be."""
    low, high = (f"{end:+f}" if end else "0" for end in (span.low, span.high))
    return low if span.is_known else f"{low}..{high}"


def _places(cards: Sequence[Scorecard]) -> Places:
    return {card.unit: place for place, card in placed(cards)}


def _place(each: Movement, places: tuple[Places, Places]) -> str:
    """The places before and now, where both are known."""
    before, now = (side[each.unit] for side in places)
    return f"{before} → {now}" if before and now else ""


def _by(each: Movement, found: Impact, lang: str | None) -> str:
    """What moved it, the most first; what the unit did itself last."""
    dearest = sorted(each.parts.items(), key=lambda part: -abs(part[1].low + part[1].high))
    said = [
        messages.text("impact.part", lang, name=found.names.get(name, name), moved=signed(span))
        for name, span in dearest
    ]
    if each.own != ZERO:
        said.append(messages.text("impact.own", lang, moved=signed(each.own)))
    return "\n".join(said)


def data(found: Impact) -> dict[str, Any]:
    """All of it; amounts are text, a range stands as its two ends."""
    places = _places([each.before for each in found.movements]), _places([each.now for each in found.movements])
    return {
        "format": FORMAT,
        "engine": engine(),
        "old": ruleset(found.old),
        "new": ruleset(found.new),
        "units": [_unit(each, found, places) for each in found.movements],
    }


def _unit(each: Movement, found: Impact, places: tuple[Places, Places]) -> dict[str, Any]:
    return {
        "unit": each.unit,
        "before": _standing(each.before, places[0]),
        "now": _standing(each.now, places[1]),
        "moved": _ends(each.moved),
        "own": _ends(each.own),
        "parts": [
            {"id": name, "name": found.names.get(name, name), "moved": _ends(span)} for name, span in each.parts.items()
        ],
    }


def _standing(card: Scorecard, places: Places) -> dict[str, Any]:
    reach = card.total.reach
    assert reach is not None
    return {
        "points": [str(reach.low), str(reach.high)],
        "max_applicable": str(card.total.max_applicable),
        "share": None if card.share is None else amounts.to_text(card.share),
        "place": places[card.unit] or None,
    }


def _ends(span: Span) -> list[str]:
    return [str(span.low), str(span.high)]
