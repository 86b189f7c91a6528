"""The documentation keeps its word: what it shows is what happens, what it names is there, and it names every module.

A page is played from top to bottom in a folder of its own:

- "File `NAME`:" before a block writes that file;
- "In `NAME`:" before a `diff` block changes it; what goes or stays must stand there once;
- in a `console` block every line that begins with `$` is run, and what follows it is what must be printed; a line `...`
  stands for lines left out.

With `--reset-golden` the pages get what is printed now.
"""

from __future__ import annotations

import contextvars
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import chdir, redirect_stderr, redirect_stdout
from difflib import get_close_matches
from pathlib import Path

import pytest

from egov_scoring import cli, messages
from egov_scoring.kinds import KINDS
from tests.conftest import Golden

ROOT = Path(__file__).parents[1]
LIBRARY = ROOT / "src" / "egov_scoring"
READMES = [ROOT / "README.md", ROOT / "README.zh-CN.md"]
MADE = {*(ROOT / "docs" / "rulesets").glob("*.md")}  # tests/test_pages.py looks after these
DOCS = sorted({*(ROOT / "docs").rglob("*.md")} - MADE)
PAGES = [*READMES, *DOCS]
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
HOW_IT_WORKS = ROOT / "docs" / "how_it_works.md"
ERRORS = ROOT / "docs" / "errors.md"

STEP = re.compile(
    r"""
      ^ (?:File\ |文件\ ?) `(?P<file>[^`\n]+)` [^\n]* [:：]\n\n ```\w*\n (?P<content>.*?) ^```$
    | ^ In\ `(?P<edited>[^`\n]+)` [^\n]* :\n\n ```diff\n (?P<diff>.*?) ^```$
    | ^```console\n (?P<session>.*?) ^```$
    """,
    re.MULTILINE | re.DOTALL | re.VERBOSE,
)
CUT = "..."

Run = Callable[[list[str], Path], str]


