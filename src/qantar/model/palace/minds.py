"""What actors know, kept between turns: each one's court, power, options and outlooks.

Nothing here changes what an actor does: whatever is kept is dropped as soon as something that it rests on is
no longer what it was.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from qantar.model.palace.court import Court
from qantar.model.palace.holding import Situation
from qantar.model.palace.moves import Kind, Move, Standing, moves_of
from qantar.model.palace.polity import Polity
from qantar.model.palace.prospects import View, open_eyes
from qantar.model.palace.values import Mind, Outlooks, Weighed

Floats = NDArray[np.float64]
Done = set[tuple[str, int, int]]


def name(move: Move) -> tuple[str, int, int]:
    """Return what makes two moves of a turn the same: an order stands for the World only in the next tick."""
    return move.kind.value, move.office, move.target


class Memory:
    """One actor's memory of what he worked out."""

    def __init__(self, actor: int, mind: Mind, polity: Polity, groups: tuple[Any, Any]) -> None:
        self.actor, self.mind = actor, mind
        self._polity, self._groups = polity, groups
        self._outlooks = Outlooks()
        self._version = -1
        self._calm: tuple[object, ...] = ()
        self._kept: list[Weighed] | None = None

    def view(self, court: Court, situation: Situation, standing: Standing, run: NDArray[np.int64]) -> View:
        """Return the palace through his eyes."""
        p, m = self._groups
        if court.version != self._version:
            self._eyes = open_eyes(self.actor, court, self._polity, p)
            self._version = court.version
        return View(self._polity, self._eyes, situation, standing, p, m, run)

    def options(self, view: View, done: Done) -> list[Weighed]:
        """Return his moves with their values; in a calm country those of the last calm turn, while nothing changed."""
        stamp = view.standing.stamp(view.court.version, view.situation.backing)
        calm = (*stamp, *view.standing.in_force()) if view.situation.calm and not done else ()
        if calm and calm == self._calm and self._kept is not None:
            return self._kept
        moves = [move for move in moves_of(self._polity, view.court, view.situation, view.standing, self.actor) if name(move) not in done]
        if len(moves) == 1 and moves[0].kind is Kind.STAY:
            weighed: list[Weighed] = []
        else:
            now = self.mind.holds(view.situation)
            weighed = [self.mind.weigh(view, move, self._outlooks.of(view, move, stamp), now) for move in moves]
        if calm:
            self._calm, self._kept = calm, weighed
        return weighed
