"""The expression: nodes that are made once, constructors that keep the value, one fold."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from threading import Barrier
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egov_scoring import expression as x
from egov_scoring.expression import (
    FALSE,
    ONE,
    TRUE,
    ZERO,
    Add,
    And,
    Const,
    Fact,
    If,
    Le,
    Least,
    Mark,
    Node,
    Not,
    Peers,
    Sub,
    const,
    fold,
    in_order,
    substitute,
    unmarked,
)
from egov_scoring.lower import lower
from egov_scoring.readers.bounds import Bounds
from egov_scoring.readers.direction import directions
from egov_scoring.readers.exact import Exact
from tests.made_up.expressions import (
    PLACES,
    RANGES,
    World,
    conditions,
    constants,
    expressions,
    numbers,
    reference,
    worlds,
)

A, B, FILED = Fact("few"), Fact("many"), Fact("filed")


def size(root: Node) -> int:
    return len(list(in_order([root])))


# Made once.


def test_equal_structure_is_the_same_object():
    assert x.add(A, 1) is x.add(A, 1)
    assert Add((A, const(1))) is Add((A, Const(Fraction(1))))
    assert If(((FILED, A),), B) is If(((FILED, A),), B)
    assert x.add(A, B) is not x.add(B, A)
    assert Mark("a", A) is not Mark("b", A)


@given(expressions())
def test_a_tree_built_again_is_the_same_object(root: Node):
    again = fold([root], lambda node, parts: type(node)(*_with(node, iter(parts))))
    assert again[root] is root


def _with(node: Node, parts: Any) -> list[Any]:
    """The arguments that made the node, its parts replaced."""

    def replaced(value: object) -> object:
        if isinstance(value, Node):
            return next(parts)
        return tuple(map(replaced, value)) if isinstance(value, tuple) else value

    names: tuple[str, ...] = node.__match_args__
    return [replaced(getattr(node, name)) for name in names]


def test_threads_make_the_same_objects():
    threads, barrier = 8, Barrier(8)

    def build(_: int) -> list[Node]:
        barrier.wait()
        node: Node = Fact("threads")
        made = [node]
        for at in range(500):
            node = Sub(Add((node, Fact("threads"))), const(at))
            made.append(node)
        return made

    with ThreadPoolExecutor(threads) as pool:
        first, *others = pool.map(build, range(threads))
    assert all(a is b for other in others for a, b in zip(first, other, strict=True))


def test_nothing_is_kept_once_nobody_holds_it():
    gc.collect()
    before = len(x._Interned._made)
    node: Node = Fact("only_here")
    for _ in range(100):
        node = Not(node)
    assert len(x._Interned._made) == before + 101
    del node
    gc.collect()
    assert len(x._Interned._made) == before


# Nodes as values.


def test_a_node_has_no_truth_value():
    for node in (A, TRUE, FALSE, ZERO, Le(A, B)):
        with pytest.raises(TypeError, match="no truth value"):
            bool(node)
    with pytest.raises(TypeError, match="no truth value"):
        _ = 0 < A < 5


def test_a_node_does_not_change():
    with pytest.raises(AttributeError):
        A.key = "other"  # type: ignore[misc]


def test_operators_build_nodes():
    assert A + 1 is 1 + A is x.add(A, 1)
    assert A - 1 is x.add(A, -1)
    assert 1 - A is Sub(ONE, A)
    assert 2 * A is A * 2
    assert (A <= B) is Le(A, B) is (B >= A)
    assert (A < B) is Not(Le(B, A)) is (B > A)
    assert (FILED & (A <= 1)) is And((FILED, Le(A, ONE)))
    assert ~~FILED is FILED


def test_parts_stand_in_order():
    assert If(((FILED, A),), B).parts == (FILED, A, B)
    assert Peers("rank", A, FILED, (B,)).parts == (A, FILED, B)
    assert A.parts == TRUE.parts == ()


# Constructors fold constants and keep the value.


@given(expressions(), worlds())
def test_folding_constants_keeps_the_value(root: Node, world: World):
    assert reference(substitute([root], {})[root], world) == reference(root, world)


@given(expressions(), worlds())
def test_dropping_marks_keeps_the_value(root: Node, world: World):
    bare = unmarked([root])[root]
    assert not any(isinstance(node, Mark) for node in in_order([bare]))
    assert reference(bare, world) == reference(root, world)


@given(expressions(), worlds(), st.sets(st.sampled_from(["few", "many", "signed", "share"])), st.booleans())
def test_a_fact_may_be_replaced_by_what_it_is(root: Node, world: World, known: set[str], filed: bool):
    replaced: dict[Node, Node] = {Fact(key): const(Fraction(world.facts[key], 10 ** PLACES[key])) for key in known}
    if filed:
        replaced[FILED] = TRUE if world.facts["filed"] else FALSE
    after = substitute([root], replaced)[root]
    assert not any(node in replaced for node in in_order([after]))
    assert reference(after, world) == reference(root, world)


def test_a_tree_of_constants_folds_to_a_constant_or_a_truth():
    assert x.clamp(const(7) * 2 - 4, 0, 5) is const(5)
    assert x.divide(1, 0, 9) is const(9)
    assert x.when(const(1) <= 2, A, B) is A
    assert x.rounded(const(Fraction(1, 8)), 3) is const(Fraction(1, 8))
    assert x.floor(const(Fraction(-1, 2))) is const(-1)
    assert x.both(TRUE, FILED, FILED) is FILED
    assert x.either(FILED, TRUE) is TRUE
    assert x.cases([(FALSE, 1), (FILED, 2), (TRUE, 2), (FILED, 3)], 4) is const(2)
    assert x.least(A, x.least(B, 3), 2) is Least((A, B, const(2)))


@given(st.lists(numbers(1), min_size=1, max_size=4), worlds())
@pytest.mark.parametrize(("build", "meaning"), [(x.add, sum), (x.least, min), (x.greatest, max)])
def test_many_together(build: Callable[..., Node], meaning: Callable[..., Fraction], items: list[Node], world: World):
    assert reference(build(*items), world) == meaning([reference(item, world) for item in items])


@given(st.lists(st.tuples(conditions(1), numbers(1)), max_size=4), numbers(1), worlds())
def test_cases_take_the_first_that_holds(branches: list[tuple[Node, Node]], last: Node, world: World):
    first = next((value for holds, value in branches if reference(holds, world)), last)
    assert reference(x.cases(branches, last), world) == reference(first, world)


@given(constants, constants, constants, st.integers(0, 3))
def test_constants_leave_no_operation(a: Const, b: Const, c: Const, places: int):
    for node in (a + b, a - b, a * b, x.divide(a, x.greatest(b, 0), c), x.clamp(a, b, c), x.floor(a)):
        assert isinstance(node, Const)
    for condition in (a <= b, a < b, x.equal(a, b), ~(a >= b)):
        assert condition is TRUE or condition is FALSE


# Walking.


def shared(depth: int) -> Node:
    """A tree that doubles at every level, each level one node."""
    node: Node = A
    for _ in range(depth):
        node = Add((node, node))
    return node


def chain(depth: int) -> Node:
    """As deep as that, with conditions and quotients on the way."""
    forms: list[Callable[[Node], Node]] = [
        lambda node: Sub(ONE, node),
        lambda node: Least((node, B)),
        lambda node: If(((Le(node, ONE), node),), A),
        lambda node: x.Round(x.Div(node, B, node), 2),
        lambda node: Mark("deep", node),
    ]
    node: Node = A
    for at in range(depth):
        node = forms[at % len(forms)](node)
    return node


def test_fold_visits_each_shared_node_once():
    visits: Counter[Node] = Counter()

    def leaves(node: Node, parts: list[int]) -> int:
        visits[node] += 1
        return sum(parts) or 1

    root = shared(200)
    assert fold([root, root.parts[0]], leaves)[root] == 2**200
    assert set(visits.values()) == {1}
    assert len(visits) == 201


@given(expressions())
def test_parts_come_before_wholes(root: Node):
    seen: set[Node] = set()
    for node in in_order([root]):
        assert node not in seen
        assert seen.issuperset(node.parts)
        seen.add(node)
    assert root in seen


def test_fold_takes_given_results_and_leaves_closed_nodes_shut():
    rank = Peers("rank", A, TRUE, ())
    root = x.add(rank, B)
    names = fold([root], lambda node, parts: f"{type(node).__name__}({', '.join(parts)})", closed=Peers)
    assert names[root] == "Add(Peers(), Fact())"
    assert A not in names
    assert fold([root], lambda node, parts: sum(parts), results={rank: 2, B: 3})[root] == 5


def test_facts_below_and_facts_of_peers():
    root = x.add(Peers("rank", A, TRUE, ()), B)
    assert x.facts_in([root]) == {"few", "many"}
    assert x.facts_in([root], peers=False) == {"many"}


def test_depth_is_no_limit():
    root = chain(5_000)
    assert size(root) > 5_000
    facts = {"few": 1, "many": 3, "filed": 1}
    exact = Exact({root: root}, PLACES).evaluate(facts, {})
    held = Bounds(RANGES).of(root)
    assert held.low <= exact.fraction(root) <= held.high
    assert set(directions([root], RANGES)[root]) == {"few", "many"}
    assert set(lower([root], PLACES)) == set(in_order([root]))
    assert not any(isinstance(node, Mark) for node in in_order([unmarked([root])[root]]))
    assert substitute([root], {A: B})[root] is not root
