"""Places told without counting: who is among the first five is at least what the fifth has.

So the values need not be sorted; the nth largest is found in one pass.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from egov_scoring.expression import (
    Const,
    Le,
    Node,
    NthLargest,
    Peers,
    at_most,
    fold,
    in_order,
    negate,
)
from egov_scoring.lower import rebuilt_whole

# What a statistic is taken of, among whom, within which groups; in whole numbers.
Asked = tuple[Node, Node, tuple[Node, ...]]


def by_value(roots: Iterable[Node], asked: Callable[[Peers], Asked]) -> dict[Node, Node]:
    """Each whole-number root with every place that is only compared with constants told by the value it takes."""
    wanted = list(roots)
    counted = set(_counted(wanted))

    def visit(item: Node, parts: list[Node]) -> Node:
        match item:
            case Peers():
                return item
            case Le(Peers() as place, Const(last)) if place not in counted:
                return _among_first(int(last), *asked(place))
            case Le(Const(first), Peers() as place) if place not in counted:
                return negate(_among_first(int(first) - 1, *asked(place)))
            case _:
                return rebuilt_whole(item, parts)

    return fold(wanted, visit, closed=Peers)


def _counted(roots: list[Node]) -> Iterable[Node]:
    """The statistics that are no place, or whose number is needed elsewhere than beside a constant."""
    yield from (root for root in roots if isinstance(root, Peers))
    for item in in_order(roots, closed=Peers):
        for part in () if isinstance(item, Peers) else item.parts:
            beside_constant = isinstance(item, Le) and any(isinstance(other, Const) for other in item.parts)
            if isinstance(part, Peers) and not (part.statistic == "rank" and beside_constant):
                yield part


def _among_first(n: int, a: Node, among: Node, within: tuple[Node, ...]) -> Node:
    """Whether fewer than n have more. `n` is 1 or more, as a place is."""
    return at_most(NthLargest("nth", a, among, within, n), a)
