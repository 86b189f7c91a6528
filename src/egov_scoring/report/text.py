"""A scorecard as a text to read on a terminal or in a mail: the tree with points, then where they went."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from egov_scoring import messages
from egov_scoring.messages import width
from egov_scoring.report import wording
from egov_scoring.scorecard import LedgerLine, Score, Scorecard, plain


class Change(NamedTuple):
    """One line of where the points went, in words; the amount has its sign."""

    amount: str
    name: str
    said: str
    records: list[str]


def scorecard(card: Scorecard, lang: str | None = None, broad: int | None = None) -> str:
    """The whole card; where a breadth is given, what is longer goes on in the next line."""
    head = [f"{unit(card, lang)}  {card.program.id}  {card.program.title}"]
    if card.total.added:
        head.append(f"{messages.text('card.total', lang)}  {points(card.total, lang)}")
    if card.graded is not None:
        head.append(f"{messages.text('card.grade', lang)}  {grade(card, lang)}")
    rows = [("  " * depth + score.name, points(score, lang)) for score, depth in tree(card.total)]
    longest = max((width(name) for name, _ in rows), default=0)
    body = [f"{name}{' ' * (longest - width(name))}  {said}" for name, said in rows]
    found = changes(card, lang)
    margin = max((len(change.amount) for change in found), default=0)
    blanks = " " * (margin + 4)
    went = []
    for change in found:
        went.append(f"  {change.amount:>{margin}}  {change.name}  {change.said}")
        went += [f"{blanks}{record}" for record in change.records]
    title = changes_title(card, lang)
    lines = [*fitted(head, broad), "", *body, "", title, *fitted(went, broad, hang=len(blanks))]
    if card.objections:
        lines += ["", messages.text("card.objections", lang), *fitted(objections(card, lang), broad, hang=4)]
    return printable("\n".join(lines))


def fitted(lines: Sequence[str], broad: int | None, hang: int = 0) -> Sequence[str]:
    """The lines, where a breadth is given broken so that none is broader."""
    if broad is None:
        return lines
    from egov_scoring.report import wrapping

    return [part for line in lines for part in wrapping.lines(line, broad, hang)]


def objections(card: Scorecard, lang: str | None = None) -> list[str]:
    """A line for each objection: the points claimed beside those that stand, who objects, why, and what was decided."""
    names = called(card)
    return [f"  {names[name]}  {objection(card, name, lang)}" for name in card.objections]


def objection(card: Scorecard, indicator: str, lang: str | None = None) -> str:
    """The objection to an indicator, with what was decided on it."""
    record, now = card.objections[indicator], brief(card[indicator], lang)
    said = {"now": now, "signed": wording.signed(record, lang), "decided": wording.decided(record, lang)}
    if record.get("points") is None:
        return messages.text("objection.said", lang, **said)
    return messages.text("objection.claimed", lang, claimed=record["points"], **said)


def changes_title(card: Scorecard, lang: str | None = None) -> str:
    """What the changes are, as a heading."""
    name = "card.gains" if card.gains() else "card.losses" if card.losses() else "card.no_losses"
    return messages.text(name, lang)


def changes(card: Scorecard, lang: str | None = None) -> list[Change]:
    """What cost points, the dearest first, then what gave some back, then what both come to."""
    lines = [*card.losses(), *card.gains()]
    names = called(card)
    found = [Change(f"{-line.loss:+}", names[line.indicator], line.text(lang), records(line)) for line in lines]
    if found and card.points is not None and card.total.loss is not None:
        found.append(Change(f"{-card.total.loss:+}", messages.text("card.total", lang), points(card.total, lang), []))
    return found


def called(card: Scorecard) -> Mapping[str, str]:
    """The name of every indicator by its id; where several share one, each after the indicator that it is part of."""
    often = Counter(score.name for score in card.total)
    above = {child.id: score.name for score in card for child in score.children}
    return {
        score.id: f"{above[score.id]} › {score.name}" if often[score.name] > 1 and score.id in above else score.name
        for score in card.total
    }


def unit(card: Scorecard, lang: str | None = None) -> str:
    """The unit's name, or that it has none."""
    return card.unit or messages.text("card.nameless", lang)


def printable(text: str) -> str:
    """The text without what would steer the terminal."""
    lines = text.split("\n")
    return "\n".join(line if line.isprintable() else _blanked(line) for line in lines)


def _blanked(line: str) -> str:
    return "".join(c if c.isprintable() else " " for c in line)


def headline(card: Scorecard, indicator: str, lang: str | None = None) -> str:
    """One indicator with its points."""
    score = card[indicator]
    return f"{unit(card, lang)}  {score.name}  {points(score, lang)}"


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


def brief(score: Score, lang: str | None = None) -> str:
    """The points alone; what can still be reached, or that it does not apply, where there are none."""
    if not score.added:
        return ""
    if score.status == "not_applicable" and not score.max_applicable:
        return messages.text("status.not_applicable", lang)
    return str(score.range or messages.text("status.missing", lang)) if score.points is None else str(score.points)


def grade(card: Scorecard, lang: str | None = None) -> str:
    """The unit's grade, or why it has none; empty where the ruleset declares none."""
    found = card.graded
    if found is None or found.name is not None:
        return found.name or "" if found else ""
    facts = messages.text("stop", lang).join(card.program.facts[key].label for key in found.waits_for)
    why = messages.text(f"ungraded.{found.reason}", lang, facts=facts)
    return why if found.reason in ("none", "not_applicable") else messages.text("ungraded", lang, why=why)


def records(line: LedgerLine) -> list[str]:
    """The findings behind a line, a text each."""
    if line.code == "override":
        return []  # the line says all of it
    return list(filter(None, map(finding, line.records)))


def finding(record: Mapping[str, Any]) -> str:
    """One finding: when, what, and where it is proved."""
    keys = ("date", "note", "evidence", "reason", "source")
    return "  ".join(str(record[key]) for key in keys if record.get(key))
