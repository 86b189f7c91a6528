"""`extends` and `components`, on the data as read: every key keeps the place where it was written."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from egov_scoring.errors import Problem
from egov_scoring.yaml_reader import Map, Seq

ReadRuleset = Callable[[str, Map, str], Map | None]
NOT_INHERITED = ("extends", "successor_of")


def resolve(data: Map, read: ReadRuleset, problems: list[Problem]) -> tuple[Map, frozenset[str]]:
    """The ruleset without `extends` and `components`, and the keys of the facts that it only inherits.

    `read(id, where, key)` gives the resolved data of another ruleset, or None after reporting that it cannot at the value
    of that key.
    """
    stated = data
    inherited: frozenset[str] = frozenset()
    if isinstance(base_id := data.get("extends"), str):
        base = read(base_id, data, "extends")
        if base is not None:
            inherited = frozenset(_keys(base.get("facts"))) - frozenset(_keys(stated.get("facts")))
            data = _without(_merged_ruleset(base, data, problems), "extends")
    if "components" in data:
        data, more = _composed(data, read, problems)
        inherited |= more - frozenset(_keys(stated.get("facts")))
    return data, inherited


def _keys(value: object) -> Iterator[str]:
    if isinstance(value, Map):
        yield from value


def copied(source: Map) -> Map:
    """A shallow copy with the same places."""
    copy = Map(source.position)
    for key in source:
        take(copy, source, key)
    return copy


def take(target: Map, source: Map, key: str) -> None:
    """Puts a key of one mapping into another, with its places."""
    put(target, source, key, source[key])


def put(target: Map, source: Map, key: str, value: object) -> None:
    """Puts a value under a key, with the places that the key has in `source`, or those of `source` itself."""
    target[key] = value
    target.key_marks[key] = source.key_marks.get(key, source.position)
    target.value_marks[key] = source.value_marks.get(key, source.position)


def _without(source: Map, *keys: str) -> Map:
    copy = Map(source.position)
    for key in source:
        if key not in keys:
            take(copy, source, key)
    return copy


def _listed(items: list[tuple[object, Map | Seq, int | str]]) -> Seq:
    """A list of (value, where it comes from, its key there)."""
    first = items[0][1].position if items else None
    assert first is not None
    listed = Seq(first)
    for value, source, key in items:
        listed.append(value)
        listed.marks.append(_mark(source, key))
    return listed


def _mark(source: Map | Seq, key: int | str):  # type: ignore[no-untyped-def]
    return source.marks[int(key)] if isinstance(source, Seq) else source.value_marks.get(str(key), source.position)


def _is_absent(value: object) -> bool:
    return isinstance(value, Map) and value.get("absent") is True and len(value) == 1


def _merged_ruleset(base: Map, over: Map, problems: list[Problem]) -> Map:
    merged = _merged(_without(base, *NOT_INHERITED), _without(over, "indicators"), problems)
    if isinstance(base.get("indicators"), Seq) and isinstance(over.get("indicators"), Seq):
        tree = _Tree(base["indicators"], over["indicators"], problems)  # type: ignore[arg-type]
        put(merged, over, "indicators", tree.merged)
    elif "indicators" in over:
        take(merged, over, "indicators")
    return merged


def _merged(base: Map, over: Map, problems: list[Problem]) -> Map:
    """Key by key; a mapping is merged into a mapping, anything else replaces, `{absent: true}` removes."""
    merged = copied(base)
    for key in over:
        value, old = over[key], base.get(key)
        if _is_absent(value):
            if key not in base:
                problems.append(Problem("absent-unknown", over.key_marks[key], name=key))
            merged.pop(key, None)
        elif isinstance(value, Map) and isinstance(old, Map) and not _other_kind(old, value):
            put(merged, over, key, _merged(old, value, problems))
        else:
            take(merged, over, key)
    return merged


def _other_kind(old: Map, new: Map) -> bool:
    return "kind" in new and new["kind"] != old.get("kind")


class _Tree:
    """The base's indicators with the other file's entries worked in, wherever in the tree they stand."""

    def __init__(self, base: Seq, over: Seq, problems: list[Problem]) -> None:
        self._problems = problems
        self._known = set(_ids(base))
        self._changes: dict[str, Map] = {}
        self._added: dict[str | None, list[tuple[object, Map | Seq, int | str]]] = {}
        self._collect(over, None)
        self.merged = self._rebuilt(base, None)

    def _collect(self, entries: Seq, parent: str | None) -> None:
        for at, entry in enumerate(entries):
            if isinstance(entry, Map) and isinstance(name := entry.get("id"), str) and name in self._known:
                if name in self._changes:
                    self._problems.append(Problem("duplicate-id", entry.value_marks["id"], id=name))
                self._changes[name] = entry
                if isinstance(parts := entry.get("indicators"), Seq):
                    self._collect(parts, name)
            elif isinstance(entry, Map) and entry.get("absent") is True:
                self._problems.append(Problem("absent-unknown", entries.marks[at], name=str(entry.get("id"))))
            else:
                self._added.setdefault(parent, []).append((entry, entries, at))

    def _rebuilt(self, entries: Seq, parent: str | None) -> Seq:
        kept: list[tuple[object, Map | Seq, int | str]] = []
        for at, entry in enumerate(entries):
            changed = self._changed(entry)
            if changed is not None:
                kept.append((changed, entries, at))
        kept += self._added.get(parent, [])
        return _listed(kept) if kept else Seq(entries.position)

    def _changed(self, entry: object) -> object | None:
        if not isinstance(entry, Map):
            return entry
        name = str(entry.get("id"))
        change = self._changes.get(name)
        if change is not None and change.get("absent") is True:
            return None
        merged = entry if change is None else _merged(entry, _without(change, "indicators"), self._problems)
        if isinstance(parts := entry.get("indicators"), Seq):
            merged = copied(merged)
            put(merged, entry, "indicators", self._rebuilt(parts, name))
        elif change is not None and "indicators" in change:
            merged = copied(merged)
            take(merged, change, "indicators")
        return merged


def _ids(entries: object) -> Iterator[str]:
    for entry in entries if isinstance(entries, Seq) else ():
        if isinstance(entry, Map):
            if isinstance(name := entry.get("id"), str):
                yield name
            yield from _ids(entry.get("indicators"))


AS_GROUP = (
    "max",
    "indicators",
    "convert",
    "adjust",
    "penalties",
    "veto_when",
    "cap",
    "floor",
    "overlap",
    "reachable",
    "reading",
    "document",
)
COMPONENT = ("id", "name", "ruleset", "counts", "clause", "about", "methods", "responsible")


def _composed(data: Map, read: ReadRuleset, problems: list[Problem]) -> tuple[Map, frozenset[str]]:
    """The components as groups behind the ruleset's own indicators."""
    result = _without(data, "components")
    groups: list[tuple[object, Map | Seq, int | str]] = []
    facts = copied(data["facts"]) if isinstance(data.get("facts"), Map) else Map(data.position)  # type: ignore[arg-type]
    inherited: set[str] = set()
    components = data["components"]
    for at, component in enumerate(components if isinstance(components, Seq) else ()):
        if isinstance(component, Map) and isinstance(other := component.get("ruleset"), str):
            base = read(other, component, "ruleset")
            if base is not None:
                groups.append((_as_group(component, base, problems), components, at))  # type: ignore[arg-type]
                inherited |= _joined_facts(facts, base, component, problems)
                _join_checks(result, base)
        else:
            place = component.position if isinstance(component, Map) else data.value_marks["components"]
            problems.append(Problem("missing-key", place, key="ruleset"))
    own = data["indicators"] if isinstance(data.get("indicators"), Seq) else Seq(data.position)
    assert isinstance(own, Seq)
    listed = [(entry, own, at) for at, entry in enumerate(own)]
    put(result, data, "indicators", _listed([*listed, *groups]) if listed or groups else own)
    put(result, data, "facts", facts)
    return result, frozenset(inherited)


