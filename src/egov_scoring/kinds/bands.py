"""A step table over a quantity: every edge is written out, and nothing is left between the bands."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field

from egov_scoring.expression import TRUE, Node
from egov_scoring.kinds.base import Built, Context, Rule
from egov_scoring.kinds.choice import gives, stepped
from egov_scoring.model import Amount, Expression, Model, NotEmpty, Outcome
from egov_scoring.program import Arg, Text
from egov_scoring.readers.bounds import Range

# A cut lies just before a value (value, 0) or just after it (value, 1).
Cut = tuple[Fraction, int]


class Band(Model):
    """From (or above) one value to (or below) another; an edge left out is open."""

    points: Outcome
    """Points, or `ask`: a person decides."""
    from_: Amount | None = Field(default=None, alias="from")
    """From this value on."""
    above: Amount | None = None
    """Above this value."""
    to: Amount | None = None
    """Up to this value."""
    below: Amount | None = None
    """Below this value."""

    def lower(self, quantity: Range) -> Cut:
        """Where the band begins."""
        if self.from_ is not None:
            return (self.from_, 0)
        return (self.above, 1) if self.above is not None else (quantity.low, 0)

    def upper(self, quantity: Range) -> Cut:
        """Where the band ends."""
        if self.below is not None:
            return (self.below, 0)
        return (self.to, 1) if self.to is not None else (quantity.high, 1)

    def edges(self) -> dict[str, Arg]:
        """The edges as written, for words; a band of a single value is `at` it."""
        if self.from_ is not None and self.from_ == self.to:
            return {"at": self.from_}
        written = {"from": self.from_, "above": self.above, "to": self.to, "below": self.below}
        return {key: value for key, value in written.items() if value is not None}


class Bands(Rule):
    """`{kind: bands, of: papers, bands: [{from: 3, points: 2}, {below: 3, points: 0}]}`: points by the band in which `of` lies.

    Gaps and overlaps are refused.
    """

    kind: Literal["bands"]
    """Points by a step table."""
    of: Expression
    """The quantity."""
    bands: Annotated[tuple[Band, ...], NotEmpty]
    """The steps, without gap or overlap: {from: 6, below: 8, points: 2}."""

    def build(self, context: Context) -> Built:
        """The points of the band."""
        of = context.expression(self.of, "number", "of")
        ordered = check_bands(self.bands, context.range(of), context)
        last = len(ordered) - 1
        branches = [(TRUE if at == last else _up_to(band, of), band.points) for at, band in enumerate(ordered)]
        return stepped(branches, context, "band", of=Text("words", {"value": of}), value=of)

    def sentence(self, context: Context) -> tuple[Text, ...]:
        """The quantity, then each band with its points."""
        of = context.expression(self.of, "number", "of")
        return (Text("rule.by", {"of": of}), *band_sentences(self.bands))


def band_sentences(bands: tuple[Band, ...]) -> tuple[Text, ...]:
    """Each band with its points, in words."""
    words = []
    for band in bands:
        edges = tuple(Text(f"rule.edge.{key}", {"value": value}) for key, value in band.edges().items())
        words.append(Text("rule.band", {"edges": edges, "gives": gives(band.points)}))
    return tuple(words)


def _up_to(band: Band, of: Node) -> Node:
    """Whether the quantity ends within the band, lower bands being ruled out."""
    return of < band.below if band.below is not None else of <= (band.to if band.to is not None else of)


def check_bands(bands: tuple[Band, ...], quantity: Range, context: Context, key: str = "bands") -> list[Band]:
    """The bands under that key in rising order, after recording every gap and overlap over the quantity's range."""
    for at, band in enumerate(bands):
        if (band.from_ is not None and band.above is not None) or (band.to is not None and band.below is not None):
            context.problem("band-edge-twice", key, at)
        elif _normal(band.lower(quantity), quantity) >= _normal(band.upper(quantity), quantity):
            context.problem("band-holds-nothing", key, at)
    ordered = sorted(bands, key=lambda band: (band.lower(quantity), band.upper(quantity)))
    reached = _normal((quantity.low, 0), quantity)
    for band in ordered:
        start = _normal(band.lower(quantity), quantity)
        at = bands.index(band)
        if start > reached:
            context.problem("bands-gap", key, at, low=reached[0], high=_last_before(start, quantity))
        elif start < reached and band is not ordered[0]:
            context.problem("bands-overlap", key, at, low=band.lower(quantity)[0], high=reached[0])
        reached = max(reached, _normal(band.upper(quantity), quantity))
    if ordered and reached < _normal((quantity.high, 1), quantity):
        context.problem("bands-gap", key, bands.index(ordered[-1]), low=reached[0], high=quantity.high)
    return ordered


def _last_before(cut: Cut, quantity: Range) -> Fraction:
    """The largest value that lies before the cut, or the cut's own where the values have no grain."""
    return cut[0] if quantity.grain is None else cut[0] - Fraction(1, quantity.grain)


def _normal(cut: Cut, quantity: Range) -> Cut:
    """The same cut just before a value that the quantity can take, where its values have a grain."""
    value, after = cut
    if quantity.grain is None:
        return cut
    units = value * quantity.grain
    return (Fraction(math.floor(units) + 1 if after else math.ceil(units), quantity.grain), 0)
