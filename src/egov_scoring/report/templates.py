"""Pages are made from templates beside this module; in them `say` words a message."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from egov_scoring import messages
from egov_scoring.report.text import printable

TAGS = {"zh": "zh-CN", "en": "en"}


def html_page(template: str, lang: str | None = None, /, **values: object) -> str:
    """A page of that template, which needs no other file and no network; in it `tag` names the language.

    It is ASCII, other characters as references: so it reads the same in whatever encoding a terminal or a mail puts it.
    What cannot be printed, and what would turn the direction of a text, is left blank.
    """
    lang = lang or messages.language()
    text = environment(lang, html=True).get_template(template).render(tag=TAGS[lang], **values)
    return printable(text).encode("ascii", "xmlcharrefreplace").decode("ascii")


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
