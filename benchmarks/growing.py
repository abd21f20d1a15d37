"""Countries of any size for the benchmarks of growth: Kazakhstan tiled over the globe, with any number of people."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Any

from qantar.scenario.load import load
from qantar.scenario.schema import Force, Place, Region, Scenario, Site

TILE = "kazakhstan-2022"
MIDDLE = (48.0, 66.5)
"""Latitude and longitude of a tile's middle, degrees."""
TALL, WIDE = 15.0, 41.0
"""Height and width of a tile at its own latitude, degrees."""
ROWS = (0.0, 15.0, -15.0, 30.0, -30.0, 45.0, -45.0, 60.0, -60.0)
"""Latitudes of the rows of tiles; there is room for 89."""


def centres(tiles: int) -> list[tuple[float, float]]:
    """Return the middles of so many tiles, row by row from the equator."""
    found: list[tuple[float, float]] = []
    for latitude in ROWS:
        width = WIDE * math.cos(math.radians(MIDDLE[0])) / math.cos(math.radians(latitude))
        columns = int(360.0 // width)
        found += [(latitude, -180.0 + (column + 0.5) * width) for column in range(columns)]
    if tiles > len(found):
        raise ValueError(f"the globe has room for {len(found)} tiles, not {tiles}")
    return found[:tiles]


def grown(people: int, *, tiles: int = 1, spread: float = 1.0, days: int = 14, quiet: bool = False) -> Scenario:
    """Return a country of so many people on so many tiles of 219 places.

    spread : linear size of a tile against Kazakhstan's; below 1 more neighbours lie within reach of a place
    days : length of the run; quiet : without the price shock and all that answers it, and with a propensity at which as
        many people come out as in a Kazakhstan of its own size
    """
    base = load(TILE)
    factor = people / (tiles * sum(region.population for region in base.regions))
    if quiet:
        ready = base.parameters.streets.base_propensity.value - math.log(max(1.0, factor))
        base = base.without("price-shock").set("parameters.streets.base_propensity", ready)
    places, regions, forces, sites = [], [], [], []
    for tile, (latitude, longitude) in enumerate(centres(tiles)):
        here = _places(base, tile, (latitude, longitude), (factor, spread))
        places += here
        regions += _regions(base, tile, here)
        forces += [_renamed(row, tile, ("place",), men=round(row.men * factor)) for row in base.forces]
        sites += [_renamed(row, tile, ("id", "place"), guards=max(1, round(row.guards * factor))) for row in base.sites]
    clock = base.header.clock.model_copy(update={"end": base.header.clock.start + timedelta(days=days)})
    orders = tuple(
        order.model_copy(update={"regions": tuple(_name(region, tile) for tile in range(tiles) for region in order.regions)})
        for order in base.header.orders if order.at < clock.end
    )
    header = base.header.model_copy(update={"clock": clock, "orders": orders})
    return base.model_copy(update={
        "header": header, "places": tuple(places), "regions": tuple(regions), "forces": tuple(forces), "sites": tuple(sites), "record": (),
    })


def _name(identifier: str, tile: int) -> str:
    return identifier if tile == 0 else f"{identifier}-tile-{tile}"


def _renamed(row: Force | Site, tile: int, names: tuple[str, ...], **changes: int) -> Any:
    return row.model_copy(update={**{name: _name(getattr(row, name), tile) for name in names}, **changes})


def _places(base: Scenario, tile: int, middle: tuple[float, float], scales: tuple[float, float]) -> list[Place]:
    (latitude, longitude), (factor, spread) = middle, scales
    wider = math.cos(math.radians(MIDDLE[0])) / math.cos(math.radians(latitude))
    return [place.model_copy(update={
        "id": _name(place.id, tile), "region": _name(place.region, tile), "population": max(1, round(place.population * factor)),
        "latitude": latitude + spread * (place.latitude - MIDDLE[0]),
        "longitude": (longitude + spread * wider * (place.longitude - MIDDLE[1]) + 180.0) % 360.0 - 180.0,
    }) for place in base.places]


def _regions(base: Scenario, tile: int, places: list[Place]) -> list[Region]:
    living: dict[str, int] = {}
    for place in places:
        living[place.region] = living.get(place.region, 0) + place.population
    return [region.model_copy(update={
        "id": _name(region.id, tile), "centre": _name(region.centre, tile), "population": living[_name(region.id, tile)],
    }) for region in base.regions]
