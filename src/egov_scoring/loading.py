"""From a file to a ruleset: read, composed, validated, built, proved; every mistake reported at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from egov_scoring import fingerprint
from egov_scoring.build import Builder
from egov_scoring.check import prove
from egov_scoring.compose import resolve
from egov_scoring.errors import Problem, RulesetError, shown
from egov_scoring.excerpt import with_excerpts
from egov_scoring.facts import nearest
from egov_scoring.grades import grades
from egov_scoring.locate import DOCUMENTS, candidates, find, known_ids, rulesets_above
from egov_scoring.origin import Origin
from egov_scoring.other_files import COMMANDS, kind_of
from egov_scoring.program import Program
from egov_scoring.ruleset import Ruleset
from egov_scoring.source import Document, RulesetSource
from egov_scoring.validate import validated
from egov_scoring.workbench import Workbench
from egov_scoring.yaml_reader import Map, Seq, position_of, read, read_text, value_at


def named(ruleset: str | Path, origin: Origin, loading: Loading | None = None) -> Ruleset:
    """The ruleset of that id, or of the file at that path; `origin` learns of every file that had a say in it."""
    path = find(ruleset)
    if path is None:
        known = known_ids()
        problem = Problem(
            "unknown-ruleset", None, name=str(ruleset), known=", ".join(known), nearest=nearest(str(ruleset), known)
        )
        raise RulesetError([problem])
    loading = loading or Loading(origin=origin)
    loading.looked_for(path, candidates(ruleset))
    return loading.ruleset(path, *loading.read(path))


def of_text(text: str, file: str) -> Ruleset:
    """The ruleset of a text; what it names is looked for around a file of that name."""
    return Loading({file: text}).ruleset(Path(file), *read_text(text, file))


@dataclass(frozen=True, slots=True)
class Written:
    """A ruleset with what its author wrote: the models and the data, flattened, each key with its place."""

    ruleset: Ruleset
    source: RulesetSource
    data: Map


def written(ruleset: str | Path) -> Written:
    """As `named`, with what is gone after load."""
    loading = Loading()
    return loading.written(named(ruleset, Origin(), loading))


def written_version(content: Path, path: Path) -> Written:
    """As `written`, of the file at that path as it was or will be: what it names is looked for around the path."""
    loading = Loading({str(path): content.read_text("utf-8", errors="replace")})
    return loading.written(loading.ruleset(path, *read(content, str(path))))


class Loading:
    """One call of `load`: the files read and the problems met; `texts` hold files that are not on disk."""

    def __init__(self, texts: Mapping[str, str] | None = None, origin: Origin | None = None) -> None:
        self.problems: list[Problem] = []
        self._origin = origin or Origin()
        self._texts = texts
        self._open: list[Path] = []
        self._documents_files: dict[Path, Path] = {}
        self.source: RulesetSource | None = None
        self.data: Map

    def read(self, path: Path) -> tuple[Map | Seq | None, list[Problem]]:
        """The data of a file that the ruleset is made from, and what is wrong with it."""
        self._origin.reads(path)
        return read(path)

    def looked_for(self, found: Path | None, candidates: Iterable[Path]) -> None:
        """Remembers which candidates were not there, up to the one found."""
        for file in candidates:
            if file == found:
                break
            self._origin.looked_at(file)

    def ruleset(self, path: Path, data: object, problems: list[Problem]) -> Ruleset:
        """The ruleset with that data, or everything that is wrong with it."""
        self.problems += problems
        program = self._program(path, data)
        found = with_excerpts(self.problems, self._texts)
        if program is None:
            raise RulesetError(found)
        return Ruleset(program, found)

    def written(self, loaded: Ruleset) -> Written:
        """The ruleset just loaded, with what its author wrote."""
        assert self.source is not None
        return Written(loaded, self.source, self.data)

    def _program(self, path: Path, data: object) -> Program | None:
        """The program, or None where something is wrong."""
        resolved = self._resolved(path, data)
        if resolved is None:
            return None
        whole, inherited = resolved
        checked = validated(whole, RulesetSource)
        self._add(checked.problems)
        source = checked.model
        if source is None:
            return None
        self.source, self.data = source, checked.damage.rest
        bench = Workbench(source, checked.damage.rest)
        builder = Builder(bench)
        total = builder.total()
        checks = builder.checks()
        given = grades(bench)
        bench.drop_unused(inherited)
        self._ids(bench, source)
        documents = self._documents(source, checked.damage.rest)
        self._predecessor(path, source, checked.damage.rest)
        prove(bench, builder.claims)
        problems = checked.damage.independent(bench.problems)
        self.problems += [_brought_home(problem, checked.damage.rest, data) for problem in problems]
        if any(problem.severity == "error" for problem in self.problems):
            return None
        flattened = source.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        named = {item.id: item.points for item in total}
        return Program(
            source.ruleset,
            source.title,
            fingerprint.of_model({"ruleset": flattened, "documents": documents}),
            fingerprint.of_scoring(named, bench.facts.values()),
            source.places,
            source.rank_by,
            bench.facts,
            bench.flags,
            total,
            checks,
            {**_about(source), "documents": documents},
            given,
        )

    def _resolved(self, path: Path, data: object) -> tuple[Map, frozenset[str]] | None:
        """The data of a file with everything that it extends and is composed of."""
        if not isinstance(data, Map):
            if data is not None:
                self.problems.append(Problem("not-a-mapping", position_of(data, ())))
            return None
        if (kind := kind_of(data)) is not None:
            self.problems.append(Problem("not-a-ruleset", data.position, what=kind, command=COMMANDS[kind]))
            return None
        self._open.append(path.resolve())
        self._look_for_documents(path)
        resolved = resolve(data, lambda name, where, key: self._other(path, name, where, key), self.problems)
        self._open.pop()
        return resolved

    def _look_for_documents(self, path: Path) -> None:
        """Remembers the files that declare what is cited in the file at that path; what it takes over is cited elsewhere."""
        for folder in rulesets_above(path):
            file = folder / DOCUMENTS
            self._origin.looked_at(file)
            if file.is_file():
                self._documents_files.setdefault(file.resolve(), file)

    def _other(self, path: Path, name: str, where: Map, key: str) -> Map | None:
        """The data of another ruleset, named in this one at that key."""
        place = where.value_marks[key]
        found = self._found(name, path)
        if found is None:
            known = known_ids(path)
            self.problems.append(
                Problem("unknown-ruleset", place, name=name, known=", ".join(known), nearest=nearest(name, known))
            )
            return None
        if found.resolve() in self._open:
            self.problems.append(Problem("extends-itself", place, name=name))
            return None
        other, problems = self.read(found)
        self.problems += problems
        resolved = self._resolved(found, other)
        return None if resolved is None else resolved[0]

    def _found(self, name: str, path: Path) -> Path | None:
        """The file of another ruleset, named in the one at that path."""
        found = find(name, path)
        self.looked_for(found, candidates(name, path))
        return found

    def _add(self, problems: Iterable[Problem]) -> None:
        """The problems of a mapping, but for those that follow from what the reader refused in it."""
        places = {problem.position for problem in self.problems}
        refused_keys = any(
            problem.code in ("yaml-documents", "yaml-key", "yaml-merge-key") for problem in self.problems
        )
        for problem in problems:
            if problem.position not in places and not (problem.code == "missing-key" and refused_keys):
                self.problems.append(problem)

    def _ids(self, bench: Workbench, source: RulesetSource) -> None:
        """An id names one indicator, term or penalty."""
        for path, name in _ids(source):
            if name in bench.facts:
                bench.problem("id-is-a-fact", (*path, "id"), id=name)
        counted = Counter(name for _, name in _ids(source))
        for path, name in _ids(source):
            if counted[name] > 1:
                bench.problem("duplicate-id", (*path, "id"), id=name)

    def _documents(self, source: RulesetSource, data: Map) -> dict[str, object]:
        """The documents that the ruleset cites, as declared nearest to it."""
        read_in = [self._declared(file) for file in reversed(self._documents_files.values())]
        declared = {key: document for documents in read_in for key, document in (documents or {}).items()}
        cited: dict[str, object] = {}
        for place, name in _citations(source):
            if (document := declared.get(name)) is not None:
                cited[name] = document.model_dump(mode="json", exclude_defaults=True)
            elif name not in declared and None not in read_in:
                near = nearest(name, declared)
                self.problems.append(Problem("unknown-document", position_of(data, place), name=name, nearest=near))
        return cited

    def _predecessor(self, path: Path, source: RulesetSource, data: Map) -> None:
        """Last year's ruleset is not needed to score, but to compare; so its absence is only remarked on."""
        name = source.successor_of
        if name is not None and self._found(name, path) is None:
            near = nearest(name, known_ids(path))
            self._origin.rests_on_more()
            place = position_of(data, ("successor_of",))
            self.problems.append(Problem.warning("unknown-predecessor", place, name=name, nearest=near))

    def _declared(self, file: Path) -> dict[str, Document | None] | None:
        """The documents of a file; None stands for one that is not as it should be, or for all of them."""
        data, problems = self.read(file)
        self.problems += problems
        if isinstance(data, Seq):
            self.problems.append(Problem("not-a-mapping", data.position))
        return {key: self._document(data, key) for key in data} if isinstance(data, Map) else None

    def _document(self, data: Map, key: str) -> Document | None:
        entry = data[key]
        if not isinstance(entry, Map):
            args = {"key": key, "expected": "mapping", "found": shown(entry)}
            self.problems.append(Problem("wrong-form", data.value_marks[key], **args))
            return None
        checked = validated(entry, Document)
        self.problems += checked.problems
        return checked.model


