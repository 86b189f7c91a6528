"""A scorecard as an HTML table, for notebooks."""

from __future__ import annotations

from html import escape

from egov_scoring import messages
from egov_scoring.report import text
from egov_scoring.scorecard import Scorecard


def scorecard(card: Scorecard, lang: str | None = None) -> str:
    """The tree with points, and the ledger lines that changed them."""
    rows = [
        f'<tr><td style="text-align:left;padding-left:{1 + depth}em">{escape(score.name)}</td>'
        f"<td>{escape(text.points(score, lang))}</td></tr>"
        for score, depth in text.tree(card.total)
    ]
    if card.total.added:
        total = escape(messages.text("card.total", lang))
        rows.append(f"<tr><th>{total}</th><th>{escape(text.points(card.total, lang))}</th></tr>")
    if card.graded is not None:
        title = escape(messages.text("card.grade", lang))
        rows.append(f"<tr><th>{title}</th><th>{escape(text.grade(card, lang))}</th></tr>")
    changes = [
        f'<tr><td style="text-align:left">{escape(change.name)}</td>'
        f'<td style="text-align:left">{escape(change.said)}</td><td>{change.amount}</td></tr>'
        for change in text.changes(card, lang)
    ]
    caption = f"<caption>{escape(card.unit)} {escape(card.program.id)} {escape(card.program.title)}</caption>"
    changes += [
        f'<tr><td style="text-align:left" colspan="3">{escape(said.strip())}</td></tr>'
        for said in text.objections(card, lang)
    ]
    went = f"<caption>{escape(text.changes_title(card, lang))}</caption><tbody>{''.join(changes)}</tbody>"
    return f"<table>{caption}<tbody>{''.join(rows)}</tbody></table><table>{went}</table>"
