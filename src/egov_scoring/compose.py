"""`extends` and `components`, on the data as read: every key keeps the place where it was written."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from egov_scoring.errors import Position, Problem, shown
from egov_scoring.facts import nearest
from egov_scoring.source import Composition, RulesetSource
from egov_scoring.validate import validated
from egov_scoring.yaml_reader import Map, Seq

ReadRuleset = Callable[[str, Map, str], Map | None]
NOT_INHERITED = ("extends", "successor_of")


def resolve(data: Map, read: ReadRuleset, problems: list[Problem]) -> tuple[Map, frozenset[str]] | None:
    """The ruleset without `extends` and `components`, and the keys of the facts that it only inherits.

    `read(id, where, key)` gives the resolved data of another ruleset, or None after reporting that it cannot at the value
    of that key; then nothing can be said of this one either, and the result is None.
    """
    taken = _only(data, "extends", "components")
    checked = validated(taken, Composition)
    problems += checked.problems
    if checked.model is None or checked.problems:
        return None
    own_facts = frozenset(_keys(data.get("facts")))
    inherited: frozenset[str] = frozenset()
    if checked.model.extends is not None:
        base = read(checked.model.extends, data, "extends")
        if base is None:
            return None
        inherited = frozenset(_keys(base.get("facts")))
        data = _merged_ruleset(base, data, problems)
    if checked.model.components:
        composed = _composed(_without(data, "components"), taken["components"], read, problems)
        if composed is None:
            return None
        data, more = composed
        inherited |= more
    return _without(data, "extends"), inherited - own_facts


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
    return _only(source, *(key for key in source if key not in keys))


def _only(source: Map, *keys: str) -> Map:
    copy = Map(source.position)
    for key in keys:
        if key in source:
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


def _mark(source: Map | Seq, key: int | str) -> Position:
    return source.marks[int(key)] if isinstance(source, Seq) else source.value_marks.get(str(key), source.position)


def _is_absent(value: object) -> bool:
    return isinstance(value, Map) and value.get("absent") is True and len(value) == 1


def _merged_ruleset(base: Map, over: Map, problems: list[Problem]) -> Map:
    base = _without(base, *NOT_INHERITED)
    for key in HOLDING_IDS:
        if key in base:
            put(base, base, key, _rewritten(base[key], _without_past))
    merged = _merged(base, _without(over, "indicators"), problems)
    theirs, ours = base.get("indicators"), over.get("indicators")
    if isinstance(theirs, Seq) and isinstance(ours, Seq):
        tree = _Tree(theirs, ours, problems)
        put(merged, over, "indicators", tree.merged)
    elif "indicators" in over:
        take(merged, over, "indicators")
    return merged


def _without_past(entry: Map) -> None:
    """What an indicator was, it was in the ruleset that the base succeeds."""
    entry.pop("was", None)


def _merged(base: Map, over: Map, problems: list[Problem]) -> Map:
    """Key by key; a mapping is merged into a mapping, anything else replaces, `{absent: true}` removes."""
    merged = copied(base)
    for key in over:
        value, old = over[key], base.get(key)
        if _is_absent(value):
            if key not in base:
                near = nearest(key, base)
                problems.append(Problem("absent-unknown", over.key_marks[key], name=key, nearest=near))
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
            name = entry.get("id") if isinstance(entry, Map) else None
            if isinstance(entry, Map) and isinstance(name, str) and name in self._known:
                self._change(name, entry)
            elif isinstance(entry, Map) and self._is_meant_for_another(entry, str(name)):
                code = "absent-unknown" if "absent" in entry else "unknown-id"
                near = nearest(str(name), self._known)
                self._problems.append(
                    Problem(code, entry.value_marks.get("id", entry.position), name=name, nearest=near)
                )
            else:
                self._added.setdefault(parent, []).append((entry, entries, at))

    def _change(self, name: str, entry: Map) -> None:
        if name in self._changes:
            self._problems.append(Problem("duplicate-id", entry.value_marks["id"], id=name))
        if entry.get("absent", True) is not True:
            place, found = entry.value_marks["absent"], shown(entry["absent"])
            self._problems.append(Problem("not-one-of", place, key="absent", found=found, known="true", nearest=""))
        self._changes[name] = entry
        if isinstance(parts := entry.get("indicators"), Seq):
            self._collect(parts, name)

    def _is_meant_for_another(self, entry: Map, name: str) -> bool:
        """Whether an entry that the base does not know is no new indicator, but a change or removal of a known one."""
        is_whole = "rule" in entry or "indicators" in entry
        return "absent" in entry or (not is_whole and nearest(name, self._known) != "")

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
        if change is not None and "absent" in change:
            return None
        merged = entry if change is None else _merged(entry, _without(change, "indicators"), self._problems)
        if change is not None and _is_absent(change.get("indicators")):
            return _without(merged, "indicators")
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
PLACES: int = RulesetSource.model_fields["places"].default
HOLDING_IDS = ("indicators", "penalties", "adjust", "rule", "terms")


def _composed(
    data: Map, components: object, read: ReadRuleset, problems: list[Problem]
) -> tuple[Map, frozenset[str]] | None:
    """The components as groups behind the ruleset's own indicators, and the keys of the facts that come with them."""
    parts = _parts(components, read, problems)
    if parts is None:
        return None
    result = copied(data)
    inherited: set[str] = set()
    for component, base in parts:
        if base.get("places", PLACES) != data.get("places", PLACES):
            args = {"places": base.get("places", PLACES), "here": data.get("places", PLACES)}
            problems.append(Problem("component-places", component.value_marks["ruleset"], **args))
        inherited |= _joined_facts(result, base, problems)
        _join_checks(result, base)
    own = data.get("indicators", Seq(parts[0][0].position))
    if isinstance(own, Seq):
        groups: list[tuple[object, Map | Seq, int | str]] = [(_as_group(*part), part[0], "") for part in parts]
        put(result, data, "indicators", _listed([*((entry, own, at) for at, entry in enumerate(own)), *groups]))
    return result, frozenset(inherited)


