"""A tick of Epstein's model I: who acts when, and what it takes not to wait for memory.

A large grid does not fit the processor's caches, and in an order drawn anew everybody is somewhere else. So a batch of
turns is drawn two batches ahead, its agents are known one batch ahead, and each step asks for what the next one will
read. Who stands where is written down after a batch, when what was asked for has come, or before somebody is arrested.
"""

from __future__ import annotations

from qantar.classics.epstein_agents import GONE, Square
from qantar.classics.epstein_rules import Rules, readiness
from qantar.classics.epstein_turns import AHEAD, BATCHES, WHO, WORDS, Turns, act, arrive, below
from qantar.classics.torus import approach
from qantar.engine.compiled import njit
from qantar.engine.prefetch import ask
from qantar.engine.random import fill_words
from qantar.engine.steady import steady
from qantar.engine.streams import Stream

TURN = 12
"""Cell of the stream CLASSIC for what a turn draws (index: its place in the order)."""
_CLASSIC = int(Stream.CLASSIC)


@njit(borrows=True, inner=True)
def _draw(square: Square, turn: Turns, key: tuple[int, int, int], batch: int) -> None:
    """Draw for the turns of a batch, and ask for the places in the order that it will take its agents from."""
    n, first, words = square.order.size, batch * AHEAD, turn.drawn[batch % BATCHES]
    fill_words((key[0], key[1]), _CLASSIC, 0, TURN, key[2], first, words)
    for k in range(min(AHEAD, n - first)):
        ask(square.order, (first + k + below(words[k * WORDS + WHO], n - first - k),))


@njit(borrows=True, inner=True)
def _shuffle(square: Square, turn: Turns, batch: int) -> None:
    """Settle who acts in the turns of a batch (Fisher and Yates), and ask for them."""
    order, n, first, words = square.order, square.order.size, batch * AHEAD, turn.drawn[batch % BATCHES]
    for here in range(first, min(first + AHEAD, n)):
        other = here + below(words[(here - first) * WORDS + WHO], n - here)
        order[other], order[here] = order[here], order[other]
        ask(square.agents, (order[here],))


@njit(borrows=True, inner=True)
def _meet(square: Square, rules: Rules, turn: Turns, batch: int) -> None:
    """Note what a batch's agents bring with them, and ask for what they will see."""
    first = batch * AHEAD
    for k in range(min(AHEAD, square.order.size - first)):
        agent = square.agents[square.order[first + k]]
        turn.places[k, 0], turn.places[k, 1], turn.ready[k] = agent.y, agent.x, readiness(agent.hardship, rules)
        approach(square.cells, agent.y, agent.x)


@njit(borrows=True, inner=True)
def _take(square: Square, rules: Rules, turn: Turns, batch: int) -> None:
    """Let everybody of a batch have their turn; who is in jail serves, who is gone does nothing."""
    first, words, movers = batch * AHEAD, turn.drawn[batch % BATCHES], 0
    for k in range(min(AHEAD, square.order.size - first)):
        i = square.order[first + k]
        agent = square.agents[i]
        if agent.term > 0:
            agent.term -= 1
        elif agent.state != GONE:
            movers = act(square, rules, turn, i, k, words, movers)
    arrive(square, turn.moved, movers)


@steady
@njit(borrows=True)
def tick_once(square: Square, rules: Rules, turn: Turns, key: tuple[int, int, int]) -> None:
    """Let every agent act once, in an order shuffled as it goes; key : seed, member, tick."""
    _draw(square, turn, key, 0)
    _draw(square, turn, key, 1)
    _shuffle(square, turn, 0)
    for batch in range((square.order.size + AHEAD - 1) // AHEAD):
        _draw(square, turn, key, batch + 2)
        _shuffle(square, turn, batch + 1)
        _meet(square, rules, turn, batch)
        _take(square, rules, turn, batch)
