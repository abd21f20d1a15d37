"""Contests: what an actor expects of a move against a holder, worked out from his own beliefs alone.

Chance to succeed: 1 - r (1 - π), with π the share of imagined plays that the move wins (`conflict`) and r the
chance that the defender resists at all. In success the offices change hands and unity of command with them;
in failure means are lost, and with some chance the office.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qantar.model.palace.command import armed_weight, obedience_rules, obeys, tension
from qantar.model.palace.conflict import Conflict, fight, rules
from qantar.model.palace.court import VACANT, Court
from qantar.model.palace.holding import Expectation
from qantar.model.palace.moves import Kind, Move, heir
from qantar.model.palace.polity import Polity
from qantar.model.palace.prospects import View
from qantar.scenario.vocabulary import BLAMED

Floats = NDArray[np.float64]
Seats = tuple[NDArray[np.int64], NDArray[np.bool_]]

_LARGEST_ODDS = 30.0
APART = 16
"""Cells of the stream PLAY from one conflict of an actor to the next: first what each observer imagines, then what is fought."""
OUSTING = frozenset({Kind.COUP, Kind.STRIKE_BACK})


def defender_of(view: View, move: Move) -> int:
    """Return who would stand against a move: the target, or his patron where he is free and stronger."""
    if move.kind in OUSTING:
        return move.target
    patron = int(view.court.loyalty[:, move.target].argmax())
    strong = view.power[patron] > view.power[move.target]
    known = view.court.loyalty[patron, move.target] > 0.0
    return patron if known and strong and patron != move.actor and view.court.free[patron] else move.target


def blame_on(polity: Polity, court: Court, blame: Floats, actor: int) -> float:
    """Return the share of blame on the offices that an actor holds."""
    roles = {polity.blamed_as[office] for office in np.flatnonzero(court.holder == actor)} - {""}
    return float(sum(blame[BLAMED.index(role)] for role in roles))


def advantage_of(view: View, move: Move, defender: int) -> tuple[float, float]:
    """Return the challenger's advantage in shares of all weights, and what the defender's camp loses."""
    polity, court, p = view.polity, view.court, view.p
    chief = court.holder[polity.top]
    gain = p.surprise
    if move.office == polity.top:
        gain -= p.right
    elif move.actor == chief or polity.appoints[court.holder == move.actor, move.office].any():
        gain += p.right
    guards = np.flatnonzero(polity.vetoes[:, move.office])
    vetoed = any(court.holder[office] not in {move.actor, VACANT} for office in guards)
    if vetoed or polity.lifelong[move.office]:
        gain -= p.protection
    cover = p.cover_blame * blame_on(polity, court, view.standing.blame, defender)
    if court.emergency and move.actor == chief:
        cover += p.cover_emergency
    fit = float(court.health[defender]) ** p.cover_health
    return float(gain), 1.0 - (1.0 - float(min(cover, 1.0))) * fit


def conflict_of(view: View, move: Move, defender: int) -> Conflict:
    """Return the conflict as an observer imagines it: everybody leans as he believes."""
    polity, court, p = view.polity, view.court, view.p
    armed = armed_weight(court.holder, polity.top, polity.commander, view.standing.capital_men, p.branch_follow, polity.n)
    weight = view.power + p.branch_weight * armed
    chief = court.holder[polity.top]
    if chief != VACANT:
        weight[chief] += p.backing_weight * max(view.situation.backing, 0.0)
    own = np.ascontiguousarray(view.eyes.reach[[move.actor, defender]].T)
    gain, cover = advantage_of(view, move, defender)
    lean = np.empty((polity.n, polity.n))
    lean[:] = own[:, 0] - own[:, 1]
    return Conflict(move.actor, defender, weight, own, lean, polity.ambition, gain, cover)


def chance_to_win(view: View, move: Move, defender: int, observer: int) -> float:
    """Return the share of imagined plays that the move wins."""
    run = view.run.copy()
    run[2], run[3] = view.polity.key[move.actor], APART * (observer + 1)
    return fight(conflict_of(view, move, defender), view.court.free, rules(view.p), run, int(view.p.plays))[0]


def seats_won(polity: Polity, court: Court, move: Move, successor: int) -> Seats:
    """Return offices and freedom after a move that succeeded; `successor` takes the top office if it fell."""
    holder, free = court.holder.copy(), court.free
    if move.kind in OUSTING:
        holder[(holder == successor) | (holder == move.target)] = VACANT
        holder[polity.top] = successor
        free = free.copy()
        free[move.target] = False
    elif move.kind is Kind.TAKE:
        holder[move.office] = move.actor
    else:
        holder[move.office] = VACANT
    return holder, free


def seats_lost(polity: Polity, court: Court, move: Move, successor: int) -> NDArray[np.int64]:
    """Return the offices after a move that failed and cost the challenger his.

    successor : whom the defender puts into the top office where that is lost
    """
    holder = court.holder.copy()
    was_chief = holder[polity.top] == move.actor
    holder[holder == move.actor] = VACANT
    if was_chief:
        holder[holder == successor] = VACANT
        holder[polity.top] = successor
    return holder


def successor_of(polity: Polity, court: Court, defender: int, loser: int) -> int:
    """Return whom a defender would put in the loser's place: his heir, else himself."""
    new = heir(polity, court, defender)
    return new if new not in {-1, loser} else defender


