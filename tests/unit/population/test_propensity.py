"""Classes of readiness: their probabilities, edges and scores."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from qantar.errors import UsageError
from qantar.population.propensity import UPPER_TAILS, class_edges, class_score, class_tails


def numeric_score(low: float, high: float, sigma: float) -> float:
    """Score of a class by brute force: a fine midpoint sum of the normal density."""
    low, high = max(low, -12.0), min(high, 12.0)
    x = low + (np.arange(400_000) + 0.5) * (high - low) / 400_000
    density = np.exp(-x * x / 2)
    return math.log((density * np.exp(sigma * x)).sum() / density.sum()) / sigma


def test_twelve_classes_have_the_stated_tail() -> None:
    assert class_tails(12).tolist() == pytest.approx([1.0, *UPPER_TAILS, 0.0], rel=1e-9)


@pytest.mark.parametrize("classes", [1, 2, 7, 12, 24, 60])
def test_tails_fall_and_edges_rise(classes: int) -> None:
    tails = class_tails(classes)
    edges = class_edges(tails)
    assert (np.diff(tails) < 0).all() and tails[0] == 1 and tails[-1] == 0
    assert (np.diff(edges) > 0).all() and edges[0] == -math.inf and edges[-1] == math.inf


def test_sixty_classes_refine_twelve() -> None:
    assert class_tails(60)[::5].tolist() == pytest.approx(class_tails(12).tolist(), rel=1e-9)


@pytest.mark.parametrize("sigma", [0.3, 1.0, 2.5])
def test_score_is_the_log_mean_of_the_class(sigma: float) -> None:
    edges = class_edges(class_tails(12))
    expected = [numeric_score(low, high, sigma) for low, high in pairwise(edges)]
    assert class_score(edges, sigma).tolist() == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("classes", [1, 12, 60])
def test_scores_keep_the_mean_of_the_whole_population(classes: int) -> None:
    tails = class_tails(classes)
    score = class_score(class_edges(tails), 1.3)
    assert (-np.diff(tails) * np.exp(1.3 * score)).sum() == pytest.approx(math.exp(1.3**2 / 2), rel=1e-12)


def test_score_lies_inside_its_class_and_has_a_limit_without_spread() -> None:
    edges = class_edges(class_tails(60))
    for sigma in (0.0, 1e-5, 1.0, 4.0):
        score = class_score(edges, sigma)
        assert (score > edges[:-1]).all() and (score < edges[1:]).all()
    assert class_score(edges, 1e-5).tolist() == pytest.approx(class_score(edges, 0.0).tolist(), abs=1e-4)


def test_refuses_a_negative_spread() -> None:
    with pytest.raises(UsageError, match="must not be negative"):
        class_score(class_edges(class_tails(3)), -0.1)
