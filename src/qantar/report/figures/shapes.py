"""Outlines of regions for maps: from GeoJSON to simplified rings."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qantar.report.case import Place, Region, shape_features

TOLERANCE_SHARE = 1 / 700
"""A ring may be moved by this share of the map's width; it is less than half a pixel of a small map."""


SMALLEST_RING = 4
"""Points of a closed triangle."""

POINT_SHARE = 0.002
"""A region that covers less than this share of the map is drawn as a point, too."""


@dataclass(frozen=True)
class Outline:
    """One ring of a region in degrees: float64[vertex, 2] (longitude, latitude), and its area in degrees²."""

    region: int
    ring: NDArray[np.float64]
    area: float


@dataclass(frozen=True)
class Frame:
    """What a map shows: outlines, largest first; regions without one, or too small to see, as points; the window."""

    outlines: tuple[Outline, ...]
    points: tuple[tuple[int, float, float], ...]
    west: float
    east: float
    south: float
    north: float

    @property
    def aspect(self) -> float:
        """Length of a degree of latitude over one of longitude, at the middle of the map."""
        return 1 / math.cos(math.radians((self.south + self.north) / 2))


def frame(shapes: str, regions: Sequence[Region], places: Sequence[Place]) -> Frame:
    """The map of a country: outlines by each region's map key, a point at its centre where that cannot be seen."""
    rings = _rings(shapes)
    coordinates = np.array([(place.longitude, place.latitude) for place in places])
    kept = [(row, ring) for row, region in enumerate(regions) if region.map_key for ring in rings.get(region.map_key, ())]
    everything = np.concatenate([coordinates, *(ring for _, ring in kept)])
    (west, south), (east, north) = everything.min(axis=0), everything.max(axis=0)
    tolerance = (east - west) * TOLERANCE_SHARE
    outlines = [Outline(row, simplified(ring, tolerance), ring_area(ring)) for row, ring in kept]
    enough = POINT_SHARE * (east - west) * (north - south)
    seen = {outline.region for outline in outlines if outline.area > enough}
    points = [(row, *_centre(region, places)) for row, region in enumerate(regions) if row not in seen]
    margin = 0.03 * max(east - west, 0.5)
    return Frame(
        tuple(sorted((outline for outline in outlines if len(outline.ring) >= SMALLEST_RING), key=lambda outline: -outline.area)),
        tuple(points),
        west - margin,
        east + margin,
        south - margin,
        north + margin,
    )


def _centre(region: Region, places: Sequence[Place]) -> tuple[float, float]:
    own = [place for place in places if place.region == region.id]
    place = next((place for place in own if place.id == region.centre), own[0])
    return place.longitude, place.latitude


def _rings(shapes: str) -> dict[str, list[NDArray[np.float64]]]:
    """Outer rings by the feature's id (or its property `id` or `map_key`); holes are left out."""
    found: dict[str, list[NDArray[np.float64]]] = {}
    for feature in shape_features(shapes):
        found.setdefault(_key(feature), []).extend(_outer(feature["geometry"]))
    return found


def _key(feature: Mapping[str, Any]) -> str:
    properties = feature.get("properties") or {}
    return str(feature.get("id") or properties.get("id") or properties.get("map_key") or "")


def _outer(geometry: Mapping[str, Any]) -> list[NDArray[np.float64]]:
    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    return [np.asarray(polygon[0], dtype=np.float64)[:, :2] for polygon in polygons]


def ring_area(ring: NDArray[np.float64]) -> float:
    """Area of a closed ring by the shoelace formula, in the square of its unit."""
    x, y = ring[:, 0], ring[:, 1]
    return float(abs(np.dot(x[:-1], y[1:]) - np.dot(x[1:], y[:-1])) / 2)


def simplified(line: NDArray[np.float64], tolerance: float) -> NDArray[np.float64]:
    """Fewer vertices, none farther than the tolerance from the line (Douglas and Peucker 1973)."""
    keep = np.zeros(len(line), dtype=bool)
    keep[0] = keep[-1] = True
    middle = int(np.argmax(((line - line[0]) ** 2).sum(axis=1)))
    keep[middle] = True
    stack = [(0, middle), (middle, len(line) - 1)]
    while stack:
        first, last = stack.pop()
        if last - first <= 1:
            continue
        distance = _from_chord(line[first + 1 : last], line[first], line[last])
        farthest = int(distance.argmax())
        if distance[farthest] > tolerance:
            split = first + 1 + farthest
            keep[split] = True
            stack += [(first, split), (split, last)]
    return line[keep]


def _from_chord(points: NDArray[np.float64], start: NDArray[np.float64], end: NDArray[np.float64]) -> NDArray[np.float64]:
    chord, relative = end - start, points - start
    length = math.hypot(*chord)
    if length == 0:
        return np.asarray(np.hypot(relative[:, 0], relative[:, 1]))
    return np.asarray(np.abs(chord[0] * relative[:, 1] - chord[1] * relative[:, 0]) / length)
