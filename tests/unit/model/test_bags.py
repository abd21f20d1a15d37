"""Bags are multisets: nothing is lost, nothing doubled, whoever moves arrives at the end."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from qantar.model.streets.bags import COMPARTMENTS, DEAD, TIRED, arrive, empty, no_moves, people_in, send, take, with_room

PLACES = 3
UNIT = st.floats(0.0, 1.0, exclude_min=True, exclude_max=True)
MOVES = st.lists(st.tuples(st.sampled_from(["send", "take", "arrive"]), st.integers(0, PLACES * COMPARTMENTS - 1), UNIT), max_size=300)


@given(MOVES)
def test_bags_agree_with_counters(steps: list[tuple[str, int, float]]) -> None:
    (bags, arena), moves = empty(PLACES), no_moves()
    plain, waiting = [Counter() for _ in range(PLACES * COMPARTMENTS)], []
    for number, (what, bag, u) in enumerate(steps):
        if what == "send":
            moves = with_room(moves, 1)
            send(moves, bag, number)
            waiting.append((bag, number))
        elif what == "take" and bags.size[bag] > 0:
            plain[bag][take(bags, arena, bag, u)] -= 1
        elif what == "arrive":
            arena = arrive(bags, arena, moves)
            for there, cell in waiting:
                plain[there][cell] += 1
            waiting = []
    for bag, counter in enumerate(plain):
        start, size = bags.start[bag], bags.size[bag]
        assert Counter(arena[start : start + size].tolist()) == +counter


def test_growing_past_the_arena_keeps_every_entry() -> None:
    (bags, arena), moves = empty(1), no_moves()
    for block in range(10):
        moves = with_room(moves, 5_000)
        for number in range(block * 5_000, (block + 1) * 5_000):
            send(moves, number % COMPARTMENTS, number)
        arena = arrive(bags, arena, moves)
    seen = sorted(int(arena[bags.start[b] + i]) for b in range(COMPARTMENTS) for i in range(bags.size[b]))
    assert seen == list(range(50_000))


def test_whoever_moves_is_in_no_bag_until_the_end_of_the_tick() -> None:
    (bags, arena), moves = empty(1), no_moves()
    for number in range(10):
        send(moves, 0, number)
    arena = arrive(bags, arena, moves)
    send(moves, 0, 99)
    taken = [take(bags, arena, 0, 0.5) for _ in range(10)]
    assert sorted(taken) == list(range(10))
    assert bags.size[0] == 0
    arena = arrive(bags, arena, moves)
    assert arena[bags.start[0]] == 99
    assert moves.made[0] == 0


def test_people_are_counted_by_compartment_over_all_places() -> None:
    (bags, arena), moves = empty(2), no_moves()
    for place in range(2):
        for compartment in range(COMPARTMENTS):
            send(moves, place * COMPARTMENTS + compartment, 1)
    arrive(bags, arena, moves)
    assert people_in(bags, 0, COMPARTMENTS) == 2 * COMPARTMENTS
    assert people_in(bags, TIRED, DEAD) == 2 * (DEAD - TIRED)


@given(st.lists(UNIT, min_size=1, max_size=20))
def test_every_entry_can_be_taken_and_only_once(chosen: list[float]) -> None:
    (bags, arena), moves = empty(1), no_moves()
    for number in range(20):
        send(moves, 5, number)
    arena = arrive(bags, arena, moves)
    taken = [take(bags, arena, 5, u) for u in chosen]
    assert len(set(taken)) == len(taken)
    assert set(taken) | set(np.asarray(arena[bags.start[5] : bags.start[5] + bags.size[5]]).tolist()) == set(range(20))
