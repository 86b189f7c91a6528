"""Whether one expression is never above another, read off their form: quick, sound, and blind to much.

What it cannot see says nothing: `proof.py` goes on from there.
"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

from egov_scoring.expression import Add, Const, Div, Floor, Greatest, If, Least, Mul, Node, Round, Sub, add, multiply
from egov_scoring.readers.bounds import Bounds

DEEPEST = 12


class Order:
    """Compares expressions over facts in the ranges of `bounds`."""

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds

    def never_above(self, a: Node, b: Node, depth: int = DEEPEST) -> bool:
        """Whether a is at most b, for all facts."""
        if a is b or self._bounds.of(a).high <= self._bounds.of(b).low:
            return True
        if depth == 0:
            return False
        return any(step(self, a, b, depth - 1) for step in STEPS)

    def _all(self, pairs: list[tuple[Node, Node]], depth: int) -> bool:
        return all(self.never_above(a, b, depth) for a, b in pairs)

    def _any(self, pairs: list[tuple[Node, Node]], depth: int) -> bool:
        return any(self.never_above(a, b, depth) for a, b in pairs)

    # Each step is enough by itself.

    def lower_side(self, a: Node, b: Node, depth: int) -> bool:
        """By what a is made of."""
        match a:
            case Least(items=items):
                return self._any([(item, b) for item in items], depth)
            case Greatest(items=items):
                return self._all([(item, b) for item in items], depth)
            case If(branches=branches, otherwise=otherwise) if not isinstance(b, If):
                return self._all([(value, b) for value in (*[value for _, value in branches], otherwise)], depth)
            case Sub(a=whole, b=taken):
                return self._bounds.of(taken).low >= 0 and self.never_above(whole, b, depth)
            case _:
                return False

    def upper_side(self, a: Node, b: Node, depth: int) -> bool:
        """By what b is made of."""
        match b:
            case Least(items=items):
                return self._all([(a, item) for item in items], depth)
            case Greatest(items=items):
                return self._any([(a, item) for item in items], depth)
            case If(branches=branches, otherwise=otherwise):
                return self._all([(a, value) for value in (*[value for _, value in branches], otherwise)], depth)
            case _:
                return False

    def cases(self, a: Node, b: Node, depth: int) -> bool:
        """The same conditions, and no value above its counterpart."""
        if not (isinstance(a, If) and isinstance(b, If)) or len(a.branches) != len(b.branches):
            return False
        if any(one is not other for (one, _), (other, _) in zip(a.branches, b.branches, strict=True)):
            return False
        pairs = [(one, other) for (_, one), (_, other) in zip(a.branches, b.branches, strict=True)]
        return self._all([*pairs, (a.otherwise, b.otherwise)], depth)

    def sums(self, a: Node, b: Node, depth: int) -> bool:
        """Sums, but for the terms that both have."""
        ours, theirs = Counter(_terms(a)), Counter(_terms(b))
        if not ours & theirs or (len(ours) == len(theirs) == 1):
            return False
        left, right = add(*(ours - theirs).elements()), add(*(theirs - ours).elements())
        return self.never_above(left, right, depth)

    def rounded(self, a: Node, b: Node, depth: int) -> bool:
        """Rounding keeps the order, and leaves alone what needs no more places."""
        match a, b:
            case (Round(a=one, places=places), Round(a=other, places=same)) if places == same:
                return self.never_above(one, other, depth)
            case (Floor(a=one), Floor(a=other)):
                return self.never_above(one, other, depth)
            case (Round(a=one, places=places), _) if self._has_places(b, places):
                return self.never_above(one, b, depth)
            case (_, Round(a=other, places=places)) if self._has_places(a, places):
                return self.never_above(a, other, depth)
            case _:
                return False

    def _has_places(self, node: Node, places: int) -> bool:
        grain = self._bounds.of(node).grain
        return grain is not None and 10**places % grain == 0

    def scaled(self, a: Node, b: Node, depth: int) -> bool:
        """So many times the same; quotients of the same divisor."""
        match a, b:
            case (Div(a=one, b=below, otherwise=x), Div(a=other, b=same, otherwise=y)) if below is same:
                return self._all([(one, other), (x, y)], depth)
        (times, one), (more, other) = _factor(a), _factor(b)
        if one is other and times != more:
            low, high = self._bounds.of(one).low, self._bounds.of(one).high
            return low >= 0 if times < more else high <= 0
        return times == more != 1 and times > 0 and self.never_above(one, other, depth)


def _terms(node: Node) -> list[Node]:
    """What is added up; what is taken away counts as added the other way round."""
    if isinstance(node, Sub):
        return [*_terms(node.a), *[multiply(-1, term) for term in _terms(node.b)]]
    return list(node.terms) if isinstance(node, Add) else [node]


def _factor(node: Node) -> tuple[Fraction, Node]:
    if isinstance(node, Mul) and isinstance(node.a, Const):
        return node.a.value, node.b
    return Fraction(1), node


STEPS = (Order.cases, Order.rounded, Order.scaled, Order.sums, Order.upper_side, Order.lower_side)
