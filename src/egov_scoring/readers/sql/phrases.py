"""Whole-number nodes as SQL: one phrase for each, with parentheses only where they are needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

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
from egov_scoring.lower import Down
from egov_scoring.readers.division import Quotients
from egov_scoring.readers.sql.dialects import LONG, WIDE, Dialect
from egov_scoring.readers.sql.widths import WholeBounds, pairs

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
    return _cases(parts[:-1:2], [*parts[1::2], parts[-1]])


def _cases(conditions: Sequence[Phrase], results: Sequence[Phrase]) -> Phrase:
    """The first result whose condition holds, or the last."""
    *values, last = results
    if not values:
        return last
    lines = [f"WHEN {holds.text} THEN {value.text}" for holds, value in zip(conditions, values, strict=True)]
    lines.append(f"ELSE {last.text}")
    short = f"CASE {' '.join(lines)} END"
    is_long = len(short) > LONGEST_LINE or "\n" in short
    text = "\n  ".join(["CASE", *(line.replace("\n", "\n  ") for line in lines)]) + "\nEND" if is_long else short
    return Phrase(text, ATOM, max(value.width for value in (*values, last)))


def _down(phrases: Phrases, node: Down, a: Phrase, b: Phrase) -> Phrase:
    return _quotient(phrases, (node.a, node.b), (a, b), guarded=False)


def _quotients(phrases: Phrases, node: Quotients, *parts: Phrase) -> Phrase:
    """By cases; the last pair of parts is for all others."""
    written = [*zip(parts[1:-2:3], parts[2:-2:3], strict=True), parts[-2:]]
    guarded = phrases.dialect.guards
    values = [_quotient(phrases, pair, own, guarded=guarded) for pair, own in zip(pairs(node), written, strict=True)]
    return _cases(parts[:-2:3], values)


def _quotient(phrases: Phrases, pair: tuple[Node, Node], parts: tuple[Phrase, ...], *, guarded: bool) -> Phrase:
    """a / b, down. The databases cut off, so where a may be negative its magnitude is divided, and the sign put back. Where b
    may be 0 the quotient is not asked for; unless it is `guarded` from being worked out there, it is null."""
    (above, below), (a, b) = pair, parts
    if isinstance(above, Const) and isinstance(below, Const):
        return _const(phrases, Const(Fraction(above.value // below.value)))
    bounds = phrases.bounds
    lowest = bounds.of(above).low
    size = bounds.size(above) + (bounds.size(below) if lowest < 0 else 0)
    width = max(phrases.room(size), a.width, b.width)
    most = int(bounds.quotient(above, below).size)
    room = max(phrases.room(most), LONG)
    if width == room == WIDE and not phrases.dialect.divides_wide:
        raise TooWide(most)
    whole = b.at(ATOM) if guarded or bounds.of(below).low > 0 else f"NULLIF({b.text}, 0)"
    number = phrases.lifted(a, width).at(ATOM)
    text, level = phrases.dialect.divided(number, whole, width), PRODUCT
    if lowest < 0:
        negative = phrases.dialect.divided(f"({b.at(PRODUCT)} - 1 - {number})", whole, width)
        text, level = f"CASE WHEN {a.at(SUM)} < 0 THEN -({negative}) ELSE {text} END", ATOM
    return Phrase(phrases.dialect.cast(text, LONG), ATOM, LONG) if room < width else Phrase(text, level, width)


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
    Down: _down,
    Quotients: _quotients,
}
