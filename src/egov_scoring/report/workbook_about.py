"""What the results were made by: the ruleset and its documents, the engine, who was compared, and how the documents are read."""

from __future__ import annotations

from collections.abc import Iterator

from egov_scoring.report import wording
from egov_scoring.report.about import about
from egov_scoring.report.workbook import Column, lines
from egov_scoring.report.workbook_plan import Results


def write_about(results: Results) -> None:
    """Names and what they say."""
    sheet = results.book.sheet(results.sheets["about"], [Column("", 22, "label"), Column("", 96)])
    sheet.title(results.program.title)
    say = results.book.say
    how = (say("results.how"), say("results.how.said"))
    for name, said in [*about(results.cards, results.lang), how, *_readings(results)]:
        sheet.add([name, said])
    sheet.finish(None)


def _readings(results: Results) -> Iterator[tuple[str, str]]:
    """How the documents are read where they are silent."""
    say = results.book.say
    for name, reading in wording.readings(results.program, lang=results.lang):
        parts = [
            ("open", reading["open"]),
            ("chosen", reading["chosen"]),
            *(("else", each) for each in reading["else"]),
        ]
        told = [say("results.reading", part=say(f"column.{part}"), said=said) for part, said in parts]
        sure = say("results.reading", part=say("column.sure"), said=say(f"sure.{reading['sure']}"))
        yield f"{say('column.reading')} {reading['id']}", lines([name, *told, sure])
