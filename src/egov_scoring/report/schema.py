"""The published schemas of what the library writes."""

from __future__ import annotations

from pathlib import Path


def text(kind: str) -> str:
    """The JSON Schema of that kind of result, as JSON text."""
    return (Path(__file__).parent / f"{kind}.schema.json").read_text("utf-8")
