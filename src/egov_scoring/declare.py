"""From the facts of a file to declarations: ranges and places filled in."""

from __future__ import annotations

from fractions import Fraction

from egov_scoring.facts import MILLION, FactDeclaration
from egov_scoring.kinds.assessed import Assessed
from egov_scoring.source import FactSource, IndicatorSource, RulesetSource


def declared(source: RulesetSource) -> dict[str, FactDeclaration]:
    """The declarations of all facts."""
    assessed = {indicator.rule.of: indicator for _, indicator in source.walk() if isinstance(indicator.rule, Assessed)}
    return {key: _declaration(key, fact, source.places, assessed.get(key)) for key, fact in source.facts.items()}


def _declaration(key: str, fact: FactSource, places: int, assessed: IndicatorSource | None) -> FactDeclaration:
    low, high, natural_places, options = _by_nature(fact, places, assessed)
    low, high = fact.range or (low, high)
    places = 0 if options else natural_places if fact.places is None else fact.places
    labels = tuple(fact.options.values()) if fact.options else options
    return FactDeclaration(key, fact.type, fact.label, fact.unit, fact.about, low, high, places, options, labels)


def _by_nature(
    fact: FactSource, places: int, assessed: IndicatorSource | None
) -> tuple[Fraction, Fraction, int, tuple[str, ...]]:
    """Range, places and options of a fact that says nothing more than its type."""
    if fact.type == "percent":
        return Fraction(0), Fraction(100), 2, ()
    if fact.type == "points" and assessed is not None and isinstance(assessed.rule, Assessed):
        low, high = assessed.rule.range or (Fraction(0), assessed.max)
        return low, high, places, tuple(assessed.rule.levels or ())
    return Fraction(0), MILLION, places if fact.type == "points" else 0, tuple(fact.options or ())
