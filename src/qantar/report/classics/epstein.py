"""Epstein's model I: outbursts, waiting times, a jump against a gradual fall, and the last cops that tip it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

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
RUN_2 = Society(cops=0.04, longest_term=30)
RUNS_3_AND_4 = RUN_5 = Society(cops=0.074, longest_term=FOR_EVER)
"""The paper's table 2 (L = 0.82; 0.9 at the start; 0.8), as quoted in github.com/ndouglas/SugarScape, design of civil violence."""
FEW_COPS = Society(cops=0.04, longest_term=FOR_EVER)
SHORT_TERMS = Society(cops=0.074, longest_term=30)
"""Not the paper's: parameters at which the effects of runs 3 and 4, and of run 5, show."""
CLOSE = 0.25
"""A mean or a spread agrees with a published one when it lies within this share of it (assumed; grids differ by more)."""


@dataclass(frozen=True)
class Loss:
    """Active people : int64[member, tick] as legitimacy falls slowly to 0.2, and in one jump to 0.7."""

    gradual: NDArray[np.int64]
    jump: NDArray[np.int64]

    @classmethod
    def of(cls, society: Society, seed: int) -> Loss:
        """Run both with the same draws."""
        return cls(_many(society, GRADUAL, TRIALS, seed), _many(society, JUMP, TRIALS, seed))


@dataclass(frozen=True)
class Fewer:
    """Active people : int64[member, tick] with all cops kept, and as they are taken away."""

    kept: NDArray[np.int64]
    cut: NDArray[np.int64]

    @classmethod
    def of(cls, society: Society, seed: int) -> Fewer:
        """Run both with the same draws."""
        return cls(_many(society, [0.8] * CUT, TRIALS, seed), _many(society, [0.8] * CUT, TRIALS, seed, CUTS))

    @property
    def tipped(self) -> list[float]:
        """Share of the cops that were left at the first outburst, in the members that had one."""
        return [CUTS[int((active > OUTBURST).argmax())] for active in self.cut if (active > OUTBURST).any()]


def account(seed: int) -> Account:
    """Repeat the paper's experiments at its own parameters, and at those where the effects show."""
    rounded = _many(RUN_2, [0.82] * TICKS, MEMBERS, seed)[:, WARM_UP:]
    exact = _many(replace(RUN_2, rounding=Rounding.NONE), [0.82] * TICKS, MEMBERS, seed)[:, WARM_UP:]
    waits = np.concatenate([waiting_times(active) for active in rounded])
    few, short = Loss.of(FEW_COPS, seed), Fewer.of(SHORT_TERMS, seed)
    findings = (
        *_bursts(rounded, exact, waits), *_sizes(rounded, waits),
        _loss(Loss.of(RUNS_3_AND_4, seed), "as in the paper: cops on 7.4 % of the cells"), _loss(few, "not the paper's: cops on 4 %"),
        _fewer(Fewer.of(RUN_5, seed), "as in the paper: terms without end"), _fewer(short, "not the paper's: terms up to 30"),
    )  # fmt: skip
    source = (
        'J. M. Epstein (2002), "Modeling civil violence: an agent-based computational approach", PNAS 99 (suppl. 3): 7243-7250, model I.'
    )
    remark = (
        "Cops over actives is rounded, as in Mesa's example and not in the paper; sight is a von Neumann neighbourhood, the jailed stay "
        "on their cells, and everybody acts and then moves, as there, where the paper has them move first. What differs may hang on this."
    )
    figure = draw(rounded, exact, waits, (few.gradual, few.jump), (short.cut, CUTS))
    return Account("epstein", "civil violence, model I", source, seed, findings, remark, figure)


def _many(
    society: Society, legitimacy: Sequence[float], members: int, seed: int, cops_left: Sequence[float] | None = None
) -> NDArray[np.int64]:
    return np.array([run(Rebellion(society, legitimacy, cops_left), seed=seed, member=member) for member in range(members)])


def activations(active: NDArray[np.int64]) -> list[int]:
    """Return the sum of the active over the ticks of each outburst that begins and ends in the run."""
    edges = np.flatnonzero(np.diff(active > OUTBURST)) + 1
    begin = int(active[0] > OUTBURST)
    return [int(active[a:b].sum()) for a, b in zip(edges[begin::2], edges[begin + 1 :: 2], strict=False)]


def _bursts(rounded: NDArray[np.int64], exact: NDArray[np.int64], waits: NDArray[np.int64]) -> tuple[Finding, ...]:
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
            "Ticks from the start of one outburst to the next",
            "one peak and a tail to the right (figure 5)",
            f"mean {waits.mean():.0f} above the median {np.median(waits):.0f}, skewness {skew:.1f}, from {len(waits)} waits",
            skew > 0.8 and float(waits.mean()) > float(np.median(waits)),
        ),
        Finding(
            "Without the rounding of cops over actives",
            "the paper does not mention rounding; Mesa's authors say that nothing bursts without it",
            f"at most {exact.max()} active in {hours:,} ticks, {int((exact > OUTBURST).sum())} ticks above {OUTBURST}",
            int(exact.max()) < int(rounded.max()) / 2,
        ),
    )


def _sizes(rounded: NDArray[np.int64], waits: NDArray[np.int64]) -> tuple[Finding, ...]:
    activation = np.concatenate([activations(active) for active in rounded])
    return (
        Finding(
            "How long the waits are",
            "mean 60, standard deviation 55 (figure 5)",
            f"mean {waits.mean():.0f}, standard deviation {waits.std():.0f}",
            _close(float(waits.mean()), 60.0) and _close(float(waits.std()), 55.0),
        ),
        Finding(
            "Total activation of an outburst (the active, summed over its ticks)",
            "mean 708, standard deviation 230 (figure 7)",
            f"mean {activation.mean():.0f}, standard deviation {activation.std():.0f}",
            _close(float(activation.mean()), 708.0) and _close(float(activation.std()), 230.0),
        ),
    )


def _close(found: float, published: float) -> bool:
    return abs(found / published - 1.0) <= CLOSE


def _loss(loss: Loss, parameters: str) -> Finding:
    falls, jumps = loss.gradual.max(axis=1), loss.jump.max(axis=1)
    worse = int((jumps > falls).sum())
    return Finding(
        f"Legitimacy from 0.9 to 0.7 in one jump, or to 0.2 by 0.01 a tick ({parameters})",
        "an explosion of actives after the small jump, none in the large gradual fall (runs 3 and 4; figures 9 and 10)",
        f"largest number of active {np.median(jumps):.0f} after the jump, {np.median(falls):.0f} in the fall (medians);"
        f" the jump is worse in {worse} of {TRIALS} pairs",
        worse >= 0.9 * TRIALS and float(np.median(jumps)) > OUTBURST,
    )


def _fewer(fewer: Fewer, parameters: str) -> Finding:
    tipped, kept = fewer.tipped, int((fewer.kept.max(axis=1) > OUTBURST).sum())
    share = f"{np.median(tipped):.0%} (from {max(tipped):.0%} to {min(tipped):.0%})" if tipped else "no share"
    return Finding(
        f"Cops taken away a few at a time ({parameters})",
        "small cuts do nothing for long, then one tips it (run 5; figure 11)",
        f"{len(tipped)} of {TRIALS} runs have an outburst, the first with {share} of the cops left; {kept} of {TRIALS} without cuts",
        len(tipped) >= 0.9 * TRIALS and kept <= 0.2 * TRIALS and float(np.median(tipped)) < 0.85,
    )
