"""What is kept of a run when parameters are fitted: one row of numbers with a name each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from qantar.engine.ending import Ending
from qantar.engine.save import Save
from qantar.results.run import Run
from qantar.scenario.calibration import QuietTarget
from qantar.scenario.schema import Scenario

Floats = NDArray[np.float64]
Row = NDArray[np.float32]

NATIONAL = ("participants", "violent", "deaths", "detained", "injured", "regions")
REGIONAL = ("participants", "deaths", "detained")
SIZES = (20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000)
"""Lower ends of the classes of size in which small protests are counted, people."""

FIELDS = frozenset(
    {*NATIONAL, *(f"place_{key}" for key in REGIONAL), "region_in_protest", "crowd_peaceful", "crowd_violent"}
    | {"national_security_deaths", "national_remanded"}
)
SAVE = Save(fields=FIELDS)
"""What a run has to write down for its outcomes."""

ENDINGS = tuple(Ending)
TWIN = ("quiet-wave", "quiet-small-protests")
"""Of the run without shocks: 1 where it had a wave, and small protests a day."""

NOT_RETURNED_HOURS = 24.0
"""Added to the length of the run where control had not returned at its end."""


@dataclass(frozen=True)
class Layout:
    """Names and order of the outcomes of a scenario. `settlement`, `region_of` and `centre` are by place and region.

    twin_days : length of the same member's run without shocks, whose outcomes stand last; 0 where there is none
    """

    dates: tuple[date, ...]
    regions: tuple[str, ...]
    places: tuple[str, ...]
    region_of: tuple[int, ...]
    settlement: tuple[bool, ...]
    centre: tuple[int, ...]
    hours: float
    tick_hours: float
    control_crowd: float
    control_violent: float
    small_protest: float
    wave: float
    twin_days: int = 0

    @cached_property
    def names(self) -> tuple[str, ...]:
        """One name a number: 'key@date', 'key@date@region' or 'key@region'."""
        by_day = [f"{key}@{day}" for key in (*NATIONAL, "largest-place") for day in self.dates]
        by_region = [f"{key}@{day}@{region}" for key in (*REGIONAL, "in-protest") for day in self.dates for region in self.regions]
        return (
            *("ending", "control-hour", "security-deaths", "remanded"),
            *by_day,
            *by_region,
            *(f"control-hour@{region}" for region in self.regions),
            *(f"small-protests@{region}" for region in self.regions),
            *(f"small-protests-from-{size}" for size in SIZES),
            *(TWIN if self.twin_days else ()),
        )

    @cached_property
    def day(self) -> NDArray[np.int64]:
        """Day of the run that each number is of, from 0; -1 where it is of no day : int64[outcome]."""
        number = {day.isoformat(): position for position, day in enumerate(self.dates)}
        return np.array([number.get((*name.split("@"), "")[1], -1) for name in self.names], dtype=np.int64)

    @cached_property
    def column(self) -> dict[str, int]:
        """Position of each name."""
        return {name: position for position, name in enumerate(self.names)}


def layout_of(scenario: Scenario) -> Layout:
    """Return the layout of a scenario's outcomes."""
    clock, judgement = scenario.header.clock, scenario.parameters.judgement
    last = (clock.end - timedelta(microseconds=1)).date()
    n_days = (last - clock.start.date()).days + 1
    regions = tuple(region.id for region in scenario.regions)
    places = tuple(place.id for place in scenario.places)
    return Layout(
        dates=tuple(clock.start.date() + timedelta(days=n) for n in range(n_days)),
        regions=regions,
        places=places,
        region_of=tuple(regions.index(place.region) for place in scenario.places),
        settlement=tuple(place.kind != "remainder" for place in scenario.places),
        centre=tuple(places.index(region.centre) for region in scenario.regions),
        hours=(clock.end - clock.start) / timedelta(hours=1),
        tick_hours=clock.tick_hours,
        control_crowd=judgement.control_crowd.value,
        control_violent=judgement.control_violent.value,
        small_protest=judgement.small_protest.value,
        wave=judgement.wave.value,
        twin_days=_twin_days(scenario, n_days),
    )


def _twin_days(scenario: Scenario, most: int) -> int:
    found = scenario.calibration
    wanted = found is not None and any(isinstance(target, QuietTarget) for target in found.targets)
    return min(found.quiet_days, most) if found is not None and wanted else 0


def outcomes_of(run: Run, layout: Layout) -> Row:
    """Return the outcomes of a run that did not fail : float32[outcome], those of a run without shocks left out."""
    series = {str(name): run.series[name].to_numpy() for name in run.series.data_vars}
    return outcomes_from(series, layout, run.ending, run.control_returned_hours)


