"""The command line, `egov-scoring`."""

from egov_scoring.cli import cases, rulesets, units
from egov_scoring.cli.app import cli, main

__all__ = ["cases", "cli", "main", "rulesets", "units"]
