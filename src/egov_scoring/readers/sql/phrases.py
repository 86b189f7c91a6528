"""Whole-number nodes as SQL: one phrase for each, with parentheses only where they are needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from egov_scoring.expression import (
    Add,
    And,
    Const,
    Eq,
    Fact,
    Greatest,
    If,
    Le,
    Least,
    Mul,
    Node,
    Not,
    Or,
    Sub,
)
from egov_scoring.lower import Down, HalfUp
from egov_scoring.readers.sql.dialects import LONG, WIDE, Dialect
from egov_scoring.readers.sql.widths import WholeBounds

OR, AND, COMPARISON, SUM, PRODUCT, ATOM = range(6)
LONGEST_LINE = 100
OPPOSITE = {"<=": ">", ">=": "<", "=": "<>"}


class TooWide(Exception):
    """A node whose values no type of the dialect holds."""

    def __init__(self, size: int) -> None:
        super().__init__(str(size))
        self.size = size


@dataclass(frozen=True, slots=True)
class Phrase:
    """SQL text, how tightly it holds together, and the room its number has."""

    text: str
    level: int = ATOM
    width: int = LONG
    opposite: str = ""
    """A comparison that holds where this one does not; a number below 0 without its sign, as tight as a product."""

    def at(self, level: int) -> str:
        """The text as an operand of something that holds together as tightly as that."""
        return self.text if self.level >= level else f"({self.text})"


class Phrases:
    """Makes phrases; `names` are the nodes that stand in a column of their own."""

    def __init__(self, dialect: Dialect, bounds: WholeBounds, names: Mapping[Node, Phrase]) -> None:
        self.dialect = dialect
        self.bounds = bounds
        self.names = names

    def of(self, node: Node, parts: list[Phrase]) -> Phrase:
        """The phrase of a node over those of its parts."""
        return self.names[node] if node in self.names else self.written(node, parts)

    def written(self, node: Node, parts: list[Phrase]) -> Phrase:
        """The same, written out."""
        return TABLE[type(node)](self, node, *parts)

    def room(self, size: int) -> int:
        """The width that a magnitude needs; raises `TooWide`."""
        found = self.dialect.width(size)
        if found is None:
            raise TooWide(size)
        return found

    def lifted(self, phrase: Phrase, width: int) -> Phrase:
        """The phrase with at least that much room."""
        return phrase if phrase.width >= width else Phrase(self.dialect.cast(phrase.text, width), ATOM, width)


def _const(phrases: Phrases, node: Const) -> Phrase:
    value = int(node.value)
    width = phrases.room(abs(value))
    return Phrase(str(value), ATOM, width) if value >= 0 else Phrase(str(value), SUM, width, str(-value))


def _fact(phrases: Phrases, node: Fact) -> Phrase:
    return Phrase(phrases.dialect.identifier(node.key))


def _add(phrases: Phrases, node: Add, *terms: Phrase) -> Phrase:
    """What is taken away comes last."""
    width = phrases.room(sum(map(phrases.bounds.size, node.terms)))
    first, *rest = sorted(terms, key=lambda term: bool(term.opposite))
    text = phrases.lifted(first, width).at(SUM)
    for term in rest:
        joint = "\n  " if len(text.rpartition("\n")[2]) + len(term.text) > LONGEST_LINE else " "
        text += f"{joint}- {term.opposite}" if term.opposite else f"{joint}+ {term.at(PRODUCT)}"
    return Phrase(text, SUM, max(width, *[term.width for term in terms]))


def _sub(phrases: Phrases, node: Sub, a: Phrase, b: Phrase) -> Phrase:
    width = phrases.room(phrases.bounds.size(node.a) + phrases.bounds.size(node.b))
    return Phrase(f"{phrases.lifted(a, width).at(SUM)} - {b.at(PRODUCT)}", SUM, max(width, a.width, b.width))


def _mul(phrases: Phrases, node: Mul, a: Phrase, b: Phrase) -> Phrase:
    width = phrases.room(phrases.bounds.size(node.a) * phrases.bounds.size(node.b))
    if width > max(a.width, b.width):
        b = phrases.lifted(b, width)
    width = max(width, a.width, b.width)
    if isinstance(node.a, Const) and node.a.value < 0:
        size = b.at(ATOM) if node.a.value == -1 else f"{a.opposite} * {b.at(ATOM)}"
        return Phrase(f"-{size}", SUM, width, size)
    return Phrase(f"{a.at(PRODUCT)} * {b.at(ATOM)}", PRODUCT, width)


def _listed(name: str) -> Callable[..., Phrase]:
    def write(_: Phrases, __: Node, *items: Phrase) -> Phrase:
        return Phrase(f"{name}({', '.join(item.text for item in items)})", ATOM, max(item.width for item in items))

    return write


def _le(_: Phrases, node: Le, a: Phrase, b: Phrase) -> Phrase:
    return _compared("<=", ">=", node, a, b)


def _eq(_: Phrases, node: Eq, a: Phrase, b: Phrase) -> Phrase:
    return _compared("=", "=", node, a, b)


def _compared(sign: str, mirrored: str, node: Le | Eq, a: Phrase, b: Phrase) -> Phrase:
    """A constant stands on the right."""
    if isinstance(node.a, Const):
        sign, a, b = mirrored, b, a
    return Phrase(f"{a.at(SUM)} {sign} {b.at(SUM)}", COMPARISON, opposite=f"{a.at(SUM)} {OPPOSITE[sign]} {b.at(SUM)}")


def _not(_: Phrases, __: Node, a: Phrase) -> Phrase:
    return Phrase(a.opposite or f"NOT {a.at(ATOM)}", COMPARISON)


def _and(_: Phrases, __: Node, *items: Phrase) -> Phrase:
    return Phrase(" AND ".join(item.at(COMPARISON) for item in items), AND) if items else Phrase("TRUE")


def _or(_: Phrases, __: Node, *items: Phrase) -> Phrase:
    return Phrase(" OR ".join(item.at(COMPARISON) for item in items), OR) if items else Phrase("FALSE")


def _if(_: Phrases, __: Node, *parts: Phrase) -> Phrase:
    conditions, values, last = parts[:-1:2], parts[1::2], parts[-1]
    lines = [f"WHEN {holds.text} THEN {value.text}" for holds, value in zip(conditions, values, strict=True)]
    lines.append(f"ELSE {last.text}")
    short = f"CASE {' '.join(lines)} END"
    is_long = len(short) > LONGEST_LINE or "\n" in short
    text = "\n  ".join(["CASE", *(line.replace("\n", "\n  ") for line in lines)]) + "\nEND" if is_long else short
    return Phrase(text, ATOM, max(value.width for value in (*values, last)))


def _half_up(phrases: Phrases, node: HalfUp, a: Phrase, b: Phrase) -> Phrase:
    """(2 x the magnitude + b) / 2b, cut off; a constant that is even is halved instead."""
    size = phrases.bounds.size(node.a) + phrases.bounds.size(node.b)
    if isinstance(node.b, Const) and node.b.value % 2 == 0:
        half, by, times = str(int(node.b.value) // 2), b, ""
    else:
        size, half, times = 2 * size, b.at(PRODUCT), "2 * "
        by = Phrase(f"2 * {phrases.lifted(b, phrases.room(size)).at(ATOM)}", PRODUCT)
        if isinstance(node.b, Const):
            by = Phrase(str(2 * int(node.b.value)))
    return _quotient(phrases, node, (a, b), (f"{times}-", f" + {half}"), (times, f" + {half}"), by, size)


def _down(phrases: Phrases, node: Down, a: Phrase, b: Phrase) -> Phrase:
    """Cut off, and for what is below 0 one further down where something is cut off."""
    size = phrases.bounds.size(node.a) + phrases.bounds.size(node.b)
    return _quotient(phrases, node, (a, b), ("-", f" + {b.at(PRODUCT)} - 1"), ("", ""), b, size)


def _quotient(
    phrases: Phrases,
    node: HalfUp | Down,
    parts: tuple[Phrase, Phrase],
    below: tuple[str, str],
    above: tuple[str, str],
    divisor: Phrase,
    size: int,
) -> Phrase:
    """The quotient of magnitudes with the sign put back; what stands around a says how it is rounded."""
    a, b = parts
    width = max(phrases.room(size), a.width, b.width)
    room = max(phrases.room(phrases.bounds.size(node)), LONG)
    if width == room == WIDE and not phrases.dialect.divides_wide:
        raise TooWide(phrases.bounds.size(node))
    whole = divisor.at(ATOM) if isinstance(node.b, Const) else f"NULLIF({divisor.text}, 0)"
    number = phrases.lifted(a, width).at(ATOM)
    positive = phrases.dialect.divided(_grouped(above, number), whole, width)
    text, level = positive, PRODUCT
    if phrases.bounds.of(node.a).low < 0:
        negative = phrases.dialect.divided(_grouped(below, number), whole, width)
        text, level = f"CASE WHEN {a.at(SUM)} < 0 THEN -({negative}) ELSE {positive} END", ATOM
    return Phrase(phrases.dialect.cast(text, LONG), ATOM, LONG) if room < width else Phrase(text, level, width)


def _grouped(around: tuple[str, str], number: str) -> str:
    return f"({around[0]}{number}{around[1]})" if any(around) else number


TABLE: dict[type[Node], Callable[..., Phrase]] = {
    Const: _const,
    Fact: _fact,
    Add: _add,
    Sub: _sub,
    Mul: _mul,
    Least: _listed("LEAST"),
    Greatest: _listed("GREATEST"),
    Le: _le,
    Eq: _eq,
    And: _and,
    Or: _or,
    Not: _not,
    If: _if,
    HalfUp: _half_up,
    Down: _down,
}
