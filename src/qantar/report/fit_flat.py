"""What of the fitted map was put in with the tables of regions: the same members with a column the same everywhere."""

from __future__ import annotations

from qantar.inference.calibrate import Calibrations
from qantar.inference.outcomes import layout_of
from qantar.inference.parts import Rows
from qantar.inference.switched import made_flat
from qantar.report.fit_mechanisms import SCORES, scores_of
from qantar.report.fit_tables import rows_of
from qantar.report.fit_where import death_shares, first_in_protest, largest_crowds


def put_in(calibrations: Calibrations) -> str:
    """Return the table as Markdown, nothing where it was not run."""
    found = made_flat(calibrations)
    if not found:
        return ""
    rows = [(one.name, *scores_of(one, found[0].judged), *_where(calibrations, one.rows)) for one in found]
    header = ("column made flat", *SCORES, "largest crowd", "first in protest", "share of deaths")
    words = (
        f"{len(found[0].rows)} members of the fit with the same draws, a column of `regions.csv` at its mean over people in every "
        "region, nothing refitted. Where a line moves, that much of the map came in with the column; what stays with all of them flat "
        "comes from where people live, how far apart, the price and the orders."
    )
    return f"## What the tables put in\n\n{words}\n\n{rows_of(header, rows)}"


def _where(calibrations: Calibrations, rows: Rows) -> tuple[str, str, str]:
    """Return the most frequent place of the largest crowd, the most frequent first region, and the largest recorded share of deaths."""
    scenario, layout = calibrations.scenario, layout_of(calibrations.scenario)
    places = [day.shares[0] for day in largest_crowds(scenario, layout, rows)[:1]]
    first = first_in_protest(layout, rows)[:1]
    deaths = sorted(death_shares(scenario, layout, rows), key=lambda one: -one.recorded)[:1]
    named = [f"{name} {share:.0%}" for name, share in (*places, *first)] if places and first else ["-", "-"]
    return named[0], named[1], f"{deaths[0].region} {deaths[0].middle:.0%}" if deaths else "-"
