"""What a report needs of an ensemble, read once into plain arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from qantar.errors import StoreError
from qantar.report.case import Case, read_case

if TYPE_CHECKING:
    from qantar.results.open import Ensemble

DAILY = ("participants", "violent", "deaths", "detained", "injured", "regions")
"""National daily figures that a report uses."""

CASUALTIES = ("deaths", "detained", "injured")
"""Cumulative counts that exist for every place."""

FAILED = "failed"


@dataclass(frozen=True)
class Material:
    """Arrays of the members that did not fail, in the order of the store.

    hours : float64[tick], hours from the start to the end of each tick;
    daily : int64[member, day] by name; crowd : int64[member, tick], people out at the end of a tick;
    place_peak : int64[member, day, place]; place_totals : int64[member, day, place] by name, cumulative;
    region_in_protest : int8[member, day, region]; control_hours : float64[member], NaN for never.
    """

    case: Case
    seed: int
    version: str
    scenario_hash: str
    palace: str
    parameters: str
    store: str
    dates: tuple[date, ...]
    hours: NDArray[np.float64]
    daily: Mapping[str, NDArray[np.int64]]
    crowd: NDArray[np.int64]
    place_peak: NDArray[np.int64]
    place_totals: Mapping[str, NDArray[np.int64]]
    region_in_protest: NDArray[np.int8]
    control_hours: NDArray[np.float64]
    endings: tuple[str, ...]
    failures: tuple[str, ...]
    events: pd.DataFrame

    @property
    def members(self) -> int:
        """Members that ran to an end."""
        return int(self.crowd.shape[0])

    @cached_property
    def region_of_place(self) -> NDArray[np.int64]:
        """Index of each place's region: int64[place]."""
        index = {region.id: row for row, region in enumerate(self.case.regions)}
        return np.array([index[place.region] for place in self.case.places], dtype=np.int64)

    @cached_property
    def settlements(self) -> NDArray[np.bool_]:
        """Which places are settlements, where people can be out in one place: bool[place]."""
        return np.array([place.kind == "settlement" for place in self.case.places], dtype=np.bool_)

    def by_region(self, of_places: NDArray[np.int64]) -> NDArray[np.int64]:
        """Sums over the places of each region: [..., place] to [..., region]."""
        belongs = self.region_of_place[:, None] == np.arange(len(self.case.regions))[None, :]
        return np.asarray(of_places @ belongs.astype(np.int64))

    @property
    def wave(self) -> NDArray[np.bool_]:
        """Whether some day of a member had more participants than the wave's threshold: bool[member]."""
        return np.asarray(self.daily["participants"].max(axis=1) > self.case.judgement["wave"], dtype=np.bool_)


def gather(ensemble: Ensemble) -> Material:
    """Read an ensemble for a report.

    Raises:
        StoreError: where the store holds no finished member or lacks what a report reads.
    """
    members = ensemble.members.sort_values("member")
    if members.empty:
        raise StoreError("this results folder holds no finished member yet; run the same `qantar run` again to go on")
    case = read_case(ensemble.context, ensemble.map_shapes)
    sound = members["ending"].astype(str) != FAILED
    series = ensemble.series.isel(member=np.flatnonzero(sound))
    places = [place.id for place in case.places]
    regions = [region.id for region in case.regions]
    begins = np.asarray((series["time"].values - series["time"].values[0]) / np.timedelta64(1, "h"), dtype=np.float64)
    return Material(
        case=case,
        seed=int(ensemble.manifest["seed"]),
        version=str(ensemble.manifest["version"]),
        scenario_hash=str(ensemble.manifest["scenario_hash"]),
        palace=str(ensemble.manifest.get("palace", "recorded")),
        parameters=str(ensemble.manifest.get("parameters", "point")),
        store=str(ensemble.path),
        dates=tuple(pd.Timestamp(value).date() for value in series["date"].values),
        hours=begins + (begins[1] if begins.size > 1 else 1.0),
        daily={name: _counts(series[name].transpose("member", "day").values) for name in DAILY},
        crowd=_counts(series["national_crowd"].transpose("member", "tick").values),
        place_peak=_counts(series["place_participants"].sel(place=places).transpose("member", "day", "place").values),
        place_totals={
            name: _counts(series[f"place_{name}"].sel(place=places).transpose("member", "day", "place").values) for name in CASUALTIES
        },
        region_in_protest=np.asarray(
            series["region_in_protest"].sel(region=regions).transpose("member", "day", "region").values, dtype=np.int8
        ),
        control_hours=members.loc[sound, "control_returned_hours"].to_numpy(dtype=np.float64),
        endings=tuple(members["ending"].astype(str)),
        failures=tuple(members.loc[~sound, "reason"].astype(str)),
        events=ensemble.events,
    )


def _counts(values: NDArray[np.generic]) -> NDArray[np.int64]:
    return np.asarray(values, dtype=np.int64)
