"""Figures of a calibration, each drawn from what is in its folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from qantar.inference.calibrate import FROM_PRIORS, Calibrations, Result
from qantar.inference.cascade import Ignition
from qantar.inference.diagnose import BINS, INFORMED, Trust, contraction
from qantar.inference.heldout import (
    SURE,
    Judged,
    Refit,
    chance,
    comparable,
    held_out_half,
    lost,
    own_forecasts,
    refits_without,
)
from qantar.inference.scores import Score
from qantar.inference.sensitivity import Sensitivity
from qantar.inference.studies import FIT
from qantar.inference.switched import Switched, switched_off
from qantar.inference.targets import Target
from qantar.inference.variants import BASE_SHIFTS, POLICE_FACTORS
from qantar.report.figures.files import write_figures
from qantar.report.figures.style import INK, NEUTRAL, PALETTE, RECORD, RUNS, Drawing, canvas, headline, house_style
from qantar.report.fit import fit_page, ignition_of, trust_of
from qantar.report.fit_decides import sensitivity_of
from qantar.report.fit_tables import number
from qantar.results.files import write_text
from qantar.scenario.posterior import REPORTING

GRID = np.linspace(-4.0, 4.0, 241)
ROW_HEIGHT = 0.27
COLUMNS = 5
UNLIKELY = 0.05
LONG_TITLE = 27
FAR_OUT = 10.0
"""Losses beyond so many times what is told from chance are drawn on a scale that is straight around 0 and logarithmic beyond."""
DARK = 0.6
"""Part of the largest value from which a word on a cell is white."""
SMALL = 0.01
"""Values below are written with a power of ten on an axis."""
COLOURS = tuple(colour for colour in PALETTE if colour != RECORD)


def write_fit_figures(calibrations: Calibrations, folder: Path) -> list[Path]:
    """Write every figure that there are numbers for, and ``fit.txt`` with the tables (Markdown); return the files."""
    files = write_figures(fit_gallery(calibrations), folder, ("png",))
    page = folder / "fit.txt"
    write_text(page, fit_page(calibrations))
    return [*files, page]


def _short(name: str) -> str:
    """Name a parameter without its group, a reporting factor as one."""
    group, _, own = name.partition(".")
    return f"{group}: {own}" if group == REPORTING else own


def _title(axes: Axes, text: str) -> None:
    """Write a panel's title, smaller where it is long."""
    axes.set_title(text, fontsize=8 if len(text) <= LONG_TITLE else 6.5)


def _tick(value: float) -> str:
    """Write a value short enough to stand beside its neighbours: two digits that matter, small ones with a power of ten."""
    small = value != 0.0 and abs(value) < SMALL
    return f"{value:.1e}".replace("e-0", "e-") if small else number(float(f"{value:.2g}"))


def fit_gallery(calibrations: Calibrations) -> list[Drawing]:
    """Return every figure that there are numbers for."""
    found: list[Drawing] = []
    result = calibrations.result(FIT)
    if result is not None:
        found.append(prior_and_posterior(result))
    if result is not None and result.predictive is not None:
        found.append(predictive_checks(own_forecasts(calibrations)[0]))
    half = held_out_half(calibrations)
    if half:
        found.append(held_out(half))
    refits = refits_without(calibrations)
    if comparable(refits):
        found.append(mechanisms(refits))
    switched = switched_off(calibrations)
    if switched:
        found.append(carried(switched))
    trusted = trust_of(calibrations)
    if trusted is not None:
        found += [recovery(trusted), ranks(trusted)]
    decided, ended = ([one for one in sensitivity_of(calibrations, step) if one.found] for step in FROM_PRIORS)
    if decided:
        found.append(sensitivity(decided))
    if ended:
        found.append(replace(sensitivity(ended), name="endings"))
    maps = ignition_of(calibrations)
    if maps:
        found.append(ignition_maps(maps))
    return found


