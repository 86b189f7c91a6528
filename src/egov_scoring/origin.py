"""What a ruleset was made from: every file that had a say in it, those that were not there too, and whether all is still so."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Mapping

LARGEST = 4 * 1024 * 1024  # bytes; the reader of YAML refuses more

State = list[object] | None
"""Of a file: where its path leads, its size and the digest of its content; None where there is no file."""


class Origin:
    """The files looked at while a ruleset was loaded, each with its state just before it was read."""

    def __init__(self) -> None:
        self.files: dict[str, State] = {}
        self._is_all = True

    def looked_at(self, path: str | os.PathLike[str]) -> None:
        """Remembers the file, or that there is none."""
        file = os.path.join(here(), path)
        if file not in self.files:
            self.files[file] = _state(file)

    def reads(self, path: str | os.PathLike[str]) -> None:
        """As `looked_at`, of a file about to be read; what is no plain file (a pipe, say) cannot be told again."""
        self.looked_at(path)
        self._is_all &= self.files[os.path.join(here(), path)] is not None

    def rests_on_more(self) -> None:
        """Says that something else had a say: all the names in a folder, say."""
        self._is_all = False

    @property
    def is_still_so(self) -> bool:
        """Whether the files are all that had a say, and none has changed since."""
        return self._is_all and still_so(self.files)


def still_so(files: Mapping[str, object]) -> bool:
    """Whether each file is there as it was, and none where none was."""
    return all(_state(file) == state for file, state in files.items())


def here() -> str:
    """The working directory; empty where it is no longer there."""
    try:
        return os.getcwd()
    except OSError:
        return ""


def _state(file: str) -> State:
    try:
        found = os.stat(file)
        if not stat.S_ISREG(found.st_mode):
            return None
        with open(file, "rb") as stream:
            content = stream.read(LARGEST + 1)
    except (OSError, ValueError):  # ValueError: a name that no file can have
        return None
    return [os.path.realpath(file), len(content), hashlib.sha256(content).hexdigest()]
