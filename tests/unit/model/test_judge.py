"""Each ending has one rule, and each rule can be met."""

from __future__ import annotations

import numpy as np
import pytest

from qantar.engine.ending import Ending
from qantar.model.judge import judge
from qantar.scenario.load import load

TICKS = 240


def _arrays(crowd: np.ndarray, violent: np.ndarray | None = None) -> dict[str, np.ndarray]:
    daily = crowd.reshape(-1, 24).max(axis=1)
    return {
        "participants": daily, "national_crowd": crowd,
        "national_violent": np.zeros_like(crowd) if violent is None else violent,
    }


@pytest.mark.parametrize(
    ("wave", "until", "routed_hours", "ending", "hours"),
    [
        (1_500, 100, 0, Ending.QUIET, None),
        (9_000, 100, 0, Ending.CONTROL_RETURNED, 100.0),
        (9_000, 239, 0, Ending.STILL_CONTESTED, None),
        (9_000, 100, 30, Ending.ORDER_BROKEN, None),
        (9_000, 100, 3, Ending.CONTROL_RETURNED, 100.0),
    ],
)
def test_endings(wave: int, until: int, routed_hours: int, ending: Ending, hours: float | None) -> None:
    judgement = load("borderland").parameters.judgement
    crowd = np.where(np.arange(TICKS) < until, wave, 0)
    routed = np.where(np.arange(TICKS) < routed_hours, 1.0, 0.0)
    assert judge(_arrays(crowd), routed, judgement, 1.0) == (ending, hours)


def test_control_returns_after_the_largest_crowd_where_no_hour_is_restless() -> None:
    """Two places with their largest crowds at different hours: a wave by days, of which no hour has as many."""
    judgement = load("borderland").parameters.judgement
    crowd = np.full(TICKS, 100)
    crowd[30] = judgement.control_crowd.value - 1
    arrays = _arrays(crowd) | {"participants": np.full(TICKS // 24, 2 * judgement.wave.value)}
    assert judge(arrays, np.zeros(TICKS), judgement, 1.0) == (Ending.CONTROL_RETURNED, 31.0)
