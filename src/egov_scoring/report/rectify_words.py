"""What was lost by office, and who has gained, in words: what tables, pages and workbooks show alike."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from egov_scoring import messages
from egov_scoring.rectification import (
    Loss,
    Standing,
    by_office,
    by_supporting_office,
    improvers,
    lost,
    on_one_side,
)
from egov_scoring.report import wording
from egov_scoring.scorecard import Scorecard

Before = Sequence[Standing]


def given_back(card: Scorecard) -> Decimal:
    """The points that ledger lines of a unit gave back, together."""
    return -sum((line.loss for line in card.gains()), Decimal(0))


class Office(NamedTuple):
    """What was lost where an office leads and where it supports, and how many entries that is; None where there are none."""

    name: str
    led: Decimal | None
    leads: int | None
    supported: Decimal | None
    supports: int | None


def offices(found: Sequence[Loss], lang: str | None = None) -> list[Office]:
    """Every office that answers for a loss, the dearest first; none where the ruleset names none."""
    leads, supports = by_office(found), by_supporting_office(found)
    if leads.keys() | supports.keys() <= {""}:
        return []
    nobody = messages.text("rectify.nobody", lang)
    return [
        Office(name or nobody, *_counted(leads.get(name, [])), *_counted(supports.get(name, [])))
        for name in dict.fromkeys([*leads, *supports])
    ]


def _counted(found: Sequence[Loss]) -> tuple[Decimal, int] | tuple[None, None]:
    return (lost(found), len(found)) if found else (None, None)


GAINED = ("before", "now", "gained", "share", "moved")


def gained(cards: Sequence[Scorecard], before: Before, lang: str | None = None) -> list[tuple[str, ...]]:
    """Who has gained, the fastest first: the unit, then what the columns of `GAINED` say."""
    return [
        (
            each.unit,
            str(each.before),
            str(each.now),
            f"{each.gained:+}" if each.gained else str(each.gained),
            f"{wording.percent(each.share_before)} → {wording.percent(each.share_now)}",
            wording.points_of_share(each.share_gained, lang),
        )
        for each in improvers(cards, before)
    ]


def left_out(cards: Sequence[Scorecard], before: Before) -> dict[str, list[str]]:
    """The units that cannot be compared, by the message that says why."""
    only_now, only_before = on_one_side(cards, before)
    compared = {each.unit for each in improvers(cards, before)}
    without = [card.unit for card in cards if card.unit not in compared and card.unit not in only_now]
    return {"rectify.only_now": only_now, "rectify.only_before": only_before, "rectify.no_total": without}


def remarks(cards: Sequence[Scorecard], before: Before, lang: str | None = None) -> list[str]:
    """Who cannot be compared, and why."""
    return [
        messages.text(why, lang, units=wording.listed(units, lang))
        for why, units in left_out(cards, before).items()
        if units
    ]
