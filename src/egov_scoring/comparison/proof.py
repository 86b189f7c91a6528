"""Between which values the difference of two expressions lies, exactly, for all facts in their ranges.

Where nothing is open, an expression is a constant and so many times each fact; its ends over a box of facts lie in corners.
A box in which something is open is halved, until nothing is, or the pieces become too many to go on.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction

from egov_scoring.amounts import round_half_up
from egov_scoring.expression import (
    Add,
    And,
    Const,
    Div,
    Eq,
    Fact,
    Floor,
    Greatest,
    If,
    Le,
    Least,
    Mul,
    Node,
    Not,
    Or,
    Round,
    Sub,
    fold,
)
from egov_scoring.records import Record

MOST_PIECES = 600

Ends = tuple[Fraction, Fraction]
Box = Mapping[str, tuple[int, int]]


class Line(Record):
    """A constant and so much for each smallest unit of each fact."""

    base: Fraction
    slopes: Mapping[str, Fraction] = {}

    def ends(self, box: Box) -> Ends:
        """The least and the most in a box."""
        corners = [sorted((slope * box[key][0], slope * box[key][1])) for key, slope in self.slopes.items()]
        return self.base + sum(low for low, _ in corners), self.base + sum(high for _, high in corners)

    def plus(self, other: Line, times: Fraction | int = 1) -> Line:
        """The sum of this and so many times the other."""
        slopes = {
            key: self.slopes.get(key, 0) + times * other.slopes.get(key, 0) for key in {*self.slopes, *other.slopes}
        }
        return Line(self.base + times * other.base, {key: Fraction(slope) for key, slope in slopes.items() if slope})


def ends(difference: Node, box: Box, places: Mapping[str, int]) -> Ends | None:
    """The least and the most of the expression over whole numbers in the box, or None where that takes too many pieces."""
    boxes: list[Box] = [box]
    found: list[Ends] = []
    for _ in range(MOST_PIECES):
        if not boxes:
            return min(low for low, _ in found), max(high for _, high in found)
        piece = boxes.pop()
        line = _line(difference, piece, places)
        if line is not None:
            found.append(line.ends(piece))
        elif (halves := _halved(piece)) is None:
            return None
        else:
            boxes += halves
    return None


def _halved(box: Box) -> list[Box] | None:
    key = max(box, key=lambda key: box[key][1] - box[key][0], default="")
    if not key or box[key][0] == box[key][1]:
        return None
    low, high = box[key]
    middle = (low + high) // 2
    return [{**box, key: (low, middle)}, {**box, key: (middle + 1, high)}]


def _line(root: Node, box: Box, places: Mapping[str, int]) -> Line | None:
    """The expression as a line over the box, or None where something is open there."""

    def visit(node: Node, parts: list[Line | None]) -> Line | None:
        if isinstance(node, Fact):
            low, high = box[node.key]
            step = Fraction(1, 10 ** places[node.key])
            return Line(low * step) if low == high else Line(Fraction(0), {node.key: step})
        if isinstance(node, Const):
            return Line(node.value)
        if isinstance(node, (And, Or)):
            return _junction(node, parts)
        if isinstance(node, If):
            return _taken(parts)
        if None in parts:
            return None
        return _whole(node, [part for part in parts if part is not None], box)

    return fold([root], visit)[root]


def _junction(node: Node, parts: list[Line | None]) -> Line | None:
    settling = Line(Fraction(isinstance(node, Or)))
    if settling in parts:
        return settling
    return None if any(part is None or part.slopes for part in parts) else Line(1 - settling.base)


def _taken(parts: list[Line | None]) -> Line | None:
    for condition, value in zip(parts[:-1:2], parts[1::2], strict=True):
        if condition is None or condition.slopes:
            return None
        if condition.base:
            return value
    return parts[-1]


def _whole(node: Node, parts: list[Line], box: Box) -> Line | None:
    """A node all of whose parts are lines."""
    first, last = parts[0], parts[-1]
    match node:
        case Add():
            total = Line(Fraction(0))
            for part in parts:
                total = total.plus(part)
            return total
        case Sub():
            return first.plus(last, -1)
        case Mul():
            factor, other = (first, last) if not first.slopes else (last, first)
            return None if factor.slopes else Line(Fraction(0)).plus(other, factor.base)
        case Div():
            divisor = parts[1]
            if divisor.slopes:
                return None
            return Line(Fraction(0)).plus(first, 1 / divisor.base) if divisor.base else last
        case Not():
            return None if first.slopes else Line(1 - first.base)
        case Le() | Eq():
            return _compared(node, first.plus(last, -1).ends(box))
        case Least() | Greatest():
            return _extreme(parts, 1 if isinstance(node, Least) else -1, box)
        case Round() | Floor():
            return _rounded(node, first, box)
        case _:
            return None


def _compared(node: Node, over: Ends) -> Line | None:
    """A comparison, by how far its left side lies above its right one."""
    low, high = over
    if isinstance(node, Le):
        return Line(Fraction(high <= 0)) if high <= 0 or low > 0 else None
    return Line(Fraction(low == high == 0)) if low == high or low > 0 or high < 0 else None


def _extreme(parts: list[Line], sign: int, box: Box) -> Line | None:
    """The one that is nowhere above (below) any other."""
    for part in parts:
        if all(part is other or sign * part.plus(other, -1).ends(box)[(1 + sign) // 2] <= 0 for other in parts):
            return part
    return None


def _rounded(node: Node, part: Line, box: Box) -> Line | None:
    """Rounding does nothing to a line that only takes whole steps; elsewhere the value must be one throughout."""
    scale = 10**node.places if isinstance(node, Round) else 1
    if all((number * scale).denominator == 1 for number in (part.base, *part.slopes.values())):
        return part
    if isinstance(node, Round):
        low, high = (round_half_up(end, node.places) for end in part.ends(box))
    else:
        low, high = (Fraction(math.floor(end)) for end in part.ends(box))
    return Line(low) if low == high else None
