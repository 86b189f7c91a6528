"""What is broken in a file. It is set aside, so that the rest is checked in the same run; what merely follows from it is
left out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from egov_scoring.compose import copied, put
from egov_scoring.errors import Problem
from egov_scoring.yaml_reader import Map, Seq

Path = tuple[str | int, ...]

# What stands in for a value without which the rest cannot be read.
STAND_INS: dict[str, object] = {"id": "set_aside", "name": "-", "label": "-", "title": "-", "ruleset": "-", "max": 1}

# Statements about a rule or term as a whole: not made where a part of it is broken.
OF_RULES = {
    "band-holds-nothing",
    "bands-gap",
    "bands-overlap",
    "cases-without-otherwise",
    "choice-form",
    "negative-quantity",
    "negative-whole",
    "option-without-points",
    "otherwise-not-last",
    "rank-order",
    "rank-places",
    "rank-quotient",
    "rank-share-of-best",
    "unknown-option-points",
}
# Statements about an indicator and its parts.
OF_PARTS = {"children-sum", "rule-or-indicators"}
# Statements about everything that an indicator can come to: by its own keys, or also by its parts.
PROOFS = {"leaves-range", "peers-of-quotient", "too-wide"}
PROOFS_OF_ALL = {"never-full", "reachable-wrong"}


class Damage:
    """The broken places of a file; `rest` is its data without them."""

    def __init__(self, data: Map) -> None:
        self.rest: Map = _copy(data)
        self._written = data
        self._broken: set[tuple[int, str | int]] = set()  # a mapping or list of the rest, by identity, and a key
        self._removed: list[object] = []  # kept, so that no identity is used twice

    # Setting aside.

    def remove(self, path: Path) -> None:
        """Sets the value at that path aside; a stand-in takes its place where the rest needs one."""
        parent, key = self._along(path[:-1])[-1], path[-1]
        again = (id(parent), key) in self._broken
        self._broken.add((id(parent), key))
        if isinstance(parent, Map):
            self._removed.append(parent.pop(str(key), None))
            if key in STAND_INS and not again:
                self._stand_in(parent, str(key))
        elif isinstance(parent, Seq):
            self._removed.append(parent.pop(int(key)))
            parent.marks.pop(int(key))

    def _stand_in(self, parent: Map, key: str) -> None:
        put(parent, parent, key, f"set_aside_{len(self._broken)}" if key == "id" else STAND_INS[key])

    def mark(self, path: Path) -> None:
        """Takes note that the value at that path is broken, and leaves it where it is."""
        trail = self._along(path[:-1])
        self._broken.add((id(trail[-1]), path[len(trail) - 1] if path else ""))

    def _along(self, path: Path) -> list[object]:
        """The values met along that path, as far as it goes."""
        trail: list[object] = [self.rest]
        for step in path:
            here = trail[-1]
            if isinstance(here, Map) and step in here:
                trail.append(here[str(step)])
            elif isinstance(here, Seq) and isinstance(step, int) and step < len(here):
                trail.append(here[step])
            else:
                break
        return trail

    # Asking.

    def touches(self, path: Path, but: str = "") -> bool:
        """Whether the value at that path is broken, or anything in it that does not stand below the key `but`."""
        trail = self._along(path)
        if path and (id(trail[len(path) - 1]), path[-1]) in self._broken:
            return True
        holders = {holder for holder, _ in self._broken}
        return any(id(item) in holders for item in _containers(trail[-1], but))
