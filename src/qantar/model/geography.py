"""Distances between places and what follows from them: who is near, who is heard of, who can travel."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from qantar.engine.compiled import njit

EARTH_RADIUS = 6371.0088
"""Mean radius of the Earth, km (IUGG)."""


class Pairs(NamedTuple):
    """A sparse matrix by rows: entries start[i]:start[i+1] of `to` and `weight` belong to place i."""

    start: NDArray[np.int64]
    to: NDArray[np.int64]
    weight: NDArray[np.float64]


@dataclass(frozen=True)
class Attention:
    """How much each place minds the crowds of the others.

    pairs : corrections for pairs nearer than the exact range (exact weight minus regional weight)
    regional : float64[region, region]   weight from region to region, by their centres
    residents : float64[place]           attention-weighted residents, the yardstick of a crowd
    """

    pairs: Pairs
    regional: NDArray[np.float64]
    residents: NDArray[np.float64]


@njit()
def distance_km(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Great-circle distance by the haversine formula; degrees in, kilometres out."""
    a1, a2 = math.radians(lat1), math.radians(lat2)
    half = math.sin(math.radians(lon2 - lon1) / 2)
    h: float = math.sin((a2 - a1) / 2) ** 2 + math.cos(a1) * math.cos(a2) * half**2
    return 2.0 * EARTH_RADIUS * math.asin(min(1.0, math.sqrt(h)))


@njit()
def _within(
    places: tuple[np.ndarray, np.ndarray], order: np.ndarray, band: tuple[np.ndarray, np.ndarray], reach: float, out: Pairs
) -> None:
    """Count or write all ordered pairs nearer than `reach`, row by row.

    places : latitude and longitude; order : places by latitude; band : int64[place], from where to where in that order a
        partner can stand
    out : with no room for pairs, their number in the row of place i is written at start[i + 1]; else they are
        written, with their distance, from start[i] on
    """
    (lat, lon), (low, high) = places, band
    room = out.to.size > 0
    for i in range(lat.size):
        n = 0
        for k in range(low[i], high[i]):
            j = order[k]
            d = 0.0 if i == j else distance_km(lat[i], lon[i], lat[j], lon[j])
            if d <= reach:
                if room:
                    out.to[out.start[i] + n] = j
                    out.weight[out.start[i] + n] = d
                n += 1
        if not room:
            out.start[i + 1] = n


def pairs_within(lat: NDArray[np.float64], lon: NDArray[np.float64], reach: float) -> Pairs:
    """Return all pairs nearer than `reach` km, i = j included; `weight` is the distance in km. Callers change nothing in them."""
    return _pairs_within(lat.tobytes(), lon.tobytes(), float(reach))


@lru_cache(maxsize=4)
def _pairs_within(lats: bytes, lons: bytes, reach: float) -> Pairs:
    """Find the pairs once for all members of an ensemble whose reaches are the same."""
    lat, lon = np.frombuffer(lats).copy(), np.frombuffer(lons).copy()
    order = np.argsort(lat, kind="stable").astype(np.int64)
    width, by_lat = math.degrees(reach / EARTH_RADIUS), lat[order]
    band = (np.searchsorted(by_lat, lat - width), np.searchsorted(by_lat, lat + width, side="right"))
    start = np.zeros(lat.size + 1, dtype=np.int64)
    _within((lat, lon), order, band, reach, Pairs(start, np.empty(0, dtype=np.int64), np.empty(0)))
    start = np.cumsum(start)
    pairs = Pairs(start, np.empty(start[-1], dtype=np.int64), np.empty(start[-1]))
    _within((lat, lon), order, band, reach, pairs)
    return pairs


@njit()
def weigh(pairs: Pairs, values: np.ndarray) -> np.ndarray:
    """Sum over j of weight[i, j] · values[j], in fixed order."""
    out = np.zeros(pairs.start.size - 1)
    for i in range(out.size):
        for k in range(pairs.start[i], pairs.start[i + 1]):
            out[i] += pairs.weight[k] * values[pairs.to[k]]
    return out


def rows(pairs: Pairs) -> NDArray[np.int64]:
    """Return the row of every entry : int64[pair]."""
    return np.repeat(np.arange(pairs.start.size - 1), np.diff(pairs.start))


def _starts(row: NDArray[np.int64], n: int) -> NDArray[np.int64]:
    """Return where each of `n` rows starts and the last one ends : int64[n + 1]; row : of every entry, in order."""
    return np.concatenate([[0], np.cumsum(np.bincount(row, minlength=n))]).astype(np.int64)


def in_sight(km: NDArray[np.float64], bandwidth: float) -> NDArray[np.float64]:
    """Return how far what is `km` away is there for all to see, exp(-(d / bandwidth)⁴ / 2), flat over the width of a city.

    Source: assumed. A Gaussian loses 2 % of a crowd two kilometres off, and so makes a city of districts a smaller one.
    """
    seen: NDArray[np.float64] = np.exp(-0.5 * (km / bandwidth) ** 4)
    return seen


