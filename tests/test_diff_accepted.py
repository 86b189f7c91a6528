"""The accept-list: what is accepted does not count, what has run out counts again, and nothing of it goes unsaid."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path

import jsonschema
import pytest

from egov_scoring import Diff, RulesetError, cli, diff, messages
from egov_scoring.report import diff_data, diff_table, schema

OLD = """\
ruleset: town
title: Town
max: 10
facts:
  services: {type: count, label: Services, range: [0, 100]}
  complaints: {type: findings, label: Complaints, range: [0, 100]}
indicators:
  - {id: online, name: Online, max: 6, rule: {kind: per_unit, each: 0.5, of: services}}
  - {id: quiet, name: Quiet, max: 4, rule: {kind: per_finding, each: 1, of: complaints}}
"""
NEW = OLD.replace("each: 0.5", "each: 0.25").replace("each: 1,", "each: 2,")
LAST_DAY = date(2027, 1, 31)


@pytest.fixture
def towns(tmp_path: Path) -> tuple[Path, Path]:
    """Two rulesets: online services and complaints both count for less."""
    for name, text in (("old", OLD), ("new", NEW)):
        (tmp_path / f"{name}.yaml").write_text(text, "utf-8")
    return tmp_path / "old.yaml", tmp_path / "new.yaml"


def fingerprints(towns: tuple[Path, Path]) -> dict[str, str]:
    return {each.subject: each.fingerprint for each in diff(*towns)}


def accepting(towns: tuple[Path, Path], *listed: str, until: date = LAST_DAY) -> Path:
    """An accept-list of these fingerprints."""
    entry = "  - {{difference: '{}', reason: as agreed, by: 甲某, until: {}}}\n"
    file = towns[0].with_name("accepted.yaml")
    text = "".join(entry.format(each, until) for each in listed)
    file.write_text(f"accepted:\n{text}" if listed else "accepted: []\n", "utf-8")
    return file


def accepted(towns: tuple[Path, Path], *listed: str, today: date = LAST_DAY) -> Diff:
    return diff(*towns, accept_file=accepting(towns, *listed), today=today)


def test_what_is_accepted_does_not_count(towns: tuple[Path, Path]) -> None:
    known = fingerprints(towns)
    found = accepted(towns, known["online"])
    assert known.keys() == {"online", "quiet"}
    assert [each.subject for each in found.not_accepted()] == ["quiet"]
    assert (found.accepted.expired, found.accepted.stale) == ((), ())
    entry = found.accepted.held[known["online"]]
    assert (entry.reason, entry.by, entry.until, entry.place.line) == ("as agreed", "甲某", LAST_DAY, 2)


@pytest.mark.parametrize(("today", "counts"), [(date(2027, 1, 31), False), (date(2027, 2, 1), True)])
def test_an_entry_holds_up_to_its_last_day(today: date, counts: bool, towns: tuple[Path, Path]) -> None:
    online = fingerprints(towns)["online"]
    found = accepted(towns, online, today=today)
    assert (online in {each.fingerprint for each in found.not_accepted()}) is counts
    assert [entry.difference for entry in found.accepted.expired] == [online] * counts


def test_an_entry_of_no_difference_is_stale_run_out_or_not(towns: tuple[Path, Path]) -> None:
    for today in (LAST_DAY, date.max):
        found = accepted(towns, "0123456789ab", today=today)
        assert [entry.difference for entry in found.accepted.stale] == ["0123456789ab"]
        assert (dict(found.accepted.held), found.accepted.expired) == ({}, ())


def test_an_empty_list_accepts_nothing(towns: tuple[Path, Path]) -> None:
    assert accepted(towns).not_accepted() == diff(*towns).differences


@pytest.mark.parametrize("today", [LAST_DAY, date(2027, 2, 1)])
def test_tables_say_it(today: date, towns: tuple[Path, Path]) -> None:
    found = accepted(towns, online := fingerprints(towns)["online"], "0123456789ab", today=today)
    for shown in (diff_table.text(found, "en"), diff_table.markdown(found, "en")):
        held = "accepted by 甲某 until 2027-01-31: as agreed" in shown
        run_out = f":2: expired: 甲某 accepted {online} until 2027-01-31; it counts again (as agreed)" in shown
        assert (held, run_out) == (today == LAST_DAY, today != LAST_DAY)
        assert ":3: stale: there is no difference 0123456789ab" in shown


def test_a_stale_entry_is_told_where_nothing_differs(towns: tuple[Path, Path]) -> None:
    found = accepted((towns[0], towns[0]), "0123456789ab")
    assert "stale: there is no difference 0123456789ab" in diff_table.text(found, "en")


@pytest.mark.parametrize("today", [LAST_DAY, date(2027, 2, 1)])
def test_json_says_it_by_its_schema(today: date, towns: tuple[Path, Path]) -> None:
    found = accepted(towns, online := fingerprints(towns)["online"], "0123456789ab", today=today)
    data = json.loads(json.dumps(diff_data.data(found)))
    jsonschema.validate(data, json.loads(schema.text("diff")))
    held = [each["accepted"]["difference"] for each in data["differences"] if each["accepted"]]
    expired, stale = ([entry["difference"] for entry in data[key]] for key in ("expired", "stale"))
    assert (held, expired) == (([online], []) if today == LAST_DAY else ([], [online]))
    assert stale == ["0123456789ab"]


# The command.


def ended(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr(sys, "argv", ["egov-scoring", "diff", *words, "--lang", "en"])
    try:
        cli.main()
    except SystemExit as stop:
        return int(stop.code or 0)
    finally:
        messages.use(None)
    return 0


@pytest.mark.parametrize("level", ["stricter", "any"])
def test_the_command_ends_and_says_by_what_counts(
    level: str, towns: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    known = fingerprints(towns)
    words = [*map(str, towns), "--fail-on", level, "--accept"]
    assert ended(monkeypatch, *words, str(accepting(towns, known["online"], until=date.max))) == 1
    assert capsys.readouterr().err == f"{known['quiet']}  Quiet: points each (Complaints): 1 → 2\n"
    assert ended(monkeypatch, *words, str(accepting(towns, *known.values(), until=date.max))) == 0
    assert capsys.readouterr().err == ""


# What is wrong with a file is told all at once.


def problems(towns: tuple[Path, Path], text: str) -> list[tuple[str, int]]:
    file = towns[0].with_name("wrong.yaml")
    file.write_text(text, "utf-8")
    with pytest.raises(RulesetError) as error:
        diff(*towns, accept_file=file)
    return [(each.code, each.position.line) for each in error.value.problems if each.position]


def test_every_mistake_is_told_at_its_line(towns: tuple[Path, Path]) -> None:
    text = """\
