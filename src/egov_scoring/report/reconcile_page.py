"""Self-report beside verification as one HTML page to read, print or mail."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from egov_scoring.comparison.movement import Span
from egov_scoring.reconciliation import Reconciled, Reconciliation
from egov_scoring.records import Record
from egov_scoring.report import reconcile_words as words
from egov_scoring.report.spans import moved, places, points, shown, signed
from egov_scoring.report.templates import html_page
from egov_scoring.scorecard import engine


class Row(Record):
    """An indicator on both sides, and what made the difference."""

    name: str
    reported: str
    verified: str
    difference: str
    way: str
    causes: tuple[str, ...]


class Section(Record):
    """A unit: what it comes to on both sides, how broad a bar its difference makes, and what there is to say."""

    unit: str
    reported: str
    verified: str
    difference: str
    way: str
    size: int
    places: str
    rows: tuple[Row, ...]
    idle: tuple[str, ...]
    overrides: tuple[words.Decided, ...]
    objections: tuple[words.Decided, ...]

    @property
    def is_told(self) -> bool:
        """Whether there is anything to say."""
        return bool(self.rows or self.idle or self.overrides or self.objections)


def page(found: Reconciliation, lang: str | None = None) -> str:
    """The page, which needs no other file, no network and no script.

    >>> from egov_scoring import load
    >>> from egov_scoring.reconciliation import reconcile
    >>> page(reconcile(load("2019/city").program, [], []), "en").splitlines()[:2]
    ['<!DOCTYPE html>', '<html lang="en">']
    """
    return html_page(
        "reconcile.html.j2",
        lang,
        found=found,
        engine=engine(),
        remarks=words.remarks(found, lang),
        sections=list(_sections(found, lang)),
    )


def _sections(found: Reconciliation, lang: str | None) -> Iterator[Section]:
    sides = places(found.reported), places(found.verified)
    most = max((each.difference.size for each in found.units), default=Decimal(0))
    for each in found.units:
        told = words.Told(each, lang)
        yield Section(
            told.unit,
            points(each.reported),
            points(each.verified),
            signed(each.difference),
            _way(each.difference),
            int(each.difference.size * 100 // most) if most else 0,
            moved(each.unit, sides),
            tuple(_rows(each, told)),
            tuple(line for change in each.idle for line in told.fact(change)),
            tuple(told.overrides()),
            tuple(told.objections()),
        )


def _rows(each: Reconciled, told: words.Told) -> Iterator[Row]:
    for part in each.differing:
        both = shown(part.reported), shown(part.verified)
        causes = tuple(told.causes(part))
        yield Row(told.name(part), *both, signed(part.difference), _way(part.difference), causes)


def _way(span: Span) -> str:
    """Whether verification gives more or less, or neither is known."""
    return "more" if span.low > 0 or span.high > span.low == 0 else "less" if span.high <= 0 and span.low < 0 else ""
