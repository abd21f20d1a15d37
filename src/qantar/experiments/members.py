"""Members of an experiment: an ensemble with the simulated palace, read into what happened in each."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from qantar.engine.ending import Ending
from qantar.ensembles.local import Options, run_ensemble
from qantar.errors import StoreError
from qantar.results.open import open_results

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from qantar.scenario.schema import Scenario

FALLS = (Ending.PALACE_COUP.value, Ending.OVERTHROW.value, Ending.BREAKDOWN_OF_ORDER.value)
"""Endings in which the ruler or his order did not last."""


MOST_REASONS = 3
"""Reasons that are told where every member failed."""


@dataclass(frozen=True)
class Roles:
    """Which offices an experiment asks about, found by what they are and not by their names.

    top : number of the highest office; government : of the one blamed as the government; chair : of the one that the
    law protects; security : of the one that commands the security service; -1 where there is none
    """

    top: int
    government: int
    chair: int
    security: int
    holders: tuple[str, ...]


def roles_of(scenario: Scenario) -> Roles:
    """Return the offices that an experiment asks about."""
    offices = scenario.palace.offices

    def first(fits: Callable[[int], bool]) -> int:
        return next((number for number in range(len(offices)) if fits(number)), -1)

    top = first(lambda i: offices[i].top)
    if top < 0:
        top = max(range(len(offices)), key=lambda i: offices[i].formal.value)
    return Roles(
        top=top, government=first(lambda i: offices[i].blamed_as == "government"), chair=first(lambda i: offices[i].lifelong),
        security=first(lambda i: i != top and "security-service" in offices[i].commands),
        holders=tuple(office.holder or "" for office in offices),
    )


@dataclass(frozen=True)
class Told:
    """What happened in one member; hours are nan for what did not happen.

    cabinet, chair, chief : hour at which the government left, the ruler took the protected office, the security
    chief lost his; asked, agreed, refused, landed : steps of the guarantor; patron_won : the holder of the
    protected office won a struggle; collapse : the regime fell in the aftermath
    """

    member: int
    ending: str
    cabinet: float
    chair: float
    chief: float
    asked: float
    agreed: float
    refused: float
    landed: float
    patron_won: bool
    struggles: int
    moves: int
    collapse: bool
    policy: str
    peak: int
    deaths: int

    @property
    def fell(self) -> bool:
        """Whether the ruler or his order did not last."""
        return self.ending in FALLS

    @property
    def recorded_order(self) -> bool:
        """Whether cabinet, chair, call for help, security chief and landing came, in this order.

        The call and the dismissal of the security chief stand within minutes in the record: either may be first.
        """
        hours = (self.cabinet, self.chair, min(self.asked, self.chief), max(self.asked, self.chief), self.landed)
        return not any(math.isnan(hour) for hour in hours) and all(a <= b for a, b in pairwise(hours))


def _first(frame: pd.DataFrame) -> float:
    return math.nan if frame.empty else float(frame["hour"].iloc[0])


def tell(events: pd.DataFrame, member: pd.Series, roles: Roles) -> Told:
    """Read one member's events."""
    offices = events[events["kind"] == "palace-office"]
    later = offices[offices.duplicated("value")]  # first is who holds an office when the run begins

    def lost(office: int) -> float:
        rows = later[(later["value"] == office) & (later["actor"] != roles.holders[office])]
        return _first(rows) if office >= 0 else math.nan

    taken = later[(later["value"] == roles.chair) & (later["actor"] == roles.holders[roles.top])]
    struggles = events[(events["kind"] == "struggle") & (events["value"] > 0.0)]
    patron = roles.holders[roles.chair] if roles.chair >= 0 else ""
    step = {name: _first(events[events["kind"] == f"guarantor-{name}"]) for name in ("asked", "agreed", "refused", "landed")}
    policy = events.loc[events["kind"] == "aftermath-policy", "text"]
    return Told(
        member=int(member["member"]), ending=str(member["ending"]), cabinet=lost(roles.government),
        chair=_first(taken) if roles.chair >= 0 else math.nan, chief=lost(roles.security), **step,
        patron_won=bool(patron and (struggles["actor"] == patron).any()),
        struggles=len(struggles), moves=int(events["kind"].str.startswith("move-").sum()),
        collapse=bool((events["kind"] == "aftermath-collapse").any()), policy=str(policy.iloc[0]) if len(policy) else "",
        peak=int(member["peak_participants"]), deaths=int(member["deaths"]),
    )


def all_failed(reasons: Sequence[str]) -> str:
    """Say that every member failed, and for which reasons."""
    return f"all {len(reasons)} members failed: {'; '.join(sorted(set(reasons))[:MOST_REASONS])}"


def run_members(scenario: Scenario, *, members: int, seed: int, out: Path, workers: int | None = None) -> list[Told]:
    """Run an ensemble with the simulated palace (or go on with it) and read what happened in every member that came to an end.

    Raises UsageError, StoreMismatchError and StoreError as `run_ensemble`; StoreError, with the reasons, where every member failed.
    """
    options = Options(palace="simulated", workers=workers)
    found = open_results(run_ensemble(scenario, members=members, seed=seed, out=out, options=options))
    roles = roles_of(scenario)
    by_member = dict(tuple(found.events.groupby("member")))
    failed = found.members["ending"] == Ending.FAILED.value
    if failed.all():
        raise StoreError(all_failed(found.members["reason"].tolist()))
    rows = found.members[~failed]
    return [tell(by_member[row["member"]], row, roles) for _, row in rows.iterrows() if row["member"] in by_member]
