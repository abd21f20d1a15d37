"""Shapley values over channels, on games whose values are known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from qantar.comparison import switching
from qantar.comparison.switching import CARRIED, MemberShares, Pair, channel_orders, shares_of
from qantar.model.channels import CHANNELS, Told

Game = Callable[[frozenset[str]], float]


@dataclass
class Played:
    """A run of a game: its outcome."""

    value: float


def play(monkeypatch: pytest.MonkeyPatch, game: Game, in_a: float, *, silent: frozenset[str] = frozenset()) -> MemberShares:
    """Share out a game; channels of `silent` would say the same on both sides."""

    def simulated(scenario: Any, _: Pair, hook: Any) -> Played:
        if scenario == "a":
            return Played(in_a)
        told = frozenset(hook._fields.values()) if isinstance(hook, Told) else frozenset()
        if isinstance(hook, Told):
            hook.differed = set(told - silent)
        return Played(game(frozenset(CHANNELS) - told))

    monkeypatch.setattr(switching, "_simulated", simulated)
    monkeypatch.setattr(switching, "outcomes_of", lambda run: np.full(len(CARRIED), run.value))
    return shares_of(Pair("a", "b", 3, 5, None))  # type: ignore[arg-type]


def test_a_sum_of_single_channels_is_found_exactly(monkeypatch: pytest.MonkeyPatch) -> None:
    worth = {channel: float(3**number) for number, channel in enumerate(CHANNELS)}
    found = play(monkeypatch, lambda own: 100.0 + sum(worth[channel] for channel in own), 100.0)
    assert {channel: values[0] for channel, values in found.channels.items()} == worth
    assert not found.direct.any()


def test_two_that_only_work_together_share_alike_for_an_order_and_its_reverse(monkeypatch: pytest.MonkeyPatch) -> None:
    found = play(monkeypatch, lambda own: 8.0 * ({"fear", "near"} <= own), 0.0)
    assert found.channels["fear"][0] == found.channels["near"][0] == 4.0


def test_parts_and_the_direct_one_add_up_whatever_the_game(monkeypatch: pytest.MonkeyPatch) -> None:
    found = play(monkeypatch, lambda own: 7.0 + len(own) ** 2 + 5.0 * ("force" in own), 2.0)
    assert found.direct[0] == 5.0
    total = found.direct + sum(found.channels.values())
    np.testing.assert_allclose(total, found.in_b - found.in_a)


def test_a_channel_that_says_the_same_carries_exactly_nothing_and_costs_no_run(monkeypatch: pytest.MonkeyPatch) -> None:
    def game(own: frozenset[str]) -> float:
        return float(("fear" in own) * 2)

    every = play(monkeypatch, game, 0.0)
    found = play(monkeypatch, game, 0.0, silent=frozenset(CHANNELS) - {"fear"})
    assert found.channels["fear"][0] == every.channels["fear"][0] == 2.0
    assert all(found.channels[channel][0] == 0.0 for channel in CHANNELS if channel != "fear")
    assert found.runs < every.runs


def test_orders_are_keyed_complete_and_each_comes_with_its_reverse() -> None:
    first = list(channel_orders(1, 2, 3))
    assert first == list(channel_orders(1, 2, 3))
    assert first != list(channel_orders(1, 3, 3))
    assert all(set(order) == set(CHANNELS) for order in first)
    assert all(first[i][::-1] == first[i + 1] for i in (0, 2, 4))


def test_every_channel_comes_first_equally_often() -> None:
    count = Counter(next(channel_orders(9, member, 1))[0] for member in range(2200))
    assert set(count) == set(CHANNELS)
    assert min(count.values()) > 140
    assert max(count.values()) < 265
