"""A place among the peers."""

from __future__ import annotations

from fractions import Fraction
from math import ceil
from typing import Annotated, Literal

from egov_scoring.amounts import INT64
from egov_scoring.expression import (
    FALSE,
    TRUE,
    ZERO,
    Div,
    Fact,
    Mark,
    Node,
    Peers,
    clamp,
    divide,
    equal,
    floor,
    multiply,
    peers_in,
    when,
)
from egov_scoring.kinds.bands import Band, band_sentences, check_bands
from egov_scoring.kinds.base import Built, Context, Rule
from egov_scoring.kinds.choice import stepped
from egov_scoring.model import Expression, NotEmpty, Word
from egov_scoring.program import Arg, Line, Text, Undecided
from egov_scoring.readers.bounds import Range

MILLION = Fraction(1_000_000)


class Rank(Rule):
    """`{kind: rank, by: open_sets}`: the place of `by` among the peers, turned into points by a scheme.

    linear: max x (peers - place + 1) / peers; places: points for bands of places; share_of_best: max x own / best value.
    """

    kind: Literal["rank"]
    """Points by the place among the peers."""
    by: Expression
    """What is compared."""
    direction: Literal["high", "low"] = "high"
    """`high` is best (unless said), or `low`."""
    ties: Literal["better", "worse", "average", "dense"] = "better"
    """Equal values share the `better` place (unless said), the `worse`, the `average`, or places are `dense`."""
    among: Expression | None = None
    """A condition: who is ranked; everybody unless said."""
    within: Word | None = None
    """A choice: units are ranked inside groups of equal value."""
    none_when: Expression | None = None
    """A condition under which a unit gets nothing."""
    scheme: Literal["linear", "places", "share_of_best"] = "linear"
    """`linear` (unless said): maximum x (peers - place + 1) / peers; `places`; `share_of_best`."""
    places: Annotated[tuple[Band, ...], NotEmpty] | None = None
    """Points by place, where the scheme is `places`: {from: 1, to: 5, points: 2}."""

    def build(self, context: Context) -> Built:
        """The scheme's points, kept within 0..max; 0 where `none_when` holds or the unit is not among the ranked."""
        among = TRUE if self.among is None else context.expression(self.among, "condition", "among")
        none = FALSE if self.none_when is None else context.expression(self.none_when, "condition", "none_when")
        by = context.expression(self.by, "number", "by")
        for name, read in {"by": by, "among": among, "none_when": none}.items():
            if peers_in([read]):
                context.problem("peers-not-here", name, key=name)
        key = self._key(context, by)
        within = self._within(context)
        if (self.scheme == "places") != (self.places is not None):
            context.problem("rank-places", "scheme")
        out = none | ~among
        among = among & context.cohort
        if self.scheme == "share_of_best":
            return self._share_of_best(context, by, key, among, within, out)
        count = Peers("count", key, among, within)
        stated = ~equal(context.stated_of, ZERO)
        of = Mark(f"{context.id}.of", when(stated, context.stated_of, count))
        place_stated = context.stated_place(1 if self.ties == "average" else 0)  # a mean place may end in a half
        place = Mark(f"{context.id}.place", when(stated, place_stated, self._place(key, count, among, within)))
        scored = self._scored(context, place, of)
        value = when(out, ZERO, scored.value)
        args: dict[str, Arg] = {"place": place, "of": of, "by": Text("words", {"value": by}), "max": context.max}
        lines = [_out_line(value, out, by), Line("place", value, scored.value, args, shown=~out)]
        few = Undecided(~out & ~(of >= 2), "peers")
        asked = [Undecided(~out & item.condition, item.reason) for item in scored.undecided]
        return Built(value, lines, undecided=[few, *asked])

    def _scored(self, context: Context, place: Node, of: Node) -> Built:
        if self.scheme == "linear" or self.places is None:
            points = divide(multiply(context.max, of - place + 1), of, ZERO)
            return Built(clamp(points, 0, context.max), [])
        ordered = check_bands(self.places, Range(Fraction(1), MILLION, self._grain), context, "places")
        last = len(ordered) - 1
        branches = [(TRUE if at == last else _up_to(band, place), band.points) for at, band in enumerate(ordered)]
        built = stepped(branches, context, "place")
        return Built(clamp(built.value, 0, context.max), [], undecided=built.undecided)

    @property
    def _grain(self) -> int:
        return 2 if self.ties == "average" else 1

    def _place(self, key: Node, count: Node, among: Node, within: tuple[Node, ...]) -> Node:
        """From the best place down; what `rank` counts is how many have more."""
        better = Peers("rank", key, among, within)
        worse = count - Peers("rank", multiply(-1, key), among, within) + 1
        dense = Peers("dense", key, among, within)
        average = multiply(Fraction(1, 2), better + worse)
        return {"better": better, "worse": worse, "average": average, "dense": dense}[self.ties]

    def _key(self, context: Context, by: Node) -> Node:
        """A whole number in the order of `by`."""
        key = by
        if isinstance(by, Div):
            key = floor(multiply(self._scale(context, by), by))
        elif context.range(by).grain is None:
            context.problem("rank-quotient", "by")
        return key if self.direction == "high" else multiply(-1, key)

    @staticmethod
    def _scale(context: Context, by: Div) -> int:
        """So much that two different values of the quotient lie at least 1 apart.

        With whole multiples a of 1/g and b of 1/h, b at most B, two quotients that differ do so by at least 1 / (B x B x g x h).
        """
        a, b, otherwise = (context.range(part) for part in (by.a, by.b, by.otherwise))
        if a.grain is None or b.grain is None or otherwise.grain is None:
            context.problem("rank-quotient", "by")
            return 1
        scale = ceil(b.high * max(b.high, Fraction(otherwise.grain)) * a.grain * b.grain)
        reach = a.size * b.grain * scale
        if reach > INT64:
            context.problem("rank-order", "by", reach=reach, most=INT64)
        return scale

    def _within(self, context: Context) -> tuple[Node, ...]:
        if self.within is None:
            return ()
        declared = context.fact(self.within, "within")
        if declared is None:
            return ()
        if not (declared.options or declared.is_condition):
            context.problem("rank-within", "within", fact=self.within, type=declared.type)
        return (Fact(self.within),)

    def _share_of_best(
        self, context: Context, by: Node, key: Node, among: Node, within: tuple[Node, ...], out: Node
    ) -> Built:
        if self.direction == "low" or isinstance(by, Div) or context.range(by).low < 0:
            context.problem("rank-share-of-best", "by")
        best = Peers("max", by, among, within)
        count = Peers("count", by, among, within)
        scored = clamp(divide(multiply(context.max, by), best, ZERO), 0, context.max)
        value = when(out, ZERO, scored)
        args: dict[str, Arg] = {"value": by, "best": best, "by": Text("words", {"value": by}), "max": context.max}
        lines = [_out_line(value, out, by), Line("share_of_best", value, scored, args, shown=~out)]
        return Built(value, lines, undecided=[Undecided(~out & ~(count >= 2), "peers")])

    def sentence(self, context: Context) -> tuple[Text, ...]:
        """By what, which way, the scheme, ties, and who is left out."""
        by = context.expression(self.by, "number", "by")
        words = [
            Text(f"rule.rank.{self.direction}", {"by": by}),
            Text(f"rule.rank.{self.scheme}", {"max": context.max}),
            *band_sentences(self.places or ()),
            Text(f"rule.rank.ties.{self.ties}"),
        ]
        if self.within is not None and self.within in context.facts:
            words.append(Text("rule.rank.within", {"within": Fact(self.within)}))
        if self.among is not None:
            words.append(Text("rule.rank.among", {"among": context.expression(self.among, "condition", "among")}))
        if self.none_when is not None:
            words.append(
                Text("rule.rank.none_when", {"when": context.expression(self.none_when, "condition", "none_when")})
            )
        return tuple(words)


def _up_to(band: Band, place: Node) -> Node:
    return place < band.below if band.below is not None else place <= (band.to if band.to is not None else MILLION)


def _out_line(value: Node, out: Node, by: Node) -> Line:
    args: dict[str, Arg] = {"by": Text("words", {"value": by}), "when": Text("words", {"value": out})}
    return Line("not_ranked", value, ZERO, args, shown=out)
