"""Text broken into lines: at blanks, and between Chinese characters, but never so that a line begins with a comma."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rich.console import Console, ConsoleOptions, RenderableType
from rich.measure import Measurement
from rich.style import StyleType
from rich.table import Table
from rich.text import Text

from egov_scoring.messages import width

_OPENING = "（《〈「『【〔“‘(\\["
_CLOSING = "，。、；：！？）》〉」』】〕”’％%,.;:!?)\\]"
_CHINESE = "\u2e80-\u2fff\u3005-\u3007\u3040-\ua4cf\uac00-\ud7af\uf900-\ufaff"
_PIECE = re.compile(rf"[{_OPENING}]*(?:[{_CHINESE}]|[^\s{_CHINESE}{_OPENING}“”（）「」，。、；：]+)?[{_CLOSING}]*\s*")


def lines(text: str, broad: int, hang: int | None = None) -> list[str]:
    """The lines, at most so broad (4 or more); those that go on hang by so many blanks, else by those that the first has."""
    return [part for line in text.split("\n") for part in _broken(line, broad, hang)]


def _broken(line: str, broad: int, hang: int | None) -> Iterator[str]:
    text = line.lstrip(" ")
    own, half = len(line) - len(text), broad // 2
    margin = " " * min(own if hang is None else hang, half)
    filled = " " * min(own, half)
    for piece in _pieces(text, broad - max(len(margin), len(filled))):
        if filled.strip() and width(filled + piece.rstrip()) > broad:
            yield filled.rstrip()
            filled = margin
        filled += piece
    yield filled.rstrip()


def _pieces(text: str, broad: int) -> Iterator[str]:
    """What no line breaks; what is broader than a line is broken anywhere."""
    for piece in _PIECE.findall(text):
        yield from [piece] if width(piece.rstrip()) <= broad else piece


class Wrapped:
    """A cell of a table whose text is broken so."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Text]:
        yield Text("\n".join(lines(self.text, options.max_width)), overflow="fold")

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        broadest = max(width(line) for line in self.text.split("\n"))
        return Measurement(1, max(1, broadest)).with_maximum(options.max_width)


class WrappedTable(Table):
    """A table whose cells are broken into lines as Chinese is."""

    def add_row(self, *cells: RenderableType | None, style: StyleType | None = None, end_section: bool = False) -> None:
        """Adds a row; texts among the cells are wrapped."""
        wrapped = [Wrapped(cell) if isinstance(cell, str) else cell for cell in cells]
        super().add_row(*wrapped, style=style, end_section=end_section)
