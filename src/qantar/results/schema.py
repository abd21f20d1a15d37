"""The schema of results: every variable with its dimensions, type, unit and meaning; every event column.

The prose of this contract is ``docs/schema/results.md``. Variables have the dimensions below in a
single run, and `member` in front of them in a store. -1 (counts) and NaN (floats) mean "no value".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from qantar.errors import StoreError

SCHEMA_VERSION = 1
"""Raised with every change of meaning or shape; a newer one is refused by readers."""

MISSING_COUNT = -1
"""Value of a count of which there is none (a member that failed)."""


@dataclass(frozen=True)
class Variable:
    """A series: `dims` without `member`, the NumPy `dtype`, the `unit`, and what it says."""

    name: str
    dims: tuple[str, ...]
    dtype: str
    unit: str
    long_name: str

    @property
    def fill(self) -> float | int:
        """Value where there is none."""
        return float("nan") if self.dtype.startswith("float") else MISSING_COUNT

    @property
    def attributes(self) -> dict[str, str]:
        """Attributes that travel with the variable."""
        return {"units": self.unit, "long_name": self.long_name}


_BY_TICK_AND_PLACE = (
    ("crowd_peaceful", "peaceful people out at the end of the tick"),
    ("crowd_violent", "violent people out at the end of the tick"),
)
_BY_DAY_AND_PLACE = (
    ("place_participants", "largest number out (peaceful and violent) in any one hour of the place's local date"),
    ("place_violent", "largest number of violent people out in any one hour of the place's local date"),
    ("place_deaths", "deaths, security included, to the end of the local date (cumulative)"),
    ("place_detained", "people delivered to police to the end of the local date (cumulative)"),
    ("place_injured", "injured, security included, to the end of the local date (cumulative)"),
)
_NATIONAL_COUNTS = (
    ("national_crowd", "people out in the country at the end of the tick"),
    ("national_violent", "violent people out in the country at the end of the tick"),
    ("national_deaths", "deaths, security included (cumulative)"),
    ("national_detained", "people delivered to police (cumulative)"),
    ("national_remanded", "people remanded in custody (cumulative)"),
    ("national_injured", "injured, security included (cumulative)"),
    ("national_security_deaths", "deaths among security forces (cumulative)"),
    ("national_held", "people held at the end of the tick"),
    ("national_afraid", "people who left the street afraid and are at home at the end of the tick"),
    ("national_force", "effective men of the state on the streets"),
    ("national_guarantor", "men of the foreign guarantor in the country"),
)
_NATIONAL_LEVELS = (
    ("national_connectivity", "share", "share of the internet's normal reach, mean over residents"),
    ("national_legitimacy", "share", "legitimacy, mean over residents"),
    ("national_cause", "1", "salience of the general cause, mean over residents"),
)
_DAILY = (
    ("participants", "people", "sum over places of the largest number out in any one hour of the local date"),
    ("violent", "people", "sum over places of the largest number of violent people in any one hour of the local date"),
    ("deaths", "people", "deaths, security included, to the end of the date (cumulative)"),
    ("detained", "people", "people delivered to police to the end of the date (cumulative)"),
    ("injured", "people", "injured, security included, to the end of the date (cumulative)"),
    ("regions", "regions", "regions in protest on the date"),
)


def _variables() -> dict[str, Variable]:
    table = [Variable(name, ("tick", "place"), "int32", "people", text) for name, text in _BY_TICK_AND_PLACE]
    table += [Variable(name, ("day", "place"), "int32", "people", text) for name, text in _BY_DAY_AND_PLACE]
    text = "1 where some place of the region reached the protest threshold, else 0"
    table.append(Variable("region_in_protest", ("day", "region"), "int8", "1", text))
    table += [Variable(name, ("tick",), "int64", "people", text) for name, text in _NATIONAL_COUNTS]
    table += [Variable(name, ("tick",), "float32", unit, text) for name, unit, text in _NATIONAL_LEVELS]
    table += [Variable(name, ("day",), "int64", unit, text) for name, unit, text in _DAILY]
    table.append(Variable("sites_held", ("tick",), "int32", "sites", "guarded sites in the hands of a crowd at the end of the tick"))
    return {variable.name: variable for variable in table}


VARIABLES: Mapping[str, Variable] = MappingProxyType(_variables())
"""Every series by name, in the order of the written schema."""

DAILY = tuple(name for name, _, _ in _DAILY)
"""National daily figures, as they are counted against a record."""

COORDINATES: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {
        "place": ("place", "1", "identifier of a settlement or of a region's rural remainder"),
        "region": ("region", "1", "identifier of a region"),
        "time": ("tick", "UTC", "moment at which the tick begins"),
        "date": ("day", "local date", "date in the country's main time zone"),
    }
)
"""Coordinates of a run: name -> (dimension, unit, meaning)."""

EVENT_COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        "member": "int64",
        "tick": "int32",
        "hour": "float64",
        "time": "datetime64[ns]",
        "kind": "str",
        "place": "str",
        "region": "str",
        "actor": "str",
        "value": "float64",
        "text": "str",
    }
)
"""Columns of the events table and their types: `hour` counts from the start, `time` is UTC."""


def build_series(arrays: Mapping[str, NDArray[Any]], coords: Mapping[str, Any]) -> xr.Dataset:
    """Make the series of one run from plain arrays, in the order of the schema.

    arrays : name -> array with the dimensions of `VARIABLES[name]`; any part of the table. Integers of
        another width are taken when they fit.
    coords : 'place' and 'region' (identifiers), 'time' (UTC, begin of each tick), 'date' (local dates)

    Raises StoreError naming every array that is unknown, misshapen or of the wrong type, and every
    coordinate that is missing.
    """
    wrong = [f"coordinate '{name}' is missing" for name in COORDINATES if name not in coords]
    wrong += [f"coordinate '{name}' is unknown" for name in coords if name not in COORDINATES]
    if wrong:
        raise StoreError("; ".join(wrong))
    made = {name: _coordinate(name, coords[name]) for name in COORDINATES}
    sizes = {COORDINATES[name][0]: variable.sizes[COORDINATES[name][0]] for name, variable in made.items()}
    wrong = [message for name, array in arrays.items() if (message := _mistake(name, array, sizes))]
    if wrong:
        raise StoreError("; ".join(wrong))
    data = {
        name: xr.Variable(variable.dims, np.ascontiguousarray(arrays[name], dtype=variable.dtype), variable.attributes)
        for name, variable in VARIABLES.items()
        if name in arrays
    }
    return xr.Dataset(data, coords=made, attrs={"schema_version": SCHEMA_VERSION})


def _coordinate(name: str, values: Any) -> xr.Variable:  # noqa: ANN401
    dim, unit, text = COORDINATES[name]
    if name in ("time", "date"):
        return xr.Variable((dim,), np.asarray(values, dtype="datetime64[ns]"), {"long_name": text})
    return _names(dim, tuple(str(value) for value in values), unit, text)


@lru_cache(maxsize=16)
def _names(dim: str, names: tuple[str, ...], unit: str, text: str) -> xr.Variable:
    """Identifiers along a dimension, the same object for all runs of a country: an index cannot be changed."""
    return xr.Variable((dim,), np.asarray(names, dtype=object), {"units": unit, "long_name": text}).to_index_variable()


def _mistake(name: str, array: NDArray[Any], sizes: Mapping[str, int]) -> str | None:
    variable = VARIABLES.get(name)
    if variable is None:
        return f"'{name}' is not a variable of the schema"
    expected = tuple(sizes[dim] for dim in variable.dims)
    if array.shape != expected:
        return f"'{name}' has shape {array.shape}, expected {variable.dims} = {expected}"
    if array.dtype == variable.dtype:
        return None
    target = np.dtype(variable.dtype)
    if array.dtype.kind != target.kind:
        return f"'{name}' is {array.dtype}, expected {target}"
    if target.kind == "i" and array.size:
        bounds = np.iinfo(target)
        if array.min() < bounds.min or array.max() > bounds.max:
            return f"'{name}' has values that do not fit {target}"
    return None


def build_events(columns: Mapping[str, Sequence[Any]]) -> pd.DataFrame:
    """Make an events table from columns, in the order and with the types of `EVENT_COLUMNS`.

    Raises StoreError where a column is missing or unknown.
    """
    odd = sorted(set(columns) ^ set(EVENT_COLUMNS))
    if odd:
        raise StoreError(f"events need exactly the columns {list(EVENT_COLUMNS)}; these are missing or unknown: {odd}")
    return pd.DataFrame({name: pd.Series(columns[name], dtype=dtype) for name, dtype in EVENT_COLUMNS.items()})


def no_events() -> pd.DataFrame:
    """An events table without a row."""
    return build_events({name: [] for name in EVENT_COLUMNS})
