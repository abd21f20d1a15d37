"""What a mechanism, or a column of data, does in the fitted country: the same members with and without it, nothing refitted.

A refit (`qantar.inference.heldout.refits_without`) asks what a mechanism is worth when all others may take its part; this
asks what it carries as things are. Both sides share every draw, so that few members tell much.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qantar.inference.calibrate import Calibrations
from qantar.inference.heldout import Judged, judged_of
from qantar.inference.outcomes import Layout, layout_of
from qantar.inference.parts import Rows
from qantar.inference.priors import calibration_of, priors_of
from qantar.inference.scores import LEVELS
from qantar.inference.studies import FIT, studies_of
from qantar.inference.targets import targets_of
from qantar.inference.variants import flat_columns

Floats = NDArray[np.float64]

EVERYTHING = "everything there"


@dataclass(frozen=True)
class Switched:
    """The fit without one mechanism or column, or with everything.

    judged : scores of all targets; rows : the runs; largest_day, deaths : low, middle and high of the members' own ratio, without
    it over with it, each counted from 1 up
    """

    name: str
    judged: Judged
    rows: Rows
    largest_day: tuple[float, float, float]
    deaths: tuple[float, float, float]


def switched_off(calibrations: Calibrations) -> list[Switched]:
    """Return the fit with everything first, then without each mechanism; nothing where it was not run."""
    mechanisms = calibration_of(calibrations.scenario).mechanisms
    return _side_by_side(calibrations, "switched-off", tuple(mechanism.id for mechanism in mechanisms))


def made_flat(calibrations: Calibrations) -> list[Switched]:
    """Return the fit as it is, then with each column of the regions the same everywhere, and all; nothing where it was not run."""
    return _side_by_side(calibrations, "flat", (*flat_columns(calibrations.scenario), "all of these"))


def _side_by_side(calibrations: Calibrations, step: str, others: tuple[str, ...]) -> list[Switched]:
    rows, scenario = calibrations.table(step), calibrations.scenario
    names = (EVERYTHING, *others)
    if rows is None or len(names) == 1 or len(rows) % len(names):
        return []
    layout = layout_of(scenario)
    targets = targets_of(scenario, priors_of(scenario)).only(studies_of(scenario)[FIT].judged)
    sides = [rows.take(slice(number, None, len(names))) for number in range(len(names))]
    whole = _sizes(sides[0], layout)
    found = []
    for name, side in zip(names, sides, strict=True):
        ratios = np.nanquantile(_sizes(side, layout) / whole, LEVELS, axis=1)
        day, deaths = (tuple(float(level[kind]) for level in ratios) for kind in range(2))
        found.append(Switched(name, judged_of(name, targets, side), side, day, deaths))  # type: ignore[arg-type]
    return found


def _sizes(rows: Rows, layout: Layout) -> Floats:
    """Return 1 and the participants of the largest day, 1 and the deaths : [2, row]."""
    people = np.max([rows.outcomes[:, layout.column[f"participants@{day}"]] for day in layout.dates], axis=0)
    dead = rows.outcomes[:, layout.column[f"deaths@{layout.dates[-1]}"]]
    return 1.0 + np.stack([people, dead]).astype(np.float64)
