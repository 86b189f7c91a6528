"""Pages are made from templates beside this module; in them `say` words a message."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from egov_scoring import messages


def environment(lang: str | None, *, html: bool = False) -> Environment:
    """The templates in that language; in `html` no text becomes markup."""
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        autoescape=html,
        trim_blocks=html,
        lstrip_blocks=html,
    )
    made.globals["say"] = lambda name, **args: messages.text(name, lang, **args)
    return made
