"""Where everything that a scorecard needs stands among the values of an evaluation: worked out once for a ruleset."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from egov_scoring.amounts import Amounts, places_needed, units_to_decimal
from egov_scoring.expression import FALSE, TRUE, ZERO, Fact, Node, Peers, floor, in_order, multiply, substitute
from egov_scoring.facts import FactDeclaration
from egov_scoring.program import Arg, Item, Line, Program, Undecided
from egov_scoring.readers.exact import Exact, Values
from egov_scoring.records import Record

Amount = Decimal | Fraction
Read = Callable[[Values], Amount]


class Particulars(Mapping[str, Arg | Amount]):
    """What the words of a line need: amounts are worked out when somebody asks. Pickled it is a plain dict."""

    __slots__ = ("_fixed", "_read", "_values")

    def __init__(self, fixed: Mapping[str, Arg | Amount], read: Mapping[str, Read], values: Values) -> None:
        self._fixed, self._read, self._values = fixed, read, values

    def __getitem__(self, key: str) -> Arg | Amount:
        read = self._read.get(key)
        return self._fixed[key] if read is None else read(self._values)

    def __iter__(self) -> Iterator[str]:
        yield from self._fixed
        yield from self._read

    def __len__(self) -> int:
        return len(self._fixed) + len(self._read)

    def __repr__(self) -> str:
        return repr(dict(self))

    def __reduce__(self) -> tuple[Any, ...]:
        return dict, (dict(self),)


class LinePlan(Record):
    """A ledger line with where its values stand; `shown` is None where it always is, `raised` where it raises nothing.

    `words` say what the fact of the line comes to, if that is no number; `cited` are the facts whose records stand behind
    it. Where it `is_told`, its words need more than amounts.
    """

    line: Line
    shown: int | None
    balance: int
    raised: int | None
    nominal: Read
    fixed: dict[str, Arg]
    read: dict[str, Read]
    words: tuple[str, ...]
    cited: tuple[str, ...]
    is_told: bool


class ItemPlan(Record):
    """An indicator with where its values stand; `applies` is None where it always does, `vetoed` where nothing vetoes it.

    Where it `is_certain`, every unit of which all is known is scored on it, and on all below it.
    """

    item: Item
    children: tuple[ItemPlan, ...]
    applies: int | None
    points: int
    max_applicable: int
    vetoed: int | None
    is_certain: bool
    undecided: list[tuple[Undecided, int]]
    lines: list[LinePlan]
    max: Decimal


class Plan:
    """One way of reading a program: with or without flags, with or without the ledger.

    `exact` evaluates, `total` says where the values of the whole tree stand; `amounts` are points by their smallest units.
    """

    def __init__(self, program: Program, *, flags: bool, ledger: bool) -> None:
        self._program = program
        self._ledger = ledger
        self.scale = int(10**program.places)
        self.amounts = Amounts(program.places)
        self._decimals = {program.places: self.amounts}
        declared: dict[str, FactDeclaration] = {**program.facts, **program.flags}
        self._in_units: dict[Node, Node] = {}
        self.exact = Exact(self._roots(flags), {key: declaration.places for key, declaration in declared.items()})
        self.total = self._item_plan(program.total)

    def _roots(self, flags: bool) -> dict[Node, Node]:
        """What will be asked for; without flags the expressions shrink to what a unit without any records needs.

        Statistics over peers stay as they are: the flags in them are those of other units.
        """
        asked = dict.fromkeys(node for item in self._program.items() for node in self._asked(item))
        if flags:
            return {node: node for node in asked}
        absent: dict[Node, Node] = {node: node for node in in_order(asked) if isinstance(node, Peers)}
        for key, flag in self._program.flags.items():
            absent[Fact(key)] = FALSE if flag.is_condition else ZERO
        replaced = substitute(asked, absent)
        return {node: replaced[node] for node in asked}

    def _asked(self, item: Item) -> list[Node]:
        nodes = [item.applies, self._units(item.points), self._units(item.max_applicable)]
        nodes += [undecided.condition for undecided in item.undecided]
        if item.vetoed is not None:
            nodes.append(item.vetoed)
        for line in item.lines if self._ledger else ():
            nodes += [line.shown, self._units(line.balance), line.nominal]
            nodes += [value for value in line.args.values() if isinstance(value, Node)]
            if line.raised is not None:
                nodes.append(self._units(line.raised))
        return nodes

    def _units(self, points: Node) -> Node:
        """Points in their smallest units, of which they are a whole number."""
        if points not in self._in_units:
            self._in_units[points] = floor(multiply(self.scale, points))
        return self._in_units[points]

    def _item_plan(self, item: Item) -> ItemPlan:
        applies = self._condition(item.applies)
        children = tuple(self._item_plan(child) for child in item.children)
        always = applies is None and item.vetoed is None and not item.undecided
        return ItemPlan(
            item,
            children,
            applies,
            self._slot(self._units(item.points)),
            self._slot(self._units(item.max_applicable)),
            None if item.vetoed is None else self._slot(item.vetoed),
            always and all(child.is_certain for child in children),
            [(undecided, self._slot(undecided.condition)) for undecided in item.undecided],
            [self._line_plan(line) for line in item.lines if not self._never(line)] if self._ledger else [],
            self.amounts[int(item.max * self.scale)],
        )

    def _line_plan(self, line: Line) -> LinePlan:
        words = _words(self._program.facts[line.fact]) if line.fact else ()
        return LinePlan(
            line,
            self._condition(line.shown),
            self._slot(self._units(line.balance)),
            None if line.raised is None else self._slot(self._units(line.raised)),
            self._amount(line.nominal),
            {key: value for key, value in line.args.items() if not isinstance(value, Node)},
            {key: self._amount(value) for key, value in line.args.items() if isinstance(value, Node)},
            words,
            (line.fact,) if line.fact else line.cites,
            bool(words) or line.code == "override",
        )

    def _never(self, line: Line) -> bool:
        """Whether it never stands in the ledger: without records, what people record has no lines."""
        return self.exact.wholes[line.shown].numerator is FALSE

    def _condition(self, node: Node) -> int | None:
        """Where the condition stands; None where it always holds."""
        return None if self.exact.wholes[node].numerator is TRUE else self._slot(node)

    def _slot(self, node: Node) -> int:
        """Where a whole number stands."""
        slot, below, denominator = self.exact.slot(node)
        assert below is None
        assert denominator == 1
        return slot

    def _amount(self, node: Node) -> Read:
        """Reads a value exactly: as a decimal where one can write it, else as a fraction."""
        slot, below, denominator = self.exact.slot(node)
        if below is not None:
            return lambda values: _exact_amount(values[slot], values[below])
        places = places_needed(Fraction(1, denominator))
        if places is None:
            return lambda values: _exact_amount(values[slot], denominator)
        factor = 10**places // denominator
        decimals = self._decimals.setdefault(places, Amounts(places))
        return lambda values: decimals[values[slot] * factor]


def _words(declared: FactDeclaration) -> tuple[str, ...]:
    """What a stated option or judgement is called, by the number that stands for it."""
    return ("", *declared.labels) if declared.options else ("no", "yes") if declared.is_condition else ()


def _exact_amount(numerator: int, denominator: int) -> Amount:
    value = Fraction(numerator, denominator)
    places = places_needed(value)
    if places is None:
        return value
    return units_to_decimal(value.numerator * 10**places // value.denominator, places)
