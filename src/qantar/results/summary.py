"""The summary of an ensemble: the object that ``--json`` prints.

It holds nothing that differs between repeats of the same command but `store`. Failed members count in
`endings` and nowhere else. Quantiles are those of Hyndman and Fan (1996), type 7.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
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
    dates, areas, figures = _daily_figures(ensemble)
    return {
        "scenario": identity.scenario,
        "version": identity.version,
        "seed": identity.seed,
        "members": len(members),
        "endings": _endings(members),
        "daily": {date: {key: quantiles(figures[key][:, day, 0]) for key in DAILY_KEYS} for day, date in enumerate(dates)},
        "totals": {
            key: {
                **quantiles(figures[key][:, -1, 0]),
                "by_region": {area: quantiles(figures[key][:, -1, row]) for row, area in enumerate(areas) if area != NATION},
            }
            for key in TOTAL_KEYS
        },
        "control_returned": _control(members),
        "events": _events(ensemble.events, _n_sound(members)),
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


def _daily_figures(ensemble: Ensemble) -> tuple[list[str], list[str], dict[str, NDArray[np.int64]]]:
    """Dates, areas (the country first) and, by name, int64[member, day, area]."""
    series = ensemble.series
    dates = [str(value) for value in series["date"].values.astype("datetime64[D]")]
    areas = [NATION, *(str(value) for value in series["region"].values)]
    table = ensemble.daily
    shape = (_n_sound(ensemble.members), len(dates), len(areas))
    if len(table) != math.prod(shape):
        raise StoreError(f"the daily table of {ensemble.path} has {len(table)} rows, expected {math.prod(shape)}")
    names = dict.fromkeys((*DAILY_KEYS, *TOTAL_KEYS))
    return dates, areas, {name: table[name].to_numpy(dtype=np.int64).reshape(shape) for name in names}


def _control(members: pd.DataFrame) -> dict[str, float | None]:
    """Hours from the start to the return of control where it returned, and the share in which it was lost for good."""
    sound = members[members["ending"] != Ending.FAILED.value]
    hours = sound["control_returned_hours"].dropna().to_numpy(dtype=np.float64)
    lost = int((sound["control_returned_hours"].isna() & (sound["ending"] != Ending.QUIET.value)).sum())
    return {**quantiles(hours), "never": lost / len(sound) if len(sound) else None}


def _events(events: pd.DataFrame, n_members: int) -> dict[str, Any]:
    """By kind: the share of members in which it happened, and the hour of the first time in those."""
    first = events.groupby(["kind", "member"])["hour"].min()
    found = {}
    for kind in sorted(str(kind) for kind in events["kind"].unique()):
        hours = first.loc[kind].to_numpy(dtype=np.float64)
        found[kind] = {"share": len(hours) / n_members, "hour": quantiles(hours)}
    return found
