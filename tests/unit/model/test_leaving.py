"""Where somebody on the street is at the end of a tick: the closed form against waiting it out in small steps."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qantar.model.streets.arriving import arrival_chances
from qantar.model.streets.bags import GROUPS, STAGES
from qantar.model.streets.chances import (
    ALONE,
    EXITS,
    NODES,
    TIME_OUT,
    TURN,
    WAYS,
    share_out,
    street_chances,
    tick_chances,
    violent_since,
)
from qantar.model.streets.leaving import draw_movers
from qantar.model.streets.setting import Key

RATE = st.floats(0.0, 5.0)


def waited_out(hazards: list[float], stages_left: int, dt: float, steps: int = 20_000) -> np.ndarray:
    """Integrate the chain of stages with exits, step by step, to second order."""
    out = np.zeros(ALONE)
    inside = np.zeros(stages_left)
    inside[0] = 1.0
    a, others = hazards[TIME_OUT], sum(hazards) - hazards[TIME_OUT]
    h = dt / steps

    def flow(x: np.ndarray) -> np.ndarray:
        change = -(a + others) * x
        change[1:] += a * x[:-1]
        return change

    for _ in range(steps):
        middle = inside + 0.5 * h * flow(inside)
        out[STAGES - 1 + TIME_OUT] += h * a * middle[-1]
        for e in range(1, EXITS):
            out[STAGES - 1 + e] += h * hazards[e] * middle.sum()
        inside = inside + h * flow(middle)
    out[: stages_left - 1] = inside[1:]
    return out


@pytest.mark.parametrize("stages_left", [1, 2, 3])
@pytest.mark.parametrize("hazards", [[0.3, 0.01, 0.05, 0.02, 0.001, 0.0001], [2.0, 0.0, 3.0, 0.1, 0.2, 0.0], [0.5, 0, 0, 0, 0, 0]])
def test_the_closed_form_is_what_waiting_gives(hazards: list[float], stages_left: int) -> None:
    out = np.empty(ALONE)
    total = street_chances(np.array(hazards, dtype=float), stages_left, 1.0, out)
    expected = waited_out(hazards, stages_left, 1.0)
    np.testing.assert_allclose(out, expected, atol=2e-7)
    assert total == pytest.approx(out.sum())


@given(st.lists(RATE, min_size=EXITS, max_size=EXITS), st.integers(1, STAGES), st.floats(0.01, 6.0))
def test_chances_are_chances_and_those_who_stay_waited_for_everything(rates: list[float], stages_left: int, dt: float) -> None:
    out = np.empty(ALONE)
    total = street_chances(np.array(rates), stages_left, dt, out)
    assert out.min() >= 0.0
    assert 1.0 - total == pytest.approx(math.exp(-sum(rates) * dt), abs=1e-12)


@given(st.lists(RATE, min_size=EXITS, max_size=EXITS), st.integers(1, STAGES))
def test_two_half_ticks_are_one_tick(rates: list[float], stages_left: int) -> None:
    whole, half, later = np.empty(ALONE), np.empty(ALONE), np.empty(ALONE)
    street_chances(np.array(rates), stages_left, 1.0, whole)
    total = street_chances(np.array(rates), stages_left, 0.5, half)
    both = half.copy()
    both[: STAGES - 1] = 0.0
    staying = [1.0 - total, *half[: stages_left - 1]]
    for passed, share in enumerate(staying):
        street_chances(np.array(rates), stages_left - passed, 0.5, later)
        both[STAGES - 1 :] += share * later[STAGES - 1 :]
    np.testing.assert_allclose(both[STAGES - 1 :], whole[STAGES - 1 :], atol=1e-12)


PEACEFUL, RIOTING = np.array([0.6, 0.05, 2.0, 0.05, 0.02, 0.01]), np.array([0.9, 0.02, 0.0, 0.3, 0.1, 0.05])


def since(dt: float) -> np.ndarray:
    """Return where the violent are who turned at the nodes of a tick."""
    out = np.empty((len(NODES), WAYS))
    violent_since(RIOTING, dt, out)
    return out


def test_those_who_turn_go_on_as_one_of_the_violent() -> None:
    """The law of a tick is that of many small ones, in which turning is an event like any other."""
    steps, out = 4_000, np.empty(WAYS)
    total = tick_chances(PEACEFUL, since(1.0), STAGES, 1.0, out)
    state = np.zeros(2 * STAGES + EXITS)
    state[0] = 1.0
    for _ in range(steps):
        half = state + 0.5 / steps * flow(state)
        state = state + flow(half) / steps
    exits = state[2 * STAGES :]
    np.testing.assert_allclose(out[: STAGES - 1], state[1:STAGES], atol=2e-4)
    np.testing.assert_allclose([out[STAGES - 1 + TURN], *out[ALONE:]], state[STAGES : 2 * STAGES], atol=2e-4)
    np.testing.assert_allclose(np.delete(out[STAGES - 1 : ALONE], TURN), np.delete(exits, TURN), atol=2e-4)
    assert total == pytest.approx(1.0 - state[0], abs=1e-5)


def flow(x: np.ndarray) -> np.ndarray:
    """Change an hour of the peaceful by stage, the violent by stage, and those gone by exit."""
    out = np.zeros_like(x)
    for first, rates in ((0, PEACEFUL), (STAGES, RIOTING)):
        for stage in range(STAGES):
            here = x[first + stage]
            out[first + stage] -= rates.sum() * here
            out[2 * STAGES + 1 :] += rates[1:] * here
            out[first + stage + 1 if stage + 1 < STAGES else 2 * STAGES + TIME_OUT] += rates[TIME_OUT] * here
    out[STAGES] += out[2 * STAGES + TURN]
    out[2 * STAGES + TURN] = 0.0
    return out


def test_those_who_come_out_do_so_at_any_moment_of_the_tick() -> None:
    hazards = np.array([*[PEACEFUL] * GROUPS, RIOTING])
    out, part, n = np.empty((GROUPS + 1, WAYS)), np.empty(WAYS), 400
    arrival_chances(hazards, 1.0, np.ones(GROUPS + 1, dtype=bool), (np.empty((len(NODES), WAYS)), np.empty(WAYS)), out)
    for kind, rates in enumerate(hazards):
        mean = np.zeros(WAYS)
        for k in range(n):
            tick_chances(rates, since((k + 0.5) / n), STAGES, (k + 0.5) / n, part)
            mean += part / n
        np.testing.assert_allclose(out[kind], mean, atol=1e-4)


@pytest.mark.parametrize("came", [(True, False, False, False), (False, False, True, True), (False, False, False, True)])
def test_what_nobody_asks_for_is_not_worked_out_and_changes_nothing(came: tuple[bool, ...]) -> None:
    hazards = np.array([*[PEACEFUL] * GROUPS, RIOTING])
    room = (np.empty((len(NODES), WAYS)), np.empty(WAYS))
    all_of_them, some = np.empty((GROUPS + 1, WAYS)), np.empty((GROUPS + 1, WAYS))
    arrival_chances(hazards, 1.0, np.ones(GROUPS + 1, dtype=bool), room, all_of_them)
    arrival_chances(hazards, 1.0, np.array(came), room, some)
    np.testing.assert_array_equal(some, np.where(np.array(came)[:, None], all_of_them, 0.0))


@pytest.mark.parametrize(("n", "ticks"), [(1_000, 4_000), (9, 60_000)])
def test_movers_are_shared_as_their_chances_say(n: int, ticks: int) -> None:
    """Many at once, and a few one by one."""
    chances, ways = np.empty(WAYS), np.empty(WAYS, dtype=np.int64)
    hazards = np.array([0.4, 0.1, 0.2, 0.05, 0.01, 0.002])
    total = tick_chances(hazards, since(1.0), 2, 1.0, chances)
    sums = np.zeros(WAYS)
    for tick in range(ticks):
        movers = draw_movers(Key(1, 0, tick), 5, 0, n, -math.expm1(-hazards.sum()))
        share_out(Key(1, 0, tick), 5, 0, movers, chances, total, ways)
        assert movers == ways.sum() <= n
        sums += ways
    spread = np.sqrt(np.maximum(chances * (1.0 - chances), 1e-12) / (n * ticks))
    assert (np.abs(sums / (n * ticks) - chances) < 5.0 * spread + 1e-12).all()
