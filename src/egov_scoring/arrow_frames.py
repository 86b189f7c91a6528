"""Tables of Arrow in and out: what polars, pyarrow and others hand over without copying."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from egov_scoring.errors import EgovScoringError, Problem

if TYPE_CHECKING:
    import pyarrow as pa

DIGITS = 38  # of a decimal; no amount has more


def table_of(frame: Any) -> pa.Table:
    """The table of a frame that can be had as one."""
    try:
        import pyarrow as pa
    except ImportError:
        raise EgovScoringError([Problem("extra-missing", library="pyarrow", extra="arrow")]) from None
    return pa.table(frame)


def as_pandas(table: pa.Table) -> pd.DataFrame:
    """The table's columns, under their names. Numbers of which none is missing are taken as they lie there."""
    columns = {at: _column(table.column(at)) for at in range(table.num_columns)}
    frame = pd.DataFrame(columns, index=pd.RangeIndex(table.num_rows), copy=False)
    frame.columns = pd.Index(table.column_names, dtype=object)
    return frame


def _column(column: pa.ChunkedArray) -> Any:
    import pyarrow as pa

    if pa.types.is_integer(column.type) and column.null_count:
        nullable = str(column.type).replace("int", "Int").replace("u", "U")  # int64 of which some are missing is Int64
        return column.to_pandas(types_mapper=lambda _: pd.api.types.pandas_dtype(nullable))
    return column.to_pandas()


def as_arrow(result: pd.DataFrame, carried: pa.Table, *, like: Any, places: int) -> Any:
    """The result as a frame of the kind it came from, polars or pyarrow; what is carried through stays as it was."""
    import pyarrow as pa

    kind = pa.decimal128(DIGITS, places)
    made = pa.table(
        {
            name: carried[name]
            if name in carried.column_names
            else pa.array(result[name], kind if result[name].dtype == object else None)
            for name in result.columns
        }
    )
    if type(like).__module__.partition(".")[0] != "polars":
        return made
    import polars

    return polars.from_arrow(made)
