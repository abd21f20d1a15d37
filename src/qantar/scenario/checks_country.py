"""Checks of the tables: places lie in regions, people add up, shares make a whole, columns have sources."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from qantar.scenario.documents import Listing
from qantar.scenario.draft import Draft, Finding, Way
from qantar.scenario.mistakes import quoted
from qantar.scenario.schema import Force, Place, RecordRow, Region, Site
from qantar.scenario.tables import numeric_columns
from qantar.scenario.value import MOST_PEOPLE, Frozen

SHARES_TOLERANCE = 1e-6
AGES = ("age_0_15", "age_16_29", "age_30_44", "age_45_62", "age_63_plus")
LIVELIHOODS = ("secure_share", "precarious_share", "out_of_work_share")
DESCRIBED: dict[str, type[Frozen]] = {"regions": Region, "places": Place, "forces": Force, "sites": Site}
"""Tables whose columns have one unit and one source each; the rows of the record bring their own."""

UNITS = {
    "population": "people", "men": "people", "guards": "people", "latitude": "degrees", "longitude": "degrees",
    "utc_offset": "hours",
}  # fmt: skip


def country_findings(draft: Draft) -> Iterator[Finding]:
    """Yield the mistakes of the tables and of what refers to them."""
    yield from _regions(draft)
    yield from _places(draft)
    yield from _forces_and_sites(draft)
    yield from _record(draft)
    if draft.tables is not None:
        yield from _columns(draft.tables)
    if draft.capital is not None and draft.places.lacks(draft.capital):
        yield Finding("scenario.yaml", ("capital",), *unknown("place", draft.capital, draft.places))


def unknown(kind: str, name: str, listing: Listing[Any]) -> tuple[str, tuple[str, frozenset[str]]]:
    """Word a reference that leads nowhere, and return what a hint needs."""
    return f"the {kind} {quoted(name)} is not known", (name, listing.names or frozenset())


def repeated(file: str, listing: Listing[Any], way: str | None = None) -> Iterator[Finding]:
    """Yield a finding for every identifier that stands in a list a second time.

    way: the field of the YAML file that holds the list; None for a table.
    """
    first: dict[str, int] = {}
    for number, record in listing.items:
        name: str = record.id
        if name in first:
            where = (number, "id") if way is None else (way, number, "id")
            yield Finding(file, where, f"{quoted(name)} stands here twice")
        first.setdefault(name, number)


def _regions(draft: Draft) -> Iterator[Finding]:
    file = "regions.csv"
    yield from repeated(file, draft.regions)
    homes = {place.id: place.region for _, place in draft.places.items}
    people = sum(region.population for _, region in draft.regions.items)
    if people > MOST_PEOPLE:
        yield Finding(file, (), f"the regions have {people} people together, expected at most {MOST_PEOPLE}")
    if draft.regions.names is not None and not draft.regions.names:
        yield Finding(file, (), "the table has no rows, expected at least one region")
    for number, region in draft.regions.items:
        for columns, what in ((AGES, "age bands"), (LIVELIHOODS, "livelihoods")):
            total = math.fsum(getattr(region, column) for column in columns)
            if abs(total - 1.0) > SHARES_TOLERANCE:
                message = f"the shares of the {what} of {region.id} add up to {total:.6g}, expected 1"
                yield Finding(file, (number, columns[0]), message)
        if draft.places.lacks(region.centre):
            yield Finding(file, (number, "centre"), *unknown("place", region.centre, draft.places))
        elif homes.get(region.centre, region.id) != region.id:
            message = f"the centre {quoted(region.centre)} lies in {homes[region.centre]}, expected a place of {region.id}"
            yield Finding(file, (number, "centre"), message)
        if region.map_key and draft.shape_keys is not None and region.map_key not in draft.shape_keys:
            message = f"map.geojson has no shape {quoted(region.map_key)}"
            yield Finding(file, (number, "map_key"), message, (region.map_key, draft.shape_keys))


def _places(draft: Draft) -> Iterator[Finding]:
    file = "places.csv"
    yield from repeated(file, draft.places)
    people: Counter[str] = Counter()
    remainders: dict[str, str] = {}
    for number, place in draft.places.items:
        people[place.region] += place.population
        if draft.regions.lacks(place.region):
            yield Finding(file, (number, "region"), *unknown("region", place.region, draft.regions))
        if place.kind == "remainder":
            other = remainders.setdefault(place.region, place.id)
            if other != place.id:
                message = f"{place.region} has a remainder already, {quoted(other)}; expected at most one a region"
                yield Finding(file, (number, "kind"), message)
    if not draft.places_complete or any(draft.regions.lacks(region) for region in people):
        return
    for number, region in draft.regions.items:
        if people[region.id] != region.population:
            message = f"the places of {region.id} have {people[region.id]} people together, expected its {region.population}"
            yield Finding("regions.csv", (number, "population"), message)


def _forces_and_sites(draft: Draft) -> Iterator[Finding]:
    seen: set[tuple[str, str]] = set()
    for number, force in draft.forces.items:
        if draft.places.lacks(force.place):
            yield Finding("forces.csv", (number, "place"), *unknown("place", force.place, draft.places))
        if (force.place, force.branch) in seen:
            message = f"{force.branch} in {quoted(force.place)} stands here twice; add the men up in one row"
            yield Finding("forces.csv", (number, "place"), message)
        seen.add((force.place, force.branch))
    yield from repeated("sites.csv", draft.sites)
    for number, site in draft.sites.items:
        if draft.places.lacks(site.place):
            yield Finding("sites.csv", (number, "place"), *unknown("place", site.place, draft.places))


def _record(draft: Draft) -> Iterator[Finding]:
    file = "record.csv"
    homes = {place.id: place.region for _, place in draft.places.items}
    seen: set[tuple[object, ...]] = set()
    for number, row in draft.record.items:
        if row.region is not None and draft.regions.lacks(row.region):
            yield Finding(file, (number, "region"), *unknown("region", row.region, draft.regions))
        if row.place is not None and draft.places.lacks(row.place):
            yield Finding(file, (number, "place"), *unknown("place", row.place, draft.places))
        elif row.place is not None and row.region is not None and homes.get(row.place, row.region) != row.region:
            yield Finding(file, (number, "place"), f"{quoted(row.place)} lies in {homes[row.place]}, not in {row.region}")
        if row.as_of < row.date:
            yield Finding(file, (number, "as_of"), f"{row.as_of} lies before the date {row.date} that the figure is for")
        yield from _repeated_row(row, number, seen)


def _repeated_row(row: RecordRow, number: int, seen: set[tuple[object, ...]]) -> Iterator[Finding]:
    key = (row.date, row.as_of, row.key, row.region, row.place, row.source, row.note)
    if key in seen:
        yield Finding("record.csv", (number, "key"), "the same figure of the same source and date stands here twice")
    seen.add(key)


def _columns(tables: dict[str, dict[str, Any]]) -> Iterator[Finding]:
    for table in tables:
        if table not in DESCRIBED:
            message = f"the table {quoted(table)} is not known here, expected {listed(DESCRIBED)}"
            yield Finding("scenario.yaml", ("tables", table), message)
    for table, model in DESCRIBED.items():
        numeric = numeric_columns(model)
        given = tables.get(table, {})
        missing = [name for name in numeric if name not in given]
        if missing:
            owner: Way = ("tables", table) if table in tables else ("tables",)
            yield Finding("scenario.yaml", owner, f"unit and source are missing for {table}: {listed(missing)}")
        for name, column in given.items():
            where: Way = ("tables", table, name)
            if name not in numeric:
                message = f"{table} has no column of numbers {quoted(name)}"
                yield Finding("scenario.yaml", where, message, (name, frozenset(numeric)))
            elif name in UNITS and getattr(column, "unit", UNITS[name]) != UNITS[name]:
                message = f"the unit of {name} is {quoted(column.unit)}, expected '{UNITS[name]}'"
                yield Finding("scenario.yaml", (*where, "unit"), message)


def listed(names: Iterable[str]) -> str:
    """Join names for a sentence."""
    return ", ".join(names)
