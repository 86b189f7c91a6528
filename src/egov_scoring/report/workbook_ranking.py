"""Who stands where: the ranking, and what every unit has under every indicator."""

from __future__ import annotations

from collections.abc import Iterator

from egov_scoring.report import text as as_text
from egov_scoring.report.workbook import Cell, Column, Sheet, amount
from egov_scoring.report.workbook_plan import Results
from egov_scoring.scorecard import Score, Scorecard

# From nothing to all of the maximum: told apart by everybody, and dark print stays readable on them.
LOW, MIDDLE, HIGH = "#F4A582", "#FFFFFF", "#92C5DE"
ON_ONE_PAGE = 20  # columns that can still be read where one page holds them all


def write_ranking(results: Results) -> None:
    """A row a unit, the best first: its points and those of the first level."""
    program, book = results.program, results.book
    added, graded = program.total.added, bool(program.grades)
    first = results.cards[0].total.children
    columns = [book.column("place", 6, "centred")] if added else []
    columns.append(book.column("unit", 24))
    columns += [book.column("grade", 12, "centred")] if graded else []
    columns += [book.column("points", 11, "number"), book.column("of", 8, "number")] if added else []
    columns += [book.column("share", 10, "number")] if added else []
    own = len(columns)
    columns += [Column(f"{score.name}\n({amount(score.max)})", 13, "number") for score in first]
    sheet = book.sheet(results.sheets["ranking"], columns)
    sheet.title(program.title, *_notes(results))
    head = sheet.heads()
    for at, card in enumerate(results.cards):
        row: list[Cell] = [results.places[at] or None] if added else []
        row.append(results.unit(at))
        row += [as_text.grade(card, results.lang)] if graded else []
        row += _total(results, card) if added else []
        sheet.add([*row, *(results.points(score) for score in card.total.children)])
    results.bars["ranking"] = (head, own)
    sheet.finish(head, frozen=2 if added else 1, filtered=True)


def _notes(results: Results) -> Iterator[str]:
    say = results.book.say
    yield say("results.units", count=len(results.cards))
    if not results.program.total.added:
        yield say("results.not_added")
    elif results.program.rank_by == "share":
        yield say("results.by_share")
    if results.unit_sheets:
        yield say("results.unit_sheets")
    else:
        yield say("results.no_unit_sheets")


def _total(results: Results, card: Scorecard) -> list[Cell]:
    points: Cell = results.points(card.total)
    if card.points is None:
        points = results.book.say("status.incomplete")
    return [points, amount(card.total.max_applicable), card.share]


def write_matrix(results: Results) -> None:
    """A row a unit, a column an indicator, coloured by the share of its maximum."""
    book = results.book
    scores = list(results.cards[0])
    columns = [book.column("unit", 20)]
    columns += [Column(results.names[score.id], 9, "number", "head" if score.children else "part") for score in scores]
    sheet = book.sheet(results.sheets["matrix"], columns)
    sheet.title(results.program.title, book.say("results.colours"), at=1)
    sheet.heads()
    head = sheet.add([book.say("column.max"), *(amount(score.max) for score in scores)], "group")
    for at, card in enumerate(results.cards):
        sheet.add([results.unit(at), *(results.points(score) for score in card)])
    for at, score in enumerate(scores, 1):
        if score.max:
            _colour(sheet, head, at, score)
    sheet.finish(head, across=len(columns) > ON_ONE_PAGE)


def _colour(sheet: Sheet, head: int, at: int, score: Score) -> None:
    most = float(score.max)
    scale = {"type": "3_color_scale", "min_type": "num", "mid_type": "num", "max_type": "num"}
    colours = {"min_color": LOW, "mid_color": MIDDLE, "max_color": HIGH}
    values = {"min_value": 0, "mid_value": most / 2, "max_value": most}
    sheet.sheet.conditional_format(head + 1, at, sheet.rows - 1, at, {**scale, **colours, **values})