def name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def page_test(pages: list[Path]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("page", pages, ids=name)


# Pages are played.


@page_test([page for page in PAGES if STEP.search(page.read_text("utf-8"))])
def test_a_page_shows_what_happens(page: Path, tmp_path: Path, golden: Golden) -> None:
    golden(page, Play(tmp_path, "zh" if ".zh" in page.name else "en").page(page.read_text("utf-8")))


@page_test(READMES)
def test_a_command_in_a_table_works(page: Path, tmp_path: Path) -> None:
    folder = Play(tmp_path, "en").folder
    for command in re.findall(r"`egov-scoring ([^`A-Z]+(?: FACTS)?)`", page.read_text("utf-8")):
        words = command.replace("FACTS", "examples/2019_city_units.yaml").split()
        assert ran(words, folder)[1] == 0, command


class Play:
    """Plays a page in a folder that holds what a checkout offers to a user."""

    def __init__(self, folder: Path, lang: str) -> None:
        self.folder = folder
        self._lang = lang
        self._run: Run = here
        for part in ("examples", "rulesets"):
            shutil.copytree(ROOT / part, folder / part)

    def page(self, text: str) -> str:
        """The text as it must be."""
        if re.search(r"^File `src/", text, re.MULTILINE):  # a page that extends the library
            shutil.copytree(ROOT / "src", self.folder / "src")
            self._run = elsewhere
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("EGOV_SCORING_LANG", self._lang)
            patch.delenv("FORCE_COLOR", raising=False)
            return STEP.sub(self._step, text)

    def _step(self, step: re.Match[str]) -> str:
        if step["file"]:
            file = self.folder / step["file"]
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(step["content"], "utf-8")
        elif step["edited"]:
            file = self.folder / step["edited"]
            file.write_text(patched(file.read_text("utf-8"), step["diff"]), "utf-8")
        else:
            return "```console\n" + "".join(self._session(step["session"])) + "```"
        return step[0]

    def _session(self, session: str) -> Iterator[str]:
        for entry in re.split(r"^(?=\$ )", session, flags=re.MULTILINE)[1:]:
            command, *shown = entry.rstrip("\n").split("\n")
            yield "\n".join([command, *shortened(self._printed(command[2:]), shown)]) + "\n"
            if entry.endswith("\n\n"):
                yield "\n"

    def _printed(self, command: str) -> list[str]:
        if command.startswith("make "):
            return [line for recipe in recipe_of(command) for line in self._printed(recipe)]
        call, _, target = command.partition(" > ")
        program, *words = shlex.split(call)
        printed = self._run(words, self.folder) if program == "egov-scoring" else script(program, words, self.folder)
        if target:
            (self.folder / target).write_text(printed, "utf-8")
            return []
        return [line.rstrip() for line in printed.rstrip("\n").split("\n")] if printed else []


def patched(text: str, diff: str) -> str:
    """The text with the hunks of the diff, parted by `@@`, worked in."""
    for hunk in re.split(r"^@@.*\n", diff, flags=re.MULTILINE):
        lines = hunk.splitlines(keepends=True)
        old, new = ("".join(line[1:] for line in lines if line[0] in signs) for signs in (" -", " +"))
        assert text.count(old) == 1, f"stands {text.count(old)} times:\n{old}"
        text = text.replace(old, new)
    return text


def shortened(printed: list[str], shown: list[str]) -> list[str]:
    """As much of what is printed as is shown now."""
    if CUT not in shown:
        return printed
    kept: list[str] = []
    at = 0
    for part in re.split(rf"^{re.escape(CUT)}$\n?", "\n".join(shown) + "\n", flags=re.MULTILINE):
        lines = part.splitlines()
        if kept:
            kept.append(CUT)
            if lines:
                at += printed[at:].index(get_close_matches(lines[0], printed[at:], n=1, cutoff=0)[0])
        kept += printed[at : at + len(lines)]
        at += len(lines)
    return kept


def here(words: list[str], folder: Path) -> str:
    """What the command line prints, run in this process."""
    printed, code = ran(words, folder)
    assert code != cli.app.BUG, printed
    return printed


def ran(words: list[str], folder: Path) -> tuple[str, int]:
    """What the command line prints, and how it ends."""
    printed = io.StringIO()
    code = 0
    with pytest.MonkeyPatch.context() as patch, chdir(folder), redirect_stdout(printed), redirect_stderr(printed):
        patch.setattr(sys, "argv", ["egov-scoring", *words])
        try:
            contextvars.copy_context().run(cli.main)
        except SystemExit as end:
            code = int(end.code or 0)
    return printed.getvalue(), code


def elsewhere(words: list[str], folder: Path) -> str:
    """What the command line of the library in that folder prints."""
    return python(["-m", "egov_scoring", *words], folder, folder / "src")


def script(program: str, words: list[str], folder: Path) -> str:
    """What a Python file of the page prints."""
    assert program == "python"
    return python(words, folder, LIBRARY.parent)


def python(words: list[str], folder: Path, path: Path) -> str:
    """What a fresh Python prints that finds the library in `path`."""
    environment = {**os.environ, "PYTHONPATH": str(path), "PYTHONUTF8": "1"}
    run = subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    assert "Traceback" not in run.stdout, run.stdout
    assert run.returncode != cli.app.BUG, run.stdout
    return run.stdout


def recipe_of(command: str) -> list[str]:
    """The commands of our own that a target of the Makefile runs once `.venv` is there."""
    if not shutil.which("make"):
        pytest.skip("no make on this machine")
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("MAKE", "MFLAGS"))}
    words = [*shlex.split(command), "--dry-run", "--assume-old=.venv/library.stamp"]
    lines = subprocess.check_output(words, cwd=ROOT, env=environment, encoding="utf-8").splitlines()
    return [line.removeprefix(".venv/bin/") for line in lines if line.startswith(".venv/bin/egov-scoring")]


# What is named is there.

LINK = re.compile(r"\]\((?!https?://|#)([^)#\s]+)[^)]*\)")
IN_TREE = re.compile(r"`((?:src|tests|docs|rulesets|examples|benchmarks)/[\w./-]*)`")
MODULE = re.compile(r"`(?!src/|tests/)([\w/]+\.py)`")


