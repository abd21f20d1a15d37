"""The country when nothing happens: small protests, where they are and how large they get."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from qantar.report.material import Material
from qantar.report.quantiles import Quantiles, Share, quantiles, share

QUIET = "quiet"
TOP_PLACES = 8
SIZES = (0.5, 0.9, 0.99)
"""Quantiles of the size of a small protest that are shown."""


@dataclass(frozen=True)
class PlaceRate:
    """Small protests in one place, over all members without a wave: how many a 30 days, and its share of all."""

    name: str
    region: str
    a_month: float
    share: float


@dataclass(frozen=True)
class SmallProtests:
    """Place-days that reached the threshold of a protest, in members without a wave."""

    a_day: Quantiles
    mean_a_day: float
    none: Share
    sizes: tuple[float, ...]
    largest: float
    places: tuple[PlaceRate, ...]
    values: tuple[float, ...]


def mostly_quiet(material: Material) -> bool:
    """Whether at least half of the members that did not fail ended quiet, so that the small protests are the news."""
    endings = material.sound_endings
    return bool(endings) and endings.count(QUIET) * 2 >= len(endings)


def small_protests(material: Material) -> SmallProtests:
    """Small protests in the members without a wave; sizes are the largest number out in an hour.

    Only settlements count: a rural remainder is many villages, and no place where people meet.
    """
    found = material.places.protests
    a_day = found.by_member / max(len(material.dates), 1)
    values = found.sizes.astype(np.float64)
    return SmallProtests(
        a_day=quantiles(a_day),
        mean_a_day=float(a_day.mean()) if a_day.size else float("nan"),
        none=share(a_day == 0),
        sizes=tuple(float(size) for size in np.quantile(values, SIZES)) if values.size else (),
        largest=float(values.max()) if values.size else 0.0,
        places=_rates(material, pd.Series(found.by_place), a_day.size),
        values=tuple(np.sort(values)),
    )


def _rates(material: Material, counts: pd.Series, members: int) -> tuple[PlaceRate, ...]:
    total, days = int(counts.sum()), members * len(material.dates)
    names = material.case.region_names
    top = counts[counts > 0].sort_values(ascending=False, kind="stable").head(TOP_PLACES)
    return tuple(
        PlaceRate(
            material.case.places[int(str(row))].name,
            names[material.case.places[int(str(row))].region],
            30 * int(count) / days,
            int(count) / total,
        )
        for row, count in top.items()
    )
