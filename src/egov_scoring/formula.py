"""Formulas: the text of an expression becomes a node, or a list of everything that is wrong with it.

simpleeval walks the syntax tree with our tables in place of its own, so that a name becomes a `Fact`, `a + b` an
`Add`, and whatever stands in no table is refused where it stands. A text is read in steps (characters and numbers,
syntax, meaning), and each reports all it finds. Line breaks count as blanks. The problems and their particulars:

| code | args | when |
|---|---|---|
| `formula-not-text` | found | it is not a string at all |
| `formula-empty` | | nothing is written |
| `formula-too-long` | length, limit | more characters than the limit |
| `formula-too-deep` | limit | nested deeper than the limit; a long sum counts, term by term |
| `formula-character` | character, write | a character that has no meaning here, and what to write instead (or "") |
| `formula-number` | number | a number that is not a plain decimal: `1e3`, `0x10`, `1_000`, `012`, `.5` |
| `formula-syntax` | detail | it cannot be read; detail is Python's own remark |
| `formula-not-allowed` | what | a construct outside the language, by a word of `WORDS` |
| `formula-unknown-fact` | name, nearest | no such fact; nearest is a similar one or "" |
| `formula-unknown-call` | name, nearest | no such call; nearest is a similar one or "" |
| `formula-unknown-option` | fact, option, options, nearest | the choice has no such option |
| `formula-arguments` | call, given | too few or too many arguments; call is how it is written |
| `formula-type` | expected, found | `number` for `condition` or the other way round |
| `formula-choice` | fact, options | a choice stands elsewhere than at `==` or `!=` with one of its options |
| `formula-division` | divisor | `/` by what is not a constant, or by 0 |
| `formula-places` | limit | the places of `round` are not a whole constant from 0 to the limit |
| `formula-peers-in-peers` | | a `peers` call inside a `peers` call |
"""

from __future__ import annotations

import ast
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, NamedTuple, Protocol, cast

from simpleeval import SimpleEval  # type: ignore[import-untyped]

from egov_scoring import amounts
from egov_scoring.expression import (
    ONE,
    TRUE,
    ZERO,
    Const,
    Fact,
    Node,
    Peers,
    add,
    at_most,
    both,
    cases,
    const,
    divide,
    either,
    equal,
    floor,
    greatest,
    least,
    multiply,
    negate,
    rounded,
    subtract,
    when,
)
from egov_scoring.facts import nearest

MAX_LENGTH = 2_000
MAX_DEPTH = 100
MAX_PLACES = 6

Type = Literal["number", "condition"]
Expect = Literal["number", "condition", "countable"]


class Declared(Protocol):
    """What must be known of a fact.

    >>> from egov_scoring.facts import FactDeclaration
    >>> state: Declared = FactDeclaration("state", "choice", options=("full", "part"))
    """

    @property
    def type(self) -> str:
        """One of count, findings, yes_no, number, percent, choice, points."""

    @property
    def options(self) -> tuple[str, ...]:
        """The options of a choice, or the levels of points that have them; otherwise empty."""


@dataclass(frozen=True)
class Formula:
    """An expression that was read: its node, its type, and every mention of a fact in order, with repeats.

    >>> from egov_scoring.facts import FactDeclaration
    >>> parse("a * a <= 4", {"a": FactDeclaration("a", "count")}, "condition").facts
    ('a', 'a')
    """

    node: Node
    type: Type
    facts: tuple[str, ...]


class FormulaProblem(NamedTuple):
    """One mistake: a stable code, the 0-based offset of the character where it stands, and its particulars.

    >>> FormulaProblem("formula-number", 4, {"number": "1e3"}).offset
    4
    """

    code: str
    offset: int
    args: dict[str, object]


class FormulaError(Exception):
    """A text that is no expression; `problems` has everything found, in the order of the text.

    >>> print(FormulaError([FormulaProblem("formula-number", 4, {"number": "1e3"})]))
    formula-number at 4
    """

    def __init__(self, problems: Iterable[FormulaProblem]) -> None:
        self.problems = sorted(problems, key=lambda problem: problem.offset)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return ", ".join(f"{problem.code} at {problem.offset}" for problem in self.problems)


