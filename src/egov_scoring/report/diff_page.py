"""Differences as one HTML page to read, print or mail: both tables side by side, and what differs beside each row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial

from egov_scoring import amounts, messages
from egov_scoring.comparison.difference import CLASSES, Diff, Difference, Pair
from egov_scoring.facts import FactDeclaration
from egov_scoring.program import Item, Program
from egov_scoring.records import Record
from egov_scoring.report import diff_words, wording
from egov_scoring.report.templates import html_page
from egov_scoring.scorecard import engine

UNCHANGED = "unchanged"
GONE = "indicator-removed"


class Cell(Record):
    """What one ruleset says in a row: of an indicator its points and its rule, of a fact its unit and what may be entered."""

    id: str
    name: str
    amount: str
    text: str
    depth: int = 0


class Row(Record):
    """What belongs together in both rulesets, and what differs in it."""

    old: tuple[Cell, ...]
    new: tuple[Cell, ...]
    differences: tuple[Difference, ...] = ()

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes of its differences, the gravest first; or that it is unchanged."""
        found = {each.meaning.kind for each in self.differences if each.meaning}
        return tuple(name for name in CLASSES if name in found) or (UNCHANGED,)

    def changed(self, field: str) -> bool:
        """Whether both sides are there and say this otherwise."""
        old, new = ([getattr(cell, field) for cell in side] for side in (self.old, self.new))
        return bool(old and new) and old != new


def page(diff: Diff, lang: str | None = None) -> str:
    """The page, which needs no other file, no network and no script.

    >>> from egov_scoring import diff
    >>> page(diff("2018/city", "2019/city"), "en").splitlines()[:2]
    ['<!DOCTYPE html>', '<html lang="en">']
    """
    lang = lang or messages.language()
    indicators, facts = [_whole(diff), *_indicators(diff, lang)], list(_facts(diff, lang))
    mixtures = dict.fromkeys(row.classes for row in (*indicators, *facts))
    return html_page(
        "diff.html.j2",
        lang,
        diff=diff,
        called=diff_words.called(diff, lang),
        engine=engine(),
        boxes=[name for name in (*CLASSES, UNCHANGED) if any(name in listed for listed in mixtures)],
        mixtures=mixtures,
        summary=diff_words.summary(diff, lang),
        indicators=indicators,
        facts=facts,
        by_fingerprint={each.fingerprint: each for each in diff},
        said=partial(diff_words.said, diff=diff, lang=lang),
        subject=partial(diff_words.subject, diff=diff, lang=lang),
        accepted=partial(diff_words.accepted, diff=diff, lang=lang),
        certainty=partial(diff_words.certainty, lang=lang),
        witnesses=partial(diff_words.witnesses, diff=diff, lang=lang),
        where=partial(diff_words.where, lang=lang),
    )


def _whole(diff: Diff) -> Row:
    return Row((_top(diff.old),), (_top(diff.new),), tuple(_about(diff, diff_words.TOTAL)))


def _top(program: Program) -> Cell:
    most = amounts.to_text(program.total.max) if program.total.added else ""
    return Cell(program.id, program.title, most, "")


def _indicators(diff: Diff, lang: str | None) -> Iterator[Row]:
    old, new = _cells(diff.old, lang), _cells(diff.new, lang)
    for pair in _in_order(diff.pairs, diff.old.total):
        told = _about(diff, pair.new[0]) if pair.new else _gone(diff, pair.old[0])
        yield Row(tuple(old[name] for name in pair.old), tuple(new[name] for name in pair.new), tuple(told))


def _about(diff: Diff, subject: str) -> Iterator[Difference]:
    """What differs in an indicator of the new ruleset, or in the whole."""
    return (each for each in diff if each.subject == subject and each.kind.about != "fact" and each.id != GONE)


def _gone(diff: Diff, subject: str) -> Iterator[Difference]:
    """That there is no such indicator any more: another one may have its id now."""
    return (each for each in diff if each.subject == subject and each.id == GONE)


def _in_order(pairs: Iterable[Pair], old: Item) -> list[Pair]:
    """As the new ruleset has them; what only the old one has stands behind what it followed there."""
    pairs = list(pairs)
    of_old = {name: pair for pair in pairs for name in pair.old}
    found = [pair for pair in pairs if pair.new]
    at = 0
    for item, _ in old.levels():
        pair = of_old[item.id]
        if not pair.new:
            found.insert(at, pair)
        at = found.index(pair) + 1
    return found


def _cells(program: Program, lang: str | None) -> Mapping[str, Cell]:
    return {
        item.id: Cell(item.id, item.name, amounts.to_text(item.max), wording.rule(item, program, lang), depth)
        for item, depth in program.total.levels()
    }


def _facts(diff: Diff, lang: str | None) -> Iterator[Row]:
    """The facts in which something differs."""
    for subject, told in diff.tree().items():
        about = tuple(each for each in told if each.kind.about == "fact")
        if about:
            old, new = (_fact(subject, program.facts.get(subject), lang) for program in (diff.old, diff.new))
            yield Row(old, new, about)


def _fact(key: str, fact: FactDeclaration | None, lang: str | None) -> tuple[Cell, ...]:
    return () if fact is None else (Cell(key, fact.label, fact.unit, wording.taken(fact, lang)),)
