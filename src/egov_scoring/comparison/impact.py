"""The same units under two rulesets: who gains, who loses, and by which indicator.

A total is what the leaves come to, and what each group does to the sum of its parts (caps, penalties, conversions, vetoes).
So it moves by what each of these moves, and the parts of a movement add up to it, whatever the rules are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from egov_scoring.comparison.compare import TOTAL, Comparison
from egov_scoring.comparison.diff import names_in
from egov_scoring.comparison.difference import Pair
from egov_scoring.comparison.edition import Edition, edition
from egov_scoring.comparison.movement import ZERO, Impact, Movement, Span, effects, reached
from egov_scoring.comparison.pairing import pairs
from egov_scoring.comparison.pairs_file import read_pairs
from egov_scoring.compose import copied
from egov_scoring.errors import FactsError, Problem, RulesetError
from egov_scoring.facts import Unit
from egov_scoring.scorecard import Scorecard
from egov_scoring.yaml_reader import Map


def impact(
    old: str | Path,
    new: str | Path,
    units: Sequence[Unit],
    units_now: Sequence[Unit] | None = None,
    *,
    pairs_file: str | Path | None = None,
) -> Impact:
    """What two rulesets make of the same units; with `units_now`, the new one of what these have become.

    A fact that only one of the rulesets knows counts there alone. Raises `RulesetError` where a ruleset does not load or
    never adds its parts up, and `FactsError` where a fact is wrong, or known to neither.
    """
    before, after = edition(old), edition(new)
    for each in (before, after):
        if not each.program.total.added:
            raise RulesetError([Problem("impact-without-total", each.position, id=each.id)])
    stated = read_pairs(pairs_file, before, after) if pairs_file is not None else None
    shares = Shares(Comparison(before, after, pairs(before, after, stated)))
    cards, same = scored(units, before, after), scored(units, after, before)
    later = same if units_now is None else _matched(units, scored(units_now, after, before))
    movements = tuple(
        Movement(card.unit, card, now, shares.parts(card, as_it_was), _own(as_it_was, now))
        for card, as_it_was, now in zip(cards, same, later, strict=True)
    )
    names, files = dict(names_in(before, after)), (before.file, after.file)
    return Impact(before.program, after.program, movements, names, files)


def _own(as_it_was: Scorecard, now: Scorecard) -> Span:
    """What a unit did itself, by the new ruleset."""
    return ZERO if as_it_was is now else reached(now.total).minus(reached(as_it_was.total))


def _matched(units: Sequence[Unit], later: Sequence[Scorecard]) -> list[Scorecard]:
    """The later cards in the order of the units; who stands on one side alone is named."""
    by_name = {card.unit: card for card in later}
    names = [unit.name for unit in units]
    lone = [*[name for name in names if name not in by_name], *[name for name in by_name if name not in names]]
    if lone:
        raise FactsError([Problem("unit-once", unit=name) for name in lone])
    return [by_name[name] for name in names]


def scored(units: Iterable[Unit], here: Edition, other: Edition) -> list[Scorecard]:
    """The units by one ruleset, with what only the other one asks left out."""
    return here.ruleset.score_all([_known(unit, here, other) for unit in units], incomplete=True)


def _known(unit: Unit, here: Edition, other: Edition) -> Unit:
    facts = _without(unit.facts, other.program.facts.keys() - here.program.facts.keys())
    foreign = other.indicators.keys() - here.indicators.keys()
    return Unit(unit.name, facts, **{kind: _without(records, foreign) for kind, records in unit.records.items()})


def _without(mapping: Mapping[str, object], keys: Iterable[str]) -> Mapping[str, object]:
    """The mapping without these keys, every other with its place."""
    kept = copied(mapping) if isinstance(mapping, Map) else dict(mapping)
    for key in keys:
        kept.pop(key, None)
    return kept


class Shares:
    """Gives every point of a total to an indicator, the same one on both sides."""

    def __init__(self, comparison: Comparison) -> None:
        self._old, self._new = comparison.old, comparison.new
        self._called = {
            side: {name: (pair.new or pair.old)[0] for pair in comparison.pairs for name in names(pair)}
            for side, names in ((self._old, _olds), (self._new, _news))
        }
        self._reshaped = {
            now
            for was, now in comparison.now.items()
            if now != TOTAL and bool(self._old.indicators[was].children) != bool(self._new.indicators[now].children)
        }
        self._alone = {
            name for pair in comparison.pairs if not (pair.old and pair.new) for name in (*pair.old, *pair.new)
        }

    def parts(self, before: Scorecard, now: Scorecard) -> dict[str, Span]:
        """By how much each indicator moved, those that did."""
        old, new = self._given(before, self._old), self._given(now, self._new)
        moved = {name: new.get(name, ZERO).minus(old.get(name, ZERO)) for name in {**new, **old}}
        return {name: span for name, span in moved.items() if span != ZERO}

    def _given(self, card: Scorecard, here: Edition) -> dict[str, Span]:
        """What each indicator gives to the total, under the name of the one that speaks for it."""
        given: dict[str, Span] = {}
        for indicator, effect in effects(card).items():
            name = self._subject(indicator, here)
            given[name] = given.get(name, ZERO).plus(effect)
        return given

    def _subject(self, name: str, here: Edition) -> str:
        """The indicator that speaks for this one: its counterpart, or what was one rule on the other side."""
        called, above = self._called[here], name
        while above in self._alone:
            above = here.indicators[above].parent
        speaks = called.get(above, above)
        return speaks if speaks in self._reshaped else called.get(name, name)


def _olds(pair: Pair) -> tuple[str, ...]:
    return pair.old


def _news(pair: Pair) -> tuple[str, ...]:
    return pair.new
