"""Series that refuse to be read where a file is missing or damaged.

Zarr takes a chunk that is not there for a chunk without a value. That is right for members that failed, and for nobody else:
a sound member always has a value. So every read looks whether a sound member came out empty.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from xarray.backends import BackendArray
from xarray.core import indexing

from qantar.errors import DamagedError
from qantar.results.layout import CHUNK, SERIES
from qantar.results.manifest import Manifest
from qantar.results.schema import VARIABLES

WHAT_TO_DO = "`qantar status FOLDER --verify` says which members are damaged, and the same `qantar run` with --repair computes them again"
"""End of every message about damage."""

ORDERED = ("time", "date")
NAMES = ("place", "region")


def check_sound(folder: Path, name: str, values: NDArray[Any], members: NDArray[np.int64], failed: Callable[[], Collection[int]]) -> None:
    """Raise DamagedError, naming file and members, where a member that did not fail has no value.

    values : values[member, ...] of one series; members : their numbers; failed : asked only where there is reason to
    """
    if not values.size:
        return
    first = values.reshape(len(members), -1)[:, 0]  # a chunk has all of a member or nothing
    empty = np.isnan(first) if values.dtype.kind == "f" else first == VARIABLES[name].fill
    if not empty.any():
        return
    damaged = sorted({int(member) for member in members[empty]} - set(failed()))
    if damaged:
        file = f"{SERIES}/{name}/c/{damaged[0] // CHUNK}"
        raise DamagedError(f"{folder} has no values of '{name}' for members {spans(damaged)}: {file} is missing; {WHAT_TO_DO}")


def spans(members: Collection[int]) -> str:
    """Numbers of members in words, neighbours together."""
    joined = joined_spans((member, member) for member in members)
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in joined)


def joined_spans(pairs: Iterable[tuple[int, int]]) -> list[list[int]]:
    """First and last members of spans, those that touch as one."""
    found: list[list[int]] = []
    for first, last in sorted(pairs):
        if found and found[-1][1] >= first - 1:
            found[-1][1] = max(found[-1][1], last)
        else:
            found.append([first, last])
    return found


class _Whole(BackendArray):
    """A series of a results folder, read when it is asked for and looked at once it is read."""

    def __init__(self, folder: Path, name: str, variable: xr.Variable, failed: Callable[[], Collection[int]]) -> None:
        self._folder, self._name, self._variable, self._failed = folder, name, variable, failed
        self.shape, self.dtype = variable.shape, variable.dtype

    def __getitem__(self, key: indexing.ExplicitIndexer) -> Any:  # noqa: ANN401 - what the indexing of xarray returns
        return indexing.explicit_indexing_adapter(key, self.shape, indexing.IndexingSupport.OUTER, self._read)

    def _read(self, key: tuple[Any, ...]) -> NDArray[Any]:
        span, within = _span(key[0])
        try:
            values: NDArray[Any] = self._variable[span, *key[1:]].values
        except (OSError, RuntimeError, ValueError) as error:  # what unpacks chunks knows no error of its own
            raise DamagedError(f"the series '{self._name}' in {self._folder} cannot be read ({error}); {WHAT_TO_DO}") from error
        members = np.atleast_1d(np.arange(self.shape[0])[span])
        check_sound(self._folder, self._name, values, members, self._failed)
        return values if within is None else values[within]


DENSE = 0.5
"""Share of a span of members from which it is quicker to read all of it than to pick."""


def _span(asked: Any) -> tuple[Any, NDArray[np.int64] | None]:  # noqa: ANN401 - whatever the indexing of xarray gives
    """Return what to read for the members asked for, and which of it was asked for; None where that is all."""
    if not isinstance(asked, np.ndarray) or asked.size == 0:
        return asked, None
    first, last = int(asked.min()), int(asked.max())
    if asked.size < DENSE * (last + 1 - first):
        return asked, None
    within = asked.astype(np.int64) - first
    return slice(first, last + 1), None if np.array_equal(within, np.arange(last + 1 - first)) else within


def whole(folder: Path, series: xr.Dataset, failed: Callable[[], Collection[int]]) -> xr.Dataset:
    """The series of a folder, each of which raises DamagedError when it is read and a sound member has no value.

    failed : gives the members that failed

    Raises DamagedError where a series is missing.
    """
    lacking = [name for name in VARIABLES if name not in series.variables]
    if lacking:
        raise DamagedError(f"{folder} has no series {', '.join(lacking)}; {WHAT_TO_DO}")
    made = {}
    for name in VARIABLES:
        variable = series.variables[name]
        array = indexing.LazilyIndexedArray(_Whole(folder, name, variable, failed))
        made[name] = xr.Variable(variable.dims, array, variable.attrs, variable.encoding)
    return series.assign(made)


def check_coordinates(folder: Path, series: xr.Dataset, state: Manifest) -> None:
    """Raise DamagedError where members, places, regions, hours or days have no value."""
    last = max((batch.last for batch in state.batches), default=-1)
    members = series["member"].values
    wrong = [] if np.array_equal(members[: last + 1], np.arange(last + 1)) else ["member"]
    wrong += [name for name in ORDERED if (np.diff(series[name].values.astype(np.int64)) <= 0).any()]
    wrong += [name for name in NAMES if not all(str(value) for value in series[name].values)]
    if wrong:
        files = ", ".join(f"{SERIES}/{name}" for name in wrong)
        raise DamagedError(f"files of {files} in {folder} are missing or damaged; {WHAT_TO_DO}")
