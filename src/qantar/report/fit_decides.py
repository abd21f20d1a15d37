"""Which parameters decide, of a calibration: Sobol indices of what a wave costs and of how a crisis ends."""

from __future__ import annotations

from collections.abc import Sequence

from qantar.inference.calibrate import FROM_PRIORS, Calibrations
from qantar.inference.outcomes import layout_of
from qantar.inference.priors import priors_of
from qantar.inference.sensitivity import Sensitivity, endings, outputs, sensitivities
from qantar.report.fit_tables import rows_of

FEWEST_ROWS = 400
"""Prior runs below which recovery and sensitivity are not told."""


def sensitivity_of(calibrations: Calibrations, step: str = "prior") -> list[Sensitivity]:
    """Return Sobol indices on a table of prior runs, none where it is too small; on `endings` those of the endings."""
    table = calibrations.table(step)
    if table is None or len(table) < FEWEST_ROWS:
        return []
    names, read = priors_of(calibrations.scenario).names, endings if step == "endings" else outputs
    return sensitivities(table, layout_of(calibrations.scenario), names, seed=calibrations.seed, read=read)


def decides(calibrations: Calibrations) -> str:
    """Return the indices of every table that is there, as Markdown."""
    recorded, simulated = (_indices(sensitivity_of(calibrations, step)) for step in FROM_PRIORS)
    if not recorded and not simulated:
        return ""
    words = (
        "## Which parameters decide\n\nSobol indices within the priors, of an emulator of second order fitted to a table of prior runs. "
        "What it does not explain of runs that it was not fitted to is chance and what it misses.\n\n"
    )
    if simulated:
        simulated = f"\nEndings with a simulated palace, whose own numbers stay as they are:\n\n{simulated}"
    return words + recorded + simulated


def _indices(found: Sequence[Sensitivity]) -> str:
    if not found:
        return ""
    nothing = [f"{one.output} ({max(one.explained, 0.0):.0%} explained)" for one in found if not one.found]
    found = [one for one in found if one.found]
    said = f"\nNothing but chance, as far as these runs tell: {', '.join(nothing)}.\n" if nothing else ""
    if not found:
        return said
    header = ("parameter", *(f"{one.output}: first / total" for one in found))
    rows = [(name, *(f"{one.first[n]:.2f} / {one.total[n]:.2f}" for one in found)) for n, name in enumerate(found[0].names)]
    return rows_of(header, [*rows, ("explained", *(f"{one.explained:.0%}" for one in found))]) + said
