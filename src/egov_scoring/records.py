"""Records: classes whose annotations are their fields, as with `dataclass`, without what that takes of a fresh process.

`dataclass` compiles half a dozen methods for each class, and to import it is to import `inspect`. Of a record `__new__` alone
is compiled; the rest is the same for all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, ClassVar, dataclass_transform

if TYPE_CHECKING:
    from dataclasses import Field


def fields_of(body: Mapping[str, Any]) -> tuple[str, ...]:
    """The names annotated in the body of a class, but for those of the class itself."""
    annotated = body.get("__annotations__", {})
    return tuple(name for name, kind in annotated.items() if not str(kind).startswith("ClassVar"))


@dataclass_transform(frozen_default=True)
class _Recorded(type):
    """Makes the annotations of a class its fields, which cannot be set again unless the class is not `frozen`."""

    def __new__(cls, name: str, bases: tuple[type, ...], body: dict[str, Any], *, frozen: bool = True) -> Any:
        fields = fields_of(body)
        if not fields:
            return super().__new__(cls, name, bases, body)
        defaults = {field: body.pop(field) for field in fields if field in body}
        slots = (*fields, *body.get("__slots__", ()))
        unfinished = super().__new__(cls, name, bases, {"__slots__": slots}) if frozen else None
        added = {
            "__slots__": slots,
            "__match_args__": fields,
            "__new__": _maker(fields, defaults, unfinished),
            "_compared": attrgetter(*[field for field in fields if field not in body.get("_aside", ())]),
        }
        guards = {"__setattr__": _refuse, "__delattr__": _refuse} if frozen else {}
        return super().__new__(cls, name, bases, {**body, **added, **guards})


def _maker(fields: tuple[str, ...], defaults: Mapping[str, Any], unfinished: type | None) -> Callable[..., Any]:
    """Makes a record and sets its fields; of a dict that is a default every record gets its own.

    A frozen one is `unfinished` until they are set: to get round its guard for each field would take three times as long.
    """
    lines = [f"def __new__(cls, {', '.join(fields)}):", f"self = _new({'_unfinished' if unfinished else 'cls'})"]
    for field in fields:
        value = f"{field}.copy() if {field} is {field}_ else {field}" if type(defaults.get(field)) is dict else field
        lines.append(f"self.{field} = {value}")
    lines += ["self.__class__ = cls", "return self"]
    made: dict[str, Any] = {"_new": object.__new__, "_unfinished": unfinished}
    made |= {f"{field}_": default for field, default in defaults.items()}
    exec("\n    ".join(lines), made)
    maker: Callable[..., Any] = made["__new__"]
    maker.__defaults__ = tuple(defaults.values())
    return maker


def _refuse(record: Record, name: str, value: object = None) -> None:
    raise AttributeError(f"a {type(record).__name__} cannot be changed: {name}")


class _Fields:
    """The fields as `dataclasses` writes them down, for whoever asks: `replace`, `asdict` and `fields` do."""

    def __get__(self, record: object, kind: type[Record]) -> dict[str, Field[Any]]:
        return _dataclass_fields(kind)


@cache
def _dataclass_fields(kind: type[Record]) -> dict[str, Field[Any]]:
    from dataclasses import fields, make_dataclass

    return {field.name: field for field in fields(make_dataclass(kind.__name__, kind.__match_args__))}


class Record(metaclass=_Recorded):
    """What all records share: equal where their fields are, but for those that a class sets `_aside`.

    >>> class Place(Record):
    ...     name: str
    ...     floor: int = 0
    >>> Place("archive"), Place("archive", 2) == Place(floor=2, name="archive")
    (Place(name='archive', floor=0), True)
    >>> from dataclasses import replace
    >>> replace(Place("archive"), floor=1)
    Place(name='archive', floor=1)
    """

    __slots__ = ()
    __match_args__: ClassVar[tuple[str, ...]] = ()
    _aside: ClassVar[tuple[str, ...]] = ()
    _compared: ClassVar[attrgetter[Any]]
    if TYPE_CHECKING:
        __dataclass_fields__: ClassVar[dict[str, Field[Any]]]
    else:
        __dataclass_fields__ = _Fields()

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self is other or bool(self._compared(self) == other._compared(other))

    def __reduce__(self) -> tuple[Any, ...]:
        """Copied and pickled by its fields."""
        return type(self), tuple(getattr(self, field) for field in self.__match_args__)

    def __hash__(self) -> int:
        return hash(self._compared(self))

    def __repr__(self) -> str:
        said = [f"{field}={getattr(self, field)!r}" for field in self.__match_args__ if field not in self._aside]
        return f"{type(self).__name__}({', '.join(said)})"
