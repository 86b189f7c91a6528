"""A ruleset as a Markdown page: where it comes from, its table as regenerated, readings, facts, checks, duties."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from egov_scoring import amounts, messages
from egov_scoring.duties import DutyTable
from egov_scoring.program import Item, Program
from egov_scoring.readers.words import Words
from egov_scoring.report import wording
from egov_scoring.report.templates import environment

ALWAYS = ("indicator", "max", "rule")
SOMETIMES = ("clause", "methods", "responsible", "evidence")


def page(program: Program, duties: DutyTable | None = None, lang: str | None = None) -> str:
    """The page of one ruleset, with its duty table if it has one."""
    rows = [_row(item, depth, program, lang) for item, depth in program.total.levels()]
    if program.total.added:
        rows.append(_row(program.total, 0, program, lang))
    columns = [name for name in (*ALWAYS, *SOMETIMES) if name in ALWAYS or any(row[name] for row in rows)]
    made = environment(lang)
    made.filters["cell"] = _cell
    text = made.get_template("page.md.j2").render(
        program=program,
        duties=duties,
        origin=list(origin(program, lang)),
        columns=columns,
        rows=rows,
        grades=wording.grades(program, lang),
        readings=readings(program, duties, lang),
        taken=lambda fact: wording.taken(fact, lang),
        words=Words(program.facts, lang).of,
        named=lambda row: wording.named(row, lang),
        feeds=lambda row: wording.feeds(row, program, lang),
    )
    return text.rstrip("\n") + "\n"


def file_name(program: Program) -> str:
    """The name of the page's file.

    >>> from egov_scoring import load
    >>> file_name(load("2019/city").program)
    '2019_city.md'
    """
    return f"{program.id.replace('/', '_')}.md"


def index(programs: Iterable[Program], lang: str | None = None) -> str:
    """A page that leads to the pages of all rulesets."""
    names = ("id", "title", "max", "items", "scored", "facts")
    lines = [f"# {messages.text('page.index', lang)}", "", messages.text("page.made", lang), ""]
    lines.append("".join(f"| {messages.text(f'column.{name}', lang)} " for name in names) + "|")
    lines.append("|---|---|---:|---:|---:|---:|")
    for program in programs:
        most = amounts.to_text(program.total.max) if program.total.added else ""
        link = f"[`{program.id}`]({file_name(program)})"
        lines.append(f"| {' | '.join(map(_cell, (link, program.title, most, *program.sizes)))} |")
    return "\n".join(lines) + "\n"


def _cell(text: object) -> str:
    """A text that stays within its cell of a table."""
    return str(text).replace("\\", "\\\\").replace("|", "\\|").replace("\n", "<br>")


def origin(program: Program, lang: str | None = None) -> Iterator[tuple[str, str]]:
    """Where a ruleset comes from, each with the key of the message that names it."""
    about = program.about
    for key in ("jurisdiction", "year", "applies_to"):
        if key in about:
            yield key, str(about[key])
    yield "total", amounts.to_text(program.total.max) if program.total.added else messages.text("page.no_total", lang)
    for document in about.get("documents", {}).values():
        parts = [str(document[key]) for key in ("title", "issuer", "number", "date", "about") if key in document]
        yield "document", " · ".join(parts)
    if "successor_of" in about:
        yield "successor_of", f"`{about['successor_of']}`"


def _row(item: Item, depth: int, program: Program, lang: str | None) -> dict[str, str]:
    about = item.about
    return {
        "indicator": _name(item, depth, program, lang),
        "max": amounts.to_text(item.max),
        "rule": wording.rule(item, program, lang),
        "clause": str(about.get("clause", "")),
        "methods": messages.text("join", lang).join(about.get("methods", ())),
        "responsible": "\n".join(answering(about.get("responsible", {}), lang)),
        "evidence": "\n".join(about.get("evidence", ())),
    }


def _name(item: Item, depth: int, program: Program, lang: str | None) -> str:
    """The name as deep as it stands, its id, the printed rows that share its score, and a remark."""
    if item is program.total:
        return f"**{messages.text('card.total', lang)}**"
    name = f"**{item.name}**" if item.children else item.name
    mark = messages.text("card.not_printed", lang) if item.about.get("printed") is False else ""
    lines = [f"{'　' * depth}{name}{mark} `{item.id}`"]
    lines += [f"· {row}" for row in item.about.get("rows", ())]
    if item.about.get("about"):
        lines.append(f"*{item.about['about']}*")
    return "\n".join(lines)


def answering(units: Mapping[str, Iterable[str]], lang: str | None) -> Iterator[str]:
    """Those who answer for an indicator, and apart from them those who support them."""
    join = messages.text("join", lang)
    lead, supporting = join.join(units.get("lead", ())), join.join(units.get("supporting", ()))
    if lead:
        yield lead
    if supporting:
        yield messages.text("page.supporting", lang, units=supporting)


def readings(program: Program, duties: DutyTable | None = None, lang: str | None = None) -> list[dict[str, Any]]:
    """Every reading once, with the names of all that it touches."""
    found: dict[str, dict[str, Any]] = {}
    for name, reading in wording.readings(program, duties, lang):
        found.setdefault(str(reading), {**reading, "of": []})["of"].append(name)
    return list(found.values())
