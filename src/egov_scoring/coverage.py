"""Coverage: which edges of a ruleset's rules its cases reach. What an edge is stands in `readers/edges.py`.

The edges of an indicator are what decides whether it applies and what its points come to, read off its own expression:
parts are not entered, and what its parent says about applying is the parent's. An edge counts where a unit of which nothing
is known, and about which nobody recorded anything, could take either side; so flags are none, nor is what the bounds prove.

A case reaches an edge of an indicator

- that it looks at: something is expected of the indicator, or of one above it that has points in this case, through all
  that lies between (what is missing or vetoed shows nothing of its parts);
- whose outcome there is one of the ruleset: scored, vetoed, not applicable, or handed to a person by `ask`, which reaches
  what asks and nothing else. Missing facts or peers settle nothing, and points set by a person come from no rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import takewhile

from egov_scoring import messages
from egov_scoring.cases import Case, Result
from egov_scoring.expression import (
    FALSE,
    ZERO,
    And,
    Const,
    Fact,
    Greatest,
    Least,
    Mark,
    Node,
    Peers,
    both,
    facts_in,
    in_order,
    negate,
    substitute,
    subtract,
)
from egov_scoring.expression import cases as by_cases
from egov_scoring.facts import MILLION, FactDeclaration, Unit
from egov_scoring.flags import not_applicable_flag
from egov_scoring.intake import Stated, known_ranges, take_in
from egov_scoring.lower import lower
from egov_scoring.peers import PeerPass
from egov_scoring.program import APPLICABLE, POINTS, Item, Line, Program, Text
from egov_scoring.readers.bounds import TRUE, Bounds, Range
from egov_scoring.readers.edges import Edges
from egov_scoring.readers.words import Words
from egov_scoring.ruleset import Ruleset
from egov_scoring.scorecard import Score
from egov_scoring.scoring import proved


@dataclass(frozen=True, slots=True)
class Edge:
    """One side of a decision of an indicator, or of the total's grade; its points as a whole stand for being scored at all."""

    indicator: str
    decision: Node
    side: int
    is_of_grade: bool = False


