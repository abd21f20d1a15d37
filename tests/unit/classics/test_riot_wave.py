"""A wave of riots: one town is an epidemic with its known final size; many are a wave that travels."""

from __future__ import annotations

import math

import numpy as np
import pytest

from qantar.classics.riot_wave import TICKS_PER_DAY, Contagion, Towns, Wave, from_degrees, synthetic
from qantar.engine.simulate import simulate
from qantar.errors import UsageError


def wave(towns: Towns, contagion: Contagion, *, member: int = 0, days: int = 120, first: int = 50) -> tuple[np.ndarray, np.ndarray]:
    """History of rioters and people left in the reservoirs."""
    model = Wave(towns, contagion, origin=0, first=first, days=days)
    state = simulate(model, seed=2005, member=member).state
    assert state is not None
    return model.history, state[0]


def left_untouched(growth: float, first: float) -> float:
    """Share that never riots, s = (1 - f) exp(-R (1 - s)): Kermack and McKendrick's final size."""
    share = 0.5
    for _ in range(500):
        share = (1.0 - first) * math.exp(-growth * (1.0 - share))
    return share


@pytest.mark.parametrize("growth", [1.3, 2.0, 4.0])
def test_one_town_ends_at_the_final_size_of_an_epidemic(growth: float) -> None:
    people = 4_000_000
    alone = Towns(np.array([people]), np.zeros((1, 1)))
    history, left = wave(alone, Contagion(growth=growth), first=people // 1_000, days=200)
    assert history[-1, 0] < people * 1e-4
    # In ticks of an hour somebody riots for 1 / (1 - exp(-ω dt)) of them, a little more than 1 / (ω dt).
    hourly = Contagion().end_rate / TICKS_PER_DAY
    assert left[0] / people == pytest.approx(left_untouched(growth * hourly / -math.expm1(-hourly), 0.001), abs=0.002)


def test_a_town_below_the_threshold_does_not_burn() -> None:
    alone = Towns(np.array([100_000]), np.zeros((1, 1)))
    history, left = wave(alone, Contagion(growth=0.8))
    assert history[:, 0].max() <= 100
    assert left[0] > 99_000


def arrival(history: np.ndarray) -> np.ndarray:
    """Day on which each town's riots are largest."""
    return history.argmax(axis=0) / TICKS_PER_DAY


def test_riots_travel_like_a_wave_and_only_because_near_towns_count_more() -> None:
    towns, _ = synthetic(120, 600.0, 2_000, seed=5)
    near = Contagion()
    # The same pull on each town in all, but from everywhere alike.
    pull = near.weights(towns.distance_km)
    alike = float((pull.sum() - len(pull)) / (pull.size - len(pull)))
    away = near.reach_km * (alike ** (-1.0 / near.decay) - 1.0)
    mixed = Towns(towns.reservoir, away * (1.0 - np.eye(len(pull))))
    along, without = [], []
    for member in range(6):
        for country, found in ((towns, along), (mixed, without)):
            history, _ = wave(country, near, member=member)
            hit = history.max(axis=0) > 100
            assert hit.mean() > 0.9
            found.append(np.corrcoef(towns.distance_km[0][hit][1:], arrival(history)[hit][1:])[0, 1])
    assert np.mean(along) > 0.55
    assert min(along) > 0.3
    assert abs(np.mean(without)) < 0.25


def test_the_whole_lasts_longer_than_each_of_its_parts() -> None:
    towns, _ = synthetic(120, 600.0, 2_000, seed=5)
    history, _ = wave(towns, Contagion())
    above_half = history > history.max(axis=0) / 2
    everywhere = history.sum(axis=1)
    assert (everywhere > everywhere.max() / 2).sum() > 1.15 * np.median(above_half.sum(axis=0))


def test_larger_reservoirs_riot_more() -> None:
    towns, _ = synthetic(60, 200.0, 2_000, seed=1)
    reservoir = np.where(np.arange(60) % 2 == 0, 3_000, 1_000)
    _, left = wave(Towns(reservoir, towns.distance_km), Contagion())
    share = 1.0 - left / reservoir
    assert share[0::2].mean() > share[1::2].mean()
    assert (reservoir - left)[0::2].mean() > 3.0 * (reservoir - left)[1::2].mean()


def test_people_are_kept_and_a_run_is_a_function_of_seed_and_member() -> None:
    towns, _ = synthetic(20, 100.0, 500, seed=1)
    first, left = wave(towns, Contagion(), days=10)
    again, _ = wave(towns, Contagion(), days=10)
    other, _ = wave(towns, Contagion(), days=10, member=1)
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert (first >= 0).all()
    assert (left >= 0).all()
    assert (first[-1] + left <= 500).all()


def test_coordinates_in_degrees_become_kilometres() -> None:
    # Almaty and Aktau: about 2,100 km as the crow flies.
    towns = from_degrees(np.array([10, 10]), np.array([43.25, 43.65]), np.array([76.95, 51.16]))
    assert towns.distance_km[0, 1] == pytest.approx(2_085, abs=30)
    assert towns.distance_km[0, 0] == 0.0
    assert towns.distance_km[0, 1] == towns.distance_km[1, 0]


def test_what_cannot_be() -> None:
    with pytest.raises(UsageError, match="2 by 2 distances"):
        Towns(np.array([1, 2]), np.zeros((1, 2)))
    with pytest.raises(UsageError, match="cannot begin in town 3"):
        Wave(Towns(np.array([9]), np.zeros((1, 1))), Contagion(), origin=3, first=1, days=1)
