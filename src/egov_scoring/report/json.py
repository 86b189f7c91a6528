"""A scorecard as plain data, format `egov-scoring/scorecard/1`: amounts are strings, the same input gives the same bytes."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from egov_scoring import amounts
from egov_scoring.facts import decision, exact_number
from egov_scoring.program import Program
from egov_scoring.scorecard import FORMAT, Graded, LedgerLine, Score, Scorecard, engine, plain


def scorecard(card: Scorecard, lang: str | None = None) -> dict[str, Any]:
    """The whole card; sentences are in that language."""
    data: dict[str, Any] = {
        "format": FORMAT,
        "ruleset": ruleset(card.program),
        "engine": engine(),
        "unit": card.unit,
        "status": card.status,
    }
    if card.total.added:
        data |= _points(card.total)
        data |= _ledger(card.total, lang)
    if card.graded is not None:
        data |= _grade(card.graded)
    data["indicators"] = [_indicator(child, card, lang) for child in card.total.children]
    data["inputs"] = as_json(card.inputs)
    return data


def ruleset(program: Program) -> dict[str, str]:
    """Which ruleset it is."""
    return {
        "id": program.id,
        "title": program.title,
        "fingerprint": program.fingerprint,
        "scoring_fingerprint": program.scoring_fingerprint,
    }


def text(cards: Sequence[Scorecard], lang: str | None = None) -> str:
    """One card, or a list of several, as JSON text."""
    data = [scorecard(card, lang) for card in cards]
    return json.dumps(data[0] if len(data) == 1 else data, ensure_ascii=False, indent=2)


def _points(score: Score) -> dict[str, Any]:
    data: dict[str, Any] = {
        "max": plain(score.max),
        "max_applicable": plain(score.max_applicable),
        "points": None if score.points is None else str(score.points),
    }
    if score.status == "missing":
        data["missing"] = {"reason": score.reason, "facts": list(score.waits_for)}
        if score.range is not None:
            data["missing"]["range"] = [str(score.range.low), str(score.range.high)]
    return data


def _grade(graded: Graded) -> dict[str, Any]:
    if graded.name is not None:
        return {"grade": graded.name}
    return {"grade": None, "ungraded": {"reason": graded.reason, "facts": list(graded.waits_for)}}


def _indicator(score: Score, card: Scorecard, lang: str | None) -> dict[str, Any]:
    data: dict[str, Any] = {"id": score.id, "name": score.name}
    if clause := score.about.get("clause"):
        data["clause"] = clause
    data |= _points(score)
    if score.override is not None:
        data["by_rule"] = None if score.by_rule is None else str(score.by_rule)
    data["status"] = score.status
    if (objection := card.objections.get(score.id)) is not None:
        data["objection"] = as_objection(objection)
    data |= _ledger(score, lang)
    if score.children:
        data["indicators"] = [_indicator(child, card, lang) for child in score.children]
    return data


def as_objection(record: Mapping[str, Any]) -> dict[str, Any]:
    """An objection with what was decided; the points claimed are text as all amounts."""
    claimed = record.get("points")
    points = {} if claimed is None else {"points": amounts.to_text(exact_number(claimed))}
    return {**as_json(record), **points, "decision": decision(record)}


def _ledger(score: Score, lang: str | None) -> dict[str, Any]:
    if score.children and not score.lines:
        return {}
    return {"ledger": [_line(line, lang) for line in score.lines]}


def _line(line: LedgerLine, lang: str | None) -> dict[str, Any]:
    data: dict[str, Any] = {"code": line.code}
    for key in ("id", "name", "clause"):
        if value := getattr(line, key):
            data[key] = value
    data |= {
        "nominal": amounts.to_text(Fraction(line.nominal)),
        "loss": str(line.loss),
        "balance": str(line.balance),
        "text": line.text(lang),
    }
    if line.records:
        data["records"] = as_json(line.records)
    return data


def as_json(value: object) -> Any:
    """Anything a fact may be, as JSON can hold it without losing a digit."""
    if isinstance(value, Mapping):
        return {str(key): as_json(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [as_json(item) for item in value]
    item = getattr(value, "item", None)
    if callable(item) and getattr(value, "shape", None) == ():
        return as_json(item())
    if isinstance(value, bool) or value is None or isinstance(value, (int, str)):
        return value
    if isinstance(value, (float, Decimal)) and not math.isfinite(value):
        return str(value)
    if isinstance(value, (Decimal, Fraction, float)):
        return amounts.to_text(Fraction(repr(value) if isinstance(value, float) else value))
    return str(value)
