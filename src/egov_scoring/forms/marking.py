"""Copies of workbooks in which the cells with problems are coloured, each with a comment that says what is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from io import BytesIO
from itertools import count
from os import PathLike
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from egov_scoring import messages, whole_file
from egov_scoring.errors import EgovScoringError, Problem
from egov_scoring.forms.workbook import opened

COLOUR = "FFFFB3B3"
BROAD, TALL = 360, 60  # of a comment; so tall for each problem
MADE = (1980, 1, 1, 0, 0, 0)  # no archive says when it was written: the same copy has the same bytes

Cells = Mapping[tuple[str, int, int], list[Problem]]


def mark(problems: Iterable[Problem], lang: str | None = None) -> list[Path]:
    """Writes a copy of every workbook that the problems stand in, beside it: 甲市.xlsx becomes 甲市.问题.xlsx.

    The workbooks stay as they are, and so does an earlier copy, in which somebody may have mended something: the next one
    then has a number. A copy keeps formulas, validation and formats; pictures and drawings are lost. There is none of a workbook
    so damaged that only its values can be read.
    """
    by_file: dict[str, dict[tuple[str, int, int], list[Problem]]] = {}
    for problem in problems:
        place = problem.position
        if place is not None and place.sheet and Path(place.file).suffix.lower() == ".xlsx":
            cells = by_file.setdefault(place.file, {})
            cells.setdefault((place.sheet, place.line, place.column), []).append(problem)
    copies = {Path(file): _copy(Path(file), cells, lang) for file, cells in by_file.items()}
    return [_put_beside(path, copy, lang) for path, copy in copies.items() if copy is not None]


def original_of(path: Path) -> Path | None:
    """The workbook that a file is a marked copy of, by its name; None where it is none."""
    words = "|".join(re.escape(messages.text("form.marked", lang)) for lang in messages.LANGUAGES)
    found = re.fullmatch(rf"(.+)\.(?:{words})[0-9]*", path.stem)
    return path.with_name(f"{found[1]}{path.suffix}") if found else None


def _put_beside(path: Path, content: bytes, lang: str | None) -> Path:
    """Writes the copy under the first name that is free, or that holds the very same."""
    stem, word = (original_of(path) or path).stem, messages.text("form.marked", lang)
    for number in count(1):
        target = path.with_name(f"{stem}.{word}{number if number > 1 else ''}{path.suffix}")
        if not target.exists():
            with whole_file.beside(target) as part:
                part.write_bytes(content)
            break
        if target.read_bytes() == content:
            break
    return target


def _copy(path: Path, cells: Cells, lang: str | None) -> bytes | None:
    """The marked copy; None where the library cannot make one."""
    try:
        return _marked(path, cells, lang)
    except (OSError, EgovScoringError):
        raise
    except Exception:  # a library raises whatever it stumbles over in a damaged file
        return None


def _marked(path: Path, cells: Cells, lang: str | None) -> bytes:
    from openpyxl.writer.excel import ExcelWriter

    book: Any = opened(path)
    for (sheet, row, column), problems in cells.items():
        _mark(book[sheet], row, column, problems, lang)
    sheets = {sheet for sheet, _, _ in cells}
    first = next(sheet for sheet in book.worksheets if sheet.title in sheets)
    book.active = book.sheetnames.index(first.title)
    for sheet in book.worksheets:
        sheet.sheet_view.tabSelected = sheet is first
    content = BytesIO()
    ExcelWriter(book, _Archive(content, "w", ZIP_DEFLATED)).save()
    return content.getvalue()


def _mark(sheet: Any, row: int, column: int, problems: list[Problem], lang: str | None) -> None:
    """Colours a cell; where a merged one hides it, that one."""
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    for block in sheet.merged_cells.ranges:
        if block.min_row <= row <= block.max_row and block.min_col <= column <= block.max_col:
            row, column = block.min_row, block.min_col
    cell = sheet.cell(row, column)
    said = [cell.comment.text] if cell.comment else []
    said += ["\n".join(filter(None, (problem.message(lang), problem.hint(lang)))) for problem in problems]
    cell.fill = PatternFill("solid", fgColor=COLOUR)
    cell.comment = Comment("\n\n".join(said), "egov-scoring", height=TALL * len(said), width=BROAD)


class _Archive(ZipFile):
    """An archive whose parts do not say when they were written."""

    def writestr(self, zinfo_or_arcname: Any, data: Any, *args: Any, **kwargs: Any) -> None:
        """Adds a part."""
        info = ZipInfo(str(getattr(zinfo_or_arcname, "filename", zinfo_or_arcname)), MADE)
        info.compress_type = ZIP_DEFLATED
        super().writestr(info, data)

    def write(self, filename: str | PathLike[str], arcname: Any = None, *args: Any, **kwargs: Any) -> None:
        """Adds a part from a file."""
        self.writestr(arcname, Path(filename).read_bytes())
