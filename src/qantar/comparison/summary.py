"""A comparison as plain data: the object that ``qantar compare --json`` prints."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from qantar.comparison.carried import plain

if TYPE_CHECKING:
    from qantar.comparison.effect import Effect, Outcome
    from qantar.results.open import Ensemble


def summary_of(effect: Effect) -> dict[str, Any]:
    """Sum up a comparison, as ``docs/schema/comparison.md`` describes field by field.

    Raises StoreError where no pair came to an end.
    """
    outcomes = effect.outcomes
    identity = effect.a.state.identity
    dates = [str(value) for value in effect.a.series["date"].values.astype("datetime64[D]")]
    return {
        "seed": identity.seed,
        "version": identity.version,
        "parameters": identity.parameters,
        "pairs": len(effect.pairs),
        "failed": effect.failures,
        "a": _side(effect.a),
        "b": _side(effect.b),
        "same_scenario": effect.null,
        "outcomes": {outcome.name: _outcome(outcome) for outcome in outcomes},
        "endings": {row.name: {"a": row.in_a, "b": row.in_b, "difference": plain(row.difference)} for row in effect.endings},
        "daily": {name: {date: plain(mean) for date, mean in zip(dates, means, strict=True)} for name, means in effect.daily.items()},
        "regions": {name: {region: plain(mean) for region, mean in rows.items()} for name, rows in effect.regions.items()},
        "channels": None if effect.carried is None else effect.carried.as_dict(),
        "store": None if effect.path is None else str(effect.path),
    }


def _side(ensemble: Ensemble) -> dict[str, Any]:
    identity, context = ensemble.state.identity, ensemble.context
    return {
        "scenario": identity.scenario,
        "scenario_hash": identity.scenario_hash,
        "palace": identity.palace,
        "interventions": context.get("interventions", []),
        "withheld": context.get("withheld", []),
        "changed": context.get("changed", []),
        "members": len(ensemble.state.done),
    }


def _outcome(outcome: Outcome) -> dict[str, Any]:
    low, middle, high = outcome.spread
    saved = outcome.saved
    return {
        "unit": outcome.unit,
        "a": plain(outcome.in_a),
        "b": plain(outcome.in_b),
        "difference": {**plain(outcome.difference), "q05": low, "q50": middle, "q95": high},
        "less": outcome.less,
        "same": outcome.same,
        "more": outcome.more,
        "times_fewer_members": {
            key: value if math.isfinite(value) else None
            for key, value in (("value", saved.value), ("low", saved.low), ("high", saved.high))
        },
    }
