"""Facts files: one unit or many, in YAML or JSON, read without losing a digit or a place."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from egov_scoring.errors import FactsError, Position, Problem, shown
from egov_scoring.excerpt import with_excerpts
from egov_scoring.facts import RECORDS, UNIT_KEYS, Unit, nearest, place_of, position_in
from egov_scoring.yaml_reader import MAX_DIGITS, MAX_SIZE, Map, read

if TYPE_CHECKING:
    from egov_scoring.ruleset import Ruleset

T = TypeVar("T")

KEYS = ("unit", *UNIT_KEYS)
FORMS: dict[type, str] = {Map: "mapping", dict: "mapping", list: "list", str: "text"}


def read_units(path: str | Path, ruleset: Ruleset | None = None) -> list[Unit]:
    """The units of a file, or of all files in a folder: facts files (`.yaml`, `.json`), forms (`.xlsx`), tables (`.csv`).

    A facts file has one unit with `facts:` and what belongs to it, or many in a list under `units:`. Forms and tables are read by
    the `ruleset` that asks for their facts. Raises `FactsError` with everything that is wrong with the files, by line or by
    cell; whether the facts fit together is only known when they are scored.

    >>> from tempfile import NamedTemporaryFile
    >>> with NamedTemporaryFile(suffix=".yaml") as file:
    ...     _ = Path(file.name).write_text("{unit: 2019, facts: {platforms: 4}}")
    ...     read_units(Path(file.name))[0].facts
    {'platforms': 4}
    """
    from egov_scoring.gathering import gather

    sources = gather(Path(path), ruleset)
    for remark in (remark for source in sources for remark in source.remarks):
        warnings.warn(remark.format(), stacklevel=2)
    if problems := [problem for source in sources for problem in source.problems]:
        raise FactsError(with_excerpts(problems))
    return [unit for source in sources for unit in source.units]


def facts_file(path: Path) -> tuple[list[Unit], list[Problem]]:
    """The units of a facts file, and everything that is wrong with its form: as JSON if its name ends so, else as YAML."""
    data, problems = read_json(path) if path.suffix == ".json" else read(path)
    form = Form(problems)
    units = [] if problems and data is None else _units(form, data, path)
    return units, form.problems


class Form:
    """Takes mappings apart and notes whatever in them is not as it should be."""

    def __init__(self, problems: Iterable[Problem] = ()) -> None:
        self.problems = list(problems)

    def keys(self, source: Mapping[str, Any], known: Iterable[str]) -> None:
        """Refuses every key that is not known."""
        known = tuple(known)
        for key in source:
            if key not in known:
                place = getattr(source, "key_marks", {}).get(key)
                named = {"key": key, "known": ", ".join(known), "nearest": nearest(key, known)}
                self.problems.append(Problem("unknown-key", place, **named))

    def required(self, source: Mapping[str, Any], key: str) -> bool:
        """Whether the key is there; its absence is a problem."""
        if key not in source:
            self.problems.append(Problem("missing-key", place_of(source), key=key))
        return key in source

    def take(self, source: Mapping[str, Any], key: str, form: type[T], default: T) -> T:
        """The value of a key; the default where nothing is written or where it has another form."""
        value = source.get(key)
        if value is None:
            return default
        return value if self.is_a(form, value, position_in(source, key), key) else default

    def entries(self, source: Mapping[str, Any], key: str, form: type[T]) -> list[tuple[T, Position | None]]:
        """The items of the list under a key, with their places; those of another form are left out."""
        listed = self.take(source, key, list, [])
        marks = getattr(listed, "marks", [None] * len(listed))
        return [(item, place) for item, place in zip(listed, marks, strict=True) if self.is_a(form, item, place, key)]

    def is_a(self, form: type, value: object, place: Position | None, key: str) -> bool:
        """Whether the value is a mapping (dict), a list or a text."""
        if isinstance(value, form):
            return True
        self.problems.append(Problem("wrong-form", place, key=key, expected=FORMS[form], found=shown(value)))
        return False


def _units(form: Form, data: object, path: Path) -> list[Unit]:
    if not isinstance(data, dict) or not data.keys() & {"units", *KEYS}:
        form.problems.append(Problem("units-form", place_of(data) or Position(str(path), 1, 1)))
        return []
    if "units" not in data:
        return [_unit(form, data)]
    form.keys(data, ["units"])
    entries = [entry for entry, _ in form.entries(data, "units", dict)]
    units = [_unit(form, entry) for entry in entries]
    _names(form, entries, units)
    return units


def _unit(form: Form, entry: Mapping[str, Any]) -> Unit:
    form.keys(entry, KEYS)
    form.required(entry, "facts")
    facts = form.take(entry, "facts", dict, {})
    if isinstance(facts, Map) and isinstance(entry, Map):
        facts.position = entry.key_marks["facts"]  # where one that is missing would be
    return Unit(unit_name(form, entry), facts, **records(form, entry))


def unit_name(form: Form, entry: Mapping[str, Any], key: str = "unit") -> str:
    """The name under the key; a number such as 2019 is a name too."""
    name = entry.get(key)
    if isinstance(name, (int, Decimal)) and not isinstance(name, bool):
        return str(name)
    return form.take(entry, key, str, "")


def records(form: Form, entry: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """What people recorded about a unit, by kind."""
    return {key: form.take(entry, key, dict, {}) for key in RECORDS}


def _names(form: Form, entries: list[dict[str, Any]], units: list[Unit]) -> None:
    """Where there are many, each has a name of its own."""
    seen: set[str] = set()
    for entry, unit in zip(entries, units, strict=True):
        if len(units) > 1 and entry.get("unit") in (None, ""):
            form.problems.append(Problem("unit-without-name", place_of(entry)))
        elif unit.name and unit.name in seen:
            form.problems.append(Problem("unit-twice", position_in(entry, "unit"), unit=unit.name))
        seen.add(unit.name)


# JSON.


def read_json(path: Path) -> tuple[object, list[Problem]]:
    """The data of a JSON file with its numbers exact, and everything that is wrong with the file."""
    file, problems = str(path), list[Problem]()
    place = Position(file, 1, 1)
    try:
        with path.open("rb") as stream:
            content = stream.read(MAX_SIZE + 1)
    except (OSError, ValueError) as error:
        detail = getattr(error, "strerror", None) or str(error)
        return None, [Problem("cannot-read", place, detail=detail)]
    if len(content) > MAX_SIZE:
        return None, [Problem("file-too-large", place, limit=MAX_SIZE)]

    def mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                problems.append(Problem("json-duplicate-key", place, key=key))
            found.setdefault(key, value)
        return found

    try:
        text = content.decode("utf-8-sig")
        data = json.loads(text, object_pairs_hook=mapping, parse_float=_decimal, parse_constant=float)
        json.dumps(data, ensure_ascii=False, default=str).encode()
        return data, problems
    except UnicodeDecodeError as error:
        return None, [Problem("not-utf8", place, offset=error.start)]
    except UnicodeEncodeError as error:  # half of a surrogate pair, which no text can hold
        return None, [Problem("json-syntax", place, detail=error.reason)]
    except json.JSONDecodeError as error:
        return None, [Problem("json-syntax", Position(file, error.lineno, error.colno), detail=error.msg)]
    except (RecursionError, ValueError) as error:  # nested too deep, or an integer of thousands of digits
        return None, [Problem("json-syntax", place, detail=str(error))]


def _decimal(text: str) -> Decimal | str:
    """The number exactly; one that nobody could write out stays text, which no fact takes for a number."""
    value = Decimal(text)
    return value if abs(value.adjusted()) < MAX_DIGITS and len(text) <= MAX_DIGITS else text
