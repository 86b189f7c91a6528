"""Which differences follow from others: a maximum from those of its parts, a fact from the rules that read it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from egov_scoring.comparison.catalogue import JOINED, PARTS
from egov_scoring.comparison.compare import TOTAL, Comparison
from egov_scoring.comparison.difference import Difference
from egov_scoring.comparison.edition import Data, Edition, Indicator
from egov_scoring.program import Item

MAXIMA = ("maximum-changed", "total-changed")
WHOLE = ("indicator-added", "indicator-removed", "indicator-split", "indicator-merged", "indicators-rearranged")
READING = ("rule", "adjust", "penalties", "veto_when", "applies_when", "ask_when", "grades")
WEIGHED = ("points", "grades")
FACTS = ("fact-added", "fact-removed")


class Sources:
    """Finds, for a difference, the ones that it follows from."""

    def __init__(self, comparison: Comparison, differences: Sequence[Difference]) -> None:
        self._old, self._new = comparison.old, comparison.new
        self._comparison = comparison
        self._all = differences
        self._by_subject: dict[str, list[Difference]] = {}
        for each in differences:
            self._by_subject.setdefault(each.subject, []).append(each)

    def linked(self) -> list[Difference]:
        """The differences, each with the fingerprints of those that it follows from."""
        return [replace(each, follows=tuple(self.of(each))) for each in self._all]

    def of(self, difference: Difference) -> dict[str, Difference]:
        """Those from which it follows, by fingerprint; none where it stands for itself."""
        if difference.id in MAXIMA:
            found = self._of_maximum(difference)
        elif difference.id in WHOLE:
            found = self._of_whole(difference)
        elif difference.id in FACTS:
            found = self._of_fact(difference)
        elif difference.id.startswith("option-"):
            found = self._of_option(difference)
        else:
            found = iter(())
        return {source.fingerprint: source for source in found if source is not difference}

    def _named(self, subjects: Iterable[str], *ids: str) -> Iterator[Difference]:
        for subject in subjects:
            yield from (each for each in self._by_subject.get(subject, ()) if not ids or each.id in ids)

    def _of_maximum(self, difference: Difference) -> Iterator[Difference]:
        """Where the parts' maxima add up to as much more or less."""
        old_id = self._comparison.was[difference.subject]
        old, new = _item(self._old, old_id), _item(self._new, difference.subject)
        moved = _sum(new) - _sum(old)
        if moved and moved == Fraction(difference.new) - Fraction(difference.old):
            parts = [*[child.id for child in new.children], *[child.id for child in old.children]]
            here = {*parts, *(self._comparison.now.get(part, part) for part in parts)}
            subjects = [subject for subject in self._by_subject if subject in here]
            yield from self._named(subjects, *MAXIMA, *WHOLE, "indicator-moved", "counted-for-changed")
            moved_away = [e for e in self._all if e.id == "indicator-moved" and old_id == e.old]
            yield from moved_away

    def _of_whole(self, difference: Difference) -> Iterator[Difference]:
        """A part of what came or went as a whole, or of what is now in parts and was not."""
        for edition, data in ((self._old, difference.old), (self._new, difference.new)):
            listed: list[Data] = data if isinstance(data, list) else [data] if data else []
            names = [each["id"] for each in listed]
            parents = {edition.indicators[name].parent for name in names}
            above = (
                {self._comparison.now.get(parent, parent) for parent in parents} if edition is self._old else parents
            )
            yield from self._named(sorted(above), *WHOLE, PARTS, JOINED)

    def _of_fact(self, difference: Difference) -> Iterator[Difference]:
        """The rules and checks that read it and differ."""
        edition = self._new if difference.old is None else self._old
        readers = [each.id for each in (edition.top, *edition.indicators.values()) if _reads(each, difference.subject)]
        now = [self._comparison.now.get(name, name) for name in readers] if edition is self._old else readers
        weighed = [each for each in self._named(now) if each.kind.touches in WEIGHED and each.id not in MAXIMA]
        yield from [each for each in weighed if _mentions([each.old, each.new], difference.subject)] or weighed
        checks = {check.id for check in edition.program.checks if difference.subject in check.facts}
        if not readers:
            yield from (each for each in self._named([TOTAL]) if each.id.startswith("check-") and each.part in checks)

    def _of_option(self, difference: Difference) -> Iterator[Difference]:
        """An option of a fact that has come or gone."""
        edition = self._new if difference.old is None else self._old
        subject = difference.subject if edition is self._new else self._comparison.was[difference.subject]
        fact = edition.indicators[subject].data["rule"].get("of", "")
        action = difference.id.removeprefix("option-")
        yield from (
            each
            for each in self._named([fact], f"fact-option-{action}")
            if each.part == difference.part and action != "changed"
        )


def _item(edition: Edition, name: str) -> Item:
    return edition.program.total if name == TOTAL else edition.indicators[name].item


def _sum(item: Item) -> Fraction:
    return sum((child.max for child in item.children), Fraction(0))


def _reads(indicator: Indicator, key: str) -> bool:
    """Whether a fact stands anywhere in the rule of an indicator or beside it."""
    return _mentions([indicator.data[part] for part in READING if part in indicator.data], key)


def _mentions(data: object, key: str) -> bool:
    return bool(re.search(rf"\b{key}\b", repr(data)))
