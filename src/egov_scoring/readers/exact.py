"""The exact reader: whole-number nodes as a list of steps, each filling one place of a list. One unit at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from egov_scoring.amounts import half_up
from egov_scoring.expression import (
    Add,
    And,
    Const,
    Eq,
    Fact,
    Greatest,
    If,
    Le,
    Least,
    Mul,
    Node,
    Not,
    Or,
    Peers,
    Sub,
    fold,
)
from egov_scoring.lower import Down, HalfUp, Whole, lower

Values = list[int]
Step = Callable[[Values], int]


class Exact:
    """Evaluates expressions for given facts, exactly.

    `places` are the decimal places in which each fact is carried, `roots` maps each expression
    whose value will be asked for to the one that is evaluated in its stead (often itself).
    """

    def __init__(self, roots: Mapping[Node, Node], places: Mapping[str, int]) -> None:
        wholes = lower(roots.values(), places)
        self.wholes: dict[Node, Whole] = {root: wholes[read] for root, read in roots.items()}
        self._template: Values = []
        self._facts: dict[str, int] = {}
        self._peers: dict[Peers, int] = {}
        self._steps: list[tuple[int, Step]] = []
        asked = [node for whole in self.wholes.values() for node in (whole.numerator, whole.below)]
        self._slots = fold(asked, self._place, closed=Peers)

    def _place(self, item: Node, parts: list[int]) -> int:
        slot = len(self._template)
        self._template.append(int(item.value) if isinstance(item, Const) else 0)
        if isinstance(item, Fact):
            self._facts[item.key] = slot
        elif isinstance(item, Peers):
            self._peers[item] = slot
        elif not isinstance(item, Const):
            self._steps.append((slot, TABLE[type(item)](*parts)))
        return slot

    def evaluate(self, facts: Mapping[str, int], peers: Mapping[Peers, int]) -> Reading:
        """The values for these facts; a fact or a statistic that is not given counts as 0, and it is the caller who knows
        which values rest on it."""
        values = self._template.copy()
        for key, slot in self._facts.items():
            values[slot] = facts.get(key, 0)
        for item, slot in self._peers.items():
            values[slot] = peers.get(item, 0)
        for slot, step in self._steps:
            values[slot] = step(values)
        return Reading(self, values)

    def slot(self, root: Node) -> tuple[int, int | None, int]:
        """Where the value of a root stands: slot of the numerator, slot of the denominator or None, plain denominator."""
        whole = self.wholes[root]
        if isinstance(whole.denominator, int):
            return self._slots[whole.numerator], None, whole.denominator
        return self._slots[whole.numerator], self._slots[whole.denominator], 1


class Reading:
    """The values of an evaluation, by expression."""

    __slots__ = ("_exact", "values")

    def __init__(self, exact: Exact, values: Values) -> None:
        self._exact = exact
        self.values = values

    def fraction(self, root: Node) -> Fraction:
        """The exact value."""
        numerator, below, denominator = self._exact.slot(root)
        return Fraction(self.values[numerator], denominator if below is None else self.values[below])

    def numerator(self, root: Node) -> int:
        """The value over the root's own plain denominator."""
        return self.values[self._exact.slot(root)[0]]

    def holds(self, root: Node) -> bool:
        """Whether the condition holds."""
        return bool(self.values[self._exact.slot(root)[0]])


def _add(*slots: int) -> Step:
    if len(slots) == 2:
        a, b = slots
        return lambda values: values[a] + values[b]
    return lambda values: sum([values[slot] for slot in slots])


def _sub(a: int, b: int) -> Step:
    return lambda values: values[a] - values[b]


def _mul(a: int, b: int) -> Step:
    return lambda values: values[a] * values[b]


def _least(*slots: int) -> Step:
    if len(slots) == 2:
        a, b = slots
        return lambda values: values[a] if values[a] <= values[b] else values[b]
    return lambda values: min([values[slot] for slot in slots])


def _greatest(*slots: int) -> Step:
    if len(slots) == 2:
        a, b = slots
        return lambda values: values[a] if values[a] >= values[b] else values[b]
    return lambda values: max([values[slot] for slot in slots])


def _le(a: int, b: int) -> Step:
    return lambda values: values[a] <= values[b]


def _eq(a: int, b: int) -> Step:
    return lambda values: values[a] == values[b]


def _and(*slots: int) -> Step:
    return lambda values: all(values[slot] for slot in slots)


def _or(*slots: int) -> Step:
    return lambda values: any(values[slot] for slot in slots)


def _not(a: int) -> Step:
    return lambda values: not values[a]


def _if(*slots: int) -> Step:
    if len(slots) == 3:
        condition, a, b = slots
        return lambda values: values[a] if values[condition] else values[b]
    branches, otherwise = list(zip(slots[:-1:2], slots[1::2], strict=True)), slots[-1]
    return lambda values: values[next((value for condition, value in branches if values[condition]), otherwise)]


def _half_up(a: int, b: int) -> Step:
    return lambda values: half_up(values[a], values[b])


def _down(a: int, b: int) -> Step:
    return lambda values: values[a] // values[b]


TABLE: dict[type[Node], Callable[..., Step]] = {
    Add: _add,
    Sub: _sub,
    Mul: _mul,
    Least: _least,
    Greatest: _greatest,
    Le: _le,
    Eq: _eq,
    And: _and,
    Or: _or,
    Not: _not,
    If: _if,
    HalfUp: _half_up,
    Down: _down,
}
