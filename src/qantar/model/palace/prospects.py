"""Prospects: what an actor expects of a move that nobody contests, and what moves cost him.

A `View` holds the court with the actor's beliefs in the place of the hidden loyalties, so that nothing here
can read what is hidden from him.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qantar.model.palace.court import Court
from qantar.model.palace.holding import NOTHING, Expectation, Situation
from qantar.model.palace.moves import CONTESTED, Kind, Move, Standing
from qantar.model.palace.polity import Polity
from qantar.model.palace.power import passing_on, shares
from qantar.scenario.vocabulary import BLAMED

Floats = NDArray[np.float64]
FOREIGN = BLAMED.index("foreign-hand")


@dataclass(frozen=True)
class Eyes:
    """What an actor works out once for a court.

    court : with loyalties as he believes them; given : float64[actor, actor] (`power.passing_on`)
    power : float64[actor]; reach : float64[patron, client] loyalties with those through a patron, at most 1
    if_free : what `given` would be with others free, by who is; filled as it is asked for
    """

    court: Court
    given: Floats
    power: Floats
    reach: Floats
    if_free: dict[bytes, Floats] = field(default_factory=dict)


def open_eyes(actor: int, court: Court, polity: Polity, p: Any) -> Eyes:  # noqa: ANN401 - bare numbers
    """Return the court through an actor's eyes: his beliefs stand in the place of what is hidden from him."""
    seen = replace(court, loyalty=court.belief[actor].copy(), belief=np.empty((0, 0, 0)))
    given = passing_on(seen.loyalty, seen.health * seen.free, p.patronage_pass)
    power = shares(seen.holder, seen.free, p.means_weight * seen.means, polity.formal, given)
    return Eyes(seen, given, power, reach(seen.loyalty))


def reach(loyalty: Floats) -> Floats:
    """Return loyalties with those through a patron : float64[patron, client], at most 1."""
    return np.asarray(np.minimum(loyalty + loyalty @ loyalty, 1.0))


@dataclass(frozen=True)
class View:
    """The palace and the country through the eyes of one actor at a turn.

    p, moves : the bare parameters of the groups; run : int64[seed, member, place, cell, tick] of the draws by
    which he judges conflicts
    """

    polity: Polity
    eyes: Eyes
    situation: Situation
    standing: Standing
    p: Any
    moves: Any
    run: NDArray[np.int64]

    @property
    def court(self) -> Court:
        """The court as he sees it."""
        return self.eyes.court

    @property
    def power(self) -> Floats:
        """Shares of power as he sees them : float64[actor]."""
        return self.eyes.power

    def power_of(self, actor: int, holder: NDArray[np.int64], free: NDArray[np.bool_], means: Floats) -> float:
        """Return an actor's share of power if offices, freedom and means were these."""
        given = self.eyes.given
        if free is not self.court.free:
            who = free.tobytes()
            if who not in self.eyes.if_free:
                self.eyes.if_free[who] = passing_on(self.court.loyalty, self.court.health * free, self.p.patronage_pass)
            given = self.eyes.if_free[who]
        return float(shares(holder, free, self.p.means_weight * means, self.polity.formal, given)[actor])


def _part(view: View, move: Move) -> float:
    """Return the part of the troubled regions that an order reaches, at most 1; 1 for what knows no regions."""
    if move.regions is None:
        return 1.0
    return min(float(move.regions.sum() / max(view.situation.trouble.sum(), 1)), 1.0)


