"""What several tests share."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from egov_scoring.cases import read_cases


def case_params(files: Iterable[Path]) -> list[Any]:
    """Every case of these files as a parameter, by the name of the file and its own."""
    return [
        pytest.param(case, id=f"{'/'.join(file.with_suffix('').parts[-3:])}: {case.name}")
        for file in files
        for case in read_cases(file)
    ]
