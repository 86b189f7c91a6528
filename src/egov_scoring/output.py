"""Results as files: what is written under which suffix, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from egov_scoring import messages, whole_file
from egov_scoring.errors import EgovScoringError, FactsError, Problem
from egov_scoring.facts import RECORDS, Unit
from egov_scoring.scorecard import Scorecard

if TYPE_CHECKING:
    from egov_scoring.improvement import Gain
    from egov_scoring.rectification import Standing

Progress = Callable[[float], None]
"""Told how much is done, in percent."""


class Task(NamedTuple):
    """What is to be written: the cards, those of all units that were scored with them, earlier ones, the file, the language."""

    cards: Sequence[Scorecard]
    among: Sequence[Scorecard]
    before: Sequence[Standing]
    path: Path
    lang: str
    progress: Progress

    def write(self, text: str) -> None:
        """Writes the text."""
        self.path.write_text(text, "utf-8", newline="\n")


def _xlsx(task: Task) -> None:
    from egov_scoring.report import workbook_results

    workbook_results.write(task.cards, task.path, task.lang, among=task.among, progress=task.progress)


def _html(task: Task) -> None:
    from egov_scoring.report.results_page import page

    task.write(page(task.cards, task.lang, among=task.among, before=task.before))


def _docx(task: Task) -> None:
    from egov_scoring.report.letter import write_letter

    write_letter(task.cards[0], task.path, task.lang, among=task.among, gains=_gains(task.cards[0], task.among))


def _gains(card: Scorecard, among: Sequence[Scorecard]) -> Sequence[Gain]:
    """What would bring the unit points; nothing where that cannot be said, since not all is known."""
    from egov_scoring import improvement
    from egov_scoring.ruleset import Ruleset

    peers = [_unit(each) for each in among] if len(among) > 1 else None
    try:
        return improvement.gains(Ruleset(card.program), _unit(card), peers)
    except FactsError:
        return ()


def _unit(card: Scorecard) -> Unit:
    """The unit as it was scored."""
    return Unit(card.unit, card.inputs["facts"], **{kind: card.inputs.get(kind, {}) for kind in RECORDS})


def _csv(task: Task) -> None:
    from egov_scoring.report import rows

    task.write("\ufeff" + rows.csv(task.cards))  # without the mark at its head a spreadsheet does not show Chinese


def _json(task: Task) -> None:
    from egov_scoring.report import json

    task.write(f"{json.text(task.cards, task.lang)}\n")


def _parquet(task: Task) -> None:
    from egov_scoring.report import parquet

    parquet.write(task.cards, task.path)


def _md(task: Task) -> None:
    from egov_scoring.report import markdown

    task.write(markdown.results(task.cards, task.lang, among=task.among))


WRITERS: Mapping[str, Callable[[Task], None]] = {
    ".xlsx": _xlsx,
    ".html": _html,
    ".docx": _docx,
    ".csv": _csv,
    ".json": _json,
    ".parquet": _parquet,
    ".md": _md,
}


def check(paths: Sequence[Path], *facts: Path, known: Collection[str] = WRITERS) -> None:
    """Refuses what cannot be written, or would be written over the facts, before the work begins; raises `EgovScoringError`.

    The suffixes `known` are those that whoever asks can write.
    """
    told = (_problems(path, paths[:at], facts, known) for at, path in enumerate(paths))
    if problems := [problem for each in told for problem in each]:
        raise EgovScoringError(problems)


def _problems(path: Path, before: Sequence[Path], facts: Sequence[Path], known: Collection[str]) -> Iterator[Problem]:
    if path.suffix.lower() not in known:
        yield Problem("output-suffix", file=str(path), known=", ".join(known))
    if not path.parent.is_dir():
        yield Problem("output-folder", folder=str(path.parent))
    elif path.is_dir():
        yield Problem("output-is-a-folder", file=str(path))
    if path.resolve() in [other.resolve() for other in before]:
        yield Problem("output-twice", file=str(path))
    if any(each.resolve() in (path.resolve(), path.parent.resolve()) for each in facts):
        yield Problem("output-over-facts", file=str(path))


def check_count(cards: Sequence[Scorecard], paths: Sequence[Path]) -> None:
    """Refuses a letter to more than one unit; raises `EgovScoringError`."""
    letters = [path for path in paths if WRITERS.get(path.suffix.lower()) is _docx]
    if letters and len(cards) != 1:
        raise EgovScoringError([Problem("output-for-one-unit", file=str(path), count=len(cards)) for path in letters])


def write(
    cards: Sequence[Scorecard],
    path: str | Path,
    lang: str | None = None,
    *,
    among: Sequence[Scorecard] = (),
    before: Sequence[Standing] = (),
    progress: Progress = lambda percent: None,
) -> None:
    """Writes the cards of at least one unit to a file, in the form that its suffix says; a letter (`.docx`) to one unit only.

    Whoever is not written, but was scored with them, is handed in `among`: places are those among all. A page (`.html`) tells
    who has gained since the cards `before`. Raises `EgovScoringError` for a suffix that is not known or a library that is not
    there, and `OSError`; the file then is what it was before.

    >>> from tempfile import mkdtemp
    >>> from egov_scoring import load, read_units
    >>> cards = load("2019/city").score_all(read_units("examples/2019_city_units.yaml"))
    >>> file = Path(mkdtemp()) / "scores.csv"
    >>> write(cards, file)
    >>> file.read_text("utf-8-sig").splitlines()[1][:20]
    '甲市,complete,64.10,65'
    """
    path = Path(path)
    writer = WRITERS.get(path.suffix.lower())
    if writer is None:
        raise EgovScoringError([Problem("output-suffix", file=str(path), known=", ".join(WRITERS))])
    check_count(cards, [path])
    try:
        with whole_file.beside(path) as part:
            part.touch()  # an unwritable folder is said before the work begins
            writer(Task(cards, among or cards, before, part, lang or messages.language(), progress))
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error