def _as_group(component: Map, base: Map, problems: list[Problem]) -> Map:
    group = Map(component.position)
    for key in component:
        if key in COMPONENT and key != "ruleset":
            take(group, component, key)
        elif key not in COMPONENT:
            problems.append(Problem("unknown-key", component.key_marks[key], key=key, nearest=""))
    for key in AS_GROUP:
        if key in base:
            take(group, base, key)
    put(group, base, "indicators", _prefixed(base.get("indicators"), str(component.get("id"))))
    return group


def _prefixed(entries: object, prefix: str) -> object:
    if not isinstance(entries, Seq):
        return entries
    listed: list[tuple[object, Map | Seq, int | str]] = []
    for at, entry in enumerate(entries):
        if isinstance(entry, Map):
            copy = copied(entry)
            put(copy, entry, "id", f"{prefix}_{entry.get('id')}")
            if "indicators" in entry:
                put(copy, entry, "indicators", _prefixed(entry["indicators"], prefix))
            listed.append((copy, entries, at))
    return _listed(listed) if listed else entries


def _joined_facts(facts: Map, base: Map, component: Map, problems: list[Problem]) -> set[str]:
    added: set[str] = set()
    theirs = base.get("facts")
    for key in theirs if isinstance(theirs, Map) else ():
        assert isinstance(theirs, Map)
        if key not in facts:
            take(facts, theirs, key)
            added.add(key)
        elif facts[key] != theirs[key]:
            problems.append(
                Problem("fact-declared-twice", facts.key_marks[key], key=key, other=str(theirs.key_marks[key]))
            )
    return added


def _join_checks(result: Map, base: Map) -> None:
    theirs, ours = base.get("checks"), result.get("checks")
    if not isinstance(theirs, Seq):
        return
    known = {check.get("id") for check in ours if isinstance(check, Map)} if isinstance(ours, Seq) else set()
    joined = [(check, ours, at) for at, check in enumerate(ours)] if isinstance(ours, Seq) else []
    joined += [(c, theirs, at) for at, c in enumerate(theirs) if not (isinstance(c, Map) and c.get("id") in known)]
    if joined:
        put(result, base, "checks", _listed(joined))  # type: ignore[arg-type]
