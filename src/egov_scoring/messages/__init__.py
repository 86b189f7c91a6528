"""All wording, by message id and language; ids and arguments come from the rest of the library."""

from __future__ import annotations

import os
import unicodedata
from contextvars import ContextVar

from egov_scoring.messages import en, zh

LANGUAGES = {"zh": zh.TEXTS, "en": en.TEXTS}


_chosen: ContextVar[str | None] = ContextVar("language", default=None)


def use(lang: str | None) -> None:
    """From now on everything is said in that language, `zh` or `en`; None goes by the environment again."""
    _chosen.set(lang)


def language() -> str:
    """`zh` or `en`: the one in use, else from EGOV_SCORING_LANG or the environment's locale."""
    if chosen := _chosen.get():
        return chosen
    for name in ("EGOV_SCORING_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"


def has(message: str) -> bool:
    """Whether there is such a message."""
    return message in zh.TEXTS


def word(name: object, lang: str | None = None) -> str:
    """The word for one of our own terms, such as a type or a form; any other text stays as it is."""
    return LANGUAGES[lang or language()].get(f"word.{name}", str(name))


def text(message: str, lang: str | None = None, /, **args: object) -> str:
    """The message in that language, or in the environment's, its gaps filled with `args`."""
    lang = lang or language()
    if lang not in LANGUAGES:
        raise ValueError(f"no language {lang!r}; there are {', '.join(LANGUAGES)}")
    said = LANGUAGES[lang][message].format(**args)
    return en.singular(said) if lang == "en" else said


def width(string: str) -> int:
    """How many terminal columns the string takes; a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in string)


def pad(string: str) -> str:
    """Blanks as wide as the string, so that a caret below it meets its column."""
    return "".join("\t" if c == "\t" else " " * width(c) for c in string)
