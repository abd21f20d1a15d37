"""Fits the yardsticks, as well as they can be: what a model is held against must not be easy to beat.

They draw nothing themselves (`qantar.inference.baselines`), so that their likelihood is known: the errors of measurement
that Qantar is judged by, bent as its distance; standard normal scores of wide uniform priors. They are fitted by emcee,
an ensemble of Markov chains (Foreman-Mackey et al. 2013, PASP 125, 306), with moves by differences of walkers (ter Braak
and Vrugt 2008, Stat. Comput. 18, 435).
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qantar.engine.random import place_key, words
from qantar.engine.streams import Stream
from qantar.inference.baselines import COMMON, COURSES, OWN, PERSISTENCE, UNIFORM, Ground, Points, outcomes, persistence
from qantar.inference.distance import huber
from qantar.inference.draws import normals
from qantar.inference.scores import Forecast
from qantar.inference.targets import Targets
from qantar.results.files import write_through

Floats = NDArray[np.float64]

WALKERS, STEPS, KEPT = 128, 800, 4
"""Chains, steps of each, and how often each is looked at in its second half. Five times as many steps change a CRPS by a tenth."""

STARTS = 20_000
"""Points from the prior of which the likeliest begin the chains."""

SNOOKER = 0.2
"""Share of emcee's snooker moves among those by differences; ter Braak and Vrugt have a tenth."""


@dataclass(frozen=True)
class Fitting:
    """A yardstick, what it says of targets, and which of them it is fitted to."""

    name: str
    targets: Targets
    ground: Ground
    fitted: frozenset[str]

    @property
    def columns(self) -> int:
        """Parameters that it has."""
        return len(OWN[self.name]) + len(COMMON) + len(self.ground.people)

    def digest(self, seed: int) -> str:
        """Return 16 digits that differ when anything differs on which its posterior rests."""
        figures = [(one.id, one.observed, one.error, one.weight) for one in self.targets.listed if one.id in self.fitted]
        text = repr((self.name, figures, self.ground.people, UNIFORM, WALKERS, STEPS, KEPT, seed))
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def marks(self, scores: Floats) -> Floats:
        """Return its marks of every target: [row, target]."""
        points = Points(OWN[self.name], scores)
        found = outcomes(COURSES[self.name](points, self.ground), points, self.ground)
        return self.targets.marks(found, np.zeros((len(scores), len(self.targets.priors.names))))

    def log_posterior(self, scores: Floats) -> Floats:
        """Return the logarithm of its density given what it is fitted to, up to a constant: float64[row]."""
        inside = [number for number, target in enumerate(self.targets.listed) if target.id in self.fitted]
        deviation = (self.marks(scores) - self.targets.observed)[:, inside]
        return np.asarray(-0.5 * huber(deviation) @ self.targets.weights[inside] - 0.5 * (scores**2).sum(axis=1))


def fitted_scores(fitting: Fitting, seed: int) -> Floats:
    """Return points from a yardstick's posterior: [row, parameter]. A function of the seed."""
    import emcee

    key = words(seed, 0, int(Stream.YARDSTICK), place_key(fitting.name), 0, 0, len(fitting.fitted))
    chance = np.random.RandomState([int(word) for word in key])
    starts = normals(seed, Stream.YARDSTICK, f"starts:{fitting.name}", range(STARTS), fitting.columns)
    likeliest = np.argsort(-fitting.log_posterior(starts), kind="stable")[:WALKERS]
    moves = [(emcee.moves.DEMove(), 1.0 - SNOOKER), (emcee.moves.DESnookerMove(), SNOOKER)]
    sampler = emcee.EnsembleSampler(WALKERS, fitting.columns, fitting.log_posterior, moves=moves, vectorize=True)
    sampler.run_mcmc(emcee.State(starts[likeliest], random_state=chance.get_state()), STEPS, skip_initial_state_check=True)
    half = STEPS // 2
    return np.asarray(sampler.get_chain(discard=STEPS - half, thin=half // KEPT, flat=True))


def kept_scores(fitting: Fitting, seed: int, folder: Path) -> Floats:
    """Return `fitted_scores`, from a file of the folder where they were found before; a damaged file is made again."""
    path = folder / f"{fitting.digest(seed)}.npy"
    with suppress(OSError, ValueError):
        return np.asarray(np.load(path, allow_pickle=False))
    scores = fitted_scores(fitting, seed)
    folder.mkdir(parents=True, exist_ok=True)

    def write(temporary: Path) -> None:
        with temporary.open("wb") as handle:
            np.save(handle, scores)

    write_through(path, write)
    return scores


def forecast(name: str, targets: Targets, fitted: Targets, ground: Ground, seed: int, folder: Path) -> Forecast:
    """Return what a yardstick, fitted to some targets, says of all of them; `folder` keeps what the chains found."""
    if name == PERSISTENCE:
        return persistence(targets, fitted, seed)
    fitting = Fitting(name, targets, ground, frozenset(target.id for target in fitted.listed))
    scores = kept_scores(fitting, seed, folder)
    return Forecast(fitting.marks(scores), np.full(len(scores), 1.0 / len(scores)))
