"""What a much simpler story would have foretold: four yardsticks for a fit.

    persistence   every figure stays what it was when it was last known
    logistic      each region's crowd follows a logistic curve in time, a share of its people
    SIR           protest spreads as an infection in one well-mixed country (Kermack and McKendrick 1927; on riots
                  Burbeck, Raine and Stark 1978), and each region takes its share by people
    no contagion  each region has an inflow of its own, driven by a national course of the shock, and an outflow; nobody
                  is moved by anybody

The last three give crowds by region and day; deaths, detained and hours of control follow crowds by rates that they fit
too. They are fitted by `qantar.inference.yardsticks`, to the same targets as Qantar.

Limits: none of them knows orders, prices, forces or places; regions differ by people and chance.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qantar.engine.streams import Stream
from qantar.inference.draws import normals
from qantar.inference.outcomes import Layout
from qantar.inference.scores import Forecast, normal_cdf
from qantar.inference.targets import Target, Targets
from qantar.scenario.schema import Scenario

Floats = NDArray[np.float64]

HOURS = 24.0
MOST_OUT = 0.5
"""Share of a region's people who can be out at most; assumed."""

FORGETTING = 1.0
"""Standard deviation, in logarithms or units of ten errors, by which a figure wanders in a day of persistence."""

PLAIN_WANDER = 3.0
WANDERERS = 200

PERSISTENCE, LOGISTIC, SIR, INFLOW = "persistence", "logistic by region", "SIR without space", "inflow and outflow, no contagion"

OWN: Mapping[str, tuple[str, ...]] = {
    LOGISTIC: ("log_size", "log_rate", "middle"),
    SIR: ("log_beta", "log_gamma", "log_seed"),
    INFLOW: ("log_inflow", "growth", "turning", "decline", "outflow"),
}

UNIFORM: Mapping[str, tuple[float, float]] = {
    "log_size": (-12.0, -2.0), "log_rate": (-2.0, 1.5), "middle": (0.0, 8.0), "log_region": (-2.5, 1.0),
    "log_beta": (-1.0, 2.5), "log_gamma": (-3.0, 1.0), "log_seed": (-16.0, -8.0), "log_inflow": (-14.0, -3.0), "growth": (0.0, 2.5),
    "turning": (1.0, 8.0), "decline": (0.1, 3.0), "outflow": (0.1, 0.95),
    "log_deaths": (-12.0, -2.0), "log_detained": (-8.0, 1.0), "security": (0.0, 0.3),
}  # fmt: skip
"""Priors of their parameters, uniform: per day, per resident or per person out, in natural logarithms where it says so."""


@dataclass(frozen=True)
class Ground:
    """What the yardsticks know of the country: days, and people by region."""

    layout: Layout
    people: tuple[float, ...]
    region_protest: float
    wave: float

    @property
    def by_region(self) -> Floats:
        """People by region : float64[region]."""
        return np.array(self.people)


def ground_of(scenario: Scenario, layout: Layout) -> Ground:
    """Return what the yardsticks know."""
    judgement = scenario.parameters.judgement
    people = tuple(float(region.population) for region in scenario.regions)
    return Ground(layout, people, judgement.region_protest.value, judgement.wave.value)


COMMON = ("log_region", "log_deaths", "log_detained", "security")
"""What all yardsticks have besides their own parameters and a number for each region."""


@dataclass(frozen=True)
class Points:
    """Points of a yardstick: scores[row, parameter], standard normal; its own parameters, then `COMMON`, then regions."""

    own: tuple[str, ...]
    scores: Floats

    def __getitem__(self, name: str) -> Floats:
        """Return a parameter's value in each row."""
        low, high = UNIFORM[name]
        return low + (high - low) * normal_cdf(self.scores[:, (*self.own, *COMMON).index(name)])

    @property
    def regional(self) -> Floats:
        """Return a lognormal factor of each region in each row, its spread a parameter too: [row, region]."""
        spread = np.exp(self["log_region"])[:, None]
        return np.asarray(np.exp(spread * self.scores[:, len(self.own) + len(COMMON) :] - 0.5 * spread**2))


def logistic(points: Points, ground: Ground) -> Floats:
    """Return crowds[row, day, region]: K_r / (1 + exp(-rate (day - middle))), K_r a share of the people."""
    days = np.arange(len(ground.layout.dates))
    size, rate, middle = (points[name] for name in OWN[LOGISTIC])
    course = 1.0 / (1.0 + np.exp(-np.exp(rate)[:, None] * (days[None, :] - middle[:, None])))
    return np.exp(size)[:, None, None] * course[:, :, None] * (ground.by_region * points.regional)[:, None, :]


