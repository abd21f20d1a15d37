"""Epstein (2002), model I: what the paper reports, over many runs; and the kernel against a plain account of the rules."""

from __future__ import annotations

import numpy as np
import pytest

from qantar.classics.epstein import FOR_EVER, OUTBURST, Rebellion, Rounding, Society, run, waiting_times
from qantar.engine.simulate import simulate
from tests.science.epstein_oracle import Oracle

BURSTS = Society(cops=0.04, longest_term=30)
"""The paper's second run: outbursts, with quiescence between."""
TICKS, WARM_UP = 3_000, 100


def courses(society: Society, legitimacy: list[float], members: int, cops_left: list[float] | None = None) -> np.ndarray:
    """Active people : int64[member, tick]."""
    return np.array([run(Rebellion(society, legitimacy, cops_left), seed=2002, member=member) for member in range(members)])


@pytest.fixture(scope="module")
def bursts() -> np.ndarray:
    return courses(BURSTS, [0.82] * TICKS, 10)[:, WARM_UP:]


def test_outbursts_with_quiescence_between(bursts: np.ndarray) -> None:
    for active in bursts:
        assert active.max() > 2 * OUTBURST
        assert len(waiting_times(active)) >= 10
        assert np.median(active) < OUTBURST / 2
        assert (active > OUTBURST).mean() < 0.2
    assert (bursts < 0.2 * OUTBURST).mean() > 0.4


def test_waiting_times_have_one_peak_and_a_long_tail(bursts: np.ndarray) -> None:
    waits = np.concatenate([waiting_times(active) for active in bursts])
    assert len(waits) > 300
    assert waits.mean() > 1.1 * np.median(waits)
    skewness = ((waits - waits.mean()) ** 3).mean() / waits.std() ** 3
    assert skewness > 1.0
    # A peak away from 0, as waits are not memoryless, and fewer and fewer beyond it.
    shares = np.histogram(waits, bins=np.arange(0, 241, 30))[0]
    peak = int(shares.argmax())
    assert peak <= 2
    assert all(later <= earlier * 1.15 for earlier, later in zip(shares[peak:], shares[peak + 1 :], strict=False))
    assert (waits <= 5).mean() < 0.05


def test_nothing_bursts_without_the_rounding_that_the_paper_does_not_mention(bursts: np.ndarray) -> None:
    exact = courses(Society(cops=0.04, longest_term=30, rounding=Rounding.NONE), [0.82] * TICKS, 10)[:, WARM_UP:]
    assert exact.max() <= OUTBURST < bursts.max()
    floored = courses(Society(cops=0.04, longest_term=30, rounding=Rounding.FLOOR), [0.82] * TICKS, 2)[:, WARM_UP:]
    assert floored.max() > 2 * OUTBURST


GRADUAL = [max(0.2, 0.9 - 0.01 * tick) for tick in range(150)]
JUMP = [0.9] * 77 + [0.7] * 73


def losses(society: Society) -> tuple[np.ndarray, np.ndarray]:
    """Return the largest numbers of active, as legitimacy falls slowly and after a jump : int64[member]."""
    return courses(society, GRADUAL, 20).max(axis=1), courses(society, JUMP, 20).max(axis=1)


def test_with_few_cops_a_small_jump_in_legitimacy_is_worse_than_a_large_gradual_fall() -> None:
    falling, jumped = losses(Society(cops=0.04, longest_term=FOR_EVER))
    assert (jumped > falling).all()
    assert np.median(jumped) > 1.5 * np.median(falling)


def test_with_the_cops_of_runs_3_and_4_there_is_no_explosion_after_the_jump() -> None:
    """A difference from the paper, whose figure 10 shows one."""
    falling, jumped = losses(Society(cops=0.074, longest_term=FOR_EVER))
    assert jumped.max() <= OUTBURST
    assert 5 <= (jumped > falling).sum() <= 18


def test_before_the_jump_nobody_is_active() -> None:
    assert courses(Society(cops=0.04), [0.9] * 77, 5).max() == 0


def tipping(society: Society) -> tuple[int, list[float]]:
    """Return how many of 20 runs have an outburst with all cops, and the share left at the first outburst as they are taken away."""
    ticks = 200
    kept = (courses(society, [0.8] * ticks, 20).max(axis=1) > OUTBURST).sum()
    cops_left = [1.0 - tick / ticks for tick in range(ticks)]
    fewer = courses(society, [0.8] * ticks, 20, cops_left)
    return int(kept), [cops_left[int((active > OUTBURST).argmax())] for active in fewer if (active > OUTBURST).any()]


def test_where_terms_end_taking_cops_away_one_by_one_ends_in_an_outburst() -> None:
    kept, tipped = tipping(Society(cops=0.074, longest_term=30))
    assert kept <= 2
    assert len(tipped) >= 19
    # A third of the cops can go without an outburst in the typical run: what tips is the last few. Two in twenty may burst anyway.
    assert sorted(tipped)[-3] < 0.9
    assert 0.4 < np.median(tipped) < 0.8


def test_with_the_terms_of_run_5_only_some_runs_tip() -> None:
    """A difference from the paper, which says that society tips: here those most ready are soon in jail for good."""
    kept, tipped = tipping(Society(cops=0.074, longest_term=FOR_EVER))
    assert kept == 0
    assert 3 <= len(tipped) <= 16


def start(runs: list[tuple[list[int], list[int]]]) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard error over runs: active after one tick, in jail after five and after twenty."""
    found = np.array([(active[0], jailed[4], jailed[19]) for active, jailed in runs], dtype=np.float64)
    return found.mean(axis=0), found.std(axis=0, ddof=1) / np.sqrt(len(found))


def oracle_runs(society: Society, legitimacy: float, members: int, *, synchronous: bool) -> list[tuple[list[int], list[int]]]:
    runs = []
    for seed in range(members):
        oracle = Oracle(society, legitimacy, seed, synchronous=synchronous)
        active, jailed = [], []
        for _ in range(20):
            oracle.tick()
            active.append(oracle.active())
            jailed.append(oracle.jailed())
        runs.append((active, jailed))
    return runs


def test_the_kernel_follows_the_rules_in_sequence_and_not_at_once() -> None:
    society = Society(height=20, width=20, cops=0.06, sight=4, longest_term=30)
    ours = []
    for member in range(400):
        model = Rebellion(society, [0.75] * 20)
        simulate(model, seed=7, member=member)
        ours.append((model.series.active, model.series.jailed))
    mean, error = start(ours)
    plain, plain_error = start(oracle_runs(society, 0.75, 60, synchronous=False))
    away = np.abs(mean - plain) / np.hypot(error, plain_error)
    assert away.max() < 4.0, (mean, plain, away)
    # Power: updating everybody at once is another model, and would be found.
    at_once, at_once_error = start(oracle_runs(society, 0.75, 30, synchronous=True))
    away = np.abs(mean - at_once) / np.hypot(error, at_once_error)
    assert away[0] > 8.0
    assert away[1] > 4.0