def _brought_home(problem: Problem, data: Map, stated: object) -> Problem:
    """A sum that went wrong in what was taken over: it is told at a maximum that the file itself states, or at `extends`."""
    home = stated.value_marks.get("extends") if isinstance(stated, Map) else None
    if problem.code == "children-sum" and home and problem.position and problem.position.file != home.file:
        parts = value_at(data, (*problem.path[:-1], "indicators"))
        maxima = [part.value_marks["max"] for part in parts if isinstance(part, Map)] if isinstance(parts, Seq) else []
        problem.position = next((place for place in maxima if place.file == home.file), home)
    return problem


def _ids(source: RulesetSource) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every id of an indicator, term or penalty, with the path of what has it."""
    yield from ((("penalties", at), term.id) for at, term in enumerate(source.penalties) if term.id)
    for path, indicator in source.walk():
        yield path, indicator.id
        lists = {("rule", "terms"): getattr(indicator.rule, "terms", ()), ("penalties",): indicator.penalties}
        for keys, terms in lists.items():
            yield from (((*path, *keys, at), term.id) for at, term in enumerate(terms) if term.id)


def _citations(source: RulesetSource) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every document cited, with the path of the citation."""
    if source.document is not None:
        yield ("document",), source.document
    for path, indicator in source.walk():
        if indicator.document is not None:
            yield (*path, "document"), indicator.document


def _about(source: RulesetSource) -> dict[str, object]:
    keys = ("jurisdiction", "year", "applies_to", "document", "successor_of")
    about: dict[str, object] = {key: value for key in keys if (value := getattr(source, key)) not in (None, "")}
    if source.reading:
        about["readings"] = tuple(reading.model_dump(mode="json", by_alias=True) for reading in source.reading)
    return about
