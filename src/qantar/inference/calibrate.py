"""A calibration in a folder: every step can be killed, run again, and added to."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from qantar.engine.random import place_key
from qantar.ensembles.crew import Crew
from qantar.ensembles.local import Options, check_options
from qantar.ensembles.worker_process import kept_workers
from qantar.errors import MissingExtraError, StoreError, StoreMismatchError, UsageError
from qantar.inference.effort import Effort
from qantar.inference.outcomes import layout_of
from qantar.inference.parts import Rows, batches, part_file, read_rows, write_rows
from qantar.inference.posterior import Fitted, calibration_hash, effective_number, write_posterior
from qantar.inference.progress import CalibrationProgress, OnCalibration, silent
from qantar.inference.regression import HALVES, moved_halves, prior_table
from qantar.inference.sieve import Sieve, Sifted
from qantar.inference.studies import FIT, STEPS, Study, studies_in, studies_of
from qantar.inference.tables import Table, Variant, read_table, run_table
from qantar.inference.variants import flat_variants, ignition_variants, switched_variants
from qantar.results.files import sweep, write_text
from qantar.results.lock import writing
from qantar.scenario.identity import scenario_hash
from qantar.scenario.intervention import without_shocks
from qantar.scenario.posterior import Provenance
from qantar.scenario.schema import Scenario
from qantar.version import __version__

if TYPE_CHECKING:
    from qantar.inference.sampler import Generation

Floats = NDArray[np.float64]

KIND = "qantar-calibration"
NOTE = "calibration.json"
RESULT = "result.json"
REFIT = "refit.json"
ACCEPTED = "accepted"
PREDICTIVE = "predictive"
SIEVE = "sieve"
APART = 2**30
"""Number at which the fresh members of a refit's second half begin, however many each half has."""
SHORT = 8
"""Hexadecimal digits that name the parameter sets that were sieved."""


@dataclass(frozen=True)
class Runs:
    """What a fit rests on, as its provenance tells it."""

    budget: int
    simulations: int
    generations: int
    tolerance: float


@dataclass(frozen=True)
class GenerationNote:
    """What is told of a generation."""

    candidates: int
    accepted: int
    tolerance: float
    effective: float


@dataclass(frozen=True)
class Result:
    """A study that is done: the fit, its generations, and runs with members of its posterior where they are there.

    risen : parameter sets that had a wave without the shocks; None where nobody asked
    failed : those whose run without the shocks failed; None where nobody asked, and in older folders, which have them in `risen`
    """

    study: Study
    fitted: Fitted
    accepted: Rows
    generations: tuple[GenerationNote, ...]
    predictive: Rows | None
    risen: int | None = None
    failed: int | None = None

    @property
    def spared(self) -> bool:
        """Whether the sieve left all sets their weight, as none stayed quiet."""
        return bool((self.risen or 0) + (self.failed or 0)) and bool((self.accepted.weight > 0.0).all())


