"""What a missing fact is worth: by how many points it alone can still change the total, whatever the others turn out to be.

That is the most by which two units differ that state the same but for this fact, given what is known. It is worked out on
the expressions, so it is never too small, and larger than it need be where a rule mentions a fact several times. As in the
ranges of an incomplete scorecard, checks and peers forbid nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from egov_scoring import amounts
from egov_scoring.given import UnitLike, as_unit, others
from egov_scoring.intake import take_in
from egov_scoring.peers import PeerPass
from egov_scoring.program import Program
from egov_scoring.readers.spread import spread
from egov_scoring.records import Record
from egov_scoring.ruleset import Ruleset
from egov_scoring.scoring import anyone, reach


class Worth(Record):
    """A missing fact and what it can change at most, in points; `indicators` are those whose own rules read it."""

    fact: str
    label: str
    worth: Decimal
    indicators: tuple[str, ...]


def worths(ruleset: Ruleset, unit: UnitLike, peers: Iterable[UnitLike] | None = None) -> list[Worth]:
    """The missing facts that can change the total, the dearest first; where parts are never added, any of them.

    Raises `FactsError` as `Ruleset.bounds` does.

    >>> from egov_scoring import load
    >>> found = worths(load("2019/city"), {"network_cloud_platforms": 4})
    >>> [(each.fact, str(each.worth)) for each in found[:2]]
    [('application_system_platforms', '12.00'), ('information_resource_platforms', '10.00')]
    """
    program = ruleset.program
    own = as_unit(unit)
    cohort = None if peers is None else [own, *others(own, unit, peers)]
    ruleset.score(own, peers=cohort, incomplete=True, ledger=False)
    stated = take_in(own, program)
    statistics = None
    if cohort is not None:
        places = {key: fact.places for key, fact in {**program.facts, **program.flags}.items()}
        statistics = PeerPass(program, places).statistics([take_in(each, program) for each in cohort])[0]
    bounds = reach(program, stated, statistics, anyone(program))
    found = [
        Worth(key, fact.label, worth, _read_by(program, key))
        for key, fact in program.facts.items()
        if key not in stated.values and (worth := _in_points(spread(program.goal, key, bounds), program))
    ]
    return sorted(found, key=lambda each: -each.worth)


def _in_points(most: Fraction, program: Program) -> Decimal:
    """As many of the smallest units of points as there are in it: totals differ by whole ones."""
    scale = 10**program.places
    return amounts.to_decimal(Fraction(most * scale // 1, scale), program.places)


def _read_by(program: Program, key: str) -> tuple[str, ...]:
    return tuple(item.id for item in program.items() if key in item.needs | item.peer_needs | item.needs_to_apply)
