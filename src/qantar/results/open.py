"""An ensemble as it lies in a results folder, read lazily."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import xarray as xr

from qantar.engine.ending import Ending
from qantar.errors import DamagedError
from qantar.results.arrays import PLACE_REGION
from qantar.results.bands import LEVELS, national_bands
from qantar.results.layout import CONTEXT, MAP, SERIES
from qantar.results.manifest import Manifest, read_manifest
from qantar.results.remote import address_of, as_folder, open_series
from qantar.results.scratch import use_scratch
from qantar.results.summary import summarise
from qantar.results.tables import as_frame, each_part, read_parts
from qantar.results.whole import WHAT_TO_DO, check_coordinates, whole


@dataclass(frozen=True)
class Ensemble:
    """Many runs of one scenario. Each part is read when it is first asked for.

    path : the folder; state : its manifest when it was opened; batches that come later are not seen
    """

    path: Path
    state: Manifest

    @property
    def manifest(self) -> dict[str, Any]:
        """The manifest as plain data."""
        return self.state.as_dict()

    @cached_property
    def context(self) -> dict[str, Any]:
        """What a reader needs to know about the country, its record and its orders (``context.json``)."""
        try:
            found: dict[str, Any] = json.loads((self.path / CONTEXT).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise DamagedError(f"{self.path / CONTEXT} cannot be read ({error}); {WHAT_TO_DO}") from error
        return found

    @cached_property
    def map_shapes(self) -> str:
        """Text of ``map.geojson``; empty where the country has none."""
        path = self.path / MAP
        return path.read_text(encoding="utf-8") if path.exists() else ""

    @cached_property
    def series(self) -> xr.Dataset:
        """All series of the members that are done; values are read when they are used.

        A failed member has -1 (counts) or NaN (floats) throughout; see `members` for which those are. Reading a
        series raises DamagedError where a file is missing, so that a member that did not fail has no value.
        """
        try:
            data = open_series(self.path / SERIES)
            names = {name: data[name].astype(object) for name in ("place", "region", PLACE_REGION)}
            check_coordinates(self.path, data, self.state)
        except (OSError, RuntimeError, TypeError, ValueError, KeyError) as error:
            raise DamagedError(f"the series in {self.path} cannot be read ({error}); {WHAT_TO_DO}") from error
        return whole(self.path, data, self._failed).assign_coords(names).isel(member=self._done)

    def _failed(self) -> set[int]:
        """Members that failed; nothing is read where the manifest knows of none."""
        if not self.state.failed:
            return set()
        rows = self.members
        return set(rows.loc[rows["ending"] == Ending.FAILED.value, "member"].tolist())

    @property
    def _done(self) -> slice | list[int]:
        """Rows of the members that are done, as a slice where there is no gap (that reads faster)."""
        done = self.state.done
        return slice(0, len(done)) if done == tuple(range(len(done))) else list(done)

    @cached_property
    def members(self) -> pd.DataFrame:
        """One row a member that is done: how it ended, why it failed, its totals and its peak."""
        return self._table("members")

    @cached_property
    def events(self) -> pd.DataFrame:
        """What happened, one row each, in order of member and time."""
        return self._table("events")

    @cached_property
    def daily(self) -> pd.DataFrame:
        """Daily figures of every sound member, one row for each date and area; region '' is the country."""
        return self._table("daily")

    @cached_property
    def parameters(self) -> pd.DataFrame:
        """Parameters that were drawn for each member; empty unless the ensemble draws any."""
        return self._table("parameters")

    def _table(self, name: str) -> pd.DataFrame:
        return as_frame(read_parts(self.path, name, self.state.batches, drawn=self.state.identity.drawn))

    def each_part(self, name: str, columns: Sequence[str]) -> Iterator[pa.Table]:
        """Some columns of a table, one batch of members after the other: of many members, a whole table is too much for some memories.

        Raises DamagedError where a part is missing or cannot be read.
        """
        return each_part(self.path, name, self.state.batches, columns, drawn=self.state.identity.drawn)

    def quantiles(self, levels: Sequence[float] = LEVELS) -> xr.Dataset:
        """Quantiles over members of every series of the whole country, the failed left out : [quantile, tick or day].

        The same as ``series[name].quantile(levels, dim="member")`` where none failed.
        """
        return national_bands(self.series, levels)

    def summary(self) -> dict[str, Any]:
        """The object that ``--json`` prints (``docs/schema/results.md``)."""
        return summarise(self)

    def __repr__(self) -> str:
        """Name, members and folder."""
        return f"Ensemble({self.state.identity.scenario}, {len(self.state.done)} of {self.state.members} members, {self.path})"


def open_results(path: str | Path) -> Ensemble:
    """Open a results folder, finished or not, on this machine or at an address such as ``s3://bucket/results``.

    Raises MissingExtraError where an address needs the extra `remote`, and StoreError where it is none, or a newer Qantar wrote it.
    """
    folder = as_folder(path)
    if address_of(path) is None:
        use_scratch(folder)
    return Ensemble(folder, read_manifest(folder))
