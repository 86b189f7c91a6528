"""The proofs of a ruleset: every indicator stays within 0..max, and every number within 64 bits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import product

from egov_scoring.amounts import INT64
from egov_scoring.build import Claim
from egov_scoring.expression import Fact, Node, Peers, in_order, peers_in
from egov_scoring.readers.bounds import Range
from egov_scoring.readers.direction import Direction, directions
from egov_scoring.readers.exact import Exact
from egov_scoring.source import Path
from egov_scoring.workbench import Workbench

WITNESS_TRIES = 64
WITNESS_FACTS = 6


def prove(bench: Workbench, claims: Iterable[Claim]) -> None:
    """Records what cannot be proved: a value that leaves 0..max, or a number that 64 bits cannot hold.

    Parts come before the whole, which rests on what is claimed of them; so a mistake is recorded once, where it is made.
    """
    seen: set[Node] = set()
    short: list[Path] = []
    wide: list[Path] = []
    for claim in claims:
        found = bench.bounds.of(claim.value)
        if not found.within(Fraction(0), claim.max):
            args = {"id": claim.id, "low": found.low, "high": found.high, "max": claim.max}
            witness, reached = _witness(bench, claim.value, found, claim.max)
            bench.problem("leaves-range", claim.path, **args, witness=witness, reached=reached)
        elif found.high < claim.max and claim.reachable is None:
            if not _any_below(short, claim.path):
                bench.warning("never-full", claim.path, id=claim.id, high=found.high, max=claim.max)
        elif claim.reachable is not None and found.high != claim.reachable:
            bench.problem("reachable-wrong", (*claim.path, "reachable"), value=claim.reachable, high=found.high)
        if found.high < claim.max:
            short.append(claim.path)
        if (reach := _widest(bench, claim, seen)) > INT64:
            if not _any_below(wide, claim.path):
                bench.problem("too-wide", claim.path, id=claim.id, reach=reach)
            wide.append(claim.path)


def _any_below(paths: Iterable[Path], path: Path) -> bool:
    return any(below[: len(path)] == path for below in paths)


def _widest(bench: Workbench, claim: Claim, seen: set[Node]) -> Fraction:
    """The largest whole number that a node not yet seen may come to; what is compared with peers has to have a grain."""
    widest = Fraction(0)
    for node in in_order([claim.value], known=seen):
        seen.add(node)
        found = bench.bounds.of(node)
        widest = max(widest, found.size * (found.grain or 0))
        if (
            isinstance(node, Peers)
            and node.statistic in ("min", "max", "sum")
            and bench.bounds.of(node.a).grain is None
        ):
            bench.problem("peers-of-quotient", claim.path, id=claim.id, statistic=node.statistic)
    return widest


def _witness(bench: Workbench, value: Node, found: Range, most: Fraction) -> tuple[str, Fraction]:
    """Facts that take the value out of 0..max, in text, and where they take it; an empty text where none were found."""
    if not peers_in([value]):
        exact = Exact({value: value}, bench.places)
        for facts in _corners(bench, value, up=found.high > most):
            reached = exact.evaluate(facts, {}).fraction(value)
            if not 0 <= reached <= most:
                return _as_text(bench, facts), reached
    return "", most


def _corners(bench: Workbench, value: Node, *, up: bool) -> Iterator[dict[str, int]]:
    """Facts at the ends of their ranges that the directions point to; both ends where they point both ways."""
    moves = directions([value], bench.ranges)[value]
    ends: dict[str, list[int]] = {}
    for key in _keys(value):
        limits = bench.ranges[key]
        low, high = int(limits.low * (limits.grain or 1)), int(limits.high * (limits.grain or 1))
        towards = moves.get(key, Direction.BOTH)
        rising = towards is Direction.UP if up else towards is Direction.DOWN
        ends[key] = [low, high] if towards is Direction.BOTH else [high if rising else low]
    for tried, choice in enumerate(product(*ends.values())):
        if tried == WITNESS_TRIES:
            return
        yield dict(zip(ends, choice, strict=True))


def _keys(value: Node) -> Iterable[str]:
    return dict.fromkeys(node.key for node in in_order([value]) if isinstance(node, Fact))


def _as_text(bench: Workbench, facts: Mapping[str, int]) -> str:
    known = {key: bench.facts[key].decode(units) for key, units in facts.items() if key in bench.facts}
    stated = [f"{key}: {str(value).lower() if isinstance(value, bool) else value}" for key, value in known.items()]
    return ", ".join(stated[:WITNESS_FACTS]) + (", ..." if len(stated) > WITNESS_FACTS else "")
