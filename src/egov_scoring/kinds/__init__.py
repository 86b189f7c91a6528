"""The rule kinds: one file each, one table. A kind builds an expression; it never evaluates anything."""

from __future__ import annotations

from egov_scoring.kinds.assessed import Assessed
from egov_scoring.kinds.bands import Bands
from egov_scoring.kinds.base import Built, Context, Rule
from egov_scoring.kinds.choice import Choice
from egov_scoring.kinds.formula import Formula
from egov_scoring.kinds.per_finding import PerFinding
from egov_scoring.kinds.per_unit import PerUnit
from egov_scoring.kinds.rank import Rank
from egov_scoring.kinds.ratio import Ratio

KINDS: dict[str, type[Rule]] = {
    "per_unit": PerUnit,
    "per_finding": PerFinding,
    "choice": Choice,
    "bands": Bands,
    "ratio": Ratio,
    "rank": Rank,
    "assessed": Assessed,
    "formula": Formula,
}

__all__ = ["KINDS", "Built", "Context", "Rule"]
