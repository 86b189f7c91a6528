"""The letter to a unit: read back it says what the scorecard says, and other programs open it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from zipfile import ZipFile

import docx
import pytest
from docx.document import Document
from docx.table import Table
from docx.text.paragraph import Paragraph

from egov_scoring import EgovScoringError, Scorecard, Unit, load, output, read_units, report
from egov_scoring.improvement import gains
from egov_scoring.locate import ids_in, shipped
from egov_scoring.rectification import losses
from egov_scoring.report.letter import letter, write_letter
from egov_scoring.report.paper import ALWAYS, EARLIEST
from egov_scoring.samples import sample
from tests.programs import converted, text_of

ROOT = Path(__file__).parents[1]
FINDING = {"date": "2019-06-18", "note": "A县未设运维组织", "evidence": "现场检查记录 4 号"}
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def cards(name: str) -> list[Scorecard]:
    return load(name).score_all(read_units(ROOT / "examples" / f"{name.replace('/', '_')}_units.yaml"))


def city(unit: str = "乙市", **facts: object) -> Scorecard:
    """A city of the examples with some facts otherwise; None leaves one out."""
    given = {each.name: each for each in read_units(ROOT / "examples" / "2019_city_units.yaml")}[unit]
    return load("2019/city").score(replace(given, facts={**given.facts, **facts}), incomplete=True)


def written(card: Scorecard, folder: Path, lang: str = "zh", among: list[Scorecard] | None = None) -> Document:
    """The letter as it is read back."""
    write_letter(card, folder / "letter.docx", lang, among=among or [])
    return docx.Document(str(folder / "letter.docx"))


def said(document: Document) -> Iterator[str]:
    """All that it says, a line a paragraph or row; a cell that is merged stands there once."""
    for part in document.iter_inner_content():
        if isinstance(part, Paragraph):
            yield part.text
        else:
            yield from (" | ".join(row) for row in rows(part))


def rows(table: Table) -> list[list[str]]:
    return [[cell.text for cell in dict.fromkeys(row.cells)] for row in table.rows]


def entries(document: Document) -> list[list[str]]:
    """The rows of the list of losses, without head and sum."""
    tables = [rows(table) for table in document.tables]
    listed = next((table for table in tables if table[0][-1] in ("整改措施和期限", "What will be done, by when")), [])
    return [row for row in listed[1:] if row[0]]


# What it says.


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_whole_letter(lang: str, tmp_path: Path, golden: Callable[[Path, str], None]) -> None:
    found = cards("huaibei_2019")
    text = "\n".join(said(written(found[5], tmp_path, lang, found)))
    golden(ROOT / "tests" / "golden" / f"letter.{lang}.txt", text + "\n")


@pytest.mark.parametrize("name", ids_in(shipped()))
def test_every_loss_stands_there_once(name: str) -> None:
    ruleset = load(name)
    card = ruleset.score(sample(ruleset, "worst"), incomplete=True)
    document = letter(card, "zh").document
    listed = [row for row in entries(document) if len(row) == 6]
    assert sorted(Decimal(row[4]) for row in listed) == sorted(loss.line.loss for loss in losses(card))
    assert [row[0] for row in listed] == [str(number) for number in range(1, len(listed) + 1)]
    bands = [row[0] for row in entries(document) if len(row) == 1]
    offices = {office for loss in losses(card) for office in loss.responsible.lead}
    assert all(any(office in band for band in bands) for office in offices)
    assert bool(bands) == bool(offices)


def test_a_few_records_stand_beside_their_entry_many_in_the_annex(tmp_path: Path) -> None:
    few = written(city(counties_without_operations=[FINDING] * 6), tmp_path)
    assert next(row for row in entries(few) if row[1] == "基础保障服务")[2].count("A县未设运维组织") == 6
    many = written(city(counties_without_operations=[FINDING] * 300), tmp_path)
    number, _, what, *_ = next(row for row in entries(many) if row[1] == "基础保障服务")
    assert what.endswith(f"共 300 条记录，见附件第 {number} 项")
    assert f"第 {number} 项：基础保障服务（300 条）" in list(said(many))
    assert rows(many.tables[-1])[300] == ["300", "2019-06-18", "A县未设运维组织", "现场检查记录 4 号"]


def test_what_is_missing_is_no_zero(tmp_path: Path) -> None:
    card = city(network_cloud_platforms=None)
    document = written(card, tmp_path)
    assert "总分尚未确定，现有情况下可得 52.85 至 60.85 分（满分 65 分）。待定事项见下文。" in list(said(document))
    assert rows(document.tables[0])[1] == ["信息化应用绩效", "50", "39.85..47.85", "", ""]
    assert rows(document.tables[2])[1][0:2] == ["基础网络和云平台服务", "8"]
    assert rows(document.tables[2])[1][-1] == "0.00..8.00"


def test_parts_that_are_never_added(tmp_path: Path) -> None:
    document = written(cards("2018/internet_plus")[0], tmp_path, "en")
    text = list(said(document))
    assert any("are not added, and nobody is ranked" in line for line in text)
    assert "Total" not in [cell for table in document.tables[:2] for row in rows(table) for cell in row]


def test_nothing_lost_nothing_to_do(tmp_path: Path) -> None:
    ruleset = load("2019/city")
    document = written(ruleset.score(sample(ruleset, "best")), tmp_path)
    assert "没有失分。" in list(said(document))
    assert entries(document) == []


def test_places(tmp_path: Path) -> None:
    best, *_ = found = [city("甲市"), city("乙市"), city("丙市")]
    twin = load("2019/city").score(Unit("丁市", best.inputs["facts"]))
    assert any("在 3 个单位中列第 1 位。" in line for line in said(written(best, tmp_path, among=found)))
    shared = "在 4 个单位中列第 1 位（与另外 1 个单位并列）。"
    assert any(shared in line for line in said(written(best, tmp_path, among=[*found, twin])))
    for among in ([best], []):
        assert not any("列第" in line for line in said(written(best, tmp_path, among=among)))


def test_what_people_decided_and_objected_to(tmp_path: Path) -> None:
    unit = Unit(
        "甲市",
        city("甲市").inputs["facts"],
        overrides={"operations": {"points": "6", "by": "张某", "why": "复核"}},
        objections={"video_order": {"points": "2", "by": "李某", "why": "记录有误"}},
    )
    text = list(said(written(load("2019/city").score(unit), tmp_path)))
    assert any(line.startswith("“基础保障服务”的得分由人工认定：张某") for line in text)
    assert any(line.startswith("会场秩序  主张2分") for line in text)


def test_text_from_facts_stays_text(tmp_path: Path) -> None:
    odd = {"date": "2019-06-18", "note": "<w:p/>&\x00\x1b[31m=1+1", "evidence": "{PAGE}\ud800"}
    card = replace(city(counties_without_operations=[odd]), unit="<b>\n{NUMPAGES}\x07")
    document = written(card, tmp_path)
    assert "<w:p/>&  [31m=1+1" in next(row for row in entries(document) if row[1] == "基础保障服务")[2]
    assert "<b>\n{NUMPAGES} ：" in list(said(document))
    assert "NUMPAGES" not in document.element.xml.replace("{NUMPAGES}", "")


def test_what_would_bring_points_back() -> None:
    card = city("丁市")
    found = gains(load("2019/city"), Unit("丁市", card.inputs["facts"]))
    document = letter(card, "zh", gains=found).document
    table = next(rows(table) for table in document.tables if rows(table)[0][-1] == "增加")
    assert [row[-1] for row in table[1:]] == [f"+{gain.gain}" for gain in found]
    assert table[1][0] == f"{found[0].label}：4个 → 5个"


def test_as_a_result_it_says_what_would_bring_points_back(tmp_path: Path) -> None:
    found = cards("huaibei_2019")
    output.write(found[3:4], tmp_path / "letter.docx", "en", among=found)
    text = list(said(docx.Document(str(tmp_path / "letter.docx"))))
    assert "3. What would bring points back" in text
    assert "已建立政务信息化系统清单管理机制: no → yes | +3.00" in text
    assert any("place 8 of 8" in line for line in text)
    half = load("huaibei_2019").score({}, unit="某局", incomplete=True)
    output.write([half], tmp_path / "letter.docx", "en", among=[*found, half])
    assert not any("bring points back" in line for line in said(docx.Document(str(tmp_path / "letter.docx"))))


# What it is.


def test_same_card_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_letter(city(), tmp_path / f"{name}.docx", "zh")
    assert (tmp_path / "one.docx").read_bytes() == (tmp_path / "two.docx").read_bytes()
    with ZipFile(tmp_path / "one.docx") as file:
        assert {part.date_time for part in file.infolist()} == {EARLIEST}
        assert not any("thumbnail" in part.filename for part in file.infolist())
    assert {path.name for path in tmp_path.iterdir()} == {"one.docx", "two.docx"}


def test_the_page(tmp_path: Path) -> None:
    document = written(city(), tmp_path)
    page = document.sections[0]
    assert [page.page_width and round(page.page_width.mm), page.page_height and round(page.page_height.mm)] == [
        210,
        297,
    ]
    assert all(table.rows[0]._tr.find(f"{W}trPr/{W}tblHeader") is not None for table in document.tables)
    assert document.core_properties.created is not None
    assert document.core_properties.created.replace(tzinfo=None) == ALWAYS
    fonts = document.styles.element.findall(f".//{W}style[@{W}styleId='Normal']/{W}rPr/{W}rFonts")
    assert [font.get(f"{W}eastAsia") for font in fonts] == ["仿宋"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_libreoffice_opens_it(lang: str, tmp_path: Path) -> None:
    written(city(counties_without_operations=[FINDING] * 120), tmp_path, lang)
    pages = text_of(converted(tmp_path / "letter.docx", "pdf", tmp_path)).rstrip("\f").split("\f")
    annex = pages[-2:]
    head, foot = {"zh": ("依据", "第 {0} 页，共 {1} 页"), "en": ("Evidence", "Page {0} of {1}")}[lang]
    assert all(head in page for page in annex)
    for number, page in enumerate(pages, 1):
        assert foot.format(number, len(pages)).replace(" ", "") in page.replace(" ", "")
        assert load("2019/city").fingerprint in page
    assert "120" in pages[-1]


def test_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "egov_scoring.report.paper")
    monkeypatch.delattr(report, "paper")
    monkeypatch.setitem(sys.modules, "docx", None)
    with pytest.raises(EgovScoringError) as caught:
        letter(city(), "en")
    assert 'pip install "egov-scoring[office]"' in caught.value.format("en")