class Coverage:
    """What the cases of one ruleset reach: of all `edges`, in document order, those that are not `missed`."""

    def __init__(self, program: Program) -> None:
        self.program = program
        declared = {**program.facts, **program.flags}
        self._places = {key: declaration.places for key, declaration in declared.items()}
        self._peers = PeerPass(program, self._places)
        self._items = {item.id: item for item in program.items()}
        self._yes_no = frozenset(key for key, declaration in program.facts.items() if declaration.is_condition)
        self._anyone = Bounds(known_ranges(program, Stated(Unit(""), {}, [])))
        self.edges = [edge for item in program.items() for edge in self._edges(item)]
        self.edges += self._of_grade(self._anyone, 2)
        self._reached: set[Edge] = set()

    @property
    def missed(self) -> list[Edge]:
        """The edges that no case reaches, in document order."""
        return [edge for edge in self.edges if edge not in self._reached]

    def add(self, result: Result) -> None:
        """Counts what a case reaches."""
        if result.card is None:
            return
        known = self._known(result.case)
        for score in _seen(result.card.total, result.case.looks_at):
            self._reached.update(self._taken(self._items[score.id], score, result.case.unit, known))
        if result.case.grade != "" and result.card.points is not None:
            self._reached.update(self._of_grade(known, 1))

    def _edges(self, item: Item) -> Iterator[Edge]:
        """All edges of an item: of decisions that can go either way."""
        anyone = Bounds(self._anyone.facts, {**proved(self.program), **_lemmas(item)})
        if item.is_leaf and item.added:
            yield Edge(item.id, item.points, 1)
        for decision, sides in self._decisions(item, [_applies(item), item.value], anyone).items():
            if len(sides) > 1:
                yield from (Edge(item.id, decision, side) for side in sorted(sides))

    def _taken(self, item: Item, score: Score, unit: Unit, known: Bounds) -> Iterator[Edge]:
        """The edges that settle the item's outcome."""
        roots = [_applies(item)]
        if score.status == "missing":
            asked = [each.condition for each in item.undecided if each.reason == score.reason == "decision"]
            roots = [condition for condition in asked if known.of(condition) == TRUE]
        elif score.status == "not_applicable":
            roots = [condition for condition in roots if known.of(condition) != TRUE]
        elif item.id not in unit.overrides:
            roots.append(item.value)
            yield Edge(item.id, item.points, 1)
        for decision, sides in self._decisions(item, roots, known).items():
            if len(sides) == 1:
                yield from (Edge(item.id, decision, side) for side in sides)

    def _decisions(self, item: Item, roots: Iterable[Node], bounds: Bounds) -> dict[Node, frozenset[int]]:
        closed = frozenset(child.points for child in item.children)
        foreign = frozenset([*_above(item), *(child.max_applicable for child in item.children)])
        return Edges(bounds, self._yes_no, closed, foreign).of(roots)

    def _of_grade(self, bounds: Bounds, sides: int) -> Iterator[Edge]:
        """The edges of decisions about the grade, whatever its quota, that have so many sides."""
        total = self.program.total
        whole: dict[Node, Node] = {POINTS: total.points, APPLICABLE: total.max_applicable}
        conditions = [substitute([grade.condition], whole)[grade.condition] for grade in self.program.grades]
        given = by_cases([(condition, at) for at, condition in enumerate(conditions)], len(conditions))
        found = Edges(bounds, self._yes_no, frozenset(whole.values())).of([given])
        for decision, open_sides in found.items():
            if len(open_sides) == sides:
                yield from (Edge(total.id, decision, side, is_of_grade=True) for side in sorted(open_sides))

    def _known(self, case: Case) -> Bounds:
        """All that is known of a case's unit, and of its place among its peers."""
        stated = [take_in(unit, self.program) for unit in (case.unit, *(case.peers or ()))]
        found = proved(self.program)
        if case.peers is not None and self._peers.asked:
            statistics = self._peers.statistics(stated)[0]
            wholes = lower(statistics, self._places)
            for node, units in statistics.items():
                below = wholes[node].denominator
                assert isinstance(below, int)
                found[node] = Range(Fraction(units, below), Fraction(units, below), below)
        return Bounds(known_ranges(self.program, stated[0]), found, self._anyone)


def of_results(results: Iterable[Result], rulesets: Iterable[Ruleset] = ()) -> list[Coverage]:
    """What cases reach, ruleset by ruleset; also of those rulesets, which may have none."""
    found = {ruleset.program.fingerprint: Coverage(ruleset.program) for ruleset in rulesets}
    for result in results:
        program = result.case.ruleset.program
        if program.fingerprint not in found:
            found[program.fingerprint] = Coverage(program)
        found[program.fingerprint].add(result)
    return list(found.values())


def _lemmas(item: Item) -> dict[Node, Range]:
    """What holds wherever peers settle points, and bounds cannot see: a comparison takes two, and no place is beyond the last."""
    nodes = list(in_order([item.value]))
    counts = [node for node in nodes if isinstance(node, Peers) and node.statistic == "count"]
    found: dict[Node, Range] = dict.fromkeys(counts, Range(Fraction(2), MILLION))
    marks = {node.id: node for node in nodes if isinstance(node, Mark)}
    if (place := marks.get(f"{item.id}.place")) is not None:
        found[subtract(marks[f"{item.id}.of"], place)] = Range(Fraction(0), MILLION, 2)
    return found


def _conditions(item: Item) -> list[Node]:
    """The conditions under which an item applies, its parts left out: those from above, its own flag, its own."""
    joined = item.applies.items if isinstance(item.applies, And) else (item.applies,)
    parts = {not_applicable_flag(child.id) for child in item.children}
    return list(takewhile(lambda condition: not parts & facts_in([condition]), joined))


def _applies(item: Item) -> Node:
    """Whether an item applies, for all that its parts say."""
    return both(*_conditions(item))


def _above(item: Item) -> list[Node]:
    """Of the conditions under which an item applies those from above: they stand before its own flag."""
    own = negate(Fact(not_applicable_flag(item.id)))
    return list(takewhile(lambda condition: condition is not own, _conditions(item)))


