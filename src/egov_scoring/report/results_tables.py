"""The tables of a report that are not about one unit alone: what was lost and by whom, decisions, rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from egov_scoring import amounts, messages, rectification
from egov_scoring.facts import RECORDS, exact_number
from egov_scoring.program import Item, Program
from egov_scoring.rectification import (
    IndicatorLoss,
    Loss,
    Standing,
    by_indicator,
    by_office,
    by_supporting_office,
    improvers,
    lost,
)
from egov_scoring.report import text as as_text
from egov_scoring.report import wording
from egov_scoring.report.rectify_table import left_out, percent, points_of_share
from egov_scoring.report.results_unit import points
from egov_scoring.scorecard import Score, Scorecard


def indicators(cards: Sequence[Scorecard]) -> list[IndicatorLoss]:
    """What each indicator cost all units together; nothing to tell of one unit, whose card says it."""
    return by_indicator(cards) if len(cards) > 1 else []


class Office(NamedTuple):
    """What was lost where an office leads and where it supports, and how many entries that is."""

    name: str
    led: Decimal
    leads: int
    supported: Decimal
    supports: int


def offices(found: Sequence[Loss], lang: str | None) -> list[Office]:
    """Every office that answers for a loss, the dearest first; none where the ruleset names none."""
    leads, supports = by_office(found), by_supporting_office(found)
    if leads.keys() | supports.keys() <= {""}:
        return []
    listed = [(name, leads.get(name, []), supports.get(name, [])) for name in dict.fromkeys([*leads, *supports])]
    nobody = messages.text("rectify.nobody", lang)
    return [
        Office(name or nobody, lost(led), len(led), lost(supported), len(supported)) for name, led, supported in listed
    ]


class Gained(NamedTuple):
    """Who has gained since an earlier scorecard, a row of texts a unit, and who cannot be compared."""

    rows: tuple[tuple[str, ...], ...]
    remarks: tuple[str, ...]


def gained(cards: Sequence[Scorecard], before: Sequence[Standing], lang: str | None) -> Gained | None:
    """The fastest first; nothing where no earlier totals are given."""
    if not before:
        return None
    rows = [
        (
            each.unit,
            str(each.before),
            str(each.now),
            f"{each.gained:+}" if each.gained else str(each.gained),
            f"{percent(each.share_before)} → {percent(each.share_now)}",
            points_of_share(each.share_gained, lang),
        )
        for each in improvers(cards, before)
    ]
    remarks = [
        messages.text(name, lang, units=wording.listed(units, lang))
        for name, units in left_out(cards, before).items()
        if units
    ]
    return Gained(tuple(rows), tuple(remarks))


class Recorded(NamedTuple):
    """What somebody decided or objected to, beside what the rule gives and what stands; `at` is the unit's number."""

    at: int
    kind: str
    indicator: str
    said: str
    by_rule: str
    points: str
    signed: str
    decision: str


def records(cards: Sequence[Scorecard], lang: str | None) -> list[Recorded]:
    """Every record by a person, unit by unit."""
    return [
        _recorded(at, card, kind, name, record, lang)
        for at, card in enumerate(cards, 1)
        for kind in RECORDS
        for name, record in card.inputs.get(kind, {}).items()
    ]


def _recorded(at: int, card: Scorecard, kind: str, name: str, record: Mapping[str, Any], lang: str | None) -> Recorded:
    score = card[name]
    return Recorded(
        at,
        messages.text(f"results.record.{kind}", lang),
        as_text.called(card)[name],
        _said(kind, record, lang),
        _by_rule(score, lang) if score.override else "",
        points(score) or as_text.brief(score, lang),
        wording.signed(record, lang) if record.get("by") else "",
        wording.decided(record, lang) if kind == "objections" else "",
    )


def _by_rule(score: Score, lang: str | None) -> str:
    return messages.text("reconcile.no_rule", lang) if score.by_rule is None else str(score.by_rule)


def _said(kind: str, record: Mapping[str, Any], lang: str | None) -> str:
    """The points set or claimed, or the place taken over."""
    if kind == "places":
        return messages.text("results.place", lang, place=record.get("place"), of=record.get("of"))
    claimed = record.get("points")
    return "" if claimed is None else amounts.to_text(exact_number(claimed))


class Rule(NamedTuple):
    """An indicator's rule, where it stands, and who answers for it."""

    item: Item
    depth: int
    most: str
    rule: str
    clause: str
    lead: str
    supporting: str


def rules(program: Program, lang: str | None) -> Iterator[Rule]:
    """Every indicator in document order, the total last."""
    answering = rectification.offices(program)
    whole = [(program.total, 0)] if program.total.added else []
    for item, depth in [*program.total.levels(), *whole]:
        yield Rule(
            item,
            depth,
            amounts.to_text(item.max),
            wording.rule(item, program, lang),
            str(item.about.get("clause", "")),
            wording.listed(answering[item.id].lead, lang),
            wording.listed(answering[item.id].supporting, lang),
        )
