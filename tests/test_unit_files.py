"""Parquet files of units: the points of `score_frame`, in the order of the rows, whole or not at all."""

from __future__ import annotations

import os
import pty
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from egov_scoring import EgovScoringError, Ruleset, load
from egov_scoring.locate import ids_in, shipped
from egov_scoring.samples import sample
from egov_scoring.unit_files import score_file

pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")

RULES = """
ruleset: made/files
title: T
max: 10
facts:
  done: {type: count, label: 完成, range: [0, 10]}
  rate: {type: percent, label: 比例, places: 1}
  filed: {type: yes_no, label: 报送}
  level: {type: choice, label: 等级, options: {high: 高, low: 低}}
indicators:
  - {id: own, name: O, max: 4, rule: {kind: per_unit, each: 0.5, of: done, when: filed}}
  - {id: share, name: S, max: 4, rule: {kind: formula, formula: 0.04 * rate}}
  - {id: level_points, name: L, max: 2, rule: {kind: choice, of: level, points: {high: 2, low: 1}}}
"""
RANKED = """
ruleset: made/ranked
title: T
max: 3
facts:
  done: {type: count, label: 完成}
  kind: {type: choice, label: 类别, options: {city: 市, county: 县}}
indicators:
  - {id: place, name: P, max: 2, rule: {kind: rank, by: done, scheme: linear, within: kind}}
  - {id: best, name: B, max: 1, rule: {kind: rank, by: done, scheme: share_of_best}}
"""
ROWS: list[dict[str, Any]] = [
    {"name": "甲市", "done": 4, "rate": 12.5, "filed": True, "level": "high"},
    {"name": "乙县", "done": 10, "rate": 100.0, "filed": False, "level": "low"},
    {"name": "丙县", "done": 0, "rate": 0.1, "filed": True, "level": "low"},
]


def ruled(tmp_path: Path, rules: str) -> Ruleset:
    path = tmp_path / "made" / f"{rules.split()[1].partition('/')[2]}.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(rules, "utf-8")
    return load(path)


@pytest.fixture
def ruleset(tmp_path: Path) -> Ruleset:
    return ruled(tmp_path, RULES)


@pytest.fixture
def units(tmp_path: Path) -> Path:
    return stored(tmp_path / "units.parquet", ROWS)


def stored(path: Path, rows: Sequence[dict[str, Any]], **types: Any) -> Path:
    table = pa.Table.from_pylist(rows)
    for name, type_ in types.items():
        table = table.set_column(table.column_names.index(name), name, table[name].cast(type_))
    pq.write_table(table, path)
    return path


