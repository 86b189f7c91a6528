"""What would bring a unit points, as tables for the terminal and as plain data of format `egov-scoring/improvement/1`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from rich.table import Table

from egov_scoring import messages
from egov_scoring.facts import FactDeclaration
from egov_scoring.improvement import Change, Gain
from egov_scoring.program import Program
from egov_scoring.report import table, wording
from egov_scoring.report import text as as_text
from egov_scoring.report.json import as_json, ruleset
from egov_scoring.scorecard import Scorecard, engine
from egov_scoring.what_if import WhatIf
from egov_scoring.worth import Worth

FORMAT = "egov-scoring/improvement/1"
WHAT_IF = "egov-scoring/whatif/1"

COLUMNS = (("do", False), ("now", True), ("to", True), ("gain", True), ("then", True))


def gains(card: Scorecard, found: Sequence[Gain], lang: str | None = None) -> str:
    """What brings points, each fact for itself: the smallest change, and what is the most that the fact can bring."""
    shown = table.empty(lang, *COLUMNS, ("most", True), ("furthest", True), ("counts", False))
    for gain in found:
        furthest = "" if gain.most is None else wording.stated(_declared(card, gain.fact), gain.furthest, lang)
        most = "" if gain.most is None else _signed(gain.most)
        shown.add_row(*_change(card, gain, lang), most, furthest, _names(card, gain.indicators, lang))
    return _said(card, shown, messages.text("advice.none", lang), lang)


def steps(card: Scorecard, found: Sequence[Gain], asked: int, lang: str | None = None) -> str:
    """One step after another, and whether there are as many as were asked for."""
    shown = table.empty(lang, ("step", True), *COLUMNS, ("counts", False))
    for number, gain in enumerate(found, 1):
        shown.add_row(str(number), *_change(card, gain, lang), _names(card, gain.indicators, lang))
    said = _said(card, shown, messages.text("advice.none", lang), lang)
    if found and len(found) < asked:
        said += "\n" + messages.text("advice.no_more", lang, count=len(found))
    return said


def remarks(program: Program, held: Iterable[str], given_up: Iterable[str], lang: str | None = None) -> list[str]:
    """What counts as 0 because there is nobody to compare with, and of which facts nothing is said."""
    names = {item.id: item.name for item in program.items()}
    stop = messages.text("stop", lang)
    said = {
        "advice.held": stop.join(names[name] for name in held),
        "advice.given_up": stop.join(program.facts[key].label for key in given_up),
    }
    return [messages.text(message, lang, listed=listed) for message, listed in said.items() if listed]


def _said(card: Scorecard, shown: Table, nothing: str, lang: str | None) -> str:
    head = f"{as_text.unit(card, lang)}  {as_text.points(card.total, lang)}".rstrip()
    return as_text.printable("\n".join([head, table.show(shown).rstrip() if shown.row_count else nothing]))


def _declared(card: Scorecard, key: str) -> FactDeclaration:
    return card.program.facts[key]


def _change(card: Scorecard, gain: Gain, lang: str | None) -> list[str]:
    """What changes, from what to what, what it brings and the total then; two facts stand one below the other."""
    cells = [
        (
            _label(card, change, lang),
            *(wording.stated(_declared(card, change.fact), each, lang) for each in change.values),
        )
        for change in gain.changes
    ]
    then = "" if gain.points is None else str(gain.points)
    return [*("\n".join(cell) for cell in zip(*cells, strict=True)), _signed(gain.gain), then]


def _label(card: Scorecard, change: Change, lang: str | None) -> str:
    assessed = _declared(card, change.fact).type == "points"
    label = change.label or change.fact
    return messages.text("advice.assessed", lang, label=label) if assessed else label


def _names(card: Scorecard, indicators: Iterable[str], lang: str | None) -> str:
    called = as_text.called(card)
    return messages.text("stop", lang).join(called[name] for name in indicators)


def _signed(amount: Decimal) -> str:
    return f"{amount:+}"


# What if.


def what_if(found: WhatIf, lang: str | None = None) -> str:
    """The total, the grade, the place and the indicators that come out otherwise, before and after."""
    shown = table.empty(lang, ("indicator", False), ("as_is", True), ("as_if", True), ("by_it", True))
    called = as_text.called(found.before)
    for before, after in found.differences():
        shown.add_row(
            called[before.id], *(as_text.brief(each, lang) for each in (before, after)), _difference(before, after)
        )
    before, after = found.before.total, found.after.total
    if before.added:
        total = [as_text.brief(each, lang) for each in (before, after)]
        shown.add_row(messages.text("card.total", lang), *total, _difference(before, after))
    said = [as_text.unit(found.before, lang)]
    said.append(table.show(shown) if found.is_otherwise else messages.text("advice.no_difference", lang))
    if found.before.graded is not None:
        grades = [as_text.grade(card, lang) for card in (found.before, found.after)]
        said.append(messages.text("advice.grades", lang, before=grades[0], after=grades[1]))
    if found.place_before or found.place_after:
        places = [str(place or "-") for place in (found.place_before, found.place_after)]
        said.append(messages.text("advice.places", lang, before=places[0], after=places[1], of=found.of))
    return as_text.printable("\n".join(said))


def _difference(before: Any, after: Any) -> str:
    return "" if before.points is None or after.points is None else _signed(after.points - before.points)


# Missing facts.


def worths(card: Scorecard, found: Sequence[Worth], lang: str | None = None) -> Table:
    """The facts that are missing, those first that may change the total most."""
    shown = table.empty(lang, ("missing", False), ("id", False), ("worth", True), ("counts", False))
    for each in found:
        shown.add_row(each.label or each.fact, each.fact, str(each.worth), _names(card, each.indicators, lang))
    return shown


# Plain data.


def improvement(
    program: Program, units: Sequence[Mapping[str, Any]], held: Sequence[str], given_up: Sequence[str]
) -> dict[str, Any]:
    """The whole, format `egov-scoring/improvement/1`; amounts are text."""
    return {**_head(FORMAT, program), "held": list(held), "given_up": list(given_up), "units": list(units)}


def of_unit(card: Scorecard, found: Sequence[Gain], taken: Sequence[Gain] | None) -> dict[str, Any]:
    """What brings one unit points; where steps were asked for these as well."""
    said = {
        "unit": card.unit,
        "points": _amount(card.points),
        "max_applicable": _amount(card.max_applicable),
        "gains": [_gain(gain) for gain in found],
    }
    return said if taken is None else {**said, "steps": [_gain(gain) for gain in taken]}


def what_if_data(found: WhatIf) -> dict[str, Any]:
    """Both totals, grades and places, and the indicators that come out otherwise."""
    return {
        **_head(WHAT_IF, found.before.program),
        "unit": found.before.unit,
        "points": [_amount(card.points) for card in (found.before, found.after)],
        **_grades(found),
        "place": [place or None for place in (found.place_before, found.place_after)],
        "of": found.of or None,
        "indicators": [
            {"id": before.id, "name": before.name, "points": [_amount(each.points) for each in (before, after)]}
            for before, after in found.differences()
        ],
    }


def _grades(found: WhatIf) -> dict[str, Any]:
    """Nothing where the ruleset declares none."""
    return {} if found.before.graded is None else {"grade": [found.before.grade, found.after.grade]}


def _head(form: str, program: Program) -> dict[str, Any]:
    return {"format": form, "engine": engine(), "ruleset": ruleset(program)}


def _gain(gain: Gain) -> dict[str, Any]:
    return {
        "changes": [
            {"fact": each.fact, "label": each.label, "now": as_json(each.now), "to": as_json(each.to)}
            for each in gain.changes
        ],
        "gain": str(gain.gain),
        "points": _amount(gain.points),
        "indicators": list(gain.indicators),
        "assessed": gain.assessed,
        "furthest": as_json(gain.furthest),
        "most": _amount(gain.most),
    }


def _amount(points: Decimal | None) -> str | None:
    return None if points is None else str(points)
