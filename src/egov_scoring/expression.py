"""The expression that every rule becomes: a dozen immutable nodes, operators that build them, and one fold.

A node is made once for each structure (`Add` of the same parts is the same object), so identity is equality, dictionaries
of nodes are cheap, and a shared part is visited once. Conditions are nodes too; `And(())` is true and `Or(())` is false.
"""

from __future__ import annotations

import weakref
from _thread import allocate_lock
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any, ClassVar, TypeVar, dataclass_transform

T = TypeVar("T")
Number = int | Fraction


class _Interned(type):
    """Makes the annotations of a class its fields, and the class return the one instance there is for its arguments.

    It stands in for `dataclass`, which compiles half a dozen methods for each class: that was half of the time of the import.
    """

    _made: ClassVar[weakref.WeakValueDictionary[tuple[Any, ...], Node]] = weakref.WeakValueDictionary()
    _lock: ClassVar = allocate_lock()

    def __new__(cls, name: str, bases: tuple[type, ...], body: dict[str, Any]) -> Any:
        names = tuple(body.get("__annotations__", ()))
        return super().__new__(cls, name, bases, {"__slots__": names, "__match_args__": names} | body)

    def __call__(cls, *args: Any) -> Any:
        key = (cls, *args)
        with _Interned._lock:
            node = _Interned._made.get(key)
            if node is None:
                node = _Interned._made[key] = super().__call__()
                for name, value in zip(node.__match_args__, args, strict=True):
                    object.__setattr__(node, name, value)
                object.__setattr__(node, "parts", tuple(_nodes_in(args)))
        return node


@dataclass_transform(frozen_default=True, eq_default=False)
class Node(metaclass=_Interned):
    """What all nodes share: `parts`, the nodes directly below in order, and operators that build larger nodes."""

    __slots__ = ("__weakref__", "parts")
    __match_args__: ClassVar[tuple[str, ...]] = ()

    parts: tuple[Node, ...]

    def __add__(self, other: Node | Number) -> Node:
        return add(self, other)

    def __radd__(self, other: Number) -> Node:
        return add(other, self)

    def __sub__(self, other: Node | Number) -> Node:
        return subtract(self, other)

    def __rsub__(self, other: Number) -> Node:
        return subtract(other, self)

    def __mul__(self, other: Node | Number) -> Node:
        return multiply(self, other)

    def __rmul__(self, other: Number) -> Node:
        return multiply(other, self)

    def __le__(self, other: Node | Number) -> Node:
        return at_most(self, other)

    def __ge__(self, other: Node | Number) -> Node:
        return at_most(other, self)

    def __lt__(self, other: Node | Number) -> Node:
        return negate(at_most(other, self))

    def __gt__(self, other: Node | Number) -> Node:
        return negate(at_most(self, other))

    def __and__(self, other: Node) -> Node:
        return both(self, other)

    def __or__(self, other: Node) -> Node:
        return either(self, other)

    def __invert__(self) -> Node:
        return negate(self)

    def __reduce__(self) -> tuple[Any, ...]:
        """Copied or pickled, it comes back as the one instance there is."""
        return type(self), tuple(getattr(self, name) for name in self.__match_args__)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"an expression cannot be changed: {name}")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"an expression cannot be changed: {name}")

    def __repr__(self) -> str:
        named = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__match_args__)
        return f"{type(self).__name__}({named})"

    def __bool__(self) -> bool:
        raise TypeError("an expression has no truth value of its own")


def _nodes_in(values: Iterable[object]) -> Iterator[Node]:
    for value in values:
        if isinstance(value, Node):
            yield value
        elif isinstance(value, tuple):
            yield from _nodes_in(value)


class Const(Node):
    """An exact number."""

    value: Fraction


class Fact(Node):
    """A declared fact: a number, or a condition where it is a yes_no."""

    key: str


class Add(Node):
    """The sum of the terms."""

    terms: tuple[Node, ...]


class Sub(Node):
    """a - b."""

    a: Node
    b: Node


class Mul(Node):
    """a x b."""

    a: Node
    b: Node


class Div(Node):
    """a / b where b is above 0, `otherwise` where it is 0; b is never negative."""

    a: Node
    b: Node
    otherwise: Node


class Least(Node):
    """The smallest of the items."""

    items: tuple[Node, ...]


class Greatest(Node):
    """The largest of the items."""

    items: tuple[Node, ...]


class Le(Node):
    """Whether a is at most b."""

    a: Node
    b: Node


class Eq(Node):
    """Whether a is b."""

    a: Node
    b: Node


class And(Node):
    """Whether all conditions hold."""

    items: tuple[Node, ...]


class Or(Node):
    """Whether any condition holds."""

    items: tuple[Node, ...]


class Not(Node):
    """Whether the condition does not hold."""

    a: Node


class If(Node):
    """The value of the first branch (condition, value) whose condition holds, or `otherwise`."""

    branches: tuple[tuple[Node, Node], ...]
    otherwise: Node


