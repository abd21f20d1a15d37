"""Whole runs of a very small country, people one by one against people counted; the large version is in tests/science."""

from __future__ import annotations

import numpy as np
import pytest

from qantar.model.assemble import assemble
from tests.oracle.agreement import energy
from tests.oracle.shared import small_country
from tests.oracle.whole_runs import features, sample

ERROR = 0.01
MEMBERS, TICKS = 24, 60
LIVELY = {"base_propensity": -9.5, "kill_share": 0.3, "injure_rate": 0.2, "detain_rate": 0.1}


@pytest.fixture(scope="module")
def counted() -> dict[str, np.ndarray]:
    return features(sample(assemble(small_country(2_000, **LIVELY)), 1, 4 * MEMBERS, TICKS), 6)


def test_whole_runs_by_the_oracle_have_the_law_of_those_by_the_kernels(counted: dict[str, np.ndarray]) -> None:
    oracle = features(sample(assemble(small_country(2_000, **LIVELY)), 2, MEMBERS, TICKS, "discrete"), 6)
    compared = [name for name in counted if np.ptp(oracle[name]) > 0]
    assert len(compared) >= 10, "too little happened to compare"
    rng, level = np.random.default_rng(3), ERROR / len(compared)
    found = {name: energy(counted[name], oracle[name], rng, level) for name in compared}
    assert min(found.values()) > level, found


def test_a_country_that_joins_half_as_fast_again_is_told_apart(counted: dict[str, np.ndarray]) -> None:
    eager = LIVELY | {"join_rate_max": 1.5 * assemble(small_country(2_000)).country.scenario.parameters.streets.join_rate_max.value}
    other = features(sample(assemble(small_country(2_000, **eager)), 2, 4 * MEMBERS, TICKS), 6)
    rng, level = np.random.default_rng(3), ERROR / len(counted)
    found = {name: energy(counted[name], other[name], rng, level) for name in counted}
    assert min(found.values()) <= level, found


def test_too_few_permutations_to_tell_are_refused() -> None:
    rng = np.random.default_rng(3)
    a, b = rng.normal(size=(2, 40, 2))
    with pytest.raises(ValueError, match="1,999 permutations cannot give a p-value well below"):
        energy(a, b, rng, 0.00045, 1_999)
    assert energy(a, b + 2.0, rng, 0.00045) == 0.0001
    assert energy(a, b, rng, 0.00045) > 0.00045
