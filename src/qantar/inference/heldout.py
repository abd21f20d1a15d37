"""Fits judged on what they did not see, beside yardsticks that saw the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from qantar.inference.baselines import COURSES, PERSISTENCE, ground_of
from qantar.inference.calibrate import Calibrations
from qantar.inference.distance import Distance
from qantar.inference.outcomes import layout_of
from qantar.inference.parts import Rows, joined
from qantar.inference.priors import priors_of
from qantar.inference.scores import Forecast, Score, score
from qantar.inference.studies import FIT, HALF, REGION, WITHOUT, WITHOUT_NOTHING, Study, studies_of
from qantar.inference.targets import Targets, targets_of
from qantar.inference.yardsticks import forecast

MODEL, PRIOR = "Qantar", "Qantar, before any fit"
SURE = 3.0
"""Standard errors from which a loss is told from chance: some seven are looked at at once, and the error is itself from few halves."""


@dataclass(frozen=True)
class Judged:
    """One forecaster's scores of some targets, of so many runs. `crps` and `log_score` are means over them; smaller is better."""

    name: str
    targets: Targets
    scores: tuple[Score, ...]
    note: str = ""
    members: int = 0

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

    def by_kind(self) -> dict[str, float]:
        """Return the mean CRPS of each kind of figure."""
        kinds: dict[str, list[float]] = {}
        for target, one in zip(self.targets.listed, self.scores, strict=True):
            kinds.setdefault(target.key, []).append(one.crps)
        return {kind: float(np.mean(found)) for kind, found in kinds.items()}


def forecast_of(targets: Targets, rows: Rows) -> Forecast:
    """Return what runs say of targets, each run as often as any other; failed ones say nothing."""
    sound = rows.take(np.flatnonzero(rows.sound))
    return Forecast(targets.marks(sound.outcomes, sound.scores), np.full(len(sound), 1.0 / max(len(sound), 1)))


def judged_of(name: str, targets: Targets, rows: Rows, note: str = "") -> Judged:
    """Score runs against targets."""
    return Judged(name, targets, tuple(score(forecast_of(targets, rows), targets.observed)), note, len(rows))


@dataclass(frozen=True)
class Refit:
    """A study fitted by regression on runs from the priors, each half of them for itself, and judged.

    halves : fresh members of each half's fit, scored; whole : of both; width : distance within which the runs lay that the
    fit was moved from; distance : median distance of its members to what was fitted; simulations : runs from the priors
    """

    study: Study
    halves: tuple[Judged, ...]
    whole: Judged
    width: float
    distance: float
    simulations: int

    @property
    def crps(self) -> float:
        """Mean CRPS of the halves."""
        return float(np.mean([half.crps for half in self.halves]))

    @property
    def members(self) -> int:
        """Fresh members of both halves."""
        return sum(half.members for half in self.halves)


def refit_of(calibrations: Calibrations, study: Study) -> Refit | None:
    """Return a study that was fitted by regression, None where it was not or not yet."""
    halves = calibrations.refit(study.name) if study.by_regression else ()
    if not halves:
        return None
    targets = targets_of(calibrations.scenario, halves[0][0].priors).only(study.judged)
    members = joined([rows for _, rows in halves])
    distances = Distance(study.targets(calibrations.scenario))(members.outcomes, members.scores)
    notes = [fitted.provenance for fitted, _ in halves]
    parts = tuple(judged_of(study.name, targets, rows) for _, rows in halves)
    width = max(note.tolerance for note in notes)
    return Refit(study, parts, judged_of(study.name, targets, members), width, float(np.median(distances)), notes[0].budget)


def held_out_half(calibrations: Calibrations) -> list[Judged]:
    """Score the half that was not fitted: the model, the model before any fit, and every yardstick; nothing where it is not fitted."""
    scenario = calibrations.scenario
    study = studies_of(scenario)[HALF]
    refit = refit_of(calibrations, study)
    if refit is None:
        return []
    every = targets_of(scenario, priors_of(scenario))
    each = ", ".join(f"{half.crps:.2f}" for half in refit.halves)
    found = [replace(refit.whole, name=MODEL, note=f"two fits, of each half of {refit.simulations:,} runs: {each}")]
    found += before_any_fit(calibrations, every.only(study.judged))
    return found + yardsticks(calibrations, every, study.fitted, study.judged)


