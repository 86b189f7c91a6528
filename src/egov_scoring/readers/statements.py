"""Whole-number nodes as statements of plain Python: what is asked for last, what it rests on before it.

A part becomes a local variable where it has a name of its own, is used more than once, or would make a line too long to
read; the least and the greatest become a value and the limits set to it. What only one branch of a case needs is worked out
in that branch. A part that does nothing but become the value of another variable is written straight into it.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from itertools import count
from typing import NamedTuple

from egov_scoring.expression import (
    Add,
    And,
    Const,
    Eq,
    Greatest,
    If,
    Le,
    Least,
    Mul,
    Node,
    Not,
    Or,
    Peers,
    Sub,
    in_order,
)
from egov_scoring.lower import Down
from egov_scoring.readers.division import ByDoubles, Quotients, conditions

INDENT = " " * 4
LONGEST_PART, LONGEST_LINE = 60, 112
DEEPEST_BRANCH = 12  # deeper ones are worked out beforehand: Python allows only so many levels

# How tightly an operator binds; a part that binds less tightly than its place asks for stands in parentheses.
CHOICE, ANY, ALL, DENIED, COMPARED, SUM, PRODUCT, ATOM = range(8)

BREAKS = re.compile(r" (?=(?:[-+]|and|or|if|else) )|(?<=,) ")

Place = tuple[tuple[Node, int], ...]
Lines = Callable[[str], list[str]]


class Phrase(NamedTuple):
    """An expression of Python, how tightly its outermost operator binds, and a comparison's opposite."""

    text: str
    binds: int = ATOM
    opposite: str = ""


class Names:
    """Names for variables, each given once; `taken` are those that mean something else already.

    >>> names = Names(["type"])
    >>> names.new("type"), names.new("t1"), names.new("t1")
    ('type_', 't1', 't1_')
    """

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self.taken = set(taken)

    def new(self, wanted: str) -> str:
        """The name wanted, or with underscores after it the first that is free."""
        while wanted in self.taken:
            wanted += "_"
        self.taken.add(wanted)
        return wanted


