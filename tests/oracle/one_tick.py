"""One tick from a shared state, many times: what both ways of moving people are held against."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from types import SimpleNamespace

import numpy as np

from qantar.model.assemble import assemble
from tests.oracle import clocks
from tests.oracle.agreement import Sums, critical, odd_fit
from tests.oracle.law import Law, law, whole_law
from tests.oracle.movers import Kind, Movers, blocks, table
from tests.oracle.shared import EVENTFUL, Ready, crisis, kernel_tick, small_country, weigh
from tests.oracle.system import street_numbers


class OneTick:
    """An hour of a crisis in a country of 20,000, its exact law, and repeats of it."""

    def __init__(self) -> None:
        self.assembly = assemble(small_country(20_000, **EVENTFUL))
        self.country = self.assembly.country
        self.shared = crisis(self.assembly)
        self.p = street_numbers(self.country)
        self.size = (len(self.country.region), *self.country.population.counts.shape[1:])
        self.names = [name for names in blocks(self.size).values() for name in names]

    def law_of(self, p: SimpleNamespace, *, in_turn: bool) -> Law:
        return law(p, self.country, self.shared.world, self.shared.now, self.shared.people, in_turn=in_turn)

    @cached_property
    def at_once(self) -> Law:
        """The law of people one by one: all that can happen to somebody at home competes."""
        return self.law_of(self.p, in_turn=False)

    @cached_property
    def in_turn(self) -> Law:
        """The law of the kernels, which differs by second-order terms: see `one_after_the_other`."""
        return self.law_of(self.p, in_turn=True)

    @cached_property
    def ready(self) -> Ready:
        return weigh(self.shared)

    def by_kernels(self, ready: Ready | None = None) -> Callable[[int], Movers]:
        return lambda member: kernel_tick(ready or self.ready, member)

    def by_clocks(self, seed: int) -> Callable[[int], Movers]:
        rng, s = np.random.default_rng(seed), self.shared
        return lambda _: clocks.tick(self.p, self.country, s.world, s.now, s.people, rng)

    def repeat(self, draw: Callable[[int], Movers], repeats: int, expected: Law | None = None) -> tuple[Sums, np.ndarray]:
        """Return sums of all counts, and how many moved in each way : int64[repeat, kind]."""
        sums, kinds = Sums(expected or self.in_turn), []
        for member in range(repeats):
            counts = table(draw(member), self.size)
            sums.add(counts)
            kinds.append(counts[: len(Kind)].astype(int))
        return sums, np.array(kinds)

    def disagreements(self, sums: Sums, error: float) -> list[str]:
        """Name the counts whose mean or spread is not the law's; by chance alone, any at all in a share `error` of trials."""
        limit = critical(2 * int(sums.compared().sum()), error)
        found = []
        for what, z in (("mean", sums.z_of_means()), ("spread", sums.z_of_spreads())):
            found += [f"{what} of {self.names[i]}: z = {z[i]:.1f}" for i in np.flatnonzero(np.abs(z) > limit)]
        return found

    def odd_laws(self, kinds: np.ndarray, error: float, expected: Law | None = None) -> list[str]:
        """Name the kinds of move whose number does not follow its exact law as a whole (chi-square)."""
        from scipy.stats import chi2

        found = []
        for kind in Kind:
            chances = whole_law((expected or self.in_turn).chances[:, kind], 511)
            statistic, freedom = odd_fit(kinds[:, kind], chances)
            if freedom > 0 and chi2.sf(statistic, freedom) < error / len(Kind):
                found.append(f"{kind.name.lower()}: chi-square {statistic:.0f} at {freedom} degrees")
        return found
