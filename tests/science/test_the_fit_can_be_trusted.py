"""The fit itself, by ABC-SMC: parameters that made a record are found in it as often as it says.

Fifty records of Borderland with parameters from their priors, each fitted anew (`tests.science.synthetic_fits`).
"""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("pyabc", reason="needs the extra 'calibrate'")

from qantar.inference.diagnose import TAIL, uniformity
from tests.science.synthetic_fits import Case, country, fitted

CASES = 50
BINS = 5
"""Of ranks; ten cases each."""


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> list[Case]:
    folder: Path = tmp_path_factory.mktemp("synthetic")
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        return list(pool.map(fitted, range(CASES), [folder / str(case) for case in range(CASES)]))


@pytest.fixture(scope="module")
def ranks(cases: list[Case]) -> np.ndarray:
    return np.array([case.rank for case in cases])


def test_ranks_are_uniform(ranks: np.ndarray) -> None:
    """Bonferroni's level for a family error of 1 %: a sound method fails once in a hundred seeds."""
    names = country()[1].priors.names
    found = {name: uniformity(ranks[:, column], BINS) for column, name in enumerate(names)}
    assert min(found.values()) > 0.01 / len(names), found


def test_intervals_cover_at_least_what_they_say(ranks: np.ndarray) -> None:
    """90 % intervals: of each parameter within four binomial standard deviations, and of all together within two."""
    held = (ranks > TAIL) & (ranks < 1.0 - TAIL)
    spread = np.sqrt(0.9 * 0.1 / CASES)
    assert held.mean(axis=0).min() > 0.9 - 4 * spread
    assert held.mean() > 0.9 - 2 * spread, "as if the parameters of a case were all one"


def test_what_decides_the_size_of_a_wave_is_found_again(cases: list[Case]) -> None:
    column = country()[1].priors.names.index("streets.base_propensity")
    true, found = np.array([case.true[column] for case in cases]), np.array([case.mean[column] for case in cases])
    assert np.corrcoef(true, found)[0, 1] > 0.4
