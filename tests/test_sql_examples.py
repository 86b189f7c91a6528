"""The examples of SQL run as they stand."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import duckdb

from egov_scoring import load, read_units
from tests.conftest import Golden
from tests.databases import Database, without

ROOT = Path(__file__).parents[1]
VIEW = ROOT / "examples" / "postgres_view.sql"
JOB = ROOT / "examples" / "spark_job.py"


def test_the_view_is_the_one_of_today(golden: Golden) -> None:
    """With `--reset-golden` it becomes that."""
    view = load("2019/city").to_sql("postgres", view="scores", keep=["unit"])
    golden(VIEW, re.sub(r"-- 2019/city: .*?FROM judged;\n", lambda _: view, VIEW.read_text("utf-8"), flags=re.DOTALL))


def test_the_view_scores_its_units(postgres: Database) -> None:
    postgres("CREATE SCHEMA example")
    postgres("SET search_path TO example")
    try:
        postgres(VIEW.read_text("utf-8"))
        found = postgres("SELECT unit, status, total FROM scores ORDER BY total DESC NULLS LAST")
    finally:
        postgres("RESET search_path")
        postgres("DROP SCHEMA example CASCADE")
    assert found == [
        ("甲市", "scored", Decimal("64.10")),
        ("乙市", "scored", Decimal("61.35")),
        ("丁市", "scored", Decimal("51.30")),
        ("丙市", "missing-fact: network_cloud_platforms", None),
    ]


def test_the_job_scores_a_file(tmp_path: Path) -> None:
    if not shutil.which("java"):
        without("Java")
    if subprocess.run([sys.executable, "-c", "import pyspark"], check=False, stderr=subprocess.DEVNULL).returncode:
        without("PySpark (pip install egov-scoring[engines])")
    city, units = load("2019/city"), read_units(ROOT / "examples" / "2019_city_units.yaml")
    rows = [
        ", ".join([f"'{unit.name}'", *(str(len(cell) if isinstance(cell, list) else cell) for cell in cells)])
        for unit in units
        for cells in [[unit.facts[key] for key in city.facts]]
    ]
    made = f"SELECT * FROM (VALUES {', '.join(f'({row})' for row in rows)}) AS t(unit, {', '.join(city.facts)})"
    duckdb.execute(f"COPY ({made}) TO '{tmp_path}/units.parquet' (FORMAT parquet)")
    words = [sys.executable, JOB, tmp_path / "units.parquet", tmp_path / "scores", "--keep", "unit"]
    own = {"PYTHONPATH": str(ROOT / "src"), "SPARK_LOCAL_IP": "127.0.0.1"}
    done = subprocess.run(
        list(map(str, words)), capture_output=True, text=True, check=False, cwd=tmp_path, env={**os.environ, **own}
    )
    assert (done.returncode, done.stdout) == (0, f"{len(units)} scored\n"), done.stderr
    found = duckdb.execute(f"SELECT unit, total FROM '{tmp_path}/scores/*.parquet'").fetchall()
    assert dict(found) == {unit.name: city.score(unit.facts).points for unit in units}
