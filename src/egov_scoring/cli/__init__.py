"""The command line, `egov-scoring`."""

from egov_scoring.cli import (
    advice,
    authors,
    cases,
    diff,
    duties,
    forms,
    git_diff,
    reconcile,
    rectify,
    rulesets,
    scores,
    sql,
    units,
)
from egov_scoring.cli.app import cli, main

__all__ = [
    "advice",
    "authors",
    "cases",
    "cli",
    "diff",
    "duties",
    "forms",
    "git_diff",
    "main",
    "reconcile",
    "rectify",
    "rulesets",
    "scores",
    "sql",
    "units",
]
