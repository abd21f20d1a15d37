"""Early rejection: a run whose past alone puts it beyond the tolerance need not go on.

The distance is a sum over targets, none of which can make it smaller. Of a run in progress some targets are settled,
for their days are over; others can only rise, such as the dead to date and the largest crowd of a day, so that what is
too much already stays too much. The distance from those alone is a lower bound of the run's. A candidate with a bound
beyond the tolerance is rejected for certain: the same candidates are accepted, with the same distances, as if all had
been run to their end.

Source: Prangle, D. (2016), "Lazy ABC", Statistics and Computing 26, 171, of which this is the case without a loss.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from qantar.inference.distance import Distance, from_marks
from qantar.inference.outcomes import NATIONAL, REGIONAL, Layout, Row, daily_outcomes_of
from qantar.inference.targets import Target
from qantar.model.recorder import Recorder

Floats = NDArray[np.float64]

RISING = frozenset({*NATIONAL, *REGIONAL})
"""Outcomes that never fall: counts to date, largest crowds of a day, and regions that had a protest in it."""

ROUNDING = 1.0 + 1e-9
"""What a bound has to be beyond a tolerance by, so that no rounding of a sum rejects a run."""


@dataclass(frozen=True)
class Signs:
    """What the outcomes of days tell of each target.

    settled_after : days that have to be over for the target to be settled, more than there are where it takes the whole
    run; rising : whether its count can only rise
    """

    settled_after: NDArray[np.int64]
    rising: NDArray[np.bool_]


def signs_of(distance: Distance, layout: Layout) -> Signs:
    """Return what the outcomes of days tell of each target of a distance."""
    listed = distance.targets.listed
    days = [layout.day[list(target.columns)] for target in listed]
    never = len(layout.dates) + 1
    return Signs(
        np.array([day.max() + 1 if (day >= 0).all() else never for day in days], dtype=np.int64),
        np.array([_rises(target, layout) for target in listed]),
    )


def _rises(target: Target, layout: Layout) -> bool:
    keys = {layout.names[column].split("@")[0] for column in target.columns}
    daily = bool((layout.day[list(target.columns)] >= 0).all())
    return target.rule in ("sum", "difference") and daily and keys <= RISING


@dataclass
class Watch:
    """Ends one run as soon as its distance is known to be beyond a tolerance.

    scores : float64[parameter]; bound : the run's distance is at least this, as far as has been seen
    """

    distance: Distance
    layout: Layout
    scores: Floats
    tolerance: float
    bound: float = 0.0
    _signs: Signs = field(init=False)
    _days: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        """Read the targets."""
        self._signs = signs_of(self.distance, self.layout)

    @property
    def hopeless(self) -> bool:
        """Whether the run cannot be within the tolerance."""
        return self.bound > self.tolerance * ROUNDING

    def __call__(self, recorder: Recorder, tick: int) -> bool:
        """Look at a run when a day is over; return whether it is to go on."""
        days = recorder.days_over(tick)
        if days > self._days and math.isfinite(self.tolerance):
            self.see(daily_outcomes_of(recorder.by_day(), self.layout), self._signs.settled_after <= days)
        self._days = days
        return not self.hopeless

    def see_all_but_twin(self, row: Row) -> None:
        """Look at the outcomes of a whole run, those of its twin without shocks to come : float32[outcome]."""
        whole = np.concatenate([row, np.full(len(self.layout.names) - row.size, np.nan, dtype=np.float32)])
        self.see(whole, np.array([max(target.columns) < row.size for target in self.distance.targets.listed]))

    def see(self, row: Row, settled: NDArray[np.bool_]) -> None:
        """Raise the bound by outcomes as they stand : float32[outcome]; settled : bool[target]."""
        targets = self.distance.targets
        observed = targets.observed
        with np.errstate(all="ignore"):  # what is not there yet is no number
            marks = targets.marks(row[None, :], self.scores[None, :])[0]
        over = np.where(self._signs.rising, np.fmax(marks, observed), observed)
        sure = np.where(settled, marks, over)
        self.bound = max(self.bound, float(from_marks(sure[None, :], observed, targets.weights)[0]))
