"""Moves: what an actor can do at a palace turn, each with its preconditions.

A move is typed by `Kind`. Whether it is there at all depends on offices and their powers, on the streets, and
on what is in force already; what it is worth is worked out in `values`, what it does in `effects`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from qantar.model.palace.court import VACANT, Court
from qantar.model.palace.holding import Situation
from qantar.model.palace.polity import Polity
from qantar.scenario.vocabulary import POSTURES

Bools = NDArray[np.bool_]


class Kind(StrEnum):
    """The kinds of move."""

    STAY = "stay still"
    DISMISS = "dismiss"
    TAKE = "take the office"
    COUP = "oust the ruler"
    STRIKE_BACK = "strike back"
    ARREST = "arrest"
    APPOINT = "appoint"
    EMERGENCY = "state of emergency"
    BLACKOUT = "cut the net"
    MOBILE_CUT = "cut mobile networks"
    RECALL = "recall"
    REINFORCE = "reinforce"
    DISPERSE = "order to disperse"
    SHOOT = "order to shoot"
    CONCEDE = "concede"
    ASK = "ask the guarantor"
    NEGOTIATE = "negotiate"
    STEP_DOWN = "step down against guarantees"
    DEFECT = "change sides"
    BLAME = "shift blame"


CONTESTED = frozenset({Kind.DISMISS, Kind.TAKE, Kind.COUP, Kind.STRIKE_BACK})
"""Moves against a holder, who may resist: played out as a conflict."""


@dataclass(frozen=True, eq=False)
class Move:
    """Something that an actor could do now; -1 where there is no office, target or place.

    target : the actor against whom or for whom; city : number of a big city; place, origin : rows of places
    regions : bool[region] where an order would hold
    """

    kind: Kind
    actor: int
    office: int = -1
    target: int = -1
    regions: Bools | None = None
    city: int = -1
    place: int = -1
    origin: int = -1
    branch: int = -1
    men: float = 0.0


@dataclass(frozen=True)
class Standing:
    """What is in force already, and what there is to order.

    emergency, shooting, dispersing, cut : bool[region]; convoy : (origin, city, branch, men) or None
    conceded : part of the main demand that was met; guarantor : whether there is one that was not asked yet
    answer : chance that it agrees, as the ruler reckons; nationalism : how much foreign troops are resented
    fiscal_room : share of what a state can concede that is left
    deal : brokerage of the troubled regions, 0
    where nobody could sign a deal; blame : float64[blamed]; hoarse : bool[actor] who spoke within the last day
    """

    emergency: Bools
    dispersing: Bools
    shooting: Bools
    cut: float
    recalled: bool
    convoy: tuple[int, int, int, float] | None
    conceded: float
    guarantor: bool
    answer: float
    nationalism: float
    fiscal_room: float
    deal: float
    blame: NDArray[np.float64]
    hoarse: Bools
    hour: float
    capital_men: NDArray[np.float64]
    cities: NDArray[np.int64]

    def stamp(self, version: int, backing: float) -> tuple[object, ...]:
        """Return what conflicts rest on, coarse enough that small changes do not call for a new judgement."""
        return version, round(backing, 1), *self._rounded

    @cached_property
    def _rounded(self) -> tuple[object, ...]:
        men = self.capital_men / max(float(self.capital_men.sum()), 1.0)
        return tuple(np.round(self.blame, 1).tolist()), tuple(np.round(men, 1).tolist())

    def in_force(self) -> tuple[object, ...]:
        """Return what decides which orders there are left to give."""
        return (
            self.cut, self.recalled, self.conceded, self.guarantor, self.deal, tuple(self.hoarse), self.convoy is None,
            self.emergency.any(), self.dispersing.any(), self.shooting.any(),
        )


def powers_of(polity: Polity, court: Court, actor: int) -> frozenset[str]:
    """Return what an actor may order by the offices that he holds."""
    return frozenset().union(*(polity.powers[seat] for seat, holder in enumerate(court.holder.tolist()) if holder == actor))


def moves_of(polity: Polity, court: Court, situation: Situation, standing: Standing, actor: int) -> list[Move]:
    """Return every move that an actor has, staying still first."""
    found = [Move(Kind.STAY, actor)]
    powers = powers_of(polity, court, actor)
    if powers:
        found += _orders(powers, situation, standing, actor)
        found += _politics(powers, court, situation, standing, actor)
    found += _against(polity, court, actor)
    found += _personal(polity, court, actor)
    return found


def _orders(powers: frozenset[str], situation: Situation, standing: Standing, actor: int) -> Iterator[Move]:
    """Orders to the state's machinery."""
    trouble = situation.trouble
    if "emergency" in powers and situation.troubled:
        new = trouble & ~standing.emergency
        if new.any():
            yield Move(Kind.EMERGENCY, actor, regions=new)
    if "blackout" in powers:
        if standing.cut <= 0.0:
            yield Move(Kind.MOBILE_CUT, actor, regions=np.ones_like(trouble))
        if standing.cut < 1.0:
            yield Move(Kind.BLACKOUT, actor, regions=np.ones_like(trouble))
    if "forces" in powers:
        if not standing.recalled:
            yield Move(Kind.RECALL, actor, regions=np.ones_like(trouble))
        if situation.troubled:
            yield from _rules_of_engagement(situation, standing, actor)
    if standing.convoy is not None and "reinforcements" in powers:
        origin, city, branch, men = standing.convoy
        yield Move(Kind.REINFORCE, actor, city=city, place=int(standing.cities[city]), origin=origin, branch=branch, men=men)


