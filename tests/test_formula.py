"""Formulas: what they build, what is refused and where, and that nothing else ever comes out."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egov_scoring import formula
from egov_scoring.expression import (
    ONE,
    TRUE,
    ZERO,
    Add,
    And,
    Const,
    Div,
    Eq,
    Fact,
    Floor,
    Greatest,
    If,
    Le,
    Least,
    Mul,
    Node,
    Not,
    Or,
    Peers,
    Round,
    Sub,
    fold,
)
from egov_scoring.facts import FactDeclaration
from egov_scoring.formula import MAX_DEPTH, MAX_LENGTH, OTHER, WORDS, Expect, FormulaError, FormulaProblem, parse

FACTS = {
    "a": FactDeclaration("a", "count"),
    "b": FactDeclaration("b", "findings"),
    "c": FactDeclaration("c", "number"),
    "share": FactDeclaration("share", "percent"),
    "given": FactDeclaration("given", "points"),
    "filed": FactDeclaration("filed", "yes_no"),
    "online": FactDeclaration("online", "yes_no"),
    "state": FactDeclaration("state", "choice", options=("full", "part", "none")),
    "grade": FactDeclaration("grade", "points", options=("优", "良")),
}

A, B, C, FILED, ONLINE, STATE, GRADE = map(Fact, ("a", "b", "c", "filed", "online", "state", "grade"))


def number(text: str | int) -> Const:
    return Const(Fraction(text))


def above(a: Node, b: Node) -> Node:
    return Not(Le(a, b))


def problems(text: Any, expect: Expect = "number") -> list[FormulaProblem]:
    with pytest.raises(FormulaError) as caught:
        parse(text, FACTS, expect)
    return caught.value.problems


NUMBERS: dict[str, Node] = {
    "a": A,
    "share": Fact("share"),
    "given": Fact("given"),
    "2.50": number("5/2"),
    "0.1": number("1/10"),
    "12345678901234567890.000000000000000000001": number("12345678901234567890.000000000000000000001"),
    "0.1 + 0.2": number("0.3"),
    "a + b": Add((A, B)),
    "a + b + c": Add((A, B, C)),
    "a - b - c": Sub(Sub(A, B), C),
    "a - (b - c)": Sub(A, Sub(B, C)),
    "a * b": Mul(A, B),
    "a + b * 2": Add((A, Mul(number(2), B))),
    "(a + b) * 2": Mul(number(2), Add((A, B))),
    "-a": Mul(number(-1), A),
    "--a": Mul(number(-1), Mul(number(-1), A)),
    "-2.5": number("-5/2"),
    "-a * b": Mul(Mul(number(-1), A), B),
    "a / 3": Mul(number("1/3"), A),
    "a / -2": Mul(number("-1/2"), A),
    "a / (4 / 2 + 1)": Mul(number("1/3"), A),
    "1 / 3": number("1/3"),
    "ratio(a, b, 0.5)": Div(A, B, number("1/2")),
    "ratio(a, 4, b)": Mul(number("1/4"), A),
    "percent(a, b)": Mul(number(100), Div(A, B, ZERO)),
    "least(a, b)": Least((A, B)),
    "least(a, b, c, 5)": Least((A, B, C, number(5))),
    "greatest(0, a)": Greatest((A, ZERO)),
    "greatest(1, 2, 3)": number(3),
    "floor(a)": Floor(A),
    "ceil(c)": Mul(number(-1), Floor(Mul(number(-1), C))),
    "ceil(a / 10)": Mul(number(-1), Floor(Mul(number(-1), Mul(number("1/10"), A)))),
    "ceil(2.1)": number(3),
    "round(a, 2)": Round(A, 2),
    "round(c, 0)": Round(C, 0),
    "round(c, 1 + 1)": Round(C, 2),
    "count(filed)": If(((FILED, ONE),), ZERO),
    "count(filed, a > 1)": Add((If(((FILED, ONE),), ZERO), If(((above(A, ONE), ONE),), ZERO))),
    "a if filed else b": If(((FILED, A),), B),
    "a if filed else b if online else c": If(((FILED, A), (ONLINE, B)), C),
    "(a if filed else b) if online else c": If(((ONLINE, If(((FILED, A),), B)),), C),
    "1 + a if filed else b": If(((FILED, Add((A, ONE))),), B),
    "peers.mean(a)": Div(Peers("sum", A, TRUE, ()), Peers("count", A, TRUE, ()), ZERO),
    "peers.min(a)": Peers("min", A, TRUE, ()),
    "peers.max(a)": Peers("max", A, TRUE, ()),
    "peers.sum(a + b)": Peers("sum", Add((A, B)), TRUE, ()),
    "peers.count(a)": Peers("count", A, TRUE, ()),
    "peers.rank(a)": Peers("rank", A, TRUE, ()),
    "peers.max(a) - peers.min(a)": Sub(Peers("max", A, TRUE, ()), Peers("min", A, TRUE, ())),
    "  a\n\t+ b\r\n": Add((A, B)),
}

CONDITIONS: dict[str, Node] = {
    "filed": FILED,
    "a <= b": Le(A, B),
    "a >= b": Le(B, A),
    "a < b": Not(Le(B, A)),
    "a > b": Not(Le(A, B)),
    "a == b": Eq(A, B),
    "a != b": Not(Eq(A, B)),
    "0 < a < 5": And((above(A, ZERO), above(number(5), A))),
    "a <= b == c": And((Le(A, B), Eq(B, C))),
    "filed and online": And((FILED, ONLINE)),
    "filed or online and a > b": Or((FILED, And((ONLINE, above(A, B))))),
    "(filed or online) and a > b": And((Or((FILED, ONLINE)), above(A, B))),
    "not filed and online": And((Not(FILED), ONLINE)),
    "not a == b": Not(Eq(A, B)),
    "a + 1 <= b * 2": Le(Add((A, ONE)), Mul(number(2), B)),
    "state == 'full'": Eq(STATE, ONE),
    'state == "none"': Eq(STATE, number(3)),
    "'part' == state": Eq(STATE, number(2)),
    "state != 'part'": Not(Eq(STATE, number(2))),
    "grade == '良'": Eq(GRADE, number(2)),
    "'优' == grade != '良'": And((Eq(GRADE, ONE), Not(Eq(GRADE, number(2))))),
}


@pytest.mark.parametrize(("text", "node"), NUMBERS.items())
def test_number(text: str, node: Node) -> None:
    read = parse(text, FACTS, "number")
    assert read.node is node
    assert read.type == "number"


@pytest.mark.parametrize(("text", "node"), CONDITIONS.items())
def test_condition(text: str, node: Node) -> None:
    read = parse(text, FACTS, "condition")
    assert read.node is node
    assert read.type == "condition"


@pytest.mark.parametrize(("text", "node"), CONDITIONS.items())
def test_condition_counts_as_0_or_1(text: str, node: Node) -> None:
    read = parse(text, FACTS, "countable")
    assert read.node is If(((node, ONE),), ZERO)
    assert read.type == "number"


@pytest.mark.parametrize(("text", "node"), NUMBERS.items())
def test_number_is_countable_as_it_is(text: str, node: Node) -> None:
    assert parse(text, FACTS, "countable").node is node


@pytest.mark.parametrize("text", NUMBERS)
def test_number_is_no_condition(text: str) -> None:
    args = {"expected": "condition", "found": "number"}
    assert [(problem.code, problem.args) for problem in problems(text, "condition")] == [("formula-type", args)]


@pytest.mark.parametrize("text", CONDITIONS)
def test_condition_is_no_number(text: str) -> None:
    assert problems(text) == [("formula-type", 0, {"expected": "number", "found": "condition"})]


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("1", ()),
        ("a", ("a",)),
        ("c + a * c - a", ("c", "a", "c", "a")),
        ("b if a > c else a", ("b", "a", "c", "a")),
        ("peers.mean(a) * 0 * b", ("a", "b")),
        ("count(filed, filed, state == 'full')", ("filed", "filed", "state")),
    ],
)
def test_every_mention_of_a_fact(text: str, facts: tuple[str, ...]) -> None:
    assert parse(text, FACTS, "number").facts == facts


def test_fact_may_be_called_like_a_call() -> None:
    facts = {"floor": FACTS["a"], "peers": FACTS["a"]}
    assert parse("floor(floor) + peers", facts, "number").node is Add((Floor(Fact("floor")), Fact("peers")))


def test_long_sum_is_no_deep_nesting() -> None:
    facts = {f"contribution_{i:05}": FACTS["a"] for i in range(95)}
    assert parse(" + ".join(facts), facts, "number").node is Add(tuple(map(Fact, facts)))


LONG = "a" + " " * MAX_LENGTH

Found = tuple[str, int, object]  # code, offset, and the particular that says most
Row = tuple[Any, Expect, list[Found]]


def rows(code: str, expect: Expect, *cases: tuple[Any, int, object]) -> list[Row]:
    """Texts with one problem each."""
    return [(text, expect, [(code, offset, particular)]) for text, offset, particular in cases]


NUMBERS_REFUSED = ["1e3", "1E3", "1e-3", "0x10", "0b1", "0o7", "1_000", "1j", "012", "00", ".5", "5.", "1.2.3", "5x"]

REFUSED: list[Row] = [
    *rows("formula-not-text", "number", (5, 0, "int"), (None, 0, "NoneType"), (b"a", 0, "bytes")),
    *rows("formula-empty", "number", ("", 0, None), (" \n ", 0, None)),
    *rows(
        "formula-too-long",
        "number",
        (LONG, MAX_LENGTH, len(LONG)),
        ("(" * 10_000 + "a" + ")" * 10_000, MAX_LENGTH, 20_001),
    ),
    *rows(
        "formula-too-deep",
        "number",
        ("(" * 200 + "a" + ")" * 200, MAX_DEPTH, MAX_DEPTH),
        ("[" * 101, MAX_DEPTH, MAX_DEPTH),
        ("1" + "+1" * 999, 0, MAX_DEPTH),
        ("-" * 1999 + "1", 0, MAX_DEPTH),
        ("not " * 400 + "filed", 0, MAX_DEPTH),
        ("a" + ".a" * 900, 0, MAX_DEPTH),
        ("floor" + "()" * 900, 0, MAX_DEPTH),
        ("lambda:" * 250 + "a", 0, MAX_DEPTH),
    ),
    *rows(
        "formula-character",
        "number",
        ("a # b", 2, "#"),
        ("a \\\n+ b", 2, "\\"),
        ("a\x00", 1, "U+0000"),
        ("a\x0c+ b", 1, "U+000C"),
        ("a\u2028+ b", 1, "U+2028"),
        ("a\u3000+ b", 1, "U+3000"),
        ("state == '\ud800'", 10, "U+D800"),
        ("state == '甲' ＋ 1", 13, "＋"),
    ),
    ("least（a，b）", "number", [("formula-character", i, c) for i, c in ((5, "（"), (7, "，"), (9, "）"))]),
    ("a × ２", "number", [("formula-character", 2, "×"), ("formula-character", 4, "２")]),
    ("“full” == state", "condition", [("formula-character", 0, "“"), ("formula-character", 5, "”")]),
    *rows("formula-number", "number", *[(f"a + {text}", 4, text) for text in NUMBERS_REFUSED]),
    *rows("formula-number", "number", ("1.real", 0, "1.real"), ("2倍", 0, "2倍"), ("1if filed else 2", 0, "1if")),
    (
        "'''a'b''' + 0x10 + '''c'd'''",  # quotes that hide the number from the first step, not from the last
        "number",
        [("formula-not-allowed", 0, "string"), ("formula-number", 12, "0x10"), ("formula-not-allowed", 19, "string")],
    ),
    ("1e3 + 0x10", "number", [("formula-number", 0, "1e3"), ("formula-number", 6, "0x10")]),
    *rows(
        "formula-syntax",
        "number",
        ("a +", 3, ...),
        ("  a +  ", 5, ...),
        ("a b", 2, ...),
        ("a)", 1, ...),
        ("  (a", 2, ...),
        ("a; b", 1, ...),
        ("a = 1", 2, ...),
        ("a := 1", 2, ...),
        ("a == 'full", 5, ...),
        ("'甲甲' b )", 7, ...),
        ("50%", 3, ...),
        ("import os", 0, ...),
        ("a $ b", 2, ...),
        ("a²", 1, ...),
    ),
    *rows(
        "formula-not-allowed",
        "number",
        ("a.real", 0, "attribute"),
        ("a.__class__", 0, "attribute"),
        ("1 + a.__class__.__mro__", 4, "attribute"),
        ("peers.mean", 0, "attribute"),
        ("peers.mean.x", 0, "attribute"),
        ("a.real()", 0, "attribute"),
        ("''.format()", 0, "attribute"),
        ("'{0.__class__}'.format(a)", 0, "attribute"),
        ("__import__('os').system('true')", 0, "attribute"),
        ("().__class__.__bases__[0]", 0, "subscript"),
        ("a[0]", 0, "subscript"),
        ("a[1:2]", 0, "subscript"),
        ("a[0]()", 0, "subscript"),
        ("floor(a)(b)", 0, "call"),
        ("5(a)", 0, "call"),
        ("(a if filed else b)(1)", 1, "call"),
        ("lambda: a", 0, "lambda"),
        ("(lambda x: x)(1)", 1, "lambda"),
        ("(a := 1)", 1, "walrus"),
        ("[x for x in a]", 0, "comprehension"),
        ("{x for x in a}", 0, "comprehension"),
        ("{x: x for x in a}", 0, "comprehension"),
        ("(x for x in a)", 0, "generator"),
        ("floor(x for x in a)", 5, "generator"),
        ("[a]", 0, "list"),
        ("(a, b)", 0, "tuple"),
        ("a, b", 0, "tuple"),
        ("{a}", 0, "set"),
        ("{}", 0, "dict"),
        ("{**a}", 0, "dict"),
        ("floor(*a)", 6, "starred"),
        ("floor(a=1)", 6, "keyword-argument"),
        ("floor(**a)", 6, "keyword-argument"),
        ("await a", 0, "await"),
        ("(yield)", 1, "yield"),
        ("(yield from a)", 1, "yield"),
        ("f'{a}'", 0, "f-string"),
        ("f'{a.__class__!r:>9}'", 0, "f-string"),
        ("b'full'", 0, "bytes"),
        ("'full'", 0, "string"),
        ("a + 'full'", 4, "string"),
        ("...", 0, "ellipsis"),
        ("None", 0, "none"),
        ("True", 0, "true-false"),
        ("false", 0, "true-false"),
        ("a if True else b", 5, "true-false"),
        ("a ** b", 2, "power"),
        ("(a) ** (b)", 4, "power"),
        ("a // b", 2, "floor-division"),
        ("a % b", 2, "modulo"),
        ("a @ b", 2, "matrix-product"),
        ("a << 9", 2, "shift"),
        ("a >> 9", 2, "shift"),
        ("a & b", 2, "bitwise"),
        ("a | b", 2, "bitwise"),
        ("a ^ b", 2, "bitwise"),
        ("~a", 0, "bitwise"),
        ("+a", 0, "unary-plus"),
    ),
    ("a * '甲甲' ** b", "number", [("formula-not-allowed", 4, "string"), ("formula-not-allowed", 9, "power")]),
    ("9**9**9", "number", [("formula-not-allowed", 1, "power"), ("formula-not-allowed", 4, "power")]),
    *rows(
        "formula-not-allowed",
        "condition",
        ("a is b", 2, "is"),
        ("a is not b", 2, "is"),
        ("a in b", 2, "in"),
        ("a not in b", 2, "in"),
        ("state == u'full'", 9, "string"),
        ("state == 'fu' 'll'", 9, "string"),
        ("state == '''full'''", 9, "string"),
        ("filed == True", 9, "true-false"),
    ),
    ("'a' == 'a'", "condition", [("formula-not-allowed", 0, "string"), ("formula-not-allowed", 7, "string")]),
    *rows(
        "formula-unknown-fact",
        "number",
        ("visits", 0, "visits"),
        ("__builtins__", 0, "__builtins__"),
        ("网站 + a", 0, "网站"),
        ("ａ + 1", 0, "ａ"),
        ("True_", 0, "True_"),
    ),
    *rows("formula-unknown-fact", "condition", ("state == full", 9, "full")),
    *rows(
        "formula-unknown-call",
        "number",
        ("__import__('os')", 0, "__import__"),
        ("eval('a')", 0, "eval"),
        ("a(1)", 0, "a"),
        ("ｆｌｏｏｒ(a)", 0, "ｆｌｏｏｒ"),
        ("peers.median(a)", 0, "peers.median"),
        ("peers.__class__(a)", 0, "peers.__class__"),
        ("peers.max.__call__(a)", 0, "peers.max.__call__"),
    ),
    *rows("formula-unknown-option", "condition", ("state == 'ful'", 9, "ful"), ("'差' != grade", 0, "差")),
    *rows(
        "formula-arguments",
        "number",
        ("ratio(a, b)", 0, "ratio(a, b, otherwise)"),
        ("1 + least(a)", 4, "least(a, b, ...)"),
        ("least()", 0, "least(a, b, ...)"),
        ("floor(a, b)", 0, "floor(a)"),
        ("ceil()", 0, "ceil(a)"),
        ("round(a)", 0, "round(a, places)"),
        ("count()", 0, "count(condition, ...)"),
        ("peers.rank(a, b)", 0, "peers.rank(a)"),
    ),
    ("least(*a)", "number", [("formula-arguments", 0, "least(a, b, ...)"), ("formula-not-allowed", 6, "starred")]),
    *rows("formula-places", "number", *[(f"round(a, {places})", 9, 6) for places in ("b", "7", "-1", "1.5")]),
    *rows(
        "formula-type",
        "number",
        ("filed + 1", 0, "condition"),
        ("-filed", 1, "condition"),
        ("a if b else c", 5, "number"),
        ("filed if online else a", 0, "condition"),
        ("a if filed else online", 16, "condition"),
        ("count(a)", 6, "number"),
        ("peers.sum(filed)", 10, "condition"),
    ),
    *rows(
        "formula-type",
        "condition",
        ("filed == 1", 0, "condition"),
        ("0 < filed < 5", 4, "condition"),
        ("not a", 4, "number"),
        ("filed and a", 10, "number"),
    ),
    *rows(
        "formula-choice",
        "countable",
        ("state", 0, "state"),
        ("grade + 1", 0, "grade"),
        ("a if state else 1", 5, "state"),
    ),
    *rows("formula-choice", "condition", ("not state", 4, "state"), ("state == 1", 0, "state")),
    ("state < 'full'", "condition", [("formula-choice", 0, "state"), ("formula-not-allowed", 8, "string")]),
    ("state == grade", "condition", [("formula-choice", 0, "state"), ("formula-choice", 9, "grade")]),
    *rows("formula-division", "number", ("a / b", 4, "b"), ("a / 0", 4, "0"), ("a / (1 - 1)", 5, "1 - 1")),
    *rows("formula-peers-in-peers", "number", ("peers.mean(1 + peers.max(a))", 15, None)),
    (
        "peers.sum(peers.sum(peers.sum(a)))",
        "number",
        [("formula-peers-in-peers", 10, None), ("formula-peers-in-peers", 20, None)],
    ),
    (
        "foo + '甲' * bar(baz, filed) / a - ratio(a)",
        "number",
        [
            ("formula-unknown-fact", 0, "foo"),
            ("formula-not-allowed", 6, "string"),
            ("formula-unknown-call", 12, "bar"),
            ("formula-unknown-fact", 16, "baz"),
            ("formula-division", 30, "a"),
            ("formula-arguments", 34, "ratio(a, b, otherwise)"),
        ],
    ),
]

MAIN = {
    "formula-not-text": "found",
    "formula-too-long": "length",
    "formula-too-deep": "limit",
    "formula-character": "character",
    "formula-number": "number",
    "formula-not-allowed": "what",
    "formula-unknown-fact": "name",
    "formula-unknown-call": "name",
    "formula-unknown-option": "option",
    "formula-arguments": "call",
    "formula-type": "found",
    "formula-choice": "fact",
    "formula-division": "divisor",
    "formula-places": "limit",
}


def documented() -> dict[str, set[str]]:
    """The codes and their particulars, from the table in the module's docstring."""
    rows = [line.split("|") for line in (formula.__doc__ or "").splitlines() if line.startswith("| `formula-")]
    return {code.strip(" `"): set(args.replace(",", " ").split()) for _, code, args, *_ in rows}


