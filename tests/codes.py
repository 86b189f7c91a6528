"""The codes of problems, collected from the source without running it."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import egov_scoring

ROOT = Path(egov_scoring.__file__).parent

# What takes a code, and as which of its arguments.
TAKERS = {
    "Problem": 0,
    "problem": 0,
    "key_problem": 0,
    "warning": 0,
    "Misfit": 0,
    "PydanticCustomError": 0,
    "FormulaProblem": 0,
    "_refused": 0,
    "_report": 0,
    "_problem": 0,
    "_refuse": 1,
    "_complain": 2,
}


def _literals(node: ast.expr) -> Iterator[str]:
    """The codes that an expression can be: a literal, or one of two."""
    match node:
        case ast.Constant(value=str() as code):
            yield code
        case ast.IfExp():
            yield from _literals(node.body)
            yield from _literals(node.orelse)


def _codes(tree: ast.Module) -> Iterator[str]:
    names: dict[str, list[ast.expr]] = defaultdict(list)
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Name(id="code")]):
                names["code"].append(node.value)
            case ast.Return(value=ast.Tuple(elts=[first, ast.Dict()])):
                yield from _literals(first)
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in TAKERS:
                for argument in node.args[TAKERS[name] : TAKERS[name] + 1]:
                    yield from (code for each in _meant(argument, names) for code in _literals(each))


def _meant(argument: ast.expr, names: dict[str, list[ast.expr]]) -> list[ast.expr]:
    return names[argument.id] if isinstance(argument, ast.Name) else [argument]


def _collected() -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for file in sorted(ROOT.rglob("*.py")):
        module = ".".join(file.relative_to(ROOT).with_suffix("").parts)
        for code in _codes(ast.parse(file.read_text("utf-8"))):
            found[code].add(module)
    return dict(found)


# The modules that raise each code.
CODES = _collected()
