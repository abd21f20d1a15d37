"""The strata of people, and how many of each live in a region."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from qantar.engine.random import place_key
from qantar.population.marginals import cross, largest_remainder
from qantar.population.rounding import Counts
from qantar.scenario.schema import Region

SEXES = ("woman", "man")
AGES = ("0-15", "16-29", "30-44", "45-62", "63+")
LIVELIHOODS = ("secure", "precarious", "out of work")
ORIGINS = ("local", "newcomer")
SLICES = 3
NO_LIVELIHOOD = -1
ADULT_STRATA = len(SEXES) * (len(AGES) - 1) * len(LIVELIHOODS) * SLICES * len(ORIGINS)

_LEVEL_AGE, _LEVEL_ORIGIN, _LEVEL_LIVELIHOOD, _LEVEL_SLICE = range(4)
FREE_LEVEL = _LEVEL_SLICE + len(LIVELIHOODS)
"""First table number of a region that this file does not use."""

Codes = NDArray[np.int8]


@dataclass(frozen=True, eq=False)
class Strata:
    """What each stratum is; every array has the shape int8[stratum], adults first, then children.

    sex: 0 woman, 1 man. age: 0..4 as `AGES`. livelihood: 0 secure, 1 precarious, 2 out of work,
    -1 children. slice: income tercile 0..2 within region and livelihood, -1 children.
    origin: 0 local, 1 newcomer.
    """

    sex: Codes
    age: Codes
    livelihood: Codes
    slice: Codes
    origin: Codes

    def __len__(self) -> int:
        return int(self.sex.size)

    @property
    def adult(self) -> NDArray[np.bool_]:
        """bool[stratum]: who can act."""
        return self.age > 0


def all_strata() -> Strata:
    """Return the 144 strata of adults and the 4 of children, in their fixed order."""
    adults = product(range(len(SEXES)), range(1, len(AGES)), range(len(LIVELIHOODS)), range(SLICES), range(len(ORIGINS)))
    children = ((sex, 0, NO_LIVELIHOOD, NO_LIVELIHOOD, origin) for sex, origin in product(range(len(SEXES)), range(len(ORIGINS))))
    columns = np.array([*adults, *children], np.int8).T.copy()
    columns.setflags(write=False)
    return Strata(*columns)


def region_strata(region: Region, people: int) -> Counts:
    """Count the people of one region in every stratum: int64[stratum].

    Sex, age and origin are taken as independent among all people, livelihood as independent of
    the three among adults, income terciles as equal thirds of each livelihood.

    Notes:
        The integer margins (sex, age, origin; livelihood and tercile of adults) are largest
        remainders of the region's shares. They are crossed one after the other, each time with both
        margins exact and each cell within 1 of its expectation. All margins named above come out
        exact. A stratum can drift from the product of all margins, but by less than 2 persons:
        each step passes on at most a share of the error before it. (A rounding of a table with
        three or more margins that stays within 1 need not exist: Causey, Cox and Ernst 1985.)
    """
    key = place_key(f"region:{region.id}")
    sexes = largest_remainder(np.array([1 - region.male_share, region.male_share]), people)
    bands = [region.age_0_15, region.age_16_29, region.age_30_44, region.age_45_62, region.age_63_plus]
    ages = largest_remainder(np.array(bands), people)
    origins = largest_remainder(np.array([1 - region.newcomer_share, region.newcomer_share]), people)
    by_age = cross(sexes, ages, key=key, level=_LEVEL_AGE)
    by_origin = cross(by_age.ravel(), origins, key=key, level=_LEVEL_ORIGIN).reshape(len(SEXES), len(AGES), len(ORIGINS))
    adults = _adult_table(region, by_origin[:, 1:], key)
    return np.concatenate([adults.ravel(), by_origin[:, 0].ravel()])


def _adult_table(region: Region, people: Counts, key: int) -> Counts:
    """Cross adults[sex, age, origin] with livelihood and tercile: int64[sex, age, livelihood, slice, origin]."""
    shape = people.shape
    shares = np.array([region.secure_share, region.precarious_share, region.out_of_work_share])
    livelihoods = largest_remainder(shares, int(people.sum()))
    crossed = cross(people.ravel(), livelihoods, key=key, level=_LEVEL_LIVELIHOOD)
    table = np.empty((*shape, len(LIVELIHOODS), SLICES), np.int64)
    for kind, total in enumerate(livelihoods):
        thirds = largest_remainder(np.ones(SLICES), int(total))
        split = cross(crossed[:, kind], thirds, key=key, level=_LEVEL_SLICE + kind)
        table[..., kind, :] = split.reshape(*shape, SLICES)
    return np.moveaxis(table, 2, -1)
