"""Series and context as flat tables, for tools that read neither Zarr nor JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from qantar.results.arrays import read_series
from qantar.results.manifest import Receipt
from qantar.results.schema import VARIABLES
from qantar.results.whole import check_sound

if TYPE_CHECKING:
    from qantar.results.open import Ensemble

HOURLY = tuple(name for name, variable in VARIABLES.items() if variable.dims == ("tick",))
"""Series of the whole country by tick."""

BY_PLACE = tuple(name for name, variable in VARIABLES.items() if variable.dims == ("day", "place"))
"""Series of places by day."""

CONTEXT_TABLES: Mapping[str, Sequence[str]] = {
    "places": ("id", "name", "region", "kind", "latitude", "longitude", "population"),
    "regions": ("id", "name", "map_key", "centre", "population"),
    "orders": ("id", "kind", "at", "until", "regions", "actor", "because", "text", "source", "note"),
    "record": ("date", "as_of", "key", "region", "place", "value", "unit", "source", "use", "note"),
}
"""Lists of a store's context that are tables, with their columns."""


def hourly(ensemble: Ensemble, batch: Receipt) -> pa.Table:
    """The country hour by hour: a row for each member of a batch that did not fail, and tick."""
    rows, members = _sound(ensemble, batch)
    arrays = _whole(ensemble, batch, rows, HOURLY)
    times = ensemble.series["time"].values.astype("datetime64[s]")
    columns: dict[str, NDArray[Any]] = {
        "member": np.repeat(members, len(times)),
        "tick": np.tile(np.arange(len(times)), len(members)),
        "time": np.tile(times, len(members)),
    }
    return pa.table(columns | {name: array.ravel() for name, array in arrays.items()})


def by_place(ensemble: Ensemble, batch: Receipt) -> pa.Table:
    """Places day by day: a row for each member that did not fail, date and place in which anything is not 0."""
    rows, members = _sound(ensemble, batch)
    values = _whole(ensemble, batch, rows, BY_PLACE)
    dates = ensemble.series["date"].values.astype("datetime64[D]")
    places = np.array([str(place) for place in ensemble.series["place"].values], dtype=object)
    told = np.logical_or.reduce([array != 0 for array in values.values()])
    member, day, place = np.nonzero(told)
    columns: dict[str, Any] = {
        "member": members[member],
        "date": dates[day],
        "place": pa.array(places[place], type=pa.string()),
    }
    return pa.table(columns | {name.removeprefix("place_"): array[told] for name, array in values.items()})


def context_table(context: Mapping[str, Any], name: str) -> pa.Table:
    """One list of a store's context as a table; identifiers in a list are joined by blanks."""
    fields = CONTEXT_TABLES[name]
    return pa.table({field: _column([_cell(row.get(field)) for row in context.get(name, ())]) for field in fields})


def _column(cells: Sequence[Any]) -> pa.Array:
    found = pa.array(cells)
    return found.cast(pa.string()) if pa.types.is_null(found.type) else found


def _cell(value: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    return " ".join(value) if isinstance(value, list) else value


def _whole(ensemble: Ensemble, batch: Receipt, rows: NDArray[np.bool_], names: Sequence[str]) -> dict[str, NDArray[Any]]:
    """Some series of the sound members of a batch. Raises DamagedError where one of them has no value."""
    arrays = read_series(ensemble.path, batch.first, batch.last)
    found = {name: arrays[name][rows] for name in names}
    for name, values in found.items():
        check_sound(ensemble.path, name, values, np.arange(batch.first, batch.last + 1)[rows], set)
    return found


def _sound(ensemble: Ensemble, batch: Receipt) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Which rows of a batch are members that did not fail, and their numbers."""
    numbers = np.arange(batch.first, batch.last + 1)
    table = ensemble.members
    failed = table.loc[table["ending"] == "failed", "member"].to_numpy()
    sound = ~np.isin(numbers, failed)
    return sound, numbers[sound]
