"""CSV files as sheets of a form: a row a unit, a column a fact under its key or its label, as spreadsheets save them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from egov_scoring import messages
from egov_scoring.errors import Position, Problem
from egov_scoring.facts import nearest
from egov_scoring.forms.layout import UNIT, Mark, folded, shown
from egov_scoring.forms.sheets import Cell, Row, Sheet
from egov_scoring.program import Program
from egov_scoring.spreadsheet import looks_like_a_formula

MOST_BYTES = 64 * 1024 * 1024
ENCODINGS = ("utf-8-sig", "gb18030")  # what spreadsheets save in China: with a byte order mark, or as Windows does
DELIMITERS = ",;\t"


def sheet_of(path: Path, program: Program) -> tuple[Sheet | None, list[Problem]]:
    """The table of a CSV file as the sheet of a grid, and what is wrong with it."""
    text, problem = decoded(path)
    if problem is not None:
        return None, [problem]
    begin = text.split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=begin.count)
    try:
        table = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        return None, [Problem("not-a-csv", Position(str(path), 1, 1), detail=str(error))]
    header = table[0] if table else []
    ids = _ids(program)
    found = {at: ids.get(folded(name)) for at, name in enumerate(header)}
    columns = {id: at for at, id in reversed(found.items()) if id}
    problems = [*_complaints(path, header, found, columns, program), *_overlong(path, table)]
    if not any(key in program.facts for key in columns):
        return None, [*problems, Problem("csv-without-facts", Position(str(path), 1, 1, path.stem), ruleset=program.id)]

    def cell(row: int, column: int) -> Cell:
        values = table[row]
        value = values[column] if column < len(values) else ""
        return Cell(_unquoted(value), Position(str(path), row + 1, column + 1, path.stem))

    rows = tuple(Row("", {id: cell(row, at) for id, at in columns.items()}) for row in range(1, len(table)))
    mark = Mark("grid", program.id, program.fingerprint)
    place = Position(str(path), 1, 1, path.stem)
    return Sheet(mark, place, {id: cell(0, at) for id, at in columns.items()}, rows), problems


def decoded(path: Path) -> tuple[str, Problem | None]:
    """The text of a file in one of the encodings that spreadsheets save, or why there is none."""
    place = Position(str(path), 1, 1)
    try:
        with path.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        return "", Problem("cannot-read", place, detail=getattr(error, "strerror", None) or str(error))
    if len(content) > MOST_BYTES:
        return "", Problem("file-too-large", place, limit=MOST_BYTES)
    for encoding in ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text, None
    return "", Problem("csv-encoding", place)


def _ids(program: Program) -> dict[str, str]:
    """What a column may be called, and the id that it then has."""
    labels = shown((key, fact.label or key) for key, fact in program.facts.items())
    ids = {folded(label): key for key, label in labels.items()}
    ids |= {folded(key): key for key in (*program.facts, *program.flags)}
    units = {messages.text(name, lang) for name in ("form.unit", "form.column.unit") for lang in messages.LANGUAGES}
    return ids | {folded(name): UNIT for name in (*units, "unit")}


def _complaints(
    path: Path, header: list[str], found: dict[int, str | None], columns: dict[str, int], program: Program
) -> Iterator[Problem]:
    """Columns that stand twice, that are nearly called like a fact, or like a record that there is not."""
    for at, name in enumerate(header):
        place, id = Position(str(path), 1, at + 1, path.stem), found[at]
        if id and columns[id] != at:
            yield Problem("column-twice", place, column=name)
        near = nearest(name, [*program.facts, *(fact.label for fact in program.facts.values())])
        if id is None and ("__" in name or near):
            yield Problem("csv-column", place, column=name, nearest=nearest(name, program.flags) or near)


def _overlong(path: Path, table: list[list[str]]) -> Iterator[Problem]:
    """Rows that reach beyond the header: something in them, such as 1,200 without quotes, was taken apart."""
    for row, values in enumerate(table, 1):
        beyond = next((at for at, value in enumerate(values) if at >= len(table[0]) and value.strip()), None)
        if beyond is not None:
            yield Problem("csv-row-long", Position(str(path), row, beyond + 1, path.stem))


def _unquoted(value: str) -> str:
    """Without the apostrophe that keeps a spreadsheet from taking a text for a formula."""
    return value[1:] if value.startswith("'") and looks_like_a_formula(value[1:]) else value