def _seen(score: Score, looks_at: frozenset[str], *, from_above: bool = False) -> Iterator[Score]:
    """The scores that a case looks at, or sees through one that it looks at."""
    seen = from_above or score.id in looks_at
    if seen:
        yield score
    through = seen and score.points is not None and score.status != "vetoed"
    for child in score.children:
        yield from _seen(child, looks_at, from_above=through)


# In words.

TERMS = ("earned", "lost", "penalty")


def told(found: Coverage, lang: str | None = None) -> Iterator[str]:
    """Every edge missed, a line for each, and how many are reached."""
    named, missed = {"id": found.program.id}, found.missed
    for edge in missed:
        said = {"indicator": place(edge, found.program, lang), "edge": in_words(edge, found.program, lang)}
        yield messages.text("cli.coverage.missed", lang, **named, **said)
    name = "cli.coverage.short" if missed else "cli.coverage.full"
    count = len(found.edges)
    yield messages.text(name, lang, **named, count=count, reached=count - len(missed))


def place(edge: Edge, program: Program, lang: str | None = None) -> str:
    """Where an edge stands: its indicator, and which of its terms it is, or the clause of the indicator."""
    item = next(item for item in program.items() if item.id == edge.indicator)
    line = _line(edge, item)
    label = (_term(line, item, program, lang) if line else "") or item.about.get("clause")
    if edge.is_of_grade:
        label = messages.text("grade.title", lang)
    return f"{item.id} ({label})" if label else item.id


def _term(line: Line, item: Item, program: Program, lang: str | None) -> str:
    """The clause and name of a term; or its id; or, where it has none and is one of several, what it counts."""
    named = ", ".join(filter(None, [line.clause, line.name])) or line.id
    one_of_many = sum(each.code in TERMS for each in item.lines) > 1
    if named or line.code not in TERMS or not one_of_many:
        return named
    counted = line.args["of"]
    assert isinstance(counted, Text)
    node = counted.args["value"]
    assert isinstance(node, Node)
    return _words(node, program, lang)


def _line(edge: Edge, item: Item) -> Line | None:
    """The first ledger line that reads the decision; that of the term for its own cap, and for a pool that it exhausts."""
    term: Line | None = None
    for line in item.lines:
        term = line if line.code in TERMS else term
        if edge.decision in in_order([line.nominal, line.shown]):
            is_limit = line.code == "term_cap" or (line.code == "exhausted" and term and term.code == "penalty")
            return term if is_limit else line
        if line.code not in (*TERMS, "term_cap"):
            term = None
    return None


def in_words(edge: Edge, program: Program, lang: str | None = None) -> str:
    """Which cases an edge lacks."""
    decision = edge.decision
    if isinstance(decision, Mark):
        return messages.text("edge.scored", lang)
    if isinstance(decision, (Least, Greatest)):
        return _extreme(edge, decision, program, lang)
    if isinstance(decision, Fact):
        condition = Words(program.facts, lang).say(
            "holds" if edge.side else "fails", label=_words(decision, program, lang)
        )
    else:
        condition = _words(decision if edge.side else negate(decision), program, lang)
    return messages.text("edge.condition", lang, condition=condition)


def _extreme(edge: Edge, decision: Least | Greatest, program: Program, lang: str | None) -> str:
    """A limit reached or kept away from; or which one is the smallest or largest."""
    name = "least" if isinstance(decision, Least) else "greatest"
    limits = [part for part in decision.items if isinstance(part, Const)]
    chosen = decision.items[edge.side]
    if limits and (chosen in limits or len(decision.items) == 2):
        side = "limit" if chosen in limits else "inside"
        return messages.text(f"edge.{name}.{side}", lang, limit=_words(limits[0], program, lang))
    return messages.text(f"edge.{name}.any", lang, item=_words(chosen, program, lang))


def _words(node: Node, program: Program, lang: str | None) -> str:
    """A part of an expression as it is where nobody recorded anything; the points of an indicator go by its name."""
    said: dict[Node, Node] = {Fact(key): FALSE if flag.is_condition else ZERO for key, flag in program.flags.items()}
    said |= {item.points: Fact(item.id) for item in program.items() if isinstance(item.points, Mark)}
    names = {item.id: FactDeclaration(item.id, "points", item.name) for item in program.items()}
    return Words({**names, **program.facts}, lang).of(substitute([node], said)[node])
