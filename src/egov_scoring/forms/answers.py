"""What a cell of a fact takes, as the sheet enforces it, and how a fact's value is written into it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from egov_scoring import amounts, messages
from egov_scoring.days import day
from egov_scoring.facts import MILLION, FactDeclaration, Misfit
from egov_scoring.forms.book import Book
from egov_scoring.forms.layout import options
from egov_scoring.spreadsheet import double


def accepted(fact: FactDeclaration, cell: str, book: Book) -> Mapping[str, Any]:
    """The validation of a fact's cell, which is named as in a formula.

    Of a percentage 72.5 is taken, and what the sheet makes of a typed 72.5%, which is 0.725.
    """
    if choice := options(fact, book.lang):
        return {"validate": "list", "source": book.listed(choice.values())}
    low, high = amounts.to_text(fact.low), amounts.to_text(fact.high)
    if fact.places == 0 and fact.type != "percent":
        return {"validate": "integer", "criteria": "between", "minimum": low, "maximum": high}
    fits = f"ROUND({cell},{fact.places})={cell}"
    if fact.type == "percent":
        fits = f"OR({fits},AND({cell}<=1,ROUND({cell},{fact.places + 2})={cell}))"
    return {"validate": "custom", "value": f"=AND(ISNUMBER({cell}),{cell}>={low},{cell}<={high},{fits})"}


def taken(fact: FactDeclaration, lang: str | None = None) -> str:
    """What may be entered, in a few words; how far it goes is said only where that is no technical limit."""
    if options(fact, lang):
        return messages.text("form.taken.choice", lang)
    kind = "decimal" if fact.places else "whole"
    open_above = "_from" if fact.high == MILLION else ""
    low, high = amounts.to_text(fact.low), amounts.to_text(fact.high)
    return messages.text(f"form.taken.{kind}{open_above}", lang, low=low, high=high, places=fact.places)


def entry(fact: FactDeclaration, value: object, lang: str | None = None) -> object:
    """A fact's value as it stands in a cell; records of findings stand on a sheet of their own."""
    if isinstance(value, Mapping):
        value = value.get("points")
    if isinstance(value, (list, tuple)):
        value = None if value else 0
    if value is None:
        return None
    try:
        plain = fact.decode(fact.encode(value))
    except Misfit:
        return str(value)
    if choice := options(fact, lang):
        return choice["yes" if plain is True else "no" if plain is False else str(plain)]
    return number(plain)


def number(value: object) -> object:
    """A number for a cell, as text where a spreadsheet would show other digits."""
    try:
        nearest = double(Decimal(str(value)))
    except InvalidOperation:
        return value
    return str(value) if nearest is None else nearest


def dated(value: object) -> object:
    """A day as the sheet's own date, anything else as it is."""
    found = day(value)
    return value if found is None else datetime(found.year, found.month, found.day)