def short(problem: FormulaProblem) -> Found:
    """Code, offset and main particular; the remark of a syntax error is Python's and differs by version."""
    if problem.code == "formula-syntax":
        return problem.code, problem.offset, ...
    return problem.code, problem.offset, problem.args.get(MAIN.get(problem.code, ""))


@pytest.mark.parametrize(("text", "expect", "found"), REFUSED, ids=[ascii(row[0])[:40] for row in REFUSED])
def test_refused(text: Any, expect: Expect, found: list[Found]) -> None:
    raised = problems(text, expect)
    assert [short(problem) for problem in raised] == found
    for problem in raised:
        assert set(problem.args) == documented()[problem.code]


def test_every_code_and_every_word_is_tried() -> None:
    found = [problem for _, _, row in REFUSED for problem in row]
    assert {code for code, _, _ in found} == set(documented())
    assert {what for code, _, what in found if code == "formula-not-allowed"} == set(WORDS.values())
    assert OTHER not in WORDS.values()


def test_caller_deep_in_its_own_calls() -> None:
    def below(calls: int) -> list[FormulaProblem]:
        return below(calls - 1) if calls else problems("floor(" * 95 + "a" + ")" * 95)

    room = sys.getrecursionlimit() - len(inspect.stack())
    assert [problem.code for problem in below(room - 200)] == ["formula-too-deep"]


