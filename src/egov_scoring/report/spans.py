"""Where units stand before and after something: points that may be ranges, and places; in words and as plain data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from egov_scoring import amounts
from egov_scoring.comparison.movement import Span, reached
from egov_scoring.ranking import placed
from egov_scoring.scorecard import Scorecard

Places = Mapping[str, int]


def points(card: Scorecard) -> str:
    """The total, or the range that it lies in; nothing where the parts are never added."""
    return shown(reached(card.total)) if card.total.added else ""


def shown(span: Span) -> str:
    """An amount, or the two ends of what it may be."""
    return str(span.low) if span.is_known else f"{span.low}..{span.high}"


def signed(span: Span) -> str:
    """A movement with its sign, or the two ends of what it may be."""
    low, high = (f"{end:+f}" if end else "0" for end in (span.low, span.high))
    return low if span.is_known else f"{low}..{high}"


def places(cards: Sequence[Scorecard]) -> Places:
    """The place of each unit among these, 0 where it has none."""
    return {card.unit: place for place, card in placed(cards)}


def moved(unit: str, sides: tuple[Places, Places]) -> str:
    """The places before and after, where both are known."""
    before, now = (side[unit] for side in sides)
    return f"{before} → {now}" if before and now else ""


def ends(span: Span) -> list[str]:
    """The two ends as text; they are equal where the amount is known."""
    return [str(span.low), str(span.high)]


def standing(card: Scorecard, places: Places) -> dict[str, Any]:
    """What a unit comes to, and its place; no points where the parts are never added."""
    return {
        "points": ends(reached(card.total)) if card.total.added else None,
        "max_applicable": None if card.max_applicable is None else str(card.max_applicable),
        "share": None if card.share is None else amounts.to_text(card.share),
        "place": places[card.unit] or None,
    }
