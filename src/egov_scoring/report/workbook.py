"""A workbook being written: its sheets, styles and links; text stays text, and the same input gives the same bytes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from egov_scoring import amounts, messages
from egov_scoring.errors import EgovScoringError, Problem
from egov_scoring.messages import width
from egov_scoring.report.text import printable
from egov_scoring.spreadsheet import A4, FONT, MADE, MOST_ROWS, double, looks_like_a_formula

if TYPE_CHECKING:
    from xlsxwriter.chart_bar import ChartBar
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

LONGEST_TEXT = 32_767  # that a cell takes
MOST_LINKS = 65_000  # that a sheet takes, nearly
SIZE = 10
LINE, TALLEST = 17, 400  # points, of a row
BROAD = 125  # characters, from which on a sheet is printed lying
INK, GREY, BLUE, PALE, EDGE = "#1C1C1C", "#555555", "#1F4E79", "#EAF1F8", "#C4CCD4"

CELL: Mapping[str, Any] = {"border": 1, "border_color": EDGE, "valign": "top", "text_wrap": True}
STYLES: Mapping[str, Mapping[str, Any]] = {
    "title": {"bold": True, "font_size": 15},
    "note": {"font_color": GREY},
    "head": {**CELL, "bold": True, "bg_color": BLUE, "font_color": "#FFFFFF", "align": "center", "valign": "vcenter"},
    "part": {**CELL, "bg_color": PALE, "align": "center", "valign": "vcenter"},
    "text": {**CELL, "align": "left"},
    "label": {**CELL, "align": "left", "bold": True},
    "number": {**CELL, "align": "right", "indent": 1},
    "centred": {**CELL, "align": "center"},
}
TONES: Mapping[str, Mapping[str, Any]] = {
    "": {},
    "strong": {"bold": True},
    "group": {"bg_color": PALE},
    "strong group": {"bold": True, "bg_color": PALE},
    "faint": {"font_color": GREY},
}


class Link(NamedTuple):
    """A text that leads to a place in the workbook; nowhere, where there is none."""

    text: str
    target: str


class Told(NamedTuple):
    """An amount with a word that is shown beside it."""

    amount: Decimal
    word: str = ""


class Formula(NamedTuple):
    """A formula with its value, which stands in the file for whoever does not work it out."""

    formula: str
    value: Told


Cell = str | int | Decimal | Fraction | Link | Formula | Told | None
"""What stands in a cell; a fraction is a share, shown in percent."""


class Column(NamedTuple):
    """A column: its head, its breadth in characters, the style of its cells and that of its head."""

    head: str
    broad: float
    style: str = "text"
    head_style: str = "head"


class Book:
    """An open workbook; nothing stands in the file before it is closed."""

    def __init__(self, path: Path, title: str, lang: str | None) -> None:
        try:
            import xlsxwriter
        except ImportError:
            raise EgovScoringError([Problem("extra-missing", library="XlsxWriter", extra="office")]) from None
        self.lang = lang or messages.language()
        self._workbook = xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False})
        self._workbook.set_properties({"title": printable(title), "created": MADE})
        self._formats: dict[tuple[object, ...], Format] = {}

    def say(self, message: str, **args: object) -> str:
        """A message in the language of the workbook."""
        return messages.text(message, self.lang, **args)

    def column(self, name: str, broad: float, style: str = "text") -> Column:
        """A column headed by the message of that name."""
        return Column(self.say(f"column.{name}"), broad, style)

    def sheet(self, name: str, columns: Sequence[Column]) -> Sheet:
        """A new sheet behind those that are there, by a name that workbooks take."""
        return Sheet(self, self._workbook.add_worksheet(name), name, columns)

    def chart(self, *, stacked: bool) -> ChartBar:
        """A chart of bars that lie."""
        return self._workbook.add_chart({"type": "bar", **({"subtype": "stacked"} if stacked else {})})

    def style(self, style: str, tone: str = "", **more: Any) -> Format:
        """A style in a tone, made once."""
        key = (style, tone, *sorted(more.items()))
        if key not in self._formats:
            font = {"font_name": FONT[self.lang], "font_size": SIZE, "font_color": INK}
            self._formats[key] = self._workbook.add_format({**font, **STYLES[style], **TONES[tone], **more})
        return self._formats[key]

    def close(self) -> None:
        """Writes the file; raises `OSError`."""
        from xlsxwriter.exceptions import FileCreateError

        try:
            self._workbook.close()
        except FileCreateError as error:
            raise error.args[0] from None


class Sheet:
    """A sheet being written from the top; rows and columns count from 0."""

    def __init__(self, book: Book, sheet: Worksheet, name: str, columns: Sequence[Column]) -> None:
        self.book, self.sheet, self.name, self.columns = book, sheet, name, columns
        self.rows = 0
        self._links = 0
        for at, column in enumerate(columns):
            sheet.set_column(at, at, column.broad)

    def title(self, text: str, *notes: str | Link, at: int = 0) -> None:
        """What stands above the table, from a column on."""
        self.put(self._next(22), at, text, "title")
        for note in notes:
            self.put(self._next(), at, note, "note")
        self._next(6)

    def heads(self) -> int:
        """The row of heads, as tall as they need."""
        row = self._next(max(_height(column.head, column.broad) for column in self.columns))
        for at, column in enumerate(self.columns):
            self.put(row, at, column.head, column.head_style)
        return row

    def add(self, cells: Sequence[Cell], tone: str = "", *, level: int = 0) -> int:
        """The next row, as tall as its texts need; rows of a level fold away below those of the one above."""
        row = self._next(self._needed(cells), level)
        for at, (cell, column) in enumerate(zip(cells, self.columns, strict=True)):
            self.put(row, at, cell, column.style, tone)
        return row

    def _needed(self, cells: Sequence[Cell]) -> float | None:
        """How tall the texts are; None where a line is enough."""
        texts = ((cell.text if isinstance(cell, Link) else cell) for cell in cells)
        found = zip(texts, self.columns, strict=True)
        needed = max((_height(text, column.broad) for text, column in found if isinstance(text, str)), default=LINE)
        return min(needed, TALLEST) if needed > LINE else None

    def put(self, row: int, at: int, cell: Cell, style: str, tone: str = "", **more: Any) -> None:
        """A cell in its place."""
        match cell:
            case None | "" | Link(text=""):
                self.sheet.write_blank(row, at, None, self.book.style(style, tone, **more))
            case Link():
                self._link(row, at, cell, style, tone, **more)
            case Formula():
                form = self.book.style(style, tone, num_format=_shown(cell.value), text_wrap=False, **more)
                self.sheet.write_formula(row, at, cell.formula, form, float(cell.value.amount))
            case Fraction():
                share = float(amounts.round_half_up(cell, 4))
                self.sheet.write_number(
                    row, at, share, self.book.style(style, tone, num_format="0.00%", text_wrap=False, **more)
                )
            case Told():
                self._number(row, at, cell, style, tone, **more)
            case int() | Decimal():
                self._number(row, at, Told(Decimal(cell)), style, tone, **more)
            case str():
                self._text(row, at, cell, style, tone, **more)

    def _number(self, row: int, at: int, told: Told, style: str, tone: str, **more: Any) -> None:
        """A number; as text, where a spreadsheet would show other digits."""
        if (number := double(told.amount)) is None:
            self._text(row, at, f"{told.amount} {told.word}".rstrip(), style, tone, **more)
        else:
            self.sheet.write_number(
                row, at, number, self.book.style(style, tone, num_format=_shown(told), text_wrap=False, **more)
            )

    def _text(self, row: int, at: int, text: str, style: str, tone: str, **more: Any) -> None:
        quoted = {"quote_prefix": True} if looks_like_a_formula(text) else {}
        self.sheet.write_string(row, at, _fitting(text), self.book.style(style, tone, **quoted, **more))

    def _link(self, row: int, at: int, link: Link, style: str, tone: str, **more: Any) -> None:
        """A link; where the sheet has as many as it takes, its text."""
        self._links += 1
        if not link.target or self._links > MOST_LINKS:
            self._text(row, at, link.text, style, tone, **more)
            return
        more |= {"font_color": BLUE, "underline": 1}
        more |= {"quote_prefix": True} if looks_like_a_formula(link.text) else {}
        form = self.book.style(style, tone, **more)
        self.sheet.write_url(row, at, f"internal:{link.target}", form, _fitting(link.text))

    def _next(self, height: float | None = None, level: int = 0) -> int:
        if self.rows >= MOST_ROWS:
            raise EgovScoringError([Problem("sheet-full", sheet=self.name, rows=MOST_ROWS)])
        row, self.rows = self.rows, self.rows + 1
        if height is not None or level:
            self.sheet.set_row(row, height, None, {"level": level} if level else {})
        return row

    def finish(
        self, head: int | None, *, frozen: int = 1, filtered: bool = False, across: bool = False, one_page: bool = False
    ) -> None:
        """How it is moved about in, filtered and printed; a sheet `across` is printed on as many pages as it is wide."""
        sheet = self.sheet
        if head is not None:
            sheet.freeze_panes(head + 1, frozen)
            sheet.repeat_rows(head)
            if filtered and self.rows > head + 1:
                sheet.autofilter(head, 0, self.rows - 1, len(self.columns) - 1)
        if across:
            sheet.repeat_columns(0, frozen - 1)
            sheet.set_print_scale(65)
        else:
            sheet.fit_to_pages(1, int(one_page))
        if not one_page and sum(column.broad for column in self.columns) > BROAD:
            sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        sheet.hide_gridlines(2)
        sheet.set_footer("&L&8&A&R&8&P / &N")


def place(sheet: str, row: int = 0, column: int = 0) -> str:
    """A place in the workbook, as links name it."""
    quoted = sheet.replace("'", "''")
    return f"'{quoted}'!{cell(row, column)}"


def cell(row: int, column: int) -> str:
    """A cell as formulas name it: 0, 0 is A1."""
    from egov_scoring.errors import column_letters

    return f"{column_letters(column + 1)}{row + 1}"


def amount(value: Decimal) -> Decimal:
    """The amount without trailing zeros, as maxima are shown."""
    return Decimal(amounts.to_text(Fraction(value)))


def lines(texts: Iterable[str]) -> str:
    """Texts below one another."""
    return "\n".join(filter(None, texts))


def _shown(told: Told) -> str:
    """The format that shows the digits of the number, those after the point as it is written, and the word."""
    places = max(0, -int(told.amount.as_tuple().exponent))
    digits = f"0.{'0' * places}" if places else "0"
    return f'{digits}"  {told.word}"' if told.word else digits


def _fitting(text: str) -> str:
    shown = printable(text)
    return shown if len(shown) <= LONGEST_TEXT else f"{shown[: LONGEST_TEXT - 1]}…"


def _height(text: str, broad: float) -> float:
    """How many points tall a text is in a column so many characters broad."""
    room = int((broad - 1) * 11 / SIZE)  # a column is measured in characters of 11 points
    return 3 + sum(max(1, -(-width(line) // room)) for line in text.split("\n")) * (LINE - 3)
