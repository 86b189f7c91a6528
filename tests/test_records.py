"""Records do what dataclasses do, for those who use them and for `dataclasses` itself."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
from collections.abc import Mapping
from typing import Any, cast

import pytest

from egov_scoring import Unit
from egov_scoring.program import Text
from egov_scoring.records import Record


class Room(Record):
    """A room; whoever booked it, it is the same."""

    _aside = ("booked",)

    name: str
    floor: int = 0
    equipment: Mapping[str, int] = {}
    booked: str = ""


class Tally(Record, frozen=False):
    """What may change."""

    count: int = 0


HALL = Room("hall", 2, {"chairs": 40})


def test_fields_come_in_order_or_by_name() -> None:
    assert Room("hall", equipment={"chairs": 40}, floor=2) == HALL
    assert str(inspect.signature(Room)) == "(name, floor=0, equipment={}, booked='')"


@pytest.mark.parametrize("wrong", [cast(Any, Room), lambda: cast(Any, Room)("hall", windows=3)])
def test_a_field_that_is_missing_or_unknown_is_refused(wrong: Any) -> None:
    with pytest.raises(TypeError, match=r"name|windows"):
        wrong()


def test_what_stands_aside_does_not_count() -> None:
    assert dataclasses.replace(HALL, booked="甲市") == HALL
    assert "甲市" not in repr(dataclasses.replace(HALL, booked="甲市"))
    assert dataclasses.replace(HALL, floor=3) != HALL
    assert hash(Room("hall", 2, cast(Any, ()))) == hash(Room("hall", 2, cast(Any, ()), booked="甲市"))


def test_records_of_different_classes_are_never_equal() -> None:
    assert cast(Any, Tally(3)) != Text("3")


def test_a_record_cannot_be_changed_unless_it_says_so() -> None:
    with pytest.raises(AttributeError, match="a Room cannot be changed: floor"):
        cast(Any, HALL).floor = 3
    with pytest.raises(AttributeError, match="a Room cannot be changed: floor"):
        del cast(Any, HALL).floor
    with pytest.raises(AttributeError, match="windows"):
        cast(Any, HALL).windows = 3
    tally = Tally()
    tally.count += 1
    assert tally == Tally(1)


def test_every_record_has_its_own_default_mapping() -> None:
    assert Unit().facts is not Unit().facts
    given = {"platforms": 3}
    assert Unit("甲市", given).facts is given


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda record: pickle.loads(pickle.dumps(record))])
def test_copies_and_pickles_are_as_good(again: Any) -> None:
    copied = again(dataclasses.replace(HALL, booked="甲市"))
    assert copied == HALL
    assert copied.booked == "甲市"


def test_dataclasses_knows_them() -> None:
    assert dataclasses.is_dataclass(Room)
    assert [field.name for field in dataclasses.fields(HALL)] == ["name", "floor", "equipment", "booked"]
    assert dataclasses.asdict(HALL) == {"name": "hall", "floor": 2, "equipment": {"chairs": 40}, "booked": ""}


def test_they_match_by_position() -> None:
    match HALL:
        case Room(name, floor):
            assert (name, floor) == ("hall", 2)
