"""The summary of an ensemble: the object that ``--json`` prints.

It holds nothing that differs between repeats of the same command but `store`. Failed members count in
`endings` and nowhere else. Quantiles are those of Hyndman and Fan (1996), type 7.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from qantar.engine.ending import Ending
from qantar.errors import StoreError
from qantar.results.record import daily_record, record_totals
from qantar.results.tables import NATION

if TYPE_CHECKING:
    from qantar.results.open import Ensemble

LEVELS = {"q05": 0.05, "q50": 0.5, "q95": 0.95}
"""Names of the quantiles that are given, and their levels."""

DECIMALS = 6
"""Enough for any count or hour; hides the noise of interpolation in the last bits."""

DAILY_KEYS = ("participants", "violent", "deaths", "detained", "regions")
TOTAL_KEYS = ("deaths", "detained", "injured")

Quantiles = dict[str, float | None]


def summarise(ensemble: Ensemble) -> dict[str, Any]:
    """Sum up an ensemble, as ``docs/schema/results.md`` describes field by field.

    Raises StoreError where no member is done.
    """
    members = ensemble.members
    if members.empty:
        raise StoreError(f"{ensemble.path} holds no finished member yet; the same `qantar run` goes on")
    identity, context = ensemble.state.identity, ensemble.context
    dates, areas = _dates(ensemble), _areas(ensemble)
    national, last = _daily_figures(ensemble, (len(dates), len(areas)))
    return {
        "scenario": identity.scenario,
        "version": identity.version,
        "seed": identity.seed,
        "members": len(members),
        "endings": _endings(members),
        "daily": {date: {key: quantiles(national[key][:, day]) for key in DAILY_KEYS} for day, date in enumerate(dates)},
        "totals": {
            key: {
                **quantiles(last[key][:, 0]),
                "by_region": {area: quantiles(last[key][:, row]) for row, area in enumerate(areas) if area != NATION},
            }
            for key in TOTAL_KEYS
        },
        "control_returned": _control(members, float(context["judgement"]["wave"])),
        "events": _events(ensemble, _n_sound(members)),
        "record": {
            "daily": daily_record(context["record"], dates, DAILY_KEYS),
            "totals": record_totals(context["record"]),
        },
        "store": str(ensemble.path),
    }


def quantiles(values: NDArray[Any]) -> Quantiles:
    """The quantiles of values[member]; None where there is no member."""
    if values.size == 0:
        return dict.fromkeys(LEVELS, None)
    found = np.quantile(np.asarray(values, dtype=np.float64), list(LEVELS.values()))
    return {name: round(float(value), DECIMALS) for name, value in zip(LEVELS, found, strict=True)}


def _n_sound(members: pd.DataFrame) -> int:
    return int((members["ending"] != Ending.FAILED.value).sum())


def _endings(members: pd.DataFrame) -> dict[str, float]:
    """Share of members by ending, in the order of their names; the shares sum to 1."""
    counts = members["ending"].value_counts().sort_index()
    return {str(name): int(count) / len(members) for name, count in counts.items()}


def _dates(ensemble: Ensemble) -> list[str]:
    return [str(value) for value in ensemble.series["date"].values.astype("datetime64[D]")]


def _areas(ensemble: Ensemble) -> list[str]:
    """The country first, then its regions."""
    return [NATION, *(str(value) for value in ensemble.series["region"].values)]


Figures = dict[str, NDArray[np.int64]]


def _daily_figures(ensemble: Ensemble, shape: tuple[int, int]) -> tuple[Figures, Figures]:
    """By name, the country's int64[member, day], and of the last day int64[member, area]; read batch by batch.

    shape : days and areas
    """
    national: dict[str, list[NDArray[np.int64]]] = {name: [] for name in DAILY_KEYS}
    last: dict[str, list[NDArray[np.int64]]] = {name: [] for name in TOTAL_KEYS}
    rows = 0
    for part in ensemble.each_part("daily", tuple(dict.fromkeys((*DAILY_KEYS, *TOTAL_KEYS)))):
        rows += part.num_rows
        if part.num_rows % math.prod(shape):
            break
        for name, found in national.items():
            found.append(_cube(part, name, shape)[:, :, 0].copy())
        for name, found in last.items():
            found.append(_cube(part, name, shape)[:, -1, :].copy())
    expected = _n_sound(ensemble.members) * math.prod(shape)
    if rows != expected:
        raise StoreError(f"the daily table of {ensemble.path} has {rows} rows, expected {expected}")
    return _joined(national, shape[0]), _joined(last, shape[1])


def _cube(part: pa.Table, name: str, shape: tuple[int, int]) -> NDArray[np.int64]:
    return np.asarray(part[name].to_numpy(), dtype=np.int64).reshape(-1, *shape)


def _joined(found: dict[str, list[NDArray[np.int64]]], width: int) -> Figures:
    return {name: np.concatenate([np.empty((0, width), dtype=np.int64), *parts]) for name, parts in found.items()}


def _control(members: pd.DataFrame, wave: float) -> dict[str, float | None]:
    """Hours from the start to the return of control where it returned, and the share in which it was lost for good.

    A palace can fall on quiet streets: whether there was a wave is said by its threshold and not by the ending.
    """
    sound = members[members["ending"] != Ending.FAILED.value]
    hours = sound["control_returned_hours"].dropna().to_numpy(dtype=np.float64)
    lost = int((sound["control_returned_hours"].isna() & (sound["peak_participants"] > wave)).sum())
    return {**quantiles(hours), "never": lost / len(sound) if len(sound) else None}


def _events(ensemble: Ensemble, n_members: int) -> dict[str, Any]:
    """By kind: the share of members in which it happened, and the hour of the first time in those."""
    first: dict[str, list[NDArray[np.float64]]] = {}
    for part in ensemble.each_part("events", ("kind", "member", "hour")):
        hours = part.to_pandas().groupby(["kind", "member"])["hour"].min()
        for kind, found in hours.groupby(level="kind"):
            first.setdefault(str(kind), []).append(found.to_numpy(dtype=np.float64))
    joined = {kind: np.concatenate(first[kind]) for kind in sorted(first)}
    return {kind: {"share": len(hours) / n_members, "hour": quantiles(hours)} for kind, hours in joined.items()}
