"""The page of differences: everything stands on it once, no text becomes markup, and it needs nothing from elsewhere."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest

from egov_scoring import Diff, diff
from egov_scoring.comparison.difference import CLASSES
from egov_scoring.report.diff_page import UNCHANGED, page
from egov_scoring.report.templates import TAGS

YEARS = {"city": ("2018/city", "2019/city"), "department": ("2018/department", "2019/department")}
both_years = pytest.mark.parametrize("name", YEARS)
VOID = {"meta", "input"}

compared = cache(diff)


class Read(HTMLParser):
    """What a browser makes of a page: its elements, their text, and the rows of its tables."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: dict[str, list[str]] = {}
        self.rows: list[list[list[str]]] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag in VOID:
            return
        self._open.append(tag)
        self.texts.setdefault(tag, []).append("")
        if tag == "tr":
            self.rows.append([])
        elif tag == "td":
            self.rows[-1].append([])
        elif tag == "li":
            self.rows[-1][-1].append(dict(attrs)["id"] or "")

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        for tag in set(self._open):
            self.texts[tag][-1] += data
        if "code" in self._open:
            self.rows[-1][-1].append(data)

    def every(self, name: str) -> list[str]:
        """Each value of an attribute."""
        return [attributes[name] for _, attributes in self.elements if name in attributes]

    def classes(self, tag: str) -> list[str]:
        """The classes of the elements of that name."""
        return [attributes.get("class", "") for found, attributes in self.elements if found == tag]


def table(found: Diff) -> list[tuple[list[str], list[str], list[str]]]:
    """The rows: ids in the old ruleset, in the new one, and of what differs."""
    told = {f"d-{each.fingerprint}": each.id for each in found}
    rows = [row for row in Read(page(found, "en")).rows if row]
    return [(old, new, [told[name] for name in listed]) for old, new, listed in rows]


def written(folder: Path, name: str, most: int, *indicators: str, title: str = "Towns") -> Path:
    """A ruleset over one count."""
    file = folder / f"{name}.yaml"
    facts = "facts: {services: {type: count, label: Services, range: [0, 100]}}"
    head = f"ruleset: {name}\ntitle: {title}\nmax: {most}\n{facts}\nindicators:\n"
    file.write_text(head + "".join(indicators), "utf-8")
    return file


def leaf(name: str, most: int = 4, called: str = "Services") -> str:
    return f"  - {{id: {name}, name: {called}, max: {most}, rule: {{kind: per_unit, each: 1, of: services}}}}\n"


# What stands on it.


@both_years
@pytest.mark.parametrize("lang", TAGS)
def test_every_difference_stands_there_once(name: str, lang: str) -> None:
    found = compared(*YEARS[name])
    ids = Read(page(found, lang)).every("id")
    assert sorted(each for each in ids if each.startswith("d-")) == sorted(f"d-{each.fingerprint}" for each in found)
    assert len(ids) == len(set(ids))


@both_years
def test_both_trees_stand_there_whole(name: str) -> None:
    found = compared(*YEARS[name])
    rows = table(found)[1:]
    for side, program in enumerate((found.old, found.new)):
        listed = [each for row in rows for each in row[side]]
        items = [item.id for item, _ in program.total.levels()]
        assert [each for each in listed if each in items] == items if side else set(items) <= set(listed)
        assert set(listed) - set(items) <= program.facts.keys()


def test_what_only_one_side_has_stands_where_it_belongs(tmp_path: Path) -> None:
    old = written(tmp_path, "old", 19, leaf("gone_first", 9), leaf("a"), leaf("gone", 2), leaf("b"))
    new = written(tmp_path, "new", 16, leaf("a"), leaf("b", 5), leaf("come", 7))
    pairs = tmp_path / "pairs.yaml"
    pairs.write_text("pairs: {come: []}\n", "utf-8")
    assert table(diff(old, new, pairs_file=pairs))[1:] == [
        (["gone_first"], [], ["indicator-removed"]),
        (["a"], ["a"], []),
        (["gone"], [], ["indicator-removed"]),
        (["b"], ["b"], ["maximum-changed"]),
        ([], ["come"], ["indicator-added"]),
    ]


def test_an_id_that_another_indicator_has_now(tmp_path: Path) -> None:
    old = written(tmp_path, "old", 4, leaf("a"))
    new = written(tmp_path, "new", 3, leaf("a", 3))
    pairs = tmp_path / "pairs.yaml"
    pairs.write_text("pairs: {a: []}\n", "utf-8")
    assert table(diff(old, new, pairs_file=pairs))[1:] == [
        (["a"], [], ["indicator-removed"]),
        ([], ["a"], ["indicator-added"]),
    ]


def test_what_was_one_indicator_stands_beside_what_it_is_now(tmp_path: Path) -> None:
    old = written(tmp_path, "old", 4, leaf("whole"))
    new = written(tmp_path, "new", 4, leaf("one", 2), leaf("two", 2))
    pairs = tmp_path / "pairs.yaml"
    pairs.write_text("pairs: {one: whole, two: whole}\n", "utf-8")
    assert table(diff(old, new, pairs_file=pairs))[1:] == [(["whole"], ["one", "two"], ["indicator-split"])]