@pytest.mark.parametrize(
    ("text", "near"),
    [("shar", "share"), ("Share", "share"), ("ｓｈａｒｅ", "share"), ("leest(a, b)", "least"), ("zzzz", "")],
)
def test_near_miss(text: str, near: str) -> None:
    assert [problem.args["nearest"] for problem in problems(text)] == [near]


@pytest.mark.parametrize(
    ("character", "write"),
    [("（", "("), ("，", ","), ("×", "*"), ("≥", ">="), ("“", '"'), ("＋", "+"), ("\u3000", " "), ("#", "")],
)
def test_what_to_write_instead(character: str, write: str) -> None:
    assert problems(f"a {character}")[0].args["write"] == write


def test_error_names_codes_and_places() -> None:
    with pytest.raises(FormulaError, match=r"^formula-unknown-fact at 0, formula-division at 10$"):
        parse("foo + a / b", FACTS, "number")


# Random formulas.


def value(root: Node, facts: Mapping[str, Any]) -> Any:
    """A reader as small as can be: what the expression comes to, in fractions."""
    readings: dict[type[Node], Callable[..., Any]] = {
        Add: lambda node, parts: sum(parts),
        Sub: lambda node, parts: parts[0] - parts[1],
        Mul: lambda node, parts: parts[0] * parts[1],
        Least: lambda node, parts: min(parts),
        Greatest: lambda node, parts: max(parts),
        Le: lambda node, parts: parts[0] <= parts[1],
        Eq: lambda node, parts: parts[0] == parts[1],
        And: lambda node, parts: all(parts),
        Or: lambda node, parts: any(parts),
        Not: lambda node, parts: not parts[0],
        If: lambda node, parts: next(
            (then for holds, then in zip(parts[:-1:2], parts[1::2], strict=True) if holds), parts[-1]
        ),
        Const: lambda node, parts: node.value,
        Fact: lambda node, parts: facts[node.key],
    }
    return fold([root], lambda node, parts: readings[type(node)](node, parts))[root]


