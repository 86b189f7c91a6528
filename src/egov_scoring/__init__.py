"""Scores government units against published indicator systems: exact, explained, replayable.

>>> import egov_scoring
>>> ruleset = egov_scoring.load("2019/city")
>>> card = ruleset.score({"network_cloud_platforms": 3, "roll_call_absences": 4}, incomplete=True)
>>> print(card["network_cloud"].points, card["video_roll_call"].loss)
6.00 0.20
"""

import typing

from egov_scoring._version import __version__
from egov_scoring.errors import EgovScoringError, FactsError, Problem, RulesetError
from egov_scoring.facts import FactDeclaration, Unit
from egov_scoring.load import load
from egov_scoring.ruleset import Ruleset
from egov_scoring.scorecard import LedgerLine, PointRange, Score, Scorecard

if typing.TYPE_CHECKING:
    from egov_scoring.comparison.diff import diff
    from egov_scoring.comparison.difference import Diff
    from egov_scoring.units import read_units

__all__ = [
    "Diff",
    "EgovScoringError",
    "FactDeclaration",
    "FactsError",
    "LedgerLine",
    "PointRange",
    "Problem",
    "Ruleset",
    "RulesetError",
    "Score",
    "Scorecard",
    "Unit",
    "__version__",
    "diff",
    "load",
    "read_units",
]


def __getattr__(name: str) -> object:
    """What reads files or rulesets as written brings in YAML, and comes when it is asked for."""
    if name in ("Diff", "diff"):
        from egov_scoring.comparison import diff

        return getattr(diff, name)
    if name == "read_units":
        from egov_scoring.units import read_units

        return read_units
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
