"""The sheets to which a row is added for each finding, and for each record of a person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from egov_scoring.facts import DAYS, Unit
from egov_scoring.forms import layout
from egov_scoring.forms.answers import dated, number
from egov_scoring.forms.book import Book
from egov_scoring.forms.layout import FACT, FINDINGS, INDICATOR, SECTION, TITLE, UNIT, Mark
from egov_scoring.forms.unit_sheets import header
from egov_scoring.program import Program

BLANK_ROWS = 30
LAST_ROW = 2_000  # up to here empty cells say what they take

Row = Mapping[str, object]


def write_findings(book: Book, program: Program, units: Sequence[Unit], *, several: bool) -> None:
    """The sheet of findings, if any can be found; `several` says that a row names its unit."""
    names = layout.findings(program)
    if not names:
        return
    rows = [
        {UNIT: unit.name, FACT: names[key], **{f"#{part}": value for part, value in record.items()}}
        for unit in units
        for key, records in unit.facts.items()
        if key in names and isinstance(records, (list, tuple))
        for record in records
    ]
    _write(
        book, Mark("findings", program.id, program.fingerprint), FINDINGS, {FACT: names.values()}, rows, units, several
    )


def write_records(book: Book, program: Program, units: Sequence[Unit], *, several: bool) -> None:
    """The sheet of what people decided about indicators, and of who gave points and why."""
    sections, decisions = layout.sections(book.lang), layout.decisions(book.lang)
    items, judged = layout.indicators(program), layout.judged(program)
    rows = []
    for unit in units:
        given = {key: value for key, value in unit.facts.items() if key in judged and isinstance(value, Mapping)}
        for section, records in {**unit.records, "judgements": given}.items():
            for about, record in records.items():
                shown = (judged if section == "judgements" else items).get(about, about)
                row = {layout.record_column(key): value for key, value in record.items()}
                if "#decision" in row:
                    row["#decision"] = decisions.get(row["#decision"], row["#decision"])
                rows.append({UNIT: unit.name, SECTION: sections[section], INDICATOR: shown, **row})
    choices = {
        SECTION: sections.values(),
        INDICATOR: [*items.values(), *judged.values()],
        "#decision": decisions.values(),
    }
    _write(book, Mark("records", program.id, program.fingerprint), layout.records(), choices, rows, units, several)


def _write(
    book: Book,
    mark: Mark,
    columns: Mapping[str, int],
    choices: Mapping[str, Iterable[str]],
    rows: Sequence[Row],
    units: Sequence[Unit],
    several: bool,
) -> None:
    columns = {column: broad for column, broad in columns.items() if several or column != UNIT}
    page = book.page(book.say(f"form.sheet.{mark.kind}"), mark, columns)
    page.banner(TITLE, book.say(f"form.title.{mark.kind}"), "title")
    page.banner("#how", book.say(f"form.how.{mark.kind}"), "how")
    head = header(page)
    for column, at in page.columns.items():
        page.sheet.set_column(at, at, columns[column], book.style(_style(column)))
    if several and units:
        choices = {UNIT: [unit.name for unit in units], **choices}
    for column, values in choices.items():
        page.validate((head + 1, LAST_ROW), page.columns[column], {"validate": "list", "source": book.listed(values)})
    blank: Row = {}
    for record in [*rows, *[blank] * BLANK_ROWS]:
        row = page.row("", 20)
        for column in columns:
            page.write(row, column, _entry(column, record.get(column)), _style(column))
    page.finish(frozen=(head + 1, 0), repeated=(head, head))


def _entry(column: str, value: object) -> object:
    key = column.removeprefix("#")
    if value is None or key not in (*DAYS, *layout.NUMBERS):
        return value
    return dated(value) if key in DAYS else number(value)


def _style(column: str) -> str:
    key = column.removeprefix("#")
    return "date" if key in DAYS else "input" if key in layout.NUMBERS else "text"
