"""Charts that the spreadsheet draws itself: what units are made of, and what indicators cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from egov_scoring.report.results_pictures import COLOURS
from egov_scoring.report.workbook import INK, Column, Sheet
from egov_scoring.report.workbook_plan import Results
from egov_scoring.spreadsheet import FONT

if TYPE_CHECKING:
    from xlsxwriter.chart_bar import ChartBar

MOST_UNITS, MOST_INDICATORS = 40, 20
MOST_BARS = 96  # where every indicator has its own
WIDTH, HEAD, BAR, THIN_BAR, ROW = 900, 130, 24, 12, 20  # pixels


def write_charts(results: Results) -> None:
    """The charts, one below the other."""
    sheet = results.book.sheet(results.sheets["charts"], [Column("", 10)] * 10)
    sheet.title(results.program.title)
    chart, height = _units(results)
    below = _insert(sheet, sheet.rows, chart, height)
    if results.bars["indicators"][1]:
        chart, height = _indicators(results)
        _insert(sheet, below, chart, height)
    sheet.finish(None, one_page=True)


def _units(results: Results) -> tuple[ChartBar, int]:
    """The points of the first level, and how tall the bars are; stacked, unless they are never added."""
    head, first = results.bars["ranking"]
    added, parts = results.program.total.added, results.cards[0].total.children
    shown = min(len(results.cards), MOST_UNITS if added else max(1, MOST_BARS // len(parts)))
    chart = results.book.chart(stacked=added)
    ranking, names = results.sheets["ranking"], (1 if added else 0)
    rows = (head + 1, head + shown)
    for at, score in enumerate(parts):
        chart.add_series(
            {
                "name": score.name,
                "categories": [ranking, rows[0], names, rows[1], names],
                "values": [ranking, rows[0], first + at, rows[1], first + at],
                "fill": {"color": COLOURS[at % len(COLOURS)]},
                "border": {"color": "#FFFFFF"},
                "gap": 40,
            }
        )
    title = "results.chart.units" if shown == len(results.cards) else "results.chart.first_units"
    _dress(results, chart, results.book.say(title, count=shown))
    return chart, shown * (BAR if added else THIN_BAR * (len(parts) + 1))


def _indicators(results: Results) -> tuple[ChartBar, int]:
    """What the worst indicators cost all units together, and how tall the bars are."""
    head, count = results.bars["indicators"]
    shown = min(count, MOST_INDICATORS)
    chart, sheet = results.book.chart(stacked=False), results.sheets["indicators"]
    rows = (head + 1, head + shown)
    chart.add_series(
        {
            "name": results.book.say("column.lost"),
            "categories": [sheet, rows[0], 0, rows[1], 0],
            "values": [sheet, rows[0], 1, rows[1], 1],
            "fill": {"color": COLOURS[2]},
            "data_labels": {"value": True, "font": _font(results, 9)},
            "gap": 40,
        }
    )
    title = "results.chart.indicators" if shown == count else "results.chart.first_indicators"
    _dress(results, chart, results.book.say(title, count=shown), legend=False)
    return chart, shown * BAR


def _dress(results: Results, chart: ChartBar, title: str, *, legend: bool = True) -> None:
    """The best or worst on top, as in the table."""
    chart.set_title({"name": title, "name_font": _font(results, 12, bold=True), "overlay": False})
    chart.set_y_axis({"reverse": True, "num_font": _font(results, 9), "interval_unit": 1})
    chart.set_x_axis(
        {"num_font": _font(results, 9), "major_gridlines": {"visible": True, "line": {"color": "#DDDDDD"}}}
    )
    chart.set_legend({"position": "bottom", "font": _font(results, 9)} if legend else {"none": True})


def _font(results: Results, size: int, **more: Any) -> dict[str, Any]:
    return {"name": FONT[results.lang], "size": size, "color": INK, "bold": False, **more}


def _insert(sheet: Sheet, row: int, chart: ChartBar, bars: int) -> int:
    """The chart at a row, with its bars so many pixels tall; the row below it."""
    height = HEAD + max(bars, 3 * BAR)
    chart.set_size({"width": WIDTH, "height": height})
    sheet.sheet.insert_chart(row, 0, chart)
    return row + height // ROW + 2
