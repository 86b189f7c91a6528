"""What results were made by: the ruleset and its documents, the engine, and who was compared with whom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from egov_scoring import messages
from egov_scoring.program import Program
from egov_scoring.report import text as as_text
from egov_scoring.report import wording
from egov_scoring.report.page import origin
from egov_scoring.scorecard import Scorecard, engine


def about(cards: Sequence[Scorecard], lang: str | None = None) -> Iterator[tuple[str, str]]:
    """Names and what they say; `cards` are those of at least one unit."""
    program = cards[0].program
    yield from made_by(program, lang)
    yield messages.text("results.scored", lang), messages.text("results.units", lang, count=len(cards))
    if peers := _compared(cards[0], lang):
        yield messages.text("results.compared", lang), peers
    if program.grades:
        yield messages.text("grade.title", lang), "\n".join(wording.grades(program, lang))


def made_by(program: Program, lang: str | None = None) -> Iterator[tuple[str, str]]:
    """The ruleset with its documents, and the engine: names and what they say."""
    yield messages.text("results.ruleset", lang), program.id
    for key, said in origin(program, lang):
        yield messages.text(f"page.{key}", lang), said.replace("`", "")
    yield messages.text("results.fingerprint", lang), program.fingerprint
    yield messages.text("results.scoring_fingerprint", lang), program.scoring_fingerprint
    yield messages.text("results.engine", lang), f"egov_scoring {engine()}"


def _compared(card: Scorecard, lang: str | None) -> str:
    """Among whom places were worked out, where indicators hang on a place."""
    names = as_text.called(card)
    ranked = [names[item.id] for item in card.program.items() if item.compares]
    if not ranked:
        return ""
    peers = [str(peer.get("unit") or messages.text("card.nameless", lang)) for peer in card.inputs.get("peers", ())]
    units = list(dict.fromkeys([as_text.unit(card, lang), *peers]))
    message = "results.among" if peers else "results.among_nobody"
    among = messages.text(message, lang, count=len(units), units=wording.listed(units, lang))
    return f"{among}\n{wording.listed(ranked, lang)}"
