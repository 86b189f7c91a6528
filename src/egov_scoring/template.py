"""A facts file to fill in: every fact with what is asked, in comments."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from egov_scoring import messages
from egov_scoring.facts import FactDeclaration, Unit
from egov_scoring.report import wording
from egov_scoring.ruleset import Ruleset


def template(ruleset: Ruleset, unit: Unit | None = None, lang: str | None = None, *, head: str = "") -> str:
    """YAML text with a line for each fact: empty, or filled with the unit's. `head` is a remark at the top, by default how to
    fill it in, or that what a unit brings is made up.

    >>> from egov_scoring import load
    >>> print(template(load("2019/city"), lang="en").splitlines()[0])
    # 2019/city  2019年度设区市政府电子政务绩效考核（综合应用部分）
    """
    head = head or messages.text("template.head" if unit is None else "template.made_up", lang)
    return "\n".join(_lines(ruleset, unit, head, lang)) + "\n"


def _lines(ruleset: Ruleset, unit: Unit | None, head: str, lang: str | None) -> Iterator[str]:
    yield f"# {ruleset.id}  {ruleset.title}"
    for line in head.splitlines():
        yield f"# {line}"
    yield f"unit: {messages.text('template.unit', lang) if unit is None else _scalar(unit.name)}"
    yield "facts:"
    for key, declaration in ruleset.facts.items():
        yield f"  # {_asked(declaration, lang)}"
        value = "" if unit is None or key not in unit.facts else f" {_scalar(unit.facts[key])}"
        yield f"  {key}:{value}"
    if unit is not None:
        for kind, records in unit.records.items():
            yield from _records(kind, records)


def _records(section: str, records: Mapping[str, Mapping[str, object]]) -> Iterator[str]:
    yield f"{section}:"
    for name, record in records.items():
        yield f"  {name}: {{{', '.join(f'{key}: {_scalar(value)}' for key, value in record.items())}}}"


def _asked(fact: FactDeclaration, lang: str | None) -> str:
    """What a fact asks: label, unit, and what may be entered."""
    unit = messages.text("template.in", lang, unit=fact.unit) if fact.unit else ""
    return f"{fact.label}{unit}: {wording.taken(fact, lang)}" + (f"  {fact.about}" if fact.about else "")


def _scalar(value: object) -> str:
    """A value as YAML that reads back as the same."""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    is_word = isinstance(value, str) and not re.fullmatch(r"[A-Za-z\u4e00-\u9fff][\w\u4e00-\u9fff]*", text)
    return json.dumps(text, ensure_ascii=False) if is_word or text in ("true", "false", "null") else text
