"""Ensembles on this machine."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from qantar.ensembles.pool import Pool
from qantar.ensembles.progress import OnProgress, Progress, silent
from qantar.ensembles.task import Assignment, Task, compute, keep
from qantar.errors import UsageError
from qantar.results.lock import writing
from qantar.results.manifest import Identity, Manifest, Receipt
from qantar.results.store import accept, claim, log, prepare

if TYPE_CHECKING:
    from qantar.results.open import Ensemble
    from qantar.results.run import Run
    from qantar.scenario.schema import Scenario

LARGEST_NUMBER = 2**32 - 1
"""Seeds and members are 32-bit words of the key of every draw."""


@dataclass(frozen=True)
class Options:
    """What else there is to choose about an ensemble.

    palace : 'recorded' (the scenario's orders act); parameters : 'point' or 'prior' (each member draws
    its own); workers : processes, None for one a core
    """

    palace: str = "recorded"
    parameters: str = "point"
    workers: int | None = None


DEFAULTS = Options()


def default_workers() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run_ensemble(
    scenario: Scenario, *, members: int, seed: int = 0, out: Path, options: Options = DEFAULTS, on_progress: OnProgress = silent
) -> Path:
    """Run the members 0 to `members` - 1 of a scenario into the folder `out`, as far as they are not there yet.

    The same call goes on after an interruption; a larger `members` adds to what is there. Results do
    not depend on the number of workers or on interruptions.

    Raises:
        UsageError: an option is out of range or not built yet; another run is writing to the folder.
        StoreMismatchError: the folder belongs to another run.
        StoreError: the folder cannot be written.
    """
    _check(members, seed, options)
    from qantar.ensembles.context import context_of, frame_of
    from qantar.ensembles.design import draw_parameters
    from qantar.model.run import compile_kernels, simulate
    from qantar.scenario.identity import scenario_hash
    from qantar.version import __version__

    identity = Identity(scenario.header.id, scenario_hash(scenario), seed, options.palace, options.parameters, __version__)
    vary = draw_parameters if options.parameters == "prior" else keep
    task = Task(scenario, seed, frame_of(scenario), out, simulate, vary, options.palace)
    claim(out)
    with writing(out, on_wait=lambda: on_progress(Progress(members, 0, doing="waiting for an interrupted run to end"))):
        manifest = prepare(out, identity, members, task.frame, context_of(scenario), scenario.map_shapes)
        if _missing(manifest, members):
            on_progress(Progress(members, _stored(manifest, members), failed=manifest.failed, doing="compiling"))
            compile_kernels(scenario)
        fill(task, manifest, members, options.workers or default_workers(), on_progress)
    return out


def run_member(scenario: Scenario, *, seed: int = 0, member: int = 0, options: Options = DEFAULTS) -> Run:
    """Run one member as an ensemble would, without a store.

    Raises UsageError where an option is out of range or not built yet.
    """
    _check(member + 1, seed, options)
    from qantar.ensembles.design import draw_parameters
    from qantar.model.run import simulate

    if options.parameters == "prior":
        scenario, _ = draw_parameters(scenario, seed=seed, member=member)
    return simulate(scenario, seed=seed, member=member, palace=options.palace)


def _check(members: int, seed: int, options: Options) -> None:
    if not 1 <= members <= LARGEST_NUMBER:
        raise UsageError(f"members are numbered from 0, and an ensemble has 1 to {LARGEST_NUMBER} of them")
    if not 0 <= seed <= LARGEST_NUMBER:
        raise UsageError(f"a seed is a number from 0 to {LARGEST_NUMBER}, not {seed}")
    if options.workers is not None and options.workers < 1:
        raise UsageError(f"an ensemble needs at least 1 worker, not {options.workers}")
    if options.palace == "simulated":
        raise UsageError("--palace simulated is not built yet; use --palace recorded")
    if options.palace != "recorded":
        raise UsageError(f"palace '{options.palace}' is unknown; expected: recorded")
    if options.parameters == "posterior":
        raise UsageError("--parameters posterior needs a calibration, which is not built yet; use point or prior")
    if options.parameters not in ("point", "prior"):
        raise UsageError(f"parameters '{options.parameters}' are unknown; expected one of: point, prior")


def _missing(manifest: Manifest, members: int) -> list[range]:
    """Batches to compute for the first `members` members, though the folder may be laid out for more."""
    return [range(batch.start, min(batch.stop, members)) for batch in manifest.missing() if batch.start < members]


def _stored(manifest: Manifest, members: int) -> int:
    return sum(member < members for member in manifest.done)


def fill(task: Task, manifest: Manifest, members: int, workers: int, on_progress: OnProgress = silent) -> Manifest:
    """Compute what is missing of a prepared and locked store; one worker works in this process.

    Raises StoreError when a batch cannot be written. What was accepted before stays.
    """
    held = [manifest]
    batches = _missing(manifest, members)
    state = Progress(members, _stored(manifest, members), failed=manifest.failed)

    def on_receipt(receipt: Receipt) -> None:
        held[0] = accept(task.folder, held[0], receipt)

    def tell(running: dict[int, bool], restarts: int = 0) -> None:
        failed = held[0].failed + sum(running.values())
        on_progress(replace(state, stored=_stored(held[0], members), running=len(running), failed=failed, restarts=restarts))

    on_progress(state)
    if workers == 1 or not batches:
        _here(task, batches, on_receipt, tell)
    else:
        pool = Pool(task, batches, workers)
        pool.run(on_receipt, lambda: tell(pool.running, pool.restarts))
    log(task.folder, f"{len(held[0].done)} members done, {held[0].failed} of them failed")
    return held[0]


def _here(task: Task, batches: list[range], on_receipt: Callable[[Receipt], None], tell: Callable[[dict[int, bool]], None]) -> None:
    for members in batches:
        running: dict[int, bool] = {}

        def finish(member: int, failed: bool, running: dict[int, bool] = running) -> None:
            running[member] = failed
            tell(running)

        on_receipt(compute(task, Assignment(members), on_finish=finish))
        tell({})


def ensemble(scenario: Scenario, *, members: int, seed: int = 0, store: str | Path | None = None, on: int | None = None) -> Ensemble:
    """Run an ensemble and open it.

    Args:
        scenario: a checked scenario.
        members: how many runs; those that `store` holds already are not repeated.
        seed: with the number of the member, the key of every draw.
        store: folder for the results; a new temporary folder when left out.
        on: worker processes on this machine; one a core when left out.

    Raises:
        UsageError, StoreMismatchError, StoreError: as `run_ensemble`.
    """
    from qantar.results.open import open_results

    folder = Path(tempfile.mkdtemp(prefix="qantar-")) if store is None else Path(store)
    return open_results(run_ensemble(scenario, members=members, seed=seed, out=folder, options=Options(workers=on)))
