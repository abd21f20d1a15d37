"""What does not match the record, computed from the numbers of the run."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np

from qantar.report.material import Material
from qantar.report.quantiles import Quantiles, share
from qantar.report.record import areas, of_days
from qantar.report.tables import AreaRow, Cell, Control, DayRow, TotalRow
from qantar.report.wording import counted, day, exact, hour, listed, number, percent, times

WIDE = 6.0
"""An interval whose ends differ by more than this factor says little, even where it holds the record."""

SPELLED_OUT = 3
"""So many areas are given with their numbers, the others by name."""

OFTEN = 0.1
"""It is said that control does not return where it does not in more than this share of the runs with a wave."""

NAMES = {
    "participants": "participants a day",
    "regions": "regions in protest",
    "deaths": "deaths so far",
    "detained": "detained so far",
    "injured": "injured",
}


def mismatches(
    material: Material, days: Sequence[DayRow], totals: Sequence[TotalRow], areas_: Sequence[AreaRow], control: Control
) -> tuple[str, ...]:
    """Sentences, one for each way in which the runs and the record part; empty where they do not."""
    found = [
        *_days_outside(days, totals),
        *_totals_outside(days, totals),
        *_areas_outside(areas_),
        *_largest_place(material),
        *_peak_day(material),
        *_control_outside(material, control),
        *_wide(days, totals),
    ]
    return tuple(found)


def _days_outside(days: Sequence[DayRow], totals: Sequence[TotalRow]) -> list[str]:
    """Days outside, by key; the last figure of a cumulative key is left to the totals."""
    found, final = [], [row.cell.record for row in totals]
    for key in days[0].cells if days else ():
        compared = [row for row in days if row.cells[key].held and row.cells[key].record not in final]
        outside = [row for row in compared if row.cells[key].outside]
        if outside:
            worst = max(outside, key=lambda row: _distance(row.cells[key]))
            found.append(
                f"{NAMES[key].capitalize()}: the record lies outside the 90 % interval on {_which(outside, compared)}; "
                f"farthest on {day(worst.date)}: {_against(worst.cells[key])}."
            )
    return found


def _which(outside: Sequence[DayRow], compared: Sequence[DayRow]) -> str:
    if len(outside) == len(compared):
        return "the one recorded day" if len(compared) == 1 else f"all {len(compared)} recorded days"
    return f"{len(outside)} of {counted(len(compared), 'recorded day')} ({listed([day(row.date) for row in outside])})"


def _held(cell: Cell) -> tuple[Quantiles, float]:
    """The runs and the record of a cell that is compared."""
    return cell.held or cell.runs, cell.record.value if cell.record else 0.0


def _distance(cell: Cell) -> float:
    """How far the record is from the median, as a factor (one added, so that zero counts)."""
    runs, value = _held(cell)
    ratio = (value + 1) / (runs.middle + 1)
    return max(ratio, 1 / ratio)


def _against(cell: Cell) -> str:
    runs, value = _held(cell)
    word = "too many" if runs.middle > value else "too few"
    factor = ""
    if value > 0 and runs.middle > 0:
        factor = f", {times(max(value / runs.middle, runs.middle / value))}"
    return f"runs {number(runs.middle)} ({number(runs.low)}–{number(runs.high)}), record {exact(value)} ({word}{factor})"


def _totals_outside(days: Sequence[DayRow], totals: Sequence[TotalRow]) -> list[str]:
    return [f"Total {row.key}{_by(row, days)}: {_against(row.cell)}." for row in totals if row.cell.outside]


def _by(row: TotalRow, days: Sequence[DayRow]) -> str:
    """The day of a total that the record gives for a day before the end."""
    early = row.cell.record is not None and row.cell.record.date < days[-1].date
    return f" by {day(row.cell.record.date)}" if row.cell.record is not None and early else ""


def _areas_outside(rows: Sequence[AreaRow]) -> list[str]:
    found = []
    for key in ("deaths", "detained"):
        compared = [row for row in rows if row.cells[key].held]
        outside = sorted((row for row in compared if row.cells[key].outside), key=lambda row: -_distance(row.cells[key]))
        if outside:
            each = "; ".join(f"{row.name}: {_against(row.cells[key])}" for row in outside[:SPELLED_OUT])
            more = f"; and {listed([row.name for row in outside[SPELLED_OUT:]])}" if len(outside) > SPELLED_OUT else ""
            found.append(f"{key.capitalize()} by area: outside in {len(outside)} of {len(compared)} recorded areas. {each}{more}.")
    return found


def _largest_place(material: Material) -> list[str]:
    """Whether the place with most recorded deaths has most deaths in the runs, too."""
    rows = [row for row in areas(material.case, "deaths") if row.use != "weak"]
    if not rows or material.members == 0:
        return []
    first, sums = rows[0], material.places.region_totals["deaths"][:, -1]
    ids = [region.id for region in material.case.regions]
    region = first.region or next((place.region for place in material.case.places if place.id == first.place), "")
    if region not in ids:
        return []
    right = share((sums.argmax(axis=1) == ids.index(region)) & (sums.max(axis=1) > 0))
    if right.count * 2 >= right.members:
        return []
    return [f"{material.case.region_names[region]}, with most recorded deaths, has most deaths in only {percent(right)} of the runs."]


def _peak_day(material: Material) -> list[str]:
    rows = {when: row for when, row in of_days(material.case, "participants").items() if row.use != "weak" and when in material.dates}
    if len(rows) <= 1 or material.members == 0:
        return []
    recorded = max(rows, key=lambda when: rows[when].value)
    peaks = material.daily["participants"].argmax(axis=1)
    right = share(peaks == material.dates.index(recorded))
    if right.count * 2 >= right.members:
        return []
    usual: date = material.dates[int(np.bincount(peaks).argmax())]
    instead = "fewer than half" if usual == recorded else f"most often they peak on {day(usual)}"
    return [f"The record's largest day is {day(recorded)}; {percent(right)} of the runs peak then, {instead}."]


def _control_outside(material: Material, control: Control) -> list[str]:
    found, record, start = [], control.record, material.case.start
    if record is None or record.use == "weak":
        return []
    if control.hours.known and not control.hours.holds(record.value):
        ends = f"{hour(start, control.hours.low)}–{hour(start, control.hours.high)}"
        late = "late" if control.hours.middle > record.value else "early"
        gap = abs(control.hours.middle - record.value)
        found.append(
            f"Where control returns ({counted(control.returned, 'run')}), it is {number(gap)} h too {late}: "
            f"runs {hour(start, control.hours.middle)} ({ends}), record {hour(start, record.value)}."
        )
    if control.never.value > OFTEN:
        found.append(f"Control does not return at all in {percent(control.never)} of the runs with a wave; in the record it did.")
    return found


def _fold(found: Quantiles) -> float:
    return found.high / found.low if found.low > 0 else (np.inf if found.high > WIDE else 1.0)


def _wide(days: Sequence[DayRow], totals: Sequence[TotalRow]) -> list[str]:
    found = []
    for key in ("participants", "deaths", "detained"):
        wide = [row for row in days if row.cells[key].held and _fold(row.cells[key].runs) > WIDE]
        if wide:
            worst = max(wide, key=lambda row: _fold(row.cells[key].runs))
            runs = worst.cells[key].runs
            found.append(
                f"{NAMES[key].capitalize()}: the interval is wider than {number(WIDE)}-fold on {listed([day(row.date) for row in wide])} "
                f"(on {day(worst.date)} {number(runs.low)}–{number(runs.high)}), so that even a record inside it says little."
            )
    wide_totals = [(row.key, row.cell.runs) for row in totals if row.cell.held and _fold(row.cell.runs) > WIDE]
    found += [
        f"Total {key}: the interval ({number(runs.low)}–{number(runs.high)}) is wider than {number(WIDE)}-fold."
        for key, runs in wide_totals
    ]
    return found
