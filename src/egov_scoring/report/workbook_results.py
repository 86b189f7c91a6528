"""The results of units as a workbook: who stands where, where points went, and a sheet for each unit that shows how."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from egov_scoring.report.workbook_about import write_about
from egov_scoring.report.workbook_charts import write_charts
from egov_scoring.report.workbook_facts import write_facts, write_findings, write_records
from egov_scoring.report.workbook_losses import write_indicators, write_losses, write_offices, write_open
from egov_scoring.report.workbook_plan import Results
from egov_scoring.report.workbook_ranking import write_matrix, write_ranking
from egov_scoring.report.workbook_unit import write_unit
from egov_scoring.scorecard import Scorecard

MOST = 80  # percent that are done when only the file is left to be packed


def write(
    cards: Sequence[Scorecard],
    path: Path,
    lang: str | None = None,
    *,
    among: Sequence[Scorecard] = (),
    progress: Callable[[float], None] = lambda percent: None,
) -> None:
    """Writes the workbook; places are those among all units that were scored together. Says how much is done, in percent."""
    results = Results(cards, among or cards, path, lang)
    write_ranking(results)
    write_matrix(results)
    write_indicators(results)
    write_charts(results)
    write_losses(results)
    write_offices(results)
    write_open(results)
    write_records(results)
    write_facts(results)
    write_findings(results)
    write_about(results)
    count = len(results.unit_sheets)
    for at in range(count):
        write_unit(results, at)
        progress(MOST * (at + 1) / count)
    results.book.close()
