"""The clock: hours, local dates and relaxation for any length of a tick."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta, timezone

import numpy as np
import pytest

from qantar.engine.clock import Clock
from qantar.errors import UsageError

START = datetime(2021, 12, 31, 18, tzinfo=UTC)
CLOCK = Clock(START, 1.0, 336)
EAST, WEST = 6.0, 5.0


def test_hours_and_moments_of_ticks() -> None:
    half = Clock(START, 0.5, 672)
    assert half.hours(3) == 1.5
    assert half.time(3) == START + timedelta(minutes=90)
    assert half.time(672) == CLOCK.time(336) == datetime(2022, 1, 14, 18, tzinfo=UTC)
    assert half.times()[3] == np.datetime64("2021-12-31T19:30")
    assert CLOCK.times().shape == (336,)


@pytest.mark.parametrize(
    ("moment", "tick"),
    [
        (START, 0),
        (START + timedelta(minutes=59), 0),
        (START + timedelta(hours=1), 1),
        (START - timedelta(minutes=1), -1),
        (datetime(2022, 1, 5, 7, 30, tzinfo=timezone(timedelta(hours=6))), 103),
    ],
)
def test_the_tick_in_which_a_moment_falls(moment: datetime, tick: int) -> None:
    assert CLOCK.tick_of(moment) == tick


def test_relaxation_does_not_depend_on_the_length_of_a_tick() -> None:
    assert CLOCK.decay(21.0) == pytest.approx(math.exp(-1 / 21))
    assert Clock(START, 0.25, 4).decay(21.0) ** 4 == pytest.approx(CLOCK.decay(21.0))
    assert CLOCK.decay(math.inf) == 1.0


def test_local_hours_and_days() -> None:
    assert CLOCK.local_hour(0, EAST) == 0.0
    assert CLOCK.local_hour(0, WEST) == 23.0
    assert CLOCK.local_hour(25, 5.75) == 0.75
    assert CLOCK.dates(EAST)[0] == CLOCK.first_date(EAST) == date(2022, 1, 1)
    assert CLOCK.n_days(EAST) == len(CLOCK.dates(EAST)) == 14
    assert CLOCK.dates(EAST)[-1] == date(2022, 1, 14)
    assert CLOCK.local_day(24, EAST, EAST) == 1
    assert CLOCK.local_day(24, WEST, EAST) == 0
    assert CLOCK.local_day(25, WEST, EAST) == 1


def test_hours_outside_the_dates_of_the_country_count_on_the_nearest() -> None:
    assert CLOCK.local_day(0, WEST, EAST) == 0
    assert CLOCK.local_day(335, 7.0, EAST) == 13


def test_days_and_hours_of_all_ticks_agree_with_one_by_one() -> None:
    clock = Clock(START, 0.75, 100)
    assert list(clock.local_days(WEST, EAST)) == [clock.local_day(tick, WEST, EAST) for tick in range(100)]
    assert list(clock.local_hours(WEST)) == [clock.local_hour(tick, WEST) for tick in range(100)]
    assert np.bincount(CLOCK.local_days(EAST, EAST)).tolist() == [24] * 14


@pytest.mark.parametrize(
    ("start", "tick_hours", "n_ticks", "message"),
    [
        (datetime(2022, 1, 1), 1.0, 10, "UTC"),
        (datetime(2022, 1, 1, tzinfo=timezone(timedelta(hours=6))), 1.0, 10, "UTC"),
        (START, 0.0, 10, "more than 0 hours"),
        (START, math.nan, 10, "more than 0 hours"),
        (START, 1.0, 0, "1 to"),
        (START, 1.0, 2**24, "1 to"),
    ],
)
def test_a_clock_that_cannot_run_is_refused(start: datetime, tick_hours: float, n_ticks: int, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        Clock(start, tick_hours, n_ticks)


def test_questions_without_an_answer_are_refused() -> None:
    with pytest.raises(UsageError, match="time zone"):
        CLOCK.tick_of(datetime(2022, 1, 1))
    with pytest.raises(UsageError, match="relaxation time"):
        CLOCK.decay(0.0)
