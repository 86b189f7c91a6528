"""A share of the maximum: part of whole."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from egov_scoring.expression import (
    FALSE,
    ZERO,
    Node,
    clamp,
    const,
    divide,
    equal,
    floor,
    multiply,
    negate,
    peers_in,
    when,
)
from egov_scoring.kinds.base import Built, Context, Rule, limit
from egov_scoring.model import Expression, PositiveShare, Share
from egov_scoring.program import Arg, Line, Text, Undecided

ALL = Fraction(1)


class Ratio(Rule):
    """`{kind: ratio, part: open_sets, whole: all_sets, when_whole_is_zero: ask}`: the maximum times part / whole.

    Full from `full_at`, nothing below `none_below`, in whole steps of `step`.

    What happens where the whole is 0 has to be said, unless no facts make it 0.
    """

    kind: Literal["ratio"]
    """A share of the maximum."""
    part: Expression
    """How many are counted."""
    whole: Expression
    """Of how many."""
    full_at: PositiveShare = ALL
    """From this share on the points are full; 100% unless said."""
    none_below: Share | None = None
    """Below this share nothing; exactly this share counts."""
    step: PositiveShare | None = None
    """Only whole steps count: 10%."""
    when_whole_is_zero: Literal["full", "zero", "exclude", "ask"] | None = None
    """What holds where the whole is 0; needed where it can be."""

    def build(self, context: Context) -> Built:
        """The share of the maximum, kept within 0..max."""
        part = context.expression(self.part, "number", "part")
        whole = context.expression(self.whole, "number", "whole")
        self._check(context, whole)
        share = divide(part, whole, ZERO)
        counted = share if self.step is None else multiply(self.step, floor(multiply(1 / self.step, share)))
        raw = multiply(context.max / self.full_at, counted)
        limited = clamp(raw, 0, context.max)
        enough = FALSE if self.none_below is None else negate(self.none_below <= share)
        empty = equal(whole, ZERO)
        on_empty = self._on_empty(context)
        value = when(empty, on_empty, when(enough, ZERO, limited))
        args: dict[str, Arg] = {"part": part, "whole": whole, "share": multiply(100, share), "max": context.max}
        lines = [
            *self._empty_line(value, empty),
            Line("share", when(empty, value, limited), raw, args, shown=~empty),
            limit("ratio_full", when(empty, limited, raw), limited, max=context.max),
            Line(
                "below_threshold", value, -1 * limited, {"none_below": 100 * (self.none_below or ALL)}, enough & ~empty
            ),
        ]
        return Built(value, lines, *self._exceptions(empty))

    def _check(self, context: Context, whole: Node) -> None:
        low = context.range(whole).low
        if self.when_whole_is_zero == "exclude" and peers_in([whole]):
            context.problem("peers-not-here", "whole", key="whole")
        if low < 0:
            context.problem("negative-whole", "whole", low=low)
        elif low == 0 and self.when_whole_is_zero is None:
            context.problem("whole-may-be-zero", "when_whole_is_zero")

    def _empty_line(self, value: Node, empty: Node) -> list[Line]:
        if self.when_whole_is_zero is None:
            return []
        return [Line(f"whole_is_zero.{self.when_whole_is_zero}", value, value, {}, shown=empty)]

    def _on_empty(self, context: Context) -> Node:
        return {"full": const(context.max), "ask": context.decision}.get(self.when_whole_is_zero or "", ZERO)

    def _exceptions(self, empty: Node) -> tuple[Node, list[Undecided]]:
        if self.when_whole_is_zero == "ask":
            return FALSE, [Undecided(empty, "decision")]
        return (empty if self.when_whole_is_zero == "exclude" else FALSE), []

    def sentence(self, context: Context) -> tuple[Text, ...]:
        """The share, its limits and what an empty whole means."""
        part = context.expression(self.part, "number", "part")
        whole = context.expression(self.whole, "number", "whole")
        args: dict[str, Arg] = {"part": part, "whole": whole, "max": context.max, "full_at": 100 * self.full_at}
        words = [Text("rule.ratio" if self.full_at == 1 else "rule.ratio.early", args)]
        if self.none_below is not None:
            words.append(Text("rule.none_below", {"none_below": 100 * self.none_below}))
        if self.step is not None:
            words.append(Text("rule.step", {"step": 100 * self.step}))
        if self.when_whole_is_zero is not None:
            words.append(Text(f"rule.whole_is_zero.{self.when_whole_is_zero}"))
        return tuple(words)
