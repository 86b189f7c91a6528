"""What no facts in their ranges can make a difference to, left out."""

from __future__ import annotations

from collections.abc import Callable

from egov_scoring.expression import FALSE, TRUE, Eq, Greatest, Le, Least, Node, fold, greatest, least
from egov_scoring.readers.bounds import Bounds, Range

Rebuild = Callable[[Node, list[Node]], Node]


class Simplified:
    """Nodes without what their bounds settle; `rebuild` makes a node of the same kind over other parts.

    A `closed` type is taken as it is.
    """

    def __init__(self, bounds: Bounds, rebuild: Rebuild, closed: type[Node] | None = None) -> None:
        self._bounds, self._rebuild, self._closed = bounds, rebuild, closed
        self._made: dict[Node, Node] = {}

    def of(self, root: Node) -> Node:
        """The node, simpler."""
        return fold([root], self._visit, self._closed, self._made)[root]

    def _visit(self, item: Node, parts: list[Node]) -> Node:
        if self._closed is not None and isinstance(item, self._closed):
            return item
        if isinstance(item, (Le, Eq)) and (found := self._bounds.of(item)).is_single:
            return TRUE if found.low else FALSE
        if isinstance(item, Least):
            return least(*_binding(parts, [self._bounds.of(part) for part in item.items]))
        if isinstance(item, Greatest):
            mirrored = [self._bounds.of(part) for part in item.items]
            return greatest(*_binding(parts, [Range(-found.high, -found.low) for found in mirrored]))
        return self._rebuild(item, parts)


def _binding(parts: list[Node], ranges: list[Range]) -> list[Node]:
    """Of several, those that may be the smallest: one is left out where another never comes above it."""
    most = min(found.high for found in ranges)
    first = next(at for at, found in enumerate(ranges) if found.high == most)
    return [part for at, (part, found) in enumerate(zip(parts, ranges, strict=True)) if at == first or found.low < most]
