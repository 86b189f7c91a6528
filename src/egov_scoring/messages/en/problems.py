"""What is wrong, and what to do about it."""

TEXTS: dict[str, str] = {}
