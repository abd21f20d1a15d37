"""Regression adjustment, ranks and contraction where the exact posterior is known."""

from __future__ import annotations

import numpy as np
import pytest

from qantar.engine.streams import Stream
from qantar.inference.adjust import adjusted
from qantar.inference.diagnose import chi_squared_tail, contraction, uniformity
from qantar.inference.draws import normals
from qantar.inference.sensitivity import CHANCE, best_ridge, explained, features, fit

N = 6_000


def lattice(count: int, columns: int) -> np.ndarray:
    """Points that fill the unit cube evenly (Kronecker's sequence), as standard normal scores."""
    from statistics import NormalDist

    steps = np.sqrt(np.array([2.0, 3.0, 5.0, 7.0, 11.0, 13.0])[:columns]) % 1.0
    uniform = (0.5 + np.arange(1, count + 1)[:, None] * steps) % 1.0
    return np.array([[NormalDist().inv_cdf(u) for u in row] for row in np.clip(uniform, 1e-9, 1 - 1e-9)])


@pytest.fixture(scope="module")
def linear() -> tuple[np.ndarray, np.ndarray]:
    """Scores of three parameters, and marks that see the first two with unit error."""
    points = lattice(N, 5)
    scores, errors = points[:, :3], points[:, 3:]
    return scores, np.stack([2.0 * scores[:, 0], scores[:, 0] + 3.0 * scores[:, 1]], axis=1) + errors


def test_a_linear_model_s_posterior_is_found(linear: tuple[np.ndarray, np.ndarray]) -> None:
    scores, marks = linear
    observed = np.array([1.0, 2.0])
    design = np.array([[2.0, 0.0, 0.0], [1.0, 3.0, 0.0]])
    variance = np.linalg.inv(np.eye(3) + design.T @ design)
    mean = variance @ design.T @ observed
    found = adjusted(scores, marks, observed, np.ones(2), share=0.2)
    assert found.mean == pytest.approx(mean, abs=0.1)
    assert found.variance == pytest.approx(np.diag(variance), rel=0.25)
    assert found.weights.sum() == pytest.approx(1.0)


def test_what_the_record_does_not_touch_keeps_its_prior(linear: tuple[np.ndarray, np.ndarray]) -> None:
    scores, marks = linear
    found = adjusted(scores, marks, np.array([1.0, 2.0]), np.ones(2), share=0.2)
    taken = contraction(found.scores, found.weights)
    assert abs(taken[2]) < 0.15
    assert taken[0] > 0.6


def test_adjustment_is_better_than_plain_rejection(linear: tuple[np.ndarray, np.ndarray]) -> None:
    scores, marks = linear
    observed = np.array([1.0, 2.0])
    found = adjusted(scores, marks, observed, np.ones(2), share=0.2)
    plain = contraction(scores[found.rows], found.weights)
    assert contraction(found.scores, found.weights)[1] > plain[1]


def test_statistics_that_never_vary_do_no_harm(linear: tuple[np.ndarray, np.ndarray]) -> None:
    scores, _ = linear
    found = adjusted(scores, np.zeros((N, 2)), np.zeros(2), np.ones(2))
    assert np.isfinite(found.scores).all()


@pytest.mark.parametrize(("value", "degrees", "tail"), [(16.919, 9, 0.05), (3.841, 1, 0.05), (23.209, 10, 0.01), (0.0, 9, 1.0)])
def test_chi_squared_tails_are_those_of_the_tables(value: float, degrees: int, tail: float) -> None:
    assert chi_squared_tail(value, degrees) == pytest.approx(tail, abs=2e-4)


def test_even_ranks_pass_and_crowded_ones_do_not() -> None:
    even = (np.arange(200) + 0.5) / 200
    assert uniformity(even) > 0.99
    assert uniformity(0.4 + 0.2 * even) < 1e-6
    assert uniformity(even**2) < 0.01


def test_the_emulator_finds_a_quadratic_and_admits_noise() -> None:
    scores = lattice(1_000, 4)
    values = 1.0 + 2.0 * scores[:, 0] - scores[:, 1] * scores[:, 2] + 0.5 * scores[:, 3] ** 2
    ridge, share = best_ridge(scores, values)
    assert share > 0.99
    assert features(scores[:3]) @ fit(scores, values, ridge) == pytest.approx(values[:3], abs=0.1)


def test_the_emulator_does_not_take_chance_for_a_cause() -> None:
    drawn = np.stack([normals(9, Stream.MEASUREMENT, f"column-{column}", range(600))[:, 0] for column in range(16)], axis=1)
    scores, values = drawn[:, :15], (drawn[:, 15] > 0.5).astype(np.float64)
    assert explained(scores, values, 1.0) < -0.1, "a hundred terms and six hundred rows"
    assert -0.02 < best_ridge(scores, values)[1] < CHANCE


def test_many_statistics_and_few_rows_do_not_make_it_too_sure() -> None:
    drawn = np.stack([normals(4, Stream.MEASUREMENT, f"column-{column}", range(500))[:, 0] for column in range(33)], axis=1)
    scores, marks = drawn[:, :3], drawn[:, 3:].copy()
    marks[:, 0] += 2.0 * scores[:, 0]
    marks[:, 1] += scores[:, 1]
    ranks = []
    for case in range(0, 500, 4):
        others = np.delete(np.arange(500), case)
        ranks.append(adjusted(scores[others], marks[others], marks[case], np.ones(30)).rank(scores[case]))
    rank = np.array(ranks)
    cover = ((rank > 0.05) & (rank < 0.95)).mean(axis=0)
    assert (cover > 0.9 - 3.5 * np.sqrt(0.09 / len(rank))).all(), "90 % intervals hold the truth about as often as they say"
    assert all(uniformity(rank[:, column]) > 0.001 for column in range(3))
    assert rank[:, 2].std() < 0.33, "and are not wide for nothing"
