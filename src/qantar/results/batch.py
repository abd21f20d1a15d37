"""A batch in memory: the members of one chunk, gathered before they are written together."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from qantar.engine.ending import Ending
from qantar.errors import StoreError
from qantar.results.frame import Frame
from qantar.results.run import Run
from qantar.results.schema import DAILY, VARIABLES
from qantar.results.tables import MEMBER_TOTALS, NATION, SCHEMAS, events_table, table

HASH_BYTES = 16


class Batch:
    """Room for the members of one batch. Its size does not depend on how many members an ensemble has."""

    def __init__(self, frame: Frame, members: range) -> None:
        self._frame = frame
        self.members = members
        self.arrays: dict[str, NDArray[Any]] = {
            name: np.full((len(members), *frame.shape(variable)), variable.fill, dtype=variable.dtype)
            for name, variable in VARIABLES.items()
        }
        self._events: dict[int, pd.DataFrame] = {}
        self._rows: dict[int, dict[str, Any]] = {}
        self._parameters: list[tuple[int, str, float]] = []
        self.drawn = False
        """Whether its members draw parameters, though there may be none to draw."""

    def put(self, run: Run) -> None:
        """Take a run. A failed one leaves a row with its reason, and no series.

        Raises StoreError when the run is of another member, place or time than the batch expects.
        """
        if run.member not in self.members:
            raise StoreError(f"member {run.member} does not belong to the batch {self.members}")
        if run.failed:
            self.put_failure(run.member, run.reason)
            return
        lacking = [name for name in VARIABLES if name not in run.series]
        if lacking:
            raise StoreError(f"a run for a store must have recorded everything; it lacks {lacking}")
        self._frame.check(run.series.coords)
        row = self.members.index(run.member)
        for name, array in self.arrays.items():
            array[row] = run.series.variables[name].values
        self._rows[run.member] = self._summary(run, row)
        self._events[run.member] = run.events

    def put_failure(self, member: int, reason: str) -> None:
        """Note that a member could not be finished, and why."""
        empty = dict.fromkeys((field.name for field in SCHEMAS["members"]), None)
        self._rows[member] = {**empty, "member": member, "ending": Ending.FAILED.value, "reason": reason}

    def put_parameters(self, member: int, drawn: Mapping[str, float]) -> None:
        """Keep the parameters that were drawn for a member."""
        self.drawn = True
        self._parameters += [(member, name, value) for name, value in drawn.items()]

    @property
    def failed(self) -> int:
        """Members that could not be finished."""
        return sum(row["ending"] == Ending.FAILED.value for row in self._rows.values())

    def _summary(self, run: Run, row: int) -> dict[str, Any]:
        peak_day = int(self.arrays["participants"][row].argmax())
        hours = run.control_returned_hours
        return {
            "member": run.member,
            "ending": run.ending.value,
            "reason": "",
            "control_returned_hours": None if hours is None else float(hours),
            **{column: int(self.arrays[series][row, -1]) for column, series in MEMBER_TOTALS.items()},
            "peak_participants": int(self.arrays["participants"][row, peak_day]),
            "peak_date": self._frame.dates[peak_day],
            "peak_regions": int(self.arrays["regions"][row].max()),
        }

    def tables(self) -> dict[str, pa.Table]:
        """The tables of the batch: name -> rows, in order of the members.

        Raises StoreError when a member is missing.
        """
        missing = [member for member in self.members if member not in self._rows]
        if missing:
            raise StoreError(f"the batch {self.members} lacks the members {missing}")
        rows = [self._rows[member] for member in self.members]
        return {
            "events": events_table([self._events[member] for member in self.members if member in self._events]),
            "members": table("members", {field.name: [row[field.name] for row in rows] for field in SCHEMAS["members"]}),
            "daily": self._daily(),
            "parameters": table(
                "parameters", {name: [row[column] for row in self._parameters] for column, name in enumerate(("member", "name", "value"))}
            ),
        }

    def _daily(self) -> pa.Table:
        """One row for each member, date and area: the country first, then its regions."""
        sound = [row for row, member in enumerate(self.members) if self._rows[member]["ending"] != Ending.FAILED.value]
        days, areas = len(self._frame.dates), (NATION, *self._frame.regions)
        columns: dict[str, Any] = {
            "member": np.repeat([self.members[row] for row in sound], days * len(areas)),
            "date": np.tile(np.repeat(np.array(self._frame.dates, dtype="datetime64[D]"), len(areas)), len(sound)),
            "region": list(areas) * (days * len(sound)),
        }
        belongs = self._frame.belongs
        for name in DAILY:
            nation = self.arrays[name][sound][:, :, None]
            regions = self.arrays["region_in_protest"][sound] if name == "regions" else self.arrays[f"place_{name}"][sound] @ belongs
            columns[name] = np.concatenate([nation, regions], axis=2).ravel()
        return table("daily", columns)


def content_hash(arrays: Mapping[str, NDArray[Any]], tables: Mapping[str, pa.Table]) -> str:
    """Hash of what a batch says, whatever way it is encoded: the same for the same results."""
    digest = hashlib.blake2b(digest_size=HASH_BYTES)
    for name in VARIABLES:
        values = np.ascontiguousarray(arrays[name])
        digest.update(f"{name}|{values.dtype.str}|{values.shape}|".encode())
        digest.update(values.tobytes())
    for name in SCHEMAS:
        for field in SCHEMAS[name]:
            digest.update(f"{name}.{field.name}|{tables[name].num_rows}|".encode())
            digest.update(_column_bytes(tables[name].column(field.name)))
    return digest.hexdigest()


def _column_bytes(column: pa.ChunkedArray) -> bytes:
    if pa.types.is_string(column.type):
        return "\x1f".join(column.to_pylist()).encode()
    present = column.is_valid().to_numpy().astype(np.uint8)
    plain = column.cast(pa.int32()).cast(pa.int64()) if pa.types.is_date(column.type) else column
    plain = plain.cast(pa.int64()) if pa.types.is_timestamp(plain.type) else plain
    values = plain.fill_null(0).to_numpy()
    return bytes(present.tobytes() + np.ascontiguousarray(values).tobytes())
