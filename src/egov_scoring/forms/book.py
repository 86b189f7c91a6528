"""A workbook being written: pages with hidden ids, lists to choose from, and styles; the same input gives the same bytes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from egov_scoring import messages
from egov_scoring.errors import EgovScoringError, Problem, column_letters
from egov_scoring.forms.layout import Mark
from egov_scoring.spreadsheet import A4, FONT, MADE

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

LIST_SHEET = "_lists"
LONGEST_TITLE, LONGEST_MESSAGE = 32, 255  # of what a cell says when it is chosen
SIZE = 10
TALLEST = 400  # points, of a row
PAGED_SCALE, PAGED_BROAD = 65, 140  # percent, and how many characters then stand side by side on a page

EDGE: Mapping[str, Any] = {"border": 1, "border_color": "#9AA5B1", "valign": "vcenter", "text_wrap": True}
INPUT: Mapping[str, Any] = {**EDGE, "locked": False, "bg_color": "#FFFBE6"}
STYLES: Mapping[str, Mapping[str, Any]] = {
    "id": {"font_size": 8, "font_color": "#999999"},
    "title": {"bold": True, "font_size": 15, "valign": "vcenter", "text_wrap": True},
    "how": {"font_color": "#555555", "valign": "top", "text_wrap": True},
    "head": {**EDGE, "bold": True, "bg_color": "#1F4E79", "font_color": "#FFFFFF", "align": "center"},
    "group": {**EDGE, "bg_color": "#EAF1F8", "valign": "top"},
    "rule": {**EDGE, "font_size": 9, "font_color": "#444444", "valign": "top"},
    "plain": EDGE,
    "label": {**EDGE, "bold": True},
    "small": {**EDGE, "font_size": 9, "font_color": "#444444"},
    "centred": {**EDGE, "align": "center"},
    "input": {**INPUT, "align": "center"},
    "text": {**INPUT, "num_format": "@"},
    "date": {**INPUT, "num_format": "yyyy-mm-dd", "align": "center"},
}


class Book:
    """An open workbook; nothing stands in the file before it is closed."""

    def __init__(self, path: Path, title: str, lang: str | None) -> None:
        try:
            import xlsxwriter
        except ImportError:
            raise EgovScoringError([Problem("extra-missing", library="XlsxWriter", extra="office")]) from None
        self.title = title
        self.lang = lang or messages.language()
        self._workbook = xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False})
        self._workbook.set_properties({"title": title, "created": MADE})
        self._styles: dict[str, Format] = {}
        self._lists: dict[tuple[str, ...], str] = {}

    def style(self, name: str) -> Format:
        """One of the styles."""
        if name not in self._styles:
            font = {"font_name": FONT[self.lang], "font_size": SIZE}
            self._styles[name] = self._workbook.add_format({**font, **STYLES[name]})
        return self._styles[name]

    def listed(self, values: Iterable[str]) -> str:
        """What a cell that takes one of these values refers to."""
        return f"={self._lists.setdefault(tuple(values), f'egov_list_{len(self._lists) + 1}')}"

    def page(self, name: str, mark: Mark, columns: Mapping[str, int]) -> Page:
        """A new page with these columns, each so many characters broad."""
        return Page(self, self._workbook.add_worksheet(name), mark, columns)

    def say(self, message: str, **args: object) -> str:
        """A message in the language of the workbook."""
        return messages.text(message, self.lang, **args)

    def close(self) -> None:
        """Writes the lists, which nobody sees, and the file; raises `OSError`."""
        from xlsxwriter.exceptions import FileCreateError

        sheet = self._workbook.add_worksheet(LIST_SHEET)
        for column, (values, name) in enumerate(self._lists.items()):
            sheet.write_column(0, column, values)
            letters = column_letters(column + 1)
            self._workbook.define_name(name, f"={LIST_SHEET}!${letters}$1:${letters}${len(values)}")
        sheet.very_hidden()
        try:
            self._workbook.close()
        except FileCreateError as error:
            raise error.args[0] from None


class Page:
    """A sheet of a form. Rows and columns count from 0 here; the first of each is hidden and holds ids."""

    def __init__(self, book: Book, sheet: Worksheet, mark: Mark, columns: Mapping[str, int]) -> None:
        self.book = book
        self.sheet = sheet
        self.rows = 1
        self.columns = {column: at for at, column in enumerate(columns, 1)}
        self.broad = dict(columns)
        sheet.write_string(0, 0, str(mark), book.style("id"))
        sheet.set_column(0, 0, 4, None, {"hidden": True})
        for column, at in self.columns.items():
            sheet.set_column(at, at, columns[column])
            sheet.write_string(0, at, column, book.style("id"))
        sheet.set_row(0, None, None, {"hidden": True})

    def row(self, row_id: str = "", height: float = 0) -> int:
        """The next row, by its id and so many points tall."""
        at, self.rows = self.rows, self.rows + 1
        if row_id:
            self.sheet.write_string(at, 0, row_id, self.book.style("id"))
        if height:
            self.sheet.set_row(at, min(height, TALLEST))
        return at

    def write(self, row: int, column: str, value: object, style: str = "plain") -> None:
        """A text, a number or nothing, never a formula."""
        self.put(row, self.columns[column], value, style)

    def put(self, row: int, at: int, value: object, style: str) -> None:
        """As `write`, for a column by its number."""
        form = self.book.style(style)
        match value:
            case None | "":
                self.sheet.write_blank(row, at, None, form)
            case datetime():
                self.sheet.write_datetime(row, at, value, form)
            case int() | float() if not isinstance(value, bool):
                self.sheet.write_number(row, at, value, form)
            case _:
                self.sheet.write_string(row, at, str(value), form)

    def across(self, rows: tuple[int, int], columns: tuple[int, int], text: str, style: str) -> None:
        """A text in a block of cells, merged where there are several."""
        if (rows[0], columns[0]) == (rows[1], columns[1]):
            self.put(rows[0], columns[0], text, style)
        else:
            self.sheet.merge_range(rows[0], columns[0], rows[1], columns[1], "", self.book.style(style))
            self.put(rows[0], columns[0], text, style)

    def banner(self, row_id: str, text: str, style: str, *, upto: int | None = None) -> None:
        """A row with one text over all columns, or over the first ones."""
        last = upto or len(self.columns)
        broad = sum(list(self.broad.values())[:last])
        row = self.row(row_id, height_of(text, broad, style) + 4)
        self.across((row, row), (1, last), text, style)

    def validate(
        self, rows: tuple[int, int], at: int, options: Mapping[str, Any], title: str = "", about: str = ""
    ) -> None:
        """What these cells of a column take, and what they say when one is chosen or filled with something else."""
        told = {
            "ignore_blank": True,
            "input_title": _cut(title, LONGEST_TITLE),
            "input_message": _cut(about, LONGEST_MESSAGE),
            "error_title": _cut(self.book.say("form.refused"), LONGEST_TITLE),
            "error_message": _cut(about, LONGEST_MESSAGE),
        }
        self.sheet.data_validation(rows[0], at, rows[1], at, {**{k: v for k, v in told.items() if v}, **options})

    def finish(self, *, frozen: tuple[int, int], repeated: tuple[int, int], breaks: Sequence[int] = ()) -> None:
        """Protects what is not to be filled in, and says how it is printed: all columns on a page, or `breaks` between them."""
        sheet = self.sheet
        sheet.protect("", {"format_columns": True, "format_rows": True, "sort": True, "autofilter": True})
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.print_area(repeated[0] if breaks else 1, 1, self.rows - 1, len(self.columns))
        sheet.freeze_panes(*frozen)
        sheet.repeat_rows(*repeated)
        if breaks:
            sheet.set_header(f"&L{self.book.title.replace('&', '&&')}")
            sheet.repeat_columns(1)
            sheet.set_print_scale(PAGED_SCALE)
            sheet.set_v_pagebreaks(breaks)
        else:
            sheet.fit_to_pages(1, 0)
        sheet.hide_gridlines(2)
        sheet.set_footer("&C&P / &N")


def height_of(text: str, broad: float, style: str = "plain") -> float:
    """How many points tall a text in that style is in a column so many characters broad."""
    size: float = STYLES[style].get("font_size", SIZE)
    room = max((broad - 1.5) * 11 / size, 1)
    lines = sum(max(1, -(-int(messages.width(line) * 100) // int(room * 100))) for line in text.split("\n"))
    return lines * size * 1.4 + 4


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