def _rules_of_engagement(situation: Situation, standing: Standing, actor: int) -> Iterator[Move]:
    """Sharper rules for the regions in trouble that do not have them yet."""
    mild = situation.trouble & ~standing.shooting
    if (mild & ~standing.dispersing).any():
        yield Move(Kind.DISPERSE, actor, regions=mild)
    rough = mild & situation.violent
    if rough.any():
        yield Move(Kind.SHOOT, actor, regions=rough)


def _politics(powers: frozenset[str], court: Court, situation: Situation, standing: Standing, actor: int) -> Iterator[Move]:
    """Words, money and help."""
    if standing.conceded < 1.0 and "concessions" in powers:
        yield Move(Kind.CONCEDE, actor)
    if standing.guarantor and "guarantor" in powers:
        yield Move(Kind.ASK, actor)
    if standing.deal > 0.0 and not court.negotiated and "negotiation" in powers:
        yield Move(Kind.NEGOTIATE, actor)
    if situation.troubled and not standing.hoarse[actor] and "narrative" in powers:
        yield Move(Kind.BLAME, actor)


def _against(polity: Polity, court: Court, actor: int) -> Iterator[Move]:
    """Moves against a holder, and those that follow: arrests, and filling what is vacant."""
    seats = np.flatnonzero(court.holder == actor)
    chief = court.holder[polity.top]
    appoints = np.asarray(polity.appoints[seats].any(axis=0)).tolist()
    for office, target in enumerate(court.holder.tolist()):
        if target == actor or office == polity.top:
            continue
        by_right = actor == chief or appoints[office]
        if target == VACANT:
            if by_right:
                yield from _appointments(polity, court, actor, office)
        elif by_right:
            yield Move(Kind.DISMISS, actor, office, target)
            if actor == chief and polity.weighty[office]:
                yield Move(Kind.TAKE, actor, office, target)
    if chief not in {actor, VACANT} and (polity.eligible[actor] or heir(polity, court, actor) >= 0):
        kind = Kind.STRIKE_BACK if court.wronged[actor] else Kind.COUP
        if seats.size or court.wronged[actor]:
            yield Move(kind, actor, polity.top, int(chief))
    if actor == chief:
        for target in np.flatnonzero(court.wronged & court.free):
            if target != actor and target not in court.holder:
                yield Move(Kind.ARREST, actor, target=int(target))


def _appointments(polity: Polity, court: Court, actor: int, office: int) -> Iterator[Move]:
    """The best two for a vacant office: who is most loyal to the actor and free of other offices first."""
    taken = set(court.holder.tolist())
    fit = [i for i in range(polity.n) if court.free[i] and not court.wronged[i] and i != actor
           and i not in taken and (office != polity.top or polity.eligible[i])]
    for target in sorted(fit, key=lambda i: -court.loyalty[actor, i])[:2]:
        yield Move(Kind.APPOINT, actor, office, target)


def heir(polity: Polity, court: Court, actor: int) -> int:
    """Return whom an actor would put into the top office: himself where he may, else his most loyal eligible man, or -1."""
    chief = court.holder[polity.top]
    if polity.eligible[actor] and polity.ambitious[actor]:
        return actor
    fit = [i for i in range(polity.n) if polity.eligible[i] and court.free[i] and i not in {chief, actor}]
    if fit:
        best = max(fit, key=lambda i: court.loyalty[actor, i] + court.loyalty[i, actor])
        if court.loyalty[actor, best] + court.loyalty[best, actor] > 0.0:
            return best
    return actor if polity.eligible[actor] else -1


def _personal(polity: Polity, court: Court, actor: int) -> Iterator[Move]:
    """Leaving the game, or one's patron. A ruler who came in when another left holds on."""
    seats = np.flatnonzero(court.holder == actor)
    chief = int(court.holder[polity.top])
    if actor == chief:
        if not court.ruler_lost:
            yield Move(Kind.STEP_DOWN, actor, office=polity.top)
    elif chief != VACANT:
        for office in seats[polity.lifelong[seats]]:
            yield Move(Kind.STEP_DOWN, actor, office=int(office))
    patron = int(court.loyalty[:, actor].argmax())
    won = court.winner not in {-1, patron}
    if won and court.loyalty[patron, actor] > 0.0 and chief not in {actor, VACANT, patron}:
        yield Move(Kind.DEFECT, actor, target=chief)


def posture_of(kind: Kind) -> int:
    """Return the posture that an order to the forces sets."""
    return POSTURES.index("shoot" if kind is Kind.SHOOT else "disperse")
