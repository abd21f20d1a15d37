"""Ignition apart from size, and the country when nothing happens."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qantar.inference.outcomes import SIZES, Layout, waves
from qantar.inference.parts import Rows
from qantar.inference.variants import BASE_SHIFTS, POLICE_FACTORS, SHOCK_SHARES

Floats = NDArray[np.float64]

SIZE_LEVELS = (0.05, 0.5, 0.95)


def peaks(rows: Rows, layout: Layout) -> Floats:
    """Return the largest number of participants of a day in each row."""
    by_day = np.stack([rows.outcomes[:, layout.column[f"participants@{day}"]] for day in layout.dates], axis=1)
    return np.asarray(by_day.max(axis=1), dtype=np.float64)


@dataclass(frozen=True)
class Ignition:
    """Chance of a wave, and the size of those that came: probability, error and sizes[shift, factor, ...].

    share : part of the shocks that came; sizes : quantiles (5, 50, 95 %) of the peak of participants, NaN where no
    run had a wave
    """

    share: float
    probability: Floats
    error: Floats
    sizes: Floats
    members: int


SHIFTS_BY_FACTORS = (len(BASE_SHIFTS), len(POLICE_FACTORS))
MAPS_CELLS = len(SHOCK_SHARES) * math.prod(SHIFTS_BY_FACTORS)
"""Rows that one member has in the step ``ignition``."""


def ignition(rows: Rows, layout: Layout) -> tuple[Ignition, ...]:
    """Return the map over base propensity and police for each of `SHOCK_SHARES`, from the rows of the step ``ignition``."""
    members = len(rows) // MAPS_CELLS
    by_share = np.arange(members * MAPS_CELLS).reshape(members, len(SHOCK_SHARES), -1)
    return tuple(_map_of(share, rows.take(by_share[:, number].ravel()), layout) for number, share in enumerate(SHOCK_SHARES))


def _map_of(share: float, rows: Rows, layout: Layout) -> Ignition:
    """Return one map, from its rows: all cells of one member after those of the other."""
    cells = math.prod(SHIFTS_BY_FACTORS)
    wave, peak, sound = waves(rows.outcomes, layout), peaks(rows, layout), rows.sound
    probability, error, sizes = np.zeros(cells), np.zeros(cells), np.full((cells, len(SIZE_LEVELS)), np.nan)
    for cell in range(cells):
        here = slice(cell, None, cells)
        ran, fired = sound[here], wave[here] & sound[here]
        probability[cell] = fired.sum() / max(ran.sum(), 1)
        error[cell] = _share_error(fired.sum(), ran.sum())
        if fired.any():
            sizes[cell] = np.quantile(peak[here][fired], SIZE_LEVELS)
    probability, error = probability.reshape(SHIFTS_BY_FACTORS), error.reshape(SHIFTS_BY_FACTORS)
    return Ignition(share, probability, error, sizes.reshape(*SHIFTS_BY_FACTORS, -1), members=len(rows) // cells)


def _share_error(count: int, runs: int) -> float:
    """Return the standard error of a share of runs, two added to each side. Source: Agresti and Coull (1998)."""
    padded = (count + 2) / (runs + 4)
    return float(np.sqrt(padded * (1 - padded) / (runs + 4)))


@dataclass(frozen=True)
class Quiet:
    """The country without its shocks.

    without_wave : share of the runs, with its error; a_day : small protests a day in runs without a wave,
    quantiles (5, 50, 95 %); mean_a_day; none : share of those runs without any, NaN as these where all rose; sizes : protests at or over
    each size of `SIZES`, as a share of all; regions : share of all by region, largest first
    """

    runs: int
    without_wave: float
    error: float
    a_day: tuple[float, ...]
    mean_a_day: float
    none: float
    sizes: tuple[tuple[int, float], ...]
    regions: tuple[tuple[str, float], ...]


def quiet(rows: Rows, layout: Layout) -> Quiet:
    """Return how quiet the country is without its shocks, from the rows of the step ``quiet``."""
    sound = rows.take(np.flatnonzero(rows.sound))
    still = ~waves(sound.outcomes, layout)
    calm = sound.take(np.flatnonzero(still))
    by_region = np.array([calm.outcomes[:, layout.column[f"small-protests@{region}"]].sum() for region in layout.regions])
    classes = np.array([calm.outcomes[:, layout.column[f"small-protests-from-{size}"]].sum() for size in SIZES])
    counts = np.stack([calm.outcomes[:, layout.column[f"small-protests@{region}"]] for region in layout.regions]).sum(axis=0)
    a_day = counts / len(layout.dates) if counts.size else np.array([np.nan])
    total = max(float(counts.sum()), 1.0)
    order = np.argsort(-by_region, kind="stable")
    return Quiet(
        runs=still.size, without_wave=float(still.mean()), error=_share_error(still.sum(), still.size),
        a_day=tuple(float(level) for level in np.quantile(a_day, SIZE_LEVELS)), mean_a_day=float(a_day.mean()),
        none=float(np.where(np.isnan(a_day), a_day, a_day == 0).mean()),
        sizes=tuple(zip(SIZES, (float(x) for x in np.cumsum(classes[::-1])[::-1] / total), strict=True)),
        regions=tuple((layout.regions[number], float(by_region[number] / max(by_region.sum(), 1.0))) for number in order),
    )  # fmt: skip
