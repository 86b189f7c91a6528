"""What holds for whatever is tested, in `src` and `docs` as well: English, and no cache of the user's."""

from __future__ import annotations

import os


def pytest_configure() -> None:
    """Whatever language the machine speaks, and whatever its user's cache holds."""
    os.environ["EGOV_SCORING_LANG"] = "en"
    os.environ["EGOV_SCORING_CACHE"] = "off"
