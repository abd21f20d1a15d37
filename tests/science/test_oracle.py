"""Counting people is no approximation: many repeats of one tick, and many whole runs, people one by one against people counted.

About three quarters of an hour on one core.
"""

from __future__ import annotations

import numpy as np
import pytest

from qantar.model.assemble import assemble
from tests.oracle.agreement import energy, power, smirnov
from tests.oracle.one_tick import OneTick
from tests.oracle.shared import small_country, weigh
from tests.oracle.whole_runs import features, sample

ERROR = 0.01
REPEATS = 10_000
OCCASIONS = 20
MEMBERS, TICKS = 200, 120
LIVELY = {"base_propensity": -10.0, "kill_share": 0.3, "injure_rate": 0.2, "detain_rate": 0.1}


@pytest.fixture(scope="module")
def hour() -> OneTick:
    return OneTick()


def test_ten_thousand_ticks_of_the_kernels_follow_the_exact_law(hour: OneTick) -> None:
    sums, kinds = hour.repeat(hour.by_kernels(), REPEATS)
    assert hour.disagreements(sums, ERROR) == []
    assert hour.odd_laws(kinds, ERROR) == []


def test_ten_thousand_ticks_of_people_follow_the_exact_law(hour: OneTick) -> None:
    sums, kinds = hour.repeat(hour.by_clocks(5), REPEATS, hour.at_once)
    assert hour.disagreements(sums, ERROR) == []
    assert hour.odd_laws(kinds, ERROR, hour.at_once) == []


@pytest.mark.parametrize(("plant", "parameter", "factor"), [("join", "join_rate_max", 1.05), ("custody", "custody_death_rate", 1.2)])
def test_mistakes_are_found_as_often_as_the_power_says(hour: OneTick, plant: str, parameter: str, factor: float) -> None:
    """At so few repeats that the power is well below one, the share of occasions on which a mistake shows is the power."""
    p = type(hour.p)(**vars(hour.p) | {parameter: getattr(hour.p, parameter) * factor})
    planted = hour.law_of(p, in_turn=True)
    repeats = next(n for n in range(20, REPEATS, 10) if power(hour.in_turn, planted, n, ERROR) >= 0.9)
    ready = weigh(hour.shared, plant, factor)
    found = 0
    for occasion in range(OCCASIONS):
        draw = hour.by_kernels(ready)
        sums, _ = hour.repeat(lambda member, draw=draw, first=occasion * REPEATS: draw(first + member), repeats)
        found += bool(hour.disagreements(sums, ERROR))
    assert found >= 14, f"{found} of {OCCASIONS}: fewer than 14 have a chance below 0.3 % at a power of 0.9"


@pytest.fixture(scope="module")
def counted() -> dict[str, np.ndarray]:
    return features(sample(assemble(small_country(20_000, **LIVELY)), 1, 2 * MEMBERS, TICKS), 6)


@pytest.mark.parametrize("kind", ["discrete", "continuous"])
def test_whole_runs_agree(counted: dict[str, np.ndarray], kind: str) -> None:
    """The oracle with the scores of classes and slices has the law of the kernels; with continuous readiness and income, nearly."""
    oracle = features(sample(assemble(small_country(20_000, **LIVELY)), 2, MEMBERS, TICKS, kind), 6)
    rng, level = np.random.default_rng(3), ERROR / len(counted) / 2
    found = {name: energy(counted[name], oracle[name], rng, level) for name in counted}
    assert min(found.values()) > level, found
    for name, theirs in counted.items():
        p = list(smirnov(theirs, oracle[name]))
        assert min(p, default=1.0) * len(p) * len(counted) * 2 > ERROR, name


def test_a_country_that_joins_a_fifth_faster_is_told_apart(counted: dict[str, np.ndarray]) -> None:
    """What the whole runs can see at these numbers of members; a tenth goes unseen, which single ticks find."""
    eager = LIVELY | {"join_rate_max": 1.2 * assemble(small_country(20_000)).country.scenario.parameters.streets.join_rate_max.value}
    other = features(sample(assemble(small_country(20_000, **eager)), 2, MEMBERS, TICKS), 6)
    rng, level = np.random.default_rng(3), ERROR / len(counted) / 2
    found = {name: energy(counted[name], other[name], rng, level) for name in counted}
    assert min(found.values()) <= level, found


def test_classes_and_slices_cost_little(counted: dict[str, np.ndarray]) -> None:
    """Means of continuous runs lie within 3 % of those of the counted model, or within twice the Monte-Carlo error of that."""
    oracle = features(sample(assemble(small_country(20_000, **LIVELY)), 4, MEMBERS, TICKS, "continuous"), 6)
    for name in ("person-hours by place", "largest crowd by place", "detained by place", "injured by place"):
        a, b = counted[name].sum(axis=1), oracle[name].sum(axis=1)
        error = np.hypot(a.std() / len(a) ** 0.5 / a.mean(), b.std() / len(b) ** 0.5 / b.mean())
        assert abs(a.mean() / b.mean() - 1.0) < 0.03 + 2.0 * error, name