class Statements:
    """Writes `roots` out; `given` says what stands for facts, statistics over peers and all else that is known, `named` what
    deserves a name.

    `lines` work out what the roots need, `values` says what each root is afterwards. Only what `divided` leaves may occur.
    """

    def __init__(
        self, roots: Iterable[Node], given: Mapping[Node, str], named: Mapping[Node, str], names: Names
    ) -> None:
        asked = list(dict.fromkeys(roots))
        self._named, self._names, self._numbers = named, names, count(1)
        self._order = list(in_order(asked, closed=Peers, known=given))
        self._uses: Counter[Node] = Counter(asked)
        self._first_of: dict[Node, Node] = {}
        self._apart: set[Node] = set()
        for item in self._order:
            self._look_at(item)
        self._places = self._placed(asked)
        self._poured = self._into_others()
        self._phrases: dict[Node, Phrase] = {node: Phrase(text) for node, text in given.items()}
        self._later: dict[Node, Lines] = {}
        self._blocks: dict[Place, list[str]] = defaultdict(list)
        for item in self._order:
            if item not in self._phrases:
                self._write(item)
        self.lines = self._blocks[()]
        self.values = {root: self._phrases[root].text for root in asked}

    # What is used where.

    def _look_at(self, item: Node) -> None:
        """Counts what the node uses. Of a least or greatest one part is the value, all others are written twice."""
        if isinstance(item, Peers):
            return
        self._uses.update(item.parts)
        if isinstance(item, (Least, Greatest)):
            first = next((part for part in item.parts if part.parts), item.parts[0])
            self._first_of[item] = first
            self._apart.update(part for part in item.parts if part is not first)

    def _placed(self, asked: list[Node]) -> dict[Node, Place]:
        """For each node the innermost branch in which all of its uses lie."""
        places: dict[Node, Place] = dict.fromkeys(asked, ())
        for item in reversed(self._order):
            if isinstance(item, Peers):
                continue
            for at, part in enumerate(item.parts):
                place = _branch(item, at, places[item])
                places[part] = _shared(places[part], place) if part in places else place
        return places

    def _into_others(self) -> set[Node]:
        """The nodes that serve one other only, as its value in a branch or as the value that it sets limits to."""
        found = set(self._first_of.values())
        for item in self._order:
            if isinstance(item, If):
                place = self._places[item]
                found |= {item.parts[at] for at in _values(item) if _branch(item, at, place) != place}
        return {node for node in found if self._uses[node] == 1 and node not in self._named}

    # One node after another, parts before wholes.

    def _write(self, item: Node) -> None:
        if isinstance(item, (Least, Greatest)):
            self._assign(item, lambda name: self._limited(name, item))
        elif isinstance(item, If) and self._has_statements(item):
            self._assign(item, lambda name: self._cases(name, item))
        elif isinstance(item, Quotients):
            self._assign(item, lambda name: self._quotients(name, item))
        else:
            phrase = self._phrases[item] = self._phrase(item)
            if self._deserves_a_line(item, phrase):
                self._assign(item, lambda name: wrapped(f"{name} = ", phrase.text))

    def _phrase(self, item: Node) -> Phrase:
        if isinstance(item, Not) and (opposite := self._phrases[item.a].opposite):
            return Phrase(opposite, COMPARED)
        return TABLE[type(item)](item, self._put)

    def _deserves_a_line(self, item: Node, phrase: Phrase) -> bool:
        if phrase.binds == ATOM or isinstance(item, Const):
            return False
        used = self._uses[item] > 1 or item in self._apart or item in self._named
        return used or len(phrase.text) > LONGEST_PART

    def _has_statements(self, item: If) -> bool:
        """Whether one of its branches does."""
        place = self._places[item]
        branches = [(item.parts[at], _branch(item, at, place)) for at in _values(item)]
        return any(part in self._later or (inner != place and self._blocks.get(inner)) for part, inner in branches)

    def _assign(self, item: Node, lines: Lines) -> None:
        """Makes the node a local variable, which these lines set; or leaves them to the one that it serves."""
        if item in self._poured:
            self._later[item] = lines
            self._phrases.pop(item, None)
            return
        name = self._names.new(self._named[item] if item in self._named else f"t{next(self._numbers)}")
        self._blocks[self._places[item]] += lines(name)
        self._phrases[item] = Phrase(name)

    def _set(self, name: str, item: Node) -> list[str]:
        """Gives the variable the node's value."""
        return self._later[item](name) if item in self._later else wrapped(f"{name} = ", self._phrases[item].text)

    def _put(self, item: Node, binds: int) -> str:
        phrase = self._phrases[item]
        return phrase.text if phrase.binds >= binds else f"({phrase.text})"

    def _limited(self, name: str, item: Least | Greatest) -> list[str]:
        """A least or greatest: the value, then each limit, set where the value is beyond it."""
        first = self._first_of[item]
        lines = self._set(name, first)
        sign = ">" if isinstance(item, Least) else "<"
        for limit in [self._put(part, SUM) for part in item.parts if part is not first]:
            lines += [f"if {name} {sign} {limit}:", f"{INDENT}{name} = {limit}"]
        return lines

    def _cases(self, name: str, item: If) -> list[str]:
        """A case whose branches have statements of their own."""
        found: list[str] = []
        place = self._places[item]
        for at, (condition, value) in enumerate(item.branches):
            word = "elif" if at else "if"
            found += wrapped(f"{word} ", self._phrases[condition].text, ":")
            found += self._branch(_branch(item, 2 * at + 1, place), name, value)
        inner = _branch(item, len(item.parts) - 1, place)
        alone = isinstance(item.otherwise, (If, Quotients)) and not self._blocks.get(inner)
        last = self._branch(inner, name, item.otherwise)
        joined = alone and last[0].startswith(f"{INDENT}if ")
        return [*found, *(_joined(last) if joined else ["else:", *last])]

    def _quotients(self, name: str, item: Quotients) -> list[str]:
        """A quotient that is another one in each case."""
        lines: list[str] = []
        for at, (condition, a, b) in enumerate(item.branches):
            lines += wrapped("elif " if at else "if ", self._phrases[condition].text, ":")
            lines += [INDENT + line for line in wrapped(f"{name} = ", self._quotient(a, b))]
        return [*lines, "else:", *[INDENT + line for line in wrapped(f"{name} = ", self._quotient(item.a, item.b))]]

    def _quotient(self, a: Node, b: Node) -> str:
        if isinstance(a, Const) and isinstance(b, Const):
            return str(a.value // b.value)
        return f"{self._put(a, PRODUCT)} // {self._put(b, ATOM)}"

    def _branch(self, place: Place, name: str, value: Node) -> list[str]:
        return [INDENT + line for line in [*self._blocks.pop(place, []), *self._set(name, value)]]


def _joined(last: list[str]) -> list[str]:
    """The last branch, itself nothing but a case, as further branches of the one that it stands in."""
    lines = [line.removeprefix(INDENT) for line in last]
    return [f"el{lines[0]}", *lines[1:]]


def _values(item: If) -> list[int]:
    """Which parts of a case are values, not conditions."""
    return [at for at in range(len(item.parts)) if at not in conditions(item)]


def _branch(item: Node, at: int, place: Place) -> Place:
    """Where a part of a node is worked out: a value of a case in a branch of its own, anything else where the node is."""
    if isinstance(item, If) and at in _values(item) and len(place) < DEEPEST_BRANCH:
        return (*place, (item, at))
    return place


def _shared(a: Place, b: Place) -> Place:
    length = next((at for at, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    return a[:length]


def wrapped(before: str, text: str, after: str = "") -> list[str]:
    """A statement on one line, or with its expression in parentheses over several."""
    if len(before + text + after) <= LONGEST_LINE:
        return [f"{before}{text}{after}"]
    lines: list[str] = []
    for part in BREAKS.split(text):
        if lines and len(lines[-1]) + len(part) < LONGEST_LINE:
            lines[-1] += f" {part}"
        else:
            lines.append(INDENT + part)
    if before.endswith("("):
        return [before, *lines, after]
    return [f"{before}(", *lines, f"){after}"]


# The operators.

Put = Callable[[Node, int], str]


def _const(item: Const, _: Put) -> Phrase:
    return Phrase(str(item.value)) if item.value >= 0 else Phrase(str(item.value), SUM)


def _add(item: Add, put: Put) -> Phrase:
    """A sum, what is taken away at its end."""
    terms = sorted([put(term, SUM) for term in item.terms], key=lambda text: text.startswith("-"))
    return Phrase("".join(map(_signed, terms)).removeprefix(" + ") or "0", SUM)


def _signed(text: str) -> str:
    return f" - {text[1:]}" if text.startswith("-") else f" + {text}"


def _sub(item: Sub, put: Put) -> Phrase:
    return Phrase(f"{put(item.a, SUM)} - {put(item.b, PRODUCT)}", SUM)


def _mul(item: Mul, put: Put) -> Phrase:
    if isinstance(item.a, Const) and item.a.value < 0:
        factor = "" if item.a.value == -1 else f"{-item.a.value} * "
        return Phrase(f"-{factor}{put(item.b, ATOM)}", SUM)
    return Phrase(f"{put(item.a, PRODUCT)} * {put(item.b, ATOM)}", PRODUCT)


def _down(item: Down, put: Put) -> Phrase:
    return Phrase(f"{put(item.a, PRODUCT)} // {put(item.b, ATOM)}", PRODUCT)


def _le(item: Le, put: Put) -> Phrase:
    signs = (">=", "<") if isinstance(item.a, Const) else ("<=", ">")
    return _compared(item, *signs, put)


def _eq(item: Eq, put: Put) -> Phrase:
    return _compared(item, "==", "!=", put)


def _compared(item: Le | Eq, sign: str, opposite: str, put: Put) -> Phrase:
    """A comparison; a constant stands on its right."""
    a, b = (put(part, SUM) for part in ((item.b, item.a) if isinstance(item.a, Const) else (item.a, item.b)))
    return Phrase(f"{a} {sign} {b}", COMPARED, f"{a} {opposite} {b}")


def _not(item: Not, put: Put) -> Phrase:
    return Phrase(f"not {put(item.a, DENIED)}", DENIED)


def _and(item: And, put: Put) -> Phrase:
    if not item.items:
        return Phrase("True")
    return Phrase(" and ".join(put(part, DENIED) for part in item.items), ALL)


def _or(item: Or, put: Put) -> Phrase:
    if not item.items:
        return Phrase("False")
    return Phrase(" or ".join(put(part, ALL) for part in item.items), ANY)


def _if(item: If, put: Put) -> Phrase:
    chosen = "".join(f"{put(value, ANY)} if {put(condition, ANY)} else " for condition, value in item.branches)
    return Phrase(chosen + put(item.otherwise, CHOICE), CHOICE)


TABLE: dict[type[Node], Callable[..., Phrase]] = {
    Const: _const,
    Add: _add,
    Sub: _sub,
    Mul: _mul,
    Down: _down,
    ByDoubles: lambda item, put: Phrase(f"int({put(item.a, PRODUCT)} / {put(item.b, ATOM)})"),
    Le: _le,
    Eq: _eq,
    Not: _not,
    And: _and,
    Or: _or,
    If: _if,
}
