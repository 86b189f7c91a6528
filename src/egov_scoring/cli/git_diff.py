"""The command that git calls in place of its own diff. It ends with 0: git takes anything else for a crash."""

from __future__ import annotations

import os
from collections.abc import Iterator
from difflib import unified_diff
from pathlib import Path
from typing import TYPE_CHECKING

import click

from egov_scoring import RulesetError
from egov_scoring.cli.app import command
from egov_scoring.messages import text

if TYPE_CHECKING:
    from egov_scoring.comparison.edition import Edition

NOTHING = "/dev/null"


@command("git-diff")
@click.argument("path")
@click.argument("versions", nargs=-1)
def git_diff(path: str, versions: tuple[str, ...]) -> None:
    """What changed between two versions of a ruleset file, as git hands them over: file, hash and mode of each."""
    match versions:
        case ():
            lines = [text("git.unmerged", path=path)]
        case (old, _, old_mode, new, _, new_mode):
            here = _left_out(path, old, new) + path
            lines = [*_told(here, old, old_mode, here, new, new_mode)]
        case (old, _, old_mode, new, _, new_mode, new_path, _):  # renamed; the last says how alike they are
            folder = _left_out(new_path, old, new)
            lines = [*_told(folder + path, old, old_mode, folder + new_path, new, new_mode)]
        case _:
            raise click.UsageError(text("cli.git-diff.called"))
    click.echo("\n".join([*lines, ""]))


def _left_out(path: str, old: str, new: str) -> str:
    """The folder that `git diff --relative` leaves out of a path, with a slash at its end.

    A version that is the file in the work tree shows it; otherwise it is where git was called, if the file is there alone.
    """
    for version in (old, new):
        if version.endswith(path) and not Path(version).is_absolute():
            return version.removesuffix(path)
    called = os.environ.get("GIT_PREFIX", "")
    return called if Path(called, path).exists() and not Path(path).exists() else ""


def _told(old_path: str, old: str, old_mode: str, new_path: str, new: str, new_mode: str) -> Iterator[str]:
    """Each version lies in a file of any name; what it names itself is looked for around its path in the work tree."""
    if NOTHING in (old, new):
        yield text("git.new" if old == NOTHING else "git.deleted", path=new_path)
        return
    yield old_path if old_path == new_path else text("git.renamed", old=old_path, new=new_path)
    if old_mode != new_mode:
        yield text("git.mode", old=old_mode, new=new_mode)
    if Path(old).read_bytes() == Path(new).read_bytes():
        yield text("git.same")
        return
    before, now = _loaded(old, old_path), _loaded(new, new_path)
    if isinstance(before, RulesetError) or isinstance(now, RulesetError):
        yield from _not_compared(before, now)
        yield from unified_diff(_lines(old), _lines(new), old_path, new_path, lineterm="")
    else:
        yield from _compared(before, now)


def _loaded(file: str, path: str) -> Edition | RulesetError:
    from egov_scoring.comparison.edition import version

    try:
        return version(Path(file), Path(path))
    except RulesetError as error:
        return error


def _compared(old: Edition, new: Edition) -> Iterator[str]:
    from egov_scoring.comparison.diff import between
    from egov_scoring.report import diff_table

    found = between(old, new)
    yield diff_table.text(found)
    if not len(found):
        yield text("git.not_compared")


def _not_compared(old: Edition | RulesetError, new: Edition | RulesetError) -> Iterator[str]:
    yield text("git.broken")
    for message, found in (("git.old", old), ("git.new_version", new)):
        if isinstance(found, RulesetError):
            yield text(message)
            yield found.format()


def _lines(file: str) -> list[str]:
    return Path(file).read_text("utf-8", errors="replace").splitlines()
