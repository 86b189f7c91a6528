"""From the source models to the tree of items, in the order of scoring.

For an indicator: applicability; its parts' sum or its rule; adjustments; conversion; penalties; cap and floor; rounding;
veto; override.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from egov_scoring.balance import Balance
from egov_scoring.describe import about, sentences
from egov_scoring.expression import (
    TRUE,
    ZERO,
    Fact,
    Mark,
    Node,
    Peers,
    add,
    both,
    cases,
    const,
    either,
    equal,
    facts_in,
    least,
    peers_in,
    when,
)
from egov_scoring.flags import given_flag, not_applicable_flag
from egov_scoring.kinds import Built, Rule
from egov_scoring.kinds.rank import Rank
from egov_scoring.program import Check, Item, Line, Undecided
from egov_scoring.source import IndicatorSource, Modifiers, Path
from egov_scoring.workbench import RuleContext, Workbench

TOTAL = "total"
ONLY_ON_GROUPS = ("convert", "counts")


@dataclass(frozen=True, slots=True)
class Claim:
    """What remains to be proved: that this value stays within 0..max."""

    id: str
    path: Path
    value: Node
    max: Fraction
    reachable: Fraction | None


class Builder:
    """Builds the items of one ruleset; mistakes go to the workbench, what is to be proved to `claims`."""

    def __init__(self, bench: Workbench) -> None:
        self.bench = bench
        self.claims: list[Claim] = []

    def total(self) -> Item:
        """The whole tree, with the total on top."""
        source = self.bench.source
        children = self._children(source.indicators, (), TRUE)
        if source.total == "none":
            if source.max is not None:
                self.bench.key_problem("max-without-total", ("max",))
            return replace(_empty(TOTAL, source.title, Fraction(0), children, added=False), about=about(source))
        if source.max is None:
            self.bench.problem("missing-key", (), key="max")
            return _empty(TOTAL, source.title, Fraction(0), children)
        self._whole_amounts(source, ())
        balance = self._sum(TOTAL, source, source.max, children, ())
        return Item(
            id=TOTAL,
            name=source.title,
            max=source.max,
            children=children,
            applies=(applies := either(*[child.counts for child in children])),
            counts=applies,
            value=balance.value,
            points=Mark(TOTAL, when(applies, balance.value, ZERO)),
            max_applicable=when(applies, balance.max_applicable, ZERO),
            lines=tuple(balance.lines),
            vetoed=self._vetoed(source, ()),
            rule=sentences(self.bench, source, ()),
            about=about(source),
            **self._reads(source, ()),
        )

    def checks(self) -> tuple[Check, ...]:
        """The conditions that a unit's facts must meet."""
        built = []
        for at, check in enumerate(self.bench.source.checks):
            path: Path = ("checks", at, "require")
            node = self.bench.expression(check.require, "condition", path)
            if peers_in([node]):
                self.bench.problem("check-with-peers", path, id=check.id)
            built.append(Check(check.id, node, check.about, facts_in([node])))
        return tuple(built)

    # Indicators.

    def _children(self, sources: tuple[IndicatorSource, ...], path: Path, above: Node) -> tuple[Item, ...]:
        return tuple(self._item(source, (*path, "indicators", at), above) for at, source in enumerate(sources))

    def _item(self, source: IndicatorSource, path: Path, above: Node) -> Item:
        self._whole_amounts(source, path)
        if source.indicators is not None and source.rule is None:
            return self._group(source, path, above)
        if source.rule is not None and source.indicators is None:
            return self._leaf(source, source.rule, path, above)
        self.bench.problem("rule-or-indicators", path, id=source.id)
        return _empty(source.id, source.name, source.max, ())

    def _whole_amounts(self, source: Modifiers, path: Path) -> None:
        """An indicator's own amounts are whole numbers of the smallest unit of points."""
        for key in ("max", "cap", "floor", "reachable", "counts"):
            amount = getattr(source, key, None)
            if amount is None:
                continue
            if (amount * 10**self.bench.source.places).denominator != 1:
                self.bench.problem("finer-than-places", (*path, key), value=amount, places=self.bench.source.places)

    def _applies(self, source: IndicatorSource, path: Path, above: Node) -> Node:
        applies = both(above, ~self.bench.flag(not_applicable_flag(source.id), "yes_no"))
        if source.applies_when is None:
            return applies
        where: Path = (*path, "applies_when")
        condition = self._condition(source.applies_when, where)
        if peers_in([condition]):
            self.bench.problem("peers-not-here", where, key="applies_when")
        return both(applies, condition)

    def _condition(self, text: str, path: Path) -> Node:
        return self.bench.expression(text, "condition", path)

    def _leaf(self, source: IndicatorSource, rule: Rule, path: Path, above: Node) -> Item:
        own = self.bench.cohort = self._applies(source, path, above)
        for key in ONLY_ON_GROUPS:
            if getattr(source, key) is not None:
                self.bench.key_problem("only-on-groups", (*path, key), key=key, id=source.id)
        context = RuleContext(self.bench, source, (*path, "rule"))
        built = self._ruled(source, rule, context, path)
        given = self.bench.flag(given_flag(source.id), "yes_no")
        applies = both(own, either(given, ~built.excluded))  # what the rule excludes, a person may still set
        balance = Balance(self.bench, built.value, const(source.max), source.max)
        balance.start_below_full(min(self.bench.bounds.of(built.value).high, context.reach))
        balance.take(built.lines)
        balance.round()
        balance.value = Mark(f"{source.id}.rule", balance.value)
        self._modify(balance, source, path)
        self._claim(source.id, source, path, balance.value, source.max)
        self._veto(balance, source, path)
        value = balance.value
        balance.override(given, context.decision)
        reads = [value, *[undecided.condition for undecided in built.undecided]]
        reads += [node for line in balance.lines for node in line.reads()]
        reads += [Fact(line.fact) for line in balance.lines if line.fact]
        return self._finished(
            source,
            above,
            applies,
            facts_in([applies]),
            balance,
            value=value,
            **self._needs(reads),
            vetoed=self._vetoed(source, path),
            undecided=tuple(built.undecided),
            rule=(*rule.sentence(context), *sentences(self.bench, source, path)),
            kind=str(getattr(rule, "kind", "")),
        )

    def _ruled(self, source: IndicatorSource, rule: Rule, context: RuleContext, path: Path) -> Built:
        """The rule as built, with what hands the case to a person."""
        built = rule.build(context)
        reads = self._own_expressions(source, path)
        built.undecided += _without_peers(reads if isinstance(rule, Rank) else [built.value, *reads])
        if source.ask_when is not None:
            asked = self._condition(source.ask_when, (*path, "ask_when"))
            built.undecided.append(Undecided(asked, "decision"))
        # Where a person or the peers have still to settle them, the points may be anything that a person could set.
        for open_case in built.undecided:
            built.value = when(open_case.condition, context.decision, built.value)
        return built

    def _group(self, source: IndicatorSource, path: Path, above: Node) -> Item:
        own = self._applies(source, path, above)
        children = self._children(source.indicators or (), path, own)
        if source.ask_when is not None:
            self.bench.key_problem("ask-on-group", (*path, "ask_when"), id=source.id)
        self.bench.cohort = own
        balance = self._sum(source.id, source, source.max, children, path)
        if source.counts is not None and source.counts != source.max:
            balance.count_for(source.counts)
        counted = either(*[child.counts for child in children if child.counts is not own])
        return self._finished(
            source,
            above,
            own if any(child.counts is own for child in children) else both(own, counted),
            facts_in([own]),
            balance,
            value=balance.value,
            children=children,
            vetoed=self._vetoed(source, path),
            rule=sentences(self.bench, source, path),
            **self._reads(source, path),
        )

    def _finished(
        self,
        source: IndicatorSource,
        above: Node,
        applies: Node,
        needs_to_apply: frozenset[str],
        balance: Balance,
        **parts: Any,
    ) -> Item:
        """The item, with what it comes to where it does not apply, but what it is in (`above`) does."""
        most = source.max if source.counts is None or source.rule is not None else source.counts
        otherwise = source.otherwise or "exclude"
        absent, held = const(most if otherwise == "full" else 0), const(0 if otherwise == "exclude" else most)
        points = Mark(source.id, cases([(applies, balance.value), (above, absent)], ZERO))
        if otherwise != "exclude":  # what takes its place rests on what it is in, even where it never applies itself
            needs_to_apply |= facts_in([above])
        self.bench.rest_on(points, most)
        return Item(
            id=source.id,
            name=source.name,
            max=most,
            applies=applies,
            counts=applies if otherwise == "exclude" else above,
            points=points,
            max_applicable=cases([(applies, balance.max_applicable), (above, held)], ZERO),
            lines=tuple(balance.lines),
            needs_to_apply=needs_to_apply - self.bench.flags.keys(),
            about=about(source),
            **{"children": (), **parts},
        )

    # Sums and what stands beside them.

    def _sum(self, name: str, source: Modifiers, most: Fraction, children: tuple[Item, ...], path: Path) -> Balance:
        """The parts' sum with everything that the group itself does to it."""
        whole = sum((child.max for child in children), Fraction(0))
        if whole != most and (source.overlap if whole > most else source.reachable) is None:
            self.bench.problem("children-sum", (*path, "max"), id=name, total=whole, max=most)
        points = add(*[child.points for child in children])
        applicable = add(*[child.max_applicable for child in children])
        held = least(most, applicable) if whole >= most else applicable + (most - whole)
        balance = Balance(self.bench, points, held, most)
        if whole != most:
            code = "overlap" if whole > most else "unreachable"
            differs = ~equal(held, applicable)
            balance.lines.append(
                Line(code, balance.shown(points), applicable - held, {}, differs, raised=held - applicable)
            )
        # No part is above its own applicable maximum, so the sum, converted, is at most what the parts' maxima add up to.
        self._modify(balance, source, path, best=None if source.adjust else whole)
        self._claim(name, source, path, balance.value, most)
        if source.floor is not None or source.adjust:
            balance.cap(balance.max_applicable)  # no group is above what applies in it
        self._veto(balance, source, path)
        return balance

    def _modify(self, balance: Balance, source: Modifiers, path: Path, best: Fraction | None = None) -> None:
        """Adjustments, conversion, penalties, cap and floor, rounding; in this order."""
        for at, adjustment in enumerate(source.adjust):
            if (adjustment.multiply is None) == (adjustment.add is None):
                self.bench.problem("adjust-form", (*path, "adjust", at))
                continue
            place: Path = (*path, "adjust", at, "when")
            balance.adjust(adjustment, TRUE if adjustment.when is None else self._condition(adjustment.when, place))
        if source.convert is not None:
            balance.convert(best)
        context = RuleContext(self.bench, source, path)
        for at, term in enumerate(source.penalties):
            balance.penalise(term.steps(context, "lost", "penalties", at))
        if source.cap is not None:
            balance.cap(source.cap)
        if source.floor is not None:
            balance.floor(source.floor)
        balance.round()

    def _veto(self, balance: Balance, source: Modifiers, path: Path) -> None:
        if (condition := self._vetoed(source, path)) is not None:
            balance.veto(condition)

    def _vetoed(self, source: Modifiers, path: Path) -> Node | None:
        return None if source.veto_when is None else self._condition(source.veto_when, (*path, "veto_when"))

    def _claim(self, name: str, source: Modifiers, path: Path, value: Node, most: Fraction) -> None:
        self.claims.append(Claim(name, path, value, most, source.reachable))

    def _reads(self, source: Modifiers, path: Path) -> dict[str, Any]:
        """What a group needs to know itself, beside its parts."""
        reads = self._own_expressions(source, path)
        return {**self._needs(reads), "undecided": tuple(_without_peers(reads))}

    def _needs(self, reads: list[Node]) -> dict[str, frozenset[str]]:
        """The facts that these expressions read of the unit, and those that they only compare with peers."""
        own, all_ = facts_in(reads, peers=False), facts_in(reads)
        return {"needs": own - self.bench.flags.keys(), "peer_needs": all_ - own - self.bench.flags.keys()}

    def _own_expressions(self, source: Modifiers, path: Path) -> list[Node]:
        """What an indicator reads beside its rule or its parts."""
        context = RuleContext(self.bench, source, path)
        nodes = [
            self._condition(adjustment.when, (*path, "adjust", at, "when"))
            for at, adjustment in enumerate(source.adjust)
            if adjustment.when is not None
        ]
        nodes += [term.quantity(context, "penalties", at) for at, term in enumerate(source.penalties)]
        for key in ("veto_when", "ask_when"):
            if (text := getattr(source, key, None)) is not None:
                nodes.append(self._condition(text, (*path, key)))
        return nodes


def _empty(name: str, title: str, most: Fraction, children: tuple[Item, ...], *, added: bool = True) -> Item:
    """An item that scores nothing: the top of parts that are never added, or a stand-in after a mistake."""
    return Item(name, title, most, children, TRUE, TRUE, ZERO, ZERO, ZERO, (), added=added)


def _without_peers(reads: list[Node]) -> list[Undecided]:
    """Statistics over peers, but for those of a rank: undecided where no peers were handed in."""
    counts = dict.fromkeys(Peers("count", node.a, node.among, node.within) for node in peers_in(reads))
    return [Undecided(count <= 0, "peers") for count in counts]
