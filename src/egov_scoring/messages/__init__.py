"""All wording, by message id and language; ids and arguments come from the rest of the library.

A language is imported when something is first said in it: most processes say nothing, or all in one.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Mapping
from contextvars import ContextVar

LANGUAGES = ("zh", "en")

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


def texts(lang: str) -> Mapping[str, str]:
    """Every message in that language, by its id."""
    if lang == "zh":
        from egov_scoring.messages import zh

        return zh.TEXTS
    from egov_scoring.messages import en

    return en.TEXTS


def has(message: str) -> bool:
    """Whether there is such a message."""
    return message in texts(language())


def word(name: object, lang: str | None = None) -> str:
    """The word for one of our own terms, such as a type or a form; any other text stays as it is."""
    return texts(lang or language()).get(f"word.{name}", str(name))


def text(message: str, lang: str | None = None, /, **args: object) -> str:
    """The message in that language, or in the environment's, its gaps filled with `args`."""
    lang = lang or language()
    if lang not in LANGUAGES:
        raise ValueError(f"no language {lang!r}; there are {', '.join(LANGUAGES)}")
    said = texts(lang)[message].format(**args)
    if lang == "zh":
        return said
    from egov_scoring.messages import en

    return en.singular(said)


def width(string: str) -> int:
    """How many terminal columns the string takes; a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in string)


def pad(string: str) -> str:
    """Blanks as wide as the string, so that a caret below it meets its column."""
    return "".join("\t" if c == "\t" else " " * width(c) for c in string)
