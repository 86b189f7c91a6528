"""The command line, `egov-scoring`."""

from egov_scoring.cli import authors, cases, diff, git_diff, rulesets, sql, units
from egov_scoring.cli.app import cli, main

__all__ = ["authors", "cases", "cli", "diff", "git_diff", "main", "rulesets", "sql", "units"]
