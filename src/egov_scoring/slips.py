"""What somebody meant who wrote a fact otherwise than facts are written: said in a hint, never taken for the fact."""

from __future__ import annotations

import re
import unicodedata

_YES = ("是", "有", "对", "√", "✓", "y", "yes", "t", "true", "1")
_NO = ("否", "无", "没有", "不是", "×", "x", "n", "no", "f", "false", "0")
_ABSENT = ("", "-", "—", "/", "?", "n/a", "na", "nan", "null", "none", "无", "暂无", "未知", "不详", "不适用")

# A number, with thousands set apart or not, and what it counts; not where that may be a part of the number, as in 3万.
_COUNTED = re.compile(r"(-?)([0-9]{1,3}(?:[, ][0-9]{3})+|[0-9]{1,20})(\.[0-9]+)? ?(?![百千万亿kKmM])[^0-9.,:/~-]*")


def meant_number(value: object) -> dict[str, object]:
    """Particulars of a hint: the number to `write`, or that it looks `absent`, or how numbers are written in `digits`.

    >>> meant_number("１，２００个"), meant_number("N/A"), meant_number("about 3"), meant_number([3])
    ({'write': '1200'}, {'absent': True}, {'digits': True}, {})
    """
    if not isinstance(value, str):
        return {}
    text = plain(value)
    if text.lower() in _ABSENT:
        return {"absent": True}
    if found := _COUNTED.fullmatch(text):
        sign, whole, part = found.groups("")
        return {"write": f"{sign}{int(re.sub('[, ]', '', whole))}{part}"}
    return {"digits": True}


def meant_yes_no(value: object) -> dict[str, object]:
    """Particulars of a hint: `true` or `false` to `write`, or that it looks `unknown`.

    >>> meant_yes_no("是"), meant_yes_no(0), meant_yes_no("不适用"), meant_yes_no("maybe")
    ({'write': 'true'}, {'write': 'false'}, {'unknown': True}, {})
    """
    text = plain(str(value)).lower() if isinstance(value, (str, int)) else None
    if text in _YES or text in _NO:
        return {"write": "true" if text in _YES else "false"}
    return {"unknown": True} if text in _ABSENT else {}


def plain(text: str) -> str:
    """The text in the characters of a plain keyboard, without blanks around it."""
    return unicodedata.normalize("NFKC", text).replace("−", "-").strip()
