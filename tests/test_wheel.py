"""The wheel carries everything: installed elsewhere, it loads a shipped ruleset and scores with it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
UNITS = ROOT / "examples" / "2019_city_units.yaml"

LOAD = """
import egov_scoring
egov_scoring.load("2019/city")
print(egov_scoring.__file__)
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the library installed from its wheel, without its dependencies."""
    folder = tmp_path_factory.mktemp("wheel")
    _python("-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT), cwd=folder)
    (wheel,) = folder.glob("*.whl")
    target = folder / "installed"
    pip = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps")
    _python(*pip, "--target", str(target), str(wheel), cwd=folder)
    return target


def test_wheel_loads_a_ruleset(installed: Path, tmp_path: Path) -> None:
    file = _python("-c", LOAD, cwd=tmp_path, path=installed).strip()
    assert Path(file).is_relative_to(installed)


def test_wheel_scores_from_the_command_line(installed: Path, tmp_path: Path) -> None:
    units = shutil.copy(UNITS, tmp_path)
    first = yaml.safe_load(UNITS.read_text(encoding="utf-8"))["units"][0]["unit"]
    output = _python("-m", "egov_scoring", "score", "2019/city", str(units), cwd=tmp_path, path=installed)
    assert first in output


def test_wheel_is_typed_and_carries_the_documents(installed: Path) -> None:
    package = installed / "egov_scoring"
    assert (package / "py.typed").is_file()
    assert (package / "rulesets" / "documents.yaml").is_file()


def _python(*arguments: str, cwd: Path, path: Path | None = None) -> str:
    """What this Python prints when run elsewhere; `path` goes before everything installed here."""
    environment = {**os.environ, "PYTHONUTF8": "1"}
    environment.pop("PYTHONPATH", None)
    if path:
        environment["PYTHONPATH"] = str(path)
    run = subprocess.run(
        [sys.executable, *arguments], cwd=cwd, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    assert run.returncode == 0, run.stderr or run.stdout
    return run.stdout
