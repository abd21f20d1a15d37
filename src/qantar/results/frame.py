"""The frame of a store: which places, regions, hours and days its series speak of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qantar.errors import StoreError
from qantar.results.schema import Variable


@dataclass(frozen=True)
class Frame:
    """Coordinates that all members share.

    places : identifiers; place_regions : the region of each place; regions : identifiers;
    times : datetime64[ns][tick], UTC, begin of each tick; dates : local dates of the country
    """

    places: tuple[str, ...]
    place_regions: tuple[str, ...]
    regions: tuple[str, ...]
    times: NDArray[np.datetime64]
    dates: tuple[date, ...]

    def __post_init__(self) -> None:
        """Refuse a frame in which a place has no region."""
        if len(self.places) != len(self.place_regions):
            raise StoreError("every place of a frame needs its region")
        unknown = sorted(set(self.place_regions) - set(self.regions))
        if unknown:
            raise StoreError(f"places of a frame lie in unknown regions: {unknown}")

    @property
    def sizes(self) -> Mapping[str, int]:
        """Dimension -> length."""
        return {"tick": len(self.times), "day": len(self.dates), "place": len(self.places), "region": len(self.regions)}

    def shape(self, variable: Variable) -> tuple[int, ...]:
        """Shape of a variable in one member."""
        sizes = self.sizes
        return tuple(sizes[dim] for dim in variable.dims)

    @property
    def belongs(self) -> NDArray[np.int64]:
        """Whether a place lies in a region: 0 or 1, int64[place, region]."""
        same = np.array(self.place_regions)[:, None] == np.array(self.regions)[None, :]
        return np.asarray(same, dtype=np.int64)

    def check(self, coords: Mapping[Any, Any]) -> None:
        """Raise StoreError unless the coordinates of a run are those of the frame."""
        same = (
            tuple(str(value) for value in coords["place"].values) == self.places
            and tuple(str(value) for value in coords["region"].values) == self.regions
            and np.array_equal(coords["time"].values, self.times)
            and np.array_equal(coords["date"].values.astype("datetime64[D]"), np.array(self.dates, dtype="datetime64[D]"))
        )
        if not same:
            raise StoreError("a run has other places, regions, hours or days than its store")
