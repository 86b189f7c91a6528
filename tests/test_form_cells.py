"""Cells: what people type is understood or refused, and never taken for something else."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egov_scoring.errors import Position
from egov_scoring.facts import FactDeclaration, Misfit
from egov_scoring.forms import cells
from egov_scoring.forms.sheets import ERROR, FORMULA, MERGED, Cell
from tests.typists import typed

PLACE = Position("甲市.xlsx", 14, 4, "填报")
COUNT = FactDeclaration("platforms", "count", "平台", "个")
FINDINGS = FactDeclaration("faults", "findings", "故障", "次")
SHARE = FactDeclaration("share", "percent", "比例", "%", high=Fraction(100), places=2)
AMOUNT = FactDeclaration("amount", "number", "金额", "万元", low=Fraction(-1000), high=Fraction(10**6), places=2)
FILED = FactDeclaration("filed", "yes_no", "已备案")
ACCESS = FactDeclaration(
    "access", "choice", "接入方式", options=("dedicated", "none"), labels=("专线接入", "未接入（含拨号）")
)


def read(value: Any, fact: FactDeclaration, *, percent: bool = False, flaw: str = "") -> object:
    return cells.of_fact(Cell(value, PLACE, percent, flaw), fact)


def refused(value: Any, fact: FactDeclaration, *, percent: bool = False, flaw: str = "") -> str:
    with pytest.raises(Misfit) as misfit:
        read(value, fact, percent=percent, flaw=flaw)
    return misfit.value.code


@pytest.mark.parametrize(
    ("value", "fact", "meant"),
    [
        (12, COUNT, 12),
        (12.0, COUNT, 12),
        ("12", COUNT, 12),
        ("１２", COUNT, 12),
        ("1,200", COUNT, 1200),
        ("1，200", COUNT, 1200),
        ("　12 ", COUNT, 12),
        ("\xa012", COUNT, 12),
        ("12个", COUNT, 12),
        ("3 次", FINDINGS, 3),
        ("1,200.50", AMOUNT, Decimal("1200.5")),
        ("−900.5", AMOUNT, Decimal("-900.5")),
        (0.1 + 0.2, AMOUNT, Decimal("0.3")),
        (72.45999999999999, SHARE, Decimal("72.46")),
        ("72.5", SHARE, Decimal("72.5")),
        ("72.5%", SHARE, Decimal("72.5")),
        ("７２．５％", SHARE, Decimal("72.5")),
        (1, SHARE, 1),
        (True, FILED, True),
        ("是", FILED, True),
        ("　否 ", FILED, False),
        ("YES", FILED, True),
        ("√", FILED, True),
        ("×", FILED, False),
        ("dedicated", ACCESS, "dedicated"),
        ("专线接入", ACCESS, "dedicated"),
        (" 未接入(含拨号)", ACCESS, "none"),
        (None, COUNT, None),
        ("　 ", COUNT, None),
        ("", FILED, None),
    ],
)
def test_understood(value: Any, fact: FactDeclaration, meant: object):
    found = read(value, fact)
    assert (found, type(found)) == (meant, type(meant))


@pytest.mark.parametrize(("value", "meant"), [(0.725, "72.5"), (1, "100"), (0.0005, "0.05"), (0.07, "7"), (0.57, "57")])
def test_a_percent_cell_is_what_it_shows(value: float, meant: str):
    assert read(value, SHARE, percent=True) == Decimal(meant)


@pytest.mark.parametrize(
    ("value", "fact", "code"),
    [
        ("about 3", COUNT, "cell-number"),
        ("3万", COUNT, "cell-number"),
        (float("inf"), COUNT, "cell-error"),
        (float("-inf"), AMOUNT, "cell-error"),
        (float("nan"), AMOUNT, "cell-error"),
        (10**400, COUNT, "out-of-range"),
        ("12次", COUNT, "cell-number"),
        ("1 200", COUNT, "cell-number"),
        ("1,20", COUNT, "cell-number"),
        ("12,5", AMOUNT, "cell-number"),
        ("1.200,50", AMOUNT, "cell-number"),
        ("1e3", COUNT, "cell-number"),
        ("012", COUNT, "cell-number"),
        ("/", COUNT, "cell-number"),
        ("无", FINDINGS, "cell-number"),
        (True, COUNT, "cell-number"),
        ("9" * 31, COUNT, "cell-number"),
        (date(2019, 3, 5), COUNT, "cell-date"),
        (datetime(2019, 3, 5), SHARE, "cell-date"),
        (time(1, 2), COUNT, "cell-date"),
        ("5%", COUNT, "cell-percent"),
        (1.5, COUNT, "not-whole"),
        ("1.5", COUNT, "not-whole"),
        (0.125, AMOUNT, "too-many-places"),
        (101, SHARE, "out-of-range"),
        (-1, COUNT, "out-of-range"),
        (1e20, COUNT, "out-of-range"),
        ("maybe", FILED, "cell-yes-no"),
        (1, FILED, "cell-yes-no"),
        (0, FILED, "cell-yes-no"),
        ("有", FILED, "cell-yes-no"),
        (date(2019, 3, 5), FILED, "cell-yes-no"),
        ("专线", ACCESS, "cell-option"),
        (1, ACCESS, "cell-option"),
    ],
)
def test_refused(value: Any, fact: FactDeclaration, code: str):
    assert refused(value, fact) == code


def test_a_percentage_is_refused_where_none_is_asked():
    assert refused(0.5, AMOUNT, percent=True) == "cell-percent"


@pytest.mark.parametrize(("flaw", "code"), [(ERROR, "cell-error"), (FORMULA, "cell-formula"), (MERGED, "cell-merged")])
@pytest.mark.parametrize("fact", [COUNT, FILED, ACCESS])
def test_what_cannot_be_read_is_refused(flaw: str, code: str, fact: FactDeclaration):
    assert refused(None, fact, flaw=flaw) == code


@given(st.data(), st.sampled_from([COUNT, FINDINGS, SHARE, AMOUNT, FILED, ACCESS]), st.integers(0, 999))
def test_every_way_of_typing_a_value_means_it(data: Any, fact: FactDeclaration, seed: int):
    if fact.is_condition:
        value: Any = data.draw(st.booleans())
    elif fact.options:
        value = data.draw(st.sampled_from(fact.options))
    else:
        scale = 10**fact.places
        value = fact.decode(data.draw(st.integers(int(fact.low * scale), int(fact.high * scale))))
    what, shown_as = typed(fact, value, Random(seed))
    assert read(what, fact, percent="%" in shown_as and not isinstance(what, str)) == value


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (datetime(2019, 5, 6), "2019-05-06"),
        (date(2019, 5, 6), "2019-05-06"),
        (" 2019年5月 ", "2019年5月"),
        (2019.0, "2019"),
        (0.1 + 0.2, "0.3"),
        (None, ""),
    ],
)
def test_text(value: Any, said: str):
    assert cells.text(Cell(value, PLACE)) == said
