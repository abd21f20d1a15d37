"""The figure of Epstein's model I."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from qantar.classics.epstein import OUTBURST
from qantar.report.figures.style import NEUTRAL, RECORD, RUNS, Drawing, canvas, headline, house_style

SHOWN = 1_000
Counts = NDArray[np.int64]


def draw(rounded: Counts, exact: Counts, waits: Counts, legitimacy: tuple[Counts, Counts], cops: tuple[Counts, Sequence[float]]) -> Drawing:
    """Draw a course with and without rounding, waiting times, both losses of legitimacy, and the cuts of cops."""
    with house_style():
        figure = canvas(6.6, width=10.5)
        grid = figure.add_gridspec(2, 3, height_ratios=(1.0, 1.1))
        course = figure.add_subplot(grid[0, :])
        course.fill_between(range(SHOWN), rounded[0, :SHOWN], color=RUNS, linewidth=0, alpha=0.85, label="cops over actives rounded")
        course.plot(exact[0, :SHOWN], color=RECORD, linewidth=1.2, label="not rounded")
        _outburst_line(course)
        course.set(xlabel="tick", ylabel="active people", title="Outbursts, and quiet between", xlim=(0, SHOWN), ylim=(0, None))
        course.legend(loc="upper right", ncols=2, fontsize=8.5)
        _waiting(figure.add_subplot(grid[1, 0]), waits)
        _losses(figure.add_subplot(grid[1, 1]), *legitimacy)
        _cuts(figure.add_subplot(grid[1, 2]), *cops)
        headline(figure, "Civil violence comes in outbursts, and in jumps (Epstein 2002, model I; 40 by 40 cells, about 1,120 citizens)")
    caption = (
        f"Above: active people in one run, with cops over actives rounded and not; dotted: {OUTBURST} active, beyond which is an outburst. "
        "Below: ticks between outbursts; legitimacy that falls from 0.9 to 0.2 by 0.01 a tick, or from 0.9 to 0.7 at tick 77 (median and "
        "middle 80 % of 20 runs; cops on 4 % of the cells, where the paper has 7.4 %); cops taken away one by one (20 runs, one in "
        "colour; terms up to 30 ticks, where the paper has no end)."
    )
    return Drawing("epstein", figure, caption, caption)


def _outburst_line(axes: Axes) -> None:
    axes.axhline(OUTBURST, color=NEUTRAL, linewidth=1, linestyle=":")


def _waiting(axes: Axes, waits: Counts) -> None:
    axes.hist(waits, bins=[10.0 * i for i in range(26)], color=RUNS)
    axes.axvline(float(np.median(waits)), color=RECORD, linewidth=1.6)
    axes.annotate(
        f"median {np.median(waits):.0f}", (float(np.median(waits)), 1), xycoords=("data", "axes fraction"), xytext=(5, -12),
        textcoords="offset points", color=RECORD, fontsize=9,
    )  # fmt: skip
    axes.set(xlabel="ticks from one outburst to the next", ylabel="number", title="Waiting times")


def _losses(axes: Axes, gradual: Counts, jump: Counts) -> None:
    for active, colour, label in ((jump, RECORD, "one jump to 0.7"), (gradual, RUNS, "slowly to 0.2")):
        low, middle, high = np.quantile(active, (0.1, 0.5, 0.9), axis=0)
        axes.fill_between(range(active.shape[1]), low, high, color=colour, alpha=0.25, linewidth=0)
        axes.plot(middle, color=colour, linewidth=1.8, label=label)
    _outburst_line(axes)
    axes.set(xlabel="tick", ylabel="active people", title="Loss of legitimacy", ylim=(0, None))
    axes.legend(loc="upper left", fontsize=8.5)


def _cuts(axes: Axes, active: Counts, left: Sequence[float]) -> None:
    share = [100 * value for value in left]
    for member in range(1, len(active)):
        axes.plot(share, active[member], color=NEUTRAL, alpha=0.35, linewidth=0.7)
    axes.plot(share, active[0], color=RUNS, linewidth=1.4)
    _outburst_line(axes)
    axes.set(xlabel="cops left, %", ylabel="active people", title="Fewer cops", xlim=(100, 0), ylim=(0, None))