def read(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    return found


def codes(error: pytest.ExceptionInfo[EgovScoringError]) -> list[str]:
    return [problem.code for problem in error.value.problems]


def left_in(folder: Path) -> set[str]:
    """What stands in the folder, but for the rules."""
    return {path.name for path in folder.iterdir()} - {"made"}


# The same as a frame.


def test_the_result_by_hand(ruleset: Ruleset, units: Path, tmp_path: Path) -> None:
    score_file(ruleset, units, tmp_path / "scores.parquet", unit="name", keep=["rate"], detail="indicators")
    found = pq.read_table(tmp_path / "scores.parquet")
    assert " ".join(found.column_names) == "name rate points max_applicable status own share level_points"
    assert found.schema.field("points").type == pa.decimal128(18, 2)
    assert [str(row["points"]) for row in found.to_pylist()] == ["4.50", "5.00", "1.00"]
    assert found.to_pylist()[0] == {
        **{"name": "甲市", "rate": 12.5, "points": Decimal("4.50"), "max_applicable": Decimal("10.00")},
        **{"status": "scored", "own": Decimal("2.00"), "share": Decimal("0.50"), "level_points": Decimal("2.00")},
    }
    assert left_in(tmp_path) == {"units.parquet", "scores.parquet"}


def test_it_says_by_what_it_was_scored(ruleset: Ruleset, units: Path, tmp_path: Path) -> None:
    score_file(ruleset, units, tmp_path / "scores.parquet")
    about = pq.read_schema(tmp_path / "scores.parquet").metadata
    assert about[b"egov_scoring.fingerprint"].decode() == ruleset.fingerprint


@pytest.mark.parametrize("name", ids_in(shipped()))
def test_a_shipped_ruleset_gives_what_its_frame_gives(name: str, tmp_path: Path) -> None:
    ruled = load(name)
    rows = [{"unit": str(at), **sample(ruled, "random", at).facts} for at in range(30)]
    rows = [{key: plain(cell) for key, cell in row.items()} for row in rows]
    frame = pd.DataFrame(rows)
    expected = ruled.score_frame(frame, detail="indicators", unit="unit").astype({"status": str})
    table = pa.table({key: pa.array([row[key] for row in rows]) for key in rows[0]})
    pq.write_table(table, tmp_path / "units.parquet", row_group_size=7)
    score_file(ruled, tmp_path / "units.parquet", tmp_path / "scores.parquet", unit="unit", detail="indicators")
    assert read(tmp_path / "scores.parquet") == expected.to_dict("records")


def plain(cell: object) -> object:
    """A fact without what stands behind it."""
    return len(cell) if isinstance(cell, list) else cell["points"] if isinstance(cell, dict) else cell


def test_rows_that_are_compared_keep_their_order(tmp_path: Path) -> None:
    """More rows than DuckDB takes at a time, each value twice, by two kinds: the points by their definition."""
    count = 150_000
    done = [at * 7919 % (count // 2) for at in range(count)]
    table = pa.table({"done": done, "kind": ["city", "county"] * (count // 2), "at": range(count)})
    pq.write_table(table, tmp_path / "units.parquet", row_group_size=20_000)
    rules, target = ruled(tmp_path, RANKED), tmp_path / "scores.parquet"
    score_file(rules, tmp_path / "units.parquet", target, keep=["at"], detail="indicators", memory="200MB")
    found = pq.read_table(target)
    assert found["at"].to_pylist() == [*range(count)]
    own: list[list[int]] = [sorted(done[at::2], reverse=True) for at in (0, 1)]
    places = [{value: place for place, value in reversed([*enumerate(values, 1)])} for values in own]
    of = count // 2
    expected = [(400 * (of - places[at % 2][value] + 1) + of) // (2 * of) for at, value in enumerate(done)]
    assert [int(points * 100) for points in found["place"].to_pylist()] == expected


def test_records_in_the_file_are_used(ruleset: Ruleset, tmp_path: Path) -> None:
    rows = [
        {**row, "own__points": given, "share__not_applicable": given is None}
        for row, given in zip(ROWS, (3.5, None, None), strict=True)
    ]
    score_file(ruleset, stored(tmp_path / "units.parquet", rows), tmp_path / "scores.parquet")
    found = [(str(row["points"]), str(row["max_applicable"])) for row in read(tmp_path / "scores.parquet")]
    assert found == [("6.00", "10.00"), ("1.00", "6.00"), ("1.00", "6.00")]


def test_stated_places_in_the_file_are_used(tmp_path: Path) -> None:
    rows = [{"done": at, "kind": "city", "place__place": at, "place__of": 4} for at in (1, 2, 4)]
    rules, target = ruled(tmp_path, RANKED), tmp_path / "scores.parquet"
    score_file(rules, stored(tmp_path / "units.parquet", rows), target, detail="indicators")
    assert [str(row["place"]) for row in read(target)] == ["2.00", "1.50", "0.50"]


@pytest.mark.parametrize("rows", [[], ROWS[:1]])
def test_few_rows_are_scored(rows: list[dict[str, Any]], ruleset: Ruleset, tmp_path: Path) -> None:
    pq.write_table(pa.Table.from_pylist(ROWS)[: len(rows)], tmp_path / "units.parquet")
    score_file(ruleset, tmp_path / "units.parquet", tmp_path / "scores.parquet")
    assert len(read(tmp_path / "scores.parquet")) == len(rows)


@pytest.mark.parametrize(
    ("column", "type_"),
    [
        ("done", pa.int8()),
        ("done", pa.uint64()),
        ("done", pa.decimal128(38, 10)),
        ("done", pa.float32()),
        ("done", pa.string()),
        ("rate", pa.decimal128(4, 1)),
        ("level", pa.dictionary(pa.int8(), pa.string())),
    ],
)
def test_a_type_that_holds_the_facts_will_do(column: str, type_: Any, ruleset: Ruleset, tmp_path: Path) -> None:
    stored(tmp_path / "units.parquet", ROWS, **{column: type_})
    score_file(ruleset, tmp_path / "units.parquet", tmp_path / "scores.parquet")
    assert [str(row["points"]) for row in read(tmp_path / "scores.parquet")] == ["4.50", "5.00", "1.00"]


@pytest.mark.parametrize(
    ("column", "cells", "status"),
    [
        ("done", [True, False, True], "wrong-type: done"),
        ("done", [4.5, 4.25, float("nan")], None),
        ("rate", ["12,5", "x", ""], "wrong-type: rate"),
        ("filed", [1, 0, 1], "wrong-type: filed"),
        ("filed", ["TRUE", "1", "是"], "wrong-type: filed"),
        ("level", [1, 2, 1], "unknown-option: level"),
        ("done", [[1], [2], []], "wrong-type: done"),
        ("done", [2**63 - 1, -(2**63), 11], "out-of-range: done"),
        ("done", [pd.Timestamp("2019-01-01")] * 3, "wrong-type: done"),
    ],
)
def test_a_type_that_does_not_is_no_number(
    column: str, cells: Sequence[object], status: str | None, ruleset: Ruleset, tmp_path: Path
) -> None:
    rows = [{**row, column: cell} for row, cell in zip(ROWS, cells, strict=True)]
    score_file(ruleset, stored(tmp_path / "units.parquet", rows), tmp_path / "scores.parquet", errors="mark")
    found = read(tmp_path / "scores.parquet")
    assert {row["points"] for row in found} == {None}
    assert "scored" not in {row["status"] for row in found}
    assert status is None or {row["status"] for row in found} == {status}


# Rows that cannot be scored.


def test_rows_that_cannot_be_scored_stop_everything(ruleset: Ruleset, tmp_path: Path) -> None:
    rows = [ROWS[0], {**ROWS[1], "done": None}, {**ROWS[2], "rate": 100.5}]
    with pytest.raises(EgovScoringError) as caught:
        score_file(ruleset, stored(tmp_path / "units.parquet", rows), tmp_path / "scores.parquet", unit="name")
    assert [problem.message("en") for problem in caught.value.problems] == [
        "2 rows cannot be scored; the first 2 of them:",
        "row 2 (乙县): missing-fact: done",
        "row 3 (丙县): out-of-range: rate",
    ]
    assert left_in(tmp_path) == {"units.parquet"}


def test_of_many_rows_the_first_are_named(ruleset: Ruleset, tmp_path: Path) -> None:
    rows = [ROWS[0], *[{**ROWS[0], "done": 11}] * 30]
    with pytest.raises(EgovScoringError) as caught:
        score_file(ruleset, stored(tmp_path / "units.parquet", rows), tmp_path / "scores.parquet")
    assert codes(caught) == ["rows-unscored", *["row-unscored"] * 20]
    assert caught.value.problems[0].args["number"] == 30


def test_the_row_that_keeps_all_others_from_a_place_is_named(tmp_path: Path) -> None:
    rows = [{"done": at if at != 40 else None, "kind": "city"} for at in range(50)]
    with pytest.raises(EgovScoringError) as caught:
        score_file(ruled(tmp_path, RANKED), stored(tmp_path / "units.parquet", rows), tmp_path / "scores.parquet")
    assert [problem.args for problem in caught.value.problems] == [
        {"number": 50, "shown": 1},
        {"row": 41, "name": "", "status": "missing-fact: done"},
    ]


def test_marked_rows_have_a_status(ruleset: Ruleset, tmp_path: Path) -> None:
    rows = [ROWS[0], {**ROWS[1], "done": None}]
    score_file(ruleset, stored(tmp_path / "units.parquet", rows), tmp_path / "scores.parquet", errors="mark")
    found = [(row["points"], row["status"]) for row in read(tmp_path / "scores.parquet")]
    assert found == [(Decimal("4.50"), "scored"), (None, "missing-fact: done")]


def test_units_that_are_compared_are_different_ones(tmp_path: Path) -> None:
    rows = [{"name": name, "done": 1, "kind": "city"} for name in ("甲市", "乙市", "甲市")]
    with pytest.raises(EgovScoringError) as caught:
        score_file(
            ruled(tmp_path, RANKED), stored(tmp_path / "u.parquet", rows), tmp_path / "scores.parquet", unit="name"
        )
    assert [(problem.code, problem.args["unit"]) for problem in caught.value.problems] == [("unit-twice", "甲市")]


# Columns.


@pytest.mark.filterwarnings("ignore:unknown-column")
@pytest.mark.parametrize(
    ("names", "options", "expected"),
    [
        ("done rate filed", {}, ["missing-column"]),
        ("done rate filed levels", {}, ["missing-column"]),
        ("done rate filed level done", {}, ["column-twice"]),
        ("Done done rate filed level", {}, ["column-capitals"]),
        ("done rate filed level A a", {"keep": ["a"]}, ["column-capitals"]),
        ("done rate filed level own__point", {}, ["unknown-column"]),
        ("done rate filed level", {"unit": "name"}, ["no-such-column"]),
        ("done rate filed level own", {"keep": ["own"], "detail": "indicators"}, ["column-taken"]),
        ("done rate filed level status", {"keep": ["status"]}, ["column-taken"]),
    ],
)
def test_columns_that_do_not_fit_are_named(
    names: str, options: dict[str, Any], expected: list[str], ruleset: Ruleset, tmp_path: Path
) -> None:
    table = pa.Table.from_arrays([pa.array([1])] * len(names.split()), names=names.split())
    pq.write_table(table, tmp_path / "units.parquet")
    with pytest.raises(EgovScoringError) as caught:
        score_file(ruleset, tmp_path / "units.parquet", tmp_path / "scores.parquet", **options)
    assert codes(caught) == expected


def test_a_column_nearly_called_like_a_fact_is_remarked_on(ruleset: Ruleset, tmp_path: Path) -> None:
    units = stored(tmp_path / "units.parquet", [{**ROWS[0], "filled": 1}])
    with pytest.warns(UserWarning, match="filled"):
        score_file(ruleset, units, tmp_path / "scores.parquet")


def test_any_column_may_be_kept(ruleset: Ruleset, tmp_path: Path) -> None:
    """Columns that hold others, and names that the query has for itself."""
    odd = {"total": 1, 'a"b': {"done": [2]}, "kept 0": "x'; --", "units": 3, "名": "甲"}
    score_file(
        ruleset,
        stored(tmp_path / "units.parquet", [{**odd, **ROWS[0]}]),
        tmp_path / "scores.parquet",
        keep=[*odd, "done"],
    )
    (found,) = read(tmp_path / "scores.parquet")
    assert found == {
        **odd,
        **{"done": 4, "points": Decimal("4.50"), "max_applicable": Decimal("10.00"), "status": "scored"},
    }


@pytest.mark.parametrize("name", ["a[1].parquet", "b*.parquet", "d'q.PARQUET", "年=2019/甲 乙.parquet"])
def test_a_file_may_have_any_name(name: str, ruleset: Ruleset, units: Path, tmp_path: Path) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    moved = units.rename(tmp_path / name)
    target = moved.with_stem(f"{moved.stem} scored")
    score_file(ruleset, moved, target)
    assert len(read(target)) == 3


# Whole or not at all.


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """Scores of before."""
    target = tmp_path / "scores.parquet"
    target.write_text("before")
    return target


def as_before(old: Path, *others: str) -> bool:
    return old.read_text() == "before" and left_in(old.parent) == {old.name, *others}


@pytest.mark.parametrize("damage", ["cut", "broken", "empty", "text"])
def test_a_damaged_file_leaves_the_old_scores(damage: str, ruleset: Ruleset, tmp_path: Path, old: Path) -> None:
    rows = ROWS * 5000
    path = stored(tmp_path / "units.parquet", [{**row, "done": at % 11} for at, row in enumerate(rows)])
    whole = path.read_bytes()
    broken = whole[:4] + b"\xff" * 200 + whole[204:]
    path.write_bytes({"cut": whole[: len(whole) // 2], "broken": broken, "empty": b"", "text": b"unit,done\n"}[damage])
    with pytest.raises(EgovScoringError) as caught:
        score_file(ruleset, path, old, unit="name")
    assert codes(caught) == ["file-failed"]
    assert "\n" not in caught.value.problems[0].message("en")
    assert as_before(old, "units.parquet")


@pytest.mark.parametrize("target", ["units.parquet", "./units.parquet", "link.parquet", "scores.csv", "scores"])
def test_a_target_that_will_not_do_is_refused(target: str, ruleset: Ruleset, units: Path) -> None:
    (units.parent / "link.parquet").hardlink_to(units)
    before = units.read_bytes()
    with pytest.raises(EgovScoringError) as caught:
        score_file(ruleset, units, units.parent / target)
    assert codes(caught) == ["file-same" if target.endswith("parquet") else "file-suffix"]
    assert units.read_bytes() == before


def test_what_is_not_there_is_said_as_ever(ruleset: Ruleset, units: Path, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        score_file(ruleset, tmp_path / "none.parquet", tmp_path / "scores.parquet")
    with pytest.raises(FileNotFoundError):
        score_file(ruleset, units, tmp_path / "none" / "scores.parquet")


def test_without_duckdb_the_extra_is_named(
    ruleset: Ruleset, units: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(EgovScoringError) as caught:
        score_file(ruleset, units, tmp_path / "scores.parquet")
    assert codes(caught) == ["extra-missing"]
    assert "[arrow]" in caught.value.format("en")


# The command.


def many(path: Path, rows: int) -> Path:
    """A file of so many rows that are all different; one of the facts is text, which is read slowly."""
    made = "SELECT CAST(hash(i) % 11 AS VARCHAR) AS done, i % 1001 / 10 AS rate, i % 2 = 0 AS filed, 'low' AS level, i"
    duckdb.execute(f"COPY ({made} FROM range({rows}) AS t(i)) TO '{path}' (FORMAT parquet)")
    return path


def command(*words: str | Path) -> list[str]:
    return [sys.executable, "-m", "egov_scoring", "score", *map(str, words)]


def ran(*words: str | Path, before: Any = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(*words), capture_output=True, text=True, check=False, preexec_fn=before)


@pytest.fixture
def rules(ruleset: Ruleset, tmp_path: Path) -> Path:
    return tmp_path / "made" / "files.yaml"


def test_the_command_scores_a_file_and_says_nothing(rules: Path, units: Path, tmp_path: Path) -> None:
    done = ran(
        rules, units, "-o", tmp_path / "scores.parquet", "--unit", "name", "--keep", "done", "--detail", "indicators"
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert [*read(tmp_path / "scores.parquet")[0]][:3] == ["name", "done", "points"]


@pytest.mark.parametrize(
    "words",
    [
        ["units.parquet"],
        ["units.parquet", "-o", "s.parquet", "--json"],
        ["units.yaml", "-o", "s.parquet", "--detail", "total"],
    ],
)
def test_options_that_do_not_go_together_are_refused(words: list[str], rules: Path, tmp_path: Path) -> None:
    done = ran(rules, *(tmp_path / word if word.startswith("units") else word for word in words))
    assert done.returncode == 2
    assert "Error: " in done.stderr


def test_a_disk_that_fills_up_leaves_the_old_scores(rules: Path, tmp_path: Path, old: Path) -> None:
    units = many(tmp_path / "units.parquet", 200_000)
    limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))  # noqa: E731
    done = ran(rules, units, "-o", old, "--keep", "i", before=limit)
    assert done.returncode == 2
    assert done.stderr.startswith("file-failed ")
    assert "Traceback" not in done.stderr
    assert as_before(old, "units.parquet")


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_ended_leaves_the_old_scores(
    sign: signal.Signals, rules: Path, tmp_path: Path, old: Path
) -> None:
    units = many(tmp_path / "units.parquet", 2_000_000)
    with subprocess.Popen(command(rules, units, "-o", old, "--keep", "i"), stderr=subprocess.PIPE, text=True) as run:
        wait_for(lambda: [*tmp_path.glob(".*.part")])
        run.send_signal(sign)
        _, said = run.communicate(timeout=60)
    assert run.returncode == 130, said
    assert "Traceback" not in said
    assert as_before(old, "units.parquet")


def wait_for(holds: Any) -> None:
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_on_a_terminal_a_bar_shows_how_far_it_is(rules: Path, tmp_path: Path) -> None:
    units = many(tmp_path / "units.parquet", 500_000)
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "80"}
    with subprocess.Popen(
        command(rules, units, "-o", tmp_path / "scores.parquet"), stderr=theirs, env=environment
    ) as run:
        os.close(theirs)
        said = b"".join(_all_of(ours))
    assert run.returncode == 0
    assert b"units.parquet" in said
    assert b"%" in said


def _all_of(descriptor: int) -> Iterable[bytes]:
    while True:
        try:
            part = os.read(descriptor, 65536)
        except OSError:  # the other end is closed
            return
        if not part:
            return
        yield part
