"""Self-report beside verification: tables for the terminal, and plain data of the format `egov-scoring/reconciliation/1`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rich.table import Table

from egov_scoring import messages
from egov_scoring.reconciliation import FactChange, Part, Reconciled, Reconciliation, RecordChange
from egov_scoring.report import reconcile_words as words
from egov_scoring.report import table, text
from egov_scoring.report.json import as_json, as_objection, ruleset
from egov_scoring.report.spans import Places, ends, moved, places, points, shown, signed, standing
from egov_scoring.scorecard import Scorecard, engine

FORMAT = "egov-scoring/reconciliation/1"


def sides(found: Reconciliation) -> tuple[Places, Places]:
    """The places of the units, among those of each side."""
    return places(found.reported), places(found.verified)


# For the terminal.


def tables(found: Reconciliation, lang: str | None = None) -> str:
    """The units, what made their differences, what changed no points, what people set and claimed, and who stands alone."""
    shown = [
        ("", _units(found, lang)),
        ("reconcile.parts", _parts(found, lang)),
        ("reconcile.idle", _idle(found, lang)),
        ("reconcile.set", _set(found, lang)),
        ("reconcile.objections", _objections(found, lang)),
    ]
    said = [messages.text("reconcile.title", lang, ruleset=f"{found.program.id}  {found.program.title}")]
    for name, rows in shown:
        if rows.row_count:
            said += ["", messages.text(name, lang)] if name else []
            said.append(table.show(rows).rstrip())
    if found.units and not any(each.differing for each in found.units):
        said += ["", messages.text("reconcile.none", lang)]
    remarks = words.remarks(found, lang)
    return text.printable("\n".join([*said, *([""] if remarks else []), *remarks]))


def _units(found: Reconciliation, lang: str | None) -> Table:
    columns = (("unit", False), ("reported", True), ("verified", True), ("deviation", True), ("places", False))
    rows = table.empty(lang, *columns)
    placed = sides(found)
    for each in found.units:
        both = (points(card) for card in (each.reported, each.verified))
        if found.program.total.added:
            rows.add_row(text.unit(each.verified, lang), *both, signed(each.difference), moved(each.unit, placed))
    return rows


def _parts(found: Reconciliation, lang: str | None) -> Table:
    columns = (("unit", False), ("indicator", False), ("reported", True), ("verified", True), ("deviation", True))
    rows = table.empty(lang, *columns, ("made", False))
    for each in found.units:
        told = words.Told(each, lang)
        for at, part in enumerate(each.differing):
            amounts = (shown(part.reported), shown(part.verified), signed(part.difference))
            why = "\n".join(told.causes(part))
            rows.add_row("" if at else told.unit, told.name(part), *amounts, why)
    return rows


def _idle(found: Reconciliation, lang: str | None) -> Table:
    rows = table.empty(lang, ("unit", False), ("changed", False))
    for each in found.units:
        told = words.Told(each, lang)
        said = [line for change in each.idle for line in told.fact(change)]
        if said:
            rows.add_row(told.unit, "\n".join(said))
    return rows


def _set(found: Reconciliation, lang: str | None) -> Table:
    rows = table.empty(lang, ("unit", False), ("indicator", False), ("set", True), ("by_rule", True), ("signed", False))
    for each in found.units:
        told = words.Told(each, lang)
        for decided in told.overrides():
            rows.add_row(told.unit, decided.indicator, str(decided.points), str(decided.other), decided.said)
    return rows


def _objections(found: Reconciliation, lang: str | None) -> Table:
    columns = (("unit", False), ("indicator", False), ("verified", True), ("claimed", True), ("objection", False))
    rows = table.empty(lang, *columns)
    for each in found.units:
        told = words.Told(each, lang)
        for decided in told.objections():
            rows.add_row(told.unit, decided.indicator, str(decided.points), str(decided.other), decided.said)
    return rows


# As data.


def data(found: Reconciliation) -> dict[str, Any]:
    """All of it; amounts are text, a range stands as its two ends."""
    placed = sides(found)
    return {
        "format": FORMAT,
        "engine": engine(),
        "ruleset": ruleset(found.program),
        "units": [_unit(each, placed) for each in found.units],
        "only_reported": list(found.only_reported),
        "only_verified": list(found.only_verified),
    }


def _unit(each: Reconciled, placed: tuple[Places, Places]) -> dict[str, Any]:
    facts = each.verified.program.facts
    return {
        "unit": each.unit,
        "reported": standing(each.reported, placed[0]),
        "verified": standing(each.verified, placed[1]),
        "difference": ends(each.difference) if each.verified.total.added else None,
        "parts": [_part(part) for part in each.parts],
        "facts": [_fact(change, facts[change.key].label) for change in each.facts],
        "overrides": list(_overrides(each.verified)),
        "objections": [_objection(name, found, each.verified) for name, found in each.objections.items()],
    }


def _part(part: Part) -> dict[str, Any]:
    return {
        "id": part.id,
        "name": part.name,
        "reported": ends(part.reported),
        "verified": ends(part.verified),
        "difference": ends(part.difference),
        "facts": [change.key for change in part.facts],
        "records": [_record(change) for change in part.records],
        "follows": list(part.follows),
    }


def _fact(change: FactChange, label: str) -> dict[str, Any]:
    values = {"reported": as_json(change.reported), "verified": as_json(change.verified)}
    findings = {"added": as_json(change.added), "removed": as_json(change.removed)}
    return {"key": change.key, "label": label, **values, **findings}


def _record(change: RecordChange) -> dict[str, Any]:
    both = {"reported": as_json(change.reported), "verified": as_json(change.verified)}
    return {"kind": change.kind, "indicator": change.indicator, **both}


def _overrides(card: Scorecard) -> Iterator[dict[str, Any]]:
    for score in card.total:
        if score.override is not None:
            by_rule = None if score.by_rule is None else str(score.by_rule)
            record = as_json(score.override.records[0])
            yield {
                "id": score.id,
                "name": score.name,
                "points": str(score.points),
                "by_rule": by_rule,
                "record": record,
            }


def _objection(indicator: str, record: Mapping[str, Any], card: Scorecard) -> dict[str, Any]:
    score = card[indicator]
    now = None if score.points is None else str(score.points)
    return {"id": indicator, "name": score.name, "points": now, "objection": as_objection(record)}
