"""What the points were worked out from: every fact of every unit, the findings, and what people decided."""

from __future__ import annotations

from collections.abc import Sequence

from egov_scoring.facts import FINDING_KEYS, RECORDS, FactDeclaration
from egov_scoring.report import wording
from egov_scoring.report.workbook import Cell
from egov_scoring.report.workbook_plan import Results


def write_facts(results: Results) -> None:
    """A row a unit and a fact."""
    book = results.book
    names = {"unit": 18, "fact": 52, "value": 14, "measure": 9, "remark": 34, "id": 30}
    columns = [book.column(name, broad, "centred" if name == "value" else "text") for name, broad in names.items()]
    sheet = book.sheet(results.sheets["facts"], columns)
    sheet.title(results.sheets["facts"], book.say("results.facts"))
    head = sheet.heads()
    for at, card in enumerate(results.cards):
        for key, fact in results.program.facts.items():
            stated = card.inputs["facts"].get(key)
            shown: Cell = (
                book.say("results.not_stated") if stated is None else wording.value(fact, stated, results.lang)
            )
            row = [results.unit(at), fact.label or key, shown, fact.unit, _remark(results, fact, stated), key]
            results.facts[at, key] = sheet.add(row)
    sheet.finish(head, filtered=True)


def _remark(results: Results, fact: FactDeclaration, stated: object) -> Cell:
    """Who gave points and why; how many findings are told one by one."""
    if fact.type == "points":
        return wording.judged(stated, results.lang)
    if fact.type == "findings" and isinstance(stated, Sequence) and not isinstance(stated, str) and stated:
        return results.part("findings")
    return ""


def write_findings(results: Results) -> None:
    """A row a finding, where they are told one by one."""
    found = [
        (at, fact, record)
        for at, card in enumerate(results.cards)
        for key, fact in results.program.facts.items()
        if fact.type == "findings" and isinstance(records := card.inputs["facts"].get(key), (list, tuple))
        for record in records
    ]
    if not found:
        return
    book = results.book
    names = {"unit": 18, "fact": 42, "date": 12, "note": 48, "proof": 34}
    sheet = book.sheet(results.sheets["findings"], [book.column(name, broad) for name, broad in names.items()])
    sheet.title(results.sheets["findings"])
    head = sheet.heads()
    for at, fact, record in found:
        said = (_written(record.get(key)) for key in FINDING_KEYS)
        sheet.add([results.unit(at), fact.label or fact.key, *said])
    sheet.finish(head, filtered=True)


def write_records(results: Results) -> None:
    """What people decided or objected to, beside what the rules give and what stands; no sheet, where nobody did."""
    found = [
        (at, kind, name, record)
        for at, card in enumerate(results.cards)
        for kind in RECORDS
        for name, record in card.inputs.get(kind, {}).items()
    ]
    if not found:
        return
    book = results.book
    names = {
        "unit": 18,
        "kind": 14,
        "indicator": 30,
        "said": 12,
        "by_rule": 10,
        "points": 10,
        "signed": 44,
        "decision": 34,
    }
    numbers = ("said", "by_rule", "points")
    columns = [book.column(name, broad, "number" if name in numbers else "text") for name, broad in names.items()]
    sheet = book.sheet(results.sheets["records"], columns)
    sheet.title(results.sheets["records"], book.say("results.records"))
    head = sheet.heads()
    for at, kind, name, record in found:
        score = results.cards[at][name]
        points: list[Cell] = [
            wording.recorded(kind, record, results.lang),
            wording.by_rule(score, results.lang),
            results.points(score),
        ]
        decided = wording.decided(record, results.lang) if kind == "objections" else ""
        row = [results.unit(at), book.say(f"results.record.{kind}"), results.names[name], *points]
        sheet.add([*row, wording.signed(record, results.lang), decided])
    sheet.finish(head, filtered=True)


def _written(said: object) -> str:
    return "" if said is None else str(said)