def infection(points: Points, ground: Ground) -> Floats:
    """Return crowds[row, day, region] of an SIR: I' = βSI - γI in shares of the country, Euler steps of an hour."""
    beta, gamma, start = (np.exp(points[name]) for name in OWN[SIR])
    susceptible, infected = 1.0 - start, start.copy()
    course = []
    for _ in ground.layout.dates:
        largest = infected.copy()
        for _ in range(int(HOURS)):
            new, gone = beta * susceptible * infected / HOURS, gamma * infected / HOURS
            susceptible, infected = np.maximum(susceptible - new, 0.0), np.maximum(infected + new - gone, 0.0)
            largest = np.maximum(largest, infected)
        course.append(largest)
    return np.stack(course, axis=1)[:, :, None] * (ground.by_region * points.regional)[:, None, :]


def inflow(points: Points, ground: Ground) -> Floats:
    """Return crowds[row, day, region]: N' = inflow of the region × national course - outflow × N; nobody moves anybody."""
    level, growth, turning, decline, outflow = (points[name] for name in OWN[INFLOW])
    source = np.exp(level)[:, None] * ground.by_region * points.regional
    crowd, course = np.zeros_like(source), []
    for day in range(len(ground.layout.dates)):
        drive = np.exp(growth * np.minimum(day, turning) - decline * np.maximum(day - turning, 0.0))
        crowd = crowd * (1.0 - outflow)[:, None] + source * drive[:, None]
        course.append(crowd)
    return np.stack(course, axis=1)


COURSES: Mapping[str, Callable[[Points, Ground], Floats]] = {LOGISTIC: logistic, SIR: infection, INFLOW: inflow}


def outcomes(crowds: Floats, points: Points, ground: Ground) -> Floats:
    """Return the outcomes that follow from crowds[row, day, region]: [row, outcome]; what they say nothing of is 0."""
    layout = ground.layout
    people = ground.by_region.sum()
    crowds = np.minimum(crowds, ground.by_region * MOST_OUT)
    deaths = np.cumsum(crowds, axis=1) * np.exp(points["log_deaths"])[:, None, None]
    detained = np.minimum(np.cumsum(crowds, axis=1) * np.exp(points["log_detained"])[:, None, None], people)
    found = np.zeros((len(crowds), len(layout.names)))
    protest = crowds >= ground.region_protest
    days = {"participants": crowds, "deaths": deaths, "detained": detained, "regions": protest}
    days = {name: values.sum(axis=2) for name, values in days.items()}
    days["largest-place"] = np.array(layout.centre)[crowds.argmax(axis=2)]
    for name, values in days.items():
        _put(found, layout.column[f"{name}@{layout.dates[0]}"], values)
    for name, values in {"participants": crowds, "deaths": deaths, "detained": detained, "in-protest": protest}.items():
        _put(found, layout.column[f"{name}@{layout.dates[0]}@{layout.regions[0]}"], values)
    found[:, layout.column["security-deaths"]] = deaths[:, -1].sum(axis=1) * points["security"]
    found[:, layout.column["control-hour"]] = _calm_hour(crowds.sum(axis=2), ground.wave, layout)
    for number, region in enumerate(layout.regions):
        found[:, layout.column[f"control-hour@{region}"]] = _calm_hour(crowds[:, :, number], ground.wave, layout)
    return found


def _put(found: Floats, start: int, values: NDArray[np.generic]) -> None:
    """Write values[row, ...] into the columns from `start` on: days, or regions within days, stand side by side in a layout."""
    flat = values.reshape(len(values), -1)
    found[:, start : start + flat.shape[1]] = flat


def _calm_hour(crowd: Floats, threshold: float, layout: Layout) -> Floats:
    """Return the hour after the last day at or over a threshold: float64[row]; later than the run where that is its end."""
    days = np.arange(1, crowd.shape[1] + 1)
    last = ((crowd >= threshold) * days).max(axis=1)
    return np.where(last == crowd.shape[1], layout.hours + HOURS, last * HOURS)


def persistence(targets: Targets, fitted: Targets, seed: int) -> Forecast:
    """Return the last figure of each target's key and area that was fitted, wandering with the days since."""
    ids = {target.id for target in fitted.listed}
    columns = []
    for target in targets.listed:
        before = [other for other in fitted.listed if other.id != target.id and _same_series(other, target) and other.day < target.day]
        last = max(before, key=lambda other: other.day) if before else None
        known = target if target.id in ids else last
        figure = known.observed if known is not None else _of_a_quiet_country(target)
        days = 0.0 if known is target else (target.day - last.day).days if last is not None else 1.0
        wander = (FORGETTING / target.error if target.logarithmic else PLAIN_WANDER) * math.sqrt(days)
        noise = normals(seed, Stream.YARDSTICK, f"persistence:{target.id}", range(WANDERERS))[:, 0]
        columns.append(float(target.mark(figure)) + wander * noise)
    return Forecast(np.stack(columns, axis=1), np.full(WANDERERS, 1.0 / WANDERERS))


def _of_a_quiet_country(target: Target) -> float:
    """Return the figure of a country in which nobody protests: regions that should and do not; a place that is not the record's."""
    if target.rule == "mismatch":
        return float(sum(target.wanted))
    return 1.0 if target.rule == "differs" else 0.0


def _same_series(one: Target, other: Target) -> bool:
    return not one.tolerance and (one.key, one.region, one.rule) == (other.key, other.region, other.rule)