def parse(text: str, facts: Mapping[str, Declared], expect: Expect) -> Formula:
    """The expression that the text says; a text that says none raises `FormulaError`.

    Where a `countable` is expected, a condition becomes 1 where it holds and 0 elsewhere.

    >>> from egov_scoring.facts import FactDeclaration
    >>> facts = {"visits": FactDeclaration("visits", "count")}
    >>> parse("least(5, 0.1 * visits)", facts, "number").node
    Least(items=(Mul(a=Const(value=Fraction(1, 10)), b=Fact(key='visits')), Const(value=Fraction(5, 1))))
    >>> parse("least(5, visit", facts, "number")
    Traceback (most recent call last):
    egov_scoring.formula.FormulaError: formula-syntax at 5
    """
    _stop_at(_problems_of_size(text))
    line = text.translate(_BLANKS)
    _stop_at(_problems_of_spelling(line))
    try:
        tree = _tree(line)
        _stop_at(_problems_of_depth(tree))
        return _Reader(line, facts).formula(tree, expect)
    except (RecursionError, MemoryError):
        raise FormulaError([_too_deep(0)]) from None


def _stop_at(problems: Iterable[FormulaProblem]) -> None:
    if found := list(problems):
        raise FormulaError(found)


def _too_deep(offset: int) -> FormulaProblem:
    return FormulaProblem("formula-too-deep", offset, {"limit": MAX_DEPTH})


# Characters and syntax.

_BLANKS = str.maketrans("\t\r\n", "   ")

_LEXEME = re.compile(
    r"""
      (?P<string>  '[^'\\\x00-\x1f\x7f\ud800-\udfff]*' | "[^"\\\x00-\x1f\x7f\ud800-\udfff]*" )
    | (?P<number>  \.?[0-9][\w.]* (?: (?<=[eE]) [+-][0-9]+ )? )
    | (?P<word>    [^\W\d]\w* )
    | (?P<opening> [(\[{] )
    | (?P<closing> [)\]}] )
    | (?P<strange> [\#\\] | [^ -~] )
    """,
    re.VERBOSE,
)

_LOOKALIKES = {"×": "*", "÷": "/", "−": "-", "–": "-", "—": "-", "≤": "<=", "≥": ">=", "≠": "!="} | {
    "“": '"',
    "”": '"',
    "‘": "'",
    "’": "'",
    "、": ",",
    "。": ".",
    "【": "[",
    "】": "]",
}


def _problems_of_size(text: object) -> Iterator[FormulaProblem]:
    if not isinstance(text, str):
        yield FormulaProblem("formula-not-text", 0, {"found": type(text).__name__})
    elif not text.strip():
        yield FormulaProblem("formula-empty", 0, {})
    elif len(text) > MAX_LENGTH:
        yield FormulaProblem("formula-too-long", MAX_LENGTH, {"length": len(text), "limit": MAX_LENGTH})


def _problems_of_spelling(line: str) -> Iterator[FormulaProblem]:
    depth = 0
    for lexeme in _LEXEME.finditer(line):
        text, offset = lexeme[0], lexeme.start()
        match lexeme.lastgroup:
            case "number" if not amounts.DECIMAL.fullmatch(text):
                yield FormulaProblem("formula-number", offset, {"number": text})
            case "strange":
                shown = text if text.isprintable() else f"U+{ord(text):04X}"
                yield FormulaProblem("formula-character", offset, {"character": shown, "write": _plain(text)})
            case "opening":
                depth += 1
                if depth == MAX_DEPTH + 1:
                    yield _too_deep(offset)
            case "closing":
                depth -= 1


def _plain(character: str) -> str:
    """What a keyboard without Chinese punctuation would write for it, or an empty string."""
    plain = _LOOKALIKES.get(character) or unicodedata.normalize("NFKC", character)
    return plain if plain != character and plain.isascii() and plain.isprintable() else ""


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _tree(line: str) -> ast.expr:
    indent = _indent(line)
    try:
        return ast.parse(line[indent:], mode="eval").body
    except SyntaxError as error:
        end = len(line.rstrip(" "))
        offset = min(indent + error.offset - 1, end) if error.offset else end
        raise FormulaError([FormulaProblem("formula-syntax", offset, {"detail": error.msg})]) from None


def _problems_of_depth(tree: ast.expr) -> Iterator[FormulaProblem]:
    level: list[ast.AST] = [tree]
    for _ in range(MAX_DEPTH):
        level = [part for item in level for part in ast.iter_child_nodes(item)]
    if level:
        yield _too_deep(0)


# The tables: what stands in them is the language.

_Wanted = Literal["number", "condition", "countable", "divisor", "places"]