def test_the_text_that_changed_is_marked(tmp_path: Path) -> None:
    old, new = (written(tmp_path, name, most, leaf("a", most)) for name, most in (("old", 4), ("new", 5)))
    read = Read(page(diff(old, new), "en"))
    assert [read.texts[tag][:2] for tag in ("del", "ins")] == [["old", "4"], ["new", "5"]]


def test_a_witness_stands_with_its_difference(tmp_path: Path) -> None:
    old, new = (written(tmp_path, name, most, leaf("a", most)) for name, most in (("old", 4), ("new", 5)))
    (told,) = [text for text in Read(page(diff(old, new), "en")).texts["li"] if "maximum" in text]
    assert "Services: 5: 4 before, 5 now" in told
    assert "proved: the facts shown" in told


def test_no_difference_says_so() -> None:
    read = Read(page(compared("2019/city", "2019/city"), "en"))
    assert read.texts["p"][0] == "No differences."
    assert "table" not in read.texts


# The boxes.


@both_years
def test_every_class_has_a_box_and_a_word(name: str) -> None:
    read = Read(page(compared(*YEARS[name]), "en"))
    boxes = [each.removeprefix("show-") for each in read.every("id") if each.startswith("show-")]
    assert boxes == [each for each in (*CLASSES, UNCHANGED) if each in boxes]
    assert set(boxes) == {*read.classes("li"), UNCHANGED}
    assert all("checked" in attributes for tag, attributes in read.elements if tag == "input")


def test_a_row_goes_when_none_of_its_classes_is_ticked(tmp_path: Path) -> None:
    old = written(tmp_path, "old", 8, leaf("a"), leaf("b"))
    new = written(tmp_path, "new", 9, leaf("a", 5, "Called otherwise"), leaf("b"))
    read = Read(page(diff(old, new), "en"))
    assert read.classes("tr")[2:] == ["has-more_generous-wording", "has-unchanged"]
    style = read.texts["style"][0]
    ticks = "#show-more_generous:not(:checked) ~ #show-wording:not(:checked) ~ "
    assert f"\n{ticks}table .has-more_generous-wording {{ display: none; }}" in style
    assert "\n#show-unchanged:not(:checked) ~ table .has-unchanged { display: none; }" in style
    assert "\n#show-wording:not(:checked) ~ table li.wording { display: none; }" in style


def test_a_tag_can_be_read() -> None:
    """Text on its ground has a contrast of 4.5 at least, as WCAG reckons it."""
    style = (Path(sys.modules[page.__module__].__file__ or "").parent / "diff.css.j2").read_text("utf-8")
    tags = re.findall(r"^\.(\w+) \.tag { color: #(\w{6}); background: #(\w{6}); }$", style, re.MULTILINE)
    assert {name for name, _, _ in tags} == {*CLASSES, UNCHANGED}
    grounds = re.findall(r"background: #(\w{6});", style)
    plain = [("", text, ground) for text in ("1c1c1c", "555555") for ground in grounds if ground != "4a4a4a"]
    assert [each for each in tags + plain if contrast(each[1], each[2]) < 4.5] == []


def contrast(one: str, other: str) -> float:
    dark, light = sorted(map(luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


# Nothing from elsewhere, nothing that runs.


@both_years
def test_it_needs_nothing_from_elsewhere(name: str) -> None:
    text = page(compared(*YEARS[name]), "zh")
    read = Read(text)
    assert not {tag for tag, _ in read.elements} & {"script", "link", "img", "iframe", "object", "base", "form"}
    assert read.every("src") == []
    assert {target[0] for target in read.every("href")} == {"#"}
    assert {target[1:] for target in read.every("href")} | set(read.every("for")) <= set(read.every("id"))
    assert not re.search(r"://|url\(|@import", text)
    assert "&" not in read.texts["style"][0]


def test_no_text_becomes_markup(tmp_path: Path) -> None:
    bad = "<script>alert(1)</script>"
    quoted = f'"{bad}"'
    old = written(tmp_path, "old", 4, leaf("a"))
    new = written(tmp_path, "new", 5, leaf("a", 5, quoted), title=quoted)
    label = new.read_text("utf-8").replace("label: Services", f"label: {quoted}")
    new.write_text(label, "utf-8")
    text = page(diff(old, new), "en")
    read = Read(text)
    assert "<script" not in text
    assert bad in read.texts["ins"]
    assert any(f"indicator renamed: Services → {bad}" in told for told in read.texts["li"])


@pytest.mark.parametrize(("lang", "tag", "title"), [("en", "en", "{} → {}"), ("zh", "zh-CN", "{} → {} 的变化")])
def test_it_names_its_language_and_its_title(lang: str, tag: str, title: str) -> None:
    read = Read(page(compared(*YEARS["city"]), lang))
    assert read.elements[0] == ("html", {"lang": tag})
    assert read.texts["title"] == read.texts["h1"] == [title.format(*YEARS["city"])]


def test_the_command_writes_it_whatever_the_terminal_takes() -> None:
    words = [sys.executable, "-m", "egov_scoring", "diff", *YEARS["city"], "--html", "--lang", "zh"]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    run = subprocess.run(words, env=environment, capture_output=True, check=True)
    assert run.stdout.decode("ascii").splitlines() == page(compared(*YEARS["city"]), "zh").splitlines()
