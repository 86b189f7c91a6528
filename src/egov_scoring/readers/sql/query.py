"""A ruleset as one SQL query: facts and their checks, peers, shared parts, and a column for each indicator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from egov_scoring.columns import Columns
from egov_scoring.expression import FALSE, Node, Peers, facts_in, in_order
from egov_scoring.flags import given_flag, of_flag
from egov_scoring.readers.bounds import in_units
from egov_scoring.readers.division import divided
from egov_scoring.readers.sql.dialects import Dialect
from egov_scoring.readers.sql.facts import WRONG, Stated, joined
from egov_scoring.readers.sql.layers import POINTS, Layers, Names, Step
from egov_scoring.readers.sql.peers import PeerTables
from egov_scoring.readers.sql.phrases import Phrase, Phrases
from egov_scoring.readers.sql.widths import WholeBounds

STATUS, MOST, TOTAL = "status", "max_applicable", "total"
FAILED, UNKNOWN, OUTCOME = "failed checks", "a peer is unknown", "the status"
STATED = "places are stated of "


class Query:
    """Writes the query for a program; `table` is quoted already, `kept` are names as they are."""

    def __init__(self, columns: Columns, dialect: Dialect, table: str, kept: Sequence[str]) -> None:
        columns = self._columns = divided_out(columns)
        self._dialect = dialect
        self._table = table
        self._kept = kept
        self._stated = Stated(columns, dialect, kept)
        self._read: dict[Node, Phrase] = {}
        self._phrases = Phrases(dialect, WholeBounds(columns), self._read)
        self._names = Names([*columns.facts, *self._stated.taken, FAILED, UNKNOWN, OUTCOME])
        self._layers = Layers(self._phrases, self._read, self._names)
        self._steps: list[tuple[str, str]] = []
        self._read_again = 0

    def text(self) -> str:
        """The whole query."""
        self._first("stated", self._stated.stated())
        self._add("fitting", self._stated.fitting())
        self._add("facts", self._stated.wrong())
        self._checks()
        self._peers()
        self._points()
        self._add("judged", [(OUTCOME, self._status())])
        return f"WITH\n{self._with()}\n{self._result()}"

    # The steps.

    def _first(self, name: str, columns: Step) -> None:
        self._steps.append((name, self._select(columns, f"{self._table} AS units")))

    def _add(self, name: str, columns: Step) -> None:
        """A step that adds columns to the one before it."""
        if columns:
            self._steps.append((name, self._select([("", "*"), *columns], self._steps[-1][0])))

    def _select(self, columns: Step, source: str) -> str:
        lines = [f"{text} AS {self._quoted(name)}" if name else text for name, text in columns]
        fence = f"\n{self._dialect.fence}" if self._dialect.fence else ""
        return "SELECT\n" + _indented(",\n".join(lines)) + f"\nFROM {source}{fence}"

    def _parts(self, roots: Mapping[Node, str], name: str) -> None:
        steps = self._layers.steps(roots)
        for at, step in enumerate(steps, 1):
            self._add(f"{name}_{at}" if len(steps) > 1 else name, step)

    def _with(self) -> str:
        """The steps; those before the tables of peers are read by each of these too."""
        kinds = [self._dialect.inlined if at < self._read_again else "" for at in range(len(self._steps))]
        steps = zip(self._steps, kinds, strict=True)
        return ",\n".join(f"{name} AS {kind}(\n{_indented(text)}\n)" for (name, text), kind in steps)

    def _checks(self) -> None:
        """What is wrong with facts that fit together badly; judged only where all of them are known."""
        checks = self._columns.checks
        if not checks:
            return
        self._parts({node: f"check {key}" for key, node in checks.items()}, "checks")
        failed = [
            f"CASE WHEN NOT ({self._layers.text(node)}){known} THEN {self._dialect.literal(f'check-failed: {key}')} END"
            for key, node in checks.items()
            for known in ["".join(f" AND {self._quoted(fact)} IS NOT NULL" for fact in sorted(facts_in([node])))]
        ]
        self._add("checked", [(FAILED, joined(failed))])

    def _peers(self) -> None:
        """The statistics over all rows; where one of them lacks what is compared, nobody has any."""
        peers = self._columns.peers
        if not peers:
            return
        roots: dict[Node, str] = {}
        for a, among, within in peers.values():
            roots |= {a: "compared", among: "is compared", **dict.fromkeys(within, "compared within")}
        self._parts(roots, "compared")
        unknown = [f"{self._quoted(key)} IS NULL" for key in sorted(facts_in(roots))]
        unknown += [f"{self._quoted(FAILED)} IS NOT NULL"] if self._columns.checks else []
        bad = " OR ".join(unknown) or "FALSE"
        tables = PeerTables(self._steps[-1][0], self._layers, self._phrases, self._names)
        of_all = [(UNKNOWN, f"MAX(CASE WHEN {bad} THEN 1 ELSE 0 END) = 1")]
        of_all += [
            (f"{STATED}{name}", f"MAX(CASE WHEN {self._quoted(of_flag(name))} > 0 THEN 1 ELSE 0 END) = 1")
            for name in self._placed()
        ]
        tables.add(peers, of_all)
        self._read |= tables.columns
        source = "\n".join([self._steps[-1][0], *tables.joins])
        self._read_again = len(self._steps)
        self._steps += tables.tables
        self._steps.append(("peers", self._select([("", "*")], source)))

    def _placed(self) -> dict[str, str]:
        """The indicators whose place a row may state, and where a row is ranked by what it compares since it states none."""
        found = {}
        for name, node in self._columns.points.items():
            statistics = [part for part in in_order([node], closed=Peers) if isinstance(part, Peers)]
            if of_flag(name) in self._columns.facts and statistics:
                member = self._layers.text(self._columns.peers[statistics[0]][1])
                given = f" AND NOT {self._quoted(given_flag(name))}" if given_flag(name) in self._columns.facts else ""
                found[name] = f"{self._quoted(of_flag(name))} = 0 AND {member}{given}"
        return found

    def _points(self) -> None:
        columns = self._columns
        roots: dict[Node, str] = {node: f"{POINTS}{key}" for key, node in reversed(list(columns.points.items()))}
        if TOTAL in columns.max_applicable:
            roots.setdefault(columns.max_applicable[TOTAL], "points that apply")
        for node, name in ((columns.asks, "a person decides"), (columns.unranked, "nobody to compare with")):
            roots.setdefault(node, name)
        self._parts(roots, "points")

    def _status(self) -> str:
        """The first of these that is so; every one of them stands in the way of points."""
        columns = self._columns
        wrong = [self._quoted(name) for name in ([WRONG, FAILED] if columns.checks else [WRONG])]
        lines = [(" OR ".join(f"{name} IS NOT NULL" for name in wrong), f"concat_ws('; ', {', '.join(wrong)})")]
        if columns.asks is not FALSE:
            lines.append((self._layers.text(columns.asks), "'missing-decision'"))
        if columns.peers:
            mixed = [f"{self._quoted(f'{STATED}{name}')} AND {ranked}" for name, ranked in self._placed().items()]
            lines += [(" OR ".join(mixed), "'places-mixed'")] if mixed else []
            lines.append((self._quoted(UNKNOWN), "'peers-unknown'"))
        if columns.unranked is not FALSE:
            lines.append((self._layers.text(columns.unranked), "'missing-peers'"))
        cases = [*(f"WHEN {holds} THEN {said}" for holds, said in lines), "ELSE 'scored'"]
        return "\n  ".join(["CASE", *cases]) + "\nEND"

    # What comes out.

    def _result(self) -> str:
        columns = self._columns
        names = {item.id: item.name for item in columns.program.items()}
        lines = [(f"{self._quoted(f'kept {name}')} AS {self._quoted(name)}", "") for name in self._kept]
        lines.append((f"{self._quoted(OUTCOME)} AS {self._quoted(STATUS)}", ""))
        points = dict(columns.points)
        if TOTAL in points:
            lines.append((self._amount(points.pop(TOTAL), TOTAL), names[TOTAL]))
            lines.append((self._amount(columns.max_applicable[TOTAL], MOST), ""))
        lines += [(self._amount(node, key), names[key]) for key, node in points.items()]
        last = len(lines) - 1
        body = "\n".join(
            f"  {text}{',' if at < last else ''}{f' -- {comment(note)}' if note else ''}"
            for at, (text, note) in enumerate(lines)
        )
        return f"SELECT\n{body}\nFROM judged"

    def _amount(self, node: Node, name: str) -> str:
        """Smallest units of points as a decimal; a multiplication by 0.01 loses nothing, where a division might. It stays
        within 64 bits."""
        places = self._columns.program.places
        digits = max(18, len(str(int(self._columns.program.total.max * 10**places))) + places + 2)
        units = self._layers.text(node)
        if places:
            units = f"CAST({units} AS DECIMAL({digits - places - 1}, 0)) * 0.{'1'.rjust(places, '0')}"
        decimal = f"CAST({units} AS DECIMAL({digits}, {places}))"
        return f"CASE WHEN {self._quoted(OUTCOME)} = 'scored' THEN {decimal} END AS {self._quoted(name)}"

    def _quoted(self, name: str) -> str:
        return self._dialect.identifier(name)


def divided_out(columns: Columns) -> Columns:
    """The columns with every rounding written out as a division by cases, and constant factors in place."""
    compared = [part for a, among, within in columns.peers.values() for part in (a, among, *within)]
    found = divided([*columns.roots, *compared], {key: in_units(fact) for key, fact in columns.facts.items()})
    peers = {
        node: (found[a], found[among], tuple(found[part] for part in within))
        for node, (a, among, within) in columns.peers.items()
    }
    return replace(
        columns,
        points={name: found[node] for name, node in columns.points.items()},
        max_applicable={name: found[node] for name, node in columns.max_applicable.items()},
        asks=found[columns.asks],
        unranked=found[columns.unranked],
        checks={name: found[node] for name, node in columns.checks.items()},
        peers=peers,
    )


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" if line else line for line in text.split("\n"))


def comment(text: str) -> str:
    """A text that stays within its line, in every dialect."""
    return " ".join(text.replace("\\", "/").split())
