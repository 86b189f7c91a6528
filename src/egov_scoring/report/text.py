"""A scorecard as a text to read on a terminal or in a mail: the tree with points, then where they went."""

from __future__ import annotations

from collections.abc import Iterator

from egov_scoring import messages
from egov_scoring.messages import width
from egov_scoring.scorecard import LedgerLine, Score, Scorecard, plain


def scorecard(card: Scorecard, lang: str | None = None) -> str:
    """The whole card."""
    head = [f"{card.unit or messages.text('card.nameless', lang)}  {card.program.id}  {card.program.title}"]
    if card.total.added:
        head.append(f"{messages.text('card.total', lang)}  {points(card.total, lang)}")
    rows = [("  " * depth + score.name, points(score, lang)) for score, depth in tree(card.total)]
    broad = max((width(name) for name, _ in rows), default=0)
    body = [f"{name}{' ' * (broad - width(name))}  {said}" for name, said in rows]
    losses = [loss(card, line, lang) for line in card.losses()]
    said = messages.text("card.losses" if losses else "card.no_losses", lang)
    return printable("\n".join([*head, "", *body, "", said, *losses]))


def printable(text: str) -> str:
    """The text without what would steer the terminal."""
    return "".join(c if c.isprintable() or c == "\n" else " " for c in text)


def headline(card: Scorecard, indicator: str, lang: str | None = None) -> str:
    """One indicator with its points."""
    score = card[indicator]
    return f"{card.unit}  {score.name}  {points(score, lang)}"


def tree(total: Score, depth: int = 0) -> Iterator[tuple[Score, int]]:
    """The indicators in document order with their depth."""
    for child in total.children:
        yield child, depth
        yield from tree(child, depth + 1)


def points(score: Score, lang: str | None = None) -> str:
    """Points and maximum, or why there are none."""
    if not score.added:
        return ""
    if score.status == "not_applicable" and not score.max_applicable:
        return messages.text("status.not_applicable", lang)
    if score.points is None:
        why = messages.text(f"missing.{score.reason}", lang)
        return messages.text("card.missing", lang, why=why, range=score.range, max=plain(score.max))
    said = f"{score.points} / {plain(score.max_applicable)}"
    return said if score.status == "scored" else f"{said}  {messages.text(f'status.{score.status}', lang)}"


def loss(card: Scorecard, line: LedgerLine, lang: str | None = None) -> str:
    """One lost amount with its indicator, its words and the records behind it."""
    text = f"  -{line.loss}  {card[line.indicator].name}  {line.text(lang)}"
    return "\n".join([text, *(f"         {record}" for record in records(line))])


def records(line: LedgerLine) -> list[str]:
    """The findings behind a line, a text each."""
    found = []
    for record in line.records:
        parts = [str(record[key]) for key in ("date", "note", "evidence", "reason", "source") if record.get(key)]
        if parts:
            found.append("  ".join(parts))
    return found
