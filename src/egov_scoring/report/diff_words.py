"""Differences put into a language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from egov_scoring import amounts, messages
from egov_scoring.comparison.catalogue import JOINED, PARTS
from egov_scoring.comparison.difference import CLASSES, Acceptance, Diff, Difference, Meaning, Place, Witness
from egov_scoring.comparison.movement import Impact
from egov_scoring.facts import FactDeclaration
from egov_scoring.report import page, wording

LONGEST = 160
TOTAL = "total"
SPOKEN = ("name", "label", "chosen", "title", "about", "require")
# Written as percentages.
SHARES = ("full_at", "none_below", "step")
# Told by their edges.
BANDED = ("band", "tier")
EDGES = ("from", "above", "to", "below")
# Whose values are ids and keys, to be told by name.
REFERRING = (
    "order",
    "counted",
    "choice-of",
    "document",
    "clause",
    "penalty",
    "rule-kind",
    "indicator-moved",
    PARTS,
    JOINED,
)


def called(found: Diff | Impact, lang: str | None = None) -> tuple[str, str]:
    """What the two rulesets are called: by their ids, and by their files where the ids are equal."""
    old, new = (program.id for program in (found.old, found.new))
    if old != new or found.files[0] == found.files[1]:
        return old, new
    first, second = (messages.text("diff.of_file", lang, id=old, file=file) for file in found.files)
    return first, second


def said(difference: Difference, diff: Diff, lang: str | None = None) -> str:
    """What differs, in a sentence."""
    stem, how = _parts(difference.id)
    what = messages.text(f"change.of.{stem}", lang)
    if difference.part and stem not in BANDED:
        part = diff.names.get(difference.part, difference.part)
        what = messages.text("change.in", lang, what=what, part=part)
    old, new = _values(difference, stem, diff.names, lang)
    sentence = messages.text(f"change.{how}", lang, what=what, old=old, new=new)
    if difference.proposed:
        sentence = messages.text("change.proposed", lang, said=sentence)
    return messages.text("change.follows", lang, said=sentence) if difference.follows else sentence


def _values(difference: Difference, stem: str, names: Mapping[str, str], lang: str | None) -> tuple[str, str]:
    """Both sides in words, and of a reading no more than what differs in it."""
    old, new = difference.old, difference.new
    if stem in ("threshold", "step"):
        old, new = (each and _percent(each) for each in (old, new))
    if stem not in REFERRING and difference.id not in REFERRING:
        names = {}
    if stem == "reading" and old and new:
        changed = [key for key in {**old, **new} if old.get(key) != new.get(key) and key != "id"]
        old, new = ({key: each[key] for key in changed if key in each} or each for each in (old, new))
    return value(old, names, lang), value(new, names, lang)


def _parts(name: str) -> tuple[str, str]:
    """What it is about and what happened to it; some kinds have a name of their own."""
    if messages.has(f"change.{name}"):
        return name, name
    stem, _, how = name.rpartition("-")
    return stem, how


def kind(name: str, lang: str | None = None) -> str:
    """A kind of difference, with nothing filled in."""
    stem, how = _parts(name)
    what = messages.text(f"change.of.{stem}", lang)
    if stem == how:
        return what
    return messages.text(f"change.{how}", lang, what=what, old="…", new="…")


def value(found: Any, names: Mapping[str, str], lang: str | None = None) -> str:
    """A value of plain data as one would write it, ids by `names`, cut where it gets long."""
    words = _plain(found, names, lang)
    return words if len(words) <= LONGEST else words[:LONGEST] + "…"


def _plain(found: Any, names: Mapping[str, str], lang: str | None) -> str:
    if found is None:
        return messages.text("value.none", lang)
    if isinstance(found, bool):
        return messages.text(f"value.{str(found).lower()}", lang)
    if isinstance(found, list):
        return messages.text("join", lang).join(_plain(each, names, lang) for each in found)
    if isinstance(found, Mapping):
        return _mapping(found, names, lang)
    return names.get(str(found), str(found))


def _percent(share: str) -> str:
    return f"{amounts.to_text(100 * Fraction(share))}%"


def _band(found: Mapping[str, Any], lang: str | None) -> str:
    edges = [messages.text(f"rule.edge.{edge}", lang, value=found[edge]) for edge in EDGES if edge in found]
    points = found["points"]
    gives = messages.text("rule.ask" if points == "ask" else "rule.points", lang, points=points)
    return messages.text("rule.band", lang, edges=messages.text("join", lang).join(edges), gives=gives)


def _mapping(found: Mapping[str, Any], names: Mapping[str, str], lang: str | None) -> str:
    if "points" in found and found.keys() - {"points"} and found.keys() <= {"points", *EDGES}:
        return _band(found, lang)
    if {"each", "of"} <= found.keys():
        return messages.text("value.term", lang, each=found["each"], of=_plain(found["of"], names, lang))
    if {"name", "max"} <= found.keys():
        return messages.text("value.indicator", lang, name=found["name"], max=found["max"])
    spoken = next((str(found[key]) for key in SPOKEN if key in found), None)
    if spoken is not None:
        return spoken
    if "kind" in found:
        rest = {key: each for key, each in found.items() if key != "kind"}
        return messages.text("value.pair", lang, key=found["kind"], value=_mapping(rest, names, lang))
    if found and found.keys() <= {"lead", "supporting"}:
        return messages.text("join", lang).join(page.answering(found, lang))
    told = {key: _percent(each) if key in SHARES else _plain(each, names, lang) for key, each in found.items()}
    return messages.text("join", lang).join(messages.text("value.pair", lang, key=key, value=told[key]) for key in told)


def meaning(found: Meaning, lang: str | None = None) -> str:
    """The class, how sure it is, and why."""
    return messages.text("meaning", lang, kind=messages.text(f"class.{found.kind}", lang), sure=certainty(found, lang))


def certainty(found: Meaning, lang: str | None = None) -> str:
    """How sure the class is, and why."""
    why = messages.text(f"why.{found.reason}", lang)
    return messages.text(f"certainty.{found.certainty}", lang, count=found.searched, why=why)


def accepted(difference: Difference, diff: Diff, lang: str | None = None) -> list[str]:
    """Who takes the difference as it is, up to when and why, where somebody does."""
    entry = diff.accepted.held.get(difference.fingerprint)
    return [] if entry is None else [_entry("accepted.held", entry, lang)]


def not_held(diff: Diff, lang: str | None = None) -> list[str]:
    """The entries of the accept-list that do nothing any more, each with its place."""
    expired = [_entry("accepted.expired", entry, lang) for entry in diff.accepted.expired]
    return expired + [_entry("accepted.stale", entry, lang) for entry in diff.accepted.stale]


def _entry(message: str, entry: Acceptance, lang: str | None) -> str:
    told = {"by": entry.by, "reason": entry.reason, "until": entry.until.isoformat()}
    return messages.text(message, lang, place=_place(entry.place), difference=entry.difference, **told)


def counting(difference: Difference, diff: Diff, lang: str | None = None) -> str:
    """A difference in a line, with its fingerprint."""
    about = {"subject": subject(difference, diff, lang), "said": said(difference, diff, lang)}
    return messages.text("diff.counting", lang, fingerprint=difference.fingerprint, **about)


def witnesses(found: Meaning, diff: Diff, lang: str | None = None) -> list[str]:
    """The facts that show it, a sentence each."""
    return [witness(each, diff, lang) for each in found.witnesses]


def witness(shown: Witness, diff: Diff, lang: str | None = None) -> str:
    """Facts, and the points before and now."""
    facts = _facts(shown.facts, diff, lang)
    if shown.other:
        facts = messages.text("witness.other", lang, facts=facts, other=_facts(shown.other, diff, lang))
    old, new = (wording.amount(points, lang) for points in shown.points)
    sentence = messages.text("witness", lang, facts=facts, old=old, new=new)
    if shown.shares is None:
        return sentence
    shares = [amounts.to_text(amounts.round_half_up(100 * share, wording.PERCENT_PLACES)) for share in shown.shares]
    return messages.text("witness.share", lang, witness=sentence, old_share=shares[0], new_share=shares[1])


def _facts(facts: Mapping[str, object], diff: Diff, lang: str | None) -> str:
    """The facts that are there; what is 0 or no is not mentioned."""
    there = {key: fact for key, fact in facts.items() if fact}
    if not there:
        return messages.text("witness.nothing", lang)
    pairs = [
        messages.text("witness.fact", lang, label=_label(key, diff, lang), value=_stated(key, fact, diff, lang))
        for key, fact in there.items()
    ]
    return messages.text("join", lang).join(pairs)


def _declared(key: str, diff: Diff) -> FactDeclaration | None:
    return diff.new.facts.get(key) or diff.old.facts.get(key)


def _label(key: str, diff: Diff, lang: str | None) -> str:
    """What it is called; the points of a part go by its name, a fact that has become another by what it was."""
    plain = key.rpartition(".")[2]
    return diff.names[plain] if plain in diff.names else messages.text("witness.points_set", lang)


def _stated(key: str, fact: object, diff: Diff, lang: str | None) -> str:
    return wording.stated(_declared(key, diff), fact, lang)


def subject(difference: Difference, diff: Diff, lang: str | None = None) -> str:
    """What it is about: an indicator by name, a fact by label, or the whole."""
    if difference.subject == TOTAL:
        return messages.text("diff.whole", lang)
    name = diff.names.get(difference.subject, difference.subject)
    return messages.text("diff.fact", lang, label=name) if difference.kind.about == "fact" else name


def where(difference: Difference, lang: str | None = None) -> str:
    """Where it stands in both files."""
    old, new = (_place(place) for place in (difference.old_place, difference.new_place))
    return messages.text("place.both", lang, old=old, new=new) if old and new else old or new


def _place(place: Place | None) -> str:
    return f"{place.file}:{place.line}" if place else ""


def summary(diff: Diff, lang: str | None = None) -> list[str]:
    """How many differences there are, of each class too, those that follow from others apart; what was accepted of them."""
    if not diff.differences:
        return [messages.text("diff.none", lang), *not_held(diff, lang)]
    follow = sum(bool(each.follows) for each in diff)
    counted = Counter(each.meaning.kind for each in diff if each.meaning and not each.follows)
    classes = [
        messages.text("diff.of_class", lang, kind=messages.text(f"class.{name}", lang), count=counted[name])
        for name in CLASSES
        if counted[name]
    ]
    counts = [
        messages.text("diff.sum", lang, count=len(diff), follow=follow),
        messages.text("join", lang).join(classes),
    ]
    held = [messages.text("accepted.sum", lang, count=len(diff.accepted.held))] if diff.accepted.held else []
    return [*counts, *held, *not_held(diff, lang)]