def _parts(components: object, read: ReadRuleset, problems: list[Problem]) -> list[tuple[Map, Map]] | None:
    """Each component with the ruleset that it names, or None where one cannot be taken in."""
    listed = (
        [component for component in components if isinstance(component, Map)] if isinstance(components, Seq) else []
    )
    known: set[object] = set()
    for component in listed:
        if component["id"] in known:
            problems.append(Problem("duplicate-id", component.value_marks["id"], id=component["id"]))
        known.add(component["id"])
    bases = [read(str(component["ruleset"]), component, "ruleset") for component in listed]
    found = [(component, base) for component, base in zip(listed, bases, strict=True) if base is not None]
    return found if len(found) == len(known) == len(listed) else None


def _as_group(component: Map, base: Map) -> Map:
    group = _without(component, "ruleset")
    for key in AS_GROUP:
        if key in base:
            put(group, base, key, _prefixed(base[key], str(component["id"])) if key in HOLDING_IDS else base[key])
    return group


def _prefixed(value: object, prefix: str) -> object:
    """The indicators, terms or penalties with the prefix before every id, what it is now and what it was."""

    def prefixed(entry: Map) -> None:
        for key in ("id", "was"):
            if key in entry:
                put(entry, entry, key, _with_prefix(entry[key], prefix))

    return _rewritten(value, prefixed)


def _with_prefix(name: object, prefix: str) -> object:
    if isinstance(name, Seq):
        return _listed([(_with_prefix(each, prefix), name, at) for at, each in enumerate(name)]) if name else name
    return f"{prefix}_{name}" if isinstance(name, str) else name


def _rewritten(value: object, rewrite: Callable[[Map], None]) -> object:
    """The indicators, terms or penalties, each rewritten, and so whatever in them has an id."""
    if isinstance(value, Seq):
        items: list[tuple[object, Map | Seq, int | str]]
        items = [(_rewritten(entry, rewrite), value, at) for at, entry in enumerate(value)]
        return _listed(items) if items else value
    if not isinstance(value, Map):
        return value
    copy = copied(value)
    rewrite(copy)
    for key in HOLDING_IDS:
        if key in value:
            put(copy, value, key, _rewritten(value[key], rewrite))
    return copy


def _joined_facts(result: Map, base: Map, problems: list[Problem]) -> set[str]:
    """Adds the facts of a component, and gives the keys of those that are new."""
    ours, theirs = result.get("facts", Map(result.position)), base.get("facts")
    if not isinstance(ours, Map) or not isinstance(theirs, Map):
        return set()
    facts, added = copied(ours), set()
    for key in theirs:
        if key not in facts:
            take(facts, theirs, key)
            added.add(key)
        elif facts[key] != theirs[key]:
            other = str(theirs.key_marks[key])
            problems.append(Problem("fact-declared-twice", facts.key_marks[key], key=key, other=other))
    put(result, result, "facts", facts)
    return added


def _join_checks(result: Map, base: Map) -> None:
    theirs, ours = base.get("checks"), result.get("checks")
    if not isinstance(theirs, Seq):
        return
    joined: list[tuple[object, Map | Seq, int | str]]
    joined = [(check, ours, at) for at, check in enumerate(ours)] if isinstance(ours, Seq) else []
    joined += [(c, theirs, at) for at, c in enumerate(theirs) if not isinstance(ours, Seq) or c not in ours]
    if joined:
        put(result, base, "checks", _listed(joined))