class Round(Node):
    """a to so many decimal places, half up on its magnitude."""

    a: Node
    places: int


class Floor(Node):
    """The largest whole number that is at most a."""

    a: Node


class Peers(Node):
    """A statistic of a over the units ranked together: those that meet `among` and agree with this one in `within`.

    rank: 1 + how many have more; dense: 1 + how many different larger values there are; count, min, max, sum as named.
    """

    statistic: str
    a: Node
    among: Node
    within: tuple[Node, ...]


class NthLargest(Peers):
    """The nth largest value of a among them, equal ones counted each; the least that a can be where there are fewer."""

    statistic: str
    a: Node
    among: Node
    within: tuple[Node, ...]
    n: int


class Mark(Node):
    """A name on a part worth showing; it changes nothing."""

    id: str
    a: Node


TRUE: Node = And(())
FALSE: Node = Or(())
ZERO: Node = Const(Fraction(0))
ONE: Node = Const(Fraction(1))


# Building: constants are folded, nothing else is clever.


@lru_cache(maxsize=1_000)
def const(value: Number) -> Const:
    """The node of an exact number; the same few come again and again."""
    return Const(Fraction(value))


def as_node(value: Node | Number) -> Node:
    """The value itself, or the constant of a number."""
    return value if isinstance(value, Node) else const(value)


def _value(item: Node) -> Fraction | None:
    return item.value if isinstance(item, Const) else None


def _flat(
    kind: type[Add] | type[And] | type[Or] | type[Least] | type[Greatest], items: Iterable[Node]
) -> Iterator[Node]:
    for item in items:
        if type(item) is kind:
            yield from item.parts
        else:
            yield item


def add(*terms: Node | Number) -> Node:
    """The sum; constants are drawn together, at the end."""
    total = Fraction(0)
    rest: list[Node] = []
    for term in _flat(Add, map(as_node, terms)):
        if isinstance(term, Const):
            total += term.value
        else:
            rest.append(term)
    if total or not rest:
        rest.append(const(total))
    return rest[0] if len(rest) == 1 else Add(tuple(rest))


def subtract(a: Node | Number, b: Node | Number) -> Node:
    """a - b."""
    a, b = as_node(a), as_node(b)
    if isinstance(b, Const):
        return add(a, -b.value)
    return Sub(a, b)


def multiply(a: Node | Number, b: Node | Number) -> Node:
    """a x b; a constant stands first."""
    a, b = as_node(a), as_node(b)
    if isinstance(b, Const):
        a, b = b, a
    if isinstance(a, Const):
        if isinstance(b, Const):
            return const(a.value * b.value)
        if a.value in (0, 1):
            return b if a.value else ZERO
    return Mul(a, b)


def divide(a: Node | Number, b: Node | Number, otherwise: Node | Number) -> Node:
    """a / b, and `otherwise` where b is 0."""
    a, b, otherwise = as_node(a), as_node(b), as_node(otherwise)
    if isinstance(b, Const):
        return multiply(a, 1 / b.value) if b.value else otherwise
    return Div(a, b, otherwise)


def least(*items: Node | Number) -> Node:
    """The smallest."""
    return _extreme(Least, min, items)


def greatest(*items: Node | Number) -> Node:
    """The largest."""
    return _extreme(Greatest, max, items)


def _extreme(
    kind: type[Least] | type[Greatest], pick: Callable[..., Fraction], items: tuple[Node | Number, ...]
) -> Node:
    flat = list(dict.fromkeys(_flat(kind, map(as_node, items))))
    constants = [item.value for item in flat if isinstance(item, Const)]
    rest = [item for item in flat if not isinstance(item, Const)]
    if constants:
        rest.append(const(pick(constants)))
    return rest[0] if len(rest) == 1 else kind(tuple(rest))


def at_most(a: Node | Number, b: Node | Number) -> Node:
    """a <= b."""
    a, b = as_node(a), as_node(b)
    if isinstance(a, Const) and isinstance(b, Const):
        return TRUE if a.value <= b.value else FALSE
    return TRUE if a is b else Le(a, b)


def equal(a: Node | Number, b: Node | Number) -> Node:
    """a == b; written as a function because nodes are compared by identity."""
    a, b = as_node(a), as_node(b)
    if isinstance(a, Const) and isinstance(b, Const):
        return TRUE if a.value == b.value else FALSE
    return TRUE if a is b else Eq(a, b)


def both(*items: Node) -> Node:
    """All conditions hold."""
    return _junction(And, TRUE, FALSE, items)


def either(*items: Node) -> Node:
    """Any condition holds."""
    return _junction(Or, FALSE, TRUE, items)


def _junction(kind: type[And] | type[Or], neutral: Node, absorbing: Node, items: tuple[Node, ...]) -> Node:
    rest = [item for item in dict.fromkeys(_flat(kind, items)) if item is not neutral]
    if absorbing in rest:
        return absorbing
    return rest[0] if len(rest) == 1 else kind(tuple(rest))


