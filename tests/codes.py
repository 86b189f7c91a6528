"""The codes of problems and what they are given, collected from the source without running it."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import egov_scoring

ROOT = Path(egov_scoring.__file__).parent

# What takes a code, as which of its arguments, and whether it adds particulars of its own.
TAKERS = {
    "Problem": (0, False),
    "problem": (0, False),
    "key_problem": (0, False),
    "warning": (0, False),
    "FormulaProblem": (0, False),
    "_refused": (0, False),
    "_report": (0, False),
    "_refuse": (1, False),
    "_problem": (0, True),
    "_complain": (2, True),
    "complain": (0, True),
    "Misfit": (0, True),
    "PydanticCustomError": (0, True),
}


@dataclass(frozen=True)
class Raised:
    """One place in the source: a code and the names of its particulars; `more` says that there may be others."""

    module: str
    line: int
    code: str
    args: frozenset[str]
    more: bool


def _literals(node: ast.expr) -> Iterator[str]:
    """The texts that an expression can be: a literal, one of two, or `missing-` with each of the reasons."""
    match node:
        case ast.Constant(value=str() as code):
            yield code
        case ast.IfExp():
            yield from _literals(node.body)
            yield from _literals(node.orelse)
        case ast.JoinedStr(values=[ast.Constant(value="missing-"), _]):
            yield from (f"missing-{reason}" for reason in ("decision", "peers"))


def _raised(module: str, tree: ast.Module) -> Iterator[Raised]:
    named = [node.value for node in ast.walk(tree) if isinstance(node, ast.Assign) and _is_code(node.targets[0])]
    for node in ast.walk(tree):
        match node:
            case ast.Return(value=ast.Tuple(elts=[first, ast.Dict(keys=keys)])):
                args = frozenset(str(key.value) for key in keys if isinstance(key, ast.Constant))
                codes, more = list(_literals(first)), None in keys
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in TAKERS:
                at, more = TAKERS[name]
                given = node.args[at : at + 1]
                sources = named if given and _is_code(given[0]) else given
                codes = [code for source in sources for code in _literals(source)]
                args = frozenset(keyword.arg for keyword in node.keywords if keyword.arg)
                dicts = [argument for argument in node.args[at + 1 :] if isinstance(argument, ast.Dict)]
                args |= {str(key.value) for part in dicts for key in part.keys if isinstance(key, ast.Constant)}
                more |= any(keyword.arg is None for keyword in node.keywords)
            case _:
                continue
        yield from (Raised(module, node.lineno, code, args, more) for code in codes)


def _is_code(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "code"


def _collected() -> Iterator[Raised]:
    for file in sorted(ROOT.rglob("*.py")):
        module = ".".join(file.relative_to(ROOT).with_suffix("").parts)
        yield from _raised(module, ast.parse(file.read_text("utf-8")))


RAISED = list(_collected())

# The modules that raise each code.
CODES: dict[str, set[str]] = defaultdict(set)
for each in RAISED:
    CODES[each.code].add(each.module)