_EXPECTED: dict[Kind, Callable[[View, Move], Expectation]] = {
    Kind.RECALL: lambda view, _: Expectation(force=view.moves.expect_recall),
    Kind.EMERGENCY: lambda view, move: Expectation(crowd=1.0 - view.moves.expect_curfew * _part(view, move)),
    Kind.MOBILE_CUT: lambda view, _: Expectation(trend=-view.moves.expect_blackout * (1.0 - view.moves.blackout_partial)),
    Kind.BLACKOUT: lambda view, _: Expectation(trend=-view.moves.expect_blackout * (1.0 - view.moves.blackout_full)),
    Kind.DISPERSE: lambda view, move: Expectation(crowd=1.0 - view.moves.expect_disperse * _part(view, move)),
    Kind.SHOOT: lambda view, move: Expectation(crowd=1.0 - view.moves.expect_shoot * _part(view, move)),
    Kind.REINFORCE: lambda view, move: Expectation(force=view.moves.expect_reinforcement, city=move.city),
    Kind.CONCEDE: lambda view, _: Expectation(crowd=1.0 - view.moves.expect_concession * _step(view)),
    Kind.ASK: lambda view, _: Expectation(backing=view.standing.answer),
    Kind.NEGOTIATE: lambda view, _: Expectation(crowd=1.0 - view.moves.expect_negotiation * view.standing.deal),
    Kind.BLAME: lambda view, _: Expectation(legitimacy=view.moves.gain_statement * (1.0 - float(view.standing.blame[FOREIGN]))),
}


def expectation_of(view: View, move: Move) -> Expectation:
    """Return what an uncontested move is expected to change."""
    expected = _EXPECTED.get(move.kind)
    return NOTHING if expected is None else expected(view, move)


def _arrest(view: View, move: Move) -> float:
    """Return the cost of an arrest: the more power the target still has, the larger."""
    if move.target < 0:
        return 0.0
    ratio = view.power[move.target] / max(float(view.power[move.actor]), 1e-6)
    return float(view.moves.cost_arrest * (1.0 + ratio) + (view.moves.cost_breach if view.court.immune[move.target] else 0.0))


def _step(view: View) -> float:
    """Return the part of the demand that the next concession meets."""
    return float(min(view.moves.concession_size, 1.0 - view.standing.conceded))


_COSTS: dict[Kind, Callable[[View, Move], float]] = {
    Kind.STAY: lambda *_: 0.0,
    Kind.APPOINT: lambda *_: 0.0,
    Kind.RECALL: lambda view, _: view.moves.cost_measure,
    Kind.EMERGENCY: lambda view, _: view.moves.cost_measure,
    Kind.REINFORCE: lambda view, _: view.moves.cost_measure,
    Kind.MOBILE_CUT: lambda view, _: view.moves.cost_blackout * (1.0 - view.moves.blackout_partial),
    Kind.BLACKOUT: lambda view, _: view.moves.cost_blackout,
    Kind.DISPERSE: lambda view, _: view.moves.cost_force,
    Kind.SHOOT: lambda view, _: view.moves.cost_shoot,
    Kind.NEGOTIATE: lambda view, _: view.moves.cost_negotiation,
    Kind.BLAME: lambda view, _: view.moves.cost_statement,
    Kind.ARREST: _arrest,
    Kind.COUP: lambda view, _: view.moves.cost_coup,
    Kind.STRIKE_BACK: lambda view, _: view.moves.cost_coup,
    Kind.DISMISS: lambda view, _: view.moves.cost_dismissal,
    Kind.TAKE: lambda view, _: view.moves.cost_dismissal,
    Kind.STEP_DOWN: lambda view, _: view.moves.cost_leave,
    Kind.ASK: lambda view, _: view.moves.cost_guarantor * view.standing.nationalism,
    Kind.CONCEDE: lambda view, _: (
        view.moves.cost_measure + view.moves.cost_concession * _step(view) * (1.0 - view.standing.fiscal_room)
    ),
    Kind.DEFECT: lambda view, move: view.moves.cost_defection * float(view.court.loyalty[:, move.actor].max()),
}


def cost_of(view: View, move: Move) -> float:
    """Return the cost of a move, as a share of what the actor has."""
    breach = move.kind in CONTESTED and move.office >= 0 and view.polity.lifelong[move.office]
    return float(_COSTS[move.kind](view, move) + (view.moves.cost_breach if breach else 0.0))
