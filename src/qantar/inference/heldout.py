"""Fits judged on what they did not see, beside yardsticks that saw the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from qantar.inference.baselines import COURSES, PERSISTENCE, forecast, ground_of
from qantar.inference.calibrate import Calibrations, Result
from qantar.inference.distance import Distance
from qantar.inference.outcomes import layout_of
from qantar.inference.parts import Rows, joined
from qantar.inference.priors import Priors, priors_of
from qantar.inference.scores import Forecast, Score, score
from qantar.inference.studies import FIT, HALF, REGION, WITHOUT_NOTHING, studies_of
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


@dataclass(frozen=True)
class Loss:
    """A refit, with all mechanisms or without one, by regression on as many runs from the priors as the others have.

    halves : fresh members of each half's fit, scored; whole : of both; width : distance within which the runs lay that the
    fit was moved from; distance : median distance of its members; simulations : runs from the priors
    """

    name: str
    halves: tuple[Judged, ...]
    whole: Judged
    width: float
    distance: float
    simulations: int

    def lost(self, first: Loss) -> tuple[float, ...]:
        """Return by how much each half's CRPS exceeds that of the same half of another refit."""
        return tuple(mine.crps - other.crps for mine, other in zip(self.halves, first.halves, strict=True))

    def lost_most(self, first: Loss) -> tuple[str, float]:
        """Return the figure of the record that this refit foretells worse than another by most, and its CRPS less the other's."""
        excess = [mine.crps - other.crps for mine, other in zip(self.whole.scores, first.whole.scores, strict=True)]
        position = int(np.argmax(excess))
        return self.whole.targets.listed[position].label, excess[position]


def mechanism_losses(calibrations: Calibrations) -> list[Loss]:
    """Return the refit with every mechanism first, then each without one; what is not done is not there."""
    found = []
    for name, study in studies_of(calibrations.scenario).items():
        halves = calibrations.refit(name) if study.by_regression else ()
        if not halves:
            continue
        targets = targets_of(calibrations.scenario, halves[0][0].priors).only(study.judged)
        members = joined([rows for _, rows in halves])
        distances = Distance(study.targets(calibrations.scenario))(members.outcomes, members.scores)
        notes = [fitted.provenance for fitted, _ in halves]
        found.append(Loss(
            name, tuple(judged_of(name, targets, rows) for _, rows in halves), judged_of(name, targets, members),
            max(note.tolerance for note in notes), float(np.median(distances)), notes[0].budget,
        ))  # fmt: skip
    return found


def has_yardstick(losses: Sequence[Loss]) -> bool:
    """Return whether a refit with every mechanism is there, and one without something, of as many runs, to hold against it."""
    return len(losses) > 1 and losses[0].name == WITHOUT_NOTHING and len({one.simulations for one in losses}) == 1


def chance(losses: Sequence[Loss]) -> float:
    """Return the standard error of a refit's loss in CRPS: from how far the two halves of every refit are apart, pooled."""
    apart = [np.diff(one.lost(losses[0])) for one in losses[1:]]
    return float(np.sqrt(np.mean(np.square(apart)))) / 2.0


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
