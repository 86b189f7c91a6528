"""What stands on an indicator beside its rule: in words, in the order of scoring, and as plain data for tables and pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from egov_scoring.program import Text
from egov_scoring.source import Adjustment, Modifiers, Path
from egov_scoring.workbench import RuleContext, Workbench

ABOUT = ("clause", "methods", "evidence", "about", "document", "rows", "was", "printed", "overlap", "reachable")


def sentences(bench: Workbench, source: Modifiers, path: Path) -> tuple[Text, ...]:
    """Who it applies to, what is done to its points, and where they end."""
    return (*_before(bench, source, path), *_adjusted(bench, source, path), *_after(bench, source, path))


def _condition(bench: Workbench, text: str, path: Path, message: str) -> Text:
    return Text(message, {"when": bench.expression(text, "condition", path)})


def _before(bench: Workbench, source: Modifiers, path: Path) -> Iterator[Text]:
    if (applies_when := getattr(source, "applies_when", None)) is not None:
        yield _condition(bench, applies_when, (*path, "applies_when"), "rule.applies_when")
        yield Text(f"rule.otherwise.{getattr(source, 'otherwise', None) or 'exclude'}")
    if (ask_when := getattr(source, "ask_when", None)) is not None:
        yield _condition(bench, ask_when, (*path, "ask_when"), "rule.ask_when")
    if source.overlap is not None:
        yield Text("rule.overlap")


def _adjusted(bench: Workbench, source: Modifiers, path: Path) -> Iterator[Text]:
    for at, adjustment in enumerate(source.adjust):
        yield _adjustment(bench, adjustment, (*path, "adjust", at, "when"))
    if source.convert is not None:
        yield Text("rule.convert", {"max": getattr(source, "max", None) or Fraction(0)})
    context = RuleContext(bench, source, path)
    yield from (term.sentence(context, "lost", "penalties", at) for at, term in enumerate(source.penalties))
    if source.penalties:
        yield Text("rule.penalties")


def _adjustment(bench: Workbench, adjustment: Adjustment, path: Path) -> Text:
    amount = adjustment.add if adjustment.multiply is None else adjustment.multiply
    when = "" if adjustment.when is None else _condition(bench, adjustment.when, path, "rule.adjust.when")
    name = "rule.add" if adjustment.multiply is None else "rule.multiply"
    return Text(name, {"when": when, "amount": amount or Fraction(0)})


def _after(bench: Workbench, source: Modifiers, path: Path) -> Iterator[Text]:
    for key in ("cap", "floor", "reachable"):
        if (limit := getattr(source, key)) is not None:
            yield Text(f"rule.{key}", {"amount": limit})
    if source.veto_when is not None:
        yield _condition(bench, source.veto_when, (*path, "veto_when"), "rule.veto_when")
    counts, most = getattr(source, "counts", None), getattr(source, "max", None)
    if counts is not None and most is not None and counts != most:
        yield Text("rule.counts", {"counts": counts, "max": most})


def about(source: Modifiers) -> Mapping[str, object]:
    """What an indicator says about itself."""
    found: dict[str, object] = {}
    for key in ABOUT:
        value = getattr(source, key, None)
        if value not in (None, "", (), True):
            found[key] = value
    responsible = getattr(source, "responsible", None)
    if responsible and (responsible.lead or responsible.supporting):
        found["responsible"] = {"lead": responsible.lead, "supporting": responsible.supporting}
    if source.reading:
        found["readings"] = tuple(reading.model_dump(mode="json", by_alias=True) for reading in source.reading)
    return found
