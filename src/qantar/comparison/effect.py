"""The effect of an intervention: B less A over members that share every draw."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from qantar.comparison.interval import SPREAD, Gain, Mean, gain, mean_interval, share_difference
from qantar.comparison.series import differences
from qantar.comparison.totals import REGIONAL, Totals, totals_of
from qantar.engine.ending import Ending
from qantar.ensembles.design import mode_of
from qantar.errors import StoreError, UsageError
from qantar.results.repair import given_up

if TYPE_CHECKING:
    import xarray as xr

    from qantar.comparison.carried import Carried
    from qantar.results.open import Ensemble

OUTCOMES = {
    "peak_participants": ("people", "participants on the fullest day"),
    "participant_days": ("person-days", "participants, summed over the days"),
    "deaths": ("people", "deaths"),
    "detained": ("people", "detained"),
    "injured": ("people", "injured"),
    "security_deaths": ("people", "deaths among security forces"),
    "peak_regions": ("regions", "regions in protest on the fullest day"),
}
"""What is compared: name -> (unit, in words). All are of the whole run."""

DAILY = ("participants", "deaths", "detained", "regions")
"""National daily figures whose differences are given by date."""


MOST_REASONS = 3
"""Reasons that are told where there is no pair."""


@dataclass(frozen=True)
class Outcome:
    """One outcome over the pairs.

    in_a, in_b, difference : means over members with their 95 % intervals; the last one is paired
    spread : quantiles (5, 50, 95 %) of the differences of single pairs
    less, same, more : shares of the pairs in which B has less, as much, more
    saved : what sharing draws saves
    """

    name: str
    unit: str
    words: str
    in_a: Mean
    in_b: Mean
    difference: Mean
    spread: tuple[float, float, float]
    less: float
    same: float
    more: float
    saved: Gain


@dataclass(frozen=True)
class EndingShift:
    """One way to end: its share of the pairs in A and in B, and the paired difference."""

    name: str
    in_a: float
    in_b: float
    difference: Mean


@dataclass(frozen=True)
class Effect:
    """Two ensembles of one country, seed and members, and what the second has more.

    a, b : the ensembles, without and with the intervention; carried : what each channel carries of the
    difference, None where that was not asked for; path : folder of the comparison, None where there is none

    Raises UsageError where the two are no twins.
    """

    a: Ensemble
    b: Ensemble
    carried: Carried | None = None
    path: Path | None = None

    def __post_init__(self) -> None:
        """Refuse two that share no draws."""
        wrong = no_twins(self.a, self.b)
        if wrong:
            raise UsageError(f"these two are no twins, so that their difference is not the intervention's: {'; '.join(wrong)}")

    @cached_property
    def pairs(self) -> list[int]:
        """Members that came to an end in both."""
        return sorted(set(self._sound(self.a)) & set(self._sound(self.b)))

    @cached_property
    def failures(self) -> list[dict[str, Any]]:
        """Members that failed in A or in B, and why; they are in no number."""
        rows: list[dict[str, Any]] = []
        for side, ensemble in (("a", self.a), ("b", self.b)):
            failed = ensemble.members[ensemble.members["ending"] == Ending.FAILED.value]
            found = zip(failed["member"].tolist(), failed["reason"].tolist(), strict=True)
            rows += [{"side": side, "member": int(member), "reason": str(reason)} for member, reason in found]
        return rows

    @cached_property
    def series(self) -> xr.Dataset:
        """Every series of the schema, B less A: first dimension `member`, numeric, without a missing value.

        Values are read when they are used.
        """
        rows = [{int(member): row for row, member in enumerate(side.series["member"].values)} for side in (self.a, self.b)]
        return differences(self.a.series, self.b.series, *([row[member] for member in self.pairs] for row in rows))

    @cached_property
    def members(self) -> pd.DataFrame:
        """One row a pair: every outcome in A and in B and the difference, both endings, hours to control."""
        first, second = (self._figures(side, totals) for side, totals in zip((self.a, self.b), self._totals, strict=True))
        made: dict[str, Any] = {"member": self.pairs}
        for name in OUTCOMES:
            made |= {f"{name}_a": first[name], f"{name}_b": second[name], f"{name}_difference": second[name] - first[name]}
        for side, ensemble in (("a", self.a), ("b", self.b)):
            rows = self._rows(ensemble)
            made |= {f"ending_{side}": rows["ending"].to_numpy(), f"control_hours_{side}": rows["control_returned_hours"].to_numpy()}
        return pd.DataFrame(made)

    @cached_property
    def outcomes(self) -> tuple[Outcome, ...]:
        """Every outcome with its paired interval. Raises StoreError, with the first reasons, where no pair came to an end."""
        if not self.pairs:
            raise StoreError(f"no member came to an end in both{self._why_no_pair()}")
        return tuple(_outcome(self.members, name) for name in OUTCOMES)

    def outcome(self, name: str) -> Outcome:
        """The outcome of that name. Raises UsageError for an unknown one."""
        for found in self.outcomes:
            if found.name == name:
                return found
        raise UsageError(f"there is no outcome '{name}'; expected one of: {', '.join(OUTCOMES)}")

    @cached_property
    def endings(self) -> tuple[EndingShift, ...]:
        """Every ending that occurs, in the order of the list of endings."""
        first, second = self.members["ending_a"].to_numpy(), self.members["ending_b"].to_numpy()
        known = [ending.value for ending in Ending if ending.value in {*first, *second}]
        return tuple(
            EndingShift(name, float((first == name).mean()), float((second == name).mean()), self._share(first == name, second == name))
            for name in known
        )

    @cached_property
    def moves(self) -> pd.DataFrame:
        """How many pairs went from which ending in A to which in B: rows A, columns B."""
        return pd.crosstab(self.members["ending_a"], self.members["ending_b"])

    @cached_property
    def daily(self) -> dict[str, tuple[Mean, ...]]:
        """National daily figures: name -> the paired difference of each date."""
        return {
            name: tuple(mean_interval(column) for column in np.asarray(self.series[name].values).T) if self.pairs else () for name in DAILY
        }

    @cached_property
    def regions(self) -> dict[str, dict[str, Mean]]:
        """By region, participants of its fullest day, and deaths and detained to the end: name -> region -> the paired difference."""
        found: dict[str, dict[str, Mean]] = {}
        for name, (first, second) in self._regional.items():
            difference = second - first
            found[name] = {str(region): mean_interval(difference[region].to_numpy()) for region in difference.columns}
        return found

    @cached_property
    def region_levels(self) -> dict[str, pd.DataFrame]:
        """The means of `regions` on both sides: name -> float64[region, (a, b)]."""
        return {name: pd.DataFrame({"a": first.mean(), "b": second.mean()}) for name, (first, second) in self._regional.items()}

    @cached_property
    def _regional(self) -> dict[str, tuple[pd.DataFrame, pd.DataFrame]]:
        first, second = self._totals
        return {name: (first.largest[name].reindex(self.pairs), second.largest[name].reindex(self.pairs)) for name in REGIONAL}

    @cached_property
    def _totals(self) -> tuple[Totals, Totals]:
        return totals_of(self.a), totals_of(self.b)

    @property
    def null(self) -> bool:
        """Whether both sides are the same scenario in the same mode, so that nothing can differ."""
        return self.a.state.identity == self.b.state.identity

    def summary(self) -> dict[str, Any]:
        """The object that ``qantar compare --json`` prints (``docs/schema/comparison.md``)."""
        from qantar.comparison.summary import summary_of

        return summary_of(self)

    def _why_no_pair(self) -> str:
        """Reasons of failures, and what can help: nothing but another try where a worker died, going on where a side is not finished."""
        reasons = list(dict.fromkeys(f"{row['side'].upper()}: {row['reason']}" for row in self.failures))
        found = f": {'; '.join(reasons[:MOST_REASONS])}" if reasons else ""
        if any(given_up(row["reason"]) for row in self.failures):
            found += "; the same command with --repair tries members whose worker died once more"
        elif not reasons or any(len(side.state.done) < side.state.members for side in (self.a, self.b)):
            found += "; the same command goes on"
        return found

    def _share(self, in_a: NDArray[np.bool_], in_b: NDArray[np.bool_]) -> Mean:
        if self.null:
            return Mean(0.0, 0.0, 0.0, len(in_a))
        return share_difference(in_a, in_b)

    @staticmethod
    def _sound(ensemble: Ensemble) -> list[int]:
        rows = ensemble.members
        return [int(member) for member in rows.loc[rows["ending"] != Ending.FAILED.value, "member"]]

    def _rows(self, ensemble: Ensemble) -> pd.DataFrame:
        return ensemble.members.set_index("member").loc[self.pairs]

    def _figures(self, ensemble: Ensemble, totals: Totals) -> pd.DataFrame:
        rows, days = self._rows(ensemble), totals.participant_days
        made = {name: rows[name].to_numpy(dtype=np.int64) for name in OUTCOMES if name != "participant_days"}
        return pd.DataFrame(made | {"participant_days": days.reindex(self.pairs).to_numpy(dtype=np.int64)})

    def __repr__(self) -> str:
        """Both sides and the number of pairs."""
        return f"Effect({self.a!r} against {self.b!r}, {len(self.pairs)} pairs)"


def no_twins(a: Ensemble, b: Ensemble) -> list[str]:
    """What keeps two ensembles from being twins, in words; empty where they are.

    Twins have one seed, one way to take parameters, one version of Qantar, and the same places, regions,
    hours and days. Scenario and palace may differ: they are what is compared. A fit can weigh its sets by the palace:
    where that gives members of the two sides other sets, they are no twins.
    """
    first, second = a.state.identity, b.state.identity
    wrong = [
        f"{name} is {getattr(first, name)} in A and {getattr(second, name)} in B"
        for name in ("seed", "parameters", "version")
        if getattr(first, name) != getattr(second, name)
    ]
    for name in ("place", "region", "time", "date"):
        one, two = a.series[name].values, b.series[name].values
        if one.shape != two.shape or not (one == two).all():
            wrong.append(f"they have other {name}s")
    return wrong or _other_sets(a, b)


def _other_sets(a: Ensemble, b: Ensemble) -> list[str]:
    """What is wrong where a fit gives each palace sets of its own: how many members have another value of one parameter.

    A parameter that was changed by hand on one side is drawn on the other only, and is not looked at.
    """
    first, second = a.state.identity, b.state.identity
    if first.palace == second.palace or mode_of(first.parameters) != "posterior":
        return []
    drawn = a.parameters.merge(b.parameters, on=["member", "name"])
    apart, both = drawn.loc[drawn["value_x"] != drawn["value_y"], "member"].nunique(), len(set(a.state.done) & set(b.state.done))
    palaces = f"the palace is {first.palace} in A and {second.palace} in B, and the fit weighs its parameter sets for each of them"
    wrong = f"{palaces}: {apart} of {both} members run with another set; run both with --parameters point or prior"
    return [wrong] if apart else []


def _outcome(members: pd.DataFrame, name: str) -> Outcome:
    first, second, difference = (members[f"{name}_{side}"].to_numpy() for side in ("a", "b", "difference"))
    low, middle, high = (float(value) for value in np.quantile(difference, SPREAD))
    return Outcome(
        name,
        *OUTCOMES[name],
        in_a=mean_interval(first),
        in_b=mean_interval(second),
        difference=mean_interval(difference),
        spread=(low, middle, high),
        less=float((difference < 0).mean()),
        same=float((difference == 0).mean()),
        more=float((difference > 0).mean()),
        saved=gain(first, second),
    )
