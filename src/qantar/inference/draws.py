"""Many keyed draws at once."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from qantar.engine.compiled import njit
from qantar.engine.random import place_key, uniform
from qantar.engine.streams import Stream

Floats = NDArray[np.float64]
STANDARD = NormalDist()


@njit()
def _uniforms(seed: int, stream: int, key: int, start: int, stop: int, cells: int) -> Floats:
    found = np.empty((stop - start, cells))
    for row in range(start, stop):
        for cell in range(cells):
            found[row - start, cell] = uniform(seed, 0, stream, key, cell, 0, row)
    return found


def uniforms(seed: int, stream: Stream, name: str, rows: range, cells: int = 1) -> Floats:
    """Return numbers uniform on (0, 1): [row, cell], each a function of seed, stream, name, row and cell."""
    return np.asarray(_uniforms(seed, int(stream), place_key(name), rows.start, rows.stop, cells))


def normals(seed: int, stream: Stream, name: str, rows: range, cells: int = 1) -> Floats:
    """Return standard normal numbers: [row, cell], by inversion of `uniforms`."""
    drawn = uniforms(seed, stream, name, rows, cells)
    return np.array([STANDARD.inv_cdf(u) for u in drawn.ravel()]).reshape(drawn.shape)
