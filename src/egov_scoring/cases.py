"""Cases: facts worked through by hand, and what a ruleset must make of them. The format stands in docs/language.md."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple, get_args

from egov_scoring import amounts
from egov_scoring.case_files import ruleset_beside
from egov_scoring.compose import copied, take
from egov_scoring.errors import EgovScoringError, FactsError, Position, Problem, RulesetError
from egov_scoring.excerpt import with_excerpts
from egov_scoring.facts import UNIT_KEYS, Unit, nearest, place_of, position_in
from egov_scoring.load import load, load_data
from egov_scoring.locate import find, known_ids
from egov_scoring.ruleset import Ruleset
from egov_scoring.scorecard import LedgerLine, Score, Scorecard, Status
from egov_scoring.units import Form, unit_name
from egov_scoring.yaml_reader import Map, read

FILE_KEYS = ("ruleset", "define", "about", "units", "cases")
EXPECTATIONS = ("expect", "losses", "max_applicable", "range", "ledger")
CASE_KEYS = ("name", "unit", *UNIT_KEYS, "peers", *EXPECTATIONS, "grade", "problems")
LINE_KEYS = ("line", "id", "nominal", "loss", "balance")
STATUSES = get_args(Status)


class CasesError(EgovScoringError):
    """A file of cases cannot be run: each problem names file, line and column."""


@dataclass(frozen=True, slots=True)
class Case:
    """One case: a unit, its peers if any, and by section what is expected of which indicator.

    `problems` are the codes of the problems that a strict call must raise, or None where the unit is scored as incomplete;
    `grade` is None where the unit must have none, and empty where nothing is said about it.
    """

    name: str
    position: Position
    ruleset: Ruleset
    unit: Unit
    peers: tuple[Unit, ...] | None
    expected: Mapping[str, Mapping[str, Any]]
    problems: tuple[str, ...] | None
    grade: str | None = ""

    @property
    def looks_at(self) -> frozenset[str]:
        """The indicators of which it expects something."""
        return frozenset(name for section in self.expected.values() for name in section)


class Difference(NamedTuple):
    """Something that came out otherwise: what it is (an indicator, with the section of the case), and both values."""

    what: str
    expected: str
    got: str


@dataclass(frozen=True, slots=True)
class Result:
    """How a case went; `card` is None where its facts were refused, for these `problems`."""

    case: Case
    card: Scorecard | None
    differences: tuple[Difference, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def name(self) -> str:
        """The name of the case."""
        return self.case.name

    @property
    def position(self) -> Position:
        """Where the case stands."""
        return self.case.position

    @property
    def ok(self) -> bool:
        """Whether all came out as expected."""
        return not self.differences


def run_file(path: Path) -> list[Result]:
    """Runs every case of a file.

    >>> from egov_scoring.locate import shipped
    >>> all(result.ok for result in run_file(shipped() / "2019/cases/city.yaml"))
    True
    """
    return [run(case) for case in read_cases(path)]


# Reading.


def read_cases(path: Path) -> list[Case]:
    """The cases of a file. Raises `CasesError` with everything that is wrong with it, `RulesetError` where it names none."""
    data, problems = read(path)
    if not isinstance(data, Map):
        found = problems or [Problem("not-a-mapping", place_of(data))]
        raise CasesError(with_excerpts(found))
    form = Form(problems)
    form.keys(data, FILE_KEYS)
    form.required(data, "cases")
    ruleset = _ruleset(form, data, path)
    if data.get("cases") == []:
        form.problems.append(Problem("empty-value", position_in(data, "cases"), key="cases"))
    cases = [] if ruleset is None else list(_Reader(form, data, ruleset).cases())
    if form.problems:
        raise CasesError(with_excerpts(form.problems))
    return cases


def _ruleset(form: Form, data: Map, path: Path) -> Ruleset | None:
    """The ruleset that the file names, or the one that it defines itself."""
    if "define" in data:
        defined = form.take(data, "define", Map, None)
        if "ruleset" in data:
            form.problems.append(Problem("cases-two-rulesets", data.key_marks["ruleset"]))
        return None if defined is None else load_data(defined, path)
    if not form.required(data, "ruleset"):
        return None
    name = form.take(data, "ruleset", str, "")
    file = find(name, path)
    if file is None and (own := ruleset_beside(path)) is not None and (tested := load(own)).id == name:
        return tested  # misplaced, as `check` says; but there is no doubt which is meant
    if file is None:
        known = known_ids(path)
        place = position_in(data, "ruleset")
        problem = Problem("unknown-ruleset", place, name=name, known=", ".join(known), nearest=nearest(name, known))
        raise RulesetError(with_excerpts([problem]))
    return load(file)


class _Reader:
    """Reads the cases of one file and notes what is wrong with them."""

    def __init__(self, form: Form, data: Map, ruleset: Ruleset) -> None:
        self._form = form
        self._data = data
        self._ruleset = ruleset
        self._ids = {item.id for item in ruleset.total}
        self._units: dict[str, Map] = {}
        self._names: set[str] = set()

    def cases(self) -> Iterator[Case]:
        """Every case, in order."""
        units = self._form.take(self._data, "units", Map, Map(self._data.position))
        for name in units:
            if (entry := self._form.take(units, name, Map, None)) is not None:
                self._form.keys(entry, UNIT_KEYS)
                self._units[name] = entry
        for entry, _ in self._form.entries(self._data, "cases", Map):
            yield self._case(entry)

    def _case(self, entry: Map) -> Case:
        self._form.keys(entry, CASE_KEYS)
        problems = [code for code, _ in self._form.entries(entry, "problems", str)]
        expected = {section: self._expected(entry, section) for section in EXPECTATIONS}
        if not {"problems", "grade"} & entry.keys() and not any(expected.values()):
            self._form.problems.append(Problem("case-expects-nothing", entry.position))
        codes = tuple(sorted(problems)) if "problems" in entry else None
        name = self._name(entry)
        unit, peers = self._unit(entry, name), self._peers(entry)
        return Case(name, entry.position, self._ruleset, unit, peers, expected, codes, self._grade(entry))

    def _name(self, entry: Map) -> str:
        self._form.required(entry, "name")
        name = unit_name(self._form, entry, "name")
        if name and name in self._names:
            self._form.problems.append(Problem("case-twice", position_in(entry, "name"), name=name))
        self._names.add(name)
        return name

    def _unit(self, entry: Map, name: str) -> Unit:
        """The unit that the entry starts from, with what the entry itself states key by key."""
        base = self._start(entry)
        merged = {key: self._merged(base, entry, key) for key in UNIT_KEYS}
        return Unit(name, **merged)

    def _start(self, entry: Map) -> Map:
        name = unit_name(self._form, entry)
        if name and name not in self._units:
            place = position_in(entry, "unit")
            self._form.problems.append(Problem("unknown-unit", place, name=name, nearest=nearest(name, self._units)))
        return self._units.get(name, Map(entry.position))

    def _merged(self, base: Map, entry: Map, key: str) -> Map:
        over = self._form.take(entry, key, Map, Map(entry.position))
        merged = copied(self._form.take(base, key, Map, Map(over.position)))
        merged.position = over.position
        for name in over:
            take(merged, over, name)
            if over[name] is None:
                del merged[name]
        return merged

    def _peers(self, entry: Map) -> tuple[Unit, ...] | None:
        if "peers" not in entry:
            return None
        peers = []
        for number, (peer, _) in enumerate(self._form.entries(entry, "peers", Map), 1):
            self._form.keys(peer, ("unit", *UNIT_KEYS))
            peers.append(self._unit(peer, f"peer {number}"))
        return tuple(peers)

    def _grade(self, entry: Map) -> str | None:
        """The grade expected, once the ruleset is known to have it."""
        known = [grade.name for grade in self._ruleset.program.grades]
        name = self._form.take(entry, "grade", str, "")
        if "grade" in entry and not known:
            self._form.problems.append(Problem("case-without-grades", entry.key_marks["grade"]))
        elif isinstance(entry.get("grade"), str) and name not in known:
            args = {"name": name, "nearest": nearest(name, known), "known": ", ".join(known)}
            self._form.problems.append(Problem("unknown-grade", position_in(entry, "grade"), **args))
        return None if entry.get("grade", "") is None else name

    def _expected(self, entry: Map, section: str) -> Map:
        """What a section expects, once every indicator in it is known and every value has its form."""
        expected = self._form.take(entry, section, Map, Map(entry.position))
        for name, value in expected.items():
            place = expected.value_marks[name]
            if name not in self._ids:
                near = nearest(name, self._ids)
                args = {"unit": "", "section": section, "indicator": name, "nearest": near}
                self._form.problems.append(Problem("unknown-indicator", expected.key_marks[name], **args))
            elif not FORMS[section](value):
                self._form.problems.append(Problem("expectation-form", place, section=section, indicator=name))
        return expected


def _is_amount(value: object) -> bool:
    return isinstance(value, (int, Decimal)) and not isinstance(value, bool)


def _is_outcome(value: object) -> bool:
    return _is_amount(value) or value in STATUSES


def _is_range(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(map(_is_amount, value))


def _is_ledger(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(line, str) or _is_line(line) for line in value)


def _is_line(line: object) -> bool:
    return isinstance(line, dict) and isinstance(line.get("line"), str) and line.keys() <= set(LINE_KEYS)


FORMS = {
    "expect": _is_outcome,
    "losses": _is_amount,
    "max_applicable": _is_amount,
    "range": _is_range,
    "ledger": _is_ledger,
}


# Running.


def run(case: Case) -> Result:
    """Scores the unit of a case and compares."""
    expected = list(case.problems or ())
    try:
        card = case.ruleset.score(case.unit, peers=case.peers, incomplete=case.problems is None)
    except FactsError as error:
        found = sorted(problem.code for problem in error.problems)
        return Result(case, None, tuple(_differing("problems", expected, found)), tuple(error.problems))
    grade = [] if case.grade == "" else _differing("grade", case.grade, _grade_of(card, case.grade))
    return Result(case, card, (*_differing("problems", expected, []), *_of_card(card, case.expected), *grade))


def _grade_of(card: Scorecard, expected: str | None) -> str | None:
    """Its grade; where one is expected and it has none, the reason."""
    if card.graded is None or card.grade or expected is None:
        return card.grade
    return f"no grade ({card.graded.reason})"


def _of_card(card: Scorecard, expected: Mapping[str, Mapping[str, Any]]) -> Iterator[Difference]:
    for name, value in expected["expect"].items():
        score = card[name]
        is_status = isinstance(value, str) or score.points is None
        yield from _differing(name, value, score.status if is_status else score.points)
    for name, value in expected["losses"].items():
        yield from _differing(f"losses {name}", value, _sum(card[name].lines))
    for name, value in expected["max_applicable"].items():
        yield from _differing(f"max_applicable {name}", value, card[name].max_applicable)
    for name, value in expected["range"].items():
        found = card[name].range
        yield from _differing(f"range {name}", value, None if found is None else [found.low, found.high])
    for name, lines in expected["ledger"].items():
        yield from _differing(f"ledger {name}", lines, _told(card[name].lines, lines))
    for score in card.total:
        yield from _adds_up(score)


def _adds_up(score: Score) -> Iterator[Difference]:
    """Whatever has points: the losses of its ledger are what it has less than its applicable maximum."""
    if score.loss is not None:
        yield from _differing(f"sum of the ledger of {score.id}", score.loss, _sum(score.ledger))


def _sum(lines: Iterable[LedgerLine]) -> Decimal:
    return sum((line.loss for line in lines), Decimal(0))


def _told(lines: tuple[LedgerLine, ...], expected: list[Any]) -> list[Any]:
    """The lines, each told as far as the expected one in its place tells of it."""
    asked = [*expected, *[""] * len(lines)]
    return [_as_asked(line, asked[at]) for at, line in enumerate(lines)]


def _as_asked(line: LedgerLine, asked: Any) -> Any:
    if isinstance(asked, str):
        return line.code
    known = {"line": line.code, "id": line.id, "nominal": line.nominal, "loss": line.loss, "balance": line.balance}
    return {key: known[key] for key in asked}


def _differing(what: str, expected: object, got: object) -> Iterator[Difference]:
    """The difference, if there is one; amounts are compared as numbers."""
    if (one := _plain(expected)) != (other := _plain(got)):
        yield Difference(what, one, other)


def _plain(value: object) -> str:
    match value:
        case bool() | str() | None:
            return str(value)
        case int() | Decimal() | Fraction():
            return amounts.to_text(Fraction(value))
        case dict():
            return "{" + ", ".join(f"{key}: {_plain(below)}" for key, below in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(_plain, value)) + "]"
        case _:
            raise TypeError(type(value).__name__)
