"""Kuran's two societies, and how often a small change of mind is a revolution."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from qantar.classics.kuran import A_PRIME, EVERYBODY, A, course, equilibria, jumps
from qantar.report.classics.account import Account, Finding
from qantar.report.figures.style import INK, NEUTRAL, RECORD, RUNS, Drawing, canvas, headline, house_style

PEOPLE, STEP, SOCIETIES = 100, 1.0, 1_000
LARGE = 50.0


def account(seed: int) -> Account:
    """Run both societies of the paper and many drawn ones."""
    first, second = course(A)[-1], course(A_PRIME)[-1]
    possible = equilibria(A)
    rises = jumps(PEOPLE, STEP, members=SOCIETIES, seed=seed)
    small, large = float((rises <= 2 * STEP).mean()), float((rises >= LARGE).mean())
    findings = (
        Finding("The society A", "10 % oppose openly", f"{first:g} %", first == 10.0),
        Finding("The society A', in which one of ten needs 10 % in place of 20 %", "90 % oppose openly", f"{second:g} %", second == 90.0),
        Finding(
            "What else the thoughts of A would carry",
            "the same private preferences have several equilibria",
            f"public opposition could rest at {', '.join(f'{share:g}' for share in possible)} %",
            len(possible) > 1 and 90.0 in possible,
        ),
        Finding(
            "Surprise",
            "a change too small to notice can do nothing or topple a regime (argued, no number)",
            f"one of {PEOPLE} people needs {STEP:g} % less: opposition rises by at most {2 * STEP:g} % in {small:.0%} of {SOCIETIES:,}"
            f" drawn societies, and by {LARGE:g} % or more in {large:.1%}",
            small > 0.4 and large > 0.005,
        ),
    )
    source = (
        'T. Kuran (1991), "Now out of never: the element of surprise in the East European revolution of 1989", World Politics 44(1): 7-48.'
    )
    remark = "The drawn societies (thresholds on all whole per cents alike) are an illustration of ours; the paper argues with examples."
    return Account("kuran", "the element of surprise", source, seed, findings, remark, _draw(rises))


def _draw(rises: NDArray[np.float64]) -> Drawing:
    with house_style():
        figure = canvas(4.4)
        left, right = figure.subplots(1, 2)
        left.plot([0, 100], [0, 100], color=NEUTRAL, linewidth=1)
        _staircase(left, A, RUNS, "A rests at 10 %")
        _staircase(left, A_PRIME, RECORD, "A' rests at 90 %", shift=1.2)
        left.set(xlabel="public opposition, %", ylabel="% whose threshold that reaches", title="One threshold of ten", aspect="equal")
        left.legend(loc="upper left", fontsize=9)
        edges = np.array([-0.5, 0.5, 1.5, 2.5, 5.5, 10.5, 20.5, 40.5, 60.5, 80.5, 100.5])
        counts = 100 * np.histogram(rises, bins=edges)[0] / len(rises)
        bars = right.bar(range(len(counts)), counts, color=RUNS, width=0.8)
        right.bar_label(bars, labels=[f"{value:.1f}" for value in counts], fontsize=8.5, padding=2, color=INK)
        names = ["0", "1", "2", "3-5", "6-10", "11-20", "21-40", "41-60", "61-80", "81-100"]
        right.set_xticks(range(len(counts)), names, rotation=45, ha="right")
        right.grid(axis="x", visible=False)
        right.set(
            xlabel="rise of public opposition, percentage points", ylabel=f"% of {len(rises):,} drawn societies",
            title="One of a hundred needs 1 % less company", ylim=(0, counts.max() * 1.12),
        )  # fmt: skip
        headline(figure, "A change too small to notice can topple a regime (Kuran 1991)")
    caption = (
        "Left: where each curve first meets the diagonal, public opposition rests. Right: how far opposition rises when the person nearest "
        "to joining lowers the threshold by 1 %, in drawn societies of 100."
    )
    return Drawing("kuran", figure, caption, caption)


def _staircase(axes: Axes, thresholds: tuple[float, ...], colour: str, label: str, *, shift: float = 0.0) -> None:
    """Draw the share whose threshold is reached, moved a little so that equal stretches stay visible."""
    size = np.linspace(0, EVERYBODY, 401)
    reached = [EVERYBODY * sum(t <= s for t in thresholds) / len(thresholds) for s in size]
    axes.plot(size, np.array(reached) + shift, color=colour, linewidth=2.2, label=label)
    rest = course(thresholds)[-1]
    axes.plot([rest], [rest], marker="o", color=colour, markersize=9, markeredgecolor="white")