def resistance(view: View, move: Move, defender: int, chance: float) -> float:
    """Return the probability that the defender resists, as somebody sees it who gives the challenger a chance.

    logit = precision · [(1 - chance) + chance · u(lost) - cost - u(yielded)], u the risk-weighted power over
    what he has now, less his shield where he yields a commander who is his. A ruler always resists his own fall.
    """
    p, m, court = view.p, view.moves, view.court
    mine = float(view.power[defender]) + p.stake
    holder, free = seats_won(view.polity, court, move, heir(view.polity, court, move.actor))
    yielded = ((view.power_of(defender, holder, free, court.means) + p.stake) / mine) ** p.risk - shield(view, move, defender)
    if move.kind in OUSTING:
        return 1.0
    poorer = _poorer(court.means, defender, p.failure_means)
    lost = ((view.power_of(defender, holder, free, poorer) + p.stake) / mine) ** p.risk
    gain = (1.0 - chance) + chance * lost - m.cost_resist - yielded
    return 1.0 / (1.0 + math.exp(-min(max(m.precision * gain, -_LARGEST_ODDS), _LARGEST_ODDS)))


def shield(view: View, move: Move, defender: int) -> float:
    """Return what the defender loses besides power: a protected office, or a commander of his, without whom he can be struck."""
    if defender == move.target:
        return float(view.moves.worth_protection) if view.polity.lifelong[move.office] else 0.0
    if not (view.polity.commander == move.office).any():
        return 0.0
    return float(view.moves.gain_command * view.court.loyalty[defender, move.target])


def _poorer(means: Floats, actor: int, kept: float) -> Floats:
    left = means.copy()
    left[actor] *= kept
    return left


def removal_chance(polity: Polity, p: Any, move: Move) -> float:  # noqa: ANN401 - parameters as bare numbers
    """Return the chance that a challenger who lost is removed: the larger the office, the larger."""
    if move.kind in OUSTING:
        return 1.0
    return float(p.failure_removal * polity.formal[move.office] / polity.formal.max())


def contested(view: View, move: Move, observer: int) -> tuple[float, float, float, Expectation]:
    """Return chance, power won, power in failure, and what holding would rest on, of a move against a holder."""
    polity, court, p = view.polity, view.court, view.p
    defender = defender_of(view, move)
    holder, free = seats_won(polity, court, move, heir(polity, court, move.actor))
    if move.kind is Kind.DISMISS:
        taken = {move.actor, move.target, *court.holder.tolist()}
        fit = [i for i in range(polity.n) if court.free[i] and i not in taken]
        holder[move.office] = max(fit, key=lambda i: court.loyalty[move.actor, i], default=VACANT)
    won = view.power_of(move.actor, holder, free, court.means)
    removal = removal_chance(polity, p, move)
    poorer = _poorer(court.means, move.actor, p.failure_means)
    out = seats_lost(polity, court, move, successor_of(polity, court, defender, move.actor))
    failed = removal * view.power_of(move.actor, out, court.free, poorer)
    failed += (1.0 - removal) * view.power_of(move.actor, court.holder, court.free, poorer)
    role = polity.blamed_as[move.office]
    relief = float(view.standing.blame[BLAMED.index(role)]) if role else 0.0
    expected = Expectation(force=_unity(view, holder, free), crowd=1.0 - view.moves.expect_relief * relief)
    fought = chance_to_win(view, move, defender, observer)
    chance = 1.0 - resistance(view, move, defender, fought) * (1.0 - fought)
    return chance * float(p.purge_possible), won, failed, expected


def _unity(view: View, holder: NDArray[np.int64], free: NDArray[np.bool_]) -> float:
    """Return the factor on the men who obey, in the capital, when the offices change hands."""
    polity, court, men = view.polity, view.court, view.standing.capital_men
    rule, heat = obedience_rules(view.p), tension(view.court, view.p)
    after = obeys(holder, polity.top, polity.commander, court.loyalty, free, heat, rule) @ men
    now = obeys(court.holder, polity.top, polity.commander, court.loyalty, court.free, heat, rule) @ men
    return float(after / now) if now > 0.0 else 1.0
