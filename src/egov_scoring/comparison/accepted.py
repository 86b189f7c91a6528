"""A file of the differences that somebody takes as they are: which, why, who, and up to which day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from egov_scoring.comparison.difference import Acceptance, Accepted, Diff, is_fingerprint
from egov_scoring.comparison.edition import place_at
from egov_scoring.errors import Problem, RulesetError, shown
from egov_scoring.excerpt import with_excerpts
from egov_scoring.model import Day, Model, Text, Word
from egov_scoring.validate import validated
from egov_scoring.yaml_reader import Map, Seq, position_of, read, value_at


class EntrySource(Model):
    """What is accepted."""

    difference: Word
    reason: Text
    by: Text
    until: Day


class AcceptListSource(Model):
    """The whole file."""

    accepted: tuple[EntrySource, ...]


def read_accepted(file: str | Path) -> tuple[Acceptance, ...]:
    """The entries of the file in its order; raises `RulesetError` with all that is wrong with it."""
    data, problems = read(Path(file))
    if not isinstance(data, Map):
        raise RulesetError(with_excerpts(problems or [Problem("not-a-mapping", position_of(data, ()))]))
    checked = validated(data, AcceptListSource)
    entries = checked.model.accepted if checked.model else ()
    problems += [*checked.problems, *_wrong(data)]
    if problems:
        raise RulesetError(with_excerpts(problems))
    return tuple(
        Acceptance(entry.difference, entry.reason, entry.by, entry.until, place_at(data, ("accepted", at)))
        for at, entry in enumerate(entries)
    )


def _wrong(data: Map) -> Iterator[Problem]:
    """What is no fingerprint, and what stands there a second time; asked of the data, so that no other mistake hides it."""
    lines: dict[str, int] = {}
    listed = data.get("accepted")
    for at in range(len(listed) if isinstance(listed, Seq) else 0):
        path = ("accepted", at, "difference")
        found, place = value_at(data, path), position_of(data, path)
        if not isinstance(found, str | int):
            continue
        if not is_fingerprint(str(found)):
            yield Problem("not-a-fingerprint", place, found=shown(found))
        elif str(found) in lines:
            yield Problem("accepted-twice", place, fingerprint=str(found), line=lines[str(found)])
        lines.setdefault(str(found), place.line)


def with_accepted(diff: Diff, entries: tuple[Acceptance, ...], today: date) -> Diff:
    """The differences with what the entries say of them; on its last day an entry still holds."""
    known = {each.fingerprint for each in diff}
    there = [entry for entry in entries if entry.difference in known]
    held = {entry.difference: entry for entry in there if today <= entry.until}
    expired = tuple(entry for entry in there if today > entry.until)
    stale = tuple(entry for entry in entries if entry.difference not in known)
    return replace(diff, accepted=Accepted(held, expired, stale))
