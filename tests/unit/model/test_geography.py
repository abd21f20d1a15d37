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


SCALES = (300.0, 300.0, 10.0)


def minds_of(places: tuple[np.ndarray, np.ndarray, np.ndarray], people: np.ndarray, centres: np.ndarray, by_region: float) -> np.ndarray:
    """How much each place minds each other one : float64[place, place]."""
    found = geography.attention(places, centres, people, SCALES, by_region)
    whole = found.regional[places[2]][:, places[2]]
    np.add.at(whole, (geography.rows(found.pairs), found.pairs.to), found.pairs.weight)
    return whole


def test_no_share_by_region_leaves_attention_as_it_is_by_distance() -> None:
    plain = geography.attention((LAT, LON, REGION), CENTRES, PEOPLE, SCALES)
    lat, lon = LAT[CENTRES], LON[CENTRES]
    apart = [[geography.distance_km(lat[a], lon[a], lat[b], lon[b]) if a != b else 300.0 for b in range(3)] for a in range(3)]
    between = [[1 / (1 + km / 300.0) for km in row] for row in apart]
    raw = geography.pairs_within(LAT, LON, 300.0)
    seen = np.exp(-0.5 * (raw.weight / 10.0) ** 4)
    corrected = (1.0 - seen) / (1.0 + raw.weight / 300.0) - np.array(between)[REGION[geography.rows(raw)], REGION[raw.to]]
    assert plain.regional.tolist() == between
    assert plain.pairs.weight.tolist() == corrected.tolist()


def test_by_region_attention_to_other_regions_does_not_depend_on_the_distance() -> None:
    minds = minds_of((LAT, LON, REGION), PEOPLE, CENTRES, 1.0)
    foreign = REGION[:, None] != REGION[None, :]
    np.testing.assert_allclose(minds[foreign], minds[foreign][0], rtol=1e-12)
    regional = geography.attention((LAT, LON, REGION), CENTRES, PEOPLE, SCALES).regional
    assert minds[foreign][0] == pytest.approx(regional[~np.eye(3, dtype=bool)].mean())


def test_by_region_the_own_region_counts_in_full_but_for_what_is_seen() -> None:
    minds = minds_of((LAT, LON, REGION), PEOPLE, CENTRES, 1.0)
    seen = [np.exp(-0.5 * (geography.distance_km(LAT[0], LON[0], LAT[j], LON[j]) / 10.0) ** 4) for j in (0, 1, 4)]
    np.testing.assert_allclose(minds[0, [0, 1, 4]], 1.0 - np.array(seen), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("by_region", [0.0, 0.4, 1.0])
def test_cutting_a_city_into_districts_changes_no_attention(by_region: float) -> None:
    cut = np.array([0, 0, 1, 2, 3, 4])
    halves = PEOPLE[cut] * np.array([0.5, 0.5, 1, 1, 1, 1])
    whole = minds_of((LAT, LON, REGION), PEOPLE, CENTRES, by_region)
    districts = minds_of((LAT[cut], LON[cut], REGION[cut]), halves, np.array([0, 3, 4]), by_region)
    np.testing.assert_allclose(districts, whole[cut][:, cut], rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(districts @ halves, (whole @ PEOPLE)[cut], rtol=1e-12)


def test_a_country_of_one_region_has_nobody_elsewhere() -> None:
    one = np.zeros(5, dtype=np.int64)
    assert minds_of((LAT, LON, one), PEOPLE, np.array([0]), 1.0).max() <= 1.0


def test_own_region_is_minded_less_the_farther_also_beyond_the_exact_range() -> None:
    lat, lon, region = np.array([45.0, 45.0, 45.0, 45.0]), np.array([60.0, 63.7, 63.9, 68.0]), np.zeros(4, dtype=np.int64)
    minds = minds_of((lat, lon, region), np.full(4, 1000.0), np.array([0]), 0.0)[0]
    assert geography.distance_km(45.0, 60.0, 45.0, 63.7) < 300.0 < geography.distance_km(45.0, 60.0, 45.0, 63.9)
    assert minds[1] > minds[2] == minds[3] == pytest.approx(0.5)


def test_merging_neighbours_far_away_changes_nobodys_destinations() -> None:
    """A city, a town at 60 km, and two villages beyond, one kilometre apart: who goes to the town must not hang on their number."""
    lat, lon = np.array([45.0, 45.54, 45.9, 45.909]), np.full(4, 70.0)
    people, cities = np.array([1e6, 3e4, 1e4, 5e3]), np.zeros(4, dtype=bool)
    apart = geography.destinations(lat, lon, people, cities, (35.0, 120.0, 10.0, 3))
    merged = geography.destinations(lat[:3], lon[:3], np.array([1e6, 3e4, 1.5e4]), cities[:3], (35.0, 120.0, 10.0, 3))
    for home in (0, 1):
        weights = [dict(zip(*(part[table.start[home] : table.start[home + 1]].tolist() for part in table[1:]), strict=True))
                   for table in (apart, merged)]
        kept, whole = ({to: w for to, w in found.items() if to < 2} for found in weights)
        assert kept == pytest.approx(whole)
        assert weights[0][2] + weights[0].get(3, 0.0) == pytest.approx(weights[1][2], rel=0.05)


def test_what_is_seen_from_home_is_no_destination_and_nothing_jumps_with_the_distance() -> None:
    """A village 1 to 30 km from a city: who goes there is the journey's weight of what is not seen."""
    nobody, shares = np.zeros(2, dtype=bool), []
    kms = np.arange(1.0, 30.0, 0.25)
    for km in kms:
        lat = np.array([45.0, 45.0 + np.degrees(km / 6371.0088)])
        travel = geography.destinations(lat, np.full(2, 70.0), np.array([1e6, 1e6]), nobody, (35.0, 120.0, 10.0, 8))
        shares.append(travel.weight[0])
    assert shares[0] < 1e-4
    assert np.abs(np.diff(shares)).max() < 0.02
    assert shares[-1] == pytest.approx(0.5 * np.exp(-kms[-1] / 35.0), rel=1e-3)


def test_a_city_and_its_next_quarter_see_each_other_whole() -> None:
    assert geography.in_sight(np.array([0.0, 2.0]), 10.0).min() > 0.999
    assert geography.in_sight(np.array([10.0, 20.0]), 10.0) == pytest.approx([np.exp(-0.5), np.exp(-8.0)])


def test_a_citys_people_hardly_go_to_a_village_and_its_people_do_go_to_the_city() -> None:
    lat, lon, nobody = np.array([45.0, 45.2]), np.full(2, 70.0), np.zeros(2, dtype=bool)
    out, back = geography.destinations(lat, lon, np.array([1e6, 1e4]), nobody, (35.0, 120.0, 10.0, 8)).weight
    assert back == pytest.approx(100.0 * out)


def test_destinations_are_few_near_and_never_a_remainder() -> None:
    remainder = np.array([False, False, False, False, True])
    travel = geography.destinations(LAT, LON, PEOPLE, remainder, (35.0, 120.0, 10.0, 1))
    assert np.diff(travel.start).max() <= 1
    assert not remainder[travel.to].any()
    home = geography.rows(travel)
    assert travel.to[home == 4].tolist() == [0], "the villages look to the metropolis"
    assert (travel.to != home).all()
