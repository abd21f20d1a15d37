"""Where the fitted country protests and where its people die: the map of a fit, beside the record's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from qantar.inference.outcomes import Layout
from qantar.inference.parts import Rows
from qantar.inference.priors import calibration_of
from qantar.inference.scores import LEVELS
from qantar.inference.targets import record_row
from qantar.scenario.calibration import LargestTarget, RecordTarget, RegionsTarget
from qantar.scenario.schema import Scenario

MOST_PLACES = 4
"""Places of the largest crowd that are named."""


@dataclass(frozen=True)
class AreaShare:
    """A region's share of the deaths: in the record, and low, middle and high in members of the fit."""

    region: str
    recorded: float
    low: float
    middle: float
    high: float

    @property
    def inside(self) -> bool:
        """Whether the record's share lies in the 90 % of members."""
        return self.low <= self.recorded <= self.high


@dataclass(frozen=True)
class Places:
    """Shares of members in which something is the case, the most frequent first, and what the record has.

    What: the place of the largest crowd of a day, or the regions in protest on it.
    """

    day: date
    recorded: tuple[str, ...]
    shares: tuple[tuple[str, float], ...]


def death_shares(scenario: Scenario, layout: Layout, rows: Rows) -> list[AreaShare]:
    """Return the shares of the deaths in every region whose deaths are a target beside the country's."""
    records = [one for one in calibration_of(scenario).targets if isinstance(one, RecordTarget)]
    targets = [one for one in records if one.key == "deaths" and one.place is None]
    totals = {one.date: record_row(scenario, one).value for one in targets if one.region is None}
    outcomes = rows.outcomes[rows.sound]
    found = []
    for one in targets:
        if one.region is None or one.date not in totals:
            continue
        own = outcomes[:, layout.column[f"deaths@{one.date}@{one.region}"]].astype(np.float64)
        every = outcomes[:, layout.column[f"deaths@{one.date}"]].astype(np.float64)
        low, middle, high = (float(value) for value in np.quantile(own / np.maximum(every, 1.0), LEVELS))
        found.append(AreaShare(one.region, record_row(scenario, one).value / totals[one.date], low, middle, high))
    return found


def largest_crowds(scenario: Scenario, layout: Layout, rows: Rows) -> list[Places]:
    """Return where the largest crowd stood, for each day on which that is a target."""
    found = []
    for one in calibration_of(scenario).targets:
        if not isinstance(one, LargestTarget):
            continue
        column = rows.outcomes[rows.sound][:, layout.column[f"largest-place@{one.date}"]].astype(np.int64)
        places, counts = np.unique(column, return_counts=True)
        shares = [(layout.places[place], float(count / column.size)) for place, count in zip(places, counts, strict=True)]
        found.append(Places(one.date, (one.place,), tuple(sorted(shares, key=lambda row: -row[1])[:MOST_PLACES])))
    return found


def regions_in_protest(scenario: Scenario, layout: Layout, rows: Rows) -> list[Places]:
    """Return the regions in protest, for each day on which they are a target."""
    found = []
    for one in calibration_of(scenario).targets:
        if isinstance(one, RegionsTarget):
            columns = [layout.column[f"in-protest@{one.date}@{region}"] for region in layout.regions]
            means: NDArray[np.float32] = rows.outcomes[rows.sound][:, columns].mean(axis=0)
            shares = zip(layout.regions, (float(mean) for mean in means), strict=True)
            found.append(Places(one.date, one.regions, tuple(sorted(shares, key=lambda row: -row[1]))))
    return found


def first_in_protest(layout: Layout, rows: Rows) -> tuple[tuple[str, float], ...]:
    """Return the share of members in which each region was in protest on the first day that had any, the most frequent first.

    Several regions can be first in one member.
    """
    outcomes = rows.outcomes[rows.sound]
    columns = [[layout.column[f"in-protest@{day}@{region}"] for region in layout.regions] for day in layout.dates]
    protest: NDArray[np.bool_] = outcomes[:, np.array(columns)] > 0
    some = np.asarray(protest.any(axis=2))
    first = protest[np.arange(len(outcomes)), some.argmax(axis=1)]
    means = np.asarray((first & np.asarray(some.any(axis=1))[:, None]).mean(axis=0))
    shares = [(region, float(mean)) for region, mean in zip(layout.regions, means, strict=True) if mean > 0]
    return tuple(sorted(shares, key=lambda row: -row[1])[:MOST_PLACES])
