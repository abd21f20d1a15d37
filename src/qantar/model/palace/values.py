"""Values: what a move is worth to an actor, and which move he makes.

    V = [pi · u(after) · h(after) + (1 - pi) · u(failure) · h(now)] - cost + what else speaks for it
    u = ((power + stake) / (power now + stake))^risk,  0 after a failed attempt on the ruler

with pi the chance that he sees, h the chance that the regime holds (`holding`). Moves nobody contests have
pi = 1. The cost of a contested move is times exp(mean ambition - his own): ambition makes reaching for an office
cheaper. What else speaks for a move, l being a loyalty:

    against a commander   pi · gain_command · tension · his largest l to anybody else who is free
    arrest                gain_arrest · tension · (1 - l of the target to the actor)
    change sides          exposure · tension · (1 - l of the actor to the ruler)
    step down             guarantee - h(now)

The choice is logit in V (quantal response: McKelvey and Palfrey 1995). Staying still is worth h(now); the terms of V
less that are what a story tells.

Departure: in the design V is linear in power; the exponent `risk` below 1 makes actors shy of gambles that
a small player would otherwise always take. At 1 it is the design's.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from qantar.model.palace.command import tension
from qantar.model.palace.contests import OUSTING, contested
from qantar.model.palace.court import Court
from qantar.model.palace.holding import NOTHING, Expectation, Situation, chance, odds_of_holding
from qantar.model.palace.moves import CONTESTED, Kind, Move
from qantar.model.palace.prospects import View, cost_of, expectation_of

Floats = NDArray[np.float64]

_PARTS = {
    "force": "more men are expected to obey", "crowd": "people are expected to go home",
    "trend": "the wave is expected to turn", "legitimacy": "the story is expected to be believed",
    "backing": "a guarantor is expected to stand behind the order",
}
_FEWER = "fewer men are expected to obey"


@dataclass(frozen=True)
class Weighed:
    """What the value of a move is made of, less that of staying still.

    gain : the value; chance : that it succeeds; up, down : utility of power in success and failure
    now : chance of holding now; extra : what else speaks for it, with its words
    """

    move: Move
    gain: float
    chance: float
    up: float
    down: float
    now: float
    cost: float
    expected: Expectation
    extra: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Mind:
    """How an actor judges: his seat, his risk exponent, the equation of holding and how he misjudges it."""

    rule: Floats
    risk: float
    own: float

    def holds(self, situation: Situation, expected: Expectation = NOTHING) -> float:
        """Return the chance that the regime holds, as he sees it."""
        return chance(odds_of_holding(self.rule, situation, expected, self.own))

    def weigh(self, view: View, move: Move, outlook: tuple[float, float, float, Expectation] | None, now: float) -> Weighed:
        """Return what a move is worth; `outlook` is what `contested` says of a contested one, `now` the chance of holding now."""
        stake = float(view.p.stake)
        mine = float(view.power[move.actor])
        pi, won, failed, expected = 1.0, mine, mine, NOTHING
        extra: tuple[tuple[str, float], ...] = ()
        if outlook is not None:
            pi, won, failed, expected = outlook
            extra = _safer(view, move, pi)
        elif move.kind is not Kind.STAY:
            expected = expectation_of(view, move)
            won, extra = self._uncontested(view, move, now)
        after = self.holds(view.situation, expected) if expected is not NOTHING else now
        if move.kind in OUSTING:
            failed = -stake
        up = ((won + stake) / (mine + stake)) ** self.risk
        down = (max(failed + stake, 0.0) / (mine + stake)) ** self.risk
        cost = cost_of(view, move) * _reluctance(view, move)
        gain = pi * up * after + (1.0 - pi) * down * now - cost - now + sum(value for _, value in extra)
        return Weighed(move, float(gain), pi, up, down, now, cost, expected, extra)

    def _uncontested(self, view: View, move: Move, now: float) -> tuple[float, tuple[tuple[str, float], ...]]:
        """Return the actor's power afterwards, and what else speaks for a move that nobody contests."""
        mine = float(view.power[move.actor])
        court = view.court
        match move.kind:
            case Kind.APPOINT:
                holder = court.holder.copy()
                holder[move.office] = move.target
                return view.power_of(move.actor, holder, court.free, court.means), ()
            case Kind.ARREST:
                apart = 1.0 - float(court.loyalty[move.actor, move.target])
                gain = view.moves.gain_arrest * tension(court, view.p) * apart
                return _without(view, court, move), (("he cannot strike back", gain),)
            case Kind.STEP_DOWN:
                return mine, (("safety against guarantees", view.moves.guarantee - now),)
            case Kind.DEFECT:
                gain = tension(court, view.p) * (1.0 - float(court.loyalty[move.target, move.actor]))
                return mine, (("the office is safer with the ruler", view.moves.exposure * gain),)
            case _:
                return mine, ()

    def because(self, view: View, made: Weighed) -> str:
        """Return what speaks most for a move, and what most against it, as text."""
        pi, now = made.chance, made.now
        power = f"power, at a chance of {pi:.0%} to win" if made.move.kind in CONTESTED else "power"
        terms = [(power, (pi * made.up + (1.0 - pi) * made.down - 1.0) * now), ("cost", -made.cost), *made.extra]
        for part, words in _PARTS.items():
            if getattr(made.expected, part) != getattr(NOTHING, part):
                alone = replace(NOTHING, **{part: getattr(made.expected, part)}, city=made.expected.city)
                change = pi * made.up * (self.holds(view.situation, alone) - now)
                terms.append((_FEWER if part == "force" and change < 0.0 else words, change))
        worth = sorted((term for term in terms if abs(term[1]) >= LEAST), key=lambda term: -term[1])
        told = [*worth[:2], *worth[2:][-1:]]
        said = "; ".join(f"{name} {value:+.2f}" for name, value in told)
        return said if told and told[0][1] > 0.0 else f"on an impulse: {said or 'nothing speaks for it'}"


