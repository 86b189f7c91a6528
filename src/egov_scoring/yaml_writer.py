"""Plain data as YAML for authors: keys in their order, and a mapping on one line where it fits."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from egov_scoring.key_order import in_order

WIDTH = 130
ENDLESS = 10**9
# What stands on lines of its own, however short.
ALWAYS_BLOCK = ("indicators", "reading", "components", "units")

Path = tuple[str | int, ...]


class _Writer(yaml.SafeDumper):
    """Without the words that YAML once took for true and false; a list stands further in than its key."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


_Writer.yaml_implicit_resolvers = {}
_TAG = "tag:yaml.org,2002:"
_STARTS = list("-+.0123456789")
_WORDS = list("tTfFnN~")
for _tag, _form, _starts in (
    ("bool", "true|True|TRUE|false|False|FALSE", _WORDS),
    ("null", "~|null|Null|NULL|", [*_WORDS, ""]),
    (
        "float",
        r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)|0[xo]\w+",
        _STARTS,
    ),
):
    _Writer.add_implicit_resolver(_TAG + _tag, re.compile(f"^(?:{_form})$"), _starts)


def as_yaml(data: Mapping[str, object], path: Path = ()) -> str:
    """The mapping as YAML text; `path` says where in a ruleset it would stand.

    >>> print(as_yaml({"title": "T", "ruleset": "mine", "facts": {"papers": {"type": "count", "label": "1"}}}), end="")
    ruleset: mine
    title: T
    facts:
      papers: {type: count, label: '1'}
    """
    text: str = yaml.serialize(_node(data, path, False), Dumper=_Writer, allow_unicode=True, width=ENDLESS)
    return text


def one_line(value: object) -> str:
    """The value as YAML on one line.

    >>> one_line({"name": "a: b", "points": [Decimal("2.50"), True, None]})
    "{name: 'a: b', points: [2.50, true, null]}"
    """
    text = yaml.serialize(_node(value, (), True), Dumper=_Writer, allow_unicode=True, width=ENDLESS)
    return str(text).removesuffix("\n").removesuffix("\n...")


def _node(value: object, path: Path, flow: bool | None = None) -> Node:
    """The value as a node, on one line or not; what that says nothing of goes by whether it fits."""
    match value:
        case Mapping():
            flow = _fits(value, path) if flow is None else flow
            parts = {key: _node(value[key], (*path, key), flow or None) for key in in_order(path, value)}
            pairs = [(ScalarNode(_TAG + "str", key), node) for key, node in parts.items()]
            return MappingNode(_TAG + "map", pairs, flow_style=flow)
        case list() | tuple():
            flow = _fits(value, path) if flow is None else flow
            items = [_node(item, (*path, at), flow or None) for at, item in enumerate(value)]
            return SequenceNode(_TAG + "seq", items, flow_style=flow)
        case None:
            return ScalarNode(_TAG + "null", "null")
        case bool():
            return ScalarNode(_TAG + "bool", str(value).lower())
        case int() | Decimal():
            return ScalarNode(_TAG + "float", f"{value:f}" if isinstance(value, Decimal) else str(value))
        case _:
            return ScalarNode(_TAG + "str", str(value))


def _fits(value: Mapping[str, object] | list[object] | tuple[object, ...], path: Path) -> bool:
    """Whether it stands on the line of its key."""
    if not value:
        return True
    names = [step for step in path if isinstance(step, str)]
    if names in ([], ["facts"]) or names[-1] in ALWAYS_BLOCK:
        return False
    if isinstance(value, (list, tuple)) and any(isinstance(item, Mapping) for item in value):
        return False
    room = WIDTH - 2 * len(path) - len(str(path[-1]))
    return len(one_line(value)) <= room
