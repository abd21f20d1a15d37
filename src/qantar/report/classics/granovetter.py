"""Granovetter's crowds: the ladder of thresholds, and the jump at a spread of about 12.2."""

from __future__ import annotations

import numpy as np

from qantar.classics.granovetter import Listed, Normal, Riot, critical_sd, normal_limit, share_of_riots
from qantar.engine.simulate import simulate
from qantar.report.classics.account import Account, Finding
from qantar.report.figures.style import INK, NEUTRAL, PALETTE, RECORD, RUNS, Drawing, canvas, headline, house_style

PEOPLE, MEAN, CROWDS = 100, 25.0, 400
SPREADS = (8.0, 10.0, 11.0, 12.0, 13.0, 14.0, 15.0, 17.0, 20.0, 25.0, 30.0, 40.0, 50.0)
LADDER = Listed(tuple(float(i) for i in range(PEOPLE)))
BROKEN = Listed((0.0, 2.0, *LADDER.values[2:]))


def account(seed: int) -> Account:
    """Run the crowds of the paper."""
    courses = {"thresholds 0, 1, 2, … 99": _course(LADDER), "the same, with 2 for 1": _course(BROKEN)}
    whole, broken = (course[-1] for course in courses.values())
    below, above = normal_limit(PEOPLE, MEAN, 12.2), normal_limit(PEOPLE, MEAN, 12.25)
    critical = critical_sd(PEOPLE, MEAN, 10.0, 15.0)
    shares = [share_of_riots(Normal(PEOPLE, MEAN, spread), 90, members=CROWDS, seed=seed) for spread in SPREADS]
    late = [normal_limit(PEOPLE, MEAN, spread) for spread in (25.0, 50.0, 100.0)]
    small = dict(zip(SPREADS, shares, strict=True))
    findings = (
        Finding("Thresholds 0 to 99", "everybody riots, 100", f"{whole}", whole == PEOPLE),
        Finding("The same crowd with a threshold of 2 in place of 1", "one person riots, 1", f"{broken}", broken == 1),
        Finding(
            "Normal thresholds with mean 25: where the rest jumps",
            "about 6 rioters at a standard deviation of 12.2, then nearly 100 (figure 2)",
            f"{below:.2f} at 12.2 and {above:.1f} at 12.25; the jump is at {critical:.4f}",
            below < 6.0 and above > 99.9 and abs(critical - 12.2221) < 1e-4,
        ),
        Finding(
            "Beyond the jump",
            "a slow decline as the spread grows (figure 2)",
            "; ".join(f"{value:.1f} at {spread:g}" for spread, value in zip((25, 50, 100), late, strict=True)),
            late == sorted(late, reverse=True) and late[0] < 100.0,
        ),
        Finding(
            "Drawn crowds of 100",
            "the outcome of a small crowd is a matter of luck near the jump (argued, no number)",
            f"more than 90 riot in {small[10.0]:.0%} of {CROWDS} crowds at a spread of 10, {small[12.0]:.0%} at 12,"
            f" {small[13.0]:.0%} at 13, {small[15.0]:.0%} at 15",
            small[10.0] < 0.02 and 0.05 < small[12.0] < 0.3 and small[15.0] > 0.7,
        ),
    )
    source = 'M. Granovetter (1978), "Threshold models of collective behavior", American Journal of Sociology 83(6): 1420-1443.'
    remark = "Everybody sees everybody, and nobody leaves. The paper's figure is read by eye; ours is its equation, solved."
    drawing = _draw(courses, shares, critical)
    return Account("granovetter", "threshold models of collective behaviour", source, seed, findings, remark, drawing)


def _course(crowd: Listed) -> list[int]:
    riot = Riot(crowd, PEOPLE)
    simulate(riot)
    return [0, *riot.history]


def _draw(courses: dict[str, list[int]], shares: list[float], critical: float) -> Drawing:
    with house_style():
        figure = canvas(4.2)
        left, right = figure.subplots(1, 2)
        for (label, course), colour in zip(courses.items(), (RUNS, RECORD), strict=True):
            left.plot(course, color=colour, linewidth=2.2)
            high = course[-1] > PEOPLE / 2
            left.annotate(
                label, (62 if high else 100, course[62] if high else course[-1]), xytext=(-8, 0 if high else 7),
                textcoords="offset points", color=colour, ha="right", fontsize=9,
            )  # fmt: skip
        left.set(xlabel="round", ylabel="people who riot, of 100", title="One person's threshold", ylim=(-3, 105))
        spreads = np.concatenate([np.linspace(8, critical - 1e-4, 90), np.linspace(critical + 1e-4, 50, 200)])
        rests = [normal_limit(PEOPLE, MEAN, float(spread), 1e-7) for spread in spreads]
        right.plot(spreads, rests, color=RUNS, linewidth=2.2, label="very large crowd: % who riot")
        error = [1.96 * (p * (1 - p) / CROWDS) ** 0.5 * 100 for p in shares]
        right.errorbar(
            SPREADS, [100 * p for p in shares], yerr=error, color=PALETTE[1], marker="o", markersize=5, linestyle="none",
            label=f"crowds of 100: % in which more than 90 riot\n({CROWDS} crowds, 95 % interval)",
        )  # fmt: skip
        right.axvline(critical, color=NEUTRAL, linewidth=1, linestyle=":")
        right.annotate(f"{critical:.4f}", (critical, 50), xytext=(5, 0), textcoords="offset points", color=INK, fontsize=9)
        right.set(xlabel="standard deviation of thresholds, people (mean 25)", ylabel="%", title="The spread of thresholds")
        right.set_ylim(-3, 105)
        right.legend(loc="lower right", fontsize=8.5)
        headline(figure, "Two crowds that are almost the same can end quite differently (Granovetter 1978)")
    caption = "Left: rioters by round in two crowds that differ in one threshold. Right: the rest of Granovetter's map, and drawn crowds."
    return Drawing("granovetter", figure, caption, f"{caption} The jump is at {critical:.4f}.")
