"""Structures: whether the effect of an intervention hangs on how the country is taken to work.

    qantar experiment structure kazakhstan-2022 --members 40

The scenario as it is, and under each of the structures that lie beside it; each intervention beside each of these,
members paired by seed and number. One ensemble without an intervention serves all interventions under a structure, as
far as the same palace acts. Nothing is fitted again: what a structure does not set keeps its value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from qantar.comparison.effect import Effect
from qantar.comparison.interval import Mean
from qantar.comparison.pair import check_comparable
from qantar.ensembles.local import Options, check_options, run_ensemble
from qantar.ensembles.progress import OnProgress, silent
from qantar.ensembles.worker_process import kept_workers
from qantar.errors import UsageError
from qantar.results.open import open_results
from qantar.scenario.load import load
from qantar.scenario.unread import default_palace
from qantar.scenario.whatif import FOLDER, STRUCTURES, names, read, read_beside
from qantar.scenario.whatif_steps import intervene

if TYPE_CHECKING:
    from qantar.results.open import Ensemble
    from qantar.scenario.schema import Scenario
    from qantar.scenario.whatif import Located

SHOWN = ("peak_participants", "deaths", "detained")
"""Outcomes that are given, by their names in `qantar.comparison.effect.OUTCOMES`."""

AS_IT_IS = "as it is"
"""What the scenario under no structure is called; no identifier, so that no structure has this name."""

_BASE = "without_intervention"
"""Folder of the ensemble without an intervention; no identifier either."""


@dataclass(frozen=True)
class Asked:
    """What is to be found out.

    country : a scenario of the library, or a folder; members : of each ensemble; out : folder that keeps the ensembles;
    interventions : names or files, empty for all that lie beside the scenario; workers : processes, None for one a core
    """

    country: str | Path
    members: int
    seed: int
    out: Path
    interventions: tuple[str, ...] = ()
    workers: int | None = None


@dataclass(frozen=True)
class Under:
    """An intervention under one structure: who acts in the palace, pairs, and the paired differences by outcome, people."""

    structure: str
    palace: str
    pairs: int
    differences: dict[str, Mean]


@dataclass(frozen=True)
class Agreement:
    """Of how many structures the mean has the sign that it has as it is, and whose interval lies on the other side of nothing."""

    agree: int
    of: int
    against: tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """An intervention under every structure; the first is none, the scenario as it is."""

    id: str
    title: str
    under: tuple[Under, ...]

    def agreement(self, outcome: str) -> Agreement:
        """How far the sign of an outcome's difference hangs on the structure."""
        first, *others = (one.differences[outcome] for one in self.under)
        same = sum(bool(np.sign(other.value) == np.sign(first.value)) for other in others)
        against = tuple(one.structure for one in self.under[1:] if opposed(first, one.differences[outcome]))
        return Agreement(same, len(others), against)


@dataclass(frozen=True)
class Structures:
    """What was found: title of the scenario, members, seed, title of every structure by its name, answers."""

    title: str
    members: int
    seed: int
    structures: dict[str, str]
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class _Pair:
    """Two ensembles to be run: the names of structure and intervention, both scenarios, who acts in both."""

    structure: str
    intervention: str
    a: Scenario
    b: Scenario
    palace: str


def opposed(first: Mean, other: Mean) -> bool:
    """Whether the interval of `other` lies on the other side of nothing than the mean of `first`."""
    return other.clear and first.value * other.value < 0.0


@kept_workers()
def run_structures(asked: Asked, on_progress: OnProgress = silent) -> Structures:
    """Run every ensemble, as far as it is not there, and return what each intervention does under each structure.

    Raises:
        UsageError: the scenario has no structures, or no interventions; one that is asked for is unknown; an option is
            out of range.
        ScenarioError: a structure or an intervention cannot be applied.
        StoreMismatchError: a folder belongs to another run.
        StoreError: no pair came to an end, or a folder cannot be written.
    """
    check_options(asked.members, asked.seed, Options(workers=asked.workers))
    scenario = load(asked.country)
    structures = _by_name("structure", (read_beside(name, asked.country, STRUCTURES) for name in names(asked.country, STRUCTURES)))
    if not structures:
        raise UsageError(
            f"{asked.country} has no structures: files of the form of interventions in its folder '{STRUCTURES}' (docs/schema/scenario.md)"
        )
    interventions = _by_name("intervention", (read(name, asked.country) for name in asked.interventions or names(asked.country)))
    if not interventions:
        raise UsageError(f"{asked.country} has no interventions in its folder '{FOLDER}': name a file with --intervention")
    bases = {AS_IT_IS: scenario, **{name: intervene(scenario, given) for name, given in structures.items()}}
    pairs = {what: [_pair(structure, a, what, given) for structure, a in bases.items()] for what, given in interventions.items()}
    run = _runner(asked, on_progress)
    answers = [
        Answer(what, interventions[what].intervention.title, tuple(_under(pair, run) for pair in rows)) for what, rows in pairs.items()
    ]
    titles = {name: given.intervention.title for name, given in structures.items()}
    return Structures(scenario.header.title, asked.members, asked.seed, titles, tuple(answers))


def _by_name(kind: str, found: Iterable[Located]) -> dict[str, Located]:
    """Return what was read by its identifier. Raises UsageError where two have the same one."""
    named: dict[str, Located] = {}
    for given in found:
        name = given.intervention.id
        if name in named:
            raise UsageError(f"two {kind}s have the id '{name}': {named[name].file} and {given.file}")
        named[name] = given
    return named


def _pair(structure: str, a: Scenario, intervention: str, given: Located) -> _Pair:
    b = intervene(a, given)
    check_comparable(a, b)
    return _Pair(structure, intervention, a, b, default_palace(a, b))


Run = Callable[[Path, "Scenario", str, str], "Ensemble"]
"""Runs a scenario with a palace into a folder inside `Asked.out`, under a name for whoever watches, and opens it."""


def _runner(asked: Asked, on_progress: OnProgress) -> Run:
    opened: dict[Path, Ensemble] = {}

    def run(folder: Path, scenario: Scenario, palace: str, of: str) -> Ensemble:
        if folder not in opened:
            tell: OnProgress = lambda progress: on_progress(replace(progress, of=of))  # noqa: E731
            out, options = asked.out / folder, Options(palace=palace, workers=asked.workers)
            run_ensemble(scenario, members=asked.members, seed=asked.seed, out=out, options=options, on_progress=tell)
            opened[folder] = open_results(out)
        return opened[folder]

    return run


def _under(pair: _Pair, run: Run) -> Under:
    """Run both sides and return the paired differences."""
    folder = Path(pair.structure.replace(" ", "_")) / pair.palace
    a = run(folder / _BASE, pair.a, pair.palace, f"{pair.structure}, palace {pair.palace}")
    b = run(folder / pair.intervention, pair.b, pair.palace, f"{pair.structure}, {pair.intervention}")
    effect = Effect(a, b)
    return Under(pair.structure, pair.palace, len(effect.pairs), {name: effect.outcome(name).difference for name in SHOWN})
