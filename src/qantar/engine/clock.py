"""The clock: equal ticks, counted from a moment in UTC.

Tick t is the span from `time(t)` to `time(t + 1)`. Every rate is per hour and every lag in hours,
so that the length of a tick can change without touching a model's parameters.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from qantar.errors import UsageError

HOURS_PER_DAY = 24.0
MAX_TICKS = 1 << 24
"""Ticks, sub-ticks included, that the counter of a draw can tell apart."""


@dataclass(frozen=True)
class Clock:
    """Ticks of equal length from a start in UTC.

    start_utc : aware datetime whose offset is zero
    tick_hours : hours in a tick, more than 0
    n_ticks : ticks in the run, at least 1

    Raises UsageError when one of them is not so.
    """

    start_utc: datetime
    tick_hours: float
    n_ticks: int

    def __post_init__(self) -> None:
        """Refuse a clock that cannot run."""
        if self.start_utc.utcoffset() != timedelta(0):
            raise UsageError(f"the clock must start at a moment in UTC, not {self.start_utc.isoformat()}")
        if not (math.isfinite(self.tick_hours) and self.tick_hours > 0.0):
            raise UsageError(f"a tick must last more than 0 hours, not {self.tick_hours}")
        if not 1 <= self.n_ticks < MAX_TICKS:
            raise UsageError(f"a run must have 1 to {MAX_TICKS - 1} ticks, not {self.n_ticks}")

    def hours(self, tick: float) -> float:
        """Hours from the start to the beginning of `tick`."""
        return tick * self.tick_hours

    def time(self, tick: float) -> datetime:
        """Moment (UTC) at which `tick` begins; `time(n_ticks)` is the end of the run."""
        return self.start_utc + timedelta(hours=self.hours(tick))

    def times(self) -> NDArray[np.datetime64]:
        """Moments (UTC, without a zone, in nanoseconds) at which the ticks begin: datetime64[tick]."""
        start = np.datetime64(self.start_utc.replace(tzinfo=None), "ns")
        step = np.timedelta64(round(self.tick_hours * 3_600_000_000_000), "ns")
        return start + step * np.arange(self.n_ticks)

    def tick_of(self, moment: datetime) -> int:
        """Tick in which an aware `moment` falls; below 0 or from n_ticks on when outside the run.

        Raises UsageError when `moment` has no time zone.
        """
        if moment.utcoffset() is None:
            raise UsageError(f"a moment needs a time zone: {moment.isoformat()}")
        return (moment - self.start_utc) // timedelta(hours=self.tick_hours)

    def decay(self, tau_hours: float) -> float:
        """Share exp(-dt / tau) that is left after one tick of a quantity with relaxation time tau.

        Raises UsageError when `tau_hours` is not more than 0.
        """
        if not tau_hours > 0.0:
            raise UsageError(f"a relaxation time must be more than 0 hours, not {tau_hours}")
        return math.exp(-self.tick_hours / tau_hours)

    def local_time(self, tick: float, utc_offset: float) -> datetime:
        """Wall-clock time, without a zone, at the beginning of `tick` in a place `utc_offset` hours east."""
        return self.time(tick).replace(tzinfo=None) + timedelta(hours=utc_offset)

    def local_hour(self, tick: float, utc_offset: float) -> float:
        """Hour of the day in [0, 24) at the beginning of `tick` in a place `utc_offset` hours east."""
        local = self.local_time(tick, utc_offset)
        return (local - datetime.combine(local.date(), datetime.min.time())) / timedelta(hours=1)

    def first_date(self, country_offset: float) -> date:
        """Local date of the country on which the run begins: day 0."""
        return self.local_time(0, country_offset).date()

    def n_days(self, country_offset: float) -> int:
        """Local dates of the country that the run touches."""
        last = self.local_time(self.n_ticks, country_offset) - timedelta(microseconds=1)
        return (last.date() - self.first_date(country_offset)).days + 1

    def dates(self, country_offset: float) -> tuple[date, ...]:
        """Local dates of the country that the run touches, in order."""
        first = self.first_date(country_offset)
        return tuple(first + timedelta(days=day) for day in range(self.n_days(country_offset)))

    def local_day(self, tick: float, utc_offset: float, country_offset: float) -> int:
        """Day on which `tick` begins in a place: its local date, counted from the country's first.

        An hour whose local date lies outside the country's dates of the run (the first hour in the
        west of a country, say) counts on the nearest of them, so the result is always an index.
        """
        day = (self.local_time(tick, utc_offset).date() - self.first_date(country_offset)).days
        return min(max(day, 0), self.n_days(country_offset) - 1)

    def local_days(self, utc_offset: float, country_offset: float) -> NDArray[np.int64]:
        """`local_day` of every tick: int64[tick]."""
        midnight = datetime.combine(self.first_date(country_offset), datetime.min.time())
        hours = (self.local_time(0, utc_offset) - midnight) / timedelta(hours=1) + np.arange(self.n_ticks) * self.tick_hours
        return np.clip((hours // HOURS_PER_DAY).astype(np.int64), 0, self.n_days(country_offset) - 1)

    def local_hours(self, utc_offset: float) -> NDArray[np.float64]:
        """`local_hour` of every tick: float64[tick]."""
        return np.array([self.local_hour(tick, utc_offset) for tick in range(self.n_ticks)], dtype=np.float64)
