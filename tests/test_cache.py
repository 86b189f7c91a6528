"""Rulesets that are kept: as good as loaded afresh, used only while nothing has changed, and never in anybody's way."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given

from egov_scoring import Ruleset, RulesetError, Unit, cache, cli, load, loading, origin, whole_file
from egov_scoring.errors import Problem
from egov_scoring.locate import ids_in, shipped
from egov_scoring.program_text import as_data, from_data
from egov_scoring.samples import _Search
from tests.made_up import fewer
from tests.made_up.rulesets import rulesets

RULESETS = ids_in(shipped())

OWN = """
ruleset: own
extends: base
title: Our own
facts: {more: {type: count, label: more, range: [0, 1]}}
indicators: [{id: second, name: the second, max: 1, rule: {kind: formula, formula: 'least(1, more - more + 1)'}}]
max: 2
"""
BASE = """
ruleset: base
title: The base
document: paper
max: 1
facts: {done: {type: yes_no, label: done}}
indicators: [{id: first, name: the first, max: 1, rule: {kind: per_unit, each: 1, of: done}}]
"""
DOCUMENTS = "paper: {title: A paper, issuer: somebody}\n"

Edit = Callable[[Path], object]


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache folder, in use."""
    folder = tmp_path / "cache"
    monkeypatch.setenv(cache.VARIABLE, str(folder))
    return folder


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A ruleset that extends another and cites a document, each a file."""
    folder = tmp_path / "country" / "city"
    folder.mkdir(parents=True)
    (folder / "base").mkdir()
    (folder.parent / "documents.yaml").write_text(DOCUMENTS)
    (folder.parent / "base.yaml").write_text(BASE)
    (folder / "own.yaml").write_text(OWN)
    return folder / "own.yaml"


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What has been loaded afresh."""
    names: list[str] = []
    afresh = loading.named

    def named(ruleset: str | Path, made_from: origin.Origin) -> Ruleset:
        names.append(str(ruleset))
        return afresh(ruleset, made_from)

    monkeypatch.setattr(loading, "named", named)
    return names


def alike(one: Ruleset, other: Ruleset) -> bool:
    """Whether two rulesets are the same in all they hold."""
    return one.program == other.program and list(map(whole, one.warnings)) == list(map(whole, other.warnings))


def whole(problem: Problem) -> list[Any]:
    """All that a problem holds and says."""
    return [getattr(problem, name) for name in Problem.__slots__] + [problem.format("zh"), problem.format("en")]


# As good as loaded afresh.


@pytest.mark.parametrize("name", RULESETS)
def test_a_kept_ruleset_is_the_one_that_was_loaded(name: str, kept: Path, loads: list[str]) -> None:
    afresh, first, again = load(name, cache=False), load(name), load(name)
    assert len(loads) == 2
    assert alike(afresh, first)
    assert alike(afresh, again)
    assert again.fingerprint == afresh.fingerprint
    assert again.program.scoring_fingerprint == afresh.program.scoring_fingerprint


@pytest.mark.parametrize("name", RULESETS)
def test_a_kept_ruleset_gives_the_same_bytes(name: str, kept: Path) -> None:
    afresh, _, again = load(name, cache=False), load(name), load(name)
    search = _Search(afresh, 1)
    units = [Unit(), *(search.unit(search.random(Random(seed)), "") for seed in range(4))]
    records = {item.id: {"by": "-", "why": "-"} for item in list(afresh.total)[1:] if item.is_leaf}
    units += [Unit("absent", units[1].facts, not_applicable=dict(list(records.items())[::2]))]
    named = [Unit(f"#{at}", unit.facts, unit.overrides, unit.not_applicable) for at, unit in enumerate(units)]
    for each in named:
        assert again.score(each, incomplete=True).to_json() == afresh.score(each, incomplete=True).to_json()
    cohorts = [ruleset.score_all(named, incomplete=True) for ruleset in (again, afresh)]
    assert [card.to_json() for card in cohorts[0]] == [card.to_json() for card in cohorts[1]]


