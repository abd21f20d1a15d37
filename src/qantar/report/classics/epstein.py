"""Epstein's model I: outbursts, waiting times, a jump against a gradual fall, and the last cops that tip it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qantar.classics.epstein import FOR_EVER, OUTBURST, Rebellion, Society, run, waiting_times
from qantar.classics.epstein_rules import Rounding
from qantar.report.classics.account import Account, Finding
from qantar.report.classics.epstein_figure import draw

MEMBERS, TICKS, WARM_UP = 4, 3_000, 100
TRIALS, FALL, CUT = 20, 150, 200
GRADUAL = tuple(max(0.2, 0.9 - 0.01 * tick) for tick in range(FALL))
JUMP = tuple(0.9 if tick < 77 else 0.7 for tick in range(FALL))
CUTS = tuple(1.0 - tick / CUT for tick in range(CUT))


@dataclass(frozen=True)
class Runs:
    """Active people : int64[member, tick] of each experiment."""

    rounded: NDArray[np.int64]
    exact: NDArray[np.int64]
    gradual: NDArray[np.int64]
    jump: NDArray[np.int64]
    kept: NDArray[np.int64]
    cut: NDArray[np.int64]

    @property
    def waits(self) -> NDArray[np.int64]:
        """Ticks between the starts of outbursts, all members together."""
        return np.concatenate([waiting_times(active) for active in self.rounded])

    @property
    def tipped(self) -> list[float]:
        """Share of the cops that were left at the first outburst, in the members that had one."""
        return [CUTS[int((active > OUTBURST).argmax())] for active in self.cut if (active > OUTBURST).any()]


def account(seed: int) -> Account:
    """Repeat the paper's experiments."""
    bursts, exact = Society(cops=0.04, longest_term=30), Society(cops=0.04, longest_term=30, rounding=Rounding.NONE)
    loss, fewer = Society(cops=0.04, longest_term=FOR_EVER), Society(longest_term=30)
    runs = Runs(
        _many(bursts, [0.82] * TICKS, MEMBERS, seed)[:, WARM_UP:],
        _many(exact, [0.82] * TICKS, MEMBERS, seed)[:, WARM_UP:],
        _many(loss, GRADUAL, TRIALS, seed),
        _many(loss, JUMP, TRIALS, seed),
        _many(fewer, [0.8] * CUT, TRIALS, seed),
        _many(fewer, [0.8] * CUT, TRIALS, seed, CUTS),
    )
    source = (
        'J. M. Epstein (2002), "Modeling civil violence: an agent-based computational approach", PNAS 99 (suppl. 3): 7243-7250, model I.'
    )
    remark = (
        "Cops over actives is rounded, as in Mesa's example and not in the paper; sight is a von Neumann neighbourhood and the jailed stay "
        "on their cells, as there. With 6 % of cells with cops in place of 4 % the gradual fall is the worse of the two."
    )
    figure = draw(runs.rounded, runs.exact, runs.waits, (runs.gradual, runs.jump), (runs.cut, CUTS))
    return Account("epstein", "civil violence, model I", source, seed, (*_bursts(runs), *_shocks(runs)), remark, figure)


def _many(
    society: Society, legitimacy: Sequence[float], members: int, seed: int, cops_left: Sequence[float] | None = None
) -> NDArray[np.int64]:
    return np.array([run(Rebellion(society, legitimacy, cops_left), seed=seed, member=member) for member in range(members)])


def _bursts(runs: Runs) -> tuple[Finding, ...]:
    rounded, exact, waits = runs.rounded, runs.exact, runs.waits
    hours = rounded.size
    quiet = float((rounded < 0.2 * OUTBURST).mean())
    skew = float(((waits - waits.mean()) ** 3).mean() / waits.std() ** 3) if len(waits) > 2 else 0.0
    return (
        Finding(
            f"Outbursts (more than {OUTBURST} active of about 1,120) with quiet between",
            "long quiet broken by outbursts (run 2; figures 3 and 4)",
            f"{len(waits) + len(rounded)} outbursts in {hours:,} ticks, up to {rounded.max()} active; median {np.median(rounded):.0f},"
            f" fewer than {0.2 * OUTBURST:.0f} active in {quiet:.0%} of the ticks",
            len(waits) > MEMBERS * 10 and float(np.median(rounded)) < OUTBURST / 2 and quiet > 0.35,
        ),
        Finding(
            "Ticks between outbursts",
            "one peak and a tail to the right (figure 5)",
            f"mean {waits.mean():.0f}, median {np.median(waits):.0f}, skewness {skew:.1f}, from {len(waits)} waits",
            skew > 0.8 and float(waits.mean()) > float(np.median(waits)),
        ),
        Finding(
            "Without the rounding of cops over actives",
            "the paper does not mention rounding; Mesa's authors say that nothing bursts without it",
            f"at most {exact.max()} active in {hours:,} ticks, {int((exact > OUTBURST).sum())} ticks above {OUTBURST}",
            int(exact.max()) < int(rounded.max()) / 2,
        ),
    )


def _shocks(runs: Runs) -> tuple[Finding, ...]:
    falls, jumps = runs.gradual.max(axis=1), runs.jump.max(axis=1)
    worse = int((jumps > falls).sum())
    tipped, kept = runs.tipped, int((runs.kept.max(axis=1) > OUTBURST).sum())
    share = f"{np.median(tipped):.0%} (from {max(tipped):.0%} to {min(tipped):.0%})" if tipped else "no share"
    return (
        Finding(
            "Legitimacy from 0.9 to 0.7 in one jump, or to 0.2 by 0.01 a tick",
            "the small jump is worse than the large gradual fall (runs 3 and 4; figures 9 and 10)",
            f"largest number of active {np.median(jumps):.0f} after the jump, {np.median(falls):.0f} in the fall (medians);"
            f" the jump is worse in {worse} of {TRIALS} pairs",
            worse >= 0.9 * TRIALS,
        ),
        Finding(
            "Cops taken away a few at a time",
            "small cuts do nothing for long, then one tips it (run 5; figure 11)",
            f"{len(tipped)} of {TRIALS} runs have an outburst, the first with {share} of the cops left; {kept} of {TRIALS} without cuts",
            len(tipped) >= 0.9 * TRIALS and kept <= 0.2 * TRIALS and float(np.median(tipped)) < 0.85,
        ),
    )
