"""What all tests share: texts that are compared with files under version control."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

Golden = Callable[[Path, str], None]

pytest.register_assert_rewrite("tests.support")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--reset-golden`."""
    parser.addoption(
        "--reset-golden", action="store_true", help="rewrite the expected texts; read the difference in git"
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
