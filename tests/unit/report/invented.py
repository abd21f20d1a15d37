"""An invented ensemble that keeps the contract of results stores, for tests of reports."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

REGIONS = (
    ("north", "North <Upland>", "N", "nord", 120_000),
    ("south", "South", "S", "sund", 200_000),
    ("west", "West", "", "wick", 80_000),
)
PLACES = (
    ("nord", "Nord", "north", 52.0, 20.0, 70_000, "settlement"),
    ("north-rest", "Rest of North", "north", 52.5, 21.0, 50_000, "remainder"),
    ("sund", "Sund", "south", 50.0, 20.5, 120_000, "settlement"),
    ("salt", "Salt", "south", 50.4, 21.5, 40_000, "settlement"),
    ("south-rest", "Rest of South", "south", 50.2, 20.0, 40_000, "remainder"),
    ("wick", "Wick & Co", "west", 51.0, 18.5, 80_000, "settlement"),
)


@dataclass
class InventedEnsemble:
    """What reports read of an ensemble."""

    series: xr.Dataset
    members: pd.DataFrame
    context: dict[str, Any]
    manifest: dict[str, Any] = field(default_factory=lambda: {"seed": 7, "version": "0.1.0", "scenario_hash": "0123456789ab"})
    map_shapes: str = ""
    path: Path = Path("results/invented")
    state: Any = field(default_factory=lambda: SimpleNamespace(batches=()))


def invented(
    members: int = 20,
    *,
    size: float = 3_000.0,
    days: int = 6,
    regions: tuple[Any, ...] = REGIONS,
    places: tuple[Any, ...] = PLACES,
    quiet: bool = False,
) -> InventedEnsemble:
    """A wave that rises and falls over some days, with a factor of its own for every member."""
    random = np.random.default_rng(11)  # noqa: TID251 - data of a test, no draw of the model
    weight = np.array([place[5] for place in places], dtype=float) * random.uniform(0.2, 2, len(places))
    weight /= weight.sum()
    shape = np.exp(-0.5 * ((np.arange(days) - 0.45 * days) / (0.15 * days)) ** 2)
    factor = np.exp(random.normal(0, 0.5, members))
    peak = factor[:, None, None] * size * shape[None, :, None] * weight[None, None, :] * random.gamma(4, 0.25, (members, days, len(places)))
    if quiet:
        peak = np.where(random.random(peak.shape) < 0.05, random.pareto(1.5, peak.shape) * 20 + 20, 0)
    return _assemble(peak.astype(np.int64), regions, places, days, quiet, random)


def _assemble(peak: Any, regions: Any, places: Any, days: int, quiet: bool, random: Any) -> InventedEnsemble:
    members = peak.shape[0]
    start = pd.Timestamp("2022-01-01T00:00") - pd.Timedelta(hours=6)
    ticks = pd.date_range(start, periods=24 * days, freq="h")
    dates = pd.date_range("2022-01-01", periods=days, freq="D")
    deaths = np.cumsum(random.binomial(peak, 0.0 if quiet else 0.002), axis=1)
    detained = np.cumsum(random.binomial(peak, 0.08), axis=1)
    injured = np.cumsum(random.binomial(peak, 0.02), axis=1)
    region_row = [[region[0] for region in regions].index(place[2]) for place in places]
    belongs = np.eye(len(regions), dtype=int)[region_row]
    in_protest = ((peak >= 50).astype(int) @ belongs > 0).astype(np.int8)
    hourly = 0.15 + 0.85 * np.exp(-0.5 * ((np.arange(24) - 16) / 4) ** 2)
    crowd = (peak.sum(axis=2)[:, :, None] * hourly[None, None, :]).reshape(members, -1).astype(np.int64)
    by_day = {
        "participants": peak.sum(axis=2),
        "violent": peak.sum(axis=2) // 5,
        "deaths": deaths.sum(axis=2),
        "detained": detained.sum(axis=2),
        "injured": injured.sum(axis=2),
        "regions": in_protest.sum(axis=2),
    }
    series = xr.Dataset(
        {
            "national_crowd": (("member", "tick"), crowd),
            "place_participants": (("member", "day", "place"), peak),
            "place_deaths": (("member", "day", "place"), deaths),
            "place_detained": (("member", "day", "place"), detained),
            "place_injured": (("member", "day", "place"), injured),
            "region_in_protest": (("member", "day", "region"), in_protest),
            **{name: (("member", "day"), values) for name, values in by_day.items()},
        },
        coords={
            "member": np.arange(members),
            "place": [place[0] for place in places],
            "region": [region[0] for region in regions],
            "time": ("tick", ticks),
            "date": ("day", dates),
        },
    )
    wave = by_day["participants"].max(axis=1) >= 2_000
    ending = np.where(wave, np.where(np.arange(members) % 4 == 0, "still contested", "control returned"), "quiet")
    returned = np.where(ending == "control returned", 24 * days * 0.8 + np.arange(members) % 7, np.nan)
    table = pd.DataFrame({"member": np.arange(members), "ending": ending, "reason": "", "control_returned_hours": returned})
    return InventedEnsemble(series, table, context(regions, places, days))


def context(regions: Any, places: Any, days: int) -> dict[str, Any]:
    """The context of a store of the invented country."""
    return {
        "scenario": {"id": "invented", "title": "Invented <b>country</b>", "summary": "A & B quarrel.\n<script>alert(1)</script>"},
        "clock": {
            "start": "2022-01-01T00:00:00",
            "end": str(np.datetime64("2022-01-01T00:00:00") + np.timedelta64(days, "D")),
            "utc_offset": 6.0,
            "tick_hours": 1.0,
        },
        "regions": [dict(zip(("id", "name", "map_key", "centre", "population"), region, strict=True)) for region in regions],
        "places": [
            dict(zip(("id", "name", "region", "latitude", "longitude", "population", "kind"), place, strict=True)) for place in places
        ],
        "orders": [
            order("emergency-1", "emergency", 48.5, 100.0, ("north",)),
            order("blackout-1", "blackout", 60.0, 72.0, ()),
            order("dismissal-1", "dismissal", 49.0, None, ()),
            order("posture-1", "posture", 70.0, None, ("south", "west")),
        ],
        "record": [
            observation("2022-01-02", "participants", 700),
            observation("2022-01-03", "participants", 3_000, use="weak"),
            observation("2022-01-04", "participants", 90_000),
            observation("2022-01-03", "regions", 2),
            observation("2022-01-06", "deaths", 14, as_of="2023-01-05"),
            observation("2022-01-06", "deaths", 9, as_of="2022-01-15"),
            observation("2022-01-06", "deaths", 13, as_of="2023-01-05", region="west"),
            observation("2022-01-06", "deaths", 1, as_of="2023-01-05", place="nord"),
            observation("2022-01-04", "detained", 1),
            observation("2022-01-05", "control-hour", 116.0, unit="hours"),
        ],
        "judgement": {
            "region_protest": 50.0,
            "small_protest": 20.0,
            "wave": 2_000.0,
            "control_crowd": 1_000.0,
            "control_violent": 100.0,
            "control_calm": 12.0,
            "broken_share": 0.3,
            "broken_hours": 24.0,
        },
        "parameters": [{"name": "streets.base_propensity", "value": -13.5, "unit": "log-odds", "source": "assumed", "note": "by hand"}],
        "sources": {"somebody-2022": "Somebody (2022). A report <i>on</i> the invented country."},
        "withheld": [],
        "changed": [],
        "given": ["command coherence of the police", "shirking"],
    }


def order(identifier: str, kind: str, at: float, until: float | None, regions: tuple[str, ...]) -> dict[str, Any]:
    """An order of the invented record."""
    return {
        "id": identifier,
        "kind": kind,
        "at": at,
        "until": until,
        "regions": list(regions),
        "actor": "ruler",
        "text": f"{kind} ordered",
        "source": "somebody-2022",
    }


def observation(
    when: str,
    key: str,
    value: float,
    *,
    as_of: str | None = None,
    region: str | None = None,
    place: str | None = None,
    use: str = "target",
    unit: str = "people",
) -> dict[str, Any]:
    """A row of the invented record."""
    return {
        "date": when,
        "as_of": as_of or when,
        "key": key,
        "region": region,
        "place": place,
        "value": value,
        "unit": unit,
        "source": "somebody-2022",
        "use": use,
        "note": "",
    }


def square(identifier: str, west: float, south: float, width: float) -> dict[str, Any]:
    """A square region on the map."""
    ring = [[west, south], [west + width, south], [west + width, south + width], [west, south + width], [west, south]]
    return {"type": "Feature", "id": identifier, "properties": {}, "geometry": {"type": "Polygon", "coordinates": [ring]}}


SHAPES = json.dumps({"type": "FeatureCollection", "features": [square("S", 19.5, 49.5, 2.2), square("N", 19.5, 51.7, 2.0)]})
