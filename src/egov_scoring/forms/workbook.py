"""Workbooks read: the sheets of forms in an `.xlsx`.

Where a workbook holds plain values alone it is read by calamine, forty times as fast as by openpyxl; where there are formulas,
errors or percentages, which calamine does not tell apart, by openpyxl. What both read is the same.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from egov_scoring.errors import EgovScoringError, Position, Problem
from egov_scoring.forms.layout import FACT, HEAD, SECTION, UNIT, VALUE, Mark
from egov_scoring.forms.parts import parts_of
from egov_scoring.forms.sheets import ERROR, FORMULA, MERGED, Cell, Row, Sheet, Value
from egov_scoring.records import Record

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

MARK_WITHIN = 30  # rows and columns: somebody may have put some before
OWN_IDS = frozenset({HEAD, UNIT, VALUE, FACT, SECTION})  # whatever ids a sheet has kept, one of these is among them

Place = tuple[int, int]  # row and column, from 1


class Page(Record):
    """A sheet as a library reads it: its values, row by row from the first cell on, and which cells are not what they seem."""

    title: str
    rows: Sequence[Sequence[Value]]
    merged: Sequence[tuple[Place, Place]]
    flaws: Mapping[Place, str] = {}
    percents: frozenset[Place] = frozenset()


def sheets_of(path: Path) -> tuple[list[Sheet], list[Problem]]:
    """The sheets of a workbook that are of a form, and what is wrong with the file."""
    found = parts_of(path)
    if isinstance(found, Problem):
        return [], [found]
    read = plain_pages if found.is_plain else all_pages
    try:
        pages = read(path)
    except EgovScoringError:
        raise
    except Exception as error:  # a library raises whatever it stumbles over in a damaged file
        detail = f"{type(error).__name__}: {error}"
        return [], [Problem("workbook-damaged", Position(str(path), 1, 1), detail=detail)]
    sheets, problems = list[Sheet](), list[Problem]()
    for page in pages:
        sheet, wrong = _sheet(page, str(path))
        sheets += [sheet] if sheet else []
        problems += wrong
    return sheets, problems


def plain_pages(path: Path) -> list[Page]:
    """The pages of a workbook of plain values."""
    try:
        import python_calamine
    except ImportError:
        raise EgovScoringError([Problem("extra-missing", library="python-calamine", extra="office")]) from None
    with python_calamine.load_workbook(path) as book:
        sheets = [book.get_sheet_by_name(name) for name in book.sheet_names]
        return [
            Page(
                sheet.name,
                sheet.to_python(skip_empty_area=False),
                [
                    ((top + 1, left + 1), (low + 1, right + 1))
                    for (top, left), (low, right) in sheet.merged_cell_ranges or ()
                ],
            )
            for sheet in sheets
        ]


def all_pages(path: Path) -> list[Page]:
    """The pages of any workbook; of a formula the result that was last worked out counts."""
    book = opened(path)
    has_formulas = any(cell.data_type == "f" for sheet in book.worksheets for row in sheet.iter_rows() for cell in row)
    results = opened(path, results=True) if has_formulas else book
    return [_page(sheet, results[sheet.title]) for sheet in book.worksheets]


def _page(sheet: Any, results: Any) -> Page:
    """A sheet by openpyxl, and the same with the results of its formulas."""
    flaws: dict[Place, str] = {}
    percents: set[Place] = set()
    rows: list[list[Value]] = []
    for line in sheet.iter_rows():
        rows.append([])
        for cell in line:
            at = (cell.row, cell.column)
            shown = results.cell(*at) if cell.data_type == "f" else cell
            if cell.data_type == "f" and shown.value is None:
                flaws[at] = FORMULA
            elif shown.data_type == "e":
                flaws[at] = ERROR
            elif shown.data_type == "n" and "%" in shown.number_format:
                percents.add(at)
            rows[-1].append(shown.value)
    merged = [((block.min_row, block.min_col), (block.max_row, block.max_col)) for block in sheet.merged_cells.ranges]
    return Page(sheet.title, rows, merged, flaws, frozenset(percents))


def opened(path: Path, *, results: bool = False) -> Workbook:
    """The workbook with its formulas, or with the `results` that were last worked out of them."""
    try:
        import openpyxl
    except ImportError:
        raise EgovScoringError([Problem("extra-missing", library="openpyxl", extra="office")]) from None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what the library does not know, such as newer kinds of validation
        return openpyxl.load_workbook(path, data_only=results)


def _sheet(page: Page, file: str) -> tuple[Sheet | None, list[Problem]]:
    """The page by its ids, if it has the mark of a form; what once was one and has lost its mark is a problem."""
    corner = _corner(page.rows)
    if corner is None:
        lost = any(not OWN_IDS.isdisjoint(values[:MARK_WITHIN]) for values in page.rows[:MARK_WITHIN])
        return None, [Problem("sheet-without-mark", Position(file, 1, 1, page.title))] if lost else []
    mark, top, left = corner
    ids = [(str(id), at) for at, id in enumerate(page.rows[top]) if id not in (None, "") and at != left]
    columns = dict(reversed(ids))
    twice = [Position(file, top + 1, at + 1, page.title) for id, at in ids if columns[id] != at]
    hidden = frozenset(_hidden(page.merged, len(page.rows)))
    rows = tuple(
        Row(str(values[left] or ""), _Line(page, file, at, columns, hidden))
        for at, values in enumerate(page.rows)
        if at > top and any(value not in (None, "") for value in values)
    )
    place = Position(file, top + 1, left + 1, page.title)
    sheet = Sheet(mark, place, _Line(page, file, top, columns, hidden), rows)
    return sheet, [Problem("sheet-column-twice", place) for place in twice]


class _Line(Mapping[str, Cell]):
    """The cells of a row by the ids of their columns, made when they are asked for."""

    def __init__(self, page: Page, file: str, row: int, columns: Mapping[str, int], hidden: frozenset[Place]) -> None:
        self._page, self._file, self._row, self._columns, self._hidden = page, file, row, columns, hidden

    def __getitem__(self, id: str) -> Cell:
        page, column = self._page, self._columns[id]
        at = (self._row + 1, column + 1)
        values = page.rows[self._row]
        flaw = MERGED if at in self._hidden else page.flaws.get(at, "")
        value = None if flaw or column >= len(values) else values[column]
        return Cell(value, Position(self._file, *at, page.title), at in page.percents, flaw)

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)


def _corner(rows: Sequence[Sequence[Value]]) -> tuple[Mark, int, int] | None:
    """The mark of a sheet and where it stands, counted from 0."""
    for row, values in enumerate(rows[:MARK_WITHIN]):
        for column, value in enumerate(values[:MARK_WITHIN]):
            if isinstance(value, str) and (mark := Mark.read(value)):
                return mark, row, column
    return None


def _hidden(merged: Sequence[tuple[Place, Place]], rows: int) -> Iterator[Place]:
    """The cells that merged ones hide: all but the one at the top left."""
    for (top, left), (low, right) in merged:
        for row in range(top, min(low, rows) + 1):
            yield from ((row, column) for column in range(left, right + 1) if (row, column) != (top, left))