def prior_and_posterior(result: Result) -> Drawing:
    """Prior and posterior of every parameter, on the prior's own scale."""
    fitted = result.fitted
    taken = contraction(fitted.scores, fitted.weights)
    names = fitted.priors.names
    rows = -(-len(names) // COLUMNS)
    prior = np.exp(-0.5 * GRID**2) / np.sqrt(2.0 * np.pi)
    width = 1.06 * max(fitted.effective, 2.0) ** -0.2
    with house_style():
        figure = canvas(1.75 * rows + 0.8)
        panels = figure.subplots(rows, COLUMNS, squeeze=False).ravel()
        for column, (axes, name) in enumerate(zip(panels, names, strict=False)):
            mean = fitted.weights @ fitted.scores[:, column]
            spread = float(np.sqrt(fitted.weights @ (fitted.scores[:, column] - mean) ** 2))
            band = max(width * spread, 0.05)
            density = (
                np.exp(-0.5 * ((GRID[:, None] - fitted.scores[:, column]) / band) ** 2) @ fitted.weights / (band * np.sqrt(2.0 * np.pi))
            )
            axes.fill_between(GRID, prior, color=NEUTRAL, alpha=0.3, linewidth=0, label="prior")
            axes.plot(GRID, density, color=RUNS, linewidth=1.6, label="posterior")
            axes.set_title(_short(name), fontsize=8)
            axes.set_yticks([])
            ticks = (-2.0, 0.0, 2.0)
            axes.set_xticks(ticks, labels=[_tick(fitted.priors.free[column].at(tick)) for tick in ticks], fontsize=7)
            axes.text(0.98, 0.95, f"{taken[column]:.0%}", transform=axes.transAxes, ha="right", va="top", fontsize=7.5, color=INK)
        for axes in panels[len(names) :]:
            axes.set_axis_off()
        figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=2, fontsize=8.5)
        headline(
            figure,
            f"What the record says of each parameter: {sum(taken > INFORMED)} of {len(names)} lose a quarter of their variance or more",
        )
    caption = (
        "Prior (grey) and posterior (blue); the percentage is the share of the prior's variance that the record takes away. "
        "Axes are straight in the prior's scores, the ticks give values."
    )
    alternative = "; ".join(f"{name} {share:.0%}" for name, share in zip(names, taken, strict=True))
    return Drawing("prior-and-posterior", figure, caption, f"Share of variance taken away: {alternative}.")


def _intervals(axes: Axes, targets: Sequence[Target], tables: Sequence[Judged], colours: Sequence[str]) -> None:
    """Draw 90 % intervals in errors from the record; the record is the line at 0."""
    step = 0.8 / len(tables)
    for order, (table, colour) in enumerate(zip(tables, colours, strict=True)):
        for row, (target, one) in enumerate(zip(targets, table.scores, strict=True)):
            mark = float(target.mark(target.observed))
            y = row + (order - (len(tables) - 1) / 2) * step
            axes.plot([one.low - mark, one.high - mark], [y, y], color=colour, linewidth=2.2, solid_capstyle="round")
            axes.plot([one.middle - mark], [y], color=colour, marker="o", markersize=3.5)
        axes.plot([], [], color=colour, linewidth=2.2, label=table.name)
    axes.axvline(0.0, color=RECORD, linewidth=1.2, label="record")
    axes.set_yticks(range(len(targets)), labels=[target.label for target in targets], fontsize=8)
    axes.invert_yaxis()
    axes.set_xscale("symlog", linthresh=3.0)
    axes.set_xticks([-30, -10, -3, -1, 0, 1, 3, 10, 30], labels=["-30", "-10", "-3", "-1", "0", "1", "3", "10", "30"])
    axes.set_xlabel("forecast less record, in errors of measurement")


