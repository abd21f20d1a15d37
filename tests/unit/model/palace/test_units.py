"""Units before a crowd: who stands aside, who comes back."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from qantar.engine.clock import Clock
from qantar.model.palace.fall import rate_of_fall
from qantar.model.palace.units import COMES_BACK, GOES_OVER, STANDS_ASIDE, STAYS, _ask, rules

PLACES = 4_000
P = SimpleNamespace(
    crowd=100.0, rate=0.5, base=-2.0, crowd_weight=1.0, kinship=6.0, violent=-3.0, coherence=-2.0, shoot=1.0, side_base=-1.0,
    side_kinship=2.0, return_hours=12.0,
)  # fmt: skip


def asked(**given: float) -> np.ndarray:
    """What 4,000 like units do in an hour."""
    from datetime import UTC, datetime

    clock = Clock(datetime(2024, 1, 1, tzinfo=UTC), 1.0, 24)
    crowd = np.tile([given.get("peaceful", 1_000.0), given.get("violent", 0.0)], (PLACES, 1))
    men = np.full((PLACES, 1), given.get("men", 200.0))
    does = _ask(
        np.array([1, 0, 5], dtype=np.int64), np.arange(PLACES), np.ones(PLACES, dtype=bool), crowd, men,
        np.full((PLACES, 1), given.get("aside", 0.0)), np.full(PLACES, given.get("kinship", 0.3)),
        np.full((PLACES, 1), given.get("coherence", 0.8)), np.full(PLACES, bool(given.get("shooting", 0.0))), rules(P, clock),
    )  # fmt: skip
    return does[:, 0]


def leave(**given: float) -> float:
    return float(np.isin(asked(**given), (STANDS_ASIDE, GOES_OVER)).mean())


@pytest.mark.parametrize(
    ("low", "high"),
    [
        ({"kinship": 0.1}, {"kinship": 0.6}), ({"peaceful": 300.0}, {"peaceful": 30_000.0}), ({"men": 5_000.0}, {"men": 50.0}),
        ({"coherence": 1.0}, {"coherence": 0.2}), ({"shooting": 0.0}, {"shooting": 1.0}), ({"violent": 3_000.0}, {"violent": 0.0}),
    ],
)  # fmt: skip
def test_who_stands_aside_more(low: dict[str, float], high: dict[str, float]) -> None:
    assert leave(**high) > leave(**low)


def test_nobody_is_asked_without_a_crowd() -> None:
    assert (asked(peaceful=50.0) == STAYS).all()


def test_men_come_back_once_the_crowd_is_gone_and_not_before() -> None:
    assert (asked(aside=200.0) == STAYS).all()
    back = (asked(aside=200.0, peaceful=10.0) == COMES_BACK).mean()
    assert back == pytest.approx(1.0 - np.exp(-1.0 / P.return_hours), abs=0.02)


def test_a_violent_crowd_wins_nobody_over() -> None:
    found = asked(peaceful=1.0, violent=999.0, kinship=0.9)
    assert (found == GOES_OVER).sum() <= 0.01 * max((found == STANDS_ASIDE).sum(), 1) + 2


def test_the_hazard_of_falling_is_half_at_the_ratio_and_never_above_its_rate() -> None:
    assert rate_of_fall(12_000.0, 1_000.0, 0.03, 12.0) == pytest.approx(0.015)
    assert rate_of_fall(1e9, 1.0, 0.03, 12.0) == pytest.approx(0.03)
    assert rate_of_fall(0.0, 0.0, 0.03, 12.0) == 0.0
