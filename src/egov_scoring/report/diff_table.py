"""Differences as a table for the terminal, and as Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from rich.table import Table

from egov_scoring import messages
from egov_scoring.comparison.catalogue import CATALOGUE
from egov_scoring.comparison.difference import Diff
from egov_scoring.report import diff_words, table

COLUMNS = ("indicator", "difference", "meaning", "shown", "where")


def rows(diff: Diff, lang: str | None = None) -> Iterator[tuple[str, str, str, str, str]]:
    """A row for each difference: what it is about, what differs, what that means, what shows it, where it stands."""
    before = None
    for each in diff:
        assert each.meaning is not None
        # Differences in one rule mean the same together: what shows it is said once.
        again, before = before is each.meaning, each.meaning
        shown = "" if again else "\n".join(diff_words.witnesses(each.meaning, diff, lang))
        yield (
            diff_words.subject(each, diff, lang),
            diff_words.said(each, diff, lang),
            "\n".join([diff_words.meaning(each.meaning, lang), *diff_words.accepted(each, diff, lang)]),
            shown,
            diff_words.where(each, lang),
        )


def text(diff: Diff, lang: str | None = None) -> str:
    """The table, with a line above and a summary below."""
    old, new = diff_words.called(diff, lang)
    title = messages.text("diff.title", lang, old=old, new=new)
    if not diff.differences:
        return "\n".join([title, *diff_words.summary(diff, lang)])
    shown = table.empty(lang, *((name, False) for name in COLUMNS))
    before = ""
    for name, *cells in rows(diff, lang):
        shown.add_row("" if name == before else name, *cells)
        before = name
    return "\n".join([title, table.show(shown), "", *diff_words.summary(diff, lang)])


def markdown(diff: Diff, lang: str | None = None) -> str:
    """A page: the summary, then a table."""
    old, new = diff_words.called(diff, lang)
    title = messages.text("diff.title", lang, old=f"`{old}`", new=f"`{new}`")
    lines = [f"# {title}", "", *(line for said in diff_words.summary(diff, lang) for line in (said, ""))]
    if diff.differences:
        heads = [messages.text(f"column.{name}", lang) for name in COLUMNS]
        lines += [_row(heads), _row(["---"] * len(heads)), *(_row(cells) for cells in rows(diff, lang))]
    return "\n".join(lines).rstrip("\n") + "\n"


def _row(cells: list[str] | tuple[str, ...]) -> str:
    escaped = [cell.replace("\\", "\\\\").replace("|", "\\|").replace("\n", "<br>") for cell in cells]
    return f"| {' | '.join(escaped)} |"


def catalogue(lang: str | None = None) -> Table:
    """Every kind of difference."""
    shown = table.empty(lang, *((name, False) for name in ("id", "about", "difference", "touches", "opposite")))
    for kind in CATALOGUE.values():
        about, touches = messages.text(f"about.{kind.about}", lang), messages.text(f"touches.{kind.touches}", lang)
        shown.add_row(kind.id, about, diff_words.kind(kind.id, lang), touches, kind.opposite)
    return shown
