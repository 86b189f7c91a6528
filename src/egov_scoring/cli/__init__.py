"""The command line, `egov-scoring`."""

from egov_scoring.cli import cases, rulesets, sql, units
from egov_scoring.cli.app import cli, main

__all__ = ["cases", "cli", "main", "rulesets", "sql", "units"]
