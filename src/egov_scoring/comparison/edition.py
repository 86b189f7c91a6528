"""One edition of a table: a loaded ruleset with what its author wrote, as plain data, and where it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from egov_scoring.comparison.difference import Place
from egov_scoring.loading import Written, written, written_version
from egov_scoring.locate import shipped
from egov_scoring.program import Item
from egov_scoring.records import Record
from egov_scoring.yaml_reader import Map, as_written, key_position

Data = Mapping[str, Any]
Keys = tuple[str | int, ...]
EMPTY: tuple[object, ...] = (None, "", [], {})


class Indicator(Record):
    """An indicator as written, without its parts: `parent` is the id of what it is in, `total` at the top."""

    id: str
    path: Keys
    data: Data
    parent: str
    item: Item
    children: tuple[str, ...] = ()


class Edition:
    """What is compared: indicators and facts by id, each with its data and its place."""

    def __init__(self, found: Written) -> None:
        self.ruleset = found.ruleset
        self.program = found.ruleset.program
        self.id = self.program.id
        self._marked = found.data
        self.position = found.data.position
        self.data = pruned(found.source.model_dump(mode="json", by_alias=True))
        self.facts: Data = {key: self.data["facts"][key] for key in self.program.facts}
        self._items = {item.id: item for item in self.program.items()}
        listed = self._indicators(self.data, (), self.program.total.id)
        self.indicators = {indicator.id: indicator for indicator in listed}
        self.top = Indicator("total", (), self.data, "", self.program.total, children_of(self.data))

    def _indicators(self, data: Data, path: Keys, parent: str) -> Iterator[Indicator]:
        for at, entry in enumerate(data.get("indicators", ())):
            own = (*path, "indicators", at)
            own_data = {key: value for key, value in entry.items() if key != "indicators"}
            name = entry["id"]
            yield Indicator(name, own, own_data, parent, self._items[name], children_of(entry))
            yield from self._indicators(entry, own, name)

    @property
    def file(self) -> str:
        """The file in which it names itself."""
        return self.place(("ruleset",)).file

    def place(self, path: Keys, clause: str = "") -> Place:
        """Where the key at that path stands."""
        return place_at(self._marked, as_written(self._marked, path), clause)


def edition(ruleset: str | Path) -> Edition:
    """The edition of that id or file; raises `RulesetError` where it does not load."""
    return Edition(written(ruleset))


def version(content: Path, path: Path) -> Edition:
    """As `edition`, of the file at that path as it was or will be; `content` is where that lies."""
    return Edition(written_version(content, path))


def place_at(data: Map, path: Keys, clause: str = "") -> Place:
    """Where the key at that path of the data stands."""
    found = key_position(data, path)
    return Place(_seen(found.file), found.line, clause)


def children_of(data: Data) -> tuple[str, ...]:
    """The ids of what stands right below."""
    return tuple(entry["id"] for entry in data.get("indicators", ()))


def pruned(value: Any) -> Any:
    """Plain data without what says nothing."""
    if isinstance(value, dict):
        kept = {key: pruned(item) for key, item in value.items()}
        return {key: item for key, item in kept.items() if item not in EMPTY}
    return [pruned(item) for item in value] if isinstance(value, list) else value


def _seen(file: str) -> str:
    """The file as one would name it: below the shipped rulesets, below the working directory, or as it is."""
    path = Path(file).resolve()
    for folder in (shipped().resolve(), Path.cwd()):
        if path.is_relative_to(folder):
            return path.relative_to(folder).as_posix()
    return file
