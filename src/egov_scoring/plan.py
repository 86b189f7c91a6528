"""Where everything that a scorecard needs stands among the values of an evaluation: worked out once for a ruleset."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from egov_scoring import amounts
from egov_scoring.expression import FALSE, TRUE, ZERO, Fact, Node, Peers, in_order, substitute
from egov_scoring.facts import FactDeclaration
from egov_scoring.program import Arg, Item, Line, Program, Undecided
from egov_scoring.readers.exact import Exact, Values

# Wide enough for every amount that a ruleset can hold, whatever the caller's own context is.

Amount = Decimal | Fraction
Read = Callable[[Values], Any]


@dataclass(slots=True)
class LinePlan:
    """A ledger line with where its values stand."""

    line: Line
    shown: Read | None
    balance: Read
    raised: Read | None
    nominal: Read
    fixed: dict[str, Arg]
    read: list[tuple[str, Read]]


@dataclass(slots=True)
class ItemPlan:
    """An indicator with where its values stand."""

    item: Item
    children: tuple[ItemPlan, ...]
    applies: Read
    points: Read
    max_applicable: Read
    vetoed: Read | None
    undecided: list[tuple[Undecided, Read]]
    lines: list[LinePlan]
    max: Decimal


class Plan:
    """One way of reading a program: with or without flags, with or without the ledger.

    `exact` evaluates, `total` says where the values of the whole tree stand.
    """

    def __init__(self, program: Program, *, flags: bool, ledger: bool) -> None:
        self._program = program
        self._ledger = ledger
        self.scale = int(10**program.places)
        self._amounts: dict[int, Decimal] = {}
        declared: dict[str, FactDeclaration] = {**program.facts, **program.flags}
        self.exact = Exact(self._roots(flags), {key: declaration.places for key, declaration in declared.items()})
        self.total = self._item_plan(program.total)

    def _roots(self, flags: bool) -> dict[Node, Node]:
        """What will be asked for; without flags the expressions shrink to what a unit without any records needs.

        Statistics over peers stay as they are: the flags in them are those of other units.
        """
        asked = dict.fromkeys(node for item in self._program.items() for node in _asked(item, self._ledger))
        if flags:
            return {node: node for node in asked}
        absent: dict[Node, Node] = {node: node for node in in_order(asked) if isinstance(node, Peers)}
        for key, flag in self._program.flags.items():
            absent[Fact(key)] = FALSE if flag.is_condition else ZERO
        replaced = substitute(asked, absent)
        return {node: replaced[node] for node in asked}

    def _item_plan(self, item: Item) -> ItemPlan:
        return ItemPlan(
            item,
            tuple(self._item_plan(child) for child in item.children),
            self._units(item.applies, 1),
            self._units(item.points, self.scale),
            self._units(item.max_applicable, self.scale),
            None if item.vetoed is None else self._units(item.vetoed, 1),
            [(undecided, self._units(undecided.condition, 1)) for undecided in item.undecided],
            [self._line_plan(line) for line in item.lines] if self._ledger else [],
            self.points(int(item.max * self.scale)),
        )

    def _line_plan(self, line: Line) -> LinePlan:
        nodes = [(key, self._amount(value)) for key, value in line.args.items() if isinstance(value, Node)]
        return LinePlan(
            line,
            None if line.shown is TRUE else self._units(line.shown, 1),
            self._units(line.balance, self.scale),
            None if line.raised is None else self._units(line.raised, self.scale),
            self._amount(line.nominal),
            {key: value for key, value in line.args.items() if not isinstance(value, Node)},
            nodes,
        )

    def _units(self, node: Node, scale: int) -> Read:
        """Reads a value that is a whole number of 1/scale."""
        slot, below, denominator = self.exact.slot(node)
        assert below is None
        if denominator == scale:
            return lambda values: values[slot]
        return lambda values: values[slot] * scale // denominator

    def _amount(self, node: Node) -> Read:
        """Reads a value exactly: as a decimal where one can write it, else as a fraction."""
        slot, below, denominator = self.exact.slot(node)
        if below is not None:
            return lambda values: _exact_amount(Fraction(values[slot], values[below]))
        places = amounts.places_needed(Fraction(1, denominator))
        if places is None:
            return lambda values: _exact_amount(Fraction(values[slot], denominator))
        factor = 10**places // denominator
        if places == 0:
            return lambda values: Decimal(values[slot])
        return lambda values: amounts.units_to_decimal(values[slot] * factor, places)

    def points(self, units: int) -> Decimal:
        """Points of so many smallest units; the same few amounts come again and again."""
        found = self._amounts.get(units)
        if found is None:
            found = self._amounts[units] = amounts.units_to_decimal(units, self._program.places)
        return found


def _asked(item: Item, ledger: bool) -> list[Node]:
    nodes = [item.applies, item.points, item.max_applicable, *[undecided.condition for undecided in item.undecided]]
    if item.vetoed is not None:
        nodes.append(item.vetoed)
    for line in item.lines if ledger else ():
        nodes += line.reads()
    return nodes


def _exact_amount(value: Fraction) -> Amount:
    return value if amounts.places_needed(value) is None else amounts.to_decimal(value)
