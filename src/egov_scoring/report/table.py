"""Tables for the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from egov_scoring import amounts, messages
from egov_scoring.duties import DutyRow, DutyTable
from egov_scoring.program import Program
from egov_scoring.ranking import placed
from egov_scoring.report import text, wording
from egov_scoring.report.wrapping import Wrapped, WrappedTable
from egov_scoring.scorecard import Scorecard

PIPED_WIDTH = 10_000


def breadth() -> int | None:
    """How broad the terminal is; None where there is none."""
    out = Console()
    return out.width if out.is_terminal else None


def show(table: Table) -> str:
    """The table as text: as wide as the terminal, or unbroken lines without colours where there is none."""
    out = Console(highlight=False, markup=False, emoji=False, width=None if breadth() else PIPED_WIDTH)
    with out.capture() as captured:
        out.print(table)
    return "\n".join(line.rstrip() for line in captured.get().strip("\n").splitlines())


def empty(lang: str | None, *columns: tuple[str, bool]) -> Table:
    """A table without rows: its columns by name, and whether each holds numbers."""
    table = WrappedTable(box=SIMPLE_HEAD, pad_edge=False)
    for name, is_number in columns:
        table.add_column(
            messages.text(f"column.{name}", lang), justify="right" if is_number else "left", overflow="fold"
        )
    return table


def ranking(cards: Sequence[Scorecard], lang: str | None = None) -> Table:
    """The units by points or share, the best first; equal ones share the better place. Parts that are never added rank nobody."""
    first = cards[0].total.children if cards else ()
    added = not cards or cards[0].total.added
    whole = [("place", True), ("unit", False), ("points", True), ("of", True)]
    has_grades = any(card.graded for card in cards)
    table = empty(lang, *(whole if added else [("unit", False)]), *([("grade", False)] if has_grades else []))
    for child in first:
        table.add_column(Wrapped(child.name), justify="right", overflow="fold")
    for place, card in placed(cards):
        parts = [text.brief(child, lang) for child in card.total.children]
        total = messages.text("status.incomplete", lang) if card.points is None else str(card.points)
        most = "" if card.max_applicable is None else amounts.to_text(Fraction(card.max_applicable))
        own = [str(place or ""), card.unit, total, most] if added else [card.unit]
        table.add_row(*own, *([text.grade(card, lang)] if has_grades else []), *parts)
    return table


def heading(program: Program) -> list[str]:
    """What a ruleset is: its id and title, and the documents that it cites."""
    cited: Mapping[str, Mapping[str, str]] = program.about.get("documents", {})
    said = [
        " ".join(document[key] for key in ("title", "issuer", "number", "date") if key in document)
        for document in cited.values()
    ]
    return [f"{program.id}  {program.title}", *said]


def rules(program: Program, lang: str | None = None) -> Table:
    """The official table regenerated from the rules: tree, maxima, rule sentence, clause."""
    table = empty(lang, ("indicator", False), ("max", True), ("rule", False), ("clause", False))
    for item, depth in program.total.levels():
        mark = messages.text("card.not_printed", lang) if item.about.get("printed") is False else ""
        name = f"{'  ' * depth}{item.name}{mark}"
        clause = str(item.about.get("clause", ""))
        table.add_row(name, amounts.to_text(item.max), wording.rule(item, program, lang), clause)
    if program.total.added:
        total = messages.text("card.total", lang)
        table.add_row(total, amounts.to_text(program.total.max), wording.rule(program.total, program, lang), "")
    return table


def grades(program: Program, lang: str | None = None) -> list[str]:
    """The grades of the total, a line each, below their heading."""
    return [messages.text("grade.title", lang), *(f"  {said}" for said in wording.grades(program, lang))]


def ids(program: Program, lang: str | None = None) -> Table:
    """The indicators with the ids by which commands and Python name them."""
    table = empty(lang, ("indicator", False), ("id", False), ("max", True))
    table.columns[1].no_wrap = True
    for item, depth in program.total.levels():
        table.add_row(f"{'  ' * depth}{item.name}", item.id, amounts.to_text(item.max))
    if program.total.added:
        table.add_row(messages.text("card.total", lang), program.total.id, amounts.to_text(program.total.max))
    return table


def ledger(card: Scorecard, indicator: str, lang: str | None = None) -> Table:
    """The ledger of an indicator and all below it: what each line says, takes and leaves."""
    table = empty(lang, ("indicator", False), ("line", False), ("nominal", True), ("loss", True), ("balance", True))
    names = text.called(card)
    for line in card[indicator].ledger:
        said = "\n".join([line.text(lang), *(f"  {record}" for record in text.records(line))])
        table.add_row(
            names[line.indicator], said, wording.amount(line.nominal, lang), str(line.loss), str(line.balance)
        )
    return table


def rulesets(programs: Iterable[Program], lang: str | None = None) -> Table:
    """Rulesets with their totals and sizes."""
    table = empty(
        lang, ("id", False), ("title", False), ("max", True), ("items", True), ("scored", True), ("facts", True)
    )
    for program in programs:
        most = amounts.to_text(program.total.max) if program.total.added else ""
        table.add_row(program.id, program.title, most, *map(str, program.sizes))
    return table


def readings(program: Program, duties: DutyTable | None = None, lang: str | None = None) -> Table:
    """How the documents are read where they are silent, with what each reading is about."""
    columns = ("reading", "indicator", "open", "chosen", "else", "sure")
    table = empty(lang, *((name, False) for name in columns))
    for name, reading in wording.readings(program, duties, lang):
        sure = messages.text(f"sure.{reading['sure']}", lang)
        table.add_row(reading["id"], name, reading["open"], reading["chosen"], "\n".join(reading["else"]), sure)
    return table


def duties(rows: Iterable[DutyRow], program: Program, lang: str | None = None) -> Table:
    """Rows of a duty table, each with the indicator that it feeds."""
    columns = ("section", "column", "item", "content", "named", "feeds")
    table = empty(lang, ("number", True), *((name, False) for name in columns))
    for row in rows:
        feeds = wording.feeds(row, program, lang)
        table.add_row(str(row.number), row.section, row.column, row.item, row.content, wording.named(row, lang), feeds)
    return table


def bounds(card: Scorecard, lang: str | None = None) -> Table:
    """What each indicator can still come to, and which facts it waits for."""
    table = empty(lang, ("indicator", False), ("low", True), ("high", True), ("max", True), ("waits", False))
    rows = [*text.tree(card.total), (card.total, 0)] if card.total.added else list(text.tree(card.total))
    for score, depth in rows:
        if (found := score.reach) is None:
            continue
        waits = messages.text("stop", lang).join(card.program.facts[key].label for key in score.waits_for)
        reason = waits or (
            messages.text(f"missing.{score.reason}", lang) if score.reason not in ("", "facts", "parts") else ""
        )
        name = messages.text("card.total", lang) if score is card.total else "  " * depth + score.name
        table.add_row(name, str(found.low), str(found.high), amounts.to_text(Fraction(score.max)), reason)
    return table
