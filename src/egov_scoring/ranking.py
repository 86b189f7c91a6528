"""The places of units by what they come to: by points, or by share where the ruleset says so."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from fractions import Fraction

from egov_scoring.scorecard import Scorecard


def standing(card: Scorecard) -> Fraction | None:
    """What a unit is placed by: its points, or its share where the ruleset says so; None where it has none."""
    share = card.program.rank_by == "share"
    return card.share if share else None if card.points is None else Fraction(card.points)


def placed(cards: Sequence[Scorecard], among: Sequence[Scorecard] = ()) -> list[tuple[int, Scorecard]]:
    """The cards, the best first, each with its place; those without a total stand last, without a place.

    Their places are those among all units that were scored with them, if these are handed in.
    """
    known = sorted(found for card in among or cards if (found := standing(card)) is not None)
    places = [
        (1 + len(known) - bisect_right(known, found) if (found := standing(card)) is not None else 0, card)
        for card in cards
    ]
    return sorted(places, key=lambda pair: pair[0] or len(known) + 1)
