"""Where points went: by indicator, entry by entry, by those who answer for it, and what is still open."""

from __future__ import annotations

from dataclasses import replace

from egov_scoring.rectification import by_indicator, still_open
from egov_scoring.report import text as as_text
from egov_scoring.report.rectify_words import offices
from egov_scoring.report.wording import listed
from egov_scoring.report.workbook import amount, lines
from egov_scoring.report.workbook_plan import Results
from egov_scoring.scorecard import LedgerLine

MOST_RECORDS = 5  # of an entry that stand in the list; all of them stand on the unit's sheet


def write_indicators(results: Results) -> None:
    """What each indicator cost all units together, the worst first."""
    book, found = results.book, by_indicator(results.cards)
    columns = [book.column("indicator", 44), book.column("lost", 12, "number"), book.column("losing", 12, "number")]
    sheet = book.sheet(results.sheets["indicators"], [*columns, book.column("max", 10, "number")])
    sheet.title(book.say("rectify.indicators"), book.say("results.units", count=len(results.cards)))
    head = sheet.heads()
    for each in found:
        sheet.add([results.names[each.id], each.lost, each.units, amount(each.max)])
    results.bars["indicators"] = (head, len(found))
    sheet.finish(head, filtered=True)


def write_losses(results: Results) -> None:
    """Every loss of every unit, the dearest of each first."""
    book = results.book
    names = {"unit": 18, "indicator": 28, "clause": 16, "line": 56, "loss": 9, "lead": 18, "supporting": 22}
    columns = [book.column(name, broad, "number" if name == "loss" else "text") for name, broad in names.items()]
    sheet = book.sheet(results.sheets["losses"], columns)
    sheet.title(results.sheets["losses"], book.say("results.losses"))
    head = sheet.heads()
    for at, found in enumerate(results.losses):
        for loss in found:
            said = lines([replace(loss.line, clause="").text(results.lang), *_records(results, loss.line)])
            answering = (listed(each, results.lang) for each in (loss.responsible.lead, loss.responsible.supporting))
            sheet.add([results.unit(at), results.names[loss.score.id], loss.clause, said, loss.line.loss, *answering])
    sheet.finish(head, filtered=True)


def _records(results: Results, line: LedgerLine) -> list[str]:
    """The findings behind an entry; of many the first ones."""
    found = [f"· {record}" for record in as_text.records(line)]
    if len(found) <= MOST_RECORDS:
        return found
    return [*found[:MOST_RECORDS], results.book.say("results.more", count=len(found) - MOST_RECORDS)]


def write_offices(results: Results) -> None:
    """What each office leads and what it supports, where the ruleset names any."""
    found = [loss for each in results.losses for loss in each]
    answering = offices(found, results.lang)
    if not answering:
        return
    book = results.book
    columns = [book.column("office", 30)]
    columns += [book.column(name, 14, "number") for name in ("leads", "times", "supports", "times")]
    sheet = book.sheet(results.sheets["offices"], columns)
    sheet.title(book.say("rectify.offices"))
    head = sheet.heads()
    for office in answering:
        sheet.add(office)
    sheet.finish(head, filtered=True)


def write_open(results: Results) -> None:
    """What nobody knows the points of yet, and what it waits for; no sheet, where all is known."""
    waiting = [(at, score) for at, card in enumerate(results.cards) for score in still_open(card)]
    if not waiting:
        return
    book, facts = results.book, results.program.facts
    names = {"unit": 18, "indicator": 34, "max": 8, "why": 24, "waits": 50, "range": 16}
    columns = [book.column(name, broad, "number" if name == "max" else "text") for name, broad in names.items()]
    sheet = book.sheet(results.sheets["open"], columns)
    sheet.title(results.sheets["open"])
    head = sheet.heads()
    for at, score in waiting:
        waits = lines(facts[key].label or key for key in score.waits_for)
        reach = "" if score.range is None else str(score.range)
        why = book.say(f"missing.{score.reason}")
        sheet.add([results.unit(at), results.names[score.id], amount(score.max), why, waits, reach])
    sheet.finish(head, filtered=True)
