"""What is broken in a file: it is set aside, so that the rest is checked in the same run, and nothing is said about what
merely follows from it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from egov_scoring.errors import Path, Problem
from egov_scoring.source import is_key
from egov_scoring.yaml_reader import Map, Seq, value_at

# What stands in for a value that its mapping needs; a mapping that needs another one is set aside as a whole.
STAND_INS: dict[str, object] = {
    "id": "nameless",
    "name": "-",
    "max": 1,
    "label": "-",
    "title": "-",
    "ruleset": "-",
    "each": 1,
    "of": "0",
    "points": 0,
    "require": "1 > 0",
    "open": "-",
    "chosen": "-",
    "sure": "low",
    "content": "-",
    "section": "-",
}

# Statements about a whole are made after those about its parts, and not where a part is broken.
OF_ENTRIES = {"adjust-form", "band-edge-twice", "choice-case"}
OF_RULES = {
    "band-holds-nothing",
    "bands-gap",
    "bands-overlap",
    "cases-without-otherwise",
    "choice-form",
    "negative-quantity",
    "negative-whole",
    "option-without-points",
    "otherwise-not-last",
    "rank-order",
    "rank-places",
    "rank-quotient",
    "rank-share-of-best",
}
OF_INDICATORS = {"children-sum", "rule-or-indicators"}
PROOFS = {"leaves-range", "never-full", "peers-of-quotient", "reachable-wrong", "too-wide"}
OF_GRADES = {"grade-after-rest", "grades-gap", "grades-mixed", "grades-order"}
OF_FILES = {"unused-fact"}
FROM_PARTS_TO_WHOLES = (OF_ENTRIES, OF_RULES | OF_INDICATORS | OF_GRADES, PROOFS, OF_FILES)


class Damage:
    """The broken places of a file; `rest` is its data without them, every list place as it was."""

    def __init__(self, data: Map) -> None:
        self.rest = _copy(data)
        self._written = data
        self._broken: set[Path] = set()
        self._meant: set[str] = set()

    # Setting aside.

    def set_aside(self, path: Path) -> None:
        """Takes the value at that path away, with the list that it is an entry of; a stand-in takes its place if needed."""
        parent, key = value_at(self.rest, path[:-1]), path[-1]
        if isinstance(parent, Seq):
            self.set_aside(path[:-1])
        if not isinstance(parent, Map):
            return
        stand_in = None if path in self._broken else STAND_INS.get(str(key))
        self._broken.add(path)
        if stand_in is None:
            parent.pop(str(key), None)
        else:
            parent[str(key)] = f"{stand_in}_{len(self._broken)}" if key == "id" else stand_in
            for marks in (parent.key_marks, parent.value_marks):
                marks.setdefault(str(key), parent.position)

    def empty(self, path: Path) -> None:
        """Puts an empty mapping in place of an entry that should be one."""
        entries, at = value_at(self.rest, path[:-1]), path[-1]
        if path in self._broken or not isinstance(entries, Seq):
            self.set_aside(path)
        else:
            self._broken.add(path)
            entries[int(at)] = Map(entries.marks[int(at)])

    def mark(self, path: Path) -> None:
        """Takes note that what should stand at that path is broken."""
        self._broken.add(path)

    # Asking.

    def touches(self, path: Path, but: str = "") -> bool:
        """Whether the value at that path is broken, or anything in it that does not stand below the key `but`."""
        return any(broken[: len(path)] == path and but not in broken[len(path) :] for broken in self._broken)

    def independent(self, problems: Iterable[Problem]) -> list[Problem]:
        """The problems without those that merely follow from what is broken, or from one another."""
        levels: list[list[Problem]] = [[] for _ in range(len(FROM_PARTS_TO_WHOLES) + 1)]
        for problem in problems:
            levels[_level(problem.code)].append(problem)
        kept = []
        for level in levels:
            kept += [problem for problem in level if not self._follows(problem)]
            self._broken.update(problem.path for problem in level if problem.severity == "error")
            self._meant.update(str(problem.args["nearest"]) for problem in level if "nearest" in problem.args)
        return kept

    def _follows(self, problem: Problem) -> bool:
        """Whether nobody can say if there is such a problem before what is broken is mended."""
        path, code = problem.path, problem.code
        if path in self._broken:
            return True
        if code.startswith("formula-") and self._names_a_misnamed_fact(str(problem.args["text"])):
            return True
        if code == "formula-unknown-fact":
            return self._was_declared(str(problem.args["name"]))
        if code == "missing-key":
            return (*path, str(problem.args["key"])) in self._broken
        if code == "unused-fact":
            return bool(self._broken) and str(problem.args["key"]) in self._words() | self._meant
        if code == "children-sum":
            return self._lacks_a_maximum(path[:-1])
        if code == "rule-or-indicators":
            return (
                (*path, "id") in self._broken
                or self.touches((*path, "rule"))
                or self.touches((*path, "indicators"), but="indicators")
            )
        if code == "grade-out-of-reach":
            return self.touches(("max",)) or self.touches(("reachable",))
        if code in OF_GRADES:
            return self.touches(("grades",))
        if code in ("leaves-range", "peers-of-quotient", "too-wide"):
            return self.touches(path, but="indicators")
        if code in OF_RULES:
            return self.touches(path[: path.index("rule") + 1] if "rule" in path else path[:-1])
        return _level(code) > 0 and self.touches(path)

    def _lacks_a_maximum(self, path: Path) -> bool:
        """Whether the maximum at that path, or one of those that should add up to it, is broken."""
        own = len(path)
        return any(
            broken[:own] == path
            and (broken[own:] in (("id",), ("max",), ("indicators",)) or _is_a_maximum_below(broken[own:]))
            for broken in self._broken
        )

    def _was_declared(self, fact: str) -> bool:
        """Whether the author declared the fact, however badly."""
        facts = self._written.get("facts")
        return ("facts",) in self._broken or (isinstance(facts, Map) and fact in facts)

    def _names_a_misnamed_fact(self, expression: str) -> bool:
        """Whether a fact is mentioned under a key that no fact can have, so that the expression cannot be read."""
        facts = self._written.get("facts")
        return isinstance(facts, Map) and any(
            re.search(rf"(?<!\w){re.escape(key)}(?!\w)", expression) for key in facts if key and not is_key(key)
        )

    def _words(self) -> set[str]:
        """All names written in the file other than in its facts."""
        texts = (text for key, value in self._written.items() if key != "facts" for text in _texts(value))
        return {word for text in texts for word in re.findall(r"\w+", text)}


def _level(code: str) -> int:
    return next((at for at, codes in enumerate(FROM_PARTS_TO_WHOLES, 1) if code in codes), 0)


def _is_a_maximum_below(path: Path) -> bool:
    return path[:1] == ("indicators",) and (len(path) == 2 or (len(path) == 3 and path[2] in ("max", "counts")))


def _texts(value: object) -> Iterator[str]:
    """All text in a value."""
    if isinstance(value, dict):
        yield from value
        yield from (text for below in value.values() for text in _texts(below))
    elif isinstance(value, list):
        yield from (text for below in value for text in _texts(below))
    elif isinstance(value, str):
        yield value


def _copy(data: Map) -> Map:
    copy = Map(data.position)
    copy.key_marks, copy.value_marks = dict(data.key_marks), dict(data.value_marks)
    copy.update((key, _copied(value)) for key, value in data.items())
    return copy


def _copied(value: object) -> object:
    if isinstance(value, Map):
        return _copy(value)
    if not isinstance(value, Seq):
        return value
    copy = Seq(value.position)
    copy.marks = list(value.marks)
    copy.extend(_copied(item) for item in value)
    return copy
