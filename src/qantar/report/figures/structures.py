"""Figures of structures: what an intervention changes under each, and where its sign hangs on them."""

from __future__ import annotations

from matplotlib.ticker import MaxNLocator

from qantar.comparison.effect import OUTCOMES
from qantar.comparison.interval import Mean
from qantar.comparison.structures import SHOWN, Answer, Structures, opposed
from qantar.report.comparison import sentences as say
from qantar.report.comparison.structures import agreement_sentence
from qantar.report.figures.dots import OTHER_UNCLEAR, OTHER_WAY, PLAIN, UNCLEAR, Look, dot, name_looks, nothing, rows
from qantar.report.figures.style import FAINT, Drawing, canvas, headline, house_style, thousands
from qantar.report.wording import counted

LONGEST_TITLE = 60
"""Letters of an intervention's title that fit into a headline; a longer one is called by its name."""
LOOKS = (PLAIN, UNCLEAR, OTHER_WAY, OTHER_UNCLEAR)


def structure_figures(found: Structures) -> list[Drawing]:
    """Return one figure for each intervention."""
    return [structure_figure(found, answer) for answer in found.answers]


def look_of(first: Mean, other: Mean) -> Look:
    """What the dot of a structure looks like beside the scenario as it is."""
    if opposed(first, other):
        return OTHER_WAY
    if first.value * other.value < 0.0:
        return OTHER_UNCLEAR
    return PLAIN if other.clear else UNCLEAR


def structure_figure(found: Structures, answer: Answer) -> Drawing:
    """What an intervention changes, structures in rows and outcomes in columns."""
    with house_style():
        figure = canvas(1.5 + 0.34 * len(answer.under))
        panels = figure.subplots(1, len(SHOWN), sharey=True)
        looks: list[Look] = []
        for axes, name in zip(panels, SHOWN, strict=True):
            nothing(axes)
            axes.axhspan(-0.45, 0.45, color=FAINT, linewidth=0, zorder=0)
            for row, one in enumerate(answer.under):
                mean = one.differences[name]
                look = look_of(answer.under[0].differences[name], mean)
                looks.append(look)
                dot(axes, mean.value, (mean.low, mean.high), row, look)
            axes.set_title(OUTCOMES[name][1], fontsize=9)
            axes.set_xlabel("difference, people", fontsize=8.5)
            axes.grid(axis="y", visible=False)
            axes.xaxis.set_major_locator(MaxNLocator(4, integer=True))
            thousands(axes.xaxis)
        rows(panels[0], [one.structure for one in answer.under])
        name_looks(panels[0], [look for look in LOOKS if look in looks])
        figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=2, fontsize=8.5)
        name = answer.title if len(answer.title) <= LONGEST_TITLE else answer.id
        headline(figure, f"{name}: {_finding(answer)}")
    text = "; ".join(
        f"{one.structure}: " + ", ".join(f"{OUTCOMES[name][1]} {say.interval(one.differences[name])}" for name in SHOWN)
        for one in answer.under
    )
    caption = (
        f"{found.title}, {counted(found.members, 'pair')} with the same draws, seed {found.seed}; nothing is fitted again. "
        f"Under {len(answer.under) - 1} structures {agreement_sentence(answer)}."
    )
    return Drawing(f"structure-{answer.id}", figure, caption, f"With the intervention less without it, {text}.")


def _finding(answer: Answer) -> str:
    found = [answer.agreement(name) for name in SHOWN]
    agree, of, against = sum(one.agree for one in found), sum(one.of for one in found), sum(len(one.against) for one in found)
    return f"{agree} of {of} signs agree, {against} disagree for certain"
