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


def national_bands(series: xr.Dataset, sound: NDArray[np.bool_], levels: Sequence[float] = LEVELS) -> xr.Dataset:
    """Return quantiles over the sound members of every series of the whole country : float64[quantile, tick or day].

    series : as a results folder holds them; sound : bool[member]

    Linear interpolation between order statistics, as `numpy.quantile` does by default.
    """
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
