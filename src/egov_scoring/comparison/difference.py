"""What a comparison finds, as data: differences, what each means, and all of them together."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import Any, Literal

from egov_scoring.comparison.catalogue import CATALOGUE, Kind
from egov_scoring.program import Program
from egov_scoring.records import Record

Class = Literal[
    "stricter", "more_generous", "either", "reweighted", "other_evidence", "organisation", "wording", "undecided"
]
CLASSES: tuple[Class, ...] = (
    "stricter",
    "more_generous",
    "either",
    "reweighted",
    "other_evidence",
    "undecided",
    "organisation",
    "wording",
)
Way = Literal["same", "higher", "lower", "either"]
Certainty = Literal["proved", "searched", "open"]
DIGITS = 12


class Place(Record):
    """Where something stands: file, line from 1, and the clause of the document that it follows."""

    file: str
    line: int
    clause: str = ""


class Witness(Record):
    """Facts of a unit, and of another one that it is compared with, and its points and shares of the total by both rules."""

    facts: Mapping[str, object]
    other: Mapping[str, object]
    points: tuple[Fraction, Fraction]
    shares: tuple[Fraction, Fraction] | None = None


class Meaning(Record):
    """What a difference means: its class, how sure that is, why, and facts that show it.

    `points` and `share` say which way points and their share of the total can go; `searched` how many sets of facts were
    tried; `reason` is a message id.
    """

    kind: Class
    certainty: Certainty
    reason: str
    points: Way = "same"
    share: Way = "same"
    searched: int = 0
    witnesses: tuple[Witness, ...] = ()


class Difference(Record):
    """One thing that differs: `id` of the catalogue; `subject`, the id of an indicator, the key of a fact, or `total`; `part`,
    what in it; old and new as plain data; where each stands; the fingerprints of those from which it follows."""

    id: str
    subject: str
    part: str = ""
    old: Any = None
    new: Any = None
    old_place: Place | None = None
    new_place: Place | None = None
    proposed: bool = False
    follows: tuple[str, ...] = ()
    meaning: Meaning | None = None

    @property
    def kind(self) -> Kind:
        """Its line of the catalogue."""
        return CATALOGUE[self.id]

    @property
    def fingerprint(self) -> str:
        """`DIGITS` digits that stay the same while what differs does, wherever it stands in its file."""
        told = [self.id, self.subject, self.part, self.old, self.new]
        text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:DIGITS]


def is_fingerprint(text: str) -> bool:
    """Whether the text could be the fingerprint of a difference."""
    return re.fullmatch(f"[0-9a-f]{{{DIGITS}}}", text) is not None


class Acceptance(Record):
    """That somebody takes a difference as it is: its fingerprint, why, who, the last day of it, and where that stands."""

    difference: str
    reason: str
    by: str
    until: date
    place: Place


class Accepted(Record):
    """What an accept-list does: entries that hold, by fingerprint; those past their last day; those of no difference there."""

    held: Mapping[str, Acceptance] = {}
    expired: tuple[Acceptance, ...] = ()
    stale: tuple[Acceptance, ...] = ()


class Pair(Record):
    """Indicators that belong together: one and one, or several on either side; none on a side that knows nothing of it."""

    old: tuple[str, ...]
    new: tuple[str, ...]
    proposed: bool = False


class Diff(Record):
    """All differences between two rulesets, which indicators were paired, in the order of the new one, and both files.

    >>> from egov_scoring import diff
    >>> found = diff("2018/city", "2019/city")
    >>> [each.old for each in found if each.id == "total-changed"]
    ['70']
    >>> len(diff("2019/city", "2019/city"))
    0
    """

    old: Program
    new: Program
    differences: tuple[Difference, ...]
    names: Mapping[str, str]
    pairs: tuple[Pair, ...]
    files: tuple[str, str] = ("", "")
    accepted: Accepted = Accepted()

    def __len__(self) -> int:
        return len(self.differences)

    def __iter__(self) -> Iterator[Difference]:
        return iter(self.differences)

    def tree(self) -> Mapping[str, tuple[Difference, ...]]:
        """The differences by what they are about: indicators by id, facts by key, `total` for the whole."""
        found: dict[str, list[Difference]] = {}
        for each in self.differences:
            found.setdefault(each.subject, []).append(each)
        return {subject: tuple(listed) for subject, listed in found.items()}

    def of_class(self, *kinds: Class) -> tuple[Difference, ...]:
        """The differences of these classes."""
        return tuple(each for each in self.differences if each.meaning and each.meaning.kind in kinds)

    def not_accepted(self) -> tuple[Difference, ...]:
        """The differences that nobody takes as they are."""
        return tuple(each for each in self.differences if each.fingerprint not in self.accepted.held)
