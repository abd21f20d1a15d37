"""The country, its record and its orders as a results store describes them, typed for reports.

This is the only file of the room that knows the names inside ``context.json``. It reads

* ``scenario``: id, title, summary, loaded_from (may be absent); ``clock``: start and end (ISO 8601, local time of the country)
* ``regions``: id, name, map_key, centre, population; ``places``: id, name, region, kind, latitude, longitude, population
* ``orders``: id, kind, at and until (hours since the start; until may be null), regions, actor, text, source
* ``record``: the rows of ``record.csv``, dates as ISO 8601, region and place null where they do not apply
* ``judgement``: name to value; ``parameters``: name, value, unit, source, note, description; ``sources``: key to printed line
* ``parameters_from``: scenario whose parameters these are, and the names of the own ones; may be null or absent
* ``given``: what else the run was given in words; ``withheld``: names; ``changed``: pairs of path and value;
  ``interventions``: pairs of name and title; ``intervened_from``: how each was named, and
  ``intervened_steps``: its steps in words, both may be absent
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from qantar.errors import StoreError

Day = date
"""A date under a name that a field `date` does not hide."""


@dataclass(frozen=True)
class Region:
    """A region: its shape's id on the map and the place that stands for it as a point."""

    id: str
    name: str
    map_key: str
    centre: str
    population: int


@dataclass(frozen=True)
class Place:
    """A settlement or a rural remainder, in degrees."""

    id: str
    name: str
    region: str
    latitude: float
    longitude: float
    population: int
    kind: str


@dataclass(frozen=True)
class Order:
    """An order that the record gives to the run; hours since the start of the run."""

    id: str
    kind: str
    at: float
    until: float | None
    regions: tuple[str, ...]
    actor: str
    text: str
    source: str
    because: tuple[str, ...] = ()


@dataclass(frozen=True)
class Observation:
    """One recorded figure, as one source gave it at one date."""

    date: Day
    as_of: Day
    key: str
    region: str | None
    place: str | None
    value: float
    unit: str
    source: str
    use: str
    note: str


@dataclass(frozen=True)
class Assumption:
    """One parameter of the run."""

    name: str
    value: float
    unit: str
    source: str
    note: str
    meaning: str


@dataclass(frozen=True)
class Case:
    """Everything that a report says about the country without looking at a run."""

    id: str
    title: str
    summary: str
    start: datetime
    end: datetime
    regions: tuple[Region, ...]
    places: tuple[Place, ...]
    orders: tuple[Order, ...]
    record: tuple[Observation, ...]
    judgement: Mapping[str, float]
    assumptions: tuple[Assumption, ...]
    given: tuple[str, ...]
    sources: Mapping[str, str]
    withheld: tuple[str, ...]
    changed: tuple[str, ...]
    shapes: str
    parameters_from: str = ""
    own_parameters: tuple[str, ...] = ()
    interventions: tuple[tuple[str, str], ...] = ()
    fit: Mapping[str, Any] | None = None
    loaded_from: str = ""
    intervened_from: tuple[str, ...] = ()
    intervened_steps: tuple[tuple[str, ...], ...] = ()

    @property
    def population(self) -> int:
        """People in the country."""
        return sum(region.population for region in self.regions)

    @property
    def departs(self) -> bool:
        """Whether something was withheld, changed or done by an intervention, so that the record is of another world."""
        return bool(self.withheld or self.changed or self.interventions)

    @cached_property
    def region_names(self) -> dict[str, str]:
        """Region id to name."""
        return {region.id: region.name for region in self.regions}

    @cached_property
    def place_names(self) -> dict[str, str]:
        """Place id to name."""
        return {place.id: place.name for place in self.places}

    def moment(self, hours: float) -> datetime:
        """Local time, hours after the start."""
        return self.start + timedelta(hours=hours)

    def hours(self, when: datetime) -> float:
        """Hours from the start to a local time."""
        return (when - self.start) / timedelta(hours=1)

    def area(self, row: Observation) -> str:
        """Name of the area that an observation speaks of."""
        if row.place:
            return self.place_names.get(row.place, row.place)
        return self.region_names.get(row.region or "", "the country")