def joined(*pieces: st.SearchStrategy[tuple[str, str]] | str) -> st.SearchStrategy[tuple[str, str]]:
    """Pieces of a formula, and of the Python text that means the same, one after the other."""
    strategies = [st.just((piece, piece)) if isinstance(piece, str) else piece for piece in pieces]
    return st.tuples(*strategies).map(lambda pairs: ("".join(p[0] for p in pairs), "".join(p[1] for p in pairs)))


def one_of_words(*words: str) -> st.SearchStrategy[tuple[str, str]]:
    return st.sampled_from([(word, word) for word in words])


def decimal(digits: tuple[int, int]) -> tuple[str, str]:
    text = f"{digits[0]}.{digits[1]}"
    return text, f"Fraction('{text}')"


DECIMALS = st.tuples(st.integers(0, 99), st.integers(0, 999)).map(decimal)
ATOMS = DECIMALS | one_of_words("a", "b", "c")


def larger(inner: st.SearchStrategy[tuple[str, str]]) -> st.SearchStrategy[tuple[str, str]]:
    compared = joined(inner, one_of_words(" < ", " <= ", " == "), inner, one_of_words(" > ", " >= ", " != "), inner)
    condition = joined(
        one_of_words("", "not "), compared, one_of_words(" and ", " or "), one_of_words("filed", "online")
    )
    calls = {"least(": "min(", "greatest(": "max("}
    return st.one_of(
        joined("(", inner, ")"),
        joined("-", inner),
        joined(inner, one_of_words(" + ", " - ", " * "), inner),
        joined(inner, " / ", st.integers(1, 9).map(lambda n: (str(n), f"Fraction({n})"))),
        joined(st.sampled_from(list(calls.items())), inner, ", ", inner, ")"),
        joined("(", inner, " if ", condition, " else ", inner, ")"),
    )