OPERATORS: Mapping[type[ast.AST], Callable[..., Node]] = {
    ast.Add: add,
    ast.Sub: subtract,
    ast.Mult: multiply,
    ast.Div: lambda a, b: divide(a, b, ZERO),
    ast.USub: lambda a: multiply(-1, a),
    ast.LtE: at_most,
    ast.GtE: lambda a, b: at_most(b, a),
    ast.Lt: lambda a, b: negate(at_most(b, a)),
    ast.Gt: lambda a, b: negate(at_most(a, b)),
    ast.Eq: equal,
    ast.NotEq: lambda a, b: negate(equal(a, b)),
    ast.And: both,
    ast.Or: either,
    ast.Not: negate,
}


@dataclass(frozen=True)
class Call:
    """A call: how it is written, which also says what it takes, and what it builds.

    >>> CALLS["round"].signature
    'round(a, places)'
    """

    signature: str
    build: Callable[..., Node]

    @property
    def name(self) -> str:
        """What stands before the bracket."""
        return self.signature.partition("(")[0]

    def wanted(self, given: int) -> list[_Wanted] | None:
        """What each of so many arguments must be, or None if it does not take so many; `...` repeats the one before."""
        parameters = self.signature[len(self.name) + 1 : -1].split(", ")
        if parameters[-1] == "...":
            parameters[-1:] = [parameters[-2]] * (given - len(parameters) + 1)
        if len(parameters) != given:
            return None
        return [_PARAMETERS.get(parameter, "number") for parameter in parameters]


_PARAMETERS: Mapping[str, _Wanted] = {"condition": "condition", "places": "places"}


def _percent(a: Node, b: Node) -> Node:
    return multiply(100, divide(a, b, ZERO))


def _ceil(a: Node) -> Node:
    return multiply(-1, floor(multiply(-1, a)))


def _round(a: Node, places: Const) -> Node:
    return rounded(a, int(places.value))


def _count(*conditions: Node) -> Node:
    return add(*(when(condition, ONE, ZERO) for condition in conditions))


def _peers(statistic: str) -> Callable[[Node], Node]:
    return lambda a: Peers(statistic, a, TRUE, ())


def _peers_mean(a: Node) -> Node:
    return divide(_peers("sum")(a), _peers("count")(a), ZERO)


CALLS: Mapping[str, Call] = {
    call.name: call
    for call in (
        Call("ratio(a, b, otherwise)", divide),
        Call("percent(a, b)", _percent),
        Call("least(a, b, ...)", least),
        Call("greatest(a, b, ...)", greatest),
        Call("floor(a)", floor),
        Call("ceil(a)", _ceil),
        Call("round(a, places)", _round),
        Call("count(condition, ...)", _count),
        Call("peers.mean(a)", _peers_mean),
        *(Call(f"peers.{name}(a)", _peers(name)) for name in ("min", "max", "sum", "count", "rank")),
    )
}

# The words for what is refused, as `what` of a problem; OTHER is said of whatever a later Python adds.
WORDS: Mapping[type, str] = {
    ast.Attribute: "attribute",
    ast.Await: "await",
    ast.BitAnd: "bitwise",
    ast.BitOr: "bitwise",
    ast.BitXor: "bitwise",
    ast.Call: "call",
    ast.Dict: "dict",
    ast.DictComp: "comprehension",
    ast.FloorDiv: "floor-division",
    ast.GeneratorExp: "generator",
    ast.In: "in",
    ast.Invert: "bitwise",
    ast.Is: "is",
    ast.IsNot: "is",
    ast.JoinedStr: "f-string",
    ast.LShift: "shift",
    ast.Lambda: "lambda",
    ast.List: "list",
    ast.ListComp: "comprehension",
    ast.MatMult: "matrix-product",
    ast.Mod: "modulo",
    ast.NamedExpr: "walrus",
    ast.NotIn: "in",
    ast.Pow: "power",
    ast.RShift: "shift",
    ast.Set: "set",
    ast.SetComp: "comprehension",
    ast.Starred: "starred",
    ast.Subscript: "subscript",
    ast.Tuple: "tuple",
    ast.UAdd: "unary-plus",
    ast.Yield: "yield",
    ast.YieldFrom: "yield",
    ast.keyword: "keyword-argument",
    bool: "true-false",
    bytes: "bytes",
    str: "string",
    type(...): "ellipsis",
    type(None): "none",
}

OTHER = "construct"


# The reader.


@dataclass(frozen=True)
class _Value:
    """What a part of the text came to. `text` is a string's content or a fact's key; a refused part fits everywhere."""

    type: Literal["number", "condition", "choice", "text", "refused"]
    node: Node = ONE
    text: str = ""
    options: tuple[str, ...] = ()


_REFUSED = _Value("refused")