LEAST = 5e-3
"""Terms that would be printed as 0.00 are not told."""


class Outlooks:
    """What conflicts would bring, by move; kept until what they rest on changes."""

    def __init__(self) -> None:
        self._kept: dict[tuple[int, str, int, int], tuple[float, float, float, Expectation]] = {}
        self._stamp: tuple[object, ...] = ()

    def of(self, view: View, move: Move, stamp: tuple[object, ...]) -> tuple[float, float, float, Expectation] | None:
        """Return the outlook of a contested move, None for others."""
        if move.kind not in CONTESTED:
            return None
        if stamp != self._stamp:
            self._kept.clear()
            self._stamp = stamp
        key = (move.actor, move.kind.value, move.office, move.target)
        if key not in self._kept:
            self._kept[key] = contested(view, move, move.actor)
        return self._kept[key]


def _safer(view: View, move: Move, pi: float) -> tuple[tuple[str, float], ...]:
    """Return what removing a commander is worth who leans to somebody else: he could strike."""
    if move.kind not in {Kind.DISMISS, Kind.TAKE} or not (view.polity.commander == move.office).any():
        return ()
    leans = view.court.loyalty[:, move.target] * view.court.free
    leans[[move.actor, move.target]] = 0.0
    danger = view.moves.gain_command * tension(view.court, view.p) * float(leans.max())
    return (("a commander who leans elsewhere is gone", pi * danger),)


def _reluctance(view: View, move: Move) -> float:
    """Return the factor on the cost: ambition makes reaching for an office cheaper, 1 at the mean of the court."""
    if move.kind not in CONTESTED:
        return 1.0
    ambition = view.polity.ambition
    return math.exp(float(ambition.mean()) - float(ambition[move.actor]))


def _without(view: View, court: Court, move: Move) -> float:
    free = court.free.copy()
    free[move.target] = False
    return view.power_of(move.actor, court.holder, free, court.means)


def choose(gains: Floats, precision: float, u: float) -> int:
    """Return the number of one of the moves, by logit choice with a uniform number."""
    weights = np.exp(precision * (gains - gains.max()))
    return min(int(np.searchsorted(np.cumsum(weights), u * weights.sum())), gains.size - 1)
