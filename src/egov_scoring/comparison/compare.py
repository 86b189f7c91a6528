"""What differs structurally between two editions, in the order of the new one. What that means stands in `meaning.py`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from egov_scoring.comparison.catalogue import JOINED, PARTS, named
from egov_scoring.comparison.difference import Difference, Pair, Place
from egov_scoring.comparison.edition import Edition, Indicator, Keys
from egov_scoring.comparison.fields import FACT, INDICATOR, RULE, RULESET, Found, action, compared

TOTAL = "total"


class Comparison:
    """Two editions and the pairs of their indicators."""

    def __init__(self, old: Edition, new: Edition, pairs: Sequence[Pair]) -> None:
        self.old, self.new, self.pairs = old, new, pairs
        single = [pair for pair in pairs if len(pair.old) == len(pair.new) == 1]
        self.now = {pair.old[0]: pair.new[0] for pair in single} | {TOTAL: TOTAL}
        self.was = {now: was for was, now in self.now.items()}

    def differences(self) -> Iterator[Difference]:
        """All of them: the ruleset as a whole, its indicators, its facts."""
        yield from self._whole()
        for pair in self.pairs:
            yield from self._pair(pair)
        yield from self._facts()

    def _difference(
        self, found: Found, subject: str, clauses: tuple[str, str] = ("", ""), *, proposed: bool = False
    ) -> Difference:
        """A difference of keys, with its places; an absent key stands nowhere."""
        old = self.old.place(found.old_path, clauses[0]) if found.old is not None else None
        new = self.new.place(found.new_path, clauses[1]) if found.new is not None else None
        return Difference(found.id, subject, found.part, found.old, found.new, old, new, proposed)

    def _whole(self) -> Iterator[Difference]:
        for found in compared(RULESET, self.old.data, self.new.data, (), ()):
            yield self._difference(found, TOTAL)
        yield from self._order_of_grades()
        yield from self._order(self.old.top, self.new.top)

    def _order_of_grades(self) -> Iterator[Difference]:
        """Grades that both have, in another order."""
        old, new = ([grade["grade"] for grade in each.data.get("grades", ())] for each in (self.old, self.new))
        before, now = [name for name in old if name in new], [name for name in new if name in old]
        if before != now:
            places = self.old.place(("grades",)), self.new.place(("grades",))
            yield Difference(named("grade-order", "changed"), TOTAL, "", before, now, *places)

    def _facts(self) -> Iterator[Difference]:
        old, new = self.old.facts, self.new.facts
        for key in dict.fromkeys([*new, *old]):
            paths: tuple[Keys, Keys] = (("facts", key), ("facts", key))
            if key in old and key in new:
                founds = compared(FACT, old[key], new[key], *paths)
            else:
                what = action(old.get(key), new.get(key))
                founds = iter([Found(named("fact", what), "", old.get(key), new.get(key), *paths)])
            yield from (self._difference(found, key) for found in founds)

    # Indicators.

    def _pair(self, pair: Pair) -> Iterator[Difference]:
        olds = [self.old.indicators[name] for name in pair.old]
        news = [self.new.indicators[name] for name in pair.new]
        if len(olds) == len(news) == 1:
            yield from self._same(olds[0], news[0], proposed=pair.proposed)
        else:
            yield self._several(olds, news)

    def _several(self, olds: list[Indicator], news: list[Indicator]) -> Difference:
        """Added, removed, split, merged, or several for several."""
        if not olds or not news:
            name = named("indicator", "removed" if olds else "added")
        elif len(olds) == 1 or len(news) == 1:
            name = named("indicator", "split" if len(olds) == 1 else "merged")
        else:
            name = named("indicators", "rearranged")
        old, new = (
            [{"id": each.id, "name": each.data["name"], "max": each.data["max"]} for each in side]
            for side in (olds, news)
        )
        old_place, new_place = self._place(self.old, olds), self._place(self.new, news)
        return Difference(name, (news or olds)[0].id, "", _one(old), _one(new), old_place, new_place)

    @staticmethod
    def _place(edition: Edition, side: list[Indicator]) -> Place | None:
        return edition.place((*side[0].path, "id"), _clause(side[0])) if side else None

    def _same(self, old: Indicator, new: Indicator, *, proposed: bool) -> Iterator[Difference]:
        clauses = (_clause(old), _clause(new))
        for found in self._founds(old, new):
            yield self._difference(found, new.id, clauses, proposed=proposed)
        yield from self._order(old, new)

    def _founds(self, old: Indicator, new: Indicator) -> Iterator[Found]:
        def found(name: str, key: str, was: Any, now: Any) -> Found:
            return Found(name, "", was, now, (*old.path, key), (*new.path, key))

        if old.id != new.id:
            yield found(named("id", "changed"), "id", old.id, new.id)
        if old.data["name"] != new.data["name"]:
            yield found(named("indicator", "renamed"), "name", old.data["name"], new.data["name"])
        if self.now.get(old.parent) != new.parent:
            yield found(named("indicator", "moved"), "id", old.parent, new.parent)
        was, now = old.data.get("rule"), new.data.get("rule")
        if was is None and now is not None:
            yield found(JOINED, "rule", list(old.children), now)
        elif was is not None and now is None:
            yield found(PARTS, "indicators", was, list(new.children))
        elif was is not None and now is not None and was["kind"] != now["kind"]:
            yield found(named("rule-kind", "changed"), "rule", was, now)
        elif was is not None and now is not None:
            yield from compared(RULE, was, now, (*old.path, "rule"), (*new.path, "rule"))
        yield from compared(INDICATOR, old.data, new.data, old.path, new.path)

    def _order(self, old: Indicator, new: Indicator) -> Iterator[Difference]:
        """Parts that both have, in another order."""
        before = [self.now[name] for name in old.children if self.now.get(name) in new.children]
        now = [name for name in new.children if self.was.get(name) in old.children]
        if before != now:
            places = self.old.place((*old.path, "indicators")), self.new.place((*new.path, "indicators"))
            yield Difference(named("order", "changed"), new.id, "", before, now, *places)


def _clause(indicator: Indicator) -> str:
    return str(indicator.data.get("clause", ""))


def _one(listed: list[Any]) -> Any:
    """The only one, or all; none where there is none."""
    return listed[0] if len(listed) == 1 else listed or None
