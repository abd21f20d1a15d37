"""ABC-SMC by pyABC, on candidates that do not depend on who computes them.

Toni et al. (2009), J. R. Soc. Interface 6, 187; pyABC: Schälte et al. (2022), JOSS 7(74), 4304.

`KeyedSampler` takes the place of pyABC's samplers. It has candidates computed in batches, reads them
back in their order, and accepts the first n: any number of workers, and any number of interruptions,
give the same generation. What lies on disk already is not computed again, so that a run that was
killed is simply run again.

A candidate that cannot be within the tolerance is given up (`qantar.inference.early`).

Departure: when the budget ends within a generation, its n nearest candidates are taken; the tolerance
is then the distance of the farthest of them, and larger than the one aimed at. For this some that had
been given up are run to their end.
"""

from __future__ import annotations

import logging
import pickle
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import cloudpickle
import numpy as np
import pyabc
from numpy.typing import NDArray
from pyabc.population import Particle

from qantar.ensembles.crew import Crew, carry_out, default_workers
from qantar.inference.candidates import CandidateWork, drawn_member
from qantar.inference.distance import Distance
from qantar.inference.early import Watch
from qantar.inference.observing import observe_watched
from qantar.inference.outcomes import Layout
from qantar.inference.parts import BATCH, Rows, batches, joined, part_file, read_rows
from qantar.inference.posterior import effective_number
from qantar.inference.progress import CalibrationProgress, OnCalibration
from qantar.inference.proposal import DefensiveNormal
from qantar.inference.tables import run_missing
from qantar.results.manifest import Receipt
from qantar.scenario.schema import Scenario

OPEN = 1e9
"""Tolerance of the first generation: whatever did not fail is accepted."""

QUANTILE = 0.5
"""Share of the last generation that the next tolerance would keep (pyABC's default)."""

SPARE = 1.15
"""Candidates asked for at once, relative to those that are expected to be needed."""

LARGEST_WAVE = 2_000

RESERVE = 2
"""Of those that were given up, as many more as this part of the population are run to their end at once: many will be farther."""

logging.getLogger("ABC").setLevel(logging.ERROR)


class CountryModel(pyabc.IntegratedModel):  # type: ignore[misc]
    """One run of a scenario and its distance, as pyABC asks for them."""

    def __init__(self, scenario: Scenario, seed: int, distance: Distance, layout: Layout, palace: str) -> None:
        super().__init__(name=scenario.header.id)
        self._scenario, self._seed, self._distance, self._layout, self._palace = scenario, seed, distance, layout, palace

    def integrated_simulate(self, pars: Mapping[str, float], eps: float) -> pyabc.model.ModelResult:
        """Run a member of the scenario with the parameters at the given scores, as far as it can be within the tolerance.

        A run that was given up has no outcomes, and the bound that it was given up for as its distance.
        """
        priors = self._distance.targets.priors
        scores = np.array([pars[name] for name in priors.names])
        watch = Watch(self._distance, self._layout, scores, eps)
        varied = priors.apply(self._scenario, scores)
        row = observe_watched(varied, self._layout, watch, seed=self._seed, member=drawn_member(), palace=self._palace)
        if row is None:
            untold = np.full(len(self._layout.names), np.nan, dtype=np.float32)
            return pyabc.model.ModelResult(sum_stat={"outcomes": untold}, distance=watch.bound, accepted=False)
        distance = float(self._distance(row[None, :], scores[None, :])[0])
        return pyabc.model.ModelResult(sum_stat={"outcomes": row}, distance=distance, accepted=distance <= eps)


@dataclass(frozen=True)
class Generation:
    """A generation that is closed: accepted candidates in their order, its tolerance, and how many candidates it took."""

    number: int
    accepted: Rows
    tolerance: float
    candidates: int

    @property
    def weights(self) -> NDArray[np.float64]:
        """Weights of the accepted, adding up to 1."""
        return np.asarray(self.accepted.weight / self.accepted.weight.sum())

    @property
    def effective(self) -> float:
        """Effective number of the accepted."""
        return effective_number(self.weights)


