"""The people of the oracle: one row a person, in NumPy arrays, and where the rows come from."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, replace
from statistics import NormalDist

import numpy as np

from qantar.model.country import Country
from qantar.model.hardship import slice_means
from qantar.model.streets import bags as kernel
from qantar.model.streets.quiet import Quiet

QUIET, PEACEFUL, VIOLENT, TIRED, AFRAID, DELIVERED, REMANDED, INJURED, DEAD = range(9)
STAGES = 3
AT_HOME = {TIRED: kernel.TIRED, AFRAID: kernel.AFRAID, DELIVERED: kernel.DELIVERED, REMANDED: kernel.REMANDED,
           INJURED: kernel.INJURED, DEAD: kernel.DEAD}
YOUNG_MAN, OTHER_MAN, WOMAN = range(3)


@dataclass
class People:
    """Everybody in the country.

    home, sex, age, work, origin: as in `qantar.population.strata`; work is -1 for children
    readiness: x; income: standard normal position among the incomes of a region and livelihood
    state, stage, place: what one is doing, stages of time out that have passed, where
    propensity_class, stratum: the cell that the counted model has this person in (for comparison only)
    """

    home: np.ndarray
    sex: np.ndarray
    age: np.ndarray
    work: np.ndarray
    origin: np.ndarray
    readiness: np.ndarray
    income: np.ndarray
    state: np.ndarray
    stage: np.ndarray
    place: np.ndarray
    propensity_class: np.ndarray
    stratum: np.ndarray

    @property
    def adult(self) -> np.ndarray:
        return self.work >= 0

    @property
    def group(self) -> np.ndarray:
        """How prone to turn violent: young men, other men, women."""
        men = np.where(self.age == 1, YOUNG_MAN, OTHER_MAN)
        return np.where(self.sex == 1, men, WOMAN)

    @property
    def out(self) -> np.ndarray:
        return (self.state == PEACEFUL) | (self.state == VIOLENT)

    def count(self, state: int, places: int) -> np.ndarray:
        """How many are in a state, by place."""
        return np.bincount(self.place[self.state == state], minlength=places)

    def copy(self) -> People:
        return replace(self, **{f.name: getattr(self, f.name).copy() for f in fields(self)})


def cells_of(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """One row a person of counts : int64[place, class, stratum]."""
    place, c, s = np.nonzero(counts)
    n = counts[place, c, s]
    return np.repeat(place, n), np.repeat(c, n), np.repeat(s, n)


def settle(country: Country, cell: tuple[np.ndarray, np.ndarray, np.ndarray], score: np.ndarray) -> People:
    """Make people of cells (home, class, stratum), quiet, with the scores of their class and income slice."""
    home, c, s = cell
    strata = country.population.strata
    middle = np.append(slice_means(3), 0.0)  # the last for children, whose slice is -1
    zero = np.zeros(home.size, dtype=np.int64)
    return People(
        home, strata.sex[s].astype(int), strata.age[s].astype(int), strata.livelihood[s].astype(int),
        strata.origin[s].astype(int), score[c].copy(), middle[strata.slice[s]], zero.copy(), zero.copy(), home.copy(), c, s,
    )


def spread_out(people: People, country: Country, rng: np.random.Generator) -> None:
    """Give everybody a readiness and an income of their own, within their class and slice: N(0, 1) each."""
    normal = NormalDist()
    inverse = np.vectorize(lambda u: normal.inv_cdf(min(max(u, 1e-15), 1.0 - 1e-15)))
    tails = np.array([0.5 * math.erfc(edge / math.sqrt(2.0)) for edge in country.population.class_edges])
    above = rng.uniform(tails[people.propensity_class + 1], tails[people.propensity_class])
    people.readiness = -inverse(above)
    third = np.maximum(0, country.population.strata.slice[people.stratum]).astype(float)
    people.income = inverse((third + rng.uniform(size=third.size)) / 3.0)


def from_counts(country: Country, score: np.ndarray, quiet: Quiet, bags: kernel.Bags, arena: np.ndarray) -> People:
    """Make people of a state of the counted model."""
    home, c, s = cells_of(quiet.counts)
    classes, strata = quiet.counts.shape[1:]
    entries, where = [], []
    for b in np.flatnonzero(bags.size):
        entries.append(arena[bags.start[b] : bags.start[b] + bags.size[b]])
        where.append(np.full(bags.size[b], b))
    cell, bag = np.concatenate(entries), np.concatenate(where)
    cells = (np.append(home, cell // (classes * strata)), np.append(c, cell // strata % classes), np.append(s, cell % strata))
    people = settle(country, cells, score)
    compartment, moved = bag % kernel.COMPARTMENTS, np.arange(home.size, people.home.size)
    people.place[moved] = bag // kernel.COMPARTMENTS
    for state, number in AT_HOME.items():
        people.state[moved[compartment == number]] = state
    out = compartment < kernel.TIRED
    people.state[moved[out]] = np.where(compartment[out] < kernel.VIOLENT, PEACEFUL, VIOLENT)
    people.stage[moved[out]] = compartment[out] % STAGES
    return people


def bag_sizes(people: People, places: int) -> np.ndarray:
    """How many are in each compartment of the counted model : int64[place · compartment]."""
    compartment = np.zeros(people.state.size, dtype=np.int64)
    for state, number in AT_HOME.items():
        compartment[people.state == state] = number
    peaceful, violent = people.state == PEACEFUL, people.state == VIOLENT
    compartment[peaceful] = kernel.PEACEFUL + people.group[peaceful] * STAGES + people.stage[peaceful]
    compartment[violent] = kernel.VIOLENT + people.stage[violent]
    away = people.state != QUIET
    return np.bincount(people.place[away] * kernel.COMPARTMENTS + compartment[away], minlength=places * kernel.COMPARTMENTS)
