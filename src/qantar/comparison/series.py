"""Series of differences between twins, computed where they are looked at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from xarray.backends import BackendArray
from xarray.core import indexing

from qantar.results.schema import VARIABLES


class _Difference(BackendArray):
    """Two arrays of one shape as the array of what the second has more; nothing is read before it is asked for."""

    def __init__(self, a: xr.Variable, b: xr.Variable, dtype: np.dtype[Any]) -> None:
        self._a, self._b = a, b
        self.shape, self.dtype = a.shape, dtype

    def __getitem__(self, key: indexing.ExplicitIndexer) -> Any:  # noqa: ANN401 - what the indexing of xarray returns
        return indexing.explicit_indexing_adapter(key, self.shape, indexing.IndexingSupport.OUTER, self._read)

    def _read(self, key: tuple[Any, ...]) -> NDArray[Any]:
        found: NDArray[Any] = self._b[key].values.astype(self.dtype) - self._a[key].values.astype(self.dtype)
        return found


def differences(a: xr.Dataset, b: xr.Dataset, rows_a: Sequence[int], rows_b: Sequence[int]) -> xr.Dataset:
    """All series of B less those of A, for pairs of rows: whole numbers as int64, others as float64.

    rows_a, rows_b : positions along `member`, a pair each, sound in both, so that there is no missing value
    """
    first, second = a.isel(member=_compact(rows_a)), b.isel(member=_compact(rows_b))
    made = {}
    for name, variable in VARIABLES.items():
        kind = np.dtype("float64" if variable.dtype.startswith("float") else "int64")
        array = _Difference(first.variables[name], second.variables[name], kind)
        attributes = {"units": variable.unit, "long_name": f"difference (B less A): {variable.long_name}"}
        made[name] = xr.Variable(first.variables[name].dims, indexing.LazilyIndexedArray(array), attributes)
    return xr.Dataset(made, coords=first.coords)


def _compact(rows: Sequence[int]) -> slice | list[int]:
    """Rows as a slice where there is no gap: that reads faster."""
    found = list(rows)
    return slice(0, len(found)) if found == list(range(len(found))) else found
