"""Two years after a crisis: directions that theory fixes, and bounds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from qantar.model.aftermath import MONTHS, Legacy, Policy, choose, convicted, course, live_through
from qantar.model.country import numbers
from qantar.scenario.load import load

P = numbers(load("kazakhstan-2022").parameters.aftermath)
LEFT = Legacy(grievance=0.7, cohesion=0.7, legitimacy=0.5, brokerage=0.1, remanded=1_000)


@pytest.mark.parametrize("policy", Policy)
def test_levels_and_hazards_are_shares(policy: Policy) -> None:
    path = course(LEFT, policy, P)
    for name in ("grievance", "cohesion", "rents", "brokerage", "unrest", "uprising", "coup"):
        values = getattr(path, name)
        assert values.shape == (MONTHS,)
        assert (values >= 0.0).all()
        assert (values <= 1.0).all()
    assert 0.0 < path.survival < 1.0


def test_a_divided_elite_falls_more_often() -> None:
    survival = [course(replace(LEFT, cohesion=cohesion), Policy.COSMETIC, P).survival for cohesion in (0.2, 0.5, 0.9)]
    assert survival == sorted(survival)


def test_a_country_with_more_grievance_falls_more_often() -> None:
    survival = [course(replace(LEFT, grievance=level), Policy.COSMETIC, P).survival for level in (0.9, 0.6, 0.3)]
    assert survival == sorted(survival)


def test_redistribution_lowers_grievance_and_costs_the_elite() -> None:
    given, kept = course(LEFT, Policy.REDISTRIBUTION, P), course(LEFT, Policy.COSMETIC, P)
    assert given.grievance[-1] < kept.grievance[-1]
    assert given.cohesion[-1] < kept.cohesion[-1]
    assert given.rents[-1] < kept.rents[-1] == 1.0


def test_brokerage_dies_in_a_crackdown_and_grows_in_an_opening() -> None:
    assert course(LEFT, Policy.CRACKDOWN, P).brokerage[-1] < 0.5 * LEFT.brokerage
    assert course(LEFT, Policy.OPENING, P).brokerage[-1] > LEFT.brokerage


def test_what_happens_is_as_likely_as_the_hazards_say() -> None:
    weak = replace(LEFT, cohesion=0.1, grievance=0.95)
    fell = [live_through(weak, Policy.OPENING, P, 3, member).collapse is not None for member in range(800)]
    assert np.mean(fell) == pytest.approx(1.0 - course(weak, Policy.OPENING, P).survival, abs=0.05)


def test_policies_share_the_draws_of_a_member() -> None:
    """A fate is a function of hazards alone: where two policies have the same hazards they have the same fate."""
    same = live_through(LEFT, Policy.COSMETIC, P, 1, 4)
    again = live_through(LEFT, Policy.COSMETIC, P, 1, 4)
    assert (same.unrest, same.collapse) == (again.unrest, again.collapse)
    calm = replace(LEFT, grievance=0.0, cohesion=1.0)
    months = [len(live_through(calm, Policy.COSMETIC, P, 1, member).unrest) for member in range(50)]
    wild = [len(live_through(replace(LEFT, grievance=1.0), Policy.COSMETIC, P, 1, member).unrest) for member in range(50)]
    assert all(a <= b for a, b in zip(months, wild, strict=True))


def test_a_winner_with_more_taste_for_rents_gives_less_away() -> None:
    from types import SimpleNamespace

    greedy, modest = (SimpleNamespace(**{**vars(P), "rent_taste": taste}) for taste in (3.0, 0.0))
    giving = {Policy.REDISTRIBUTION, Policy.OPENING}
    share = [np.mean([choose(LEFT, p, 2, member) in giving for member in range(200)]) for p in (greedy, modest)]
    assert share[0] < share[1]


def test_courts_convict_everybody_in_the_end() -> None:
    assert convicted(1_000, 0.12, 0) == 0
    assert convicted(1_000, 0.12, 12) < convicted(1_000, 0.12, 24) <= 1_000
    assert convicted(1_000, 1.0, 1) == 1_000
