"""Checks ``map.geojson``: the outlines of regions, drawn by reports and read by nothing else."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from qantar.scenario.mistakes import Mistakes, quoted

MOST_SHAPES = 2_000
LEAST_POINTS = 4
FARTHEST = 1e6


def shape_keys(text: str, file: str, mistakes: Mistakes) -> frozenset[str] | None:
    """Return the ids of the shapes (GeoJSON, RFC 7946), or None after noting what is wrong."""
    try:
        content = json.loads(text, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        mistakes.add(file, error.lineno, error.colno, f"this is not JSON: {error.msg}")
        return None
    except (ValueError, RecursionError) as error:
        mistakes.add(file, 1, 1, f"this is not JSON: {quoted(str(error))}")
        return None
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list) or content.get("type") != "FeatureCollection":
        mistakes.add(file, 1, 1, "expected a GeoJSON FeatureCollection")
        return None
    return _keys(features, text, file, mistakes)


def _keys(features: list[Any], text: str, file: str, mistakes: Mistakes) -> frozenset[str] | None:
    if len(features) > MOST_SHAPES:
        mistakes.add(file, 1, 1, f"the map has {len(features)} shapes, expected at most {MOST_SHAPES}")
        return None
    found: set[str] = set()
    before = mistakes.number
    for number, feature in enumerate(features, start=1):
        key = _key(feature)
        if key is None:
            mistakes.add(file, 1, 1, f"shape {number} is no feature with an id (text, the map_key of a region)")
            continue
        if key in found:
            mistakes.add(file, *_place(text, key), f"the shape {quoted(key)} stands here twice")
        if not _is_outline(feature.get("geometry")):
            message = "expected a Polygon or MultiPolygon of longitudes and latitudes, its lines closed"
            mistakes.add(file, *_place(text, key), f"the shape {quoted(key)}: {message}")
        found.add(key)
    return frozenset(found) if mistakes.number == before else None


def _key(feature: object) -> str | None:
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        return None
    properties = feature.get("properties")
    inner = properties if isinstance(properties, dict) else {}
    for key in (feature.get("id"), inner.get("id"), inner.get("map_key")):
        if isinstance(key, str) and key:
            return key
    return None


def _is_outline(geometry: object) -> bool:
    if not isinstance(geometry, dict):
        return False
    coordinates = geometry.get("coordinates")
    if not isinstance(coordinates, list) or not coordinates:
        return False
    if geometry.get("type") == "Polygon":
        return all(_is_ring(ring) for ring in coordinates)
    if geometry.get("type") == "MultiPolygon":
        return all(isinstance(polygon, list) and polygon and all(map(_is_ring, polygon)) for polygon in coordinates)
    return False


def _is_ring(ring: object) -> bool:
    """A closed line of at least four points (RFC 7946, section 3.1.6)."""
    return isinstance(ring, list) and len(ring) >= LEAST_POINTS and all(map(_is_point, ring)) and ring[0] == ring[-1]


def _is_point(point: object) -> bool:
    if not isinstance(point, list) or len(point) < 2:  # noqa: PLR2004 - longitude and latitude
        return False
    if not all(isinstance(number, int | float) and abs(number) < FARTHEST for number in point):
        return False
    return bool(abs(point[0]) <= 180 and abs(point[1]) <= 90)  # noqa: PLR2004 - degrees


def _place(text: str, key: str) -> tuple[int, int]:
    position = max(0, text.find(json.dumps(key, ensure_ascii=False)))
    return text.count("\n", 0, position) + 1, position - (text.rfind("\n", 0, position) + 1) + 1


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a number")
