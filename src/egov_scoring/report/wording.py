"""Texts and ledger lines put into a language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from egov_scoring import amounts, messages
from egov_scoring.duties import DutyRow, DutyTable
from egov_scoring.expression import Node
from egov_scoring.facts import DECIDED, OPEN, FactDeclaration, decision, exact_number
from egov_scoring.program import Arg, Item, Program, Text
from egov_scoring.readers.words import Words
from egov_scoring.scorecard import Exact, LedgerLine, Score

SHOWN_PLACES = 4
PERCENT_PLACES = 2


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
    return {"by": str(record.get("by") or ""), "why": str(record.get("why") or ""), **aside}


def signed(record: Mapping[str, Any], lang: str | None = None) -> str:
    """Who says so, when, why, and where that stands; nothing, where nobody is named and no reason given."""
    said = signature(record, lang)
    return messages.text("record.signed", lang, **said) if said["by"] or said["why"] else ""


def judged(stated: object, lang: str | None = None) -> str:
    """Who gave the points that are stated, and why; nothing, where that is not said."""
    return signed({**stated, "why": stated.get("reason", "")}, lang) if isinstance(stated, Mapping) else ""


def recorded(kind: str, record: Mapping[str, Any], lang: str | None = None) -> str | Decimal:
    """What a record of that kind says: the place taken over, or the points set or claimed; nothing, where it says neither."""
    if kind == "places":
        return messages.text("results.place", lang, place=record.get("place"), of=record.get("of"))
    points = record.get("points")
    return "" if points is None else Decimal(amounts.to_text(exact_number(points)))


def by_rule(score: Score, lang: str | None = None) -> str | Decimal:
    """The points that the rule gives where a person set others; nothing, where nobody did."""
    if score.override is None:
        return ""
    return messages.text("reconcile.no_rule", lang) if score.by_rule is None else score.by_rule


def decided(objection: Mapping[str, Any], lang: str | None = None) -> str:
    """What was decided on an objection, by whom, when and why; or that it is open."""
    said = messages.text(f"decision.{decision(objection)}", lang)
    if decision(objection) == OPEN:
        return said
    record = {key: objection.get(name) for key, name in zip(("by", "date", "why"), DECIDED, strict=True)}
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


def percent(share: Fraction) -> str:
    """A share in percent, to two places.

    >>> percent(Fraction(2, 3))
    '66.67%'
    """
    return f"{amounts.to_text(amounts.round_half_up(100 * share, PERCENT_PLACES), PERCENT_PLACES)}%"


def points_of_share(gained: Fraction, lang: str | None = None) -> str:
    """A share gained in percentage points, with its sign."""
    value = amounts.round_half_up(100 * gained, PERCENT_PLACES)
    sign = "+" if value > 0 else ""
    return messages.text("rectify.percentage_points", lang, value=f"{sign}{amounts.to_text(value, PERCENT_PLACES)}")


def value(fact: FactDeclaration, stated: object, lang: str | None = None) -> str | int | Decimal:
    """What a unit states for a fact, for a cell: a number as it is, findings by how many they are, all else in words."""
    found = fact.decode(fact.encode(stated))
    if isinstance(found, (int, Decimal)) and not isinstance(found, bool):
        return found
    return _called(fact, found, lang)


def stated(fact: FactDeclaration | None, value: object, lang: str | None = None) -> str:
    """The value of a fact as one would say it: options by their labels, numbers with their measure."""
    if isinstance(value, (bool, str)):
        return _called(fact, value, lang)
    measure = (fact.unit or "%" * (fact.type == "percent")) if fact else ""
    return f"{amounts.to_text(Fraction(str(value)))}{measure}"


def _called(fact: FactDeclaration | None, value: object, lang: str | None) -> str:
    """A value that is no number: yes or no, or an option by its label."""
    if isinstance(value, bool):
        return messages.text("witness.yes" if value else "witness.no", lang)
    if fact and value in fact.options:
        return fact.labels[fact.options.index(str(value))]
    return str(value)


def taken(fact: FactDeclaration, lang: str | None = None) -> str:
    """What may be entered for a fact."""
    if fact.options:
        options = ", ".join(
            option if option == label else f"{option} ({label})"
            for option, label in zip(fact.options, fact.labels, strict=True)
        )
        return messages.text("template.choice", lang, options=options)
    low, high = amounts.to_text(fact.low), amounts.to_text(fact.high)
    is_whole = fact.type in ("number", "percent") and not fact.places
    return messages.text(f"template.{'count' if is_whole else fact.type}", lang, low=low, high=high, places=fact.places)


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