@page_test([*PAGES, ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"])
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text("utf-8")
    assert [target for target in LINK.findall(text) if not (page.parent / target).exists()] == []


@page_test([*PAGES, ROOT / "CONTRIBUTING.md"])
def test_paths_exist(page: Path) -> None:
    text = page.read_text("utf-8")
    made = {step["file"] for step in STEP.finditer(text) if step["file"]}
    named = set(IN_TREE.findall(text)) - made
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []


def test_every_module_is_explained() -> None:
    text = HOW_IT_WORKS.read_text("utf-8")
    modules = {file.relative_to(LIBRARY).as_posix() for file in LIBRARY.rglob("*.py") if file.name != "__init__.py"}
    assert set(MODULE.findall(text)) == {re.sub("/(zh|en)/", "/LANG/", module) for module in modules}


def test_every_kind_is_in_the_language() -> None:
    text = (ROOT / "docs" / "language.md").read_text("utf-8")
    assert [kind for kind in KINDS if f"kind: {kind}" not in text] == []


@page_test(READMES)
def test_every_command_and_target_is_listed(page: Path) -> None:
    text = page.read_text("utf-8")
    assert [command for command in cli.cli.commands if f"| `egov-scoring {command}" not in text] == []
    targets = re.findall(r"^([a-z]+):.*##", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert [target for target in re.findall(r"`make ([a-z]+)", text) if target not in targets] == []


@page_test(READMES)
def test_every_page_is_listed(page: Path) -> None:
    linked = {(page.parent / target).resolve() for target in LINK.findall(page.read_text("utf-8"))}
    listed = [file for file in DOCS if file not in DECISIONS]
    assert [name(file) for file in listed if file not in linked] == []
    assert {ROOT / "docs" / "decisions", ROOT / "docs" / "rulesets"} <= linked


def test_both_readmes_have_the_same_parts() -> None:
    english, chinese = ([*outline(page.read_text("utf-8"))] for page in READMES)
    assert english == chinese


def outline(text: str) -> Iterator[str]:
    """Headings by level, blocks by language, tables by rows; Python and commands as they are."""
    for line in re.findall(r"^(?:#+ |```\w*$|\| |>>> |\$ ).*", text, re.MULTILINE):
        yield line if line.startswith(("```", ">>>", "$")) else line[: line.index(" ") + 1]


@page_test(DECISIONS)
def test_a_decision_says_why(page: Path) -> None:
    text = page.read_text("utf-8")
    assert text.startswith(f"# {page.name[:4]} ")
    assert re.findall(r"^## (.*)", text, re.MULTILINE) == ["Context", "Decision", "Consequences"]
    assert re.search(r"^Date: \d{4}-\d\d-\d\d$", text, re.MULTILINE)


def test_decisions_are_numbered() -> None:
    assert [page.name[:4] for page in DECISIONS] == [f"{number:04}" for number in range(1, len(DECISIONS) + 1)]


# Pages made from the library.


def test_the_list_of_errors_is_complete(golden: Golden) -> None:
    head, table, _ = ERRORS.read_text("utf-8").partition("| code |")
    rows = "".join(f"| {' | '.join(row)} |\n" for row in errors())
    golden(ERRORS, head + table + " message | hint |\n|---|---|---|\n" + rows)


def errors() -> Iterator[tuple[str, str, str]]:
    """Every code with its message and its hints."""
    texts = messages.texts("en")
    for message in sorted(texts):
        kind, _, code = message.partition(".")
        if kind == "problem" and code != "hint":
            others = [texts[hint] for hint in texts if hint.startswith(f"hint.{code}.")]
            hints = [*others, *filter(None, [texts.get(f"hint.{code}")])]
            yield f"`{code}`", gaps(texts[message]), gaps("; or: ".join(hints))


def gaps(text: str) -> str:
    """A message as a cell of a table, its gaps set off."""
    return re.sub(r"(?<!\{)\{(\w+)\}", r"*\1*", text).replace("{{", "{").replace("}}", "}").replace("|", "\\|")
