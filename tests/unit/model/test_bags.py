"""Bags are multisets: nothing is lost, nothing doubled, whoever arrives waits."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from qantar.model.streets.bags import COMPARTMENTS, empty, push, settle, take

PLACES = 3
MOVES = st.lists(st.tuples(st.booleans(), st.integers(0, PLACES * COMPARTMENTS - 1), st.integers(0, 10**9)), max_size=300)


@given(MOVES)
def test_bags_agree_with_counters(moves: list[tuple[bool, int, int]]) -> None:
    bags, arena = empty(PLACES)
    plain = [Counter() for _ in range(PLACES * COMPARTMENTS)]
    for put, bag, number in moves:
        if put:
            arena = push(bags, arena, bag, number)
            plain[bag][number] += 1
        elif bags.size[bag] > 0:
            settle(bags)
            cell = take(bags, arena, bag, number % bags.size[bag])
            plain[bag][cell] -= 1
    for bag, counter in enumerate(plain):
        start, size = bags.start[bag], bags.size[bag]
        assert Counter(arena[start : start + size].tolist()) == +counter


def test_growing_past_the_arena_keeps_every_entry() -> None:
    bags, arena = empty(1)
    for number in range(50_000):
        arena = push(bags, arena, number % COMPARTMENTS, number)
    seen = sorted(int(arena[bags.start[b] + i]) for b in range(COMPARTMENTS) for i in range(bags.size[b]))
    assert seen == list(range(50_000))


def test_arrivals_do_not_move_in_the_step_in_which_they_came() -> None:
    bags, arena = empty(1)
    for number in range(10):
        arena = push(bags, arena, 0, number)
    settle(bags)
    arena = push(bags, arena, 0, 99)
    taken = [take(bags, arena, 0, 0) for _ in range(10)]
    assert sorted(taken) == list(range(10))
    assert bags.settled[0] == 0
    assert bags.size[0] == 1
    assert arena[bags.start[0]] == 99
