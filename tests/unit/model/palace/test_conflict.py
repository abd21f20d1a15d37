"""Conflicts: bandwagons, weights, cover; and nobody reads what is hidden from him."""

from __future__ import annotations

import numpy as np
import pytest

from qantar.model.palace.conflict import Conflict, fight, play

RULE = np.array([0.5, 4.0, 0.15, 6.0, 0.3, 0.4])
RUN = np.array([1, 0, 7, 16, 0], dtype=np.int64)
FREE = np.ones(6, dtype=bool)


def chance(weight: np.ndarray, own: np.ndarray, advantage: float = 0.0, cover: float = 0.0, rule: np.ndarray = RULE) -> float:
    lean = np.tile(own[:, 0] - own[:, 1], (weight.size, 1))
    conflict = Conflict(0, 1, weight, own, lean, np.full(weight.size, 0.5), advantage, cover)
    return fight(conflict, FREE, rule, RUN, 400)[0]


EVEN = np.ones(6)
NOBODYS = np.full((6, 2), 0.3)


def test_an_even_conflict_is_even() -> None:
    assert chance(EVEN, NOBODYS) == pytest.approx(0.5, abs=0.1)


def test_loyalties_weights_and_advantages_move_it_their_way() -> None:
    mine = NOBODYS.copy()
    mine[2:, 0] = 0.8
    assert chance(EVEN, mine) > 0.8
    strong = EVEN.copy()
    strong[0] = 4.0
    assert chance(strong, NOBODYS) > chance(EVEN, NOBODYS)
    assert chance(EVEN, NOBODYS, advantage=0.3) > chance(EVEN, NOBODYS)
    assert chance(EVEN, NOBODYS, cover=0.6) > chance(EVEN, NOBODYS)


def sides_of(plays: int) -> np.ndarray:
    """The sum of sides of those who may declare, play by play."""
    own = np.full((6, 2), 0.3)
    lean = np.zeros((6, 6))
    found = []
    for number in range(plays):
        sides = np.array([1, -1, 0, 0, 0, 0])
        run = RUN.copy()
        run[4] = number
        play(run, 1, sides, np.ones(6), own, lean, np.full(6, 0.5), RULE, np.zeros(2))
        found.append(sides[2:].sum())
    return np.array(found)


def test_bandwagons_emerge() -> None:
    """Undecided players end up on one side together far more often than if each tossed a coin."""
    extreme = np.mean(np.abs(sides_of(400)) >= 3)
    assert extreme > 2 * 2 * 0.5**4 * 2


def test_who_is_gone_does_not_count() -> None:
    own = np.full((6, 2), 0.1)
    own[2:, 1] = 0.9
    lean = np.tile(own[:, 0] - own[:, 1], (6, 1))
    conflict = Conflict(0, 1, EVEN, own, lean, np.full(6, 0.5), 0.0, 0.0)
    gone = FREE.copy()
    gone[2:] = False
    assert fight(conflict, gone, RULE, RUN, 200)[0] > fight(conflict, FREE, RULE, RUN, 200)[0] + 0.2
