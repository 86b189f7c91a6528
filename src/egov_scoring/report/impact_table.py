"""What two rulesets make of the same units: a table for the terminal, and plain data of the format `egov-scoring/impact/1`."""

from __future__ import annotations

from typing import Any

from egov_scoring import messages
from egov_scoring.comparison.movement import ZERO, Impact, Movement
from egov_scoring.report import table
from egov_scoring.report.diff_words import called
from egov_scoring.report.json import ruleset
from egov_scoring.report.spans import Places, ends, moved, places, points, signed, standing
from egov_scoring.scorecard import engine

FORMAT = "egov-scoring/impact/1"


def text(found: Impact, lang: str | None = None) -> str:
    """A row for each unit, who gains the most first."""
    shown = table.empty(
        lang, ("unit", False), ("before", True), ("now", True), ("moved", True), ("places", False), ("by", False)
    )
    sides = _sides(found)
    for each in sorted(found.movements, key=lambda each: (-each.moved.low - each.moved.high, each.unit)):
        before, now = (points(card) for card in (each.before, each.now))
        shown.add_row(each.unit, before, now, signed(each.moved), moved(each.unit, sides), _by(each, found, lang))
    old, new = called(found, lang)
    title = messages.text("diff.title", lang, old=old, new=new)
    return "\n".join([title, table.show(shown)])


def _sides(found: Impact) -> tuple[Places, Places]:
    return places([each.before for each in found.movements]), places([each.now for each in found.movements])


def _by(each: Movement, found: Impact, lang: str | None) -> str:
    """What moved it, the most first, but for groups that wait for their parts alone; what the unit did itself last."""
    known = [part for part in each.parts.items() if not each.is_left_open(part[0])]
    dearest = sorted(known, key=lambda part: -abs(part[1].low + part[1].high))
    called_now = {**found.names, found.new.total.id: messages.text("card.total", lang)}
    said = [
        messages.text("impact.part", lang, name=called_now.get(name, name), moved=signed(span))
        for name, span in dearest
    ]
    if each.own != ZERO:
        said.append(messages.text("impact.own", lang, moved=signed(each.own)))
    return "\n".join(said)


def data(found: Impact) -> dict[str, Any]:
    """All of it; amounts are text, a range stands as its two ends."""
    sides = _sides(found)
    return {
        "format": FORMAT,
        "engine": engine(),
        "old": ruleset(found.old),
        "new": ruleset(found.new),
        "units": [_unit(each, found, sides) for each in found.movements],
    }


def _unit(each: Movement, found: Impact, sides: tuple[Places, Places]) -> dict[str, Any]:
    return {
        "unit": each.unit,
        "before": standing(each.before, sides[0]),
        "now": standing(each.now, sides[1]),
        "moved": ends(each.moved),
        "own": ends(each.own),
        "parts": [
            {"id": name, "name": found.names.get(name, name), "moved": ends(span)} for name, span in each.parts.items()
        ],
    }
