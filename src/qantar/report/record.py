"""The record that a run is held against: which figure stands for which day, area and total."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from qantar.report.case import Case, Observation
from qantar.results.record import USES


def of_days(case: Case, key: str) -> dict[date, Observation]:
    """The country's recorded figure of each day, chosen by the rule of `qantar.results.record`."""
    chosen: dict[date, Observation] = {}
    for row in case.record:
        if row.key == key and row.region is None and row.place is None:
            held = chosen.get(row.date)
            if held is None or _day_rank(row) > _day_rank(held):
                chosen[row.date] = row
    return chosen


def totals(case: Case, key: str, *, region: str | None = None, place: str | None = None) -> tuple[Observation, ...]:
    """Recorded totals of the whole crisis, the one to be held against first.

    A total is a figure for the last recorded day of that key and area or later, whatever the date
    on which it became known; the newest of the best use comes first, older ones follow.
    """
    rows = [row for row in case.record if row.key == key and row.region == region and row.place == place]
    if not rows:
        return ()
    last = max(row.date for row in rows)
    return tuple(sorted((row for row in rows if row.date == last), key=_total_rank))


def areas(case: Case, key: str) -> tuple[Observation, ...]:
    """The recorded total of every region and place that has one, largest first."""
    pairs = {(row.region, row.place) for row in case.record if row.key == key and (row.region or row.place)}
    found = [_area_total(case, key, region, place) for region, place in pairs]
    return tuple(sorted(found, key=lambda row: (-row.value, row.region or "", row.place or "")))


def _area_total(case: Case, key: str, region: str | None, place: str | None) -> Observation:
    return totals(case, key, region=region, place=place)[0]


def in_protest(case: Case, when: date) -> frozenset[str]:
    """Regions in which the record has people out on a day (crowds by place or region)."""
    region_of = {place.id: place.region for place in case.places}
    rows: Iterable[Observation] = (row for row in case.record if row.date == when and row.key in CROWD_KEYS and row.value > 0)
    return frozenset(row.region or region_of.get(row.place or "", "") for row in rows) - {""}


@dataclass(frozen=True)
class Band:
    """The lowest and the highest recorded figure of one quantity."""

    low: float
    high: float


def band(rows: Iterable[Observation]) -> Band | None:
    """The range of some figures, less the weak ones; None where none is left."""
    values = [row.value for row in rows if row.use != WEAK]
    return Band(min(values), max(values)) if values else None


def peak(case: Case, key: str) -> tuple[date, Band] | None:
    """The day for which the record has the country's highest figure, and the range of the figures for it."""
    rows = [row for row in case.record if row.key == key and not row.region and not row.place and row.use != WEAK]
    if not rows:
        return None
    day = max(rows, key=lambda row: (row.value, -row.date.toordinal())).date
    found = band(row for row in rows if row.date == day)
    return None if found is None else (day, found)


def days_out(case: Case) -> tuple[date, date] | None:
    """The first and the last day for which the record has people out, weak figures included."""
    days = [row.date for row in case.record if row.key in CROWD_KEYS and row.value > 0]
    return (min(days), max(days)) if days else None


def largest_crowd(case: Case) -> str | None:
    """The place with the largest recorded crowd, less the weak ones."""
    rows = [row for row in case.record if row.key == "crowd" and row.place and row.use != WEAK]
    return max(rows, key=lambda row: row.value).place if rows else None


WEAK = "weak"
CROWD_KEYS = frozenset({"crowd", "participants", "regions", "violent"})


def _day_rank(row: Observation) -> tuple[int, date, str]:
    return -USES.index(row.use), row.as_of, row.source


def _total_rank(row: Observation) -> tuple[int, int]:
    return USES.index(row.use), -row.as_of.toordinal()
