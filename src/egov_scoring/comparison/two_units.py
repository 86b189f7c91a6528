"""Statistics over peers written out for a unit and one other that it is compared with."""

from __future__ import annotations

from egov_scoring.expression import (
    ONE,
    ZERO,
    Fact,
    Node,
    Peers,
    add,
    both,
    cases,
    equal,
    facts_in,
    greatest,
    in_order,
    least,
    rebuilt,
    substitute,
    when,
)

OTHER = "other."


def written_out(root: Node) -> Node:
    """The expression over the facts of both units; those of the other begin with `OTHER`."""
    found: dict[Node, Node] = {}
    for node in in_order([root]):
        parts = [found[part] for part in node.parts]
        whole = node if parts == list(node.parts) else rebuilt(node, parts)
        found[node] = _statistic(whole) if isinstance(whole, Peers) else whole
    return found[root]


def _of_other(node: Node) -> Node:
    return substitute([node], {Fact(key): Fact(OTHER + key) for key in facts_in([node])})[node]


def _statistic(node: Peers) -> Node:
    own, value = node.among, node.a
    other_value = _of_other(value)
    other = both(_of_other(node.among), *[equal(part, _of_other(part)) for part in node.within])
    if node.statistic in ("rank", "dense"):
        return add(ONE, when(both(other, other_value > value), ONE, ZERO))
    if node.statistic == "count":
        return add(when(own, ONE, ZERO), when(other, ONE, ZERO))
    if node.statistic == "sum":
        return add(when(own, value, ZERO), when(other, other_value, ZERO))
    pick = least if node.statistic == "min" else greatest
    return cases([(both(own, other), pick(value, other_value)), (own, value), (other, other_value)], ZERO)
