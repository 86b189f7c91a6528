"""YAML text to plain data that remembers where every key and value stands.

YAML for authors, not for machines: numbers are exact and kept as written (`2.50` stays 2.50), only `true` and `false`
are yes and no, and whatever a parser would otherwise guess at stays text. What makes a file mean something other than
it seems to (equal keys, tags, merge keys) is refused, and so is what makes it grow (deep nesting, aliases of aliases).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from yaml.events import AliasEvent, MappingEndEvent, MappingStartEvent, ScalarEvent, SequenceEndEvent, StreamEndEvent
from yaml.scanner import ScannerError

from egov_scoring.errors import Position, Problem

MAX_SIZE = 4 * 1024 * 1024
MAX_DEPTH = 64
MAX_DIGITS = 100
MAX_ALIASES = 1_000
MAX_ALIASED_NODES = 100_000

_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?")
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_LINE_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
_SURROGATE = re.compile("[\ud800-\udfff]")


class Map(dict[str, object]):
    """A mapping that knows where it, its keys and its values stand."""

    __slots__ = ("key_marks", "position", "value_marks")

    def __init__(self, position: Position) -> None:
        self.position = position
        self.key_marks: dict[str, Position] = {}
        self.value_marks: dict[str, Position] = {}


class Seq(list[object]):
    """A list that knows where it and its items stand."""

    __slots__ = ("marks", "position")

    def __init__(self, position: Position) -> None:
        self.position = position
        self.marks: list[Position] = []


def read(path: Path, name: str = "") -> tuple[Map | Seq | None, list[Problem]]:
    """The data of a YAML file, None where there is none to be had, and everything that is wrong with the file, which goes by
    the `name` given in place of its path."""
    file = name or str(path)
    try:
        with path.open("rb") as stream:
            content = stream.read(MAX_SIZE + 1)
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        detail = getattr(error, "strerror", None) or str(error)
        return _refused("cannot-read", Position(file, 1, 1), detail=detail)
    if len(content) > MAX_SIZE:
        return _refused("file-too-large", Position(file, 1, 1), limit=MAX_SIZE)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8")
        return _refused("not-utf8", _end_of(before, file), offset=error.start)
    return read_text(text, file)


def read_text(text: str, file: str) -> tuple[Map | Seq | None, list[Problem]]:
    """As `read`, for text already at hand; `file` is the name that positions carry."""
    if len(text) > MAX_SIZE:
        return _refused("file-too-large", Position(file, 1, 1), limit=MAX_SIZE)
    text = text.removeprefix("\ufeff")
    if found := _FORBIDDEN.search(text):
        detail = f"unacceptable character U+{ord(found[0]):04X}"
        return _refused("yaml-syntax", _end_of(text[: found.start()], file), detail=detail)
    composer = _Composer(text, file)
    return composer.document(), composer.problems


def position_of(data: object, path: tuple[str | int, ...]) -> Position:
    """Where the value at that path stands, or the nearest thing around it that there is."""
    return _follow(data, path)[-1][0]


def key_position(data: object, path: tuple[str | int, ...]) -> Position:
    """Where the last key of that path stands; where there is no such key, as `position_of`."""
    trail = _follow(data, path)
    if 1 < len(trail) == len(path) + 1 and isinstance(parent := trail[-2][1], Map):
        return parent.key_marks[str(path[-1])]
    return trail[-1][0]


def value_at(data: object, path: Iterable[str | int]) -> object:
    """The value at that path, or None where the data does not go so far."""
    for step in path:
        match data:
            case Map() if step in data:
                data = data[str(step)]
            case Seq() if isinstance(step, int) and 0 <= step < len(data):
                data = data[step]
            case _:
                return None
    return data


def as_written(data: object, path: Iterable[str | int]) -> tuple[str | int, ...]:
    """The path without the steps that the data does not have."""
    written: list[str | int] = []
    for step in path:
        match data:
            case Map() if step in data:
                data = data[str(step)]
            case Seq() if isinstance(step, int) and 0 <= step < len(data):
                data = data[step]
            case _:
                continue
        written.append(step)
    return tuple(written)


def _follow(data: object, path: tuple[str | int, ...]) -> list[tuple[Position, object]]:
    """The values met along that path, as far as it goes, each with its position."""
    if not isinstance(data, Map | Seq):
        raise TypeError("only what `read` returned has positions")
    trail: list[tuple[Position, object]] = [(data.position, data)]
    for step in path:
        match trail[-1][1]:
            case Map() as found if isinstance(step, str) and step in found:
                trail.append((found.value_marks[step], found[step]))
            case Seq() as found if isinstance(step, int) and 0 <= step < len(found):
                trail.append((found.marks[step], found[step]))
            case _:
                break
    return trail


def _refused(code: str, place: Position, **args: object) -> tuple[None, list[Problem]]:
    return None, [Problem(code, place, **args)]


def _end_of(text: str, file: str) -> Position:
    """The position right behind that beginning of a file."""
    lines = _LINE_BREAK.split(text)
    return Position(file, len(lines), len(lines[-1]) + 1)


class _PythonParser(yaml.BaseLoader):
    """PyYAML's own parser, made to refuse the escapes that libyaml refuses."""

    def get_event(self) -> Any:
        event: Any = super().get_event()  # type: ignore[no-untyped-call]
        if type(event) is ScalarEvent and event.style == '"' and _SURROGATE.search(event.value):
            mark: Any = event.start_mark
            raise ScannerError(None, None, "found invalid Unicode character escape code", mark)
        return event


