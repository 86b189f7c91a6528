"""What a caller hands in as a unit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from decimal import Decimal
from typing import Any

from egov_scoring.facts import RECORDS, Unit

UnitLike = Unit | Mapping[str, Any]
PLAIN = (int, str, bool, float, Decimal, type(None))


def as_unit(given: UnitLike, name: str | None = "") -> Unit:
    """The unit meant: a `Unit` as it is, a dict as the facts of a unit of that name."""
    facts = given.facts if isinstance(given, Unit) else given
    if not isinstance(facts, Mapping):
        raise TypeError(f"facts are a dict or a Unit, not {type(facts).__name__}")
    if not isinstance(given, Unit):
        return Unit(str(name or ""), kept(facts))
    return Unit(str(given.name or name or ""), kept(facts), **{kind: kept(getattr(given, kind)) for kind in RECORDS})


def kept(value: Any) -> Any:
    """A copy that the caller's later changes do not reach; what was read from a file keeps its places."""
    if isinstance(value, Mapping):
        copied = copy(value) if isinstance(value, dict) else dict(value)
        copied.update([(key, kept(item)) for key, item in value.items() if type(item) not in PLAIN])
        return copied
    if isinstance(value, list):
        listed = copy(value)
        listed[:] = [kept(item) for item in value]
        return listed
    return value


def others(own: Unit, given: UnitLike, peers: Iterable[UnitLike]) -> list[Unit]:
    """The peers without the unit itself: known by being the same object, or by its name."""
    return [
        as_unit(peer)
        for peer in peers
        if peer is not given and not (isinstance(peer, Unit) and own.name and peer.name == own.name)
    ]
