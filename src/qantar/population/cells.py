"""From a scenario to integer counts of people per place, propensity class and stratum."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qantar.engine.random import place_key
from qantar.errors import AssemblyError
from qantar.population.marginals import cross, largest_remainder
from qantar.population.propensity import class_edges, class_score, class_tails
from qantar.population.rounding import Counts, cross_each
from qantar.population.strata import ADULT_STRATA, FREE_LEVEL, Strata, all_strata, region_strata
from qantar.scenario.schema import Scenario

_LEVEL_PLACE = FREE_LEVEL
_LEVEL_PLACE_CLASS = FREE_LEVEL + 1
_LEVEL_CLASS_STRATUM = 0
_LEVEL_REGION_CLASS = 0

Reals = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Population:
    """Everybody who lives in the country, counted. All arrays are read-only.

    places: identifiers, in the order of the scenario. regions: likewise.
    region_of_place: int64[place], row in `regions`.
    strata: what each stratum is.
    counts: int64[place, class, stratum], people. Adults are spread over the classes of readiness;
        children, who do not act, stand in class 0.
    class_probability: float64[class], share of adults in each class, sums to 1.
    class_edges: float64[class + 1], edges in x, from minus to plus infinity.
    """

    places: tuple[str, ...]
    regions: tuple[str, ...]
    region_of_place: Counts
    strata: Strata
    counts: Counts
    class_probability: Reals
    class_edges: Reals

    def class_score(self, sigma: float) -> Reals:
        """Return float64[class], the readiness that stands for each class at a spread `sigma`.

        exp(sigma * score) is the mean of exp(sigma * x) in the class, x ~ N(0, 1).
        """
        return class_score(self.class_edges, sigma)


def build(scenario: Scenario, classes: int = 12) -> Population:
    """Count the country's people by place, propensity class and stratum.

    Args:
        scenario: a checked scenario.
        classes: number of propensity classes, 1 to 60; 12 are enough for most purposes.

    Raises:
        AssemblyError: the places of a region do not add up to its population.
        UsageError: the number of classes is out of range.

    Notes:
        Exact: people of every place; every stratum's people in each region, and with them the
        region's margins of sex, age, origin, livelihood and income tercile; the country's adults in
        each class. Within 1 of its expectation, given those: each stratum in each place, each class
        in each region and each place, each (class, stratum) in each place. The same scenario and
        number of classes give the same counts always; they do not depend on a seed.

    Limits:
        Strata are spread evenly within a region: a town and its villages differ in size only.
        Readiness is independent of the stratum; what makes strata differ stands in the hazards.
    """
    index = {region.id: row for row, region in enumerate(scenario.regions)}
    region_of_place = np.array([index[place.region] for place in scenario.places], np.int64)
    people = np.array([place.population for place in scenario.places], np.int64)
    keys = np.array([place_key(place.id) for place in scenario.places], np.int64)
    by_stratum = _place_strata(scenario, region_of_place, people)
    tails = class_tails(classes)
    adults = by_stratum[:, :ADULT_STRATA]
    by_class = _place_classes(scenario, region_of_place, adults.sum(axis=1), tails)
    counts = np.zeros((people.size, classes, by_stratum.shape[1]), np.int64)
    counts[:, :, :ADULT_STRATA] = cross_each(np.ascontiguousarray(adults), by_class, keys, _LEVEL_CLASS_STRATUM)
    counts[:, 0, ADULT_STRATA:] = by_stratum[:, ADULT_STRATA:]
    probability, edges = -np.diff(tails), class_edges(tails)
    for array in (region_of_place, counts, probability, edges):
        array.setflags(write=False)
    return Population(
        places=tuple(place.id for place in scenario.places),
        regions=tuple(region.id for region in scenario.regions),
        region_of_place=region_of_place,
        strata=all_strata(),
        counts=counts,
        class_probability=probability,
        class_edges=edges,
    )


def _place_strata(scenario: Scenario, region_of_place: Counts, people: Counts) -> Counts:
    """Spread each region's strata over its places: int64[place, stratum]."""
    spread = np.zeros((people.size, len(all_strata())), np.int64)
    for row, region in enumerate(scenario.regions):
        here = np.flatnonzero(region_of_place == row)
        living = int(people[here].sum())
        if living != region.population:
            raise AssemblyError(f"region '{region.id}': its places hold {living} people, regions.csv says {region.population}")
        strata = region_strata(region, living)
        spread[here] = cross(people[here], strata, key=place_key(f"region:{region.id}"), level=_LEVEL_PLACE)
    return spread


def _place_classes(scenario: Scenario, region_of_place: Counts, adults: Counts, tails: Reals) -> Counts:
    """Spread the country's classes over regions and then places: int64[place, class]."""
    totals = largest_remainder(-np.diff(tails), int(adults.sum()))
    by_region = np.bincount(region_of_place, weights=adults, minlength=len(scenario.regions)).astype(np.int64)
    shares = cross(by_region, totals, key=place_key("country:all"), level=_LEVEL_REGION_CLASS)
    spread = np.zeros((adults.size, totals.size), np.int64)
    for row, region in enumerate(scenario.regions):
        here = np.flatnonzero(region_of_place == row)
        key = place_key(f"region:{region.id}")
        spread[here] = cross(adults[here], shares[row], key=key, level=_LEVEL_PLACE_CLASS)
    return spread