@fewer(0.5)
@given(rulesets())
def test_whatever_loads_can_be_written_and_read(ruleset: Ruleset) -> None:
    written = json.dumps(as_data(ruleset.program, ruleset.warnings))
    program, warnings = from_data(json.loads(written))
    assert alike(Ruleset(program, warnings), ruleset)
    assert program.total.points is ruleset.total.points


def test_remarks_are_kept_with_their_lines(own: Path, kept: Path, loads: list[str]) -> None:
    first, again = load(own), load(own)
    assert [problem.code for problem in first.warnings]
    assert alike(first, again)
    assert len(loads) == 1


def test_what_has_no_text_is_refused() -> None:
    program = load("2019/city").program
    with pytest.raises(TypeError, match="float"):
        as_data(program, [Problem("made-up", None, share=0.5)])


# Used only while nothing has changed.

CHANGES: dict[str, Edit] = {
    "its own file": lambda file: file.write_text(OWN.replace("Our own", "OUR OWN")),
    "what it extends": lambda file: (file.parents[1] / "base.yaml").write_text(BASE.replace("each: 1", "each: 0.5")),
    "a document": lambda file: (file.parents[1] / "documents.yaml").write_text(DOCUMENTS.replace("A paper", "B paper")),
    "a nearer ruleset": lambda file: (file.parent / "base.yaml").write_text(BASE.replace("The base", "The other")),
    "nearer documents": lambda file: (file.parent / "documents.yaml").write_text(DOCUMENTS),
    "a nearer folder": lambda file: (file.parent / "base" / "ruleset.yaml").write_text(BASE),
    "no base": lambda file: (file.parents[1] / "base.yaml").unlink(),
    "no documents": lambda file: (file.parents[1] / "documents.yaml").unlink(),
    "no file": lambda file: file.unlink(),
}


def outcome(file: Path, **options: Any) -> object:
    """What loading comes to: the ruleset as data, or the problems."""
    try:
        ruleset = load(file, **options)
    except RulesetError as error:
        return error.format("en")
    return as_data(ruleset.program, ruleset.warnings)


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_seen(change: str, own: Path, kept: Path, loads: list[str]) -> None:
    load(own)
    times = {file: file.stat() for file in own.parents[1].rglob("*.yaml")}
    CHANGES[change](own)
    for file, before in times.items():
        if file.is_file():
            os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert outcome(own) == outcome(own, cache=False)
    assert len(loads) == 3


def test_a_link_that_leads_elsewhere_is_seen(own: Path, kept: Path, tmp_path: Path) -> None:
    other = tmp_path / "abroad" / "city" / "own.yaml"
    other.parent.mkdir(parents=True)
    other.write_text(OWN)
    (other.parents[1] / "base.yaml").write_text(BASE.replace("The base", "Another").replace("document: paper\n", ""))
    (other.parents[1] / "documents.yaml").write_text(DOCUMENTS)
    link = tmp_path / "link.yaml"
    link.symlink_to(own)
    load(link)
    link.unlink()
    link.symlink_to(other)
    assert outcome(link) == outcome(link, cache=False)


