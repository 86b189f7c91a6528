"""Workbooks to fill in: written from a ruleset, and read back by what stands hidden in them."""
