"""The databases that the tests run SQL in: DuckDB, and a PostgreSQL and a Spark of the tests' own, stopped afterwards."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NoReturn

import duckdb
import pytest

from egov_scoring.facts import FactDeclaration
from egov_scoring.readers.sql import DIALECTS

REQUIRED = "EGOV_SCORING_ENGINES"
NULL = r"\N"
CSV = rf"FORMAT csv, NULL '{NULL}'"


@dataclass(frozen=True, slots=True)
class Database:
    """Runs a statement, and fills the table `units`, which has these columns, from a file of comma-separated values."""

    run: Callable[[str], list[tuple[Any, ...]]]
    fill: Callable[[Mapping[str, str], Path], object]

    def __call__(self, statement: str) -> list[tuple[Any, ...]]:
        """What a query finds."""
        return self.run(statement)


def without(program: str) -> NoReturn:
    """Ends the test: it is skipped or, where every engine is required, fails."""
    if os.environ.get(REQUIRED) == "required":
        pytest.fail(f"{program} is not installed, and {REQUIRED}=required", pytrace=False)
    pytest.skip(f"{program} is not installed")


@contextmanager
def in_duckdb() -> Iterator[Database]:
    """A database in memory."""
    with duckdb.connect() as connection:

        def run(statement: str) -> list[tuple[Any, ...]]:
            return connection.execute(statement).fetchall()

        def fill(columns: Mapping[str, str], file: Path) -> None:
            run(_table(columns))
            run(f"COPY units FROM '{file}' ({CSV}, AUTO_DETECT false)")

        yield Database(run, fill)


@contextmanager
def in_postgres() -> Iterator[Database]:
    """A server in a folder of its own, on a socket only."""
    found = shutil.which("initdb") or next(Path("/usr/lib/postgresql").glob("*/bin/initdb"), None)
    if not found:
        without("PostgreSQL")
    try:
        import psycopg
    except ImportError:
        without("psycopg, of egov-scoring[engines],")
    with (
        TemporaryDirectory(prefix="egov_scoring_") as folder,  # not below pytest's own, which others may not enter
        _server(Path(found).resolve().parent, folder),
        psycopg.connect(host=folder, user="test", dbname="postgres", autocommit=True) as connection,
    ):

        def run(statement: str) -> list[tuple[Any, ...]]:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

        def fill(columns: Mapping[str, str], file: Path) -> None:
            run(_table(columns))
            with connection.cursor().copy(f"COPY units FROM STDIN ({CSV})".encode()) as copy:
                copy.write(file.read_bytes())

        yield Database(run, fill)


@contextmanager
def _server(programs: Path, folder: str) -> Iterator[None]:
    """A running PostgreSQL."""
    as_user: list[str | Path] = [*_unprivileged(folder)]
    options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off"
    control: list[str | Path] = [*as_user, programs / "pg_ctl", "-D", f"{folder}/data", "-w", "-l", f"{folder}/log"]

    def call(*command: str | Path) -> None:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=folder)

    call(*as_user, programs / "initdb", "-D", f"{folder}/data", "-A", "trust", "-U", "test", "-N", "-E", "UTF8")
    call(*control, "-o", options, "start")
    try:
        yield
    finally:
        call(*control, "-m", "immediate", "stop")


def _unprivileged(folder: str) -> list[str]:
    """What goes before a command, since PostgreSQL refuses root; the folder is that user's then."""
    if os.geteuid():
        return []
    shutil.chown(folder, "nobody")
    return ["setpriv", "--reuid=nobody", "--clear-groups"]


@contextmanager
def in_spark() -> Iterator[Database]:
    """A Spark of this process; its table is a view of the file."""
    if not shutil.which("java"):
        without("Java")
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        without("PySpark, of egov-scoring[engines],")
    with TemporaryDirectory(prefix="egov_scoring_") as folder:
        builder = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
        builder = builder.config("spark.sql.warehouse.dir", folder).config("spark.sql.shuffle.partitions", "1")
        builder = builder.config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
        session = builder.getOrCreate()

        def run(statement: str) -> list[tuple[Any, ...]]:
            return [tuple(row) for row in session.sql(statement).collect()]

        def fill(columns: Mapping[str, str], file: Path) -> None:
            read = session.read.option("nullValue", NULL).option("escape", '"').option("mode", "FAILFAST")
            held = read.csv(str(file), ", ".join(f"`{name}` {_in_spark(type_)}" for name, type_ in columns.items()))
            session.createDataFrame(held.collect(), held.schema).createOrReplaceTempView("units")

        yield Database(run, fill)
        session.stop()


def _in_spark(type_: str) -> str:
    return "STRING" if type_.startswith("VARCHAR") else type_.removesuffix(" PRECISION")


# Tables.

TYPES = {"yes_no": "BOOLEAN", "choice": "VARCHAR(200)", "count": "BIGINT", "findings": "BIGINT"}


def column_type(fact: FactDeclaration) -> str:
    """A type that holds every value of the fact, and others."""
    return "VARCHAR(200)" if fact.options else TYPES.get(fact.type, f"DECIMAL(28, {fact.places})")


def stored(database: Database, columns: Mapping[str, str], rows: Sequence[Sequence[object]]) -> None:
    """A table `units` of these columns, with their types, and rows."""
    with TemporaryDirectory() as folder:
        file = Path(folder, "units.csv")
        with file.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([[_cell(value) for value in row] for row in rows])
        database.fill(columns, file)


def _cell(value: object) -> str:
    if value is None:
        return NULL
    return str(len(value) if isinstance(value, list) else value)


def _table(columns: Mapping[str, str]) -> str:
    declared = ", ".join(f"{DIALECTS['duckdb'].identifier(name)} {type_}" for name, type_ in columns.items())
    return f"DROP TABLE IF EXISTS units CASCADE; CREATE TABLE units ({declared})"
