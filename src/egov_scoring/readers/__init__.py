"""Readings of one expression: exact values, bounds, directions, words. A reader knows nodes, never rule kinds."""
