"""The results of units as one HTML page to read, search, print or mail: who stands where, where points went, each unit's card."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from decimal import Decimal
from functools import partial
from hashlib import sha256
from typing import NamedTuple

from egov_scoring.ranking import placed
from egov_scoring.rectification import Standing, all_offices, losses
from egov_scoring.report import rectify_words, wording
from egov_scoring.report import results_pictures as pictures
from egov_scoring.report import results_tables as tables
from egov_scoring.report import text as as_text
from egov_scoring.report.about import about
from egov_scoring.report.page import readings
from egov_scoring.report.results_unit import InWords, points
from egov_scoring.report.templates import html_page
from egov_scoring.scorecard import Scorecard, engine, plain


class Placed(NamedTuple):
    """A unit on the page: its place among all, 0 where it has none, its name, its card, its bar."""

    place: int
    name: str
    card: Scorecard
    bar: pictures.Bar


def page(
    cards: Sequence[Scorecard],
    lang: str | None = None,
    *,
    among: Sequence[Scorecard] = (),
    before: Sequence[Standing] = (),
) -> str:
    """The page of at least one unit. It needs no other file and no network; a script sorts, searches and folds, and nothing
    is missing without it.

    Places are those `among` all that were scored together, where these are handed in. `before` are earlier totals, to tell
    who has gained.

    >>> from egov_scoring import load, read_units
    >>> cards = load("2019/city").score_all(read_units("examples/2019_city_units.yaml"))
    >>> page(cards, "en").splitlines()[:2]
    ['<!DOCTYPE html>', '<html lang="en">']
    """
    ranked = placed(among or cards)
    units = _units(cards, ranked, lang)
    program = cards[0].program
    return html_page(
        "results.html.j2",
        lang,
        digest=_digest,
        program=program,
        units=units,
        ranked=sum(place > 0 for place, _ in ranked),
        most=max([Decimal(0), *(unit.bar.end for unit in units)]),
        parts=cards[0].total.children,
        has_offices=bool(all_offices(program)),
        names=as_text.called(cards[0]),
        by_unit=pictures.tables(program),
        indicators=tables.indicators(cards),
        offices=rectify_words.offices([loss for card in cards for loss in losses(card)], lang),
        gained=tables.gained(cards, before, lang),
        gained_columns=rectify_words.GAINED,
        records=tables.records([unit.card for unit in units], lang),
        rules=tables.rules(program, lang),
        readings=readings(program, lang=lang),
        about=about(cards, lang),
        pictures=pictures,
        in_words=partial(InWords, lang=lang),
        grade=partial(as_text.grade, lang=lang),
        result=partial(as_text.points, lang=lang),
        points=points,
        plain=plain,
        percent=wording.percent,
        engine=engine(),
    )


def _units(cards: Sequence[Scorecard], ranked: Sequence[tuple[int, Scorecard]], lang: str | None) -> list[Placed]:
    """Those of the ranked that the page is about, in the same order."""
    own = {id(card) for card in cards}
    return [
        Placed(place, as_text.unit(card, lang), card, pictures.bar(card)) for place, card in ranked if id(card) in own
    ]


def _digest(text: str) -> str:
    """What a browser is told of the one script and the one style that it may take."""
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
