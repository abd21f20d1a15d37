"""The tables of a report as data: what the runs did beside what was recorded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qantar.engine.ending import Ending
from qantar.report.case import Day, Observation
from qantar.report.material import CASUALTIES, Material
from qantar.report.quantiles import Quantiles, Share, by_column, quantiles, share
from qantar.report.record import areas, of_days, totals
from qantar.report.wording import counted, percent

SENTENCES = {ending.value: ending.sentence for ending in Ending}
"""What every ending means."""

DAY_KEYS = ("participants", "regions", "deaths", "detained")


@dataclass(frozen=True)
class Cell:
    """What the runs did and what the record says of the same thing, where it says something."""

    runs: Quantiles
    record: Observation | None

    @property
    def outside(self) -> bool:
        """Whether there is a record and it lies outside the 90 % interval."""
        return self.record is not None and self.runs.known and not self.runs.holds(self.record.value)


@dataclass(frozen=True)
class DayRow:
    """One local date of the country."""

    date: Day
    cells: Mapping[str, Cell]


@dataclass(frozen=True)
class TotalRow:
    """A total of the whole run; older figures of the record follow the newest."""

    key: str
    cell: Cell
    older: tuple[Observation, ...]


@dataclass(frozen=True)
class AreaRow:
    """Totals of a region, or of a place that the record names."""

    id: str
    name: str
    is_place: bool
    cells: Mapping[str, Cell]


@dataclass(frozen=True)
class EndingRow:
    """How many members ended in one way, with the sentence that says what it means."""

    name: str
    sentence: str
    share: Share


@dataclass(frozen=True)
class Control:
    """When control returned, in hours since the start, and among the members with a wave how many never saw it."""

    hours: Quantiles
    never: Share
    record: Observation | None

    @property
    def never_sentence(self) -> str:
        """How often it did not."""
        if self.never.members == 0:
            return "no run had a wave, so that control was never lost"
        return f"never in {percent(self.never)} of the {counted(self.never.members, 'run')} with a wave"


def ending_rows(material: Material) -> tuple[EndingRow, ...]:
    """Endings that occurred, most frequent first."""
    count = Counter(material.endings)
    return tuple(
        EndingRow(name, SENTENCES[name], share([ending == name for ending in material.endings])) for name, _ in count.most_common()
    )


def day_rows(material: Material) -> tuple[DayRow, ...]:
    """One row a day: participants, regions in protest, deaths and detained so far."""
    found = {key: by_column(material.daily[key]) for key in DAY_KEYS}
    record = {key: of_days(material.case, key) for key in DAY_KEYS}
    return tuple(
        DayRow(when, {key: Cell(found[key][column], record[key].get(when)) for key in DAY_KEYS})
        for column, when in enumerate(material.dates)
    )


def total_rows(material: Material) -> tuple[TotalRow, ...]:
    """Deaths, detained and injured to the end of the run."""
    return tuple(_total_row(material, key) for key in CASUALTIES)


def _total_row(material: Material, key: str) -> TotalRow:
    known = totals(material.case, key)
    return TotalRow(key, Cell(quantiles(material.daily[key][:, -1]), known[0] if known else None), known[1:])


def area_rows(material: Material) -> tuple[AreaRow, ...]:
    """Regions and recorded places that have a record or a casualty in the median, largest first."""
    rows = [*_region_rows(material), *_place_rows(material)]
    kept = [row for row in rows if any(cell.record or cell.runs.high >= 1 for cell in row.cells.values())]
    return tuple(sorted(kept, key=_area_order))


def _area_order(row: AreaRow) -> tuple[float, float, str]:
    deaths, detained = row.cells["deaths"], row.cells["detained"]
    return -max(deaths.runs.middle, deaths.record.value if deaths.record else 0.0), -detained.runs.middle, row.name


def _region_rows(material: Material) -> list[AreaRow]:
    record = _area_record(material)
    sums = {key: material.by_region(material.totals[key]) for key in CASUALTIES}
    return [
        AreaRow(
            region.id, region.name, False, {key: _area_cell(sums[key][:, row], record.get((key, region.id, None))) for key in CASUALTIES}
        )
        for row, region in enumerate(material.case.regions)
    ]


def _place_rows(material: Material) -> list[AreaRow]:
    record = _area_record(material)
    named = {place for _, _, place in record if place}
    return [
        AreaRow(
            place.id,
            place.name,
            True,
            {key: _area_cell(material.totals[key][:, row], record.get((key, None, place.id))) for key in CASUALTIES},
        )
        for row, place in enumerate(material.case.places)
        if place.id in named
    ]


def _area_record(material: Material) -> dict[tuple[str, str | None, str | None], Observation]:
    """Best total of every area; a place's row is found by its place alone, whether or not it names a region."""
    return {(key, None if row.place else row.region, row.place): row for key in CASUALTIES for row in areas(material.case, key)}


def _area_cell(values: NDArray[np.int64], record: Observation | None) -> Cell:
    return Cell(quantiles(values), record)


def control(material: Material) -> Control:
    """When control returned, over the members in which it was lost and came back."""
    hours = material.control_hours
    never = share(np.isnan(hours[material.wave]))
    rows = totals(material.case, "control-hour")
    candidates = [*rows[:1], *areas(material.case, "control-hour")]
    return Control(quantiles(hours), never, candidates[0] if candidates else None)
