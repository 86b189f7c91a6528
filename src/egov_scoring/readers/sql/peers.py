"""The statistics over peers: tables with a row for all rows, for each group, or for each value of a group, joined to the rows.

So the rows themselves are neither sorted nor kept: only what is compared is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from egov_scoring.expression import TRUE, Node, NthLargest, Peers
from egov_scoring.readers.sql.dialects import LONG, Dialect
from egov_scoring.readers.sql.layers import Layers, Names, Step
from egov_scoring.readers.sql.phrases import ATOM, Phrase, Phrases

Compared = tuple[Node, Node, tuple[Node, ...]]
"""What is compared, for whom, and within which groups."""

PLACES = ("rank", "dense")
EVERYBODY = "everybody"


class PeerTables:
    """Writes the tables over the rows of `source`; `columns` says where each statistic stands once they are joined."""

    def __init__(self, source: str, layers: Layers, phrases: Phrases, names: Names) -> None:
        self._source = source
        self._layers = layers
        self._phrases = phrases
        self._names = names
        self.tables: list[tuple[str, str]] = []
        self.joins: list[str] = []
        self.columns: dict[Node, Phrase] = {}

    def add(self, asked: Mapping[Peers, Compared], of_all: Step) -> None:
        """Tables for all that is asked, and for what is wanted of all rows."""
        by_group: dict[tuple[Node, ...], dict[Peers, Compared]] = {(): {}}
        by_value: dict[Compared, list[Peers]] = {}
        for node, by in asked.items():
            if node.statistic in PLACES:
                by_value.setdefault(by, []).append(node)
            elif not isinstance(node, NthLargest):
                by_group.setdefault(by[2], {})[node] = by
        for within, own in by_group.items():
            self._table(within, [] if within else of_all, own)
        for by, places in by_value.items():
            self._places(by, places)
        for node, by in asked.items():
            if isinstance(node, NthLargest):
                self._nth(node, *by)

    # A row for each group.

    def _table(self, within: tuple[Node, ...], of_all: Step, asked: Mapping[Peers, Compared]) -> None:
        named = self._named("group", within)
        step = [*((name, self._layers.text(part)) for name, part in named.items()), *of_all]
        for node, (a, among, _) in asked.items():
            text, width = self._statistic(node, a, among)
            step.append((self._column(node, width), text))
        grouped = f"\nGROUP BY {', '.join(str(at + 1) for at in range(len(within)))}" if within else ""
        self._join(f"SELECT\n{self._lines(step)}\nFROM {self._source}{grouped}", named)

    def _statistic(self, node: Peers, a: Node, among: Node) -> tuple[str, int]:
        member = self._layers.text(among)
        if node.statistic == "count":
            return f"COUNT({'*' if among is TRUE else f'CASE WHEN {member} THEN 1 END'})", LONG
        width = max(LONG, self._phrases.room(self._phrases.bounds.size(node)))
        value = self._layers.text(a)
        value = self._dialect.cast(value, width) if node.statistic == "sum" else value
        value = value if among is TRUE else f"CASE WHEN {member} THEN {value} END"
        return self._dialect.cast(f"COALESCE({node.statistic.upper()}({value}), 0)", width), width

    def _nth(self, node: NthLargest, a: Node, among: Node, within: tuple[Node, ...]) -> None:
        """The least of the first n."""
        named, value = self._named("group", within), self._quoted(self._names.new("value"))
        groups = [self._quoted(name) for name in named]
        columns = ", ".join([*self._read_as(named), f"{self._layers.text(a)} AS {value}"])
        first = f"SELECT {columns} FROM {self._source}{_where(self._layers.text(among), among)}"
        if groups:
            order = self._quoted(self._names.new("order"))
            over = f"ROW_NUMBER() OVER (PARTITION BY {', '.join(groups)} ORDER BY {value} DESC) AS {order}"
            first = f"SELECT *, {over} FROM ({first}) AS members"
            end = f"\nWHERE {order} <= {node.n}\nGROUP BY {', '.join(groups)}"
        else:
            first, end = f"{first} ORDER BY {value} DESC LIMIT {node.n}", ""
        lowest = int(self._phrases.bounds.of(a).low)
        name = self._column(node, self._phrases.room(self._phrases.bounds.size(node)), str(lowest))
        least = f"CASE WHEN COUNT(*) >= {node.n} THEN MIN({value}) ELSE {lowest} END"
        step = [*(("", group) for group in groups), (name, least)]
        self._join(f"SELECT\n{self._lines(step)}\nFROM ({first}) AS first{end}", named)

    # A row for each value of a group.

    def _places(self, by: Compared, asked: Iterable[Peers]) -> None:
        a, among, within = by
        named = {**self._named("group", within), **self._named("value", (a,))}
        *groups, value = map(self._quoted, named)
        apart = f"PARTITION BY {', '.join(groups)} " if groups else ""
        over = f"{apart}ORDER BY {value} DESC"
        better = f"SUM(COUNT(*)) OVER ({over}) - COUNT(*) + 1"
        texts = {"rank": self._dialect.cast(better, LONG), "dense": f"DENSE_RANK() OVER ({over})"}
        members = (
            f"SELECT {', '.join(self._read_as(named))} FROM {self._source}{_where(self._layers.text(among), among)}"
        )
        step = [("", ", ".join([*groups, value]))]
        step += [(self._column(node, LONG), texts[node.statistic]) for node in asked]
        self._join(
            f"SELECT\n{self._lines(step)}\nFROM ({members}) AS members\nGROUP BY {', '.join([*groups, value])}",
            named,
        )

    # What they share.

    @property
    def _dialect(self) -> Dialect:
        return self._phrases.dialect

    def _named(self, wanted: str, parts: Iterable[Node]) -> dict[str, Node]:
        return {self._names.new(wanted): part for part in parts}

    def _read_as(self, named: Mapping[str, Node]) -> list[str]:
        return [f"{self._layers.text(part)} AS {self._quoted(name)}" for name, part in named.items()]

    def _column(self, node: Peers, width: int, otherwise: str = "") -> str:
        """A name for the statistic; where there is no row to be joined it is what is said `otherwise`."""
        name = self._names.new(node.statistic)
        text = self._quoted(name)
        self.columns[node] = Phrase(f"COALESCE({text}, {otherwise})" if otherwise else text, ATOM, width)
        return name

    def _join(self, text: str, named: Mapping[str, Node]) -> None:
        """The table, and how it is joined; without groups it has one row."""
        name = f"peers_{len(self.tables)}" if self.tables else EVERYBODY
        self.tables.append((name, text))
        alike = " AND ".join(f"{self._layers.text(part)} = {self._quoted(own)}" for own, part in named.items())
        self.joins.append(f"LEFT JOIN {name} ON {alike}" if named else f"CROSS JOIN {name}")

    def _lines(self, step: Step) -> str:
        return ",\n".join(f"  {text} AS {self._quoted(name)}" if name else f"  {text}" for name, text in step)

    def _quoted(self, name: str) -> str:
        return self._dialect.identifier(name)


def _where(member: str, among: Node) -> str:
    return "" if among is TRUE else f" WHERE {member}"