@given(
    st.recursive(ATOMS, larger, max_leaves=15),
    st.tuples(*[st.fractions(-50, 50, max_denominator=100)] * 3),
    st.booleans(),
    st.booleans(),
)
def test_means_what_python_means(
    texts: tuple[str, str], numbers: tuple[Fraction, ...], filed: bool, online: bool
) -> None:
    facts = dict(zip("abc", numbers, strict=True), filed=filed, online=online)
    meant = eval(texts[1], {"Fraction": Fraction, "min": min, "max": max, **facts})
    assert value(parse(texts[0], FACTS, "number").node, facts) == meant


SIGNS = "()[]{},.:+-*/%<>=!'\"#\\ \n\t甲０（é"
SCRAPS = " and | or | not | if | else | in | is | for |lambda |:=|**|==|!=|peers.|__class__|'full'|1|0.5|1e9|f'|b'"
PIECES = [*FACTS, *formula.CALLS, *SIGNS, *SCRAPS.split("|")]


@given(
    st.text() | st.text(max_size=40).map(ascii) | st.lists(st.sampled_from(PIECES), max_size=25).map("".join),
    st.sampled_from(["number", "condition", "countable"]),
)
def test_any_text_is_read_or_refused(text: str, expect: Expect) -> None:
    found: list[FormulaProblem] = []
    try:
        assert set(parse(text, FACTS, expect).facts) <= set(FACTS)
    except FormulaError as error:
        found = error.problems
    assert all(0 <= problem.offset <= len(text) for problem in found)
    assert all(set(problem.args) == documented()[problem.code] for problem in found)
