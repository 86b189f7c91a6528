"""What is left of a ruleset after load: expressions and texts as plain data, all that scoring and explaining need."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from egov_scoring.expression import TRUE, Fact, Node, add, peers_in
from egov_scoring.facts import FactDeclaration
from egov_scoring.records import Record


class Text(Record):
    """A sentence to be worded later: a message id and what fills its gaps."""

    id: str
    args: Mapping[str, Arg] = {}


Arg = str | Fraction | Node | Text | tuple["Arg", ...]


class Line(Record):
    """A ledger line to come: what the balance is after it, and what its words need.

    `shown` says when it stands in the ledger. The loss of a line is the balance of the line shown before it, and what the
    line has `raised` the applicable maximum by, minus `balance`. Of the `args` a node comes as its value, a text in words.
    `fact` is what it counts; the records of the facts that it `cites` stand behind it. Who is `responsible` for a term of its
    own is told apart from those who answer for the indicator.
    """

    code: str
    balance: Node
    nominal: Node
    args: Mapping[str, Arg] = {}
    shown: Node = TRUE
    raised: Node | None = None
    fact: str = ""
    cites: tuple[str, ...] = ()
    id: str = ""
    name: str = ""
    clause: str = ""
    responsible: tuple[str, ...] = ()

    def reads(self) -> Iterator[Node]:
        """Every expression whose value the line needs."""
        yield from (self.shown, self.balance, self.nominal)
        if self.raised is not None:
            yield self.raised
        yield from (value for value in self.args.values() if isinstance(value, Node))


class Undecided(Record):
    """A condition under which no points can be worked out, and why (`decision` or `peers`)."""

    condition: Node
    reason: str


class Item(Record):
    """An indicator, a group, a component or the total (id `total`), with everything about it worked out.

    `value` is its points where it applies, before an override; `points` has applicability and override in it. `needs` are
    the facts that its own rule reads, without those that only a comparison with peers reads: those are `peer_needs`.
    """

    id: str
    name: str
    max: Fraction
    children: tuple[Item, ...]
    applies: Node
    counts: Node
    value: Node
    points: Node
    max_applicable: Node
    lines: tuple[Line, ...]
    needs_to_apply: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    peer_needs: frozenset[str] = frozenset()
    vetoed: Node | None = None
    undecided: tuple[Undecided, ...] = ()
    rule: tuple[Text, ...] = ()
    kind: str = ""
    about: Mapping[str, Any] = {}
    added: bool = True

    def __iter__(self) -> Iterator[Item]:
        """This item and all below it, in document order."""
        yield self
        for child in self.children:
            yield from child

    def levels(self, depth: int = 0) -> Iterator[tuple[Item, int]]:
        """All below this item, in document order, with how deep they stand."""
        for child in self.children:
            yield child, depth
            yield from child.levels(depth + 1)

    @property
    def is_leaf(self) -> bool:
        """Whether it has a rule of its own."""
        return not self.children

    @property
    def compares(self) -> bool:
        """Whether its rule compares the unit with others."""
        return self.is_leaf and bool(peers_in([self.value]))


class Check(Record):
    """A condition that the facts of a unit must meet."""

    id: str
    require: Node
    about: str
    facts: frozenset[str]


class Quota(Record):
    """How many units get a grade: a number, or a share of all of them; where equal units go beyond it, all or none."""

    size: Fraction
    is_share: bool
    ties_get_it: bool

    def of(self, units: int) -> int:
        """How many of so many units, rounded down."""
        return int(self.size * units // 1) if self.is_share else int(self.size)


POINTS, APPLICABLE = Fact("total"), Fact("total__max_applicable")


class Grade(Record):
    """A grade of the whole: the condition under which a unit can have it, for how many of them it is, and both in words.

    In the condition the total's points and its applicable maximum are called `POINTS` and `APPLICABLE`.
    """

    name: str
    condition: Node
    quota: Quota | None = None
    rule: tuple[Text, ...] = ()


class Program(Record):
    """A ruleset ready to score."""

    id: str
    title: str
    fingerprint: str
    scoring_fingerprint: str
    places: int
    rank_by: str
    facts: Mapping[str, FactDeclaration]
    flags: Mapping[str, FactDeclaration]
    total: Item
    checks: tuple[Check, ...]
    about: Mapping[str, Any]
    grades: tuple[Grade, ...] = ()

    def items(self) -> Iterator[Item]:
        """Every indicator in document order, the total first."""
        return iter(self.total)

    @property
    def has_quotas(self) -> bool:
        """Whether the grade of a unit may hang on what others have."""
        return any(grade.quota is not None for grade in self.grades)

    @property
    def goal(self) -> Node:
        """The total; where parts are never added what all of them come to, for those who look for more or fewer points."""
        return self.total.points if self.total.added else add(*[item.points for item in self.total.children])

    @property
    def sizes(self) -> tuple[int, int, int]:
        """How many indicators there are, how many of them have a rule of their own, and how many facts are asked."""
        items = [item for item, _ in self.total.levels()]
        return len(items), sum(item.is_leaf for item in items), len(self.facts)
