"""The population meets its margins exactly and its crossed cells closely."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np
import pytest

from qantar.errors import AssemblyError, UsageError
from qantar.population.cells import build
from qantar.population.marginals import largest_remainder
from qantar.population.strata import ADULT_STRATA, AGES, LIVELIHOODS, ORIGINS, SEXES, SLICES, all_strata
from qantar.scenario.schema import Scenario

Country = Callable[..., Scenario]
SIZES = {"north": [52_311, 8_004, 913, 77, 1], "south": [103_700, 40_219, 0, 6_051], "west": [999]}


def test_strata_are_144_of_adults_then_4_of_children() -> None:
    strata = all_strata()
    assert len(strata) == 148
    assert strata.adult[:ADULT_STRATA].all() and not strata.adult[ADULT_STRATA:].any()
    rows = np.column_stack([strata.sex, strata.age, strata.livelihood, strata.slice, strata.origin])
    assert len(np.unique(rows, axis=0)) == 148
    assert (strata.livelihood[ADULT_STRATA:] == -1).all() and (strata.slice[ADULT_STRATA:] == -1).all()


def test_places_regions_and_country_are_exact(country: Country) -> None:
    population = build(country(SIZES))
    people = population.counts.sum(axis=(1, 2))
    assert people.tolist() == [size for sizes in SIZES.values() for size in sizes]
    assert population.counts.min() == 0
    for row, region in enumerate(population.regions):
        assert people[population.region_of_place == row].sum() == sum(SIZES[region])


def test_region_margins_are_the_rounded_shares(country: Country) -> None:
    scenario = country(SIZES)
    population = build(scenario)
    strata = population.strata
    for row, region in enumerate(scenario.regions):
        counts = population.counts[population.region_of_place == row].sum(axis=(0, 1))
        total = region.population
        by_sex = [counts[strata.sex == code].sum() for code in range(len(SEXES))]
        by_age = [counts[strata.age == code].sum() for code in range(len(AGES))]
        by_origin = [counts[strata.origin == code].sum() for code in range(len(ORIGINS))]
        assert by_sex == largest_remainder(np.array([1 - region.male_share, region.male_share]), total).tolist()
        assert by_age == largest_remainder(np.array([0.31, 0.22, 0.21, 0.19, 0.07]), total).tolist()
        assert by_origin == largest_remainder(np.array([1 - region.newcomer_share, region.newcomer_share]), total).tolist()
        adults = int(counts[strata.adult].sum())
        by_work = [int(counts[strata.livelihood == code].sum()) for code in range(len(LIVELIHOODS))]
        assert by_work == largest_remainder(np.array([0.53, 0.36, 0.11]), adults).tolist()
        for code, working in enumerate(by_work):
            thirds = [int(counts[(strata.livelihood == code) & (strata.slice == part)].sum()) for part in range(SLICES)]
            assert thirds == largest_remainder(np.ones(SLICES), working).tolist()


def test_region_strata_stay_within_two_of_the_product_of_margins(country: Country) -> None:
    population = build(country(SIZES))
    strata = population.strata
    counts = population.counts[population.region_of_place == 1].sum(axis=(0, 1)).astype(float)
    total, adults = counts.sum(), counts[strata.adult].sum()
    for stratum in range(len(strata)):
        share = 1.0
        for codes in (strata.sex, strata.age, strata.origin):
            share *= counts[codes == codes[stratum]].sum() / total
        expected = total * share
        if strata.adult[stratum]:
            same_work = strata.livelihood == strata.livelihood[stratum]
            same_slice = same_work & (strata.slice == strata.slice[stratum])
            expected *= counts[same_slice].sum() / adults
        assert abs(counts[stratum] - expected) < 2


def test_places_hold_every_stratum_within_one(country: Country) -> None:
    population = build(country(SIZES))
    by_stratum = population.counts.sum(axis=1)
    for row in range(len(population.regions)):
        table = by_stratum[population.region_of_place == row]
        expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
        assert np.abs(table - expected).max() < 1


@pytest.mark.parametrize("classes", [1, 5, 12, 60])
def test_classes_are_split_closely_everywhere(country: Country, classes: int) -> None:
    population = build(country(SIZES), classes)
    adults = population.counts[:, :, population.strata.adult]
    national = adults.sum(axis=(0, 2))
    assert national.tolist() == largest_remainder(population.class_probability, int(adults.sum())).tolist()
    by_region = np.array([adults[population.region_of_place == row].sum(axis=(0, 2)) for row in range(3)])
    assert np.abs(by_region - np.outer(by_region.sum(axis=1), national) / national.sum()).max() < 1
    for place, region in enumerate(population.region_of_place):
        by_class = adults[place].sum(axis=1)
        assert np.abs(by_class - adults[place].sum() * by_region[region] / by_region[region].sum()).max() < 1
        if by_class.sum():
            expected = np.outer(by_class, adults[place].sum(axis=0)) / by_class.sum()
            assert np.abs(adults[place] - expected).max() < 1


def test_children_do_not_vanish_and_do_not_act(country: Country) -> None:
    population = build(country(SIZES))
    children = population.counts[:, :, ~population.strata.adult]
    assert children[:, 1:].sum() == 0
    assert children.sum() == sum(largest_remainder(np.array([0.31, 0.22, 0.21, 0.19, 0.07]), sum(sizes))[0] for sizes in SIZES.values())


def test_readiest_are_not_all_of_one_stratum(country: Country) -> None:
    population = build(country({"centre": [40] * 2_000}))
    readiest = population.counts[:, -4:, :ADULT_STRATA].sum(axis=(0, 1))
    young = population.strata.age[:ADULT_STRATA] == 1
    expected = readiest.sum() * 0.22 / 0.69
    assert abs(readiest[young].sum() - expected) < 4 * np.sqrt(expected)


def test_same_scenario_same_counts_and_order_of_places_does_not_matter(country: Country) -> None:
    scenario = country({"north": [5_000, 300], "south": [800, 90]})
    population = build(scenario)
    assert np.array_equal(population.counts, build(scenario).counts)
    turned = scenario.model_copy(update={"regions": scenario.regions[::-1]})
    again = build(turned)
    adults, adults_again = (each.counts.sum(axis=1) for each in (population, again))
    assert np.array_equal(adults, adults_again)


def test_arrays_cannot_be_written(country: Country) -> None:
    population = build(country({"north": [500]}))
    with pytest.raises(ValueError, match="read-only"):
        population.counts[0, 0, 0] = 1
    with pytest.raises(ValueError, match="read-only"):
        population.strata.sex[0] = 1


def test_zero_shares_leave_no_one(country: Country) -> None:
    population = build(country({"north": [7_001, 12]}, newcomer_share=0.0, out_of_work_share=0.0, secure_share=0.64))
    assert population.counts[:, :, population.strata.origin == 1].sum() == 0
    assert population.counts[:, :, population.strata.livelihood == 2].sum() == 0


def test_refuses_a_region_that_does_not_add_up(country: Country) -> None:
    scenario = country({"north": [500, 20]})
    smaller = scenario.regions[0].model_copy(update={"population": 519})
    with pytest.raises(AssemblyError, match=r"'north': its places hold 520 people, regions.csv says 519"):
        build(scenario.model_copy(update={"regions": (smaller,)}))


@pytest.mark.parametrize("classes", [0, 61])
def test_refuses_a_number_of_classes_out_of_range(country: Country, classes: int) -> None:
    with pytest.raises(UsageError, match="between 1 and 60"):
        build(country({"north": [500]}), classes)


def test_every_combination_of_codes_exists() -> None:
    strata = all_strata()
    codes = (strata.sex, strata.age, strata.livelihood, strata.slice, strata.origin)
    adults = set(zip(*(code[:ADULT_STRATA].tolist() for code in codes), strict=True))
    assert adults == set(product(range(2), range(1, 5), range(3), range(3), range(2)))


def test_five_thousand_places_stay_exact(country: Country) -> None:
    sizes = {f"region-{row}": [90 + (row * 1_000 + place) % 1_777 for place in range(1_000)] for row in range(5)}
    scenario = country(sizes)
    population = build(scenario)
    assert population.counts.sum(axis=(1, 2)).tolist() == [size for people in sizes.values() for size in people]