def test_a_name_means_what_it_means_here(kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    titles = ("here", "there")
    for title in titles:
        (tmp_path / title).mkdir()
        (tmp_path / title / "own.yaml").write_text(BASE.replace("The base", title).replace("document: paper\n", ""))
    for _ in range(2):
        for title in titles:
            monkeypatch.chdir(tmp_path / title)
            assert load("own.yaml").title == title
    (tmp_path / "there" / "2019").mkdir()
    load("2019/city")
    (tmp_path / "there" / "2019" / "city").write_text((tmp_path / "there" / "own.yaml").read_text())
    assert load("2019/city").title == "there"
    with pytest.raises(RulesetError):
        load(Path("2019/department"))


def test_another_version_loads_afresh(kept: Path, loads: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    load("2019/city")
    monkeypatch.setattr(cache, "_library", lambda: "9.9.9")
    load("2019/city")
    assert len(loads) == 2


def test_a_file_that_changes_meanwhile_is_not_kept(own: Path, kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    afresh = loading.named

    def named(ruleset: str | Path, made_from: origin.Origin) -> Ruleset:
        loaded = afresh(ruleset, made_from)
        own.write_text(OWN.replace("Our own", "Changed"))
        return loaded

    monkeypatch.setattr(loading, "named", named)
    assert load(own).title == "Our own"
    assert not kept.exists()
    assert load(own).title == "Changed"


def test_what_cannot_be_told_again_is_not_kept(own: Path, kept: Path, loads: list[str], tmp_path: Path) -> None:
    own.write_text(OWN + "successor_of: nobody_knows\n")  # the remark rests on all the names there are
    load(own)
    load(own)
    assert len(loads) == 2
    os.mkfifo(tmp_path / "pipe.yaml")
    made_from = origin.Origin()
    made_from.reads(tmp_path / "pipe.yaml")
    assert not made_from.is_still_so
    assert not kept.exists()


# Never in anybody's way.


def sealed(*lines: str) -> bytes:
    """An entry whose checksum is right, whatever it says."""
    rest = "\n".join(lines).encode()
    return f"{cache.FORMAT} {hashlib.sha256(rest).hexdigest()}\n".encode() + rest


def changed(entry: bytes, old: str, new: str) -> bytes:
    """The entry edited by hand."""
    assert old in entry.decode()
    return entry.replace(old.encode(), new.encode(), 1)


def forged(entry: bytes, program: str) -> bytes:
    """The entry with another program and a checksum that fits."""
    return sealed(entry.decode().split("\n")[1], program)


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda entry: b"",
    "cut in half": lambda entry: entry[: len(entry) // 2],
    "a line more": lambda entry: entry + b"\n",
    "edited by hand": lambda entry: changed(entry, '["Const",8,1]', '["Const",9,1]'),
    "another format": lambda entry: changed(entry, cache.FORMAT, cache.FORMAT[:-1] + "0"),
    "not text": lambda entry: b"\xff\xfe" + entry,
    "a pickle": lambda entry: b"\x80\x04K\x01.",
    "no mapping": lambda entry: sealed("[]", "[]"),
    "no program": lambda entry: forged(entry, "{}"),
    "an unknown node": lambda entry: forged(entry, '{"nodes":[["Call",0]],"program":null,"warnings":[]}'),
    "an unknown record": lambda entry: forged(entry, '{"nodes":[],"program":["Popen","true"],"warnings":[]}'),
    "a node before its parts": lambda entry: forged(entry, '{"nodes":[["Not",0]],"program":null,"warnings":[]}'),
    "bottomless": lambda entry: forged(entry, "[" * 100_000),
    "no JSON": lambda entry: forged(entry, "{"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_entry_is_passed_over(damage: str, kept: Path, capfd: pytest.CaptureFixture[str]) -> None:
    afresh = load("2019/city")
    (entry,) = kept.iterdir()
    sound = entry.read_bytes()
    entry.write_bytes(DAMAGES[damage](sound))
    assert alike(load("2019/city"), afresh)
    assert entry.read_bytes() == sound
    assert capfd.readouterr() == ("", "")


def test_the_entry_of_another_is_passed_over(kept: Path) -> None:
    load("2019/city")
    (entry,) = kept.iterdir()
    load("2019/department")
    (other,) = set(kept.iterdir()) - {entry}
    entry.write_bytes(other.read_bytes())
    assert load("2019/city").id == "2019/city"


def test_a_folder_in_place_of_an_entry_disturbs_nothing(kept: Path) -> None:
    load("2019/city")
    (entry,) = kept.iterdir()
    entry.unlink()
    entry.mkdir()
    assert load("2019/city").id == "2019/city"
    assert list(kept.iterdir()) == [entry]


def test_nothing_half_written_is_left(kept: Path) -> None:
    load("2019/city")
    assert [file.suffix for file in kept.iterdir()] == [cache.ENDING]


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_writing_may_fail(code: int, kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(path: Path, text: str) -> None:
        raise OSError(code, os.strerror(code), path)

    monkeypatch.setattr(whole_file, "write", fails)
    assert load("2019/city").id == "2019/city"
    assert list(kept.iterdir()) == []


@pytest.mark.parametrize("place", ["a file", "\0", "x" * 5000])
def test_the_folder_may_be_none(place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a file").write_text("taken")
    monkeypatch.setattr(cache, "folder", lambda: str(tmp_path / place))
    assert load("2019/city").id == "2019/city"
    assert (tmp_path / "a file").read_text() == "taken"


def test_the_oldest_entries_leave(kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "MOST", 2)
    for name in ("2018/city", "2019/city", "2019/department"):
        load(name)
        for file in kept.iterdir():
            os.utime(file, ns=(0, file.stat().st_mtime_ns - 10**9))
    (kept / "of somebody else").write_text("")
    load("sanming_2019/portal")
    left = {file.read_text().split("\n")[1] for file in kept.glob("*" + cache.ENDING)}
    assert sorted(json.loads(line)["key"][1] for line in left) == ["2019/department", "sanming_2019/portal"]
    assert (kept / "of somebody else").exists()


# Where, and whether at all.


def test_the_tests_leave_the_cache_of_the_user_alone() -> None:
    assert cache.folder() is None


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"HOME": "/h"}, "/h/.cache/egov_scoring"),
        ({"HOME": "/h", "XDG_CACHE_HOME": "/x"}, "/x/egov_scoring"),
        ({"HOME": "/h", "XDG_CACHE_HOME": "x"}, "/h/.cache/egov_scoring"),
        ({"HOME": "/h", "EGOV_SCORING_CACHE": "/c"}, "/c"),
        ({"HOME": "/h", "EGOV_SCORING_CACHE": ""}, "/h/.cache/egov_scoring"),
        ({"HOME": "/h", "EGOV_SCORING_CACHE": "off"}, None),
        ({"HOME": "nowhere"}, None),
    ],
)
def test_where_rulesets_are_kept(
    environment: dict[str, str], expected: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HOME", "XDG_CACHE_HOME", cache.VARIABLE):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert cache.folder() == expected


@pytest.mark.parametrize(
    "words",
    [["--no-cache", "show", "2019/city"], ["show", "2019/city", "--no-cache"], ["check", "rulesets/2019/city.yaml"]],
)
def test_the_command_line_can_do_without(words: list[str], kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(__file__).parents[1])
    monkeypatch.setattr(sys, "argv", ["egov-scoring", *words])
    cli.main()
    assert not kept.exists()
    monkeypatch.setattr(sys, "argv", ["egov-scoring", "show", "2019/city"])
    cli.main()
    assert len(list(kept.iterdir())) == 1


def test_a_fresh_process_needs_no_library_of_the_loader(kept: Path) -> None:
    program = """
import sys
import egov_scoring
card = egov_scoring.load("2019/city").score({"network_cloud_platforms": 4}, incomplete=True)
assert card["network_cloud"].points == 8
print(sorted({"yaml", "pydantic", "pydantic_core", "simpleeval", "numpy", "pandas", "rich", "click"} & set(sys.modules)))
"""
    for printed in ("['pydantic', 'pydantic_core', 'simpleeval', 'yaml']\n", "[]\n"):
        run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
        assert (run.stdout, run.stderr) == (printed, "")


def test_a_working_directory_that_is_gone(kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert load("2019/city").id == load("2019/city").id
    with pytest.raises(RulesetError):
        load("own.yaml")
