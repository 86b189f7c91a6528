"""What goes into the workbook of results, and where: the units as they are placed, and the names of the sheets."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from egov_scoring import messages
from egov_scoring.ranking import placed, standing
from egov_scoring.rectification import losses
from egov_scoring.report import text as as_text
from egov_scoring.report import wording
from egov_scoring.report.workbook import Book, Cell, Link, Told, place
from egov_scoring.scorecard import Score, Scorecard
from egov_scoring.spreadsheet import sheet_names

PARTS = (
    "ranking",
    "matrix",
    "indicators",
    "charts",
    "losses",
    "offices",
    "open",
    "records",
    "facts",
    "findings",
    "about",
)
MOST_UNIT_SHEETS = 1_000


class Results:
    """The cards of units, the best first, and the workbook that they go into.

    Of more than a thousand units none has a sheet of its own. `facts` says in which row of their sheet the facts stand, by
    the number of the unit and the key; `bars` where the charts find what they show. Places are those `among` all units that
    were scored together.
    """

    def __init__(self, cards: Sequence[Scorecard], among: Sequence[Scorecard], path: Path, lang: str | None) -> None:
        ranked = placed(cards, among)
        self.cards = [card for _, card in ranked]
        self.places = [place for place, _ in ranked]
        self.compared = sum(standing(card) is not None for card in among)
        self.program = cards[0].program
        self.lang = lang or messages.language()
        self.book = Book(path, self.program.title, lang)
        self.units = [as_text.unit(card, lang) for card in self.cards]
        own = self.units if len(self.units) <= MOST_UNIT_SHEETS else []
        names = sheet_names([*(self.book.say(f"results.sheet.{part}") for part in PARTS), *own])
        self.sheets = dict(zip(PARTS, names, strict=False))
        self.unit_sheets = names[len(PARTS) :]
        self.names = as_text.called(self.cards[0])
        self.items = {item.id: item for item in self.program.items()}
        self.rules = {id: wording.rule(item, self.program, lang) for id, item in self.items.items()}
        self.losses = [losses(card) for card in self.cards]
        self.facts: dict[tuple[int, str], int] = {}
        self.bars: dict[str, tuple[int, int]] = {}

    def unit(self, at: int) -> Link:
        """The name of a unit, which leads to its sheet."""
        return Link(self.units[at], place(self.unit_sheets[at]) if self.unit_sheets else "")

    def part(self, name: str) -> Link:
        """The name of a sheet, which leads to it."""
        return Link(self.sheets[name], place(self.sheets[name]))

    def points(self, score: Score) -> Cell:
        """The points of an indicator; in words what is not known or does not apply, and beside them what is vetoed."""
        if score.points is None or not score.added or (score.status == "not_applicable" and not score.max_applicable):
            return as_text.brief(score, self.lang)
        if score.status == "scored":
            return score.points
        return Told(score.points, self.book.say(f"status.{score.status}"))
