"""Figures of the experiments with the palace: shares and paired differences, each with its interval."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence

from matplotlib.axes import Axes

from qantar.comparison.interval import Mean, matched_difference, mean_interval
from qantar.experiments.ablations import MEASURED, Ablations, Change
from qantar.experiments.course import IN_ORDER, Course
from qantar.experiments.polities import RECORDED_ATTEMPTS, RECORDED_LOSSES, Polities, Tally
from qantar.experiments.reform import Reform
from qantar.experiments.share import Share
from qantar.model.aftermath import MONTHS
from qantar.report.figures.dots import UNCLEAR, Look, dot, name_looks, nothing, rows
from qantar.report.figures.style import NEUTRAL, RECORD, Drawing, canvas, headline, house_style
from qantar.report.wording import counted, error

SOME = Look("share and 95 % interval (Wilson)")
NEVER_OR_ALWAYS = Look("in none of the members, or in all of them", hollow=True)
CLEAR = Look("difference and 95 % interval")
AGAINST = Look("the other way than theory, the whole interval", RECORD, "D")
EXPECTED = Look("mean over members and 95 % interval (chance: from the monthly hazards)")
FELL = Look("the share of members in which it fell (Wilson)", NEUTRAL, "s", hollow=True)
RECORDED = Look("record (Wilson)", RECORD, "D")
COLUMNS = 4
"""Small multiples beside each other."""
LONGEST_TITLE = 22
"""Letters of a line over one of them."""
LEAST_REACH = 5.0
"""Half the width of an axis of differences at least, in percentage points."""


def experiment_figures(found: Course | Ablations | Reform | Polities) -> list[Drawing]:
    """Return every figure of an experiment."""
    match found:
        case Course():
            return [course_figure(found)]
        case Ablations():
            return [ablations_figure(found), *(ablation_figure(found, name) for name in found.changes)]
        case Reform():
            return [reform_figure(found)]
        case Polities():
            return [polities_figure(found)]


def said(share: Share) -> str:
    """A share in percent with its interval, in words: `28 % (24 to 32)`."""
    low, high = share.interval
    return f"{100 * share.value:.0f} % ({100 * low:.0f} to {100 * high:.0f})"


def _share(axes: Axes, share: Share, row: float, look: Look) -> None:
    low, high = share.interval
    dot(axes, 100 * share.value, (100 * low, 100 * high), row, look)


def _share_axis(axes: Axes, label: str) -> None:
    axes.set_xlim(-2, 102)
    axes.set_xticks(range(0, 101, 20))
    axes.set_xlabel(label)


def _beside(axes: Axes, shares: Sequence[Share]) -> None:
    """Write shares of the rows beside the axes."""
    for row, share in enumerate(shares):
        text = said(share) if share.members else "there was none"
        axes.text(1.015, row, text, transform=axes.get_yaxis_transform(), va="center", fontsize=8.5)


def course_figure(found: Course) -> Drawing:
    """How often each step of the course happened, and how the members ended."""
    with house_style():
        figure = canvas(1.6 + 0.27 * (len(found.shares) + len(found.endings)))
        upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(len(found.shares), max(len(found.endings), 1)))
        for axes, shares in ((upper, found.shares), (lower, found.endings)):
            for row, share in enumerate(shares.values()):
                _share(axes, share, row, SOME if 0 < share.hits < share.members else NEVER_OR_ALWAYS)
            rows(axes, list(shares))
            _beside(axes, list(shares.values()))
        upper.set_title("what happened", fontsize=9.5)
        lower.set_title("how it ended", fontsize=9.5)
        _share_axis(lower, f"share of {counted(found.members, 'member')}, %")
        name_looks(lower, [SOME, NEVER_OR_ALWAYS])
        figure.legend(*lower.get_legend_handles_labels(), loc="outside lower center", ncols=2, fontsize=8.5)
        headline(figure, f"The course of the record, in its order, in {said(found.shares[IN_ORDER])} of the members")
    text = "; ".join(f"{question}: {said(share)}" for question, share in {**found.shares, **found.endings}.items())
    caption = f"{found.title}, palace simulated, seed {found.seed}. What happens in none of the members or in all has a hollow dot."
    return Drawing("course", figure, caption, f"Shares of members: {text}.")


def difference(change: Change) -> Mean:
    """The difference of shares in percentage points with its 95 % interval (Agresti and Min 2005)."""
    return matched_difference(change.gained, change.lost, change.members).times(100.0)


def _look(change: Change) -> Look:
    if change.against_theory:
        return AGAINST
    return CLEAR if difference(change).clear else UNCLEAR


def _reach(changes: Sequence[Change]) -> float:
    """Half the width of an axis that holds all intervals, percentage points."""
    ends = [abs(end) for one in changes for end in (difference(one).low, difference(one).high) if not math.isnan(end)]
    return 1.2 * max([LEAST_REACH, *ends])


def _changes(axes: Axes, changes: Sequence[Change], reach: float) -> None:
    """Draw what one ablation changes; grey is the side on which theory expects a difference."""
    nothing(axes)
    for row, one in enumerate(changes):
        if one.expected:
            axes.fill_betweenx([row - 0.42, row + 0.42], 0.0, one.expected * reach, color=NEUTRAL, alpha=0.16, linewidth=0, zorder=0)
            marker = ">" if one.expected > 0 else "<"
            axes.plot([0.96 * one.expected * reach], [row], marker=marker, color=NEUTRAL, markersize=5, linestyle="none", zorder=1)
        mean = difference(one)
        dot(axes, mean.value, (mean.low, mean.high), row, _look(one))
    axes.set_xlim(-reach, reach)


def _name_changes(axes: Axes, changes: Sequence[Change]) -> None:
    order = (CLEAR, UNCLEAR, AGAINST)
    name_looks(axes, sorted({_look(one) for one in changes}, key=order.index))
    if any(one.expected for one in changes):
        axes.plot([], [], color=NEUTRAL, alpha=0.5, marker=">", linewidth=7, label="the side that theory expects")


def _clear_changes(changes: Sequence[Change]) -> str:
    clear = sorted((one for one in changes if difference(one).clear), key=lambda one: -abs(one.size))
    if not clear:
        return "no difference is clear of nothing"
    return f"{clear[0].question} {difference(clear[0]).value:+.0f} points"


def ablation_figure(found: Ablations, name: str) -> Drawing:
    """What one ablation changes, by question."""
    changes = found.changes[name]
    with house_style():
        figure = canvas(1.5 + 0.36 * len(changes))
        axes = figure.add_subplot()
        _changes(axes, changes, _reach(changes))
        rows(axes, [one.question for one in changes])
        for row, one in enumerate(changes):
            mean = difference(one)
            text = f"{mean.value:+.0f} ({mean.low:+.0f} to {mean.high:+.0f})"
            axes.text(1.015, row, text, transform=axes.get_yaxis_transform(), va="center", fontsize=8.5)
        axes.set_xlabel("share of members less that of the country as it is, percentage points")
        _name_changes(axes, changes)
        figure.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=2, fontsize=8.5)
        headline(figure, f"{name.capitalize()}: {_clear_changes(changes)}")
    pairs = counted(changes[0].members, "pair")
    caption = f"{found.title}, {pairs} with the same draws, seed {found.seed}. Intervals: Agresti and Min (2005)."
    return Drawing(f"ablation-{name.replace(' ', '-')}", figure, caption, f"{name.capitalize()}: {_words(changes)}.")


def _words(changes: Sequence[Change]) -> str:
    means = [(one.question, difference(one)) for one in changes]
    return "; ".join(f"{question} {mean.value:+.0f} points ({mean.low:+.0f} to {mean.high:+.0f})" for question, mean in means)


def ablations_figure(found: Ablations) -> Drawing:
    """All ablations by question, on one scale."""
    everything = [one for changes in found.changes.values() for one in changes]
    reach, lines = _reach(everything), -(-len(found.changes) // COLUMNS)
    with house_style():
        figure = canvas(1.2 + lines * (0.7 + 0.24 * len(MEASURED)))
        panels = figure.subplots(lines, COLUMNS, sharex=True, sharey=True, squeeze=False).ravel()
        for axes, (name, changes) in zip(panels, found.changes.items(), strict=False):
            _changes(axes, changes, reach)
            rows(axes, [one.question for one in changes], 8.0)
            axes.set_title(textwrap.fill(name, LONGEST_TITLE), fontsize=8.5)
            axes.tick_params(labelbottom=True, labelsize=8)
            axes.set_xlabel("percentage points", fontsize=8)
        for axes in panels[len(found.changes) :]:
            axes.set_axis_off()
        _name_changes(panels[0], everything)
        figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=2, fontsize=8.5)
        expected = [one for one in everything if one.expected]
        met = sum(one.expected * one.size > 0 and difference(one).clear for one in expected)
        against = sum(one.against_theory for one in expected)
        headline(figure, f"{met} of {len(expected)} signs that theory fixes are clear, {against} the other way")
    text = " ".join(f"{name.capitalize()}: {_words(changes)}." for name, changes in found.changes.items())
    caption = (
        f"Share of members less that of the country as it is: {found.title}, {counted(found.members, 'member')} each, paired by the same "
        f"draws, seed {found.seed}. Intervals: Agresti and Min (2005)."
    )
    return Drawing("ablations", figure, caption, text)


def reform_figure(found: Reform) -> Drawing:
    """The four policies side by side: grievance, cohesion, the chance to fall."""
    names = [policy.value for policy in found.outlooks]
    with house_style():
        figure = canvas(1.8 + 0.5 * len(names))
        panels = figure.subplots(1, 3, sharey=True)
        for row, one in enumerate(found.outlooks.values()):
            for axes, levels, lift in zip(panels, (one.grievance, one.cohesion, one.chance), (0.0, 0.0, -0.14), strict=True):
                mean = mean_interval(100.0 * levels)
                dot(axes, mean.value, (mean.low, mean.high), row + lift, EXPECTED)
                words = f"{mean.value:.1f} {error(mean.half)}".rstrip()
                axes.annotate(words, (mean.value, row + lift), xytext=(0, 7), textcoords="offset points", ha="center", fontsize=8)
            _share(panels[2], Share(int(one.fell.sum()), found.members), row + 0.16, FELL)
        for axes, words in zip(panels, ("grievance", "cohesion of the elite", "the regime falls"), strict=True):
            axes.set_title(words, fontsize=9.5)
        panels[0].set_xlabel(f"level after {MONTHS} months, %")
        panels[1].set_xlabel(f"level after {MONTHS} months, %")
        panels[2].set_xlabel(f"chance within {MONTHS} months, %")
        rows(panels[0], names)
        for axes in panels[:2]:
            axes.set_xlim(0, 104)
        panels[2].set_xlim(left=-0.04 * panels[2].get_xlim()[1])
        for axes in panels[1:]:
            axes.grid(axis="y", visible=False)
        name_looks(panels[2], [EXPECTED, FELL])
        figure.legend(*panels[2].get_legend_handles_labels(), loc="outside lower center", ncols=2, fontsize=8.5)
        angry = min(found.outlooks, key=lambda policy: float(found.outlooks[policy].grievance.mean()))
        firm = min(found.outlooks, key=lambda policy: float(found.outlooks[policy].chance.mean()))
        headline(figure, f"Least grievance after {angry.value}, least chance to fall after {firm.value}")
    text = "; ".join(
        f"{policy.value}: grievance {100 * one.grievance.mean():.0f} %, cohesion {100 * one.cohesion.mean():.0f} %, "
        f"chance to fall {100 * one.chance.mean():.1f} %"
        for policy, one in found.outlooks.items()
    )
    caption = (
        f"{found.title}, {counted(found.members, 'member')}, seed {found.seed}; means with 95 % intervals (Student's t over members), "
        "which hold the luck of the crises and not what is unknown of the parameters."
    )
    return Drawing("reform", figure, caption, f"After {MONTHS} months, {text}.")


def polities_figure(found: Polities) -> Drawing:
    """Shares over invented polities, beside the base rates of the record where there are any."""
    table = _beside_record(found.tally)
    with house_style():
        figure = canvas(1.5 + 0.46 * len(table))
        axes = figure.add_subplot()
        for row, (_, share, record) in enumerate(table):
            if share.members:
                _share(axes, share, row - (0.14 if record else 0.0), SOME)
            if record is not None:
                _share(axes, record, row + 0.18, RECORDED)
        rows(axes, [name for name, _, _ in table])
        _beside(axes, [share for _, share, _ in table])
        _share_axis(axes, "share, %")
        name_looks(axes, [SOME, RECORDED])
        figure.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=2, fontsize=8.5)
        attempts = table[0][1]
        tried = f"{said(attempts)} of {counted(attempts.members, 'attempt')} succeed" if attempts.members else "Nobody attempts anything"
        headline(figure, f"{tried}; record {said(RECORDED_ATTEMPTS)}")
    text = "; ".join(f"{' '.join(name.split())} {said(share) if share.members else 'none'}" for name, share, _ in table)
    polities = counted(found.tally.polities, "invented polity", "invented polities")
    caption = f"{polities} among the people of {found.title}, seed {found.seed}. Record: Powell and Thyne (2011), Svolik (2012)."
    return Drawing("polities", figure, caption, f"Shares: {text}.")


def _beside_record(tally: Tally) -> list[tuple[str, Share, Share | None]]:
    """What is counted over polities: in words, its share, the share in the record where there is one."""
    lost = tally.insiders + tally.uprisings
    return [
        ("attempts on the top office that succeed", Share(tally.successes, tally.attempts), RECORDED_ATTEMPTS),
        ("rulers lost to insiders, of those lost to\ninsiders or streets", Share(tally.insiders, lost), RECORDED_LOSSES),
        ("polities in which insiders remove the ruler", Share(tally.insiders, tally.polities), None),
        ("polities in which the streets do", Share(tally.uprisings, tally.polities), None),
        ("polities in which a ruler or elder leaves\nagainst guarantees", Share(tally.left, tally.polities), None),
    ]
