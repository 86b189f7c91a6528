"""A scorecard as an HTML table, for notebooks."""

from __future__ import annotations

from html import escape

from egov_scoring import messages
from egov_scoring.report import text
from egov_scoring.scorecard import Scorecard


def scorecard(card: Scorecard, lang: str | None = None) -> str:
    """The tree with points, and the ledger lines that cost points."""
    rows = [
        f'<tr><td style="text-align:left;padding-left:{1 + depth}em">{escape(score.name)}</td>'
        f"<td>{escape(text.points(score, lang))}</td></tr>"
        for score, depth in text.tree(card.total)
    ]
    if card.total.added:
        total = escape(messages.text("card.total", lang))
        rows.append(f"<tr><th>{total}</th><th>{escape(text.points(card.total, lang))}</th></tr>")
    losses = [
        f'<tr><td style="text-align:left">{escape(card[line.indicator].name)}</td>'
        f'<td style="text-align:left">{escape(line.text(lang))}</td><td>-{line.loss}</td></tr>'
        for line in card.losses()
    ]
    caption = f"<caption>{escape(card.unit)} {escape(card.program.id)} {escape(card.program.title)}</caption>"
    return f"<table>{caption}<tbody>{''.join(rows)}</tbody></table><table><tbody>{''.join(losses)}</tbody></table>"
