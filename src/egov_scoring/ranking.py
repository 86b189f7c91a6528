"""The places of units by what they come to: by points, or by share where the ruleset says so."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from egov_scoring.scorecard import Scorecard


def placed(cards: Sequence[Scorecard]) -> list[tuple[int, Scorecard]]:
    """The cards, the best first, each with its place; those without a total stand last, without a place."""

    def value(card: Scorecard) -> Fraction | None:
        share = card.program.rank_by == "share"
        return card.share if share else None if card.points is None else Fraction(card.points)

    values = {id(card): value(card) for card in cards}
    known = [found for found in values.values() if found is not None]
    places = [
        (1 + sum(other > found for other in known) if (found := values[id(card)]) is not None else 0, card)
        for card in cards
    ]
    return sorted(places, key=lambda pair: pair[0] or len(cards) + 1)
