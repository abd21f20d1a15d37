"""The words for a country in which nothing large happens."""

import numpy as np
import pytest

from qantar.report.digest import digest
from qantar.report.material import gather
from qantar.report.quiet import mostly_quiet, small_protests
from tests.unit.report.invented import invented

NORD, VILLAGES, SUND = 0, 1, 2


@pytest.fixture
def still():
    """Nobody is out anywhere."""
    ensemble = invented(members=4)
    for name in ensemble.series.data_vars:
        ensemble.series[name].values[:] = 0
    ensemble.members = ensemble.members.assign(ending="quiet", control_returned_hours=np.nan)
    return ensemble


def test_a_protest_is_a_settlement_and_day_that_reach_the_threshold(still):
    peak = still.series["place_participants"].values
    peak[0, 1, NORD], peak[0, 2, NORD], peak[1, 1, SUND] = 20, 19, 200
    found = small_protests(gather(still))
    assert found.values == (20, 200)
    assert found.mean_a_day == pytest.approx(2 / (4 * 6))
    assert found.none.value == 0.5
    assert [(place.name, place.share) for place in found.places] == [("Nord", 0.5), ("Sund", 0.5)]
    assert found.places[0].a_month == pytest.approx(30 / 24)


def test_many_villages_are_no_place_of_a_protest(still):
    still.series["place_participants"].values[:, :, VILLAGES] = 500
    assert small_protests(gather(still)).values == ()


def test_a_member_with_a_wave_has_no_small_protests(still):
    still.series["participants"].values[2, 3] = 2_001
    still.series["place_participants"].values[2, 3, SUND] = 2_001
    still.series["place_participants"].values[1, 3, SUND] = 30
    assert small_protests(gather(still)).values == (30,)


def test_what_is_said_of_streets_without_protest_is_said_of_runs_without_a_wave(still):
    still.series["participants"].values[2, 3] = 2_001
    still.series["place_participants"].values[2, 3, SUND] = 2_001
    (only,) = digest(gather(still)).quiet
    assert only == "No settlement had 20 or more people out on any day of any run without a wave: the country is not quiet but dead."


def test_half_of_the_members_decide_whether_the_country_is_called_quiet(still):
    assert mostly_quiet(gather(still))
    still.members.loc[[0, 1, 2], "ending"] = "still contested"
    assert not mostly_quiet(gather(still))


def test_streets_without_any_protest_in_most_runs_are_not_called_alive(still):
    still.series["place_participants"].values[0, 1, NORD] = 25
    assert digest(gather(still)).quiet[0].startswith("The streets stayed all but empty: most runs without a wave had no small protest.")
    still.series["place_participants"].values[:, 1, NORD] = 25
    assert digest(gather(still)).quiet[0].startswith("The streets stayed quiet, not dead")
