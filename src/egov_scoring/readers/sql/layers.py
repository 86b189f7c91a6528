"""Columns and the steps they stand in: what is used more than once gets a column in an earlier step, so that no text explodes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from egov_scoring.expression import Const, Fact, Node, Peers, in_order
from egov_scoring.readers.sql.phrases import ATOM, Phrase, Phrases, TooWide
from egov_scoring.readers.sql.widths import pairs

POINTS = "points of "
DEEPEST = 30
"""How deep an expression nests before part of it gets a column: parsers have their limits."""

Step = list[tuple[str, str]]
"""Columns, each with its text."""


class TooWideIn(Exception):
    """Something in a named column is too large for the dialect."""

    def __init__(self, name: str, size: int) -> None:
        super().__init__(name)
        self.name = name
        self.size = size


class Names:
    """Names for columns, none of them twice, none longer than a dialect takes."""

    LONGEST = 45

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = set(taken)

    def new(self, wanted: str) -> str:
        """That name, or one like it."""
        name, at = wanted[: self.LONGEST], 1
        while name in self._taken:
            at += 1
            name = f"{wanted[: self.LONGEST]} {at}"
        self._taken.add(name)
        return name


class Layers:
    """Writes nodes into columns, step by step; each step reads those before it."""

    def __init__(self, phrases: Phrases, columns: dict[Node, Phrase], names: Names) -> None:
        self._phrases = phrases
        self._columns = columns
        self._names = names

    def steps(self, roots: Mapping[Node, str]) -> list[Step]:
        """The steps after which each root has a column (but for facts and constants); a column is named after a root that
        reads it."""
        fresh = [node for node in in_order(roots, closed=Peers, known=self._columns) if not _is_plain(node)]
        named = self._to_be_named(fresh, roots)
        wanted = _wanted(roots, fresh)
        steps: dict[int, Step] = defaultdict(list)
        level: dict[Node, int] = {}
        texts: dict[Node, Phrase] = {}
        for node in fresh:
            level[node] = max((level.get(part, 0) + (part in named) for part in node.parts), default=0)
            try:
                texts[node] = self._phrases.of(node, [self._part(part, texts) for part in node.parts])
            except TooWide as error:
                raise TooWideIn(roots.get(node, wanted[node]), error.size) from None
            if node in named:
                name = self._names.new(roots.get(node, wanted[node]))
                steps[level[node]].append((name, texts[node].text))
                column = Phrase(self._phrases.dialect.identifier(name), ATOM, texts[node].width)
                texts[node] = self._columns[node] = column
        return [steps[at] for at in sorted(steps)]

    def text(self, node: Node) -> str:
        """What reads a root: its column, or the fact or constant that it is."""
        return self._part(node, {}).text

    def _part(self, node: Node, texts: Mapping[Node, Phrase]) -> Phrase:
        found = self._columns.get(node) or texts.get(node)
        return found if found is not None else self._phrases.of(node, [])

    def _to_be_named(self, fresh: list[Node], roots: Iterable[Node]) -> set[Node]:
        """The roots, what is used more than once, and what lies too deep."""
        uses = Counter[Node](part for node in fresh for part in node.parts)
        for node in fresh:
            for a, b in pairs(node):
                if self._phrases.bounds.of(a).low < 0:  # then a quotient writes its parts more than once
                    uses.update((a, b))
        named = {node for node in fresh if uses[node] > 1} | {node for node in roots if not _is_plain(node)}
        depth: dict[Node, int] = {}
        for node in fresh:
            depth[node] = 1 + max((depth.get(part, 0) for part in node.parts if part not in named), default=0)
            if depth[node] > DEEPEST:
                named.add(node)
        return named


def _is_plain(node: Node) -> bool:
    return isinstance(node, (Const, Fact)) or not node.parts


def _wanted(roots: Mapping[Node, str], fresh: list[Node]) -> dict[Node, str]:
    """For each node a name after the smallest root that holds it."""
    found: dict[Node, str] = {}
    for root in fresh:
        if root in roots:
            name = f"{roots[root].removeprefix(POINTS)} part"
            found |= dict.fromkeys(in_order([root], closed=Peers, known=found), name)
    return found
