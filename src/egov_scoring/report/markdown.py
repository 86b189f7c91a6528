"""Results as Markdown: the ranking, then what each unit lost. No text in it becomes markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from egov_scoring import messages
from egov_scoring.ranking import placed
from egov_scoring.rectification import Loss, losses, still_open
from egov_scoring.report import text as as_text
from egov_scoring.report.wording import listed
from egov_scoring.scorecard import Scorecard, engine, plain

MARKUP = re.compile(r"([\\`*_\[\]<>|~#&!])")
NUMBERS = ("place", "points", "of", "loss")
LOSS = ("loss", "indicator", "clause", "line", "lead", "supporting")


def results(cards: Sequence[Scorecard], lang: str | None = None, *, among: Sequence[Scorecard] = ()) -> str:
    """The whole page; places are those among all units that were scored together."""
    program = cards[0].program
    made = f"`{program.id}` `{program.fingerprint}` egov_scoring {engine()}"
    parts = [f"# {escaped(program.title)}", made, _ranking(cards, among, lang)]
    for card in cards:
        parts += [f"## {escaped(as_text.unit(card, lang))}", *_unit(card, lang)]
    return "\n\n".join(parts) + "\n"


def escaped(text: str) -> str:
    """The text in one line, so that nothing in it is markup.

    >>> escaped("<b>甲|乙</b>")
    '\\\\<b\\\\>甲\\\\|乙\\\\</b\\\\>'
    """
    return MARKUP.sub(r"\\\1", as_text.printable(text)).replace("\n", "<br>")


def _table(names: Sequence[str], heads: Iterable[str], rows: Iterable[Sequence[str]]) -> str:
    """A table whose columns have these names; the heads of further ones come after."""
    lines = [list(heads), ["---:" if name in NUMBERS else "---" for name in names], *rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in lines)


def _ranking(cards: Sequence[Scorecard], among: Sequence[Scorecard], lang: str | None) -> str:
    total, grades = cards[0].total, bool(cards[0].program.grades)
    names = ["place", "unit", *(["grade"] if grades else []), "points", "of"] if total.added else ["unit"]
    heads = [messages.text(f"column.{name}", lang) for name in names]
    heads += [escaped(f"{score.name} ({plain(score.max)})") for score in total.children]
    rows = []
    for place, card in placed(cards, among):
        points = messages.text("status.incomplete", lang) if card.points is None else str(card.points)
        grade = [escaped(as_text.grade(card, lang))] if grades else []
        most = plain(card.total.max_applicable)
        own = [str(place or ""), escaped(card.unit), *grade, points, most] if total.added else [escaped(card.unit)]
        rows.append([*own, *(as_text.brief(score, lang) for score in card.total.children)])
    return _table([*names, *("points" for _ in total.children)], heads, rows)


def _unit(card: Scorecard, lang: str | None) -> Iterator[str]:
    names, found = as_text.called(card), losses(card)
    if card.total.added:
        total, points = messages.text("card.total", lang), as_text.points(card.total, lang)
        yield messages.text("results.reading", lang, part=total, said=escaped(points))
    if found:
        rows = [_loss(loss, names[loss.score.id], lang) for loss in found]
        kept = [name for name in LOSS if any(row[name] for row in rows)]
        heads = (messages.text(f"column.{name}", lang) for name in kept)
        yield _table(kept, heads, [[escaped(row[name]) for name in kept] for row in rows])
    else:
        yield messages.text("card.no_losses", lang)
    told = [f"{names[score.id]}: {as_text.points(score, lang)}" for score in still_open(card)]
    told += [f"{names[name]}: {as_text.objection(card, name, lang)}" for name in card.objections]
    if told:
        yield "\n".join(f"- {escaped(each)}" for each in told)


def _loss(loss: Loss, name: str, lang: str | None) -> dict[str, str]:
    said = "\n".join([replace(loss.line, clause="").text(lang), *as_text.records(loss.line)])
    offices = (listed(each, lang) for each in (loss.responsible.lead, loss.responsible.supporting))
    return dict(zip(LOSS, (str(loss.line.loss), name, loss.clause, said, *offices), strict=True))
