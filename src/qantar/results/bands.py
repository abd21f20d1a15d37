"""Quantiles over members of the country's series."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr

LEVELS = (0.05, 0.5, 0.95)
"""A 90 % interval and its middle."""

NATIONAL = {("member", "tick"), ("member", "day")}
"""Dimensions of the series of the whole country."""

COUNTED = "participants"
"""A series that is below 0 for failed members alone; reading it is quicker than the table of members."""


def national_bands(series: xr.Dataset, levels: Sequence[float] = LEVELS) -> xr.Dataset:
    """Return quantiles over the members that did not fail of every series of the whole country : float64[quantile, tick or day].

    series : as a results folder holds them, -1 or NaN throughout for a failed member. NaN where every member failed.
    """
    national = series[[name for name, values in series.data_vars.items() if values.dims in NATIONAL]]
    sound = series[COUNTED].values[:, 0] >= 0
    if not sound.any():
        nothing = xr.full_like(national.isel(member=0, drop=True).astype(np.float64), np.nan)
        return nothing.expand_dims(quantile=list(levels))
    return national.isel(member=sound).quantile(list(levels), dim="member", skipna=False, keep_attrs=True)
