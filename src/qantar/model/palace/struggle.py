"""Struggle: what comes of a move against a holder, when it is made in earnest.

The defender first decides whether to resist: he yields where what he would keep is worth more than the
fight. If he resists, one play of the conflict decides, in which everybody leans as he truly does and judges
by his own beliefs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qantar.engine.random import uniform
from qantar.engine.streams import Stream
from qantar.model.palace.conflict import Conflict, fight, rules
from qantar.model.palace.contests import (
    APART,
    OUSTING,
    chance_to_win,
    conflict_of,
    defender_of,
    removal_chance,
    resistance,
    seats_lost,
    seats_won,
    successor_of,
)
from qantar.model.palace.court import LOST_TO_COUP, VACANT, Court
from qantar.model.palace.moves import Kind, Move, heir
from qantar.model.palace.prospects import View, reach
from qantar.scenario.vocabulary import BRANCHES

_RESIST, _REMOVE = 1, 2


@dataclass(frozen=True)
class Outcome:
    """How a move against a holder ended: the new court, whether it was won, fought, and who stood where."""

    court: Court
    won: bool
    fought: bool
    defender: int
    for_challenger: tuple[int, ...]
    for_defender: tuple[int, ...]
    removed: bool


def real_conflict(view: View, truth: Court, move: Move, defender: int) -> Conflict:
    """Return the conflict as it is: everybody's own loyalties, and each one's beliefs about the others."""
    imagined = conflict_of(view, move, defender)
    own = reach(truth.loyalty)[[move.actor, defender]].T
    lean = np.stack([reach(belief)[move.actor] - reach(belief)[defender] for belief in truth.belief])
    return Conflict(move.actor, defender, imagined.weight, np.ascontiguousarray(own), lean,
                    imagined.ambition, imagined.advantage, imagined.cover)


def contest_number(move: Move) -> int:
    """Return which of the moves that an actor can make against holders in a turn this is, from 0, so that no two share draws."""
    return 2 * move.office + int(move.kind is Kind.TAKE)


def settle(view: View, eyes: View, truth: Court, move: Move) -> Outcome:
    """Decide a move against a holder; `view` is the challenger's, `eyes` the defender's.

    Everybody knows weights and advantages alike; only loyalties are hidden.
    """
    polity, p = view.polity, view.p
    defender = defender_of(view, move)
    key, tick, number = polity.key[move.actor], int(view.run[4]), contest_number(move)
    seed, member = int(view.run[0]), int(view.run[1])
    seen = chance_to_win(eyes, move, defender, defender)
    doubt = uniform(seed, member, int(Stream.CHOICE), key, _RESIST, tick, number + 1)
    if doubt >= resistance(eyes, move, defender, seen):
        yielded = _won(view, truth, move)
        yielded.winner = move.actor
        return Outcome(yielded, True, False, defender, (), (), False)
    run = view.run.copy()
    run[2], run[3] = key, APART * (polity.n + 1 + number)
    share, sides = fight(real_conflict(view, truth, move, defender), truth.free, rules(p), run, 1)
    allies = tuple(int(i) for i in np.flatnonzero(sides == 1) if i != move.actor)
    foes = tuple(int(i) for i in np.flatnonzero(sides == -1) if i != defender)
    if share > 0.0:
        after = _won(view, truth, move)
        after.struggles, after.winner = after.struggles + 1, move.actor
        _reveal(after, p.reveal, (move.actor, allies), (defender, foes))
        return Outcome(after, True, True, defender, allies, foes, False)
    luck = uniform(seed, member, int(Stream.CHOICE), key, _REMOVE, tick, number + 1)
    removed = luck < removal_chance(polity, p, move)
    after = truth.copy()
    after.means[move.actor] *= p.failure_means
    if removed:
        after.holder = seats_lost(polity, truth, move, successor_of(polity, eyes.court, defender, move.actor))
    after.struggles, after.winner = after.struggles + 1, defender
    _reveal(after, p.reveal, (move.actor, allies), (defender, foes))
    after.wronged[move.actor] |= removed
    if move.kind in OUSTING:
        after.free[move.actor] = False
    if removed and truth.holder[polity.top] == move.actor:
        after.ruler_lost = LOST_TO_COUP
    _shake(view, truth, after)
    return Outcome(after, False, True, defender, allies, foes, removed)


def _won(view: View, truth: Court, move: Move) -> Court:
    after = truth.copy()
    after.holder, free = seats_won(view.polity, truth, move, heir(view.polity, view.court, move.actor))
    after.free = free.copy()
    after.wronged[move.target] = True
    if move.kind in OUSTING:
        after.ruler_lost = LOST_TO_COUP
    elif truth.holder[view.polity.top] == move.actor:
        elsewhere = np.delete(truth.loyalty[:, move.target], [move.actor, move.target])
        rival = float(elsewhere.max(initial=0.0)) > float(truth.loyalty[move.actor, move.target])
        after.purged += int(rival or view.polity.lifelong[move.office])
    _shake(view, truth, after)
    return after


def _reveal(court: Court, part: float, *camps: tuple[int, tuple[int, ...]]) -> None:
    """Let everybody learn from the sides taken: belief in a loyalty moves towards 1 for the own camp, towards 0 for the other.

    What somebody knows of himself does not change, nor does the hidden truth.
    """
    for (leader, members), (other, _) in zip(camps, reversed(camps), strict=True):
        for member in members:
            for observer, belief in enumerate(court.belief):
                if observer != member:
                    belief[leader, member] += part * (1.0 - belief[leader, member])
                    belief[other, member] *= 1.0 - part
                    belief[:, member] /= max(belief[:, member].sum(), 1.0)


def _shake(view: View, before: Court, after: Court) -> None:
    """Note which branches have another commander than before."""
    for branch in range(len(BRANCHES)):
        office = view.polity.commander[branch]
        if office >= 0 and before.holder[office] != after.holder[office] and before.holder[office] != VACANT:
            after.changed_at[branch] = view.standing.hour
