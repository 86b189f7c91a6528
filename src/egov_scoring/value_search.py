"""The nearest values that will do: best first, by halves, on what is known of whole stretches of values.

A stretch holds the values of one fact that lie from `near` to `far` steps from where it stands; a box holds a stretch of each
of a few facts. Whoever searches says of a box whether a change in it *may* do. Of a single change that must be exact; of many
it must not say no where one of them will do. So what is found is as near as there is, and a box of a million values that will
not do is set aside at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from heapq import heapify, heappop, heappush
from itertools import count
from typing import Any

from egov_scoring.facts import FactDeclaration
from egov_scoring.readers.bounds import Range, in_units
from egov_scoring.records import Record

# Boxes looked at before a search is given up: twice what any shipped ruleset was seen to take.
MOST_BOXES = 10_000


class Stretch(Record):
    """The values `start + step x distance` for distances from `near` to `far`, in smallest units.

    >>> Stretch(10, -1, 1, 8).halves()
    (Stretch(start=10, step=-1, near=1, far=1), Stretch(start=10, step=-1, near=2, far=8))
    """

    start: int
    step: int
    near: int
    far: int

    @property
    def is_single(self) -> bool:
        """Whether it holds one value."""
        return self.near == self.far

    @property
    def value(self) -> int:
        """The nearest of the values."""
        return self.start + self.step * self.near

    def range(self, places: int) -> Range:
        """Between which numbers the values lie."""
        scale = 10**places
        ends = sorted((Fraction(self.value, scale), Fraction(self.start + self.step * self.far, scale)))
        return Range(ends[0], ends[1], scale)

    def halves(self) -> tuple[Stretch, Stretch]:
        """The nearer values and the others: what is near is looked at closely, what is far away at large."""
        middle = min(2 * self.near - 1, (self.near + self.far) // 2)
        return Stretch(self.start, self.step, self.near, middle), Stretch(self.start, self.step, middle + 1, self.far)


Box = tuple[Stretch, ...]


def stretches(declared: FactDeclaration, value: int) -> list[Stretch]:
    """All other values of a fact: numbers above and below, by their distance; options and yes or no are all one step away."""
    found = in_units(declared)
    low, high = int(found.low), int(found.high)
    if declared.options or declared.is_condition:
        return [Stretch(value, other - value, 1, 1) for other in range(low, high + 1) if other != value]
    sides = [(1, high - value), (-1, value - low)]
    return [Stretch(value, step, 1, far) for step, far in sides if far > 0]


class GivenUp(Exception):
    """The search looked at as many boxes as it may."""


def nearest(boxes: Iterable[Box], may: Callable[[Box], bool], most: int = MOST_BOXES) -> list[Box]:
    """The single changes that will do and take the fewest steps, all facts together: every one that takes so few.

    Raises `GivenUp` after `most` boxes.
    """
    found: list[Box] = []
    for steps, box in _in_order(boxes, lambda box: _steps(box) if may(box) else None, most):
        if found and steps > _steps(found[0]):
            break
        found.append(box)
    return found


def best(boxes: Iterable[Box], worth: Callable[[Box], Fraction | None], most: int = MOST_BOXES) -> Box | None:
    """The single change of the most worth, the nearest of several; `worth` is the most in the box, None where nothing is.

    Raises `GivenUp` after `most` boxes.
    """

    def order(box: Box) -> tuple[Fraction, int] | None:
        found = worth(box)
        return None if found is None else (-found, _steps(box))

    return next((box for _, box in _in_order(boxes, order, most)), None)


def _in_order(boxes: Iterable[Box], order: Callable[[Box], Any], most: int) -> Iterator[tuple[Any, Box]]:
    """The single changes in an order that no change in a box comes before that of the box; None leaves a box out."""
    numbers = count()
    heap = [(place, next(numbers), box) for box in boxes if (place := order(box)) is not None]
    heapify(heap)
    for _ in range(most):
        if not heap:
            return
        place, _, box = heappop(heap)
        at, widest = max(enumerate(box), key=lambda pair: pair[1].far - pair[1].near)
        if widest.is_single:
            yield place, box
            continue
        for half in widest.halves():
            part = (*box[:at], half, *box[at + 1 :])
            if (place := order(part)) is not None:
                heappush(heap, (place, next(numbers), part))
    raise GivenUp


def _steps(box: Box) -> int:
    return sum(stretch.near for stretch in box)
