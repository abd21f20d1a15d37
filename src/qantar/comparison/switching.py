"""What each channel carries of the difference between twins, for one member: Shapley values over channels.

The run with the intervention is repeated with some channels told by the run without it (`qantar.model.channels`).
Starting from "told everything", the channels are given back to the run one at a time in some order; what an outcome
changes by when a channel is given back is what the channel carries in that order. The Shapley value (1953) is the mean
over all orders: it does not depend on the order, adds up to the whole difference and gives a channel that changes nothing
exactly zero.

All orders of twelve channels are 479,001,600. Each member takes keyed random orders of its own and the reverse of each
(antithetic: Mitchell, Cooper, Frank and Holmes 2022, JMLR 23:43), which estimates the mean over members without bias
(Castro, Gómez and Tejada 2009, Computers & Operations Research 36:1726); the error of the orders is part of the spread
between members, from which the interval is made.

What is left between "told everything" and the run without the intervention is what the intervention does to the
streets directly, not through any channel (another parameter of the streets, say).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from qantar.engine.ending import Ending
from qantar.engine.random import place_key, uniform
from qantar.engine.save import Save
from qantar.engine.streams import Stream
from qantar.errors import QantarError
from qantar.model.channels import CHANNELS, Heard, Listening, Told
from qantar.model.run import simulate

if TYPE_CHECKING:
    from qantar.results.run import Run
    from qantar.scenario.schema import Scenario

FIGURES = ("peak_participants", "participant_days", "deaths", "detained", "injured", "peak_regions")
ENDED = {f"ending: {ending.value}": ending for ending in Ending if ending is not Ending.FAILED}
"""Outcomes that are 1 where a run ended in this way and 0 where it did not; their means are shares of the members."""

CARRIED = (*FIGURES, *ENDED)
"""Outcomes whose difference is shared out."""

FIELDS = ("participants", "deaths", "detained", "injured", "regions")
"""Series from which the outcomes are read."""

ORDERS = 1
"""Orders of a member, each with its reverse."""


class SwitchingError(QantarError):
    """A run of a comparison failed; the message says which and why."""


@dataclass(frozen=True)
class Pair:
    """Two scenarios to compare in one member: without and with the intervention."""

    a: Scenario
    b: Scenario
    seed: int
    member: int
    palace: str | None


@dataclass(frozen=True)
class MemberShares:
    """What a member says: float64[outcome] each, in the order of `CARRIED`.

    in_a, in_b : the outcomes; direct : not through any channel; channels : by channel, summing with `direct`
    to in_b - in_a; runs : how many runs it took
    """

    in_a: NDArray[np.float64]
    in_b: NDArray[np.float64]
    direct: NDArray[np.float64]
    channels: Mapping[str, NDArray[np.float64]]
    runs: int


@dataclass(frozen=True)
class _Seen:
    """A run of some coalition: its outcomes, and the told channels that would have said something else."""

    outcomes: NDArray[np.float64]
    differed: frozenset[str]


class _Runs:
    """The runs of a pair with any channels told, each made once."""

    def __init__(self, pair: Pair, heard: Heard) -> None:
        self._pair, self._heard = pair, heard
        self._known: dict[frozenset[str], _Seen] = {}
        self.made = 0

    def know(self, own: frozenset[str], seen: _Seen) -> None:
        """Take note of a run that need not be made."""
        self._known[own] = seen

    def with_own(self, own: frozenset[str]) -> _Seen:
        """The run in which the channels of `own` are its own and all others told."""
        if own not in self._known:
            hook = Told(self._heard, frozenset(CHANNELS) - own)
            run = _simulated(self._pair.b, self._pair, hook)
            self.made += 1
            self._known[own] = _Seen(outcomes_of(run), frozenset(hook.differed))
        return self._known[own]


def shares_of(pair: Pair, orders: int = ORDERS) -> MemberShares:
    """Share the difference of a pair out over the channels.

    Raises SwitchingError where one of the runs fails.
    """
    listening = Listening()
    in_a = outcomes_of(_simulated(pair.a, pair, listening))
    in_b = outcomes_of(_simulated(pair.b, pair, None))
    runs = _Runs(pair, listening.heard)
    runs.know(frozenset(CHANNELS), _Seen(in_b, frozenset()))
    told = runs.with_own(frozenset()).outcomes
    sums = {channel: np.zeros(len(CARRIED)) for channel in CHANNELS}
    count = 0
    for order in channel_orders(pair.seed, pair.member, orders):
        count += 1
        own: frozenset[str] = frozenset()
        for channel in order:
            before, own = runs.with_own(own), own | {channel}
            if channel not in before.differed:  # it would have said the same: giving it back changes nothing
                runs.know(own, before)
            sums[channel] += runs.with_own(own).outcomes - before.outcomes
    return MemberShares(in_a, in_b, told - in_a, {channel: total / count for channel, total in sums.items()}, runs.made + 2)


def channel_orders(seed: int, member: int, orders: int) -> Iterator[tuple[str, ...]]:
    """The orders in which a member's channels are given back: keyed random ones, each followed by its reverse."""
    for number in range(orders):
        keys = {channel: float(uniform(seed, member, int(Stream.CHANNEL_ORDER), place_key(channel), 0, number, 0)) for channel in CHANNELS}
        order = tuple(sorted(CHANNELS, key=lambda channel: (keys[channel], channel)))
        yield order
        yield order[::-1]


def outcomes_of(run: Run) -> NDArray[np.float64]:
    """The outcomes of a run: float64[outcome], in the order of `CARRIED`."""
    series = run.series
    participants = series["participants"].values
    ends = [series[name].values[-1] for name in ("deaths", "detained", "injured")]
    ended = [float(run.ending is ending) for ending in ENDED.values()]
    return np.array([participants.max(), participants.sum(), *ends, series["regions"].values.max(), *ended], dtype=np.float64)


def _simulated(scenario: Scenario, pair: Pair, hook: Listening | Told | None) -> Run:
    run = simulate(scenario, seed=pair.seed, member=pair.member, palace=pair.palace, save=Save(fields=FIELDS), hook=hook)
    if run.failed:
        raise SwitchingError(run.reason)
    return run
