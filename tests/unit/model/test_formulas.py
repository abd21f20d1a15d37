"""The equations of the streets keep their published limits."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qantar.model.streets import formulas

CROWD = st.floats(0.0, 1e7)


def test_epstein_gives_nine_tenths_at_one_officer_a_protester() -> None:
    """Epstein (2002) fixes k = 2.3 so that P = 0.9 at C = A."""
    assert formulas.arrest_probability(1000.0, 1000.0, math.log(10.0), 0.0) == pytest.approx(0.9)


@given(CROWD, CROWD)
def test_arrest_falls_with_the_crowd_and_rises_with_force(force: float, crowd: float) -> None:
    here = formulas.arrest_probability(force, crowd, 2.3, 20.0)
    assert 0.0 <= here <= 1.0
    assert formulas.arrest_probability(force, crowd + 100.0, 2.3, 20.0) <= here
    assert formulas.arrest_probability(force + 100.0, crowd, 2.3, 20.0) >= here


@pytest.mark.parametrize("hour", [0.0, 5.5, 12.0, 23.75])
def test_activity_lies_between_night_and_one_and_repeats_daily(hour: float) -> None:
    value = formulas.activity(hour, 0.1, 17.0, 5.0)
    assert 0.1 <= value <= 1.0
    assert formulas.activity(hour + 24.0, 0.1, 17.0, 5.0) == pytest.approx(value)
    assert formulas.activity(17.0, 0.1, 17.0, 5.0) == 1.0


@pytest.mark.parametrize(("hour", "inside"), [(23.0, True), (2.0, True), (6.99, True), (7.0, False), (12.0, False)])
def test_a_window_may_pass_midnight(hour: float, inside: bool) -> None:
    assert formulas.in_hours(hour, 23.0, 7.0) is inside


@given(st.floats(0.0, 1e5), st.floats(0.0, 1e5), st.floats(0.0, 1e5))
def test_detentions_never_pass_what_officers_can_do(force: float, peaceful: float, violent: float) -> None:
    weighted = peaceful + 2.0 * violent
    hazard = formulas.detention_per_person(0.012, force, weighted, 3.0, violent, 1.0)
    assert hazard >= 0.0
    assert hazard * weighted <= 0.012 * force + 1e-9


@given(st.floats(0.1, 1e5), st.floats(0.1, 1e5))
def test_more_violent_people_rout_and_take_sites_more_easily(violent: float, force: float) -> None:
    assert 0.0 <= formulas.rout_rate(0.25, violent, force, 6.0) <= 0.25
    assert formulas.rout_rate(0.25, violent * 2.0, force, 6.0) >= formulas.rout_rate(0.25, violent, force, 6.0)
    assert formulas.assault_success(violent * 2.0, force, 15.0) >= formulas.assault_success(violent, force, 15.0)
    assert formulas.rout_rate(0.25, 0.0, force, 6.0) == 0.0


def test_logistic_is_symmetric_and_does_not_overflow() -> None:
    assert formulas.logistic(800.0) == 1.0
    assert formulas.logistic(-800.0) == 0.0
    assert formulas.logistic(1.3) + formulas.logistic(-1.3) == pytest.approx(1.0)


def test_a_steep_crowd_counts_for_less_until_it_is_large() -> None:
    assert formulas.hill(0.0, 100.0, 3.0) == 0.0
    assert formulas.hill(100.0, 100.0, 3.0) == pytest.approx(0.5)
    assert formulas.hill(50.0, 100.0, 1.0) == pytest.approx(formulas.saturation(50.0, 100.0))
    assert formulas.hill(50.0, 100.0, 3.0) < formulas.saturation(50.0, 100.0)
    assert formulas.hill(200.0, 100.0, 3.0) > formulas.saturation(200.0, 100.0)
    assert formulas.hill(1e-200, 100.0, 4.0) == 0.0, "no overflow for the smallest crowds"