def predictive_checks(judged: Judged) -> Drawing:
    """The fit's forecasts of every target beside the record."""
    targets = judged.targets.listed
    with house_style():
        figure = canvas(ROW_HEIGHT * len(targets) + 1.4)
        axes = figure.add_subplot()
        _intervals(axes, targets, [judged], [RUNS])
        figure.legend(loc="outside lower center", ncols=2, fontsize=8.5)
        headline(figure, f"{judged.inside} of {len(targets)} figures of the record lie in the fit's 90 % intervals")
    caption = "90 % interval and median of forecasts by fresh members of the fit. All figures were fitted."
    return Drawing("predictive-checks", figure, caption, _said(targets, judged.scores))


def _said(targets: Sequence[Target], scores: Sequence[Score]) -> str:
    parts = [
        f"{target.label}: record {number(target.observed)}, "
        f"90 % {number(float(target.figure(one.low)))} to {number(float(target.figure(one.high)))}"
        for target, one in zip(targets, scores, strict=True)
    ]
    return "; ".join(parts) + "."


def held_out(tables: Sequence[Judged]) -> Drawing:
    """Forecasts of the half that was not fitted, by the model and every yardstick."""
    targets = tables[0].targets.listed
    best = min(tables, key=lambda table: table.crps)
    with house_style():
        figure = canvas(0.5 * len(targets) + 1.8)
        axes = figure.add_subplot()
        _intervals(axes, targets, tables, COLOURS[: len(tables)])
        figure.legend(loc="outside lower center", ncols=3, fontsize=8.5)
        headline(figure, f"Judged on the half that nobody fitted, the smallest CRPS is that of: {best.name}")
    caption = "90 % intervals and medians. Mean CRPS: " + ", ".join(f"{table.name} {table.crps:.2f}" for table in tables) + "."
    return Drawing("held-out", figure, caption, caption)


def mechanisms(refits: Sequence[Refit]) -> Drawing:
    """What a refit without each mechanism loses in mean CRPS."""
    first = refits[0]
    others = sorted(refits[1:], key=lambda one: -one.crps)
    values = np.array([one.crps - first.crps for one in others])
    names, doubt = [one.study.name.removeprefix("without-") for one in others], SURE * chance(refits)
    with house_style():
        figure = canvas(0.34 * len(others) + 1.5)
        axes = figure.add_subplot()
        axes.axvspan(-doubt, doubt, color=NEUTRAL, alpha=0.25, linewidth=0, label="not told from chance")
        axes.barh(names, values, color=RUNS, height=0.6)
        for row, one in enumerate(others):
            axes.plot(lost(one, first), [row] * len(one.halves), color=INK, marker="o", markersize=3.5, linestyle="none",
                      label="each half of the runs" if row == 0 else None)  # fmt: skip
        axes.axvline(0.0, color=INK, linewidth=0.8)
        axes.invert_yaxis()
        if max(abs(values)) > FAR_OUT * doubt:
            axes.set_xscale("symlog", linthresh=2.0 * doubt)
            axes.xaxis.set_major_formatter("{x:g}")
        axes.set_xlabel("mean CRPS lost against a refit with everything, in errors of measurement")
        figure.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=2, fontsize=8.5)
        missed = [name for name, value in zip(names, values, strict=True) if value > doubt]
        headline(figure, f"The fit gets worse without: {', '.join(missed)}" if missed else "No refit is worse by more than chance")
    said = ", ".join(f"{name} {value:+.2f}" for name, value in zip(names, values, strict=True))
    caption = "Refits without one mechanism, all other parameters free again, on as many runs; the points are the halves of the runs."
    return Drawing("mechanisms", figure, caption, f"Loss in CRPS: {said}; below {doubt:.2f} it is not told from chance.")


