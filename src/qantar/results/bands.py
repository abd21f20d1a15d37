"""Quantiles over members of the country's series."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr
from numpy.typing import NDArray

LEVELS = (0.05, 0.5, 0.95)
"""A 90 % interval and its middle."""

NATIONAL = {("member", "tick"), ("member", "day")}
"""Dimensions of the series of the whole country."""

COUNTED = "participants"
"""A series that is below 0 for failed members alone; reading it is quicker than the table of members."""


def national_bands(series: xr.Dataset, levels: Sequence[float] = LEVELS) -> xr.Dataset:
    """Return quantiles over the members that did not fail of every series of the whole country : float64[quantile, tick or day].

    series : as a results folder holds them, -1 or NaN throughout for a failed member

    Linear interpolation between order statistics, as `numpy.quantile` does by default.
    """
    sound = series[COUNTED].values[:, 0] >= 0
    national = [str(name) for name, values in series.data_vars.items() if values.dims in NATIONAL]
    return xr.Dataset({name: _bands(series[name], sound, levels) for name in national}, coords={"quantile": list(levels)})


def _bands(values: xr.DataArray, sound: NDArray[np.bool_], levels: Sequence[float]) -> xr.DataArray:
    time = values.dims[1]
    ordered = np.sort(np.ascontiguousarray(values.values[sound].T), axis=1)
    found = np.full((len(levels), ordered.shape[0]), np.nan)
    last = ordered.shape[1] - 1
    for row, level in enumerate(levels if last >= 0 else ()):
        below = int(np.floor(level * last))
        part = level * last - below
        low, high = ordered[:, below].astype(np.float64), ordered[:, min(below + 1, last)].astype(np.float64)
        found[row] = low + part * (high - low)
    coords = {name: coord for name, coord in values.coords.items() if coord.dims == (time,)}
    return xr.DataArray(found, dims=("quantile", time), coords=coords, attrs=values.attrs)
