"""A ruleset as one SQL query: facts and their checks, peers, shared parts, and a column for each indicator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from egov_scoring.columns import Columns
from egov_scoring.expression import FALSE, TRUE, Node, Peers, facts_in
from egov_scoring.readers.sql.dialects import LONG, Dialect
from egov_scoring.readers.sql.facts import WRONG, Stated, joined
from egov_scoring.readers.sql.layers import POINTS, Layers, Names, Step
from egov_scoring.readers.sql.phrases import ATOM, Phrase, Phrases
from egov_scoring.readers.sql.widths import WholeBounds

STATUS, MOST, TOTAL = "status", "max_applicable", "total"
FAILED, UNKNOWN, OUTCOME = "failed checks", "a peer is unknown", "the status"


class Query:
    """Writes the query for a program; `table` is quoted already, `kept` are names as they are."""

    def __init__(self, columns: Columns, dialect: Dialect, table: str, kept: Sequence[str]) -> None:
        self._columns = columns
        self._dialect = dialect
        self._table = table
        self._kept = kept
        self._stated = Stated(columns, dialect, kept)
        self._read: dict[Node, Phrase] = {}
        self._phrases = Phrases(dialect, WholeBounds(columns), self._read)
        self._names = Names([*columns.facts, *self._stated.taken, FAILED, UNKNOWN, OUTCOME])
        self._layers = Layers(self._phrases, self._read, self._names)
        self._steps: list[tuple[str, str]] = []

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
        return ",\n".join(f"{name} AS (\n{_indented(text)}\n)" for name, text in self._steps)

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
        step: Step = []
        for node, compared in peers.items():
            name = self._names.new(node.statistic)
            text, width = self._statistic(node, *compared)
            step.append((name, text))
            self._read[node] = Phrase(self._quoted(name), ATOM, width)
        unknown = [f"{self._quoted(key)} IS NULL" for key in sorted(facts_in(roots))]
        unknown += [f"{self._quoted(FAILED)} IS NOT NULL"] if self._columns.checks else []
        bad = " OR ".join(unknown) or "FALSE"
        step.append((UNKNOWN, f"MAX(CASE WHEN {bad} THEN 1 ELSE 0 END) OVER () = 1"))
        self._add("peers", step)

    def _statistic(self, node: Peers, a: Node, among: Node, within: tuple[Node, ...]) -> tuple[str, int]:
        value, member = self._layers.text(a), self._layers.text(among)
        groups = [self._layers.text(part) for part in within]
        over = f"PARTITION BY {', '.join(groups)}" if groups else ""
        everyone = among is TRUE
        if node.statistic in ("rank", "dense"):
            function = "RANK" if node.statistic == "rank" else "DENSE_RANK"
            groups = groups if everyone else [member, *groups]
            over = f"PARTITION BY {', '.join(groups)} " if groups else ""
            text = f"{function}() OVER ({over}ORDER BY {value} DESC)"
            return (text if everyone else f"CASE WHEN {member} THEN {text} END"), LONG
        if node.statistic == "count":
            return f"COUNT({'*' if everyone else f'CASE WHEN {member} THEN 1 END'}) OVER ({over})", LONG
        width = max(LONG, self._phrases.room(self._phrases.bounds.size(node)))
        value = self._dialect.cast(value, width) if node.statistic == "sum" else value
        value = value if everyone else f"CASE WHEN {member} THEN {value} END"
        text = f"COALESCE({node.statistic.upper()}({value}) OVER ({over}), 0)"
        return self._dialect.cast(text, width), width

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
        """Smallest units of points as a decimal; a multiplication by 0.01 loses nothing, where a division might."""
        places = self._columns.program.places
        digits = len(str(int(self._columns.program.total.max * 10**places))) + 1
        unit = f" * 0.{'1'.rjust(places, '0')}" if places else ""
        decimal = f"CAST({self._layers.text(node)}{unit} AS DECIMAL({max(18, digits)}, {places}))"
        return f"CASE WHEN {self._quoted(OUTCOME)} = 'scored' THEN {decimal} END AS {self._quoted(name)}"

    def _quoted(self, name: str) -> str:
        return self._dialect.identifier(name)


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" if line else line for line in text.split("\n"))


def comment(text: str) -> str:
    """A text that stays within its line, in every dialect."""
    return " ".join(text.replace("\\", "/").split())
