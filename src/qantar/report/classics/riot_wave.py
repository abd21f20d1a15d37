"""A wave of riots over invented towns, and the same towns without distance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qantar.classics.riot_wave import TICKS_PER_DAY, Contagion, Towns, Wave, synthetic
from qantar.engine.simulate import simulate
from qantar.report.classics.account import Account, Finding
from qantar.report.figures.style import NEUTRAL, RECORD, RUNS, Drawing, canvas, headline, house_style, thousands

TOWNS, SIDE_KM, RESERVOIR, DAYS, FIRST, MEMBERS = 150, 600.0, 2_000, 90, 50, 10
HIT = 0.05
"""A town was reached when at least this share of its reservoir rioted at once."""


@dataclass(frozen=True)
class Passage:
    """One run: rioters (int64[hour, town]), day of each town's peak, whether it was reached."""

    rioters: NDArray[np.int64]
    day: NDArray[np.float64]
    hit: NDArray[np.bool_]

    def along(self, distance_km: NDArray[np.float64]) -> float:
        """Return the correlation of the day of the peak with distance from where it began, that town left out."""
        chosen = self.hit.copy()
        chosen[0] = False
        return float(np.corrcoef(distance_km[chosen], self.day[chosen])[0, 1])


def account(seed: int) -> Account:
    """Let riots begin in the corner town, many times, with and without distance."""
    towns, where = synthetic(TOWNS, SIDE_KM, RESERVOIR, seed)
    far = towns.distance_km[0]
    runs = [_run(towns, seed, member) for member in range(MEMBERS)]
    mixed = [_run(_without_distance(towns), seed, member) for member in range(MEMBERS)]
    along, apart = np.array([run.along(far) for run in runs]), np.array([run.along(far) for run in mixed])
    reached = float(np.mean([run.hit.mean() for run in runs]))
    speed = float(np.median([np.polyfit(run.day[run.hit], far[run.hit], 1)[0] for run in runs]))
    one, everywhere = (np.array([width(run) for run in runs]).mean() for width in (_one, _everywhere))
    findings = (
        Finding(
            "A wave that travels",
            "riots reach towns later the farther they are from where it began (2005: from the suburbs of Paris outwards)",
            f"day of the peak and distance correlate by {along.mean():.2f} (95 % interval of the mean ±{_error(along):.2f}, {MEMBERS} runs)"
            f"; about {speed:.0f} km a day, {reached:.0%} of the towns reached",
            along.mean() - _error(along) > 0.4 and reached > 0.8,
        ),
        Finding(
            "Nearness is what makes it",
            "geographic proximity plays the main part in the spreading",
            f"with the same contagion in all but no distance the correlation is {apart.mean():.2f} (±{_error(apart):.2f})",
            abs(apart.mean()) < 0.25,
        ),
        Finding(
            "Up and down in each place, longer in all",
            "each town's riots rise and fall within days, those of the country last longer",
            f"above half of their peak for {one:.0f} days in a town, {everywhere:.0f} in the country",
            everywhere > 1.1 * one,
        ),
    )
    source = (
        'L. Bonnasse-Gahot et al. (2018), "Epidemiological modelling of the 2005 French riots: a spreading wave and the role of '
        'contagion", Scientific Reports 8: 107.'
    )
    remark = (
        "Structure only: towns are invented and alike, and no number is fitted to the French data, which are not public. "
        "Speeds and days are those of assumed parameters."
    )
    return Account("riot-wave", "riots that spread from town to town", source, seed, findings, remark, _draw(runs[0], where, far))


def _run(towns: Towns, seed: int, member: int) -> Passage:
    wave = Wave(towns, Contagion(), origin=0, first=FIRST, days=DAYS)
    simulate(wave, seed=seed, member=member)
    return Passage(wave.history, wave.history.argmax(axis=0) / TICKS_PER_DAY, wave.history.max(axis=0) >= HIT * towns.reservoir)


def _without_distance(towns: Towns) -> Towns:
    """Return the same towns all as far from each other as keeps the mean pull."""
    contagion, n = Contagion(), len(towns.reservoir)
    pull = contagion.weights(towns.distance_km)
    mean = float((pull.sum() - n) / (n * (n - 1)))
    return Towns(towns.reservoir, contagion.reach_km * (mean ** (-1.0 / contagion.decay) - 1.0) * (1.0 - np.eye(n)))


def _error(values: NDArray[np.float64]) -> float:
    return float(1.96 * values.std(ddof=1) / np.sqrt(len(values)))


def _one(run: Passage) -> float:
    above = run.rioters[:, run.hit] > run.rioters[:, run.hit].max(axis=0) / 2
    return float(np.median(above.sum(axis=0)) / TICKS_PER_DAY)


def _everywhere(run: Passage) -> float:
    total = run.rioters.sum(axis=1)
    return float((total > total.max() / 2).sum() / TICKS_PER_DAY)


def _draw(run: Passage, where: NDArray[np.float64], far: NDArray[np.float64]) -> Drawing:
    with house_style():
        figure = canvas(3.9, width=11.0)
        on_map, by_distance, by_day = figure.subplots(1, 3)
        spots = on_map.scatter(*where[run.hit].T, c=run.day[run.hit], cmap="cividis", s=34, edgecolors="white", linewidths=0.5)
        on_map.scatter(*where[~run.hit].T, facecolors="none", edgecolors=NEUTRAL, s=24)
        on_map.plot(*where[0], marker="*", color=RECORD, markersize=15, markeredgecolor="white")
        figure.colorbar(spots, ax=on_map, label="day of the peak", shrink=0.85)
        on_map.set(xlabel="km", ylabel="km", title="Where (star: origin)", aspect="equal")
        by_distance.plot(far[run.hit], run.day[run.hit], marker="o", linestyle="none", color=RUNS, markersize=4.5, alpha=0.8)
        by_distance.set(xlabel="distance from the origin, km", ylabel="day of the peak", title="When", ylim=(0, None))
        days = np.arange(len(run.rioters)) / TICKS_PER_DAY
        for town in np.argsort(far)[:: max(1, TOWNS // 12)]:
            by_day.plot(days, run.rioters[:, town], color=RUNS, alpha=0.6, linewidth=1)
        by_day.set(xlabel="day", ylabel="people who riot, in single towns", title="Up and down")
        by_day.set(ylim=(0, None), xlim=(0, run.day.max() + 25))
        thousands(by_day.yaxis)
        headline(figure, "Riots travel like a wave because near towns count more (in the manner of Bonnasse-Gahot et al. 2018)")
    caption = (
        f"One run over {TOWNS} invented towns. Left: day on which each town's riots are largest (open: not reached). Middle: that day "
        "against distance. Right: rioters by hour in twelve of the towns."
    )
    return Drawing("riot-wave", figure, caption, caption)
