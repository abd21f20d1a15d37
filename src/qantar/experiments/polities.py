"""Polities: invented palaces drawn at random, under parameters drawn from their priors, in a crisis of random size.

    qantar experiment polities borderland --members 400

A check of the priors against base rates: about half of all coup attempts succeed (227 of 457, 1950 to 2010: Powell and
Thyne 2011), and of 303 leaders removed outside the rules 205 fell to insiders and 32 to uprisings (Svolik 2012). Only
the people of the scenario are kept; its palace is replaced. Other constellations are other data: a ruler alone, one
behind whom an elder sits, a council in which commanders outweigh him all come out of the same draws.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qantar.engine.ending import Ending
from qantar.engine.random import uniform
from qantar.engine.streams import Stream
from qantar.ensembles.design import draw_parameters
from qantar.ensembles.local import Options, check_options
from qantar.errors import StoreError
from qantar.experiments.members import all_failed
from qantar.experiments.share import Share
from qantar.model.run import simulate
from qantar.scenario.schema import Actor, Office, Palace
from qantar.scenario.value import ASSUMED, Value
from qantar.scenario.vocabulary import BRANCHES, POWERS

if TYPE_CHECKING:
    import pandas as pd

    from qantar.results.run import Run
    from qantar.scenario.schema import Scenario

DRAWN = ("palace", "holding", "moves", "units", "alliance")
"""Groups of parameters that are drawn from their priors."""
RECORDED_LOSSES = Share(205, 205 + 32)
"""Leaders lost to insiders, of those lost to insiders or to uprisings (Svolik 2012)."""
INSIDERS_PER_UPRISING = RECORDED_LOSSES.hits / (RECORDED_LOSSES.members - RECORDED_LOSSES.hits)
"""The same as a ratio."""
RECORDED_ATTEMPTS = Share(227, 457)
"""Coup attempts that succeed, 1950 to 2010 (Powell and Thyne 2011)."""
ATTEMPTS_SUCCEED = RECORDED_ATTEMPTS.value
"""The same as a share."""
ELIGIBLE = 3 / 4
"""Part of the actors who may hold the top office."""
UNREST = (-16.0, -13.5)
"""Base propensities between which the size of the crisis is drawn: from a quiet country to one in the streets."""


class _Dice:
    """Keyed uniform numbers of one polity, one after the other; `of` tells apart its palace (0) and its crisis (1)."""

    def __init__(self, seed: int, number: int, of: int = 0) -> None:
        self._key, self._of = (seed, number), of
        self._count = 0

    def between(self, low: float, high: float) -> float:
        """Return the next number, uniform between two bounds."""
        self._count += 1
        return low + (high - low) * float(uniform(*self._key, int(Stream.POLITY), 0, self._of, 0, self._count))

    def whole(self, low: int, high: int) -> int:
        """Return the next whole number, both bounds included."""
        return min(int(self.between(low, high + 1)), high)


def _share(number: float) -> Value:
    return Value(value=round(number, 4), unit="share", source=ASSUMED)


def invent(seed: int, number: int) -> Palace:
    """Return an invented palace: three to six offices, their holders and one to three others without office."""
    dice = _Dice(seed, number)
    n_offices = dice.whole(3, 6)
    n_actors = n_offices + dice.whole(1, 3)
    raw = [dice.between(0.8, 3.0), *(dice.between(0.3, 1.0) for _ in range(n_offices - 1))]
    elder = dice.between(0.0, 1.0) < 1.0 / 3.0
    commander = [dice.whole(0, n_offices - 1) for _ in BRANCHES]
    offices = tuple(
        Office(
            id=f"office-{i}", title=f"Office {i}", formal=_share(raw[i] / sum(raw)), holder=f"actor-{i}", top=i == 0,
            commands=tuple(branch for branch, who in zip(BRANCHES, commander, strict=True) if who == i and branch != "guarantor"),
            appoints=tuple(f"office-{j}" for j in range(1, n_offices)) if i == 0 else (),
            vetoes=tuple(f"office-{j}" for j in range(2, n_offices)) if elder and i == 1 else (), lifelong=elder and i == 1,
            powers=POWERS if i == 0 else (), blamed_as="government" if i == n_offices - 1 else None,
        )
        for i in range(n_offices)
    )
    return Palace(offices=offices, actors=tuple(_actor(dice, i, n_offices, elder) for i in range(n_actors)))


def _actor(dice: _Dice, i: int, n_offices: int, elder: bool) -> Actor:
    """Return the actor in office i, or one without office; the ruler's patron is the elder where there is one."""
    of_ruler = dice.between(0.0, 1.0) < 2.0 / 3.0
    patron = 0 if of_ruler else dice.whole(0, max(min(i, n_offices) - 1, 0))
    if elder:
        patron = {0: 1, 1: -1}.get(i, 0 if of_ruler else 1)
    elif i == 0:
        patron = -1
    return Actor(
        id=f"actor-{i}", name=f"Actor {i}", patron=None if patron < 0 else f"actor-{patron}",
        loyalty=None if patron < 0 else _share(dice.between(0.2, 0.9)), health=_share(dice.between(0.5, 1.0)),
        means=_share(dice.between(0.0, 0.5)), ambition=_share(dice.between(0.1, 0.9)), eligible=dice.between(0.0, 1.0) < ELIGIBLE,
        source=ASSUMED,
    )


