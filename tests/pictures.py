"""Makes the pictures of docs/officer.md anew, in both languages: python -m tests.pictures.

They show the made-up cities of examples/ in a round: a form, one that comes back with problems, the workbook and the page of
results, a letter, and the self-report beside the verification.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl

from egov_scoring import messages
from tests import programs

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "pictures"
UNITS = ROOT / "examples" / "2019_city_units.yaml"
VERIFIED = ROOT / "examples" / "2019_city_verified.yaml"
NAMES = "甲乙丙丁戊己庚辛壬癸"
RESOLUTION = 80


def main() -> None:
    """All pictures."""
    PICTURES.mkdir(exist_ok=True)
    for lang in messages.LANGUAGES:
        with TemporaryDirectory() as folder:
            _round(Path(folder), lang)


def _round(folder: Path, lang: str) -> None:
    (folder / "units.txt").write_text("".join(f"{name}市\n" for name in NAMES), "utf-8")
    for forms, facts in (("forms/", UNITS), ("verified/", VERIFIED)):
        _egov(folder, lang, "template", "2019/city", "--units", "units.txt", "-o", forms)
        _python(folder, str(ROOT / "examples" / "fill_forms.py"), str(facts), forms)
    _egov(folder, lang, "score", "2019/city", "forms", "-o", "result.xlsx", "-o", "report.html")
    _egov(folder, lang, "score", "2019/city", "forms", "--unit", "乙市", "-o", "letter.docx")
    _egov(folder, lang, "reconcile", "2019/city", "forms", "verified", "-o", "reconcile.html")
    _page(folder / "forms" / "乙市.xlsx", folder, f"form.{lang}")
    _page(_with_problems(folder, lang), folder, f"problems.{lang}")
    _page(folder / "result.xlsx", folder, f"ranking.{lang}")
    _page(folder / "letter.docx", folder, f"letter.{lang}")
    for name, height in (("report", 1750), ("reconcile", 1100)):
        made = programs.browsed(folder / f"{name}.html", folder, width=1100, height=height)
        made.replace(PICTURES / f"{name}.{lang}.png")


def _with_problems(folder: Path, lang: str) -> Path:
    """The marked copy of a form in which two cells are filled in wrongly."""
    form = folder / "forms" / "甲市.xlsx"
    book = openpyxl.load_workbook(form)
    sheet = book.worksheets[0]
    sheet["E6"], sheet["E7"] = "约4个", -1
    book.save(form)
    _egov(folder, lang, "score", "2019/city", "forms/甲市.xlsx", code=2)
    return next(path for path in (folder / "forms").glob("甲市.*.xlsx"))


def _page(file: Path, folder: Path, name: str, number: int = 1) -> None:
    """A page of a workbook or a letter, as LibreOffice prints it."""
    pdf = programs.converted(file, "pdf", folder)
    programs.pictures_of(pdf, folder, RESOLUTION)[number - 1].replace(PICTURES / f"{name}.png")


def _egov(folder: Path, lang: str, *words: str, code: int = 0) -> None:
    _python(folder, "-m", "egov_scoring", "--lang", lang, *words, code=code)


def _python(folder: Path, *words: str, code: int = 0) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "PYTHONUTF8": "1"}
    run = subprocess.run(
        [sys.executable, *words], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert run.returncode == code, run.stdout + run.stderr


if __name__ == "__main__":
    main()