def _number(node: Node) -> Fraction | None:
    return node.value if isinstance(node, Const) else None


class _Reader(SimpleEval):  # type: ignore[misc]
    """Walks one syntax tree; a handler returns a `_Value` and notes a problem instead of raising it."""

    def __init__(self, line: str, facts: Mapping[str, Declared]) -> None:
        super().__init__(operators=OPERATORS, functions=CALLS, names=facts)
        self.nodes = defaultdict(
            lambda: self._not_allowed,
            {
                ast.Constant: self._constant,
                ast.Name: self._name,
                ast.UnaryOp: self._unary,
                ast.BinOp: self._binary,
                ast.BoolOp: self._junction,
                ast.Compare: self._comparison,
                ast.IfExp: self._conditional,
                ast.Call: self._call,
            },
        )
        self.line = line
        self.indent = _indent(line)
        self.source = line[self.indent :].encode()
        self.inside_peers = False
        self.mentions: list[tuple[int, str]] = []
        self.problems: dict[tuple[int, str], FormulaProblem] = {}

    def formula(self, tree: ast.expr, expect: Expect) -> Formula:
        node = self._fit(tree, self.eval(self.line, tree), expect)
        _stop_at(self.problems.values())
        facts = tuple(key for _, key in sorted(self.mentions))
        return Formula(node, "condition" if expect == "condition" else "number", facts)

    # Where things stand.

    def _offset(self, column: int) -> int:
        """The place in the text of a column of the syntax tree, which counts bytes."""
        return self.indent + len(self.source[:column].decode())

    def _written(self, item: ast.expr) -> str:
        return self.source[item.col_offset : item.end_col_offset].decode()

    def _after(self, item: ast.expr) -> int:
        """Where the operator behind the operand stands."""
        end = self._offset(cast(int, item.end_col_offset))
        while self.line[end] in " )":
            end += 1
        return end

    def _refuse(self, at: ast.expr | ast.keyword | int, code: str, **args: object) -> _Value:
        offset = at if isinstance(at, int) else self._offset(at.col_offset)
        self.problems.setdefault((offset, code), FormulaProblem(code, offset, args))
        return _REFUSED

    def _not_allowed(self, item: ast.expr) -> _Value:
        return self._refuse(item, "formula-not-allowed", what=WORDS.get(type(item), OTHER))

    # Types.

    def _read(self, item: ast.expr, wanted: _Wanted) -> Node:
        return self._fit(item, self._eval(item), wanted)

    def _fit(self, item: ast.expr, value: _Value, wanted: _Wanted) -> Node:
        """The value's node as what is wanted; a value that is not that is refused."""
        needed: Type = "condition" if wanted == "condition" else "number"
        if value.type == "refused":
            return value.node
        if value.type == "condition" and wanted == "countable":
            return when(value.node, ONE, ZERO)
        if value.type != needed:
            return self._mistyped(item, value, needed).node
        if wanted == "divisor" and _number(value.node) in (None, 0):
            return self._refuse(item, "formula-division", divisor=self._written(item)).node
        if wanted == "places" and _number(value.node) not in range(MAX_PLACES + 1):
            return self._refuse(item, "formula-places", limit=MAX_PLACES).node
        return value.node

    def _mistyped(self, item: ast.expr, value: _Value, needed: Type) -> _Value:
        match value.type:
            case "text":
                return self._refuse(item, "formula-not-allowed", what=WORDS[str])
            case "choice":
                return self._refuse(item, "formula-choice", fact=value.text, options=", ".join(value.options))
            case found:
                return self._refuse(item, "formula-type", expected=needed, found=found)

    def _operate(self, operator: ast.AST, offset: int, gives: Type, *operands: Node) -> _Value:
        if build := self.operators.get(type(operator)):
            return _Value(gives, build(*operands))
        return self._refuse(offset, "formula-not-allowed", what=WORDS[type(operator)])

    # One handler for each kind of syntax.

    def _constant(self, item: ast.Constant) -> _Value:
        written = self._written(item)
        if type(item.value) in (int, float, complex):
            try:
                return _Value("number", const(amounts.parse(written)))
            except ValueError:
                return self._refuse(item, "formula-number", number=written)
        if isinstance(item.value, str) and written[1:-1] == item.value:
            return _Value("text", text=item.value)
        return self._refuse(item, "formula-not-allowed", what=WORDS[type(item.value)])

    def _name(self, item: ast.Name) -> _Value:
        name = self._written(item)  # not item.id: Python's parser rewrites full-width letters
        declared: Declared | None = self.names.get(name)
        if declared is None and name in ("true", "false"):
            return self._refuse(item, "formula-not-allowed", what=WORDS[bool])
        if declared is None:
            return self._refuse(item, "formula-unknown-fact", name=name, nearest=nearest(item.id, self.names))
        self.mentions.append((self._offset(item.col_offset), name))
        if declared.options:
            return _Value("choice", Fact(name), name, declared.options)
        return _Value("condition" if declared.type == "yes_no" else "number", Fact(name))

    def _unary(self, item: ast.UnaryOp) -> _Value:
        of: Type = "condition" if isinstance(item.op, ast.Not) else "number"
        return self._operate(item.op, self._offset(item.col_offset), of, self._read(item.operand, of))

    def _binary(self, item: ast.BinOp) -> _Value:
        a = self._read(item.left, "number")
        b = self._read(item.right, "divisor" if isinstance(item.op, ast.Div) else "number")
        return self._operate(item.op, self._after(item.left), "number", a, b)

    def _junction(self, item: ast.BoolOp) -> _Value:
        conditions = [self._read(value, "condition") for value in item.values]
        return self._operate(item.op, self._after(item.values[0]), "condition", *conditions)

    def _comparison(self, item: ast.Compare) -> _Value:
        sides = [(side, cast(_Value, self._eval(side))) for side in (item.left, *item.comparators)]
        pairs = zip(item.ops, sides, sides[1:], strict=False)
        return _Value("condition", both(*(self._compare(operator, a, b).node for operator, a, b in pairs)))

    def _compare(self, operator: ast.cmpop, a: tuple[ast.expr, _Value], b: tuple[ast.expr, _Value]) -> _Value:
        types = a[1].type, b[1].type
        if "refused" in types:
            return _REFUSED
        if isinstance(operator, (ast.Eq, ast.NotEq)) and sorted(types) == ["choice", "text"]:
            choice, (at, option) = (a[1], b) if types[0] == "choice" else (b[1], a)
            operands = choice.node, self._option(at, option.text, choice)
        else:
            operands = self._fit(*a, "number"), self._fit(*b, "number")
        return self._operate(operator, self._after(a[0]), "condition", *operands)

    def _option(self, at: ast.expr, option: str, choice: _Value) -> Node:
        if option in choice.options:
            return const(choice.options.index(option) + 1)
        return self._refuse(
            at,
            "formula-unknown-option",
            fact=choice.text,
            option=option,
            options=", ".join(choice.options),
            nearest=nearest(option, choice.options),
        ).node

    def _conditional(self, item: ast.IfExp) -> _Value:
        branches: list[tuple[Node, Node]] = []
        rest: ast.expr = item
        while isinstance(rest, ast.IfExp):
            branches.append((self._read(rest.test, "condition"), self._read(rest.body, "number")))
            rest = rest.orelse
        return _Value("number", cases(branches, self._read(rest, "number")))

    def _call(self, item: ast.Call) -> _Value:
        name = self._written(item.func)
        call: Call | None = self.functions.get(name)
        if call is None:
            return self._unknown_call(item, name)
        for keyword in item.keywords:
            self._refuse(keyword, "formula-not-allowed", what=WORDS[ast.keyword])
        over_peers, around = name.startswith("peers."), self.inside_peers
        if over_peers and around:
            self._refuse(item, "formula-peers-in-peers")
        self.inside_peers = over_peers or around
        arguments = self._arguments(item, call)
        self.inside_peers = around
        return _REFUSED if arguments is None else _Value("number", call.build(*arguments))

    def _arguments(self, item: ast.Call, call: Call) -> list[Node] | None:
        given = len(item.args) + len(item.keywords)
        wanted = call.wanted(given)
        if wanted is None:
            self._refuse(item, "formula-arguments", call=call.signature, given=given)
        if wanted is None or item.keywords:
            self._look_through(item.args)
            return None
        return [self._read(argument, each) for argument, each in zip(item.args, wanted, strict=True)]

    def _unknown_call(self, item: ast.Call, name: str) -> _Value:
        if isinstance(item.func, ast.Name) or name.startswith("peers."):
            self._look_through(item.args)
            return self._refuse(item, "formula-unknown-call", name=name, nearest=nearest(name, self.functions))
        return self._refuse(item.func, "formula-not-allowed", what=WORDS.get(type(item.func), WORDS[ast.Call]))

    def _look_through(self, items: Iterable[ast.expr]) -> None:
        """Find what is wrong inside parts that nothing is built from."""
        for item in items:
            self._eval(item)