def read_case(context: Mapping[str, Any], shapes: str) -> Case:
    """The case of a store's context.

    Raises:
        StoreError: where the context lacks something that a report cannot do without.
    """
    try:
        return _read(context, shapes)
    except (KeyError, TypeError, ValueError) as error:
        raise StoreError(f"context.json of this results folder cannot be read for a report: {error!r}") from error


def _read(context: Mapping[str, Any], shapes: str) -> Case:
    scenario, clock = context["scenario"], context["clock"]
    taken: Mapping[str, Any] = context.get("parameters_from") or {}
    start, end = _local(clock["start"]), _local(clock["end"])
    return Case(
        id=scenario["id"],
        title=scenario["title"],
        summary=scenario["summary"],
        start=start,
        end=end,
        regions=tuple(Region(row["id"], row["name"], row["map_key"], row["centre"], int(row["population"])) for row in context["regions"]),
        places=tuple(
            Place(
                row["id"], row["name"], row["region"], float(row["latitude"]), float(row["longitude"]), int(row["population"]), row["kind"]
            )
            for row in context["places"]
        ),
        orders=_orders(context["orders"], (end - start) / timedelta(hours=1)),
        record=tuple(_observation(row) for row in context["record"]),
        judgement={name: float(value) for name, value in context["judgement"].items()},
        assumptions=tuple(
            Assumption(row["name"], float(row["value"]), row["unit"], row["source"], row.get("note", ""), row.get("description", ""))
            for row in context["parameters"]
        ),
        given=tuple(context.get("given", ())),
        sources=dict(context["sources"]),
        fit=context.get("fit"),
        withheld=tuple(context["withheld"]),
        changed=tuple(_change(row) for row in context.get("changed", ())),
        shapes=shapes,
        parameters_from=taken.get("scenario", ""),
        own_parameters=tuple(taken.get("own", ())),
        interventions=tuple((str(row[0]), str(row[1])) for row in context.get("interventions", ())),
        loaded_from=str(scenario.get("loaded_from") or scenario["id"]),
        intervened_from=tuple(context.get("intervened_from") or (str(row[0]) for row in context.get("interventions", ()))),
        intervened_steps=tuple(tuple(map(str, steps)) for steps in context.get("intervened_steps", ())),
    )


def _local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=None)


def _orders(rows: Sequence[Mapping[str, Any]], hours: float) -> tuple[Order, ...]:
    """Orders of the simulated hours in time; what comes after the end was given to no run."""
    return tuple(sorted((order for order in map(_order, rows) if order.at < hours), key=lambda order: (order.at, order.id)))


def _order(row: Mapping[str, Any]) -> Order:
    until = row.get("until")
    return Order(
        row["id"],
        row["kind"],
        float(row["at"]),
        None if until is None else float(until),
        tuple(row["regions"]),
        row["actor"],
        row.get("text", ""),
        row["source"],
        tuple(row.get("because", ())),
    )


def _observation(row: Mapping[str, Any]) -> Observation:
    return Observation(
        date.fromisoformat(row["date"]),
        date.fromisoformat(row["as_of"]),
        row["key"],
        row.get("region"),
        row.get("place"),
        float(row["value"]),
        row["unit"],
        row["source"],
        row["use"],
        row.get("note", ""),
    )


def _change(row: Any) -> str:  # noqa: ANN401
    return row if isinstance(row, str) else " = ".join(str(part) for part in row)


def shape_features(shapes: str) -> list[Mapping[str, Any]]:
    """Features of a GeoJSON text; none where the text is empty.

    Raises:
        StoreError: where the text is no feature collection.
    """
    if not shapes.strip():
        return []
    try:
        features = json.loads(shapes)["features"]
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError(f"map.geojson of this results folder is not a GeoJSON feature collection: {error!r}") from error
    return list(features)
