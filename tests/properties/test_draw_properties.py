"""Draws hold their promises for any arguments: range, monotone response, symmetry, shared draws."""

from __future__ import annotations

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from qantar.engine.random import binomial, gamma_noise, hypergeometric, uniform, words

UNHURRIED = settings(max_examples=200, deadline=None)
"""No deadline: the first example of a test may have to compile its kernel."""
WORD = st.integers(0, 2**32 - 1)
DRAW = st.tuples(WORD, WORD, st.integers(1, 255), WORD, WORD, st.integers(0, 2**24 - 1), WORD)
LEVEL = st.integers(0, 2**52 - 1).map(lambda bits: (bits + 0.5) * 2.0**-52)
PEOPLE = st.one_of(st.integers(0, 50), st.integers(0, 3_000_000))
CHANCE = st.one_of(st.floats(0.0, 1.0), st.floats(-30.0, 0.0).map(lambda power: 10.0**power))


@UNHURRIED
@given(DRAW, DRAW)
def test_different_draws_have_different_words(one: tuple[int, ...], other: tuple[int, ...]) -> None:
    assume(one != other)
    assert words(*one) != words(*other)


@UNHURRIED
@given(DRAW)
def test_a_draw_is_a_function_of_its_name_and_lies_inside_the_interval(draw: tuple[int, ...]) -> None:
    assert 0.0 < uniform(*draw) < 1.0
    assert uniform(*draw) == uniform(*draw)


@UNHURRIED
@given(LEVEL, LEVEL, PEOPLE, CHANCE)
def test_binomial_rises_with_the_uniform(u: float, v: float, n: int, p: float) -> None:
    low, high = sorted((u, v))
    assert 0 <= binomial(low, n, p) <= binomial(high, n, p) <= n


@UNHURRIED
@given(LEVEL, PEOPLE, PEOPLE, CHANCE)
def test_binomial_rises_with_the_people_but_not_faster_than_they_do(u: float, n: int, m: int, p: float) -> None:
    low, high = sorted((n, m))
    fewer, more = binomial(u, low, p), binomial(u, high, p)
    assert fewer <= more <= fewer + (high - low)


@UNHURRIED
@given(LEVEL, PEOPLE, CHANCE, CHANCE)
def test_binomial_rises_with_the_chance(u: float, n: int, p: float, r: float) -> None:
    low, high = sorted((p, r))
    assert binomial(u, n, low) <= binomial(u, n, high)


@UNHURRIED
@given(LEVEL, st.integers(1, 3_000_000), st.integers(1, 2**20 - 1))
def test_counting_those_who_stay_is_counting_those_who_leave(u: float, n: int, twentieths: int) -> None:
    p = twentieths / 2**20
    assert binomial(u, n, p) + binomial(1.0 - u, n, 1.0 - p) == n


@UNHURRIED
@given(LEVEL, LEVEL, PEOPLE, PEOPLE, st.data())
def test_hypergeometric_stays_in_range_and_rises(u: float, v: float, good: int, bad: int, data: st.DataObject) -> None:
    draws = data.draw(st.integers(0, good + bad))
    low, high = (hypergeometric(level, good, bad, draws) for level in sorted((u, v)))
    assert max(0, draws - bad) <= low <= high <= min(good, draws)


@UNHURRIED
@given(LEVEL, st.integers(0, 2_000), st.integers(0, 2_000), st.data())
def test_hypergeometric_knows_no_difference_between_drawing_and_being_good(
    u: float, good: int, bad: int, data: st.DataObject
) -> None:
    draws = data.draw(st.integers(0, good + bad))
    assert hypergeometric(u, good, bad, draws) == hypergeometric(u, draws, good + bad - draws, good)


@UNHURRIED
@given(WORD, WORD, st.integers(0, 2**24 - 1), st.floats(0.0, 3.0))
def test_noise_is_a_factor(seed: int, place: int, tick: int, sd: float) -> None:
    assert gamma_noise(seed, 0, 17, place, tick, sd) >= 0.0