accepted:
  - {difference: xx, reason: " ", by: 甲某, until: 2027-02-31}
  - {difference: 0123456789ab, reason: as agreed, until: soon}
  - {difference: 0123456789ab, reason: as agreed, by: 甲某, until: 2027-01-31, note: x}
  - {difference: 0123456789AB, reason: as agreed, by: 甲某, until: 20270131}
  - alone
"""
    assert problems(towns, text) == [
        ("not-a-fingerprint", 2),
        ("empty-value", 2),
        ("not-a-day", 2),
        ("missing-key", 3),
        ("not-a-day", 3),
        ("accepted-twice", 4),
        ("unknown-key", 4),
        ("not-a-fingerprint", 5),
        ("not-a-day", 5),
        ("wrong-entry", 6),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("- {difference: 0123456789ab}\n", "not-a-mapping"),
        ("accept: []\n", "unknown-key"),
        ("accepted: 5\n", "wrong-form"),
        ("", "empty-file"),
        ("accepted: [\n", "yaml-syntax"),
    ],
)
def test_a_file_of_another_form_is_refused(text: str, found: str, towns: tuple[Path, Path]) -> None:
    assert [code for code, _ in problems(towns, text)] == [found]


def test_a_file_that_is_not_there_is_no_empty_list(towns: tuple[Path, Path]) -> None:
    with pytest.raises(RulesetError) as error:
        diff(*towns, accept_file=towns[0].with_name("nowhere.yaml"))
    assert [each.code for each in error.value.problems] == ["cannot-read"]


def test_digits_alone_are_a_fingerprint_without_quotes(towns: tuple[Path, Path]) -> None:
    file = towns[0].with_name("digits.yaml")
    file.write_text("accepted: [{difference: 123456789012, reason: r, by: b, until: 2027-01-31}]\n", "utf-8")
    assert [entry.difference for entry in diff(*towns, accept_file=file).accepted.stale] == ["123456789012"]
