"""Fingerprints: of a flattened ruleset, and of its expressions and facts alone."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from fractions import Fraction

from egov_scoring.expression import Node, fold, unmarked
from egov_scoring.facts import FactDeclaration


def of_model(data: object) -> str:
    """The fingerprint of plain data: the same data, the same bytes."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def of_scoring(named: Mapping[str, Node], facts: Iterable[FactDeclaration]) -> str:
    """The fingerprint of what is worked out: equal where two rulesets score alike, whatever they are called."""
    canonical = unmarked(named.values())
    table: list[list[object]] = []

    def number(node: Node, parts: list[int]) -> int:
        own = [_plain(value) for name in node.__match_args__ if _is_own(value := getattr(node, name))]
        table.append([type(node).__name__, *own, parts])
        return len(table) - 1

    numbers = fold([canonical[node] for node in named.values()], number)
    declared = sorted(
        [fact.key, fact.type, _plain(fact.low), _plain(fact.high), fact.places, list(fact.options)] for fact in facts
    )
    roots = {name: numbers[canonical[node]] for name, node in named.items()}
    return of_model({"nodes": table, "roots": roots, "facts": declared})


def _is_own(value: object) -> bool:
    """Whether a field is the node's own and no other node."""
    return isinstance(value, (str, int, Fraction))


def _plain(value: object) -> object:
    return f"{value.numerator}/{value.denominator}" if isinstance(value, Fraction) else value
