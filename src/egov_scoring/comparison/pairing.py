"""Which indicator of one edition is which of the other: as stated, by id; proposed where names and rules are alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from egov_scoring.comparison.difference import Pair
from egov_scoring.comparison.edition import Edition, Indicator
from egov_scoring.comparison.fields import likeness
from egov_scoring.comparison.rules import same_rule

Links = set[tuple[str, str]]
Stated = Mapping[str, Sequence[str]]

SAME_NAME, LIKE_NAME = 0.8, 0.5


def pairs(old: Edition, new: Edition, stated: Stated | None = None) -> list[Pair]:
    """Every indicator of both, in the order of the new edition; what only the old one knows comes last.

    `stated` maps ids of the new edition to those of the old one; an id with none is said to be new.
    """
    stated = stated or {}
    links = _links(old, new, stated)
    proposed = set(_proposed(old, new, links, stated))
    grouped = _grouped(links | proposed)
    found: dict[Pair, None] = {}
    for name in new.indicators:
        found[grouped.get((1, name)) or Pair((), (name,))] = None
    for name in old.indicators:
        found[grouped.get((0, name)) or Pair((name,), ())] = None
    return [Pair(pair.old, pair.new, bool(proposed & _between(pair))) for pair in found]


def _between(pair: Pair) -> Links:
    return {(was, now) for was in pair.old for now in pair.new}


def _links(old: Edition, new: Edition, stated: Stated) -> Links:
    """What is said in a file of pairs, else by `was`, else by equal ids."""
    links = {(was, now) for now, all_ in stated.items() for was in all_}
    settled = {was for was, _ in links}
    past = dict(_past(old, new, stated, settled))
    links |= past.keys()
    settled |= {was for was, _ in past}
    known = {now for _, now in links} | set(stated)
    return links | {(name, name) for name in new.indicators if name in old.indicators and name not in known | settled}


def _past(old: Edition, new: Edition, stated: Stated, settled: set[str]) -> Iterator[tuple[tuple[str, str], bool]]:
    """What indicators were, by the edition that says to follow the other; by either where neither does."""
    new_follows = new.program.about.get("successor_of") == old.id
    old_follows = old.program.about.get("successor_of") == new.id
    if new_follows or not old_follows:
        for now, indicator in new.indicators.items():
            if now not in stated:
                yield from (((was, now), True) for was in _was(indicator) if was in old.indicators)
    if old_follows or not new_follows:
        for was, indicator in old.indicators.items():
            if was not in settled:
                yield from (((was, now), True) for now in _was(indicator) if now in new.indicators)


def _was(indicator: Indicator) -> Sequence[str]:
    found: Sequence[str] = indicator.data.get("was", ())
    return found


def _grouped(links: Links) -> dict[tuple[int, str], Pair]:
    """Each indicator of either side, 0 or 1, with all that it is linked to."""
    found: dict[tuple[int, str], Pair] = {}
    for was, now in sorted(links):
        one, other = (found.get(key) or Pair((), ()) for key in ((0, was), (1, now)))
        olds = tuple(sorted({*one.old, *other.old, was}))
        news = tuple(sorted({*one.new, *other.new, now}))
        joined = Pair(olds, news)
        found |= {(0, name): joined for name in olds} | {(1, name): joined for name in news}
    return found


def _proposed(old: Edition, new: Edition, links: Links, stated: Stated) -> Iterator[tuple[str, str]]:
    """Of what is left on both sides the most alike."""
    lone = [old.indicators[name] for name in old.indicators.keys() - {was for was, _ in links}]
    fresh = [new.indicators[name] for name in new.indicators.keys() - {now for _, now in links} - stated.keys()]
    rated = [(_alike(was, now), was.id, now.id) for was in lone for now in fresh]
    taken: set[tuple[int, str]] = set()
    for rating, was_id, now_id in sorted(rated, key=lambda each: (-each[0], *sorted(each[1:]))):
        if rating and not taken & {(0, was_id), (1, now_id)}:
            taken |= {(0, was_id), (1, now_id)}
            yield was_id, now_id


def _alike(old: Indicator, new: Indicator) -> float:
    """How alike two indicators are, 0 where nobody would take one for the other."""
    if bool(old.children) != bool(new.children):
        return 0
    names = likeness(old.data["name"], new.data["name"])
    if names >= SAME_NAME:
        return names
    return names if names >= LIKE_NAME and not old.children and same_rule(old.item, new.item) else 0
