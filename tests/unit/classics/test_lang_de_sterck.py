"""Lang and De Sterck (2014): four regions, their stable states and basins; the exact course against small steps."""

from __future__ import annotations

import math

import pytest

from qantar.classics.lang_de_sterck import Country, Region, Revolution, course
from qantar.engine.ending import Ending
from qantar.engine.simulate import simulate
from qantar.errors import UsageError

POLICE = Country(1.0, 2.0, 0.4, 0.6)
META = Country(1.0, 1.0, 0.2, 0.7)
UNSTABLE = Country(2.0, 1.0, 0.2, 0.6)
FAILED = Country(1.0, 1.0, 0.7, 0.3)


def in_small_steps(country: Country, share: float, days: float, steps: int) -> float:
    """Euler's method on the published equation."""
    dt = days / steps
    for _ in range(steps):
        visible, policed = share > country.visible, share < country.capacity
        share += dt * (country.enthusiasm * visible * (1.0 - share) - country.policing * policed * share)
    return share


@pytest.mark.parametrize(
    ("country", "region", "rests"),
    [
        (POLICE, Region.POLICE, {0.05: 0.0, 0.3: 0.0, 0.45: 0.0, 0.599: 0.0, 0.601: 1.0, 0.9: 1.0}),
        (META, Region.META, {0.1: 0.0, 0.19: 0.0, 0.21: 0.5, 0.5: 0.5, 0.69: 0.5, 0.71: 1.0}),
        (UNSTABLE, Region.UNSTABLE, {0.1: 0.0, 0.19: 0.0, 0.21: 1.0, 0.5: 1.0, 0.99: 1.0}),
        (FAILED, Region.FAILED, {0.1: 0.0, 0.29: 0.0, 0.31: 0.31, 0.69: 0.69, 0.71: 1.0}),
    ],
    ids=lambda value: value.value if isinstance(value, Region) else "",
)
def test_a_region_has_the_published_stable_states_and_basins(country: Country, region: Region, rests: dict[float, float]) -> None:
    assert country.region is region
    for start, end in rests.items():
        assert course(country, start, days=80.0)[-1] == pytest.approx(end, abs=1e-6), start
    assert country.rests() == ([0.0, 0.5, 1.0] if region is Region.META else [0.0, 1.0])


def test_regions_follow_from_the_order_of_the_balance_and_the_thresholds() -> None:
    for enthusiasm in (0.2, 0.7, 1.0, 3.0):
        for visible in (0.1, 0.35, 0.6, 0.85):
            for capacity in (0.05, 0.3, 0.55, 0.9):
                country = Country(enthusiasm, 1.0, visible, capacity)
                balance = enthusiasm / (1.0 + enthusiasm)
                if capacity < visible:
                    assert country.region is Region.FAILED
                else:
                    assert country.region is [Region.POLICE, Region.META, Region.UNSTABLE][(balance > visible) + (balance > capacity)]


@pytest.mark.parametrize("country", [POLICE, META, UNSTABLE, FAILED], ids=["police", "meta", "unstable", "failed"])
@pytest.mark.parametrize("start", [0.0, 0.15, 0.25, 0.5, 0.65, 0.8, 1.0])
def test_the_course_is_that_of_the_equation(country: Country, start: float) -> None:
    for days in (0.2, 1.0, 3.0):
        assert country.after(start, days) == pytest.approx(in_small_steps(country, start, days, 60_000), abs=2e-4)


def test_the_length_of_a_tick_does_not_matter() -> None:
    assert course(POLICE, 0.55, days=6.0, tick_days=0.25)[-1] == pytest.approx(course(POLICE, 0.55, days=6.0, tick_days=3.0)[-1], abs=1e-12)


def test_crossing_two_thresholds_takes_the_sum_of_both_times() -> None:
    # From 0.25 to 0.6 against the police, and from there to 0.8 without.
    against = math.log((2 / 3 - 0.25) / (2 / 3 - 0.6)) / 3.0
    alone = math.log((1.0 - 0.6) / (1.0 - 0.8)) / 2.0
    assert UNSTABLE.after(0.25, against + alone) == pytest.approx(0.8, abs=1e-9)


def test_a_shutdown_that_hides_protest_ends_an_unstable_one_while_it_is_small() -> None:
    cut = Country(UNSTABLE.enthusiasm, UNSTABLE.policing, 0.5, UNSTABLE.capacity)
    assert course(UNSTABLE, 0.3, days=40)[-1] == pytest.approx(1.0, abs=1e-6)
    assert course(cut, 0.3, days=40)[-1] == pytest.approx(0.0, abs=1e-6)
    assert course(cut, 0.55, days=40)[-1] == pytest.approx(1.0, abs=1e-6)


def test_endings() -> None:
    ends = {start: simulate(Revolution(META, start, days=60.0)).ending for start in (0.1, 0.4, 0.8)}
    assert ends == {0.1: Ending.QUIET, 0.4: Ending.STILL_CONTESTED, 0.8: Ending.ORDER_BROKEN}


@pytest.mark.parametrize("numbers", [(0.0, 1.0, 0.2, 0.4), (1.0, -1.0, 0.2, 0.4), (1.0, 1.0, 0.0, 0.4), (1.0, 1.0, 0.4, 0.4)])
def test_numbers_that_make_no_country(numbers: tuple[float, float, float, float]) -> None:
    with pytest.raises(UsageError):
        Country(*numbers)
    with pytest.raises(UsageError, match="from 0 to 1"):
        Revolution(META, 1.2, days=1.0)