class KeyedSampler(pyabc.sampler.Sampler):  # type: ignore[misc]
    """Candidates in batches, accepted in the order of their numbers."""

    def __init__(self, work: CandidateWork, crew: Crew, budget: int, batch: int, tell: OnCalibration) -> None:
        super().__init__()
        self._work, self._crew, self._budget, self._batch, self._tell = work, crew, budget, batch, tell
        self.closed: list[Generation] = []

    @property
    def used(self) -> int:
        """Candidates of the closed generations."""
        return sum(generation.candidates for generation in self.closed)

    def sample_until_n_accepted(
        self,
        n: int,
        simulate_one: Callable[[], Any],
        t: int,
        *,
        max_eval: float = np.inf,
        all_accepted: bool = False,
        ana_vars: Any = None,  # noqa: ANN401 - pyABC's
    ) -> Any:  # noqa: ANN401 - pyABC's
        """Return a generation of n accepted candidates, or one that is not ok when the budget does not reach."""
        del max_eval, all_accepted
        work = replace(
            self._work,
            parts=self._work.parts / f"generation-{t:02d}",
            generation=t,
            simulate_one=cloudpickle.dumps(simulate_one),
        )
        tolerance = float(ana_vars.eps(t))
        rows = self._gather(work, n, tolerance)
        sample = self._create_empty_sample()
        generation = self._close(t, rows, n, tolerance, work)
        if generation is None:
            sample.ok = False
            return sample
        self.closed.append(generation)
        self.nr_evaluations_ = generation.candidates
        for position in range(len(generation.accepted)):
            sample.append(_particle(generation.accepted, position, self._work.names))
        return sample

    def _gather(self, work: CandidateWork, n: int, tolerance: float) -> Rows:
        """Return candidates in their order: up to the n-th accepted, or as far as the budget goes."""
        limit = self._budget - self.used
        found: list[Rows] = []
        have, accepted = 0, 0
        wave = n
        while True:
            while have < limit and (rows := read_rows(work.parts, range(have, min(have + self._batch, limit)))) is not None:
                found.append(rows)
                have += len(rows)
                accepted += int((rows.distance <= tolerance).sum())
                if accepted >= n:
                    return joined(found)
            if have >= limit:
                return joined(found) if found else _no_rows(work)
            if have:
                wave = min(int(SPARE * (n - accepted) * have / max(accepted, 1)), LARGEST_WAVE)
            self._compute(work, have, min(have + max(wave, self._smallest_wave()), limit), (n, accepted, tolerance))

    def _smallest_wave(self) -> int:
        workers = self._crew.workers or (1 if self._crew.cluster else default_workers())
        return self._batch * workers

    def _compute(self, work: CandidateWork, start: int, stop: int, state: tuple[int, int, float]) -> None:
        n, accepted, tolerance = state
        limit = self._budget - self.used
        wanted = batches(range(start, min(-(-stop // self._batch) * self._batch, limit)), self._batch)
        missing = [batch for batch in wanted if not part_file(work.parts, batch).exists()]
        known = start + sum(len(batch) for batch in wanted if batch not in missing)
        count = {"done": known, "accepted": accepted}

        def show(running: Mapping[int, bool], restarts: int) -> None:
            done = count["done"] + len(running)
            self._tell(
                CalibrationProgress(work.generation, n, count["accepted"], done, self.used + done, self._budget, tolerance, restarts)
            )

        def on_receipt(receipt: Receipt) -> None:
            rows = read_rows(work.parts, range(receipt.first, receipt.last + 1))
            assert rows is not None
            count["done"] += len(rows)
            count["accepted"] += int((rows.distance <= tolerance).sum())

        show({}, 0)
        carry_out(work, missing, self._crew, on_receipt, show)

    def _close(self, t: int, rows: Rows, n: int, tolerance: float, work: CandidateWork) -> Generation | None:
        accepted = np.flatnonzero(rows.distance <= tolerance)
        if accepted.size >= n:
            chosen = accepted[:n]
            return Generation(t, rows.take(chosen), tolerance, int(chosen[-1]) + 1)
        limit = self.closed[-1].tolerance if self.closed else np.inf
        while True:
            by_distance = np.argsort(rows.distance, kind="stable")
            order = by_distance[:n]
            if order.size < n or not rows.distance[order[-1]] < limit:
                return None
            near = by_distance[: n + n // RESERVE]
            given_up = [int(candidate) for candidate in near[~rows.sound[near] & np.isfinite(rows.distance[near])]]
            if rows.sound[order].all():
                reached = float(rows.distance[order[-1]])
                return Generation(t, _weighed(rows.take(np.sort(order)), self._work.names, work.simulate_one), reached, len(rows))
            rows = self._run_to_the_end(work, rows, given_up)

    def _run_to_the_end(self, work: CandidateWork, rows: Rows, candidates: Sequence[int]) -> Rows:
        """Return the rows with those of candidates that had been given up, their distance being a bound, as they really are."""
        whole = replace(work, parts=work.parts.with_name(f"{work.parts.name}-whole"), simulate_one=_without_tolerance(work.simulate_one))
        alone = [range(candidate, candidate + 1) for candidate in candidates]
        run_missing(whole, whole.parts, alone, self._crew, self._tell)
        found = [read_rows(whole.parts, batch) for batch in alone]
        return rows.replaced(candidates, joined([row for row in found if row is not None]))


def _no_rows(work: CandidateWork) -> Rows:
    return Rows(np.zeros((0, len(work.names))), np.zeros((0, work.n_outcomes), np.float32), np.zeros(0), np.zeros(0))


def _without_tolerance(simulate_one: bytes) -> bytes:
    """Return pyABC's function, pickled, as one that gives no candidate up."""
    function = pickle.loads(simulate_one)  # noqa: S301 - made by this process
    return bytes(cloudpickle.dumps(partial(function, eps=pyabc.ConstantEpsilon(np.inf))))


def _weighed(rows: Rows, names: Sequence[str], simulate_one: bytes) -> Rows:
    """Weigh every row as pyABC weighs those that it accepts: prior density over that of the proposal.

    simulate_one : pyABC's function, pickled, for pyABC gives its proposal to the next generation
    """
    weigh = pickle.loads(simulate_one).keywords["weight_function"]  # noqa: S301 - made by this process
    weights = [float(weigh(0, pyabc.Parameter(dict(zip(names, map(float, scores), strict=True))), 1.0)) for scores in rows.scores]
    return replace(rows, weight=np.array(weights))


def _particle(rows: Rows, position: int, names: Sequence[str]) -> Any:  # noqa: ANN401 - pyABC's
    """A row as pyABC's particle; its outcomes stay where they are."""
    return Particle(
        m=0,
        parameter=pyabc.Parameter(dict(zip(names, map(float, rows.scores[position]), strict=True))),
        weight=float(rows.weight[position]),
        sum_stat={},
        distance=float(rows.distance[position]),
        accepted=True,
    )


@dataclass(frozen=True)
class Problem:
    """What is to be fitted.

    scenario : with everything but the free parameters as it is to be; key : of the study's draws;
    parts : where candidates go
    """

    scenario: Scenario
    distance: Distance
    layout: Layout
    palace: str
    seed: int
    key: int
    folder: Path
    parts: Path


def run_smc(problem: Problem, *, population: int, budget: int, crew: Crew, tell: OnCalibration) -> tuple[Generation, ...]:
    """Run ABC-SMC and return its generations, as far as `budget` candidates go.

    Raises StoreError where candidates cannot be written.
    """
    priors = problem.distance.targets.priors
    work = CandidateWork(problem.folder, problem.parts, problem.seed, problem.key, 0, b"", priors.names, len(problem.layout.names))
    sampler = KeyedSampler(work, crew, budget, min(BATCH, population), tell)
    smc = pyabc.ABCSMC(
        models=CountryModel(problem.scenario, problem.seed, problem.distance, problem.layout, problem.palace),
        parameter_priors=pyabc.Distribution(**{name: pyabc.RV("norm", 0.0, 1.0) for name in priors.names}),
        distance_function=pyabc.NoDistance(),
        population_size=population,
        eps=pyabc.QuantileEpsilon(initial_epsilon=OPEN, alpha=QUANTILE),
        transitions=DefensiveNormal(),
        sampler=sampler,
    )
    smc.new("sqlite://", {})
    smc.run(max_total_nr_simulations=budget)
    return tuple(sampler.closed)
