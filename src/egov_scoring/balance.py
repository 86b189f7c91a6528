"""Points on their way through an indicator: each step changes the balance and leaves its line in the ledger."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

from egov_scoring.expression import (
    FALSE,
    TRUE,
    ZERO,
    Node,
    Or,
    both,
    clamp,
    const,
    divide,
    either,
    equal,
    facts_in,
    floor,
    greatest,
    least,
    multiply,
    negate,
    rounded,
    when,
)
from egov_scoring.kinds.base import Step
from egov_scoring.program import Arg, Line, Text
from egov_scoring.readers.bounds import Range
from egov_scoring.source import Adjustment
from egov_scoring.workbench import Workbench


class Balance:
    """A value with its applicable maximum and its ledger lines so far; `most` is the indicator's maximum."""

    def __init__(self, bench: Workbench, value: Node, max_applicable: Node, most: Fraction) -> None:
        self.value = value
        self.max_applicable = max_applicable
        self.lines: list[Line] = []
        self._bench = bench
        self._places = bench.source.places
        self._most = self._best = most

    def note(
        self,
        code: str,
        nominal: Node,
        args: dict[str, Arg],
        shown: Node = TRUE,
        raised: Node | None = None,
        cites: Iterable[str] = (),
    ) -> None:
        """A line for what has just happened to the value; `raised` is what it has done to the applicable maximum."""
        self.lines.append(Line(code, self.shown(self.value), nominal, args, shown, raised, cites=tuple(sorted(cites))))

    def take(self, lines: Iterable[Line]) -> None:
        """The lines of a rule, each with the balance after it as the ledger shows it: never above what can be had."""
        for line in lines:
            held = line.balance if self._best == self._most else least(self._best, line.balance)
            self.lines.append(replace(line, balance=self.shown(held)))

    def shown(self, value: Node) -> Node:
        """A balance as the ledger shows it: within 0..max, in whole units of points, down."""
        held = self._bench.bounds.of(value)
        return self._down(value if held.within(Fraction(0), self._most) else clamp(value, 0, self._most))

    def _is_whole(self, value: Node) -> bool:
        """Whether the value is always a whole number of the smallest unit of points."""
        grain = self._bench.bounds.of(value).grain
        return grain is not None and 10**self._places % grain == 0

    def _down(self, value: Node) -> Node:
        scale = 10**self._places
        return value if self._is_whole(value) else multiply(Fraction(1, scale), floor(multiply(scale, value)))

    def start_below_full(self, best: Fraction) -> None:
        """A line for the points that the rule can never give."""
        self._best = min(best, self._most)
        if best < self._most:
            top = self.shown(const(best))
            self.lines.append(Line("unreachable", top, top - self._most))

    def round(self) -> None:
        """Half up to the ruleset's places; a line where that changes anything."""
        raw = self.value
        if not self._is_whole(raw):
            self.value = rounded(raw, self._places)
            self.note("rounding", self.value - raw, {"exact": raw}, ~equal(raw, self.value))

    def adjust(self, adjustment: Adjustment, holds: Node) -> None:
        """Multiplies (and rounds), or adds."""
        before = self.value
        amount = adjustment.add if adjustment.multiply is None else adjustment.multiply
        assert amount is not None
        changed = before + amount if adjustment.multiply is None else multiply(amount, before)
        self.value = when(holds, changed, before)
        code = "added" if adjustment.multiply is None else "multiplied"
        line = Line(code, self.shown(self.value), self.value - before, {"amount_by": amount}, holds)
        self.lines.append(replace(line, id=adjustment.id, name=adjustment.name, clause=adjustment.clause))
        if adjustment.multiply is not None:
            self.round()

    def convert(self, best: Fraction | None = None) -> None:
        """From the applicable maximum to the whole one; `best` is the most that this proves to give, if it is known."""
        before, applicable = self.value, self.max_applicable
        self.value = divide(multiply(self._most, before), applicable, ZERO)
        if best is not None:
            self._bench.proved[self.value] = Range(Fraction(0), best, None)
        self.max_applicable = const(self._most)
        args: dict[str, Arg] = {"applicable": applicable, "max": self._most}
        changed = ~equal(applicable, self._most)
        self.note("conversion", self.value - before, args, changed, self._most - applicable)
        self.round()

    def penalise(self, steps: Iterable[Step]) -> None:
        """Takes what a term comes to, down to 0."""
        before = self.value
        for step in steps:
            self.value = before + step.amount
            code = "penalty" if step.line.code == "lost" else step.line.code
            self.lines.append(replace(step.line, code=code, balance=self.shown(self.value)))
        taken = self.value
        self.value = greatest(0, taken)
        self.note("exhausted", self.value - taken, {"max": self._most}, ~(taken >= ZERO))

    def limit(self, code: str, limited: Node, amount: Node | Fraction) -> None:
        """A cap or a floor; a line where it binds."""
        before, self.value = self.value, limited
        self.note(code, limited - before, {code: amount}, ~equal(before, limited))

    def cap(self, amount: Fraction | Node) -> None:
        """At most so much."""
        self.limit("cap", least(amount, self.value), amount)

    def floor(self, amount: Fraction) -> None:
        """At least so much."""
        self.limit("floor", greatest(amount, self.value), amount)

    def veto(self, condition: Node) -> None:
        """Nothing where the condition holds; where one of several does, the line is about the first of them."""
        before, self.value = self.value, when(condition, ZERO, self.value)
        earlier: Node = FALSE
        for reason in condition.items if isinstance(condition, Or) else (condition,):
            args: dict[str, Arg] = {"when": Text("words", {"value": reason})}
            self.note("veto", multiply(-1, before), args, both(reason, negate(earlier)), cites=facts_in([reason]))
            earlier = either(earlier, reason)

    def override(self, given: Node, points: Node) -> None:
        """What a person sets in place of the rule."""
        before, self.value = self.value, when(given, points, self.value)
        self.note("override", points - before, {}, given)

    def count_for(self, counts: Fraction) -> None:
        """Scales points and maxima to what they count for in the whole."""
        before, applicable, most = self.value, self.max_applicable, self._most
        share = counts / most
        self._most = counts
        self.value = multiply(share, before)
        self.max_applicable = rounded(multiply(share, applicable), self._places)
        if self._is_whole(multiply(share, applicable)):
            self.max_applicable = multiply(share, applicable)
        args: dict[str, Arg] = {"max": most, "counts": counts, "before": before, "after": self.value}
        self.note("component", self.value - before, args, raised=self.max_applicable - applicable)
        self.round()