@dataclass(frozen=True)
class Calibrations:
    """The folder of a scenario's calibration, for one seed and palace."""

    folder: Path
    scenario: Scenario
    seed: int = 0
    palace: str = "recorded"

    def claim(self) -> None:
        """Make the folder, or check that it is this calibration's.

        Raises StoreMismatchError, naming what differs, where it holds something else.
        """
        identity = self._identity()
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / NOTE
        if not path.exists():
            if strange := sorted(item.name for item in self.folder.iterdir()):
                raise StoreMismatchError(f"{self.folder} holds other files ({', '.join(strange[:3])}); choose an empty folder")
            write_text(path, json.dumps(identity, indent=1) + "\n")
            return
        there = _read_json(path)
        if there.get("kind") != KIND:
            raise StoreMismatchError(f"{self.folder} holds no calibration; choose an empty folder")
        names = {name.replace("_", " "): (there.get(name), identity[name]) for name in identity}
        wrong = [f"{name} is {old} there, {new} was asked for" for name, (old, new) in names.items() if old != new]
        if wrong:
            raise StoreMismatchError(f"{self.folder} belongs to another calibration: {'; '.join(wrong)}; choose another --out")

    def _identity(self) -> dict[str, Any]:
        return {
            "kind": KIND, "scenario": self.scenario.header.id, "scenario_hash": scenario_hash(self.scenario),
            "calibration_hash": calibration_hash(self.scenario), "seed": self.seed, "palace": self.palace, "version": __version__,
        }  # fmt: skip

    @kept_workers()
    def run(self, steps: tuple[str, ...], effort: Effort, crew: Crew, tell: OnCalibration = silent) -> None:
        """Do the steps, as far as they are not done.

        Raises UsageError for a step that is not known or comes too early, or where no cluster answers, StoreError where the folder cannot
        be written, MissingExtraError without pyABC.
        """
        studies = studies_of(self.scenario)
        for step in steps:
            studies_in(step, studies)
        for palace in {self.palace, *(("simulated",) if BY_NAME.intersection(steps) else ())}:
            check_options(effort.members, self.seed, Options(palace=palace))
        _check_extra()
        crew.ready()
        self.claim()
        with writing(self.folder):
            sweep(self.folder)
            for step in steps:
                for study in studies_in(step, studies):
                    (self._refit if study.by_regression else self._study)(study, effort, crew, tell)
                if step in _TABLES:
                    self._table(step, effort, crew, tell)

    def _study(self, study: Study, effort: Effort, crew: Crew, tell: OnCalibration) -> None:
        def told(progress: CalibrationProgress) -> None:
            tell(replace(progress, study=study.name))

        place = self.folder / study.name
        place.mkdir(exist_ok=True)
        self._check_population(place, effort)
        generations = self._generations(study, effort, crew, told)
        last = generations[-1]
        sifted = self._sieved(study, last, crew, told)
        accepted = last.accepted if sifted is None else sifted.rows
        weights = accepted.weight / accepted.weight.sum()
        notes = [GenerationNote(item.candidates, len(item.accepted), item.tolerance, item.effective) for item in generations]
        runs = Runs(effort.budget, sum(item.candidates for item in generations), len(generations), last.tolerance)
        fitted = self._fitted(study, accepted.scores, weights, runs)
        (place / ACCEPTED).mkdir(exist_ok=True)
        write_rows(place / ACCEPTED, range(len(accepted)), accepted)
        write_posterior(place, fitted)
        note = {"budget": effort.budget, "population": effort.size, "generations": [asdict(item) for item in notes]}
        note |= {"risen": None, "failed": None} if sifted is None else {"risen": sifted.risen, "failed": sifted.failed}
        write_text(place / RESULT, json.dumps(note, indent=1) + "\n")
        self._predict(fitted, (Variant(study.scenario(self.scenario)),), place / PREDICTIVE, effort.members, crew, told)

    def _fitted(self, study: Study, scores: Floats, weights: Floats, runs: Runs) -> Fitted:
        """Return weighted parameter sets of a study with where they come from."""
        provenance = Provenance(
            schema_version=1, scenario=self.scenario.header.id, scenario_hash=scenario_hash(self.scenario),
            calibration_hash=calibration_hash(self.scenario), study=study.name, palace=self.palace, version=__version__,
            seed=self.seed, effective=effective_number(weights), **asdict(runs),
        )  # fmt: skip
        return Fitted(study.priors(self.scenario), scores, weights, provenance)

    def _refit(self, study: Study, effort: Effort, crew: Crew, tell: OnCalibration) -> None:
        """Fit a study by regression on runs from its priors, each half of them for itself, and run fresh members of both."""

        def told(progress: CalibrationProgress) -> None:
            tell(replace(progress, study=study.name))

        table = prior_table(study, self.scenario, self.palace, self.seed, effort.refit)
        run_table(table, self.folder, self._prior_rows(study), crew, told)
        place = self.folder / study.name
        place.mkdir(exist_ok=True)
        members = max(effort.members // HALVES, 1)
        for number, fitted in enumerate(self._halves(study, effort.refit)):
            self._predict(fitted, table.variants, place / PREDICTIVE, members, crew, told, first=number * APART)
        write_text(place / REFIT, json.dumps({"runs": effort.refit}) + "\n")

    def _prior_rows(self, study: Study) -> Path:
        """Return where a study's runs from its priors are: with every mechanism, in the table that the step `prior` makes."""
        return self.folder / (study.name if study.off else "prior") / "rows"

    def _halves(self, study: Study, runs: int) -> tuple[Fitted, ...]:
        rows = read_table(self._prior_rows(study), runs)
        return tuple(
            self._fitted(study, one.scores, one.weights, Runs(runs, -(-runs // HALVES), 1, one.width))
            for one in moved_halves(study, self.scenario, rows, self.seed)
        )

    def _generations(self, study: Study, effort: Effort, crew: Crew, tell: OnCalibration) -> tuple[Generation, ...]:
        """Run the candidates of a study."""
        from qantar.inference.distance import Distance
        from qantar.inference.sampler import Problem, run_smc

        distance = Distance(study.targets(self.scenario))
        varied = study.scenario(self.scenario)
        problem = Problem(
            varied.model_copy(update={"posterior": None}), distance, layout_of(varied), self.palace, self.seed, place_key(study.name),
            self.folder, self.folder / study.name / "candidates",
        )  # fmt: skip
        found = run_smc(problem, population=effort.size, budget=effort.budget, crew=crew, tell=tell)
        if not found:
            raise StoreError(f"{study.name}: fewer than {effort.size} of {effort.budget} runs came to an end; see the log in {self.folder}")
        return found

    def _sieved(self, study: Study, last: Generation, crew: Crew, tell: OnCalibration) -> Sifted | None:
        """Take the weight of parameter sets that rise for nothing, and say how many; None where the study asks for no quiet."""
        if not study.asks_for_quiet(self.scenario):
            return None
        varied = study.scenario(self.scenario).model_copy(update={"posterior": None})
        parts = self.folder / study.name / SIEVE / hashlib.sha256(last.accepted.scores.tobytes()).hexdigest()[:SHORT]
        sieve = Sieve(varied, study.priors(self.scenario), layout_of(varied), self.palace, self.seed, self.folder, parts)
        return sieve.run(crew, tell, last.accepted)

    def _check_population(self, place: Path, effort: Effort) -> None:
        path = place / "population.json"
        if not path.exists():
            write_text(path, json.dumps({"population": effort.size}) + "\n")
        there = int(_read_json(path)["population"])
        if there != effort.size:
            raise StoreMismatchError(
                f"{place} was begun with a population of {there}, {effort.size} was asked for; "
                f"add --population {there}, or choose another --out"
            )

    def _predict(
        self, fitted: Fitted, variants: tuple[Variant, ...], parts: Path, members: int, crew: Crew, tell: OnCalibration,
        *, judged: bool = True, first: int = 0,
    ) -> Rows:  # fmt: skip
        """Run members of a posterior from a number on, each in every variant; what is not judged needs no second run without shocks."""
        parts = _fresh_for(parts, fitted)
        layout = layout_of(self.scenario) if judged else replace(layout_of(self.scenario), twin_days=0)
        chosen = np.repeat(fitted.members(self.seed, members, first), len(variants))
        numbers = np.repeat(np.arange(first, first + members, dtype=np.int64), len(variants))
        table = Table(
            parts.parent.name, variants, fitted.priors, layout, self.palace, self.seed, fitted.scores[chosen],
            np.tile(np.arange(len(variants), dtype=np.int64), members), numbers,
        )  # fmt: skip
        return run_table(table, self.folder, parts, crew, tell)

    def _table(self, step: str, effort: Effort, crew: Crew, tell: OnCalibration) -> None:
        def told(progress: CalibrationProgress) -> None:
            tell(replace(progress, study=step))

        base = self.scenario.model_copy(update={"posterior": None})
        place = self.folder / step
        if step in FROM_PRIORS:
            palace = "simulated" if step == "endings" else self.palace
            table = replace(prior_table(studies_of(self.scenario)[FIT], self.scenario, palace, self.seed, effort.budget), name=step)
            if step == "endings":
                table = replace(table, layout=replace(table.layout, twin_days=0))
            run_table(table, self.folder, place / "rows", crew, told)
            return
        result = self.result(FIT)
        if result is None:
            raise UsageError(f"the step '{step}' needs a fit: do `--step fit` first")
        few = max(effort.members // VARIANT_SHARE, 1)
        if step == "quiet":
            self._predict(result.fitted, (Variant(without_shocks(base)),), place / "rows", effort.members, crew, told, judged=False)
        elif step == "ignition":
            self._predict(result.fitted, ignition_variants(base), place / "rows", few, crew, told, judged=False)
        elif step in ("switched-off", "flat"):
            variants = flat_variants(base) if step == "flat" else switched_variants(base)
            self._predict(result.fitted, variants, place / "rows", few, crew, told)
        else:
            other = replace(self, palace="simulated")
            other._predict(result.fitted, (Variant(base),), place / "rows", effort.members, crew, told)  # noqa: SLF001 - of its own kind

    def result(self, name: str) -> Result | None:
        """Return a study that is done, None where it is not."""
        place = self.folder / name
        study = studies_of(self.scenario).get(name)
        if study is None or not (place / RESULT).exists():
            return None
        note = _read_json(place / RESULT)
        generations = tuple(GenerationNote(**item) for item in note["generations"])
        accepted = read_rows(place / ACCEPTED, range(generations[-1].accepted))
        if accepted is None:
            return None
        provenance = _provenance(place)
        fitted = Fitted(study.priors(self.scenario), accepted.scores, accepted.weight / accepted.weight.sum(), provenance)
        fresh = _stored(_fresh_for(place / PREDICTIVE, fitted))
        return Result(study, fitted, accepted, generations, fresh, note.get("risen"), note.get("failed"))

    def refit(self, name: str) -> tuple[tuple[Fitted, Rows], ...]:
        """Return what each half of a study's runs gives, with fresh members of it; nothing where it is not done."""
        study = studies_of(self.scenario).get(name)
        if study is None or not self.is_refitted(name):
            return ()
        halves = self._halves(study, int(_read_json(self.folder / name / REFIT)["runs"]))
        pairs = [(fitted, _stored(_fresh_for(self.folder / name / PREDICTIVE, fitted))) for fitted in halves]
        there = tuple((fitted, rows) for fitted, rows in pairs if rows is not None)
        return there if len(there) == HALVES else ()

    def is_refitted(self, name: str) -> bool:
        """Return whether a study was fitted by regression; nothing of it is read."""
        return (self.folder / name / REFIT).exists()

    def table(self, step: str) -> Rows | None:
        """Return the rows of a table that is done or under way, None where there are none.

        The tables that rest on the fit are those of the fit as it is now.
        """
        parts = self.folder / step / "rows"
        if step not in FROM_PRIORS:
            result = self.result(FIT)
            if result is None:
                return None
            parts = _fresh_for(parts, result.fitted)
        return _stored(parts)


_TABLES = ("switched-off", "flat", "prior", "quiet", "ignition", "endings", "simulated")
VARIANT_SHARE = 4
"""Where each member is run in many versions of the country, one in so many members is."""
FROM_PRIORS = ("prior", "endings")
"""Tables that need no fit."""
BY_NAME = frozenset({"endings", "simulated"})
"""What needs a palace that can be simulated; `all` leaves it out."""


def steps_of(asked: tuple[str, ...]) -> tuple[str, ...]:
    """Return the steps to do: those asked for, or what `all` stands for; what simulates the palace is asked for by name."""
    expanded = [name for step in asked or (FIT,) for name in (STEPS if step == "all" else (step,)) if step != "all" or name not in BY_NAME]
    return tuple(dict.fromkeys(expanded))


def _fresh_for(parts: Path, fitted: Fitted) -> Path:
    """Return the folder for runs of a fit; runs of an earlier fit of the same study stay where they are."""
    return parts / fitted.shipped().digest


def _stored(parts: Path) -> Rows | None:
    """Return the rows of a table from the first to the last that is there, None where there are none or some in between are missing.

    A table that is being enlarged can have a short last batch of its former size beside later ones.
    """
    last = max((int(path.stem.split("-")[2]) for path in parts.glob("part-*.npz")), default=-1)
    wanted = batches(range(last + 1))
    return read_table(parts, last + 1) if wanted and all(part_file(parts, batch).exists() for batch in wanted) else None


def _provenance(place: Path) -> Provenance:
    lines = (place / "posterior.yaml").read_text(encoding="utf-8").splitlines()
    pairs = [line.partition(": ") for line in lines if ": " in line and not line.startswith("#")]
    return Provenance(**{name: json.loads(value) for name, _, value in pairs})


def _read_json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise StoreError(f"{path} cannot be read: {error}") from error
    if not isinstance(found, dict):
        raise StoreError(f"{path} is damaged")
    return found


def _check_extra() -> None:
    from importlib.util import find_spec

    if find_spec("pyabc") is None or find_spec("SALib") is None:
        raise MissingExtraError("calibration", "calibrate")
