"""Which keys of plain data are compared, and what a difference in each is called. Data is compared key by key."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from egov_scoring.comparison.catalogue import named
from egov_scoring.comparison.edition import Data, Keys
from egov_scoring.records import Record

Entry = Any
Name = Callable[[Entry], object]

LIKE = 0.5


class Found(Record):
    """A difference of one key: paths in both files, and which of several entries it is in."""

    id: str
    part: str
    old: Any
    new: Any
    old_path: Keys
    new_path: Keys


class Listed(Record):
    """A key that holds entries: paired by the first name that both have; within a pair the keys of `inside` are compared."""

    stem: str
    names: tuple[Name, ...]
    inside: Mapping[str, str | Listed] = {}
    alike: Callable[[Entry, Entry], float] | None = None
    in_order: bool = False


Table = Mapping[str, str | Listed]


def compared(table: Table, old: Data, new: Data, old_path: Keys, new_path: Keys, part: str = "") -> Iterator[Found]:
    """Every difference in the keys of the table; where several keys go by one name, the key says which it is."""
    for key, field in table.items():
        before, after = old.get(key), new.get(key)
        if before == after:
            continue
        paths = ((*old_path, key), (*new_path, key))
        if isinstance(field, Listed):
            yield from _entries(field, before, after, *paths, part)
        else:
            shared = list(table.values()).count(field) > 1
            yield Found(named(field, action(before, after)), part or key * shared, before, after, *paths)


def action(old: object, new: object) -> str:
    """What happened to a value."""
    return "added" if old is None else "removed" if new is None else "changed"


def _entries(field: Listed, old: Any, new: Any, old_path: Keys, new_path: Keys, above: str) -> Iterator[Found]:
    before, after = _numbered(old), _numbered(new)
    pairs = paired(field, before, after)
    for was, now in pairs:
        entry = now or was
        assert entry is not None
        paths = (*old_path, *((was[0],) if was else ())), (*new_path, *((now[0],) if now else ()))
        part = ".".join(filter(None, [above, _label(field, entry)]))
        if was is None or now is None:
            what = action(was and was[1], now and now[1])
            yield Found(named(field.stem, what), part, was and was[1], now and now[1], *paths)
        elif field.inside:
            yield from compared(field.inside, was[1], now[1], *paths, part)
        elif was[1] != now[1]:
            yield Found(named(field.stem, "changed"), part, was[1], now[1], *paths)


Numbered = tuple[str | int, Any]


def _numbered(entries: Any) -> list[Numbered]:
    if isinstance(entries, Mapping):
        return list(entries.items())
    return list(enumerate(entries or ()))


def _label(field: Listed, entry: Numbered) -> str:
    """What an entry is called."""
    if isinstance(entry[0], str):
        return entry[0]
    names = (name(entry[1]) for name in field.names)
    return next((str(name) for name in names if name), str(entry[0] + 1))


def paired(
    field: Listed, old: Sequence[Numbered], new: Sequence[Numbered]
) -> Iterator[tuple[Numbered | None, Numbered | None]]:
    """The entries of both sides put together; what has no counterpart stands alone."""
    partner: dict[str | int, Numbered] = {}
    left, right = list(old), list(new)

    def join(was: Numbered, now: Numbered) -> None:
        partner[now[0]] = was
        left.remove(was)
        right.remove(now)

    for was in list(left):
        for now in [now for now in right if isinstance(now[0], str) and now[0] == was[0]]:
            join(was, now)
    for name in () if any(isinstance(at, str) for at, _ in [*old, *new]) else field.names:
        for was in list(left):
            same = [now for now in right if name(was[1]) and name(now[1]) == name(was[1])]
            if same:
                join(was, same[0])
    if field.alike is not None:
        _most_alike(field.alike, left, right, join)
    if field.in_order and len(left) == len(right):
        for was, now in list(zip(left, right, strict=True)):
            join(was, now)
    yield from ((was, None) for was in left)
    yield from ((partner.get(now[0]), now) for now in new)


def _most_alike(
    alike: Callable[[Entry, Entry], float],
    left: Sequence[Numbered],
    right: Sequence[Numbered],
    join: Callable[[Numbered, Numbered], None],
) -> None:
    rated = [(alike(was[1], now[1]), was, now) for was in left for now in right]
    for rating, was, now in sorted(rated, key=lambda each: -each[0]):
        if rating >= LIKE and was in left and now in right:
            join(was, now)


def likeness(a: str, b: str) -> float:
    """How much of two texts is the same, 0 to 1, whichever comes first."""
    return min(SequenceMatcher(None, a, b, False).ratio(), SequenceMatcher(None, b, a, False).ratio())


def _by(*keys: str) -> Name:
    """Called by these keys, where any of them is there."""
    return lambda entry: tuple(entry.get(key) for key in keys) if any(key in entry for key in keys) else None


def _one(key: str) -> Name:
    return lambda entry: entry.get(key)


def _whole(entry: Entry) -> object:
    return repr(entry)


def _words_alike(a: Entry, b: Entry) -> float:
    return likeness(a["open"] + a["chosen"], b["open"] + b["chosen"])


EDGES = ("from", "above", "to", "below")


def _span(entry: Entry) -> str:
    return " ".join(f"{edge} {entry[edge]}" for edge in EDGES if edge in entry)


TERM: Table = {
    "each": "points-each",
    "every": "portion",
    "of": "counted",
    "cap": "clause-cap",
    "when": "clause-condition",
    "id": "clause-id",
    "name": "clause-name",
    "clause": "citation",
    "responsible": "responsible-unit",
    "about": "explanation",
}
TERM_NAMES = (_one("id"), _one("of"), _one("name"))
READING = Listed("reading", (_one("id"),), alike=_words_alike)

BESIDE: Table = {
    "convert": "conversion",
    "adjust": Listed("adjustment", (_one("id"), _one("when"), _whole), in_order=True),
    "penalties": Listed("penalty", TERM_NAMES, TERM, in_order=True),
    "veto_when": "veto",
    "cap": "cap",
    "floor": "floor",
    "overlap": "overlap",
    "reachable": "reachable",
    "document": "document",
    "reading": READING,
}
GRADE: Table = {
    "grade": "grade-name",
    "from": "grade-threshold",
    "quota": "grade-quota",
    "ties": "grade-ties",
    "unless": "grade-exclusion",
}
RULESET: Table = {
    "title": "title",
    "jurisdiction": "jurisdiction",
    "year": "year",
    "applies_to": "addressees",
    "max": "total",
    "places": "rounding",
    "rank_by": "ranking",
    "grades": Listed("grade", (_one("grade"),), GRADE, in_order=True),
    "checks": Listed("check", (_one("id"), _one("require")), {"require": "check", "about": "check-words"}),
    **BESIDE,
}
INDICATOR: Table = {
    "max": "maximum",
    "counts": "counted-for",
    "applies_when": "applicability",
    "otherwise": "absence",
    "ask_when": "referral",
    **BESIDE,
    "clause": "citation",
    "methods": "method",
    "evidence": "evidence",
    "about": "explanation",
    "rows": "printed-rows",
    "responsible": "responsible-unit",
    "printed": "printed",
}
RULE: Table = {
    "terms": Listed("clause", TERM_NAMES, TERM, in_order=True),
    "when": "precondition",
    "of": "choice-of",
    "points": Listed("option", ()),
    "cases": Listed("case", (_one("when"), _one("otherwise"), _whole), in_order=True),
    "bands": Listed("band", (_span, _one("points")), in_order=True),
    "part": "counted",
    "whole": "counted",
    "full_at": "threshold",
    "none_below": "threshold",
    "step": "step",
    "when_whole_is_zero": "empty-whole",
    "by": "counted",
    "direction": "rank-scheme",
    "ties": "rank-scheme",
    "scheme": "rank-scheme",
    "among": "rank-scheme",
    "within": "rank-scheme",
    "none_when": "rank-scheme",
    "places": Listed("tier", (_span, _one("points")), in_order=True),
    "range": "assessed-range",
    "levels": Listed("option", ()),
    "formula": "formula",
}
FACT: Table = {
    "type": "fact-type",
    "unit": "fact-unit",
    "range": "fact-range",
    "places": "fact-places",
    "options": Listed("fact-option", ()),
    "label": "fact-label",
    "about": "fact-explanation",
}