def carried(found: Sequence[Switched]) -> Drawing:
    """What the largest day and the deaths of the fit's members are without each mechanism, over what they are with it."""
    whole, *others = found
    others.sort(key=lambda one: -abs(np.log(one.largest_day[1])))
    with house_style():
        figure = canvas(0.42 * len(others) + 1.4)
        axes = figure.add_subplot()
        for shift, label, colour, marker in ((-0.13, "largest day", RUNS, "o"), (0.13, "deaths", RECORD, "s")):
            low, middle, high = np.array([one.deaths if label == "deaths" else one.largest_day for one in others]).T
            y = np.arange(len(others)) + shift
            axes.errorbar(middle, y, xerr=(middle - low, high - middle), color=colour, marker=marker, linestyle="none", label=label)
        axes.axvline(1.0, color=INK, linewidth=0.8)
        axes.set_xscale("log")
        axes.xaxis.set_major_formatter("{x:g}")
        axes.set_yticks(range(len(others)), labels=[one.name for one in others])
        axes.invert_yaxis()
        axes.set_xlabel("without the mechanism over with it, the same member, times")
        figure.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=2, fontsize=8.5)
        headline(figure, f"{others[0].name.capitalize()} carries most of the fitted country")
    said = ", ".join(f"{one.name}: largest day × {one.largest_day[1]:.2f}, deaths × {one.deaths[1]:.2f}" for one in others)
    return Drawing("switched-off", figure, f"{len(whole.rows)} members of the fit, nothing refitted; median and 90 % of members.", said)


