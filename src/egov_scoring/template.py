"""A facts file to fill in: every fact with what is asked, in comments."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from egov_scoring import amounts, messages
from egov_scoring.facts import FactDeclaration, Unit
from egov_scoring.ruleset import Ruleset


def template(ruleset: Ruleset, unit: Unit | None = None, lang: str | None = None) -> str:
    """YAML text with a line for each fact: empty, or filled with the unit's.

    >>> from egov_scoring import load
    >>> print(template(load("2019/city"), lang="en").splitlines()[0])
    # 2019/city  2019年度设区市政府电子政务绩效考核（综合应用部分）
    """
    return "\n".join(_lines(ruleset, unit, lang)) + "\n"


def _lines(ruleset: Ruleset, unit: Unit | None, lang: str | None) -> Iterator[str]:
    yield f"# {ruleset.id}  {ruleset.title}"
    for line in messages.text("template.head" if unit is None else "template.made_up", lang).splitlines():
        yield f"# {line}"
    yield f"unit: {messages.text('template.unit', lang) if unit is None else unit.name}"
    yield "facts:"
    for key, declaration in ruleset.facts.items():
        yield f"  # {_asked(declaration, lang)}"
        value = "" if unit is None or key not in unit.facts else f" {_scalar(unit.facts[key])}"
        yield f"  {key}:{value}"
    if unit is not None:
        yield from _records("places", unit.places)
        yield from _records("overrides", unit.overrides)


def _records(section: str, records: Mapping[str, Mapping[str, object]]) -> Iterator[str]:
    if records:
        yield f"{section}:"
        for name, record in records.items():
            yield f"  {name}: {{{', '.join(f'{key}: {_scalar(value)}' for key, value in record.items())}}}"


def _asked(fact: FactDeclaration, lang: str | None) -> str:
    """What a fact asks: label, unit, and what may be entered."""
    unit = messages.text("template.in", lang, unit=fact.unit) if fact.unit else ""
    return f"{fact.label}{unit}: {_taken(fact, lang)}" + (f"  {fact.about}" if fact.about else "")


def _taken(fact: FactDeclaration, lang: str | None) -> str:
    if fact.options:
        options = ", ".join(
            option if option == label else f"{option} ({label})"
            for option, label in zip(fact.options, fact.labels, strict=True)
        )
        return messages.text("template.choice", lang, options=options)
    low, high = amounts.to_text(fact.low), amounts.to_text(fact.high)
    return messages.text(f"template.{fact.type}", lang, low=low, high=high, places=fact.places)


def _scalar(value: object) -> str:
    """A value as YAML that reads back as the same."""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    is_word = isinstance(value, str) and not re.fullmatch(r"[A-Za-z\u4e00-\u9fff][\w\u4e00-\u9fff]*", text)
    return json.dumps(text, ensure_ascii=False) if is_word or text in ("true", "false", "null") else text
