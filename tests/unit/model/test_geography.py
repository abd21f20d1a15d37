"""Distances, kernels, attention and destinations."""

from __future__ import annotations

import numpy as np
import pytest

from qantar.model import geography

LAT = np.array([43.25, 43.30, 51.18, 43.66, 43.40])
LON = np.array([76.91, 76.95, 71.45, 51.17, 76.60])
REGION = np.array([0, 0, 1, 2, 0])
CENTRES = np.array([0, 2, 3])
PEOPLE = np.array([2_000_000.0, 40_000.0, 1_300_000.0, 250_000.0, 500_000.0])


def test_distance_almaty_to_the_capital() -> None:
    """About 970 km by great circle between the two published coordinates."""
    assert geography.distance_km(43.25249, 76.9115, 51.1801, 71.44598) == pytest.approx(970, abs=10)


def test_pairs_are_those_of_a_plain_double_loop() -> None:
    pairs = geography.pairs_within(LAT, LON, 50.0)
    found = {(i, j) for i, j in zip(geography.rows(pairs), pairs.to, strict=True)}
    plain = {
        (i, j) for i in range(5) for j in range(5)
        if geography.distance_km(LAT[i], LON[i], LAT[j], LON[j]) <= 50.0
    }
    assert found == plain


def test_a_remainder_has_no_crowd_effect() -> None:
    remainder = np.array([False, False, False, False, True])
    near = geography.nearby(LAT, LON, remainder, 10.0)
    seen = geography.weigh(near, np.array([0.0, 0.0, 0.0, 0.0, 1000.0]))
    assert np.all(seen == 0.0)


def test_cutting_a_city_into_districts_changes_neither_near_nor_far() -> None:
    """Two halves at one spot feel and exert what the whole did (Openshaw 1984)."""
    none = np.zeros(5, dtype=bool)
    whole = geography.weigh(geography.nearby(LAT, LON, none, 10.0), PEOPLE)
    scales = (300.0, 300.0, 10.0)
    minds = geography.attention((LAT, LON, REGION), CENTRES, PEOPLE, scales)
    cut = np.array([0, 0, 1, 2, 3, 4])
    halves = PEOPLE[cut] * np.array([0.5, 0.5, 1, 1, 1, 1])
    lat, lon, region = LAT[cut], LON[cut], REGION[cut]
    districts = geography.weigh(geography.nearby(lat, lon, none[cut], 10.0), halves)
    np.testing.assert_allclose(districts, whole[cut], rtol=1e-12)
    minds_cut = geography.attention((lat, lon, region), np.array([0, 3, 4]), halves, scales)
    np.testing.assert_allclose(minds_cut.residents, minds.residents[cut], rtol=1e-12)


def test_destinations_are_few_near_and_never_a_remainder() -> None:
    remainder = np.array([False, False, False, False, True])
    travel = geography.destinations(LAT, LON, PEOPLE, remainder, (35.0, 120.0, 1))
    assert np.diff(travel.start).max() <= 1
    assert not remainder[travel.to].any()
    home = geography.rows(travel)
    assert travel.to[home == 4].tolist() == [0], "the villages look to the metropolis"
    assert (travel.to != home).all()
