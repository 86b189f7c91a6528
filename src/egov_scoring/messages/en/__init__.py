"""Everything said in English."""

from __future__ import annotations

from egov_scoring.messages.en import ledger, problems, rules, screen

TEXTS: dict[str, str] = {**problems.TEXTS, **rules.TEXTS, **ledger.TEXTS, **screen.TEXTS}