# libyaml where PyYAML was built with it: many times quicker. No file means one thing to it and another to PyYAML's own
# parser; they part only over what they refuse, such as a tab behind a value or a `:` without a blank.
PARSER: Any = yaml.CBaseLoader if yaml.__with_libyaml__ else _PythonParser


class _Stop(Exception):
    """A problem after which reading on makes no sense."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


class _Anchored(NamedTuple):
    """A value that aliases stand for, how many nodes it has and how many mappings and lists lie inside one another."""

    value: object
    nodes: int
    height: int


class _Composer:
    """Builds the data from the parser's events in one pass and collects the problems met.

    A node's `depth` is the number of mappings and lists around it. `nodes` and `deepest` are those of the data built so
    far, aliases written out; what an anchored node adds to them is what each of its aliases costs.
    """

    def __init__(self, text: str, file: str) -> None:
        self.file = file
        self.next_event = PARSER(text).get_event
        self.problems: list[Problem] = []
        self.anchors: dict[str, _Anchored | None] = {}  # None as long as the node itself is not complete
        self.aliases = self.aliased_nodes = self.nodes = self.deepest = 0

    def document(self) -> Map | Seq | None:
        """The file's one document, or None with at least one problem."""
        try:
            return self._document()
        except _Stop as stop:
            self.problems.append(stop.problem)
        except (yaml.YAMLError, ValueError, OverflowError) as error:  # some broken escapes end in the latter two
            self.problems.append(self._syntax(error))
        return None

    def _document(self) -> Map | Seq | None:
        self.next_event()  # the stream begins
        if type(self.next_event()) is StreamEndEvent:
            self._report("empty-file", Position(self.file, 1, 1))
            return None
        root = self._root()
        self.next_event()  # the document ends
        if type(event := self.next_event()) is not StreamEndEvent:
            self._report("yaml-documents", self._place(event))
        return root

    def _root(self) -> Map | Seq | None:
        event = self.next_event()
        place = self._place(event)
        root = self._value(event, place, 0)
        if isinstance(root, Map | Seq):
            return root
        if root is not None:
            self._report("yaml-scalar", place)
        elif not self.problems:
            self._report("empty-file", Position(self.file, 1, 1))
        return None

    def _value(self, event: Any, place: Position, depth: int) -> object:
        if type(event) is AliasEvent:
            return self._alias(str(event.anchor), place, depth)
        if event.tag is not None:
            self._report("yaml-tag", place, tag=event.tag.replace("tag:yaml.org,2002:", "!!"))
        if event.anchor is not None:
            return self._anchored(event, place, depth)
        return self._content(event, place, depth)

    def _content(self, event: Any, place: Position, depth: int) -> object:
        self.nodes += 1
        if type(event) is ScalarEvent:
            return self._scalar(event, place)
        if depth == MAX_DEPTH:
            raise _Stop(Problem("yaml-depth", place, limit=MAX_DEPTH))
        self.deepest = max(self.deepest, depth + 1)
        compose = self._mapping if type(event) is MappingStartEvent else self._sequence
        return compose(place, depth + 1)

    def _scalar(self, event: Any, place: Position) -> object:
        text: str = event.value
        if not event.implicit[0]:  # in quotes
            return text
        if text in _WORDS:
            return _WORDS[text]
        number = _NUMBER.fullmatch(text)
        if not number:
            return text
        if len(text) > MAX_DIGITS:
            self._report("yaml-number", place, limit=MAX_DIGITS)
            return text
        return Decimal(text) if number[1] else int(text)

    def _sequence(self, place: Position, depth: int) -> Seq:
        found = Seq(place)
        while type(event := self.next_event()) is not SequenceEndEvent:
            place = self._place(event)
            found.append(self._value(event, place, depth))
            found.marks.append(place)
        return found

    def _mapping(self, place: Position, depth: int) -> Map:
        found = Map(place)
        while type(event := self.next_event()) is not MappingEndEvent:
            key_place = self._place(event)
            key = self._key(event, key_place, depth)
            event = self.next_event()
            # The parsers disagree on where a value stands that is not written at all.
            place = key_place if _is_empty(event) else self._place(event)
            value = self._value(event, place, depth)
            if key is None:
                continue
            if key in found:
                first = found.key_marks[key].line
                self._report("duplicate-key", key_place, key=key, line=key_place.line, first_line=first)
                continue
            found[key] = value
            found.key_marks[key] = key_place
            found.value_marks[key] = place
        return found

    def _key(self, event: Any, place: Position, depth: int) -> str | None:
        """The key as written, or None where the entry is refused."""
        if type(event) is not ScalarEvent or event.anchor is not None or _is_empty(event):
            self._report("yaml-key", place)
            self._value(event, place, depth)
            return None
        if event.tag is not None:
            self._report("yaml-tag", place, tag=event.tag.replace("tag:yaml.org,2002:", "!!"))
        elif event.value == "<<" and event.implicit[0]:
            self._report("yaml-merge-key", place)
            return None
        return str(event.value)

    def _anchored(self, event: Any, place: Position, depth: int) -> object:
        name, nodes, deepest = event.anchor, self.nodes, self.deepest
        if name in self.anchors:
            self._report("yaml-alias", place, name=name, reason="twice")
        self.anchors[name] = None
        self.deepest = depth
        value = self._content(event, place, depth)
        self.anchors[name] = _Anchored(value, self.nodes - nodes, self.deepest - depth)
        self.deepest = max(self.deepest, deepest)
        return value

    def _alias(self, name: str, place: Position, depth: int) -> object:
        anchored = self.anchors.get(name)
        if anchored is None:
            self._report("yaml-alias", place, name=name, reason="recursive" if name in self.anchors else "unknown")
            return None
        self.aliases += 1
        self.aliased_nodes += anchored.nodes
        if self.aliases > MAX_ALIASES or self.aliased_nodes > MAX_ALIASED_NODES:
            raise _Stop(Problem("yaml-alias", place, name=name, reason="too-many"))
        if depth + anchored.height > MAX_DEPTH:
            raise _Stop(Problem("yaml-depth", place, limit=MAX_DEPTH))
        self.nodes += anchored.nodes
        self.deepest = max(self.deepest, depth + anchored.height)
        return anchored.value

    def _report(self, code: str, place: Position, **args: object) -> None:
        self.problems.append(Problem(code, place, **args))

    def _place(self, event: Any) -> Position:
        mark = event.start_mark
        return Position(self.file, mark.line + 1, mark.column + 1)

    def _syntax(self, error: Exception) -> Problem:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        place = Position(self.file, mark.line + 1, mark.column + 1) if mark else Position(self.file, 1, 1)
        said = [getattr(error, "context", None), getattr(error, "problem", None)]
        return Problem("yaml-syntax", place, detail=", ".join(filter(None, said)) or str(error))


def _is_empty(event: Any) -> bool:
    return type(event) is ScalarEvent and event.value == "" and bool(event.implicit[0])
