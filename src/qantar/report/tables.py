"""The tables of a report as data: what the runs did beside what was recorded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qantar.engine.ending import Ending
from qantar.report.case import Day, Observation
from qantar.report.material import Material
from qantar.report.places import CASUALTIES
from qantar.report.quantiles import Quantiles, Share, quantiles, share
from qantar.report.record import areas, of_days, totals
from qantar.report.wording import counted, day, exact, full_day, percent

SENTENCES = {ending.value: ending.sentence for ending in Ending}
"""What every ending means."""

DAY_KEYS = ("participants", "regions", "deaths", "detained")


@dataclass(frozen=True)
class Cell:
    """What the runs did and what the record says of the same thing, where it says something.

    runs : on the day, or to the end of the run; held : the runs on the day that the record speaks of,
    None where the record is not to be held against them (none, weak, or of another world).
    """

    runs: Quantiles
    record: Observation | None
    held: Quantiles | None

    @property
    def outside(self) -> bool:
        """Whether the record counts and lies outside the 90 % interval."""
        return self.held is not None and self.record is not None and not self.held.holds(self.record.value)


def cell(material: Material, values: NDArray[np.int32], column: int, record: Observation | None) -> Cell:
    """A cell for values[member, day] as they are on one day, held against the record on the record's own day.

    column : index of the day, -1 for the last one. A record from after the end is held against the end.
    """
    runs = quantiles(values[:, column])
    if record is None or record.use == "weak" or material.case.departs or material.members == 0 or record.date < material.dates[0]:
        return Cell(runs, record, None)
    last = len(material.dates) - 1
    spoken = min((record.date - material.dates[0]).days, last)
    return Cell(runs, record, runs if spoken == column % (last + 1) else quantiles(values[:, spoken]))


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

    def record_words(self, *, marked: bool = False) -> str:
        """The record with the dates on which it was known, marked as in tables or not; empty where there is none."""
        newest = self.cell.record
        if newest is None:
            return ""
        mark = "~" if newest.use == "weak" else "!" if self.cell.outside and marked else ""
        earlier = "".join(f"; {exact(old.value)} as of {full_day(old.as_of)}" for old in self.older[:3])
        return f"record {exact(newest.value)}{mark} by {day(newest.date)}, as of {full_day(newest.as_of)}{earlier}"


@dataclass(frozen=True)
class AreaRow:
    """Totals of a region, or of a place that the record names."""

    id: str
    name: str
    is_place: bool
    cells: Mapping[str, Cell]


@dataclass(frozen=True)
class EndingRow:
    """How many of the members that did not fail ended in one way, with the sentence that says what it means."""

    name: str
    sentence: str
    share: Share


@dataclass(frozen=True)
class Control:
    """When control returned, in hours since the start, in how many members, and among those with a wave how many never saw it."""

    hours: Quantiles
    returned: int
    never: Share
    record: Observation | None

    @property
    def never_sentence(self) -> str:
        """How often it did not."""
        if self.never.members == 0:
            return "no run had a wave, so that control was never lost"
        if self.never.count == 0:
            return f"it did in all {counted(self.never.members, 'run')} with a wave ({percent(self.never)} never)"
        return f"never in {percent(self.never)} of the {counted(self.never.members, 'run')} with a wave"


def ending_rows(material: Material) -> tuple[EndingRow, ...]:
    """Endings that occurred, most frequent first, as shares of the members that did not fail."""
    endings = material.sound_endings
    return tuple(
        EndingRow(name, SENTENCES[name], share([ending == name for ending in endings])) for name, _ in Counter(endings).most_common()
    )


def day_rows(material: Material) -> tuple[DayRow, ...]:
    """One row a day: participants, regions in protest, deaths and detained so far."""
    record = {key: of_days(material.case, key) for key in DAY_KEYS}
    return tuple(
        DayRow(when, {key: cell(material, material.daily[key], column, record[key].get(when)) for key in DAY_KEYS})
        for column, when in enumerate(material.dates)
    )


def total_rows(material: Material) -> tuple[TotalRow, ...]:
    """Deaths, detained and injured to the end of the run."""
    return tuple(_total_row(material, key) for key in CASUALTIES)


def _total_row(material: Material, key: str) -> TotalRow:
    known = totals(material.case, key)
    return TotalRow(key, cell(material, material.daily[key], -1, known[0] if known else None), known[1:])


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
    sums = material.places.region_totals
    return [
        _area_row(
            material,
            (region.id, region.name, False),
            {key: (sums[key][:, :, row], record.get((key, region.id, None))) for key in CASUALTIES},
        )
        for row, region in enumerate(material.case.regions)
    ]


def _place_rows(material: Material) -> list[AreaRow]:
    record = _area_record(material)
    counts = material.places.named_totals
    places = [material.case.places[row] for row in material.places.named]
    return [
        _area_row(
            material,
            (place.id, place.name, True),
            {key: (counts[key][:, :, column], record.get((key, None, place.id))) for key in CASUALTIES},
        )
        for column, place in enumerate(places)
    ]


def _area_row(
    material: Material, area: tuple[str, str, bool], found: Mapping[str, tuple[NDArray[np.int32], Observation | None]]
) -> AreaRow:
    return AreaRow(*area, {key: cell(material, values, -1, record) for key, (values, record) in found.items()})


def _area_record(material: Material) -> dict[tuple[str, str | None, str | None], Observation]:
    """Best total of every area; a place's row is found by its place alone, whether or not it names a region."""
    return {(key, None if row.place else row.region, row.place): row for key in CASUALTIES for row in areas(material.case, key)}


def control(material: Material) -> Control:
    """When control returned, over the members in which it was lost and came back."""
    hours = material.control_hours
    never = share(np.isnan(hours[material.wave]))
    rows = totals(material.case, "control-hour")
    candidates = [*rows[:1], *areas(material.case, "control-hour")]
    return Control(quantiles(hours), int((~np.isnan(hours)).sum()), never, candidates[0] if candidates else None)
