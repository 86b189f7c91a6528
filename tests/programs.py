"""Programs that are not ours, to see what others make of our workbooks, letters and pages: LibreOffice, Chromium, poppler."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from tests.databases import without

OFFICE = ("soffice", "libreoffice")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-component-update"
    " --disable-sync --hide-scrollbars"
)

# As LibreOffice stands, it takes the values of formulas from the file.
WORKS_OUT_ANEW = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


def found(*names: str) -> str:
    """The program of one of these names; without it the test ends."""
    return next(filter(None, map(shutil.which, names)), None) or without(names[0])


def converted(file: Path, kind: str, folder: Path) -> Path:
    """The file as LibreOffice opens it, works it out anew and writes it: `pdf`, `xlsx`, `csv`."""
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True, exist_ok=True)
    settings = profile / "user" / "registrymodifications.xcu"
    if not settings.exists():
        settings.write_text(WORKS_OUT_ANEW, "utf-8")
    installed = f"-env:UserInstallation={profile.absolute().as_uri()}"
    command = [found(*OFFICE), installed, "--headless", "--convert-to", kind, "--outdir", str(folder), str(file)]
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    made = folder / f"{file.stem}.{kind.partition(':')[0]}"
    assert made.is_file(), run.stdout + run.stderr
    return made


def text_of(pdf: Path) -> str:
    """The words of a PDF, page by page."""
    run = subprocess.run([found("pdftotext"), "-layout", str(pdf), "-"], capture_output=True, text=True, check=True)
    return run.stdout


def pictures_of(pdf: Path, folder: Path, resolution: int = 70) -> list[Path]:
    """The pages of a PDF as pictures."""
    subprocess.run([found("pdftoppm"), "-png", "-r", str(resolution), str(pdf), str(folder / pdf.stem)], check=True)
    return sorted(folder.glob(f"{pdf.stem}-*.png"))


def browsed(page: Path, folder: Path, *, width: int = 1280, height: int = 2000) -> Path:
    """A picture of a page as Chromium shows it from disk, without a network."""
    return _in_browser(
        page, folder, folder / f"{page.stem}-{width}.png", f"--window-size={width},{height}", "--screenshot="
    )


def printed(page: Path, folder: Path) -> Path:
    """The PDF that Chromium prints of a page."""
    return _in_browser(page, folder, folder / f"{page.stem}.pdf", "--no-pdf-header-footer", "--print-to-pdf=")


def dom_of(page: Path, folder: Path) -> str:
    """A page as HTML after its scripts have run, and what they had put off for a few seconds."""
    return _run_browser(page, folder, "--virtual-time-budget=5000", "--dump-dom").stdout


def _in_browser(page: Path, folder: Path, made: Path, option: str, output: str) -> Path:
    run = _run_browser(page, folder, option, f"{output}{made}")
    assert made.is_file(), run.stderr
    return made


def _run_browser(page: Path, folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    offline = ["--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={folder / 'browser'}", *options]
    command = [found(*BROWSERS), *QUIET.split(), *offline, page.absolute().as_uri()]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
