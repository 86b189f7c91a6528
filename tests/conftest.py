"""What all tests share: texts that are compared with files under version control, and databases to run SQL in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import databases
from tests.databases import Database

Golden = Callable[[Path, str], None]

pytest.register_assert_rewrite("tests.support")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--reset-golden` and `--agreement-units`."""
    parser.addoption(
        "--reset-golden", action="store_true", help="rewrite the expected texts; read the difference in git"
    )
    parser.addoption(
        "--agreement-units", type=int, default=100, help="units for which the readers of a ruleset are compared"
    )


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Compares a text with the one in a file, or writes it there with `--reset-golden`."""

    def compare(path: Path, text: str) -> None:
        if request.config.getoption("--reset-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        assert path.is_file(), f"{path} does not exist yet: run pytest --reset-golden, then read it"
        assert text == path.read_text("utf-8")

    return compare


@pytest.fixture(scope="session")
def duck() -> Iterator[Database]:
    """A DuckDB."""
    with databases.in_duckdb() as run:
        yield run


@pytest.fixture(scope="session")
def postgres() -> Iterator[Database]:
    """A PostgreSQL."""
    with databases.in_postgres() as run:
        yield run


@pytest.fixture(scope="session")
def spark() -> Iterator[Database]:
    """A Spark."""
    with databases.in_spark() as run:
        yield run
