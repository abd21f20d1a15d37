"""Kernels of everything that happens to those who are not quiet: leave, turn, be held, be hurt.

Scheme: hazards hold for the length of a tick. Where somebody on the street is at its end (in a later
stage of time out, at home, held, hurt or dead, or violent and in one of its stages) has a closed form
(see `street_chances` and `tick_chances`); movers of a bag ~ Bin(n, 1 - exp(-Σh dt)), split over where they go
by conditional binomials in the fixed order below; which entries move is a keyed choice without
replacement (Euler-multinomial, Bretó et al. 2009). Those who turn violent go on as such in what is left.
"""

from __future__ import annotations

import math

import numpy as np

from qantar.engine.compiled import njit
from qantar.engine.random import binomial, uniform, uniform_pair
from qantar.engine.streams import Stream
from qantar.model.streets.bags import (
    AFRAID,
    COMPARTMENTS,
    DEAD,
    DELIVERED,
    GROUPS,
    INJURED,
    PEACEFUL,
    REMANDED,
    STAGES,
    TIRED,
    VIOLENT,
    Bags,
    Moves,
    people_in,
    send,
    take,
    with_room,
)
from qantar.model.streets.setting import Key, Quiet, Setting, Tally

_LEAVE, _PROGRESS, _PICK, _REMAND = int(Stream.LEAVE), int(Stream.PROGRESS), int(Stream.PICK), int(Stream.REMAND)
_RETURN = int(Stream.RETURN)

TIME_OUT, FEAR, TURN, DETAIN, INJURE, KILL = range(6)
"""Hazards of the street; all but the first lead out of it for good."""
EXITS = 6
ALONE = STAGES - 1 + EXITS
"""Ways of somebody whose tick ends with turning violent: one or two stages on, then the exits."""
WAYS = ALONE + STAGES - 1
"""Where movers go, in the order in which they are split: as above, then turned, and one or two stages on since."""
FEW = 16
"""Up to so many movers choose their ways one by one."""
NODES = ((0.5 - math.sqrt(0.15), 5.0 / 18.0), (0.5, 8.0 / 18.0), (0.5 + math.sqrt(0.15), 5.0 / 18.0))
"""Gauss and Legendre's three points on (0, 1) with their weights, exact up to the fifth degree."""


@njit(borrows=True, inner=True)
def street_chances(hazards: np.ndarray, stages_left: int, dt: float, out: np.ndarray) -> float:
    """Fill `out` : float64[ALONE], where somebody on the street goes in `dt` up to turning violent; return the sum.

    hazards : float64[exit]   per hour; TIME_OUT leads from stage to stage and from the last one home.
    With a = h[TIME_OUT], b the sum of the others, θ = a + b and r stages left, by independent competing
    exponentials

        P(k stages on, still out)  = exp(-θ dt) (a dt)^k / k!                               k < r
        P(home, tired)             = (a / θ)^r (1 - exp(-θ dt) Σ_{k<r} (θ dt)^k / k!)
        P(exit e)                  = h_e / b · (1 - the rest)
    """
    a = hazards[TIME_OUT]
    b = 0.0
    for e in range(TIME_OUT + 1, EXITS):
        b += hazards[e]
    theta = a + b
    survive = math.exp(-theta * dt)
    term, erlang = survive, survive
    staged = survive
    for k in range(1, STAGES):
        if k < stages_left:
            term *= a * dt / k
            staged *= theta * dt / k
            erlang += staged
            out[k - 1] = term
        else:
            out[k - 1] = 0.0
    tired = (a / theta) ** stages_left * max(0.0, 1.0 - erlang) if theta > 0.0 else 0.0
    out[STAGES - 1 + TIME_OUT] = tired
    moved = tired
    for k in range(1, stages_left):
        moved += out[k - 1]
    rest = max(0.0, 1.0 - survive - moved) if b > 0.0 else 0.0
    for e in range(TIME_OUT + 1, EXITS):
        out[STAGES - 1 + e] = rest * hazards[e] / b if b > 0.0 else 0.0
    return moved + rest


