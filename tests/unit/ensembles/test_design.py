"""Draws from priors: keyed, inside their range, and of the right law."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pytest

from qantar.ensembles.design import draw_parameters
from qantar.scenario.load import load
from qantar.scenario.prior import inverse_prior
from qantar.scenario.value import LognormalSpread, NormalSpread, UniformSpread, Value

U = (np.arange(2000) + 0.5) / 2000


def value(number: float, spread: NormalSpread | LognormalSpread | UniformSpread | None) -> Value:
    return Value(value=number, unit="1", source="assumed", spread=spread)


def test_the_middle_of_a_symmetric_prior_is_the_value() -> None:
    assert inverse_prior(value(3.0, NormalSpread(kind="normal", sd=2.0)), 0.5) == pytest.approx(3.0)
    assert inverse_prior(value(3.0, LognormalSpread(kind="lognormal", sd_log=2.0)), 0.5) == pytest.approx(3.0)
    assert inverse_prior(value(3.0, UniformSpread(kind="uniform", low=2.0, high=6.0)), 0.25) == pytest.approx(3.0)
    assert inverse_prior(value(3.0, None), 0.9) == 3.0


def test_a_normal_prior_has_its_spread() -> None:
    drawn = np.array([inverse_prior(value(3.0, NormalSpread(kind="normal", sd=2.0)), float(u)) for u in U])
    assert drawn.std() == pytest.approx(2.0, rel=0.01)
    logs = np.log([inverse_prior(value(3.0, LognormalSpread(kind="lognormal", sd_log=0.5)), float(u)) for u in U])
    assert logs.std() == pytest.approx(0.5, rel=0.01)


def test_a_cut_prior_stays_inside_and_keeps_its_shape() -> None:
    given = value(0.1, NormalSpread(kind="normal", sd=0.2))
    drawn = np.array([inverse_prior(given, float(u), low=0.0, high=0.5) for u in U])
    assert drawn.min() >= 0.0
    assert drawn.max() <= 0.5
    assert np.all(np.diff(drawn) > 0)
    normal = NormalDist(0.1, 0.2)
    expected = (normal.cdf(0.1) - normal.cdf(0)) / (normal.cdf(0.5) - normal.cdf(0))
    assert np.mean(drawn < 0.1) == pytest.approx(expected, abs=0.001)


@pytest.mark.parametrize("u", [2.0**-53, 1.0 - 2.0**-53])
def test_extreme_uniforms_stay_finite(u: float) -> None:
    assert math.isfinite(inverse_prior(value(3.0, NormalSpread(kind="normal", sd=2.0)), u))
    assert math.isfinite(inverse_prior(value(3.0, LognormalSpread(kind="lognormal", sd_log=2.0)), u, low=0.0))


def test_members_differ_and_repeat() -> None:
    scenario = load("borderland")
    first, drawn = draw_parameters(scenario, seed=1, member=3)
    assert draw_parameters(scenario, seed=1, member=3)[1] == drawn
    other = draw_parameters(scenario, seed=1, member=4)[1]
    assert set(other) == set(drawn)
    assert len(drawn) > 10
    assert all(other[name] != number for name, number in drawn.items())
    group, name = next(iter(drawn)).split(".")
    assert getattr(getattr(first.parameters, group), name).value == drawn[f"{group}.{name}"]


def test_parameters_keep_to_the_range_in_which_they_make_sense() -> None:
    scenario = load("borderland")
    for member in range(50):
        made, _ = draw_parameters(scenario, seed=0, member=member)
        for name in type(made.parameters).model_fields:
            group = getattr(made.parameters, name)
            assert type(group).model_validate(group.model_dump()) == group
