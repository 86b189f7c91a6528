"""Texts and ledger lines put into a language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from egov_scoring import amounts, messages
from egov_scoring.duties import DutyRow, DutyTable
from egov_scoring.expression import Node
from egov_scoring.facts import OPEN, FactDeclaration, decision
from egov_scoring.program import Arg, Item, Program, Text
from egov_scoring.readers.words import Words
from egov_scoring.scorecard import Exact, LedgerLine

SHOWN_PLACES = 4


def say(text: Text, program: Program, lang: str | None = None) -> str:
    """A text in words."""
    words = Words(program.facts, lang)
    return messages.text(text.id, lang, **{key: _said(value, program, words, lang) for key, value in text.args.items()})


def _said(value: Arg, program: Program, words: Words, lang: str | None) -> str:
    match value:
        case Text():
            return say(value, program, lang)
        case Node():
            return words.of(value)
        case Fraction():
            return amounts.to_text(value)
        case tuple():
            return messages.text("join", lang).join(_said(part, program, words, lang) for part in value)
        case str():
            return value


def rule(item: Item, program: Program, lang: str | None = None) -> str:
    """An indicator's rule, and what stands beside it, as one sentence."""
    return messages.text("stop", lang).join(say(text, program, lang) for text in item.rule)


def grades(program: Program, lang: str | None = None) -> list[str]:
    """The grades of the total, the best first, each in one sentence."""
    stop = messages.text("stop", lang)
    rules = {grade.name: stop.join(say(text, program, lang) for text in grade.rule) for grade in program.grades}
    return [messages.text("grade.named", lang, grade=name, rule=rule) for name, rule in rules.items()]


def line(item: LedgerLine, lang: str | None = None) -> str:
    """A ledger line in words."""
    assert item.program is not None
    words = Words(item.program.facts, lang)
    args = {key: _shown(value, item.program, words, lang) for key, value in item.args.items()}
    if "stated" in args and messages.has(f"line.stated.{args['stated']}"):
        args["stated"] = messages.text(f"line.stated.{args['stated']}", lang)
    if item.code == "override":
        args |= signature(item.records[0], lang)
    names = [f"line.{item.code}.{form}" for form in ("stated", "every", "rule") if form in args]
    name = next(filter(messages.has, [*names, f"line.{item.code}"]), "line.any")
    args |= {"nominal": amount(item.nominal, lang), "amount": amount(abs(Fraction(item.nominal)), lang)}
    text = messages.text(name, lang, **args)
    clause = messages.text("line.clause", lang, clause=item.clause) if item.clause else ""
    label = f"{clause}{item.name}"
    return messages.text("line.named", lang, label=label, line=text) if label else text


def signature(record: Mapping[str, Any], lang: str | None = None) -> dict[str, str]:
    """What the words of a record need to say who says so, when, why, and where that stands."""
    aside = {
        name: messages.text(f"record.{name}", lang, said=record[key]) if record.get(key) else ""
        for name, key in (("on", "date"), ("in", "source"))
    }
    return {"by": str(record.get("by", "")), "why": str(record.get("why", "")), **aside}


def signed(record: Mapping[str, Any], lang: str | None = None) -> str:
    """Who says so, when, why, and where that stands."""
    return messages.text("record.signed", lang, **signature(record, lang))


def decided(objection: Mapping[str, Any], lang: str | None = None) -> str:
    """What was decided on an objection, by whom, when and why; or that it is open."""
    said = messages.text(f"decision.{decision(objection)}", lang)
    if decision(objection) == OPEN:
        return said
    keys = {"by": "decided_by", "date": "decided_on", "why": "decided_why"}
    record = {key: objection.get(name) for key, name in keys.items()}
    return messages.text("decision.said", lang, decision=said, signed=signed(record, lang))


def _shown(value: Arg | Exact, program: Program, words: Words, lang: str | None) -> str:
    if isinstance(value, Decimal):
        return amount(value, lang)
    if isinstance(value, Fraction):
        return amount(value, lang)
    return _said(value, program, words, lang)


def amount(value: Exact, lang: str | None = None) -> str:
    """An amount without needless zeros; one that no decimal can write, to a few places and marked as such."""
    exact = Fraction(value)
    if amounts.places_needed(exact) is not None:
        return amounts.to_text(exact)
    return messages.text("line.about", lang, value=amounts.to_text(amounts.round_half_up(exact, SHOWN_PLACES)))


def stated(fact: FactDeclaration | None, value: object, lang: str | None = None) -> str:
    """What was stated for a fact, as one would say it: options by their labels, numbers with their measure."""
    if isinstance(value, bool):
        return messages.text("witness.yes" if value else "witness.no", lang)
    if fact and fact.options and value in fact.options:
        return fact.labels[fact.options.index(str(value))]
    if isinstance(value, str):
        return value
    measure = (fact.unit or "%" * (fact.type == "percent")) if fact else ""
    return f"{amounts.to_text(Fraction(str(value)))}{measure}"


def taken(fact: FactDeclaration, lang: str | None = None) -> str:
    """What may be entered for a fact."""
    if fact.options:
        options = ", ".join(
            option if option == label else f"{option} ({label})"
            for option, label in zip(fact.options, fact.labels, strict=True)
        )
        return messages.text("template.choice", lang, options=options)
    low, high = amounts.to_text(fact.low), amounts.to_text(fact.high)
    return messages.text(f"template.{fact.type}", lang, low=low, high=high, places=fact.places)


def readings(
    program: Program, duties: DutyTable | None = None, lang: str | None = None
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every reading with what it is about: an indicator, the whole table, or the duty table."""
    for item in program.items():
        name = messages.text("readings.whole", lang) if item is program.total else item.name
        yield from ((name, reading) for reading in item.about.get("readings", ()))
    if duties is not None:
        yield from ((duties.title, reading) for reading in duties.readings)


def named(row: DutyRow, lang: str | None = None) -> str:
    """Who keeps up a row of a duty table, the lead first and marked."""
    lead = [messages.text("duties.lead", lang, unit=unit) for unit in row.lead]
    return messages.text("join", lang).join([*lead, *row.units])


def listed(names: Iterable[str], lang: str | None = None) -> str:
    """Names in a row."""
    return messages.text("rectify.and", lang).join(names)


def feeds(row: DutyRow, program: Program, lang: str | None = None) -> str:
    """The indicator that a row of a duty table feeds, or why it feeds none."""
    names = {item.id: item.name for item in program.items()}
    name = "duties.none_because" if row.why else "duties.none"
    return names[row.feeds] if row.feeds else messages.text(name, lang, why=row.why)