@njit(borrows=True, inner=True)
def still_there(hazards: np.ndarray, stages_left: int, dt: float) -> float:
    """Return the chance of being on the street in the same state after `dt`: exp(-θ dt) Σ_{k<r} (a dt)^k / k!."""
    theta = 0.0
    for e in range(EXITS):
        theta += hazards[e]
    term = math.exp(-theta * dt)
    total = term
    for k in range(1, stages_left):
        term *= hazards[TIME_OUT] * dt / k
        total += term
    return total


@njit(borrows=True, inner=True)
def violent_since(violent: np.ndarray, dt: float, out: np.ndarray) -> None:
    """Fill `out` : float64[node, way], where somebody is after `dt` who turned violent at each of its `NODES`.

    violent : float64[exit], hazards of the violent. The way TURN stands for being violent in the first stage.
    """
    for node in range(len(NODES)):
        here = out[node]
        moved = street_chances(violent, STAGES, (1.0 - NODES[node][0]) * dt, here[:ALONE])
        for k in range(STAGES - 1):
            here[ALONE + k] = here[k]
            here[k] = 0.0
        here[STAGES - 1 + TURN] = 1.0 - moved


@njit(borrows=True, inner=True)
def tick_chances(hazards: np.ndarray, since: np.ndarray, stages_left: int, dt: float, out: np.ndarray) -> float:
    """Fill `out` : float64[way], where somebody on the street is after `dt`; return the sum of the chances.

    hazards : float64[exit], of this person; since : float64[node, way], see `violent_since`

    P(way) = street_chances of the own hazards, and of those who turn at s the way of one of the violent in what is
    left: P(turned) ∫ f(s) street_chances(violent, all stages, dt - s) ds, with f(s) in proportion to the chance
    of being there at s. The integral by Gauss and Legendre's three points, f scaled so that it keeps P(turned).
    """
    total = street_chances(hazards, stages_left, dt, out[:ALONE])
    out[ALONE:] = 0.0
    turned = out[STAGES - 1 + TURN]
    if turned <= 0.0:
        return total
    a = NODES[0][1] * still_there(hazards, stages_left, NODES[0][0] * dt)
    b = NODES[1][1] * still_there(hazards, stages_left, NODES[1][0] * dt)
    c = NODES[2][1] * still_there(hazards, stages_left, NODES[2][0] * dt)
    scale = turned / (a + b + c)
    out[STAGES - 1 + TURN] = 0.0
    for way in range(STAGES - 1, WAYS):
        out[way] += scale * (a * since[0, way] + b * since[1, way] + c * since[2, way])
    return total


@njit(borrows=True, inner=True)
def draw_movers(key: Key, where: int, cell: int, n: int, hazards: np.ndarray, dt: float) -> int:
    """Draw how many of `n` on the street move in a tick: not staying in their state has the chance 1 - exp(-Σh dt)."""
    total = 0.0
    for e in range(EXITS):
        total += hazards[e]
    u = uniform(key.seed, key.member, _LEAVE, where, cell, key.moment, 0)
    return int(binomial(u, n, -math.expm1(-total * dt)))