def outcomes_from(series: Mapping[str, NDArray[np.generic]], layout: Layout, ending: Ending, control: float | None) -> Row:
    """Return the outcomes of a run from its series, its ending, and the hours after which control returned; as `outcomes_of`."""
    crowds = _crowds(series, layout)
    parts: list[NDArray[np.generic] | list[float]] = [
        [
            float(ENDINGS.index(ending)),
            _control_hour(series["participants"], control, layout),
            float(series["national_security_deaths"][-1]),
            float(series["national_remanded"][-1]),
        ],
        *_by_day(series, layout),
        _centre_hours(series["crowd_peaceful"], series["crowd_violent"], layout),
        *_small_protests(crowds, layout),
    ]
    return np.concatenate([np.asarray(part, dtype=np.float32).ravel() for part in parts])


def daily_outcomes_of(series: Mapping[str, NDArray[np.generic]], layout: Layout) -> Row:
    """Return the outcomes of days, as the series by day stand in the middle of a run : float32[outcome], NaN for all others."""
    row = np.full(len(layout.names), np.nan, dtype=np.float32)
    row[layout.day >= 0] = np.concatenate([np.asarray(part, dtype=np.float32).ravel() for part in _by_day(series, layout)])
    return row


def twin_outcomes_of(run: Run, layout: Layout) -> Row:
    """Return the outcomes of a run without shocks : float32[2], see `TWIN`."""
    return twin_outcomes_from(run.series["place_participants"].to_numpy(), layout)


def twin_outcomes_from(people: NDArray[np.generic], layout: Layout) -> Row:
    """Return the outcomes of a run without shocks from the largest crowds : [day, place]; as `twin_outcomes_of`."""
    crowds = np.where(np.array(layout.settlement), people, -1)
    protests = (crowds >= layout.small_protest).sum() / crowds.shape[0]
    wave = people.sum(axis=1, dtype=np.int64).max() > layout.wave
    return np.array([float(wave), protests], dtype=np.float32)


def _crowds(series: Mapping[str, NDArray[np.generic]], layout: Layout) -> NDArray[np.int64]:
    """Largest crowd of each day in each place, -1 where a place is no settlement : int64[day, place]."""
    return np.where(np.array(layout.settlement), series["place_participants"], -1).astype(np.int64)


def _by_day(series: Mapping[str, NDArray[np.generic]], layout: Layout) -> list[NDArray[np.generic]]:
    """What is of a day, in the order of the layout's names."""
    return [
        *(series[name] for name in NATIONAL),
        _crowds(series, layout).argmax(axis=1),
        *(_by_region(series[f"place_{name}"], layout) for name in REGIONAL),
        series["region_in_protest"],
    ]


def _control_hour(participants: NDArray[np.generic], hours: float | None, layout: Layout) -> float:
    """Hour at which control returned; 0 where it was never in doubt, later than the run where it did not.

    A palace can fall on quiet streets, so that the ending does not say whether there was a wave.
    """
    if participants.max() <= layout.wave:
        return 0.0
    return layout.hours + NOT_RETURNED_HOURS if hours is None else hours


def _by_region(values: NDArray[np.generic], layout: Layout) -> Floats:
    """Sum values[day, place] over the places of each region: [day, region]."""
    member = np.zeros((len(layout.places), len(layout.regions)))
    member[np.arange(len(layout.places)), list(layout.region_of)] = 1.0
    found: Floats = values.astype(np.float64) @ member
    return found


def _centre_hours(peaceful: NDArray[np.generic], violent: NDArray[np.generic], layout: Layout) -> Floats:
    """Hour after which each region's centre stays below the thresholds of control: float64[region]; 0 for a quiet one."""
    centre = list(layout.centre)
    crowd = peaceful[:, centre].astype(np.int64) + violent[:, centre].astype(np.int64)
    restless = (crowd >= layout.control_crowd) | (violent[:, centre].astype(np.int64) >= layout.control_violent)
    ticks = np.arange(1, restless.shape[0] + 1)[:, None]
    last: Floats = (restless * ticks).max(axis=0) * layout.tick_hours
    return np.where(restless[-1], layout.hours + NOT_RETURNED_HOURS, last)


def _small_protests(crowds: NDArray[np.int64], layout: Layout) -> tuple[Floats, Floats]:
    """Place-days with a protest, by region and by class of size."""
    small = crowds >= layout.small_protest
    regions = np.bincount(list(layout.region_of), weights=small.sum(axis=0), minlength=len(layout.regions))
    sizes = np.histogram(crowds[small], bins=[*SIZES, np.inf])[0]
    return regions.astype(np.float64), sizes.astype(np.float64)


def waves(outcomes: NDArray[np.float32], layout: Layout) -> NDArray[np.bool_]:
    """Return which rows of outcomes[row, outcome] had a wave: a day with more participants than its threshold, however it ended."""
    days = [layout.column[f"participants@{day}"] for day in layout.dates]
    return np.asarray(outcomes[:, days].max(axis=1) > layout.wave, dtype=np.bool_)
