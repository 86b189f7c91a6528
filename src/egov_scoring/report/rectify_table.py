"""What was lost and who answers for it: tables for the terminal, and plain data of the format `egov-scoring/rectification/1`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from rich.table import Table

from egov_scoring import amounts, messages
from egov_scoring.rectification import (
    IndicatorLoss,
    Loss,
    by_indicator,
    by_office,
    by_responsible,
    by_supporting_office,
    improvers,
    losses,
    lost,
    still_open,
)
from egov_scoring.report import rectify_words as words
from egov_scoring.report import table, wording
from egov_scoring.report import text as as_text
from egov_scoring.report.json import as_json, ruleset
from egov_scoring.scorecard import Score, Scorecard, engine

FORMAT = "egov-scoring/rectification/1"


def text(
    cards: Sequence[Scorecard],
    *,
    office: str | None = None,
    before: words.Before | None = None,
    lang: str | None = None,
) -> str:
    """The tables one below the other, each with its heading; of an office only what it leads or supports."""
    found = of_office([loss for card in cards for loss in losses(card)], office)
    parts = [("rectify.units", _units(cards, lang))] if office is None else []
    parts += [("rectify.offices", _offices(found, lang)), ("rectify.list", _list(cards, found, lang))]
    if office is None and len(cards) > 1:
        parts.append(("rectify.indicators", _indicators(by_indicator(cards), cards, lang)))
    said = [_titled(name, shown, lang) for name, shown in parts if shown.row_count]
    if not found:
        said.append(messages.text("card.no_losses" if office is None else "rectify.none_of_office", lang))
    said += [_improvers(cards, before, lang)] if before is not None else []
    return as_text.printable("\n\n".join(said))


def of_office(found: Sequence[Loss], office: str | None) -> list[Loss]:
    """The losses that an office leads or supports; all, where none is named."""
    return [
        loss for loss in found if office is None or office in (*loss.responsible.lead, *loss.responsible.supporting)
    ]


def _titled(name: str, shown: Table, lang: str | None) -> str:
    return "\n\n".join([messages.text(name, lang), table.show(shown).strip("\n")])


def _units(cards: Sequence[Scorecard], lang: str | None) -> Table:
    """What each unit lost and was given back; the points are the maximum less the one and with the other."""
    numbers = ("points", "of", "lost", "back", "times", "waiting")
    shown = table.empty(lang, ("unit", False), *((name, True) for name in numbers))
    for card in cards:
        found = losses(card)
        back = words.given_back(card)
        most = "" if card.max_applicable is None else amounts.to_text(Fraction(card.max_applicable))
        points = "" if card.points is None else str(card.points)
        counts = (str(len(found)), str(len(still_open(card)) or ""))
        shown.add_row(as_text.unit(card, lang), points, most, str(lost(found)), str(back or ""), *counts)
    return shown


def _offices(found: Sequence[Loss], lang: str | None) -> Table:
    """What each office leads and what it supports; nothing, where no ruleset names any."""
    shown = table.empty(lang, ("office", False), *((name, True) for name in ("leads", "times", "supports", "times")))
    for office in words.offices(found, lang):
        shown.add_row(*("" if said is None else str(said) for said in office))
    return shown


def _list(cards: Sequence[Scorecard], found: Sequence[Loss], lang: str | None) -> Table:
    """Every loss once, those with the same offices together."""
    names = as_text.called(cards[0]) if cards else {}
    columns = (
        ("lead", False),
        ("unit", False),
        ("indicator", False),
        ("line", False),
        ("loss", True),
        ("supporting", False),
    )
    rows = [
        {
            "lead": wording.listed(loss.responsible.lead, lang),
            "unit": loss.unit,
            "indicator": names[loss.score.id],
            "line": "\n".join([loss.line.text(lang), *(f"  {record}" for record in as_text.records(loss.line))]),
            "loss": str(loss.line.loss),
            "supporting": wording.listed(loss.responsible.supporting, lang),
        }
        for group in by_responsible(found).values()
        for loss in group
    ]
    kept = [each for each in columns if any(row[each[0]] for row in rows)]
    shown = table.empty(lang, *kept)
    for row in rows:
        shown.add_row(*(row[name] for name, _ in kept))
    return shown


def _indicators(found: Sequence[IndicatorLoss], cards: Sequence[Scorecard], lang: str | None) -> Table:
    shown = table.empty(lang, ("indicator", False), ("lost", True), ("losing", True), ("max", True))
    names = as_text.called(cards[0])
    for each in found:
        losing = messages.text("rectify.of_units", lang, units=each.units, all=len(cards))
        shown.add_row(names[each.id], str(each.lost), losing, amounts.to_text(Fraction(each.max)))
    return shown


# Who has gained.


def _improvers(cards: Sequence[Scorecard], before: words.Before, lang: str | None) -> str:
    """The units by what they gained, and those that cannot be compared."""
    shown = table.empty(lang, ("unit", False), *((name, True) for name in words.GAINED))
    for row in words.gained(cards, before, lang):
        shown.add_row(*row)
    none = messages.text("rectify.no_improvers", lang)
    said = _titled("rectify.improvers", shown, lang) if shown.row_count else none
    return "\n\n".join(filter(None, [said, "\n".join(words.remarks(cards, before, lang))]))


# Plain data.


def data(
    cards: Sequence[Scorecard],
    *,
    office: str | None = None,
    before: words.Before | None = None,
    lang: str | None = None,
) -> dict[str, Any]:
    """All of it; amounts are text. Of an office only the losses that it leads or supports."""
    found = of_office([loss for card in cards for loss in losses(card)], office)
    shown: dict[str, Any] = {"format": FORMAT, "engine": engine()}
    if cards:
        shown["ruleset"] = ruleset(cards[0].program)
    shown["units"] = [_unit(card, of_office(losses(card), office), lang) for card in cards]
    shown["leads"] = [_office(name, each) for name, each in by_office(found).items()]
    shown["supports"] = [_office(name, each) for name, each in by_supporting_office(found).items()]
    shown["indicators"] = [
        {"id": each.id, "name": each.name, "lost": str(each.lost), "units": each.units, "max": str(each.max)}
        for each in by_indicator(cards)
    ]
    return shown | ({"improvers": _gained(cards, before)} if before is not None else {})


def _unit(card: Scorecard, found: Sequence[Loss], lang: str | None) -> dict[str, Any]:
    return {
        "unit": card.unit,
        "points": None if card.points is None else str(card.points),
        "max_applicable": None if card.max_applicable is None else str(card.max_applicable),
        "lost": str(lost(found)),
        "losses": [_loss(loss, lang) for loss in found],
        "open": [_open(score) for score in still_open(card)],
    }


def _loss(loss: Loss, lang: str | None) -> dict[str, Any]:
    line = loss.line
    return {
        "indicator": loss.score.id,
        "name": loss.score.name,
        "clause": loss.clause,
        "loss": str(line.loss),
        "code": line.code,
        "text": line.text(lang),
        "records": as_json(line.records),
        "lead": list(loss.responsible.lead),
        "supporting": list(loss.responsible.supporting),
    }


def _open(score: Score) -> dict[str, Any]:
    return {"indicator": score.id, "name": score.name, "reason": score.reason, "facts": list(score.waits_for)}


def _office(name: str, found: Sequence[Loss]) -> dict[str, Any]:
    return {"office": name, "lost": str(lost(found)), "losses": len(found)}


def _gained(cards: Sequence[Scorecard], before: words.Before) -> Mapping[str, Any]:
    left = {name.partition(".")[2]: units for name, units in words.left_out(cards, before).items()}
    shown = [
        {
            "unit": each.unit,
            "before": str(each.before),
            "now": str(each.now),
            "gained": str(each.gained),
            "share_before": amounts.to_text(each.share_before),
            "share_now": amounts.to_text(each.share_now),
            "share_gained": amounts.to_text(each.share_gained),
        }
        for each in improvers(cards, before)
    ]
    return {"units": shown, **left}