@dataclass(frozen=True)
class Tally:
    """What happened over all polities whose run came to an end.

    attempts, successes : on the top office; insiders, uprisings : polities that ended as a palace coup, or as an overthrow;
    left : polities in which a ruler or elder left against guarantees, however they ended; failed : runs that are in no other number
    """

    polities: int
    attempts: int
    successes: int
    insiders: int
    uprisings: int
    left: int
    moves: int
    failed: int = 0


def polity(scenario: Scenario, *, seed: int, number: int) -> Scenario:
    """Return the scenario with an invented palace, parameters of the palace from their priors, and a crisis of random size."""
    drawn, _ = draw_parameters(scenario, seed=seed, member=number)
    groups = {name: getattr(drawn.parameters, name) for name in DRAWN}
    size = _Dice(seed, number, of=1).between(*UNREST)
    streets = scenario.parameters.streets
    base = streets.base_propensity.model_copy(update={"value": size})
    groups["streets"] = streets.model_copy(update={"base_propensity": base})
    return scenario.model_copy(update={
        "parameters": scenario.parameters.model_copy(update=groups), "palace": invent(seed, number),
    })


def tally(runs: list[Run]) -> Tally:
    """Count attempts on the top office and how rulers were lost.

    Raises StoreError, with the reasons, where every run failed.
    """
    sound = [run for run in runs if not run.failed]
    if not sound:
        raise StoreError(all_failed([run.reason for run in runs]))
    attempts = successes = moves = left = 0
    for run in sound:
        tried, won = _attempts(run.events)
        attempts, successes = attempts + tried, successes + won
        moves += int(run.events["kind"].str.startswith("move-").sum())
        left += bool((run.events["kind"] == "move-step-down").any())
    endings = Counter(run.ending for run in sound)
    return Tally(
        len(sound), attempts, successes, endings[Ending.PALACE_COUP], endings[Ending.OVERTHROW], left, moves, len(runs) - len(sound),
    )


def _attempts(events: pd.DataFrame) -> tuple[int, int]:
    """Return attempts on the top office and how many succeeded: after each, the struggle names the winner."""
    rows = events[events["kind"].isin(["move-coup", "move-strike-back", "struggle"])].reset_index(drop=True)
    tried = won = 0
    kinds, actors = [str(kind) for kind in rows["kind"]], [str(actor) for actor in rows["actor"]]
    for number, kind in enumerate(kinds[:-1]):
        if kind != "struggle":
            tried += 1
            won += actors[number + 1] == actors[number]
    return tried, won


@dataclass(frozen=True)
class Polities:
    """What happened over all polities: title of the scenario whose people they have, seed, counts."""

    title: str
    seed: int
    tally: Tally


def polities(scenario: Scenario, *, members: int, seed: int) -> Polities:
    """Run the check in this process and return what happened; nothing is stored.

    Raises UsageError where members or seed are out of range, and StoreError where every run failed.
    """
    check_options(members, seed, Options(palace="simulated"))
    found = tally([simulate(polity(scenario, seed=seed, number=i), seed=seed, member=i, palace="simulated") for i in range(members)])
    return Polities(scenario.header.title, seed, found)


def polities_page(result: Polities) -> str:
    """Return the table of the check."""
    found = result.tally
    ratio = f"{found.insiders / found.uprisings:.1f}" if found.uprisings else "no uprising"
    failed = [f"{found.failed} more failed, and are in no number", ""] if found.failed else [""]
    return "\n".join([
        f"{found.polities} invented polities among the people of {result.title}, seed {result.seed}", *failed,
        f"attempts on the top office                  {found.attempts}",
        f"attempts on the top office that succeed     {Share(found.successes, found.attempts)}; record {ATTEMPTS_SUCCEED:.0%}",
        f"polities in which insiders remove the ruler {Share(found.insiders, found.polities)}",
        f"polities in which the streets do            {Share(found.uprisings, found.polities)}",
        f"insiders per uprising                       {ratio}; record {INSIDERS_PER_UPRISING:.1f}",
        f"rulers or elders who leave against guarantees {Share(found.left, found.polities)}",
        f"moves of a palace                           {found.moves / found.polities:.1f}",
    ])
