"""Self-report beside verification as a workbook: units, parts, facts, what people set and claimed, and what it was made by."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from egov_scoring import whole_file
from egov_scoring.comparison.movement import Span, reached
from egov_scoring.reconciliation import Reconciliation
from egov_scoring.report import reconcile_words as words
from egov_scoring.report import text, wording
from egov_scoring.report.about import made_by
from egov_scoring.report.spans import places, signed
from egov_scoring.report.workbook import Book, Cell, Column, Sheet, lines
from egov_scoring.spreadsheet import sheet_names

SHEETS = ("units", "parts", "facts", "set", "objections", "about")


def write(found: Reconciliation, path: Path, lang: str | None = None) -> None:
    """Writes the workbook; of what there is nothing to say there is no sheet."""
    with whole_file.beside(path) as part:
        book = Book(part, found.program.title, lang)
        names = dict(zip(SHEETS, sheet_names([book.say(f"reconcile.sheet.{name}") for name in SHEETS]), strict=True))
        for name, columns, rows in _tables(found, book):
            listed = list(rows)
            if listed or name == "parts":
                sheet = _sheet(found, book, names[name], columns)
                head = sheet.heads()
                for row in listed:
                    sheet.add(row)
                sheet.finish(head, frozen=2 if name == "parts" else 1, filtered=True)
        _about(found, book, names["about"])
        book.close()


Table = tuple[str, list[Column], Iterator[Sequence[Cell]]]


def _tables(found: Reconciliation, book: Book) -> Iterator[Table]:
    def columns(*listed: tuple[str, float, bool]) -> list[Column]:
        return [book.column(name, broad, "number" if is_number else "text") for name, broad, is_number in listed]

    both = (("reported", 14, True), ("verified", 14, True))
    here = (("unit", 18, False), ("indicator", 30, False))
    if found.program.total.added:
        placed = (("place_reported", 9, True), ("place_verified", 9, True))
        yield "units", columns(("unit", 24, False), *both, ("deviation", 14, True), *placed), _units(found, book)
    yield "parts", columns(*here, *both, ("deviation", 14, True), ("made", 62, False)), _parts(found, book)
    told = (("findings", 44, False), ("moves", 30, False))
    facts = columns(("unit", 18, False), ("fact", 36, False), ("reported", 14, False), ("verified", 14, False), *told)
    yield "facts", facts, _facts(found, book)
    decided = columns(*here, ("set", 12, True), ("by_rule", 12, True), ("signed", 60, False))
    yield "set", decided, _decided(found, book, words.Told.overrides)
    claimed = columns(*here, ("verified", 12, True), ("claimed", 12, True), ("objection", 60, False))
    yield "objections", claimed, _decided(found, book, words.Told.objections)


def _sheet(found: Reconciliation, book: Book, name: str, columns: list[Column]) -> Sheet:
    sheet = book.sheet(name, columns)
    title = book.say("reconcile.title", ruleset=found.program.title)
    sheet.title(title, *words.remarks(found, book.lang))
    return sheet


def _amount(span: Span) -> Cell:
    """A number where it is known, else the two ends as text."""
    return span.low if span.is_known else f"{span.low}..{span.high}"


def _moved(span: Span) -> Cell:
    return span.low if span.is_known else signed(span)


def _units(found: Reconciliation, book: Book) -> Iterator[Sequence[Cell]]:
    before, now = places(found.reported), places(found.verified)
    for each in found.units:
        both = (_amount(reached(card.total)) for card in (each.reported, each.verified))
        name = text.unit(each.verified, book.lang)
        yield name, *both, _moved(each.difference), before[each.unit] or None, now[each.unit] or None


def _parts(found: Reconciliation, book: Book) -> Iterator[Sequence[Cell]]:
    for each in found.units:
        told = words.Told(each, book.lang)
        for part in each.differing:
            both = _amount(part.reported), _amount(part.verified)
            yield told.unit, told.name(part), *both, _moved(part.difference), lines(told.causes(part))


def _facts(found: Reconciliation, book: Book) -> Iterator[Sequence[Cell]]:
    for each in found.units:
        told = words.Told(each, book.lang)
        for change in each.facts:
            moved = [told.name(part) for part in each.differing if change in part.facts]
            label, before, now, *findings = told.fact_parts(change)
            moves = lines(moved) or book.say("reconcile.moves_nothing")
            yield told.unit, label, before, now, lines(findings), moves


def _decided(
    found: Reconciliation, book: Book, of: Callable[[words.Told], list[words.Decided]]
) -> Iterator[Sequence[Cell]]:
    for each in found.units:
        told = words.Told(each, book.lang)
        for decided in of(told):
            yield told.unit, decided.indicator, decided.points, decided.other, decided.said


def _about(found: Reconciliation, book: Book, name: str) -> None:
    sheet = book.sheet(name, [Column("", 22), Column("", 90)])
    sheet.title(found.program.title)
    for row in made_by(found.program, book.lang):
        sheet.add(row)
    for side, cards in (("reported", found.reported), ("verified", found.verified)):
        units = wording.listed((text.unit(card, book.lang) for card in cards), book.lang)
        sheet.add([book.say(f"column.{side}"), units])
    sheet.finish(1, frozen=0)
