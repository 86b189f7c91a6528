"""A folder to begin with for a city whose table follows an older one: it checks, its case passes, its sample is scored."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from egov_scoring import messages, ruleset_schema
from egov_scoring.errors import Problem, RulesetError
from egov_scoring.facts import Unit, nearest
from egov_scoring.load import load
from egov_scoring.locate import CASES, DOCUMENTS, FACTS, OF_ITS_FOLDER, known_ids
from egov_scoring.ruleset import Ruleset
from egov_scoring.samples import sample
from egov_scoring.template import template
from egov_scoring.yaml_writer import as_yaml

SCHEMA = "ruleset.schema.json"
DOCUMENT = "notice"
LONGEST_NAME = 60


class Begun(NamedTuple):
    """The files of a new city."""

    ruleset: Path
    cases: Path
    facts: Path
    documents: Path
    schema: Path


def begin(folder: Path, base: str, jurisdiction: str, year: int, lang: str | None = None) -> Begun:
    """Writes a ruleset that `extends` the shipped one named, with cases, a made-up unit, its document and the schema.

    Raises `RulesetError` where there is no such ruleset, where the jurisdiction is no name, or where the folder is in use.
    """
    _check(folder, base, jurisdiction)
    around = folder.resolve().parent
    around.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=f".{folder.resolve().name}.", dir=around) as name:
        part = Path(name)
        _write(_files(part, base, year), _Words(load(base), jurisdiction.strip(), year, lang))
        folder.mkdir(exist_ok=True)
        for written in part.iterdir():
            os.replace(written, folder / written.name)
    return _files(folder, base, year)


def _check(folder: Path, base: str, jurisdiction: str) -> None:
    problems = []
    if base not in (known := known_ids()):
        problems.append(Problem("unknown-ruleset", name=base, known=", ".join(known), nearest=nearest(base, known)))
    if not (name := jurisdiction.strip()) or not name.isprintable() or len(name) > LONGEST_NAME:
        problems.append(Problem("odd-name", limit=LONGEST_NAME))
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        problems.append(Problem("folder-in-use", folder=str(folder)))
    if problems:
        raise RulesetError(problems)


def _files(folder: Path, base: str, year: int) -> Begun:
    """`2020/city.yaml` for a successor of `2019/city`; `2020/ruleset.yaml` where nothing but a year is in the name."""
    last = base.rpartition("/")[2]
    name = re.sub(r"_?\d{4}$", "", last) or OF_ITS_FOLDER
    of_year = folder / str(year)
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
    jurisdiction: str
    year: int
    lang: str | None

    def text(self, name: str, **args: object) -> str:
        return messages.text(f"new.{name}", self.lang, **args)

    @property
    def title(self) -> str:
        return self.text("title", jurisdiction=self.jurisdiction, year=self.year)

    @property
    def document(self) -> str:
        return f"{DOCUMENT}_{self.year}"


def _write(files: Begun, words: _Words) -> None:
    for file in files:
        file.parent.mkdir(parents=True, exist_ok=True)
    name = files.ruleset.stem
    own = str(words.year) if name == OF_ITS_FOLDER else f"{words.year}/{name}"
    files.schema.write_text(ruleset_schema.text(), "utf-8")
    files.documents.write_text(_documents(words), "utf-8")
    files.ruleset.write_text(_ruleset(own, words), "utf-8")
    ruleset = load(files.ruleset, cache=False)
    files.cases.write_text(_cases(ruleset, words), "utf-8")
    made_up = replace(sample(ruleset, "random", seed=1), name=words.text("unit"))
    files.facts.write_text(template(ruleset, made_up, words.lang), "utf-8")


def _ruleset(own: str, words: _Words) -> str:
    data = {
        "ruleset": own,
        "extends": words.old.id,
        "title": words.title,
        "jurisdiction": words.jurisdiction,
        "year": words.year,
        "document": words.document,
    }
    remarks = words.text("ruleset", base=words.old.id, id=words.old.total.children[0].id)
    return f"# yaml-language-server: $schema=../{SCHEMA}\n{_remark(words.text('head'))}\n{as_yaml(data)}\n{_remark(remarks)}"


def _documents(words: _Words) -> str:
    entry = {words.document: {"title": words.title, "issuer": words.jurisdiction}}
    return f"{_remark(words.text('documents'))}{as_yaml(entry, ('documents',))}"


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
    sections = {
        "facts": unit.facts,
        "overrides": unit.overrides,
        "not_applicable": unit.not_applicable,
        "places": unit.places,
    }
    return {section: stated for section, stated in sections.items() if stated}


def _remark(text: str) -> str:
    return "".join(f"# {line}".rstrip() + "\n" for line in text.splitlines())
