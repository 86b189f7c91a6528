"""The tables of a report that are not about one unit alone: what was lost and by whom, decisions, rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from egov_scoring import amounts, messages, rectification
from egov_scoring.facts import RECORDS
from egov_scoring.program import Item, Program
from egov_scoring.rectification import IndicatorLoss, by_indicator
from egov_scoring.report import rectify_words as words
from egov_scoring.report import text as as_text
from egov_scoring.report import wording
from egov_scoring.report.results_unit import points
from egov_scoring.scorecard import Scorecard


def indicators(cards: Sequence[Scorecard]) -> list[IndicatorLoss]:
    """What each indicator cost all units together; nothing to tell of one unit, whose card says it."""
    return by_indicator(cards) if len(cards) > 1 else []


class Gained(NamedTuple):
    """Who has gained since an earlier scorecard, a row of texts a unit, and who cannot be compared."""

    rows: Sequence[tuple[str, ...]]
    remarks: Sequence[str]


def gained(cards: Sequence[Scorecard], before: words.Before, lang: str | None) -> Gained | None:
    """The fastest first; nothing where no earlier totals are given."""
    if not before:
        return None
    return Gained(words.gained(cards, before, lang), words.remarks(cards, before, lang))


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
        str(wording.recorded(kind, record, lang)),
        str(wording.by_rule(score, lang)),
        points(score) or as_text.brief(score, lang),
        wording.signed(record, lang),
        wording.decided(record, lang) if kind == "objections" else "",
    )


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
