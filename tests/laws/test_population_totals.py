"""The people of every country in the library add up, at every level."""

from __future__ import annotations

import numpy as np
import pytest

from qantar.population.cells import build
from qantar.population.marginals import largest_remainder
from qantar.scenario.load import library_names, load


@pytest.mark.parametrize("name", library_names())
def test_country_region_and_place_totals_are_exact(name: str) -> None:
    scenario = load(name)
    population = build(scenario)
    people = population.counts.sum(axis=(1, 2))
    assert people.tolist() == [place.population for place in scenario.places]
    by_region = np.bincount(population.region_of_place, weights=people).astype(int)
    assert by_region.tolist() == [region.population for region in scenario.regions]
    assert people.sum() == sum(region.population for region in scenario.regions)


@pytest.mark.parametrize("name", library_names())
def test_children_and_men_follow_the_regional_tables(name: str) -> None:
    scenario = load(name)
    population = build(scenario)
    for row, region in enumerate(scenario.regions):
        counts = population.counts[population.region_of_place == row].sum(axis=(0, 1))
        men = largest_remainder(np.array([1 - region.male_share, region.male_share]), region.population)[1]
        assert counts[population.strata.sex == 1].sum() == men
        assert abs(counts[population.strata.age == 0].sum() - region.age_0_15 * region.population) < 1 + 1e-3 * region.population


def test_kazakhstan_has_everybody() -> None:
    assert build(load("kazakhstan-2022")).counts.sum() == 19_503_159


def test_borderland_has_everybody() -> None:
    assert build(load("borderland")).counts.sum() == 400_000
