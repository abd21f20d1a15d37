"""Granovetter (1978): the published crowds, the jump, and what small crowds do near it."""

from __future__ import annotations

import pytest

from qantar.classics.granovetter import Listed, Normal, Riot, critical_sd, normal_limit, rioters, share_of_riots
from qantar.engine.ending import Ending
from qantar.engine.simulate import simulate
from qantar.errors import UsageError

LADDER = Listed(tuple(float(i) for i in range(100)))
BROKEN_LADDER = Listed((0.0, 2.0, *(float(i) for i in range(2, 100))))


def test_a_ladder_of_thresholds_brings_out_everybody_one_by_one() -> None:
    riot = Riot(LADDER, 100)
    outcome = simulate(riot)
    assert riot.history == [*range(1, 101), 100]
    assert outcome.ending is Ending.STILL_CONTESTED
    assert outcome.reason == "100 of 100 people riot"


def test_one_person_less_ready_and_one_riots_alone() -> None:
    assert rioters(BROKEN_LADDER) == 1
    assert simulate(Riot(BROKEN_LADDER, 100)).ending is Ending.QUIET


@pytest.mark.parametrize(
    ("sd", "rest"),
    [(12.0, 4.02), (12.1, 4.55), (12.2, 5.48), (12.25, 100.0), (25, 99.86), (30, 99.34), (50, 90.49), (100, 65.86)],
)
def test_rest_of_a_large_crowd_against_the_spread_of_thresholds(sd: float, rest: float) -> None:
    assert normal_limit(100, 25.0, sd) == pytest.approx(rest, abs=0.006)


def test_the_jump_is_at_a_spread_of_twelve_point_two() -> None:
    assert critical_sd(100, 25.0, 10.0, 15.0) == pytest.approx(12.2221, abs=1e-4)


def test_where_nothing_jumps_there_is_no_critical_spread() -> None:
    with pytest.raises(UsageError, match="no jump"):
        critical_sd(100, 25.0, 13.0, 20.0)


@pytest.mark.parametrize(("sd", "share"), [(10.0, 0.002), (12.0, 0.165), (13.0, 0.39), (15.0, 0.80)])
def test_crowds_of_a_hundred_jump_by_chance(sd: float, share: float) -> None:
    members = 2_000
    # Both shares are estimates (the reference counted 2,000 crowds too): four standard errors of their difference.
    allowed = 4 * (share * (1 - share) * 2 / members) ** 0.5 + 1 / members
    assert share_of_riots(Normal(100, 25.0, sd), 90, members=members, seed=1978) == pytest.approx(share, abs=allowed)


def test_a_crowd_is_a_function_of_seed_and_member() -> None:
    crowd = Normal(100, 25.0, 12.0)
    assert crowd.draw(1, 2) == crowd.draw(1, 2)
    assert len({tuple(crowd.draw(seed, member)) for seed in (1, 2) for member in (1, 2)}) == 4
