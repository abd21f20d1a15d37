"""What a report needs of an ensemble, read once into plain arrays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from qantar.errors import StoreError
from qantar.report.case import Case, read_case
from qantar.report.places import InPlaces, in_places
from qantar.results.tables import as_frame, read_parts

if TYPE_CHECKING:
    from qantar.results.open import Ensemble

DAILY = ("participants", "violent", "deaths", "detained", "injured", "regions")
"""National daily figures that a report uses."""

FAILED = "failed"


@dataclass(frozen=True)
class Material:
    """Arrays of the members that did not fail, in the order of the store.

    hours : float64[tick], hours from the start to the end of each tick;
    daily : int32[member, day] by name; crowd : int32[member, tick], people out at the end of a tick;
    region_in_protest : int8[member, day, region]; control_hours : float64[member], NaN for never;
    numbers : int64[member], the members' numbers; events_of : reads the events of a member by its number;
    endings : of all members that are done, the failed ones included; asked : members asked for, where those that are done are not the
    first ones, None where they are.
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
    daily: Mapping[str, NDArray[np.int32]]
    crowd: NDArray[np.int32]
    places: InPlaces
    region_in_protest: NDArray[np.int8]
    control_hours: NDArray[np.float64]
    endings: tuple[str, ...]
    failures: tuple[str, ...]
    numbers: NDArray[np.int64]
    events_of: Callable[[int], pd.DataFrame]
    asked: int | None = None

    @property
    def members(self) -> int:
        """Members that ran to an end."""
        return int(self.crowd.shape[0])

    @property
    def sound_endings(self) -> tuple[str, ...]:
        """How the members that did not fail ended."""
        return tuple(ending for ending in self.endings if ending != FAILED)

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
    daily = {name: _counts(series[name].transpose("member", "day").values) for name in DAILY}
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
        daily=daily,
        crowd=_counts(series["national_crowd"].transpose("member", "tick").values),
        places=in_places(series, case, daily["participants"]),
        region_in_protest=np.asarray(
            series["region_in_protest"].sel(region=regions).transpose("member", "day", "region").values, dtype=np.int8
        ),
        control_hours=members.loc[sound, "control_returned_hours"].to_numpy(dtype=np.float64),
        endings=tuple(members["ending"].astype(str)),
        failures=tuple(members.loc[~sound, "reason"].astype(str)),
        numbers=members.loc[sound, "member"].to_numpy(dtype=np.int64),
        events_of=partial(_events, ensemble),
        asked=None if members["member"].tolist() == list(range(len(members))) else int(ensemble.manifest["members"]),
    )


def _events(ensemble: Ensemble, member: int) -> pd.DataFrame:
    """What happened in one member; only its batch is read."""
    batches = [batch for batch in ensemble.state.batches if batch.first <= member <= batch.last]
    found = as_frame(read_parts(ensemble.path, "events", batches))
    return found[found["member"] == member]


def _counts(values: NDArray[np.generic]) -> NDArray[np.int32]:
    return np.asarray(values, dtype=np.int32)