def recovery(found: Trust) -> Drawing:
    """True and recovered scores of every parameter."""
    rows = -(-len(found.names) // COLUMNS)
    with house_style():
        figure = canvas(1.75 * rows + 0.7)
        panels = figure.subplots(rows, COLUMNS, squeeze=False, sharex=True, sharey=True).ravel()
        for column, (axes, name) in enumerate(zip(panels, found.names, strict=False)):
            axes.plot([-3, 3], [-3, 3], color=NEUTRAL, linewidth=0.8)
            axes.plot(found.true[:, column], found.recovered[:, column], linestyle="none", marker=".", markersize=3, color=RUNS, alpha=0.5)
            _title(axes, f"{_short(name)}  r = {found.correlation[column]:.2f}")
            axes.set_xlim(-3, 3)
            axes.set_ylim(-3, 3)
        for axes in panels[len(found.names) :]:
            axes.set_axis_off()
        figure.supxlabel("true score", fontsize=9)
        figure.supylabel("posterior mean", fontsize=9)
        headline(figure, f"{sum(found.explained > INFORMED)} of {len(found.names)} parameters are found again when the truth is known")
    said = ", ".join(f"{name} {share:.0%}" for name, share in zip(found.names, found.explained, strict=True))
    return Drawing("recovery", figure, f"Synthetic records from {found.rows:,} prior runs. A flat cloud: the targets cannot tell.", said)


def ranks(found: Trust) -> Drawing:
    """Ranks of true scores in their posteriors, which are uniform where the method is sound."""
    rows = -(-len(found.names) // COLUMNS)
    cases = len(found.ranks)
    expected = cases / BINS
    spread = 1.96 * np.sqrt(expected * (1 - 1 / BINS))
    with house_style():
        figure = canvas(1.5 * rows + 0.7)
        panels = figure.subplots(rows, COLUMNS, squeeze=False, sharey=True).ravel()
        for column, (axes, name) in enumerate(zip(panels, found.names, strict=False)):
            axes.axhspan(expected - spread, expected + spread, color=NEUTRAL, alpha=0.25, linewidth=0)
            axes.hist(np.clip(found.ranks[:, column], 0, 1), bins=BINS, range=(0, 1), color=RUNS, rwidth=0.9)
            _title(axes, f"{_short(name)}  p = {found.uniform[column]:.2f}")
            axes.set_xticks([0, 1])
        for axes in panels[len(found.names) :]:
            axes.set_axis_off()
        headline(figure, f"Ranks of {cases} true values: {sum(found.uniform > UNLIKELY)} of {len(found.names)} parameters pass for uniform")
    said = ", ".join(f"{name} {p:.2f}" for name, p in zip(found.names, found.uniform, strict=True))
    return Drawing("ranks", figure, "Simulation-based calibration; the band holds 95 % of uniform counts in a bin.", f"P-values: {said}.")


def sensitivity(found: Sequence[Sensitivity]) -> Drawing:
    """Sobol indices of every output."""
    names = found[0].names
    with house_style():
        figure = canvas(0.26 * len(names) + 1.4)
        panels = figure.subplots(1, len(found), squeeze=False, sharey=True).ravel()
        for axes, one in zip(panels, found, strict=True):
            y = np.arange(len(names))
            axes.barh(y, one.total, color=RUNS, alpha=0.35, label="total", xerr=one.error, ecolor=NEUTRAL)
            axes.barh(y, one.first, color=RUNS, height=0.4, label="first order")
            axes.set_yticks(y, labels=[_short(name) for name in names], fontsize=8)
            axes.set_title(f"{one.output}\n{one.explained:.0%} explained", fontsize=9)
        panels[0].invert_yaxis()
        figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=2, fontsize=8.5)
        best = max(found, key=lambda one: one.explained)
        most = _short(names[int(np.argmax(best.total))])
        headline(figure, f"Of the {best.explained:.0%} of “{best.output}” that these parameters explain, {most} carries most")
    said = "; ".join(
        f"{one.output}: " + ", ".join(f"{name} {value:.2f}" for name, value in zip(names, one.total, strict=True)) for one in found
    )
    return Drawing("sensitivity", figure, "Sobol indices of an emulator of second order; lines are 95 % intervals of the totals.", said)


def ignition_maps(maps: Sequence[Ignition]) -> Drawing:
    """Chance of a wave over base propensity and police, and the size of those that came, for the whole shock and for parts of it."""
    with house_style():
        figure = canvas(2.5 * len(maps) + 0.9)
        panels = figure.subplots(len(maps), 2, sharex=True, sharey=True, squeeze=False)
        largest = max(np.nanmax(one.sizes[:, :, 1], initial=1.0) for one in maps)
        for (left, right), one in zip(panels, maps, strict=True):
            _cells(left, one.probability, ("Blues", 1.0), [f"{value:.2f}" for value in one.probability.flat])
            _cells(right, one.sizes[:, :, 1], ("Oranges", largest), [number(value) for value in one.sizes[:, :, 1].flat])
            left.set_title(f"{one.share:.0%} of the shock: share of members with a wave", fontsize=9)
            right.set_title("median peak of a wave, people", fontsize=9)
        for axes in panels[-1]:
            axes.set_xlabel("number of police")
        figure.supylabel("shift of the base propensity, log-odds", fontsize=9)
        headline(figure, f"Members with a wave, by size of the shock: {'; '.join(_span(one) for one in maps)}")
    caption = f"{maps[0].members} members of the fit in each cell, the same in all; palace as in the fit."
    said = "; ".join(f"{one.share:.0%} of the shock: {one.probability.round(2).tolist()}" for one in maps)
    said = f"Chance of a wave, rows are shifts {BASE_SHIFTS}, columns police {POLICE_FACTORS}: {said}."
    return Drawing("ignition", figure, caption, said)


def _span(found: Ignition) -> str:
    least, most = found.probability.min(), found.probability.max()
    return f"{least:.0%} to {most:.0%}" if least < most else f"{most:.0%}"


def _cells(axes: Axes, values: NDArray[np.float64], colours: tuple[str, float], words: Sequence[str]) -> None:
    """Draw values[shift, factor] as coloured cells with a word in each; `colours` are a map of colours and the value at its end."""
    name, most = colours
    axes.imshow(values, cmap=name, vmin=0.0, vmax=most, aspect="auto", origin="lower")
    axes.grid(visible=False)
    axes.set_xticks(range(len(POLICE_FACTORS)), labels=[f"× {factor:g}" for factor in POLICE_FACTORS])
    axes.set_yticks(range(len(BASE_SHIFTS)), labels=[f"{shift:+.2f}" for shift in BASE_SHIFTS])
    for (i, j), text in zip(np.ndindex(values.shape), words, strict=True):
        dark = np.isfinite(values[i, j]) and values[i, j] > DARK * most
        axes.text(j, i, text if np.isfinite(values[i, j]) else "–", ha="center", va="center", fontsize=8, color="white" if dark else INK)
