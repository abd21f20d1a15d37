"""Fits judged on what they did not see, beside yardsticks that saw the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from qantar.inference.baselines import COURSES, PERSISTENCE, forecast, ground_of
from qantar.inference.calibrate import Calibrations, Result
from qantar.inference.outcomes import layout_of
from qantar.inference.parts import Rows
from qantar.inference.priors import Priors, priors_of
from qantar.inference.scores import Forecast, Score, score
from qantar.inference.studies import FIT, HALF, REGION, WITHOUT, WITHOUT_NOTHING, studies_of
from qantar.inference.targets import Targets, targets_of

MODEL, PRIOR = "Qantar", "Qantar, before any fit"


@dataclass(frozen=True)
class Judged:
    """One forecaster's scores of some targets. `crps` and `log_score` are means over them; smaller is better."""

    name: str
    targets: Targets
    scores: tuple[Score, ...]
    note: str = ""

    @property
    def crps(self) -> float:
        """Mean continuous ranked probability score, in errors of measurement."""
        return float(np.mean([one.crps for one in self.scores]))

    @property
    def log_score(self) -> float:
        """Mean logarithmic score."""
        return float(np.mean([one.log_score for one in self.scores]))

    @property
    def inside(self) -> int:
        """Targets whose figure lies in the 90 % interval."""
        return sum(one.low <= mark <= one.high for one, mark in zip(self.scores, self.targets.observed, strict=True))


def forecast_of(targets: Targets, rows: Rows) -> Forecast:
    """Return what runs say of targets, each run as often as any other; failed ones say nothing."""
    sound = rows.take(np.flatnonzero(rows.sound))
    return Forecast(targets.marks(sound.outcomes, sound.scores), np.full(len(sound), 1.0 / max(len(sound), 1)))


def judged_of(name: str, targets: Targets, rows: Rows, note: str = "") -> Judged:
    """Score runs against targets."""
    return Judged(name, targets, tuple(score(forecast_of(targets, rows), targets.observed)), note)


def of_study(calibrations: Calibrations, result: Result, ids: tuple[str, ...]) -> Judged | None:
    """Score fresh members of a study's posterior against some targets, None where there are none yet."""
    if result.predictive is None:
        return None
    targets = targets_of(calibrations.scenario, result.fitted.priors).only(ids)
    return judged_of(result.study.name, targets, result.predictive, result.study.title)


def held_out_half(calibrations: Calibrations) -> list[Judged]:
    """Score the half that was not fitted: the model, the model before any fit, and every yardstick on the same half."""
    scenario = calibrations.scenario
    study, result = studies_of(scenario)[HALF], calibrations.result(HALF)
    priors = priors_of(scenario)
    every = targets_of(scenario, priors)
    judged = every.only(study.judged)
    found = []
    if result is not None and result.predictive is not None:
        found.append(judged_of(MODEL, judged, result.predictive))
    prior = calibrations.table("prior")
    if prior is not None:
        found.append(judged_of(PRIOR, judged, prior.take(slice(0, LARGEST_PRIOR))))
    found += yardsticks(calibrations, every, study.fitted, study.judged)
    return found


LARGEST_PRIOR = 1_000
"""Prior runs that are scored: the closed form grows with their square."""


def yardsticks(calibrations: Calibrations, every: Targets, fitted: tuple[str, ...], judged: tuple[str, ...]) -> list[Judged]:
    """Fit every yardstick to some targets and score it on others."""
    ground = ground_of(calibrations.scenario, layout_of(calibrations.scenario))
    position = [number for number, target in enumerate(every.listed) if target.id in judged]
    found = []
    for name in (PERSISTENCE, *COURSES):
        said = forecast(name, every, every.only(fitted), ground, calibrations.seed)
        chosen = every.only(judged)
        found.append(Judged(name, chosen, tuple(score(Forecast(said.marks[:, position], said.weights), chosen.observed))))
    return found


def left_out_regions(calibrations: Calibrations) -> list[Judged]:
    """Score each region's targets by the fit that did not see them, and by the fit that did."""
    found = []
    everything = calibrations.result(FIT)
    for name, study in studies_of(calibrations.scenario).items():
        if not name.startswith(REGION):
            continue
        without = calibrations.result(name)
        for result in (without, everything) if without is not None else ():
            judged = None if result is None else of_study(calibrations, result, study.judged)
            if judged is not None:
                found.append(judged)
    return found


READABLE = 30.0
"""Effective parameter sets below which the scores of a refit are mostly chance."""


@dataclass(frozen=True)
class Loss:
    """A refit, with all mechanisms or without one, at the budget that all of these have.

    effective : how many equally weighted parameter sets its posterior is worth
    """

    name: str
    tolerance: float
    effective: float
    crps: float
    log_score: float
    inside: int
    targets: int
    simulations: int


def mechanism_losses(calibrations: Calibrations) -> list[Loss]:
    """Return the refit with every mechanism first, then each without one; what is not done is not there."""
    found = []
    for name in studies_of(calibrations.scenario):
        result = calibrations.result(name) if name.startswith(WITHOUT) else None
        judged = None if result is None else of_study(calibrations, result, result.study.judged)
        if result is not None and judged is not None:
            note = result.fitted.provenance
            scores = (judged.crps, judged.log_score, judged.inside, len(judged.scores))
            found.append(Loss(name, note.tolerance, note.effective, *scores, note.simulations))
    return found


def has_yardstick(losses: Sequence[Loss]) -> bool:
    """Return whether a refit with every mechanism is there, and one without something to hold against it."""
    return len(losses) > 1 and losses[0].name == WITHOUT_NOTHING


def fewest_sets(losses: Sequence[Loss]) -> float:
    """Return the smallest effective number of parameter sets among refits; below `READABLE` they cannot be told apart."""
    return min(one.effective for one in losses)


def fitted_table(calibrations: Calibrations) -> list[Judged]:
    """Score all targets: the fit, the model before any fit, and the yardsticks fitted to all of them.

    Persistence is not among them: of a figure that was fitted it says the figure.
    """
    scenario = calibrations.scenario
    priors: Priors = priors_of(scenario)
    every = targets_of(scenario, priors)
    study, result = studies_of(scenario)[FIT], calibrations.result(FIT)
    found = []
    if result is not None and result.predictive is not None:
        found.append(judged_of(MODEL, every, result.predictive))
    prior = calibrations.table("prior")
    if prior is not None:
        found.append(judged_of(PRIOR, every, prior.take(slice(0, LARGEST_PRIOR))))
    return found + [one for one in yardsticks(calibrations, every, study.fitted, study.judged) if one.name != PERSISTENCE]
