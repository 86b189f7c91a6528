"""What the parts of a workbook say before a library opens it: whether it is one, how far it reaches, and what it holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from egov_scoring.errors import Position, Problem
from egov_scoring.records import Record

MOST_BYTES = 64 * 1024 * 1024  # of a workbook, unpacked
MOST_PARTS = 1_000
MOST_ROWS, LAST_COLUMN = 9_999, "ZZ"
MOST_MERGED = 500_000  # cells
OLD_FORMAT = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
PERCENTS = ("9", "10")  # number formats that every workbook knows without declaring them

# A cell in a row of five digits or in a column of three letters.
_FAR = re.compile(rb"<(?:\w+:)?c\s[^>]*?\br=[\"'](?:[A-Z]{3}|[A-Z]{1,2}[0-9]{5})")
_MERGED = re.compile(rb"mergeCell\s[^>]*?\bref=[\"']([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})[\"']")
_WORKED_OUT = (b"<f>", b"<f ", b"<f/", b":f>", b":f ", b":f/", b't="e"', b"t='e'")  # formulas and errors


class Parts(Record):
    """What a workbook holds. `is_plain` says that there is nothing in it but values as they are shown: no formulas, no errors
    and no percentages."""

    is_plain: bool


def parts_of(path: Path) -> Parts | Problem:
    """What the workbook holds, or why it cannot be opened."""
    place = Position(str(path), 1, 1)
    try:
        with path.open("rb") as stream:
            if stream.read(len(OLD_FORMAT)) == OLD_FORMAT:
                return Problem("workbook-encrypted" if ENCRYPTED in stream.read(MOST_BYTES) else "workbook-old", place)
        with ZipFile(path) as archive:
            listed = archive.infolist()
            if len(listed) > MOST_PARTS or sum(part.file_size for part in listed) > MOST_BYTES:
                return Problem("workbook-too-large", place, limit=MOST_BYTES // 1024**2)
            sheets = [archive.read(part) for part in listed if part.filename.startswith("xl/worksheets/sheet")]
            styles = archive.read("xl/styles.xml") if "xl/styles.xml" in archive.namelist() else b""
    except BadZipFile:
        return Problem("not-a-workbook", place)
    except PermissionError:
        return Problem("workbook-locked", place)
    except (OSError, ValueError) as error:
        return Problem("cannot-read", place, detail=getattr(error, "strerror", None) or str(error))
    except Exception as error:  # each way to pack a part has its own for one that is damaged or has a password
        return Problem("workbook-damaged", place, detail=f"{type(error).__name__}: {error}")
    if any(_is_boundless(sheet) for sheet in sheets):
        return Problem("sheet-too-large", place, rows=MOST_ROWS, column=LAST_COLUMN)
    return Parts(not _has_percents(styles) and not any(sign in sheet for sheet in sheets for sign in _WORKED_OUT))


def _is_boundless(sheet: bytes) -> bool:
    """Whether a cell stands so far out, or so much is merged, that to open it would take all memory."""
    merged = sum(
        (int(last) - int(first) + 1) * (_number(right) - _number(left) + 1)
        for left, first, right, last in _MERGED.findall(sheet)
    )
    return merged > MOST_MERGED or _FAR.search(sheet) is not None


def _number(letters: bytes) -> int:
    """A column by its letters: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _has_percents(styles: bytes) -> bool:
    return b"%" in styles or any(number in PERCENTS for number in _formats(styles))


def _formats(styles: bytes) -> Iterator[str]:
    """The number formats that cells use."""
    used = re.search(rb"<(?:\w+:)?cellXfs.*?</(?:\w+:)?cellXfs>", styles, re.DOTALL)
    for number in re.findall(rb"numFmtId=[\"']([0-9]+)[\"']", used[0] if used else b""):
        yield number.decode()
