"""What all workbooks share: names that sheets take, numbers that are not changed, texts that are not taken for formulas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal

MADE = datetime(2020, 1, 1, tzinfo=UTC).replace(tzinfo=None)  # no workbook tells when it was made
FONT: Mapping[str, str] = {"zh": "宋体", "en": "Calibri"}
A4 = 9  # as sheets number papers
LONGEST_SHEET_NAME = 31
MOST_ROWS = 1_048_576
DIGITS = 15  # of a number that a spreadsheet shows
FORMULAS = (*"=+-@", *"＝＋－＠", "\t", "\r", "\n")


def sheet_names(names: Sequence[str]) -> list[str]:
    """Names that a workbook takes for its sheets, all different, each as like the name given as may be.

    >>> sheet_names(["甲市", "甲市/本级", "A", "a"])
    ['甲市', '甲市_本级', 'A', 'a_2']
    """
    taken: set[str] = set()
    found = []
    for name in names:
        plain = "".join("_" if c in "[]:*?/\\" or not c.isprintable() else c for c in name).strip("' ")
        number, tried = 1, _cut(plain, LONGEST_SHEET_NAME).strip("' ") or "_"
        while tried.lower() in taken or tried.lower() == "history":
            number += 1
            tail = f"_{number}"
            tried = _cut(plain, LONGEST_SHEET_NAME - len(tail)) + tail
        taken.add(tried.lower())
        found.append(tried)
    return found


def _cut(text: str, longest: int) -> str:
    """At most so much of the text, in the pairs of bytes by which spreadsheets count."""
    while len(text.encode("utf-16-le")) > 2 * longest:
        text = text[:-1]
    return text


def looks_like_a_formula(text: str) -> bool:
    """Whether a spreadsheet may take the text for a formula."""
    return text.startswith(FORMULAS)


def harmless(text: str) -> str:
    """The text as a cell of a CSV file that no spreadsheet takes for a formula.

    >>> harmless("=1+1"), harmless("甲市")
    ("'=1+1", '甲市')
    """
    return f"'{text}" if looks_like_a_formula(text) else text


def double(amount: Decimal) -> float | None:
    """The double that prints as the amount; None where a spreadsheet would show other digits.

    >>> double(Decimal("8.85")), double(Decimal("0.1234567890123456789"))
    (8.85, None)
    """
    number = float(amount)
    exact = Decimal(repr(number)) == amount and len(amount.normalize().as_tuple().digits) <= DIGITS
    return number if exact else None