LARGEST_PRIOR = 1_000
"""Prior runs that are scored: the closed form grows with their square."""


def before_any_fit(calibrations: Calibrations, targets: Targets) -> list[Judged]:
    """Score runs from the priors; nothing where there are none."""
    prior = calibrations.table("prior")
    return [] if prior is None else [judged_of(PRIOR, targets, prior.take(slice(0, LARGEST_PRIOR)))]


def yardsticks(calibrations: Calibrations, every: Targets, fitted: tuple[str, ...], judged: tuple[str, ...]) -> list[Judged]:
    """Fit every yardstick to some targets and score it on others."""
    ground = ground_of(calibrations.scenario, layout_of(calibrations.scenario))
    position = [number for number, target in enumerate(every.listed) if target.id in judged]
    found = []
    for name in (PERSISTENCE, *COURSES):
        said = forecast(name, every, every.only(fitted), ground, calibrations.seed, calibrations.folder / "yardsticks")
        chosen = every.only(judged)
        found.append(Judged(name, chosen, tuple(score(Forecast(said.marks[:, position], said.weights), chosen.observed))))
    return found


def left_out_regions(calibrations: Calibrations) -> list[Judged]:
    """Score each region's targets by the fit that did not see them, and by the fit that did."""
    found = []
    everything = calibrations.result(FIT)
    for name, study in studies_of(calibrations.scenario).items():
        refit = refit_of(calibrations, study) if name.startswith(REGION) else None
        if refit is None:
            continue
        found.append(refit.whole)
        if everything is not None and everything.predictive is not None:
            targets = targets_of(calibrations.scenario, everything.fitted.priors).only(study.judged)
            found.append(judged_of(FIT, targets, everything.predictive))
    return found


def refits_without(calibrations: Calibrations) -> list[Refit]:
    """Return the refit with every mechanism first, then each without one; what is not done is not there."""
    studies = studies_of(calibrations.scenario)
    found = [refit_of(calibrations, study) for name, study in studies.items() if name.startswith(WITHOUT)]
    return [one for one in found if one is not None]


def comparable(refits: Sequence[Refit]) -> bool:
    """Return whether a refit with every mechanism is there, and one without something, with as many fresh members."""
    return len(refits) > 1 and refits[0].study.name == WITHOUT_NOTHING and len({one.members for one in refits}) == 1


def lost(one: Refit, first: Refit) -> tuple[float, ...]:
    """Return by how much each half's CRPS exceeds that of the same half of another refit."""
    return tuple(mine.crps - other.crps for mine, other in zip(one.halves, first.halves, strict=True))


def chance(refits: Sequence[Refit]) -> float:
    """Return the standard error of a difference of two refits' CRPS, as if they shared no draw.

    The variance of a half's CRPS is pooled, over the refits with as many runs as the first, from what the halves differ by;
    a refit's CRPS is the mean of two, and a loss the difference of two of these.
    """
    alike = [one for one in refits if one.simulations == refits[0].simulations]
    apart = [half.crps - one.crps for one in alike for half in one.halves]
    return float(np.sqrt(np.sum(np.square(apart)) / len(alike)))


def own_forecasts(calibrations: Calibrations) -> list[Judged]:
    """Score all targets: the fit, and the model before any fit."""
    every = targets_of(calibrations.scenario, priors_of(calibrations.scenario))
    result = calibrations.result(FIT)
    fit = [] if result is None or result.predictive is None else [judged_of(MODEL, every, result.predictive)]
    return fit + before_any_fit(calibrations, every)


def fitted_table(calibrations: Calibrations) -> list[Judged]:
    """Score all targets: the fit, the model before any fit, and the yardsticks fitted to all of them.

    Persistence is not among them: of a figure that was fitted it says the figure.
    """
    every, study = targets_of(calibrations.scenario, priors_of(calibrations.scenario)), studies_of(calibrations.scenario)[FIT]
    beside = yardsticks(calibrations, every, study.fitted, study.judged)
    return own_forecasts(calibrations) + [one for one in beside if one.name != PERSISTENCE]
