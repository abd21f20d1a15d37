"""What the members did in their places, reduced a block of members at a time.

A country has hundreds of places, so that all members' places at once would grow out of memory. What is kept of a
member has the size of the country's regions; quantiles over members of single places are read day by day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from qantar.report.record import areas

if TYPE_CHECKING:
    import xarray as xr

    from qantar.report.case import Case

CASUALTIES = ("deaths", "detained", "injured")
"""Cumulative counts that exist for every place."""

BLOCK = 100
"""Members whose places are in memory at once."""

PEAK = "place_participants"

Counts = NDArray[np.int32]


@dataclass(frozen=True)
class Protests:
    """Settlements and days with a small protest, in the members without a wave.

    by_member : int32[member of those]; by_place : int64[place]; sizes : int32[protest], people out in the fullest hour
    """

    by_member: Counts
    by_place: NDArray[np.int64]
    sizes: Counts


@dataclass(frozen=True)
class InPlaces:
    """Sums and counts over places, of the members that did not fail.

    region_peak : int32[member, day, region], sums of the places' largest numbers out;
    region_totals : int32[member, day, region] by name, cumulative;
    named : rows of the places that the record names; named_totals : int32[member, day, named] by name, cumulative;
    largest : int32[member], the settlement with most people out on the member's fullest day
    """

    series: xr.Dataset
    settlements: NDArray[np.bool_]
    region_peak: Counts
    region_totals: Mapping[str, Counts]
    named: tuple[int, ...]
    named_totals: Mapping[str, Counts]
    largest: Counts
    protests: Protests

    @cached_property
    def place_median(self) -> NDArray[np.float64]:
        """Median over members of the largest number out : float64[day, place]; one day is in memory at once."""
        peak = self.series[PEAK].transpose("member", "day", "place")
        days = [np.median(np.asarray(peak.isel(day=day).values), axis=0) for day in range(peak.sizes["day"])]
        return np.array(days, dtype=np.float64)


def in_places(series: xr.Dataset, case: Case, participants: Counts) -> InPlaces:
    """Read the places of some members.

    series : of these members; participants : int32[member, day], of the whole country
    """
    index = {region.id: row for row, region in enumerate(case.regions)}
    belongs = np.eye(len(case.regions), dtype=np.int32)[[index[place.region] for place in case.places]]
    recorded = {row.place for key in CASUALTIES for row in areas(case, key) if row.place}
    named = tuple(row for row, place in enumerate(case.places) if place.id in recorded)
    settlements = np.array([place.kind == "settlement" for place in case.places], dtype=np.bool_)
    series = series.sel(place=[place.id for place in case.places])
    blocks = [slice(start, start + BLOCK) for start in range(0, max(len(participants), 1), BLOCK)]
    found = [_block(series.isel(member=block), participants[block], belongs, named, settlements, case.judgement) for block in blocks]
    return InPlaces(
        series=series,
        settlements=settlements,
        region_peak=np.concatenate([one["region_peak"] for one in found]),
        region_totals={name: np.concatenate([one["regions", name] for one in found]) for name in CASUALTIES},
        named=named,
        named_totals={name: np.concatenate([one["named", name] for one in found]) for name in CASUALTIES},
        largest=np.concatenate([one["largest"] for one in found]),
        protests=Protests(
            np.concatenate([one["by_member"] for one in found]),
            np.sum([one["by_place"] for one in found], axis=0),
            np.concatenate([one["sizes"] for one in found]),
        ),
    )


def _block(
    series: xr.Dataset,
    participants: Counts,
    belongs: Counts,
    named: tuple[int, ...],
    settlements: NDArray[np.bool_],
    judgement: Mapping[str, float],
) -> dict[Any, Any]:
    peak = _values(series, PEAK)
    rows, days = np.arange(len(peak)), participants.argmax(axis=1)
    still = peak[participants.max(axis=1) <= judgement["wave"]]
    small = (still >= judgement["small_protest"]) & settlements
    found: dict[Any, Any] = {
        "region_peak": peak @ belongs,
        "largest": np.where(settlements, peak[rows, days], -1).argmax(axis=1).astype(np.int32),
        "by_member": small.sum(axis=(1, 2), dtype=np.int32),
        "by_place": small.sum(axis=(0, 1), dtype=np.int64),
        "sizes": still[small],
    }
    for name in CASUALTIES:
        values = _values(series, f"place_{name}")
        found["regions", name] = values @ belongs
        found["named", name] = values[:, :, list(named)]
    return found


def _values(series: xr.Dataset, name: str) -> Counts:
    return np.asarray(series[name].transpose("member", "day", "place").values, dtype=np.int32)
