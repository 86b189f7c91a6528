"""The sheets in which units say what they have: one for each unit, or one with a row for each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from egov_scoring import amounts
from egov_scoring.errors import column_letters
from egov_scoring.facts import FactDeclaration, Unit
from egov_scoring.forms import layout
from egov_scoring.forms.answers import accepted, entry, taken
from egov_scoring.forms.book import PAGED_BROAD, Book, Page, height_of
from egov_scoring.forms.layout import FORM, GRID, HEAD, TITLE, Group, Mark
from egov_scoring.program import Item, Program
from egov_scoring.report import wording

ROW = 24  # points
BLANK_UNITS = 20
LAST_UNIT = 2_000  # up to this row a grid says what its cells take
GRID_BROAD, GRID_BROADEST = 13, 30
FLAT = 90  # points: a sentence of a grid that would be taller gets a broader column


# A sheet for each unit: a row for each fact.


def write_form(book: Book, program: Program, unit: Unit, name: str) -> None:
    """The sheet of one unit."""
    page = book.page(name, Mark("form", program.id, program.fingerprint), FORM)
    page.banner(TITLE, program.title, "title")
    page.banner("#how", book.say("form.how.form"), "how")
    _name_row(page, unit)
    head = header(page)
    for group in layout.groups(program):
        _group_rows(page, program, group, unit)
    page.finish(frozen=(head + 1, 0), repeated=(head, head))


def _name_row(page: Page, unit: Unit) -> None:
    row = page.row(layout.UNIT, ROW)
    value = page.columns[layout.VALUE]
    page.across((row, row), (1, value - 1), page.book.say("form.unit"), "label")
    page.across((row, row), (value, len(page.columns)), unit.name, "text")


def header(page: Page) -> int:
    """The row that names the columns."""
    row = page.row(HEAD, ROW)
    for column in page.columns:
        page.write(row, column, _column(column, page.book), "head")
    return row


def _column(column: str, book: Book) -> str:
    return book.say(f"form.column.{column.removeprefix('#')}")


def _group_rows(page: Page, program: Program, group: Group, unit: Unit) -> None:
    """The facts of a group, a row each; what they are scored by stands beside all of them.

    The first row alone is tall enough for that, so that no page ends in the middle of a sentence.
    """
    about, rules = _about(group, page.book), _rules(group, program, page.book)
    tall = max(height_of(about, FORM[layout.INDICATOR], "group"), height_of(rules, FORM[layout.RULE], "rule"))
    first = page.rows
    for fact in group.facts:
        _fact_row(page, fact, unit, tall if page.rows == first else 0)
    for column, text, style in ((layout.INDICATOR, about, "group"), (layout.RULE, rules, "rule")):
        at = page.columns[column]
        page.across((first, page.rows - 1), (at, at), text, style)


def _height(page: Page, fact: FactDeclaration, unit: Unit) -> float:
    value = str(entry(fact, unit.facts.get(fact.key), page.book.lang) or "")
    beside = _taken(fact, page.book)
    texts = ((_label(fact), layout.LABEL, "label"), (beside, layout.TAKEN, "small"), (value, layout.VALUE, "input"))
    return max(height_of(text, FORM[column], style) for text, column, style in texts)


def _fact_row(page: Page, fact: FactDeclaration, unit: Unit, least: float) -> None:
    row = page.row(fact.key, max(ROW, least, _height(page, fact, unit)))
    page.write(row, layout.LABEL, _label(fact), "label")
    page.write(row, layout.VALUE, entry(fact, unit.facts.get(fact.key), page.book.lang), "input")
    page.write(row, layout.MEASURE, fact.unit, "centred")
    page.write(row, layout.TAKEN, _taken(fact, page.book), "small")
    page.write(row, layout.EVIDENCE, "", "text")
    page.write(row, layout.REMARK, "", "text")
    _guard(page, (row, row), page.columns[layout.VALUE], fact, taken(fact, page.book.lang))


# One sheet for all: a row for each unit.


def write_grid(book: Book, program: Program, units: Sequence[Unit]) -> None:
    """The sheet of all units."""
    groups = layout.groups(program)
    breadths = {fact.key: broad for group in groups for fact, broad in _breadths(group, program, book)}
    columns = {
        layout.UNIT: GRID[layout.UNIT],
        **breadths,
        **{key: GRID[key] for key in (layout.EVIDENCE, layout.REMARK)},
    }
    page = book.page(book.say("form.sheet.grid"), Mark("grid", program.id, program.fingerprint), columns)
    page.banner(TITLE, program.title, "title", upto=min(8, len(columns)))
    page.banner("#how", book.say("form.how.grid"), "how", upto=min(8, len(columns)))
    head = _grid_header(page, program, groups)
    for unit in units or [Unit()] * BLANK_UNITS:
        row = page.row("", 20)
        page.write(row, layout.UNIT, unit.name, "text")
        for key, fact in program.facts.items():
            page.write(row, key, entry(fact, unit.facts.get(key), book.lang), "input")
        for column in (layout.EVIDENCE, layout.REMARK):
            page.write(row, column, "", "text")
    for group in groups:
        for fact in group.facts:
            told = f"{taken(fact, book.lang)}\n{_rules(group, program, book)}"
            _guard(page, (head + 1, LAST_UNIT), page.columns[fact.key], fact, told)
    page.finish(frozen=(head + 1, 2), repeated=(head - 2, head), breaks=_breaks(page, groups))


def _breadths(group: Group, program: Program, book: Book) -> Iterator[tuple[FactDeclaration, int]]:
    """How broad the columns of a group are, so that its sentence stands flat above them."""
    rules, count = _rules(group, program, book), len(group.facts)
    broad = GRID_BROAD
    while broad < GRID_BROADEST and height_of(rules, broad * count, "rule") > FLAT:
        broad += 1
    return ((fact, broad) for fact in group.facts)


def _breaks(page: Page, groups: Sequence[Group]) -> list[int]:
    """Where a printed page ends: before the first column of a group that no longer fits on it."""
    room, used, breaks = PAGED_BROAD - GRID[layout.UNIT], 0, list[int]()
    for group in groups:
        columns = [fact.key for fact in group.facts]
        broad = sum(page.broad[column] for column in columns)
        for part in [columns] if broad <= room else [[column] for column in columns]:
            broad = sum(page.broad[column] for column in part)
            if used and used + broad > room:
                breaks.append(page.columns[part[0]])
                used = 0
            used += broad
    return breaks


def _grid_header(page: Page, program: Program, groups: Sequence[Group]) -> int:
    """What is scored, by which rule, and what is asked, above the columns of the facts; the last row of it."""
    book = page.book
    _group_row(page, groups, [_about(group, book) for group in groups], "group")
    _group_row(page, groups, [_rules(group, program, book) for group in groups], "rule")
    asked = {fact.key: _asked(fact, book) for fact in program.facts.values()}
    row = page.row(HEAD, max(height_of(text, page.broad[key], "head") for key, text in asked.items()))
    asked |= {column: _column(column, book) for column in page.columns if column not in asked}
    for column, text in asked.items():
        page.write(row, column, text, "head")
    return row


def _group_row(page: Page, groups: Sequence[Group], texts: Sequence[str], style: str) -> None:
    """A text above the columns of each group."""
    broad = [sum(page.broad[fact.key] for fact in group.facts) for group in groups]
    row = page.row("#group", max(height_of(text, room, style) for text, room in zip(texts, broad, strict=True)))
    for group, text in zip(groups, texts, strict=True):
        first, last = (page.columns[group.facts[at].key] for at in (0, -1))
        page.across((row, row), (first, last), text, style)


# What is said beside a cell.


def _guard(page: Page, rows: tuple[int, int], at: int, fact: FactDeclaration, told: str) -> None:
    cell = f"{column_letters(at + 1)}{rows[0] + 1}"
    page.validate(rows, at, accepted(fact, cell, page.book), fact.label, told)


def _label(fact: FactDeclaration) -> str:
    return fact.label or fact.key


def _taken(fact: FactDeclaration, book: Book) -> str:
    """What may be entered, and the remark on the fact."""
    said = taken(fact, book.lang)
    return f"{said}\n{fact.about}" if fact.about else said


def _asked(fact: FactDeclaration, book: Book) -> str:
    unit = book.say("template.in", unit=fact.unit) if fact.unit else ""
    return f"{_label(fact)}{unit}"


def _about(group: Group, book: Book) -> str:
    """The indicators by name, with the points of each and where it stands in the document."""
    return "\n".join(_scored(item, book) for item in group.items) or book.say("form.checked")


def _scored(item: Item, book: Book) -> str:
    said = book.say("form.scored", name=item.name, max=amounts.to_text(item.max))
    clause = item.about.get("clause")
    return f"{said}\n{clause}" if clause else said


def _rules(group: Group, program: Program, book: Book) -> str:
    """The rules of the indicators, each after its name where there are several; of what is only checked, the checks."""
    sentences = [(item.name, wording.rule(item, program, book.lang)) for item in group.items]
    if len(sentences) == 1:
        return sentences[0][1]
    keys = {fact.key for fact in group.facts}
    checks = [check.about or check.id for check in program.checks if not sentences and keys & check.facts]
    return "\n".join([*(f"{name}: {said}" for name, said in sentences if said), *checks])