@njit(borrows=True, inner=True)
def _one_by_one(key: Key, where: int, cell: int, movers: int, chances: np.ndarray, total: float, out: np.ndarray) -> None:
    """Send each mover a way of its own, in proportion to the chances; add to `out`."""
    last, spare = 0, 0.5
    for w in range(chances.size):
        if chances[w] > 0.0:
            last = w
    for i in range(movers):
        if i % 2 == 0:
            u, spare = uniform_pair(key.seed, key.member, _PROGRESS, where, cell, key.moment, i // 2)
        else:
            u = spare
        left, w = u * total - chances[0], 0
        while left >= 0.0 and w < last:
            w += 1
            left -= chances[w]
        out[w] += 1


@njit(borrows=True, inner=True)
def share_out(key: Key, where: int, cell: int, movers: int, chances: np.ndarray, total: float, out: np.ndarray) -> None:
    """Share movers over their ways, in proportion to the chances, which sum to `total` : a multinomial draw.

    A few choose one by one, more are shared by conditional binomials; the law is the same, and which is quicker is known.
    """
    for w in range(out.size):
        out[w] = 0
    if movers <= FEW:
        _one_by_one(key, where, cell, movers, chances, total, out)
        return
    left, open_ = movers, total
    for w in range(chances.size):
        if left == 0:
            return
        if chances[w] <= 0.0:
            continue
        if chances[w] >= open_:
            out[w] = left
        else:
            u = uniform(key.seed, key.member, _PROGRESS, where, cell, key.moment, w)
            out[w] = binomial(u, left, chances[w] / open_)
        left -= out[w]
        open_ -= chances[w]
    if left > 0:  # rounding of the differences left a crumb: it goes where the last chance was
        for w in range(chances.size - 1, -1, -1):
            if chances[w] > 0.0:
                out[w] += left
                break


@njit(borrows=True, inner=True)
def street_target(compartment: int, way: int, place: int, home: int) -> int:
    """Return the bag into which a way leads; the delivered may still be remanded (`remand`)."""
    here, there = place * COMPARTMENTS, home * COMPARTMENTS
    if way < STAGES - 1:
        return here + compartment + way + 1
    if way >= ALONE:
        return here + VIOLENT + way - ALONE + 1
    exit_ = way - (STAGES - 1)
    if exit_ == TIME_OUT:
        return there + TIRED
    if exit_ == FEAR:
        return there + AFRAID
    if exit_ == TURN:
        return here + VIOLENT
    if exit_ == DETAIN:
        return here + DELIVERED
    if exit_ == INJURE:
        return here + INJURED
    return here + DEAD


@njit(borrows=True, inner=True)
def count_way(way: int, place: int, n: int, tally: Tally) -> None:
    """Add those who went a way to the tally of what happened in a place."""
    exit_ = way - (STAGES - 1)
    if exit_ == DETAIN:
        tally.delivered[place] += n
    elif exit_ == INJURE:
        tally.injured[place] += n
    elif exit_ == KILL:
        tally.dead[place] += n


@njit(borrows=True, inner=True)
def _move_bag(
    key: Key, where: int, bag: tuple[int, int, int], entries: np.ndarray, ways: np.ndarray, moves: Moves
) -> None:
    """Move the drawn numbers out of one bag, entry by entry.

    bag : place, compartment, cells of a place; entries : int64[person]   the home cells in the bag
    """
    place, compartment, cells = bag
    # Bound to names once: reading a field of a tuple in the loop would count a reference each time.
    to, who, first = moves.bag, moves.cell, moves.made[0]
    drawn, left, spare = 0, entries.size, 0.5
    for way in range(ways.size):
        for _ in range(ways[way]):
            if drawn % 2 == 0:
                u, spare = uniform_pair(key.seed, key.member, _PICK, where, compartment, key.moment, drawn // 2)
            else:
                u = spare
            i = min(int(u * left), left - 1)
            left -= 1
            cell = entries[i]
            entries[i] = entries[left]
            to[first + drawn] = street_target(compartment, way, place, cell // cells)
            who[first + drawn] = cell
            drawn += 1
    moves.made[0] = first + drawn


@njit(inner=True)
def leave_streets(
    key: Key, setting: Setting, bags: Bags, arena: np.ndarray, moves: Moves, hazards: np.ndarray, dt: float, tally: Tally
) -> Moves:
    """Move those on the streets for one tick; return the moves, with theirs among them.

    hazards : float64[place, GROUPS + 1, exit]   per hour, of the peaceful by group and of the violent
    """
    chances, since = np.empty(WAYS), np.empty((len(NODES), WAYS))
    ways = np.empty(WAYS, dtype=np.int64)
    moves = with_room(moves, people_in(bags, PEACEFUL, VIOLENT + STAGES))
    keys, size, start = setting.key, bags.size, bags.start
    for place in range(keys.size):
        known = False
        for compartment in range(VIOLENT + STAGES):
            b = place * COMPARTMENTS + compartment
            n, own = size[b], hazards[place, compartment // STAGES]
            movers = draw_movers(key, keys[place], compartment, n, own, dt) if n > 0 else 0
            if movers == 0:
                continue
            if not known:
                violent_since(hazards[place, GROUPS], dt, since)
                known = True
            total = tick_chances(own, since, STAGES - compartment % STAGES, dt, chances)
            share_out(key, keys[place], compartment, movers, chances, total, ways)
            entries = arena[start[b] : start[b] + n]
            _move_bag(key, keys[place], (place, compartment, setting.cells), entries, ways, moves)
            size[b] = n - movers
            for way in range(WAYS):
                count_way(way, place, ways[way], tally)
    return moves


@njit(borrows=True, inner=True)
def _go_quiet(setting: Setting, quiet: Quiet, cell: int) -> None:
    """Put somebody back among the quiet of the home cell."""
    place, rest = cell // setting.cells, cell % setting.cells
    c, s = rest // setting.strata, rest % setting.strata
    quiet.counts[place, c, s] += 1
    quiet.weight[place, c] += setting.weight[s]


@njit(inner=True)
def leave_others(
    key: Key, setting: Setting, quiet: Quiet, bags: Bags, arena: np.ndarray, moves: Moves, rates: tuple[np.ndarray, float],
    tally: Tally,
) -> Moves:
    """Move those at home after going out, the held and the injured for one tick; return the moves.

    rates : float64[place, compartment - TIRED, 2], hazards per hour: back to quiet; and held (for those at
        home, by raids) or dead (for the held); and the hours of the tick
    """
    hazards, dt = rates
    moves = with_room(moves, people_in(bags, TIRED, DEAD))
    keys, size, dead, delivered = setting.key, bags.size, tally.dead, tally.delivered
    for place in range(keys.size):
        where = keys[place]
        for compartment in range(TIRED, DEAD):
            b = place * COMPARTMENTS + compartment
            n = size[b]
            if n == 0:
                continue
            back, other = hazards[place, compartment - TIRED, 0], hazards[place, compartment - TIRED, 1]
            u = uniform(key.seed, key.member, _RETURN, where, compartment, key.moment, 0)
            if u <= 1.0 - n * (back + other) * dt:
                continue  # below (1 - p)^n for certain: nobody leaves
            leavers = binomial(u, n, -math.expm1(-(back + other) * dt))
            quieted = leavers
            if other > 0.0 and leavers > 0:
                u = uniform(key.seed, key.member, _PROGRESS, where, compartment, key.moment, 0)
                quieted = binomial(u, leavers, back / (back + other))
            for i in range(leavers):
                cell = take(bags, arena, b, uniform(key.seed, key.member, _PICK, where, compartment, key.moment, i))
                if i < quieted:
                    _go_quiet(setting, quiet, cell)
                else:
                    send(moves, place * COMPARTMENTS + (DEAD if compartment >= DELIVERED else DELIVERED), cell)
            if compartment >= DELIVERED:
                dead[place] += leavers - quieted
            else:
                delivered[place] += leavers - quieted
    return moves


@njit(inner=True)
def remand(key: Key, setting: Setting, moves: Moves, share: float, tally: Tally) -> None:
    """Decide for everybody delivered to the police so far in this tick whether they are remanded."""
    keys, to = setting.key, moves.bag
    drawn = np.zeros(keys.size, dtype=np.int64)
    for k in range(moves.made[0]):
        place, compartment = to[k] // COMPARTMENTS, to[k] % COMPARTMENTS
        if compartment != DELIVERED:
            continue
        u = uniform(key.seed, key.member, _REMAND, keys[place], 0, key.moment, drawn[place])
        drawn[place] += 1
        if u < share:
            to[k] += REMANDED - DELIVERED
            tally.remanded[place] += 1


@njit(inner=True, inline="always")
def leave(
    key: Key, setting: Setting, quiet: Quiet, bags: Bags, arena: np.ndarray, moves: Moves,
    rates: tuple[np.ndarray, np.ndarray, float, float], tally: Tally,
) -> Moves:
    """Move everybody who is not quiet for one tick; `rates` are both hazards, its hours and the share remanded."""
    streets, others, dt, share = rates
    moves = leave_others(key, setting, quiet, bags, arena, moves, (others, dt), tally)
    moves = leave_streets(key, setting, bags, arena, moves, streets, dt, tally)
    remand(key, setting, moves, share, tally)
    return moves
