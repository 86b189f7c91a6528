"""What a person meant by what stands in a cell: understood, or refused, never guessed at."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from egov_scoring import messages
from egov_scoring.amounts import DECIMAL
from egov_scoring.errors import shown
from egov_scoring.facts import FactDeclaration, Misfit
from egov_scoring.forms.layout import folded, options
from egov_scoring.forms.sheets import FORMULA, MERGED, Cell
from egov_scoring.slips import meant_number, plain
from egov_scoring.spreadsheet import DIGITS

SIGNS = {
    **dict.fromkeys("√✓✔", "yes"),
    **dict.fromkeys("×✗✘", "no"),
    "true": "yes",
    "false": "no",
    "y": "yes",
    "n": "no",
}
LONGEST_NUMBER = 30

_THOUSANDS = re.compile(r"-?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")


def of_fact(cell: Cell, fact: FactDeclaration) -> object:
    """The value of a fact that the cell states, None where it states nothing; raises `Misfit`.

    >>> from fractions import Fraction
    >>> from egov_scoring.errors import Position
    >>> share = FactDeclaration("share", "percent", high=Fraction(100), places=1)
    >>> place = Position("甲市.xlsx", 14, 4, "填报")
    >>> of_fact(Cell("７２．５％", place), share), of_fact(Cell(0.725, place, percent=True), share)
    (Decimal('72.5'), Decimal('72.5'))
    """
    _refuse_flaws(cell)
    if cell.is_blank:
        return None
    if fact.is_condition:
        value: object = _yes_no(cell, fact)
    elif fact.options:
        value = _option(cell, fact)
    else:
        value = number(cell, is_percent=fact.type == "percent", unit=fact.unit)
    fact.encode(value)
    return value


def number(cell: Cell, *, is_percent: bool = False, unit: str = "") -> int | Decimal:
    """The number in a cell that is not blank; with `is_percent` 72.5% means 72.5, otherwise it is refused. Raises `Misfit`."""
    _refuse_flaws(cell)
    value = cell.value
    if isinstance(value, str):
        return _typed(value, is_percent, unit)
    if isinstance(value, (date, time, timedelta)):
        raise Misfit("cell-date", found=text(cell))
    if isinstance(value, bool) or value is None:
        raise Misfit("cell-number", found=shown(value))
    exact = _shown_digits(value)
    if not exact.is_finite():
        raise Misfit("cell-error")
    if cell.percent:
        exact = exact.scaleb(2)
        if not is_percent:
            raise Misfit("cell-percent", found=f"{_written(exact)}%")
    return _shortest(exact)


def text(cell: Cell) -> str:
    """What stands in a cell, as text; a day as 2019-05-06. Raises `Misfit`."""
    _refuse_flaws(cell)
    match cell.value:
        case None:
            return ""
        case datetime() as moment:
            return moment.date().isoformat() if moment.time() == time() else moment.isoformat(" ")
        case date() | time() as moment:
            return moment.isoformat()
        case timedelta() as span:
            return str(span)
        case bool() as answer:
            return str(answer).lower()
        case str() as written:
            return written.strip()
        case amount:
            return _written(_shown_digits(amount))


def one_of(cell: Cell, *choices: Mapping[str, str]) -> str:
    """The id that the cell names, by what is shown for it or by itself; nothing where it names none. Raises `Misfit`."""
    named = {folded(id): id for choice in choices for id in choice}
    named |= {folded(name): id for choice in choices for id, name in choice.items()}
    return named.get(folded(text(cell)), "")


def _refuse_flaws(cell: Cell) -> None:
    if cell.flaw:
        code = "cell-merged" if cell.flaw == MERGED else "cell-formula" if cell.flaw == FORMULA else "cell-error"
        raise Misfit(code)


def _yes_no(cell: Cell, fact: FactDeclaration) -> bool:
    if isinstance(cell.value, bool):
        return cell.value
    said = SIGNS.get(folded(text(cell))) or one_of(cell, *(options(fact, lang) for lang in messages.LANGUAGES))
    if not said:
        raise Misfit("cell-yes-no", found=shown(text(cell)))
    return said == "yes"


def _option(cell: Cell, fact: FactDeclaration) -> str:
    choice = options(fact)
    option = one_of(cell, choice)
    if not option:
        raise Misfit("cell-option", found=shown(text(cell)), options=tuple(choice.values()))
    return option


def _typed(written: str, is_percent: bool, unit: str) -> int | Decimal:
    """The number that a text is: in digits of any breadth, with thousands set apart, a per cent sign or the fact's own unit."""
    said = plain(written)
    if said.endswith("%"):
        if not is_percent:
            raise Misfit("cell-percent", found=said)
        said = said[:-1].rstrip()
    elif unit:
        said = said.removesuffix(plain(unit)).rstrip()
    if _THOUSANDS.fullmatch(said):
        said = said.replace(",", "")
    if len(said) > LONGEST_NUMBER or not DECIMAL.fullmatch(said):
        raise Misfit("cell-number", found=shown(written), **meant_number(written))
    return _shortest(Decimal(said))


def _shown_digits(value: float | Decimal) -> Decimal:
    """A sheet keeps doubles and shows fifteen digits of them: these are what somebody typed."""
    return Decimal(f"{Decimal(value):.{DIGITS}g}").normalize()


def _shortest(exact: Decimal) -> int | Decimal:
    return int(exact) if exact == exact.to_integral_value() else exact


def _written(exact: Decimal) -> str:
    return f"{exact.normalize():f}"
