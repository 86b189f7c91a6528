"""A ruleset to begin with where a table follows an older one: it checks, its case passes, its sample is scored.

A new city begins in a folder of its own; the next year of a city stands beside the last one, in the same folder.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from egov_scoring import messages, ruleset_schema
from egov_scoring.errors import Position, Problem, RulesetError
from egov_scoring.facts import Unit, nearest
from egov_scoring.load import load
from egov_scoring.locate import CASES, DOCUMENTS, FACTS, OF_ITS_FOLDER, find, home, id_of, known_ids, shipped
from egov_scoring.ruleset import Ruleset
from egov_scoring.samples import sample
from egov_scoring.template import template
from egov_scoring.whole_file import write
from egov_scoring.yaml_reader import Map, read_text
from egov_scoring.yaml_writer import as_yaml

SCHEMA = "ruleset.schema.json"
DOCUMENT = "notice"
LONGEST_NAME = 60


class Begun(NamedTuple):
    """The files of a new city, or of another year of it."""

    ruleset: Path
    cases: Path
    facts: Path
    documents: Path
    schema: Path


def begin(folder: Path, base: str, jurisdiction: str, year: int, lang: str | None = None) -> Begun:
    """Writes a ruleset that `extends` another one, with cases, a made-up unit, its document and the schema.

    `base` is the path of a ruleset, or its id. The folder is new or empty; or it is that of the base, whose documents it
    declares: then a year is added to what stands there. Raises `RulesetError` where there is no such ruleset or it does not
    load, where the jurisdiction is no name, or where something stands already where the new files belong.
    """
    older = find(base) or find(base, folder / DOCUMENTS)
    _check(folder, base, older, jurisdiction, year)
    assert older is not None
    is_next = _stands_in(older, folder)
    words = _Words(load(older), _named(older, folder, year), older, is_next, jurisdiction.strip(), year, lang)
    begun = _files(folder, folder / str(year), older)
    around = folder if is_next else folder.resolve().parent
    around.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=f".{folder.resolve().name}.", dir=around) as name:
        part = Path(name)
        prepared = _files(folder, part, older) if is_next else _files(part, part / str(year), older)
        _write(prepared, words)
        for written, place in zip(prepared, begun, strict=True):
            place.parent.mkdir(parents=True, exist_ok=True)
            os.replace(written, place)
    return begun


def _check(folder: Path, base: str, older: Path | None, jurisdiction: str, year: int) -> None:
    problems = []
    if older is None or not older.is_file():
        known = known_ids()
        problems.append(Problem("unknown-ruleset", name=base, known=", ".join(known), nearest=nearest(base, known)))
    if not (name := jurisdiction.strip()) or not name.isprintable() or len(name) > LONGEST_NAME:
        problems.append(Problem("odd-name", limit=LONGEST_NAME))
    if older is not None and _stands_in(older, folder):
        own = _files(folder, folder / str(year), older)[:3]
        problems += [Problem("file-in-use", file=str(file)) for file in own if file.exists()]
    elif folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        problems.append(Problem("folder-in-use", folder=str(folder)))
    if problems:
        raise RulesetError(problems)


def _stands_in(older: Path, folder: Path) -> bool:
    """Whether the folder is the one of the rulesets among which the older one is found."""
    return older.is_file() and (folder / DOCUMENTS).is_file() and home(older).resolve() == folder.resolve()


def _named(older: Path, folder: Path, year: int) -> str:
    """The older ruleset as the new one names it: by its id where it is found by that, else by the way that leads there."""
    if _stands_in(older, folder) or home(older).resolve() == shipped().resolve():
        return id_of(older)
    return Path(os.path.relpath(older.resolve(), folder.resolve() / str(year))).as_posix()


def _files(folder: Path, of_year: Path, older: Path) -> Begun:
    """`city.yaml` for a successor of `2019/city.yaml`; `ruleset.yaml` where nothing but a year is in the name."""
    name = re.sub(r"_?\d{4}$", "", id_of(older).rpartition("/")[2]) or OF_ITS_FOLDER
    return Begun(
        of_year / f"{name}.yaml",
        of_year / CASES / f"{name}.yaml",
        of_year / FACTS / f"{name}.yaml",
        folder / DOCUMENTS,
        folder / SCHEMA,
    )


class _Words(NamedTuple):
    """What a new ruleset says of itself."""

    old: Ruleset
    base: str
    file: Path
    is_next: bool
    jurisdiction: str
    year: int
    lang: str | None

    def text(self, name: str, **args: object) -> str:
        return messages.text(f"new.{name}", self.lang, **args)

    @property
    def title(self) -> str:
        return self.text("title", jurisdiction=self.jurisdiction, year=self.year)

    @property
    def succeeds(self) -> bool:
        """Whether it is the next table of the same city."""
        return self.is_next and self.old.program.about.get("jurisdiction") == self.jurisdiction

    @property
    def document(self) -> str:
        return f"{DOCUMENT}_{self.year}"


def _write(files: Begun, words: _Words) -> None:
    for file in files:
        file.parent.mkdir(parents=True, exist_ok=True)
    name = files.ruleset.stem
    own = str(words.year) if name == OF_ITS_FOLDER else f"{words.year}/{name}"
    write(files.schema, ruleset_schema.text())
    write(files.documents, _documents(files.documents, words))
    write(files.ruleset, _ruleset(own, words))
    ruleset = load(files.ruleset, cache=False)
    write(files.cases, _cases(ruleset, words))
    made_up = replace(sample(ruleset, "random", seed=1), name=words.text("unit"))
    write(files.facts, template(ruleset, made_up, words.lang))


def _ruleset(own: str, words: _Words) -> str:
    data = {
        "ruleset": own,
        "extends": words.base,
        **({"successor_of": words.base} if words.succeeds else {}),
        "title": words.title,
        "jurisdiction": words.jurisdiction,
        "year": words.year,
        "document": words.document,
    }
    shown = shlex.quote(words.base if find(words.base) == words.file else str(words.file))
    remarks = words.text("ruleset", base=shown, id=words.old.total.children[0].id)
    return f"# yaml-language-server: $schema=../{SCHEMA}\n{_remark(words.text('head'))}\n{as_yaml(data)}\n{_remark(remarks)}"


def _documents(file: Path, words: _Words) -> str:
    """The documents declared so far, and the new one."""
    text = file.read_text("utf-8") if words.is_next else ""
    declared, _ = read_text(text, str(file))
    before = declared if isinstance(declared, Map) else {}
    if words.document in before:
        return text
    entry = {words.document: {"title": words.title, "issuer": words.jurisdiction}}
    added = f"{_remark(words.text('documents'))}{as_yaml(entry, ('documents',))}"
    whole = f"{text.rstrip()}\n\n{added}" if text.strip() else added
    after, problems = read_text(whole, str(file))
    if problems or not isinstance(after, Map) or any(after.get(key) != before[key] for key in before):
        raise RulesetError([Problem("document-not-added", Position(str(file), 1, 1), key=words.document)])
    return whole


def _cases(ruleset: Ruleset, words: _Words) -> str:
    """Units with everything that can be had, and with little, come to what they come to."""
    units = {fill: sample(ruleset, fill) for fill in ("best", "worst")}
    cases = [{"name": words.text(fill), "unit": fill, "expect": _points(ruleset, unit)} for fill, unit in units.items()]
    data = {"ruleset": ruleset.id, "units": {fill: _stated(unit) for fill, unit in units.items()}, "cases": cases}
    return f"{_remark(words.text('cases'))}{as_yaml(data, ('cases_file',))}"


def _points(ruleset: Ruleset, unit: Unit) -> dict[str, object]:
    """What the first level and the total come to, or their status."""
    card = ruleset.score(unit, incomplete=True)
    scores = [score for score in (card.total, *card.total.children) if score.added]
    return {score.id: score.status if score.points is None else score.points for score in scores}


def _stated(unit: Unit) -> dict[str, Mapping[str, object]]:
    return {"facts": unit.facts, **unit.records}


def _remark(text: str) -> str:
    return "".join(f"# {line}".rstrip() + "\n" for line in text.splitlines())