def negate(a: Node) -> Node:
    """The condition does not hold."""
    if a is TRUE or a is FALSE:
        return FALSE if a is TRUE else TRUE
    return a.a if isinstance(a, Not) else Not(a)


def when(condition: Node, value: Node | Number, otherwise: Node | Number) -> Node:
    """`value` where the condition holds, `otherwise` elsewhere."""
    return cases([(condition, value)], otherwise)


def cases(branches: Iterable[tuple[Node, Node | Number]], otherwise: Node | Number) -> Node:
    """The value of the first branch whose condition holds; branches that cannot be reached are dropped."""
    kept: list[tuple[Node, Node]] = []
    for condition, value in branches:
        if condition is TRUE:
            otherwise = value
            break
        if condition is not FALSE:
            kept.append((condition, as_node(value)))
    last = as_node(otherwise)
    while kept and kept[-1][1] is last:
        kept.pop()
    return If(tuple(kept), last) if kept else last


def clamp(a: Node | Number, low: Node | Number, high: Node | Number) -> Node:
    """a, but not below low nor above high."""
    return least(high, greatest(low, a))


def rounded(a: Node, places: int) -> Node:
    """a, half up to so many places."""
    return Round(a, places) if not isinstance(a, Const) or (a.value * 10**places).denominator != 1 else a


def floor(a: Node) -> Node:
    """Down to a whole number."""
    return const(a.value.__floor__()) if isinstance(a, Const) else Floor(a)


# Walking.


def in_order(roots: Iterable[Node], closed: type[Node] | None = None, known: Container[Node] = ()) -> Iterator[Node]:
    """Every node below the roots once, parts before wholes, but for those already `known`; a `closed` type is not entered.

    No recursion, so depth is no limit.
    """
    done: set[Node] = set()
    stack: list[tuple[Node, bool]] = [(root, False) for root in reversed(list(roots))]
    while stack:
        item, ready = stack.pop()
        if item in done or item in known:
            continue
        if ready:
            done.add(item)
            yield item
        else:
            stack.append((item, True))
            if closed is None or not isinstance(item, closed):
                stack.extend((part, False) for part in reversed(item.parts) if part not in done)


def fold(
    roots: Iterable[Node],
    visit: Callable[[Node, list[T]], T],
    closed: type[Node] | None = None,
    results: dict[Node, T] | None = None,
) -> dict[Node, T]:
    """Bottom up: `visit(node, results of its parts)` once for each node; all results by node.

    Nodes of the type `closed` are visited without their parts. Given `results` are taken as they are and added to.
    """
    results = {} if results is None else results
    for item in in_order(roots, closed, results):
        is_closed = closed is not None and isinstance(item, closed)
        results[item] = visit(item, [] if is_closed else [results[part] for part in item.parts])
    return results


def rebuilt(item: Node, parts: list[Node]) -> Node:
    """The same kind of node over other parts, folded again where constants meet."""
    match item:
        case Add():
            return add(*parts)
        case Sub():
            return subtract(*parts)
        case Mul():
            return multiply(*parts)
        case Div():
            return divide(*parts)
        case Least():
            return least(*parts)
        case Greatest():
            return greatest(*parts)
        case Le():
            return at_most(*parts)
        case Eq():
            return equal(*parts)
        case And():
            return both(*parts)
        case Or():
            return either(*parts)
        case Not():
            return negate(*parts)
        case If():
            return cases(list(zip(parts[:-1:2], parts[1::2], strict=True)), parts[-1])
        case Round(_, places):
            return rounded(parts[0], places)
        case Floor():
            return floor(parts[0])
        case NthLargest():
            return NthLargest(item.statistic, parts[0], parts[1], tuple(parts[2:]), item.n)
        case Peers(statistic):
            return Peers(statistic, parts[0], parts[1], tuple(parts[2:]))
        case Mark(name):
            return Mark(name, parts[0])
        case _:
            return item


def substitute(roots: Iterable[Node], replacements: Mapping[Node, Node]) -> dict[Node, Node]:
    """Each node below the roots with the replacements made and, where they touch it, constants folded again."""

    def visit(item: Node, parts: list[Node]) -> Node:
        if item in replacements:
            return replacements[item]
        return item if parts == list(item.parts) else rebuilt(item, parts)

    return fold(roots, visit)


def unmarked(roots: Iterable[Node]) -> dict[Node, Node]:
    """Each node below the roots without marks: the canonical form, in which equal rules are the same node."""
    return fold(roots, lambda item, parts: parts[0] if isinstance(item, Mark) else rebuilt(item, parts))


def peers_in(roots: Iterable[Node]) -> list[Peers]:
    """The statistics over peers below the roots."""
    return [item for item in in_order(roots) if isinstance(item, Peers)]


def facts_in(roots: Iterable[Node], *, peers: bool = True) -> frozenset[str]:
    """The keys of the facts below the roots; without those read only over the peers if `peers` is false."""
    found = in_order(roots, closed=None if peers else Peers)
    return frozenset(item.key for item in found if isinstance(item, Fact))
