"""The scorecard of one unit as a sheet: every indicator with its ledger, the sums as formulas that can be followed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from egov_scoring import amounts
from egov_scoring.report import text as as_text
from egov_scoring.report import wording
from egov_scoring.report.workbook import Cell, Formula, Link, Told, amount, cell, lines, place
from egov_scoring.report.workbook_plan import Results
from egov_scoring.scorecard import LedgerLine, Score
from egov_scoring.spreadsheet import DIGITS

NAMES = {
    "indicator": 30,
    "clause": 18,
    "line": 50,
    "nominal": 10,
    "loss": 9,
    "balance": 9,
    "points": 10,
    "of": 8,
    "stated": 34,
    "row": 8,
}
NUMBERS = ("nominal", "loss", "balance", "points", "of", "row")
LOSS, BALANCE, POINTS, OF = (list(NAMES).index(name) for name in ("loss", "balance", "points", "of"))
MOST_FACTS = 5  # of an indicator, shown beside it
MOST_SUMMED = 250  # that a formula takes


def write_unit(results: Results, at: int) -> None:
    """The sheet of the unit with that number."""
    _Card(results, at).write()


class _Card:
    """A scorecard being written. An indicator's row comes first, but its sums only when all below it stands."""

    def __init__(self, results: Results, at: int) -> None:
        self._results, self._at = results, at
        self._card, self._book = results.cards[at], results.book
        columns = [
            self._book.column(name, broad, "number" if name in NUMBERS else "text") for name, broad in NAMES.items()
        ]
        self._sheet = self._book.sheet(results.unit_sheets[at], columns)
        places = results.program.places
        self._places = places
        self._is_live = len(str(int(self._card.total.max))) + places <= DIGITS

    def write(self) -> None:
        """The head, then the tree from the total down."""
        self._sheet.title(self._results.units[self._at], *self._notes())
        head = self._sheet.heads()
        if self._card.total.added:
            self._score(self._card.total, 0)
        else:
            for child in self._card.total.children:
                self._score(child, 0)
        self._sheet.sheet.outline_settings(True, False)
        self._sheet.finish(head)

    def _notes(self) -> Iterator[str | Link]:
        yield self._results.program.title
        place = self._results.places[self._at]
        if place and self._results.compared > 1:
            yield self._book.say("results.placed", place=place, of=self._results.compared)
        if self._card.graded is not None:
            yield self._book.say(
                "results.reading", part=self._book.say("card.grade"), said=as_text.grade(self._card, self._results.lang)
            )
        yield Link(self._book.say("results.back"), self._results.part("ranking").target)

    # An indicator and all below it.

    def _score(self, score: Score, depth: int) -> int:
        """Its row; what is below it follows."""
        is_total = score is self._card.total
        name = self._book.say("card.total") if is_total else score.name
        about = [str(score.about.get("clause", "")), self._said(score), None, None, None]
        of = amount(score.max_applicable)
        points = self._results.points(score)
        row = self._sheet.add([name, *about, points, of, *self._facts(score)], "group" if score.children else "")
        self._sheet.put(row, 0, name, "text", _tone(score), indent=depth)
        below = [self._score(child, depth if is_total else depth + 1) for child in score.children]
        self._ledger(score, row, below)
        return row

    def _said(self, score: Score) -> str:
        """The rule, and why there are no points, or what makes it not apply."""
        why = as_text.points(score, self._results.lang) if score.status == "missing" else ""
        record = self._card.inputs.get("not_applicable", {}).get(score.id)
        return lines([self._results.rules[score.id], why, wording.signed(record, self._results.lang) if record else ""])

    def _facts(self, score: Score) -> tuple[str, Link]:
        """What is stated of the facts that it reads, and in which row the first of them stands."""
        item, stated = self._results.items[score.id], self._card.inputs["facts"]
        read = item.needs | item.peer_needs | item.needs_to_apply
        keys = [key for key in self._results.program.facts if key in read]
        if not keys:
            return "", Link("", "")
        said = [self._fact(key, stated.get(key)) for key in keys[:MOST_FACTS]]
        if len(keys) > MOST_FACTS:
            said.append(self._book.say("results.more", count=len(keys) - MOST_FACTS))
        row = self._results.facts[self._at, keys[0]]
        return lines(said), Link(str(row + 1), place(self._results.sheets["facts"], row))

    def _fact(self, key: str, stated: object) -> str:
        fact = self._results.program.facts[key]
        said = (
            self._book.say("results.not_stated")
            if stated is None
            else str(wording.value(fact, stated, self._results.lang))
        )
        return self._book.say("results.stated", fact=fact.label or key, said=said, unit=fact.unit)

    # Its ledger, and the sums.

    def _ledger(self, score: Score, row: int, below: Sequence[int]) -> None:
        """The lines with what is left after each, then the points: what the last of them leaves, or the sum of the parts."""
        left, where = score.max_applicable, cell(row, OF)
        if below and score.points is not None:
            left, where = self._sum(score, below)
        for line in score.lines:
            left, where = self._line(line, left, where)
        if score.id in self._card.objections:
            self._remark(as_text.objection(self._card, score.id, self._results.lang))
        points = self._results.points(score)
        if isinstance(points, (Decimal, Told)) and score.loss is not None:
            self._calculated(row, POINTS, points, where if left == score.points else "", _tone(score))
            self._calculated(row, LOSS, score.loss, f"{cell(row, OF)}-{cell(row, POINTS)}", _tone(score))

    def _sum(self, score: Score, below: Sequence[int]) -> tuple[Decimal, str]:
        """What the parts come to, and the formula for that; a row of its own where something happens to the sum."""
        known = [child.points for child in score.children if child.points is not None]
        together = sum(known, score.max - score.max)
        where = f"SUM({','.join(cell(row, POINTS) for row in below)})" if len(below) <= MOST_SUMMED else str(together)
        if not score.lines:
            return together, where
        row = self._remark(self._book.say("results.parts"))
        self._calculated(row, BALANCE, together, where)
        return together, cell(row, BALANCE)

    def _line(self, line: LedgerLine, left: Decimal, where: str) -> tuple[Decimal, str]:
        """A line with the findings behind it; what is left after it, and where that stands. Some raise the maximum as well."""
        said = replace(line, clause="").text(self._results.lang)
        row = self._sheet.add(
            [None, line.clause, said, _nominal(line, self._results.lang), line.loss, *[None] * 5], level=1
        )
        raised = line.balance + line.loss - left
        self._calculated(row, BALANCE, line.balance, f"{where}{f'{raised:+}' if raised else ''}-{cell(row, LOSS)}")
        for record in as_text.records(line):
            self._remark(f"· {record}", level=2)
        return line.balance, cell(row, BALANCE)

    def _remark(self, said: str, level: int = 1) -> int:
        return self._sheet.add([None, None, said, *[None] * 7], "faint", level=level)

    def _calculated(self, row: int, at: int, value: Decimal | Told, formula: str, tone: str = "") -> None:
        """A cell with a formula, rounded so that it comes to the same double; the number alone where there is none."""
        if formula and self._is_live:
            rounded = f"=ROUND({formula},{self._places})"
            self._sheet.put(
                row, at, Formula(rounded, value if isinstance(value, Told) else Told(value)), "number", tone
            )
        else:
            self._sheet.put(row, at, value, "number", tone)


def _tone(score: Score) -> str:
    return "strong group" if score.children else "strong"


def _nominal(line: LedgerLine, lang: str | None) -> Cell:
    """What the rule says: a number, or in words where no decimal can write it."""
    exact = Fraction(line.nominal)
    if amounts.places_needed(exact) is None:
        return wording.amount(line.nominal, lang)
    return Decimal(amounts.to_text(exact))
