"""The tables of a store: their columns, how a batch fills them, and how they are read.

They are Parquet parts, one a batch. Absent texts are empty strings; absent numbers are null.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from qantar.errors import DamagedError
from qantar.results.files import write_through
from qantar.results.layout import part
from qantar.results.manifest import Receipt
from qantar.results.schema import DAILY
from qantar.results.whole import WHAT_TO_DO

_COUNT = pa.int64()
_TEXT = pa.string()

MEMBER_TOTALS: Mapping[str, str] = MappingProxyType(
    {
        "deaths": "national_deaths",
        "detained": "national_detained",
        "injured": "national_injured",
        "remanded": "national_remanded",
        "security_deaths": "national_security_deaths",
    }
)
"""Column of the members table -> series whose last value it is."""

SCHEMAS: Mapping[str, pa.Schema] = MappingProxyType(
    {
        "events": pa.schema(
            [
                ("member", _COUNT),
                ("tick", pa.int32()),
                ("hour", pa.float64()),
                ("time", pa.timestamp("us")),
                ("kind", _TEXT),
                ("place", _TEXT),
                ("region", _TEXT),
                ("actor", _TEXT),
                ("value", pa.float64()),
                ("text", _TEXT),
            ]
        ),
        "members": pa.schema(
            [
                ("member", _COUNT),
                ("ending", _TEXT),
                ("reason", _TEXT),
                ("control_returned_hours", pa.float64()),
                *((name, _COUNT) for name in MEMBER_TOTALS),
                ("peak_participants", _COUNT),
                ("peak_date", pa.date32()),
                ("peak_regions", _COUNT),
            ]
        ),
        "daily": pa.schema([("member", _COUNT), ("date", pa.date32()), ("region", _TEXT), *((name, _COUNT) for name in DAILY)]),
        "parameters": pa.schema([("member", _COUNT), ("name", _TEXT), ("value", pa.float64())]),
    }
)
"""Columns of every table."""

OPTIONAL = frozenset({"parameters"})
"""Tables of which a batch has no part where no member can say anything."""

NATION = ""
"""Value of `region` in the rows of the daily table that speak of the whole country."""


def table(name: str, columns: Mapping[str, Sequence[Any]]) -> pa.Table:
    """Make a table of the schema from columns."""
    schema = SCHEMAS[name]
    return pa.table([pa.array(columns[field.name], type=field.type, from_pandas=True) for field in schema], schema=schema)


def events_table(frames: Sequence[pd.DataFrame]) -> pa.Table:
    """Make the events of a batch from those of its members, in their order."""
    schema = SCHEMAS["events"]
    tables = [
        pa.table([pa.array(frame[field.name], from_pandas=True).cast(field.type, safe=False) for field in schema], schema=schema)
        for frame in frames
        if len(frame)
    ]
    return pa.concat_tables(tables).combine_chunks() if tables else schema.empty_table()


def write_part(folder: Path, name: str, first: int, last: int, content: pa.Table) -> None:
    """Write one batch of a table durably."""
    path = part(folder, name, first, last)
    write_through(path, lambda temporary: pq.write_table(content, temporary, compression="zstd"))


def always_there(name: str, batch: Receipt, *, drawn: bool) -> bool:
    """Whether a batch must have a part of a table; drawn : whether members draw parameters, which all that failed may not have come to."""
    return name not in OPTIONAL or (drawn and batch.failed < len(batch.members))


def each_part(
    folder: Path, name: str, batches: Sequence[Receipt], columns: Sequence[str] | None = None, *, drawn: bool = False
) -> Iterator[pa.Table]:
    """The rows of a table, one batch after the other, of the batches that the manifest lists and of no others.

    columns : those to read, None for all; drawn : as in `always_there`

    Raises DamagedError where a part is missing or cannot be read.
    """
    for batch in batches:
        path = part(folder, name, batch.first, batch.last)
        try:
            if always_there(name, batch, drawn=drawn) or path.exists():
                yield _read(path, name, columns)
        except (OSError, KeyError, ValueError, pa.ArrowException) as error:
            raise DamagedError(f"a part of the table '{name}' in {folder} cannot be read ({error}); {WHAT_TO_DO}") from error


def read_parts(folder: Path, name: str, batches: Sequence[Receipt], *, drawn: bool = False) -> pa.Table:
    """All rows of a table at once, as `each_part` gives them."""
    found = list(each_part(folder, name, batches, drawn=drawn))
    return pa.concat_tables(found) if found else SCHEMAS[name].empty_table()


def _read(path: Path, name: str, columns: Sequence[str] | None) -> pa.Table:
    """A part, or some of its columns. Raises ValueError where it holds something else than its table."""
    with path.open("rb") as handle:
        content = pq.ParquetFile(handle).read(None if columns is None else list(columns))
    wanted = {field.name: field.type for field in SCHEMAS[name] if columns is None or field.name in columns}
    if {field.name: field.type for field in content.schema} != wanted:
        raise ValueError("it has other columns")
    content.validate(full=True)
    return content


def as_frame(content: pa.Table) -> pd.DataFrame:
    """A table as pandas, with times in nanoseconds. Raises DamagedError where a date or an hour is none."""
    try:
        frame: pd.DataFrame = content.to_pandas(date_as_object=False)
        for name in frame.columns:
            if frame[name].dtype.kind == "M":
                frame[name] = frame[name].astype("datetime64[ns]")
    except (OverflowError, ValueError, pa.ArrowException) as error:
        raise DamagedError(f"a table holds what cannot be ({error}); {WHAT_TO_DO}") from error
    return frame
