"""A paper as offices print it: A4, the fonts of official documents, tables whose heads repeat, numbered pages.

The fonts are those of a Chinese desk; where one is missing, the program that opens the paper takes its nearest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any, Literal, NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt, RGBColor

from egov_scoring import whole_file
from egov_scoring.report.text import printable

LATIN, BODY, SERIF, SANS = "Times New Roman", "仿宋", "宋体", "黑体"
EARLIEST = (1980, 1, 1, 0, 0, 0)  # of a file in a zip
ALWAYS = datetime(2000, 1, 1)
GREY, PALE = "D9D9D9", "F2F2F2"
WIDTH = 162  # millimetres between the margins
FIELD = re.compile(r"(\{[A-Z]+\})")

Side = Literal["left", "right", "center"]
SIDES = {"left": WD_ALIGN_PARAGRAPH.LEFT, "right": WD_ALIGN_PARAGRAPH.RIGHT, "center": WD_ALIGN_PARAGRAPH.CENTER}


class Column(NamedTuple):
    """A column of a table: its head, its width in millimetres, and where its text stands."""

    head: str
    width: int
    side: Side = "left"


class Band(NamedTuple):
    """A row that is one cell, above those that it is about."""

    text: str


class Paper:
    """A document being written from the top."""

    def __init__(self, name: str, foot: Sequence[str]) -> None:
        self.document: Any = Document()
        self._say_who(name)
        self._set_page()
        self._set_styles()
        for line in foot:
            self._foot(line)

    def title(self, text: str) -> None:
        """What the paper is."""
        self._add(text, "Title")

    def heading(self, text: str) -> None:
        """The name of a part."""
        self._add(text, "Heading 1")

    def text(self, text: str, *, side: Side = "left", indented: bool = True, held: bool = False) -> None:
        """A paragraph, by custom with its first line set in by two characters; `held` on the page of what follows."""
        added = self._add(text, "Normal")
        if held:
            added.paragraph_format.keep_with_next = True
        if side != "left":
            added.alignment = SIDES[side]
        if side != "left" or not indented:
            added.paragraph_format.first_line_indent = Pt(0)

    def table(self, columns: Sequence[Column], rows: Iterable[Sequence[str] | Band], last: Sequence[str] = ()) -> None:
        """A table whose head stands on every page; its last row may be a sum, in bold."""
        made = self.document.add_table(0, len(columns), style="Table Grid")
        made.alignment, made.autofit = WD_TABLE_ALIGNMENT.CENTER, False
        for column, described in zip(made.columns, columns, strict=True):
            column.width = Mm(described.width)
        head = self._row(made, columns, [column.head for column in columns], bold=True, fill=GREY)
        _mark(head, "w:tblHeader")
        for row in rows:
            if isinstance(row, Band):
                self._band(made, columns, row)
            else:
                self._row(made, columns, row)
        if last:
            self._row(made, columns, last, bold=True)
        self._add("", "Cell")

    def new_page(self) -> None:
        """What follows begins on a page of its own."""
        self.document.add_page_break()

    def save(self, path: Path) -> None:
        """Writes the paper: the same one in the same bytes."""
        written = BytesIO()
        self.document.save(written)
        with whole_file.beside(path) as part:
            part.write_bytes(undated(written.getvalue()))

    # What it is made of.

    def _say_who(self, name: str) -> None:
        said = self.document.core_properties
        said.title, said.author, said.last_modified_by, said.comments = (
            printable(name),
            "egov_scoring",
            "egov_scoring",
            "",
        )
        said.created = said.modified = ALWAYS
        package = self.document.part.package
        for id, relation in list(package.rels.items()):
            if relation.reltype.endswith("/thumbnail"):
                package.rels.pop(id)

    def _set_page(self) -> None:
        page = self.document.sections[0]
        page.page_width, page.page_height = Mm(210), Mm(297)
        page.left_margin = page.right_margin = Mm((210 - WIDTH) // 2)
        page.top_margin, page.bottom_margin, page.footer_distance = Mm(28), Mm(25), Mm(10)

    def _set_styles(self) -> None:
        styles = self.document.styles
        for name in ("Cell", "Head"):
            styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        _set_font(styles["Normal"], 12, BODY)
        _set_font(styles["Title"], 16, SERIF, bold=True)
        _set_font(styles["Heading 1"], 13, SANS, bold=True)
        _set_font(styles["Cell"], 9.5, SERIF)
        _set_font(styles["Head"], 9.5, SERIF, bold=True)
        _set_font(styles["Footer"], 7.5, SERIF)
        _set_space(styles["Normal"], before=0, after=3, lines=1.5, indent=24)
        _set_space(styles["Title"], before=0, after=12, lines=1.2)
        _set_space(styles["Heading 1"], before=12, after=6, lines=1.2)
        _set_space(styles["Cell"], before=1, after=1, lines=1.15)
        _set_space(styles["Head"], before=1, after=1, lines=1.15)
        _set_space(styles["Footer"], before=0, after=0, lines=1)
        styles["Title"].paragraph_format.alignment = SIDES["center"]
        border = styles["Title"].element.pPr.find(qn("w:pBdr"))
        styles["Title"].element.pPr.remove(border)
        for place in (self.document.settings.element.find(qn("w:themeFontLang")), *styles.element.iter(qn("w:lang"))):
            place.set(qn("w:eastAsia"), "zh-CN")

    def _add(self, text: str, style: str) -> Any:
        return self.document.add_paragraph(printable(text), style)

    def _foot(self, line: str) -> None:
        """A line at the foot of every page; {PAGE} and {NUMPAGES} in it are counted by whoever prints."""
        footer = self.document.sections[0].footer
        footer.is_linked_to_previous = False
        first = footer.paragraphs[0]
        paragraph = footer.add_paragraph(style="Footer") if first.runs else first
        paragraph.alignment = SIDES["center"]
        for part in FIELD.split(line):
            if FIELD.fullmatch(part):
                _add_field(paragraph, part.strip("{}"))
            else:
                paragraph.add_run(printable(part))

    def _row(
        self, table: Any, columns: Sequence[Column], texts: Sequence[str], *, bold: bool = False, fill: str = ""
    ) -> Any:
        row = table.add_row()
        _mark(row, "w:cantSplit")
        for cell, column, text in zip(row.cells, columns, texts, strict=True):
            cell.width = Mm(column.width)
            self._fill(cell, text, "center" if fill else column.side, "Head" if bold else "Cell", fill)
        return row

    def _band(self, table: Any, columns: Sequence[Column], band: Band) -> None:
        row = table.add_row()
        cell = row.cells[0].merge(row.cells[-1])
        cell.width = Mm(sum(column.width for column in columns))
        self._fill(cell, band.text, "left", "Head", PALE)
        for paragraph in cell.paragraphs:
            paragraph.paragraph_format.keep_with_next = True

    def _fill(self, cell: Any, text: str, side: Side, style: str, fill: str) -> None:
        lines = printable(text).split("\n")
        cell.paragraphs[0].text = lines[0]
        for line in lines[1:]:
            cell.add_paragraph(line)
        for paragraph in cell.paragraphs:
            paragraph.style, paragraph.alignment = self.document.styles[style], SIDES[side]
        if fill:
            _shade(cell, fill)


def undated(package: bytes) -> bytes:
    """A zip file with the same files, none of which says when it was written."""
    written = BytesIO()
    with ZipFile(BytesIO(package)) as given, ZipFile(written, "w", ZIP_DEFLATED) as made:
        for name in given.namelist():
            part = ZipInfo(name, EARLIEST)
            part.compress_type = ZIP_DEFLATED
            made.writestr(part, given.read(name))
    return written.getvalue()


def _set_font(style: Any, size: float, chinese: str, *, bold: bool = False) -> None:
    style.font.size, style.font.bold, style.font.color.rgb = Pt(size), bold, RGBColor(0, 0, 0)
    properties = style.element.get_or_add_rPr()
    fonts = properties.get_or_add_rFonts()
    fonts.attrib.clear()
    for script, name in (("ascii", LATIN), ("hAnsi", LATIN), ("cs", LATIN), ("eastAsia", chinese)):
        fonts.set(qn(f"w:{script}"), name)


def _set_space(style: Any, *, before: float, after: float, lines: float, indent: float = 0) -> None:
    said = style.paragraph_format
    said.space_before, said.space_after, said.line_spacing = Pt(before), Pt(after), lines
    said.first_line_indent = Length(Pt(indent))


def _element(name: str, **attributes: str) -> Any:
    made = OxmlElement(name)
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made


def _mark(row: Any, mark: str) -> None:
    row._tr.get_or_add_trPr().append(_element(mark, val="true"))


def _shade(cell: Any, fill: str) -> None:
    cell._tc.get_or_add_tcPr().append(_element("w:shd", val="clear", color="auto", fill=fill))


def _add_field(paragraph: Any, code: str) -> None:
    field = _element("w:fldSimple", instr=code)
    field.append(OxmlElement("w:r"))
    paragraph._p.append(field)
