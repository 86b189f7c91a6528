"""Rulesets loaded before, kept in the user's cache folder: plain text, used only while nothing they rest on has changed.

An entry is three lines: the format with a checksum of what follows; what it was made of and by; the program as JSON. Whatever
is wrong with an entry, with the folder or with writing to it, the ruleset is loaded as if there were no cache.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import cache
from typing import TYPE_CHECKING

from egov_scoring._version import __version__
from egov_scoring.errors import Problem
from egov_scoring.origin import Origin, here, still_so
from egov_scoring.program import Program
from egov_scoring.program_text import as_data, from_data

if TYPE_CHECKING:
    from pathlib import Path

FORMAT = "egov-scoring/cache/1"
VARIABLE = "EGOV_SCORING_CACHE"
ENDING = ".ruleset"
MOST = 200  # entries; the oldest leave first

_used: ContextVar[bool] = ContextVar("cache", default=True)
_PACKAGE = os.path.dirname(os.path.abspath(__file__))


@contextmanager
def off() -> Iterator[None]:
    """Meanwhile every ruleset is loaded afresh, and none is kept."""
    token = _used.set(False)
    try:
        yield
    finally:
        _used.reset(token)


def folder() -> str | None:
    """Where rulesets are kept: what EGOV_SCORING_CACHE names, else below the user's cache folder; None where nowhere."""
    named = os.environ.get(VARIABLE)
    if not _used.get() or named == "off":
        return None
    home = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(home):
        home = os.path.expanduser(os.path.join("~", ".cache"))
    found = named or os.path.join(home, "egov_scoring")
    return found if named or os.path.isabs(found) else None


def entry(ruleset: str | Path) -> Entry | None:
    """Where the ruleset of that name is kept, or None where nothing is."""
    place = folder()
    return None if place is None else Entry(place, _key(ruleset))


def _key(ruleset: str | Path) -> list[str]:
    """What one call of `load` asks for: an id means the same anywhere, a path depends on where one is."""
    name = str(ruleset)
    is_path = not isinstance(ruleset, str) or name.endswith((".yaml", ".yml")) or os.path.isfile(name)
    return ["path" if is_path else "id", name, here() if is_path and not os.path.isabs(name) else "", _PACKAGE]


class Entry:
    """One ruleset in the cache, there or not."""

    def __init__(self, folder: str, key: list[str]) -> None:
        self._key = key
        digest = _digest(json.dumps(key).encode())
        self._folder = folder
        self._file = os.path.join(folder, digest[:32] + ENDING)

    def read(self) -> tuple[Program, list[Problem]] | None:
        """The program and its warnings, if they are there and what they were made from is still so."""
        try:
            with open(self._file, "rb") as stream:
                head, made, program = stream.read().split(b"\n")
            if head != _head(made, program):
                return None
            made_of = json.loads(made)
            if made_of["by"] != _library() or made_of["key"] != self._key or not still_so(made_of["files"]):
                return None
            return from_data(json.loads(program))
        except Exception:
            return None

    def write(self, program: Program, warnings: Iterable[Problem], origin: Origin) -> None:
        """Keeps the ruleset, if that can be done and what it was made from has not changed meanwhile."""
        from pathlib import Path

        from egov_scoring.whole_file import write

        with suppress(OSError, TypeError, ValueError, RecursionError):
            made = _line({"by": _library(), "key": self._key, "files": origin.files})
            written = _line(as_data(program, warnings))
            if origin.is_still_so:
                os.makedirs(self._folder, mode=0o700, exist_ok=True)
                write(Path(self._file), b"\n".join([_head(made, written), made, written]).decode())
                _make_room(self._folder)


def _line(data: object) -> bytes:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


def _head(*lines: bytes) -> bytes:
    return f"{FORMAT} {_digest(*lines)}".encode()


def _digest(*lines: bytes) -> str:
    return hashlib.sha256(b"\n".join(lines)).hexdigest()


@cache
def _library() -> str:
    """The library's version and, since a checkout changes more often, a digest of its modules' sizes and times."""
    modules = [
        (folder.removeprefix(_PACKAGE), name, found.st_size, found.st_mtime_ns)
        for folder, _, names in os.walk(_PACKAGE)
        for name in names
        if name.endswith(".py") and (found := os.stat(os.path.join(folder, name)))
    ]
    return f"{__version__} {_digest(repr(sorted(modules)).encode())}"


def _make_room(folder: str) -> None:
    """Removes the entries that were written longest ago, beyond the number that is kept."""
    entries = [found for found in os.scandir(folder) if found.name.endswith(ENDING)]
    for found in sorted(entries, key=lambda found: found.stat().st_mtime_ns)[:-MOST]:
        os.unlink(found.path)
