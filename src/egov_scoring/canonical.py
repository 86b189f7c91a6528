"""The canonical form of a ruleset file: keys in their order, one style of indentation, comments and scalars as written.

First whole lines are put in order, each key with the comments above it; then ruamel.yaml writes the file anew. What an
author wrote on one line stays on one line where it fits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from egov_scoring.errors import Position, Problem, RulesetError
from egov_scoring.key_order import in_order
from egov_scoring.load import load
from egov_scoring.whole_file import write
from egov_scoring.yaml_reader import read_text
from egov_scoring.yaml_writer import ENDLESS, WIDTH

if TYPE_CHECKING:
    from ruamel.yaml import YAML

Steps = tuple[str | int, ...]
REMARK = re.compile(r" *(#|$)")


def format_file(path: Path, *, check: bool = False) -> bool:
    """Puts a ruleset file into its form, unless `check`; whether it had another one.

    Raises `RulesetError` where the file is no sound ruleset, or cannot be put into form; then it is left as it is.
    """
    load(path, cache=False)
    text = path.read_text("utf-8")
    formed = canonical(text, str(path))
    if formed != text and not check:
        write(path, formed)
    return formed != text


def canonical(text: str, file: str = "") -> str:
    """The text of a sound ruleset in canonical form; `file` is the name that problems carry.

    >>> print(canonical("{title: T, ruleset: mine}"), end="")
    {ruleset: mine, title: T}
    """
    try:
        from ruamel.yaml.error import YAMLError
    except ImportError as error:
        raise RulesetError([Problem("extra-missing", library="ruamel.yaml", extra="author")]) from error
    text = text.removeprefix("\ufeff")
    try:
        formed = _laid_out(_in_order(text))
    except YAMLError:
        formed = ""
    if _meaning(formed) != _meaning(text):
        raise RulesetError([Problem("not-formatted", Position(file, 1, 1))])
    return formed


def _meaning(text: str) -> object:
    """What a form must not change: the data and the comments."""
    remarks = re.findall(r"(?:^|(?<=\s))#.*", text, re.MULTILINE)
    return read_text(text, "")[0], sorted(remark.rstrip() for remark in remarks)


def _yaml() -> YAML:
    """What keeps comments, quotes, and every scalar as it is written: there are no numbers, only words and nothing."""
    from ruamel.yaml import YAML
    from ruamel.yaml.resolver import VersionedResolver

    class Verbatim(VersionedResolver):
        @property
        def versioned_resolver(self) -> Any:
            return {"": [("tag:yaml.org,2002:null", re.compile("^$"))]}

    yaml = YAML()
    yaml.Resolver = Verbatim
    yaml.preserve_quotes = True
    yaml.width = ENDLESS
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


# Lines put in order.


def _in_order(text: str) -> str:
    lines = [line.rstrip(" \t") for line in text.splitlines()]
    return "\n".join(_arranged(_yaml().compose(text), (), lines, 0, len(lines))).strip("\n") + "\n"


def _arranged(node: Any, path: Steps, lines: list[str], start: int, end: int) -> list[str]:
    """The lines from start to end, which hold that value, in order."""
    if node.id == "scalar" or node.flow_style or not node.value:
        return lines[start:end]
    if node.id == "mapping":
        return _of_mapping(node, path, lines, start, end)
    starts = [item.start_mark.line for item in node.value]
    bounds = [start, *(_above(lines, line, node.start_mark.column) for line in starts[1:]), end]
    arranged = lines[start : starts[0]]
    for at, item in enumerate(node.value):
        arranged += lines[bounds[at] : starts[at]] if at else []
        arranged += _arranged(item, (*path, at), lines, starts[at], bounds[at + 1])
    return arranged


def _of_mapping(node: Any, path: Steps, lines: list[str], start: int, end: int) -> list[str]:
    """The lines of a mapping, each key with what stands above it; the head of the file stays, and what is further out."""
    column = node.value[0][0].start_mark.column
    starts = [key.start_mark.line for key, _ in node.value]
    first = start if path else max((at + 1 for at in range(starts[0]) if not lines[at]), default=starts[0])
    last = _above(lines, end, column - 1)
    bounds = [first, *(_above(lines, line, column) for line in starts[1:]), last]
    lead = lines[starts[0]][:column]
    entries = {}
    for at, (key, value) in enumerate(node.value):
        own = lines[bounds[at] : starts[at]]
        own.append(" " * column + lines[starts[at]][column:])
        below = (starts[at] + 1, bounds[at + 1])
        is_below = value.id != "scalar" and value.start_mark.line > starts[at]
        own += _arranged(value, (*path, key.value), lines, *below) if is_below else lines[slice(*below)]
        entries[key.value] = own
    arranged = [line for key in in_order(path, entries) for line in entries[key]]
    head = next(at for at, line in enumerate(arranged) if not REMARK.match(line))
    arranged[head] = lead + arranged[head][column:]
    return lines[start:first] + arranged + lines[last:end]


def _above(lines: list[str], line: int, column: int) -> int:
    """Where the blank lines and comments begin that stand right above a line, no further in than its column."""
    while REMARK.match(lines[line - 1]) and len(lines[line - 1]) - len(lines[line - 1].lstrip()) <= column:
        line -= 1
    return line


# The layout.


def _laid_out(text: str) -> str:
    yaml = _yaml()
    data = yaml.load(text)
    _break_long_lines(yaml, data, (), 0)
    return "\n".join(_remarks_in_line(_dumped(yaml, data))) + "\n"


def _dumped(yaml: YAML, data: object) -> str:
    stream = StringIO()
    yaml.dump(data, stream)
    return stream.getvalue()


def _break_long_lines(yaml: YAML, value: Any, path: Steps, column: int) -> None:
    """What stands on one line and does not fit it is written below one another; keys on one line are put in order."""
    if not hasattr(value, "fa"):
        return
    is_mapping, is_flow = isinstance(value, dict), value.fa.flow_style()
    if is_mapping and is_flow:
        for name in in_order(path, value):
            value.move_to_end(name)
    if is_flow and column + len(_dumped(yaml, value)) - 1 > WIDTH:
        value.fa.set_block_style()
    for key in value if is_mapping else range(len(value)):
        _break_long_lines(yaml, value[key], (*path, key), column + (2 if is_mapping else 4))


def _remarks_in_line(text: str) -> Iterator[str]:
    """Every comment with a line to itself as far in as the line that it stands above."""
    lines, quoted = text.splitlines(), set(_within_scalars(_yaml().compose(text)))
    for at, line in enumerate(lines):
        below = next((other for other in lines[at:] if not REMARK.match(other)), "")
        is_remark = at not in quoted and line.lstrip().startswith("#")
        yield " " * (len(below) - len(below.lstrip())) + line.lstrip() if is_remark else line


def _within_scalars(node: Any) -> Iterator[int]:
    """The lines that belong to texts which began on an earlier one."""
    if node.id == "scalar":
        yield from range(node.start_mark.line + 1, node.end_mark.line)
    elif node.id == "sequence":
        yield from (line for item in node.value for line in _within_scalars(item))
    else:
        yield from (line for _, value in node.value for line in _within_scalars(value))