def nearby(lat: NDArray[np.float64], lon: NDArray[np.float64], remainder: NDArray[np.bool_], bandwidth: float) -> Pairs:
    """Return the kernel `in_sight` among settlements, own place included.

    A rural remainder is many villages: it has no crowd effect of its own, so its row and column are
    empty. The kernel ends at two bandwidths, where it is below 0.04 %.
    """
    cut = 2.0
    raw = pairs_within(lat, lon, cut * bandwidth)
    row = rows(raw)
    kept = ~(remainder[row] | remainder[raw.to])
    return Pairs(_starts(row[kept], lat.size), raw.to[kept], in_sight(raw.weight[kept], bandwidth))


@njit()
def _between(lat: np.ndarray, lon: np.ndarray, scale: float) -> np.ndarray:
    """Weight of attention between places by distance alone : float64[place, place]."""
    out = np.empty((lat.size, lat.size))
    for a in range(lat.size):
        for b in range(lat.size):
            out[a, b] = 1.0 / (1.0 + distance_km(lat[a], lon[a], lat[b], lon[b]) / scale)
    return out


def attention(
    places: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]], centres: NDArray[np.int64],
    population: NDArray[np.float64], scales: tuple[float, float, float], by_region: float = 0.0,
) -> Attention:
    """Return how places mind each other, (1 + km / scale)^-1, less what they see with their own eyes.

    places : latitude, longitude, region of each place
    centres : int64[region]   place index of each region's centre
    scales : distance scale, range of exact pairs, bandwidth of the nearby kernel, in km
    by_region : share of attention that goes by region and not by distance, as `_even` weighs it

    Pairs beyond the exact range take the weight between the regions' centres, and within one region that of
    the range itself, so that cost grows with nearby pairs and not with the square of the number of places.
    """
    lat, lon, region = places
    scale, exact, bandwidth = scales
    n_regions = centres.size
    by_distance: NDArray[np.float64] = _between(lat[centres], lon[centres], scale)
    even = _even(by_distance)
    np.fill_diagonal(by_distance, 1.0 / (1.0 + exact / scale))
    between = (1.0 - by_region) * by_distance + by_region * even
    raw = pairs_within(lat, lon, exact)
    home, other = region[rows(raw)], region[raw.to]
    unseen = 1.0 - in_sight(raw.weight, bandwidth)
    own = (1.0 - by_region) * (unseen / (1.0 + raw.weight / scale)) + by_region * (unseen * even[home, other])
    pairs = Pairs(raw.start, raw.to, own - between[home, other])
    people = np.bincount(region, weights=population, minlength=n_regions)
    residents = weigh(pairs, population) + (between @ people)[region]
    return Attention(pairs, between, residents)


def _even(by_distance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return attention that knows no distance : float64[region, region], 1 within the own region.

    All other regions get one weight, the mean of what distance gives to pairs of regions, so that the sum over pairs of
    regions stays what it is by distance.
    """
    n = len(by_distance)
    between_two = by_distance[~np.eye(n, dtype=np.bool_)]
    even = np.full((n, n), float(between_two.mean()) if between_two.size else 0.0)
    np.fill_diagonal(even, 1.0)
    return even


def destinations(
    lat: NDArray[np.float64], lon: NDArray[np.float64], population: NDArray[np.float64],
    remainder: NDArray[np.bool_], scales: tuple[float, float, float, int],
) -> Pairs:
    """Return a few destinations of each home place, with exp(-km / distance) of what is unseen times their share of the residents in reach.

    Attractiveness times distance (Davies et al. 2013): attractive is what has more people. The share is of all settlements
    within reach, home included, so that a city's people do not crowd into its small neighbours, and merging neighbours
    changes nothing for others. The few are those with most residents times distance weight. What is seen from home (`in_sight`)
    is no destination, so that nobody travels to the next district of a city; from a remainder, many villages, nothing is.
    Remainders are no destinations, and their villages none of the residents that a share is of.
    scales : distance, reach, bandwidth of the nearby kernel (km), number of destinations
    """
    distance, reach, bandwidth, most = scales
    raw = pairs_within(lat, lon, reach)
    home = rows(raw)
    unseen = np.where(remainder[home], 1.0, 1.0 - in_sight(raw.weight, bandwidth))
    weight = np.exp(-raw.weight / distance) * unseen
    allowed = ~remainder[raw.to] & (raw.to != home) & (unseen > 0.0)
    rank = np.lexsort((raw.to, -weight * population[raw.to], home))
    rank = rank[allowed[rank]]
    first = np.searchsorted(home[rank], home[rank], side="left")
    keep = rank[np.arange(rank.size) - first < most]
    settled = np.where(remainder, 0, population)
    within_reach = np.bincount(home, weights=settled[raw.to], minlength=lat.size)
    share = population[raw.to[keep]] / within_reach[home[keep]]
    return Pairs(_starts(home[keep], lat.size), raw.to[keep].astype(np.int64), weight[keep] * share)
