"""Ensembles: many members of a scenario, in a folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from qantar.ensembles.crew import Crew, carry_out
from qantar.ensembles.progress import OnProgress, Progress, silent
from qantar.ensembles.task import Task
from qantar.errors import UsageError
from qantar.results.layout import MANIFEST
from qantar.results.lock import writing
from qantar.results.manifest import Identity, Manifest, Receipt
from qantar.results.publish import Kept, Publisher
from qantar.results.remote import address_of, as_folder, make_staging, staging_of
from qantar.results.repair import repair
from qantar.results.scratch import scratch_folder, sweep_scratch
from qantar.results.store import accept, claim, log, prepare
from qantar.scenario.unread import check_palace, default_palace

if TYPE_CHECKING:
    from qantar.results.open import Ensemble
    from qantar.results.run import Run
    from qantar.scenario.schema import Scenario

LARGEST_NUMBER = 2**32 - 1
"""Seeds and members are 32-bit words of the key of every draw."""



@dataclass(frozen=True)
class Options:
    """What else there is to choose about an ensemble.

    palace : 'recorded' (the scenario's orders act) or 'simulated' (the palace decides), None for the second where
        the scenario's palace can; parameters : 'point', 'prior' (each member draws
    its own) or 'posterior' (each draws a set of the scenario's fit); workers : processes on this machine,
    None for one a core; cluster : address of a running Dask scheduler that works instead of them; repair : look for
    damage first, and compute what is damaged, or was given up because its worker died, once more
    """

    palace: str | None = None
    parameters: str = "point"
    workers: int | None = None
    cluster: str | None = None
    repair: bool = False

    def palace_of(self, scenario: Scenario) -> str:
        """Who decides what the state does in a scenario."""
        return self.palace or default_palace(scenario)

    @property
    def crew(self) -> Crew:
        """Who works. Raises UsageError where it cannot be."""
        return Crew(self.workers, self.cluster)


DEFAULTS = Options()


def run_ensemble(
    scenario: Scenario, *, members: int, seed: int = 0, out: Path | str, options: Options = DEFAULTS, on_progress: OnProgress = silent
) -> Path:
    """Run the members 0 to `members` - 1 of a scenario into the folder `out`, as far as they are not there yet.

    The same call goes on after an interruption; a larger `members` adds to what is there. Results do
    not depend on the number of workers or on interruptions. `out` may be an address on object storage (`qantar.results.remote`).

    Raises:
        UsageError: an option is out of range or not built yet; another run is writing to the folder.
        StoreMismatchError: the folder belongs to another run.
        StoreError: the folder cannot be written.
    """
    check_options(members, seed, options)
    sweep_scratch()
    address = address_of(out)
    if address is None:
        _run_into(Path(out), scenario, Asked(members, seed, options), on_progress)
        return Path(out)
    folder = staging_of(address)
    publisher = Publisher(folder, address)
    make_staging(folder)
    _run_into(folder, scenario, Asked(members, seed, options), on_progress, publisher)
    return as_folder(address)


@dataclass(frozen=True)
class Asked:
    """What an ensemble is to be."""

    members: int
    seed: int
    options: Options


def _run_into(out: Path, scenario: Scenario, asked: Asked, on_progress: OnProgress, publisher: Kept | None = None) -> None:
    """Run an ensemble into a folder of this machine; a publisher is told of the manifest after each batch.

    The lock is held until everything is published and removed here: no other run of the folder may come in between.
    """
    from qantar.model.helper import start_helper

    start_helper()
    from qantar.ensembles.context import context_of, frame_of
    from qantar.ensembles.design import label_of, way_of
    from qantar.model.run import compile_kernels, simulate
    from qantar.scenario.identity import scenario_hash
    from qantar.version import __version__

    members, seed, options = asked.members, asked.seed, asked.options
    label = label_of(scenario, options.parameters)
    palace = options.palace_of(scenario)
    identity = Identity(scenario.header.id, scenario_hash(scenario), seed, palace, label, __version__)
    task = Task(scenario, seed, frame_of(scenario), out, simulate, way_of(options.parameters, palace), palace)
    context, publisher = context_of(scenario), publisher or Kept()
    publisher.check(identity, context)
    if not (out / MANIFEST).exists():
        options.crew.ready()
    claim(out)
    with writing(out, on_wait=lambda: on_progress(Progress(members, 0, doing="waiting for an interrupted run to end"))):
        publisher.receive()
        if options.repair:
            on_progress(Progress(members, 0, doing="looking for damage"))
            repair(out, identity, task.frame, context, scenario.map_shapes)
        manifest = prepare(out, identity, members, task.frame, context, scenario.map_shapes)
        if options.repair:
            publisher.publish(manifest, anew=True)
        if _missing(manifest, members):
            on_progress(Progress(members, _stored(manifest, members), failed=manifest.failed, doing="compiling"))
            compile_kernels(scenario, palace)
        publisher.publish(fill(task, manifest, members, options.crew, on_progress, publisher.publish))
        publisher.close()


def run_member(scenario: Scenario, *, seed: int = 0, member: int = 0, options: Options = DEFAULTS) -> Run:
    """Run one member as an ensemble would, without a store.

    Raises UsageError where an option is out of range or not built yet.
    """
    check_options(member + 1, seed, options)
    from qantar.ensembles.design import way_of
    from qantar.model.run import simulate

    varied, _ = way_of(options.parameters, options.palace_of(scenario))(scenario, seed=seed, member=member)
    return simulate(varied, seed=seed, member=member, palace=options.palace_of(scenario))


def check_options(members: int, seed: int, options: Options) -> None:
    """Raise UsageError where something is out of range or not built yet."""
    if not 1 <= members <= LARGEST_NUMBER:
        raise UsageError(f"members are numbered from 0, and an ensemble has 1 to {LARGEST_NUMBER} of them")
    if not 0 <= seed <= LARGEST_NUMBER:
        raise UsageError(f"a seed is a number from 0 to {LARGEST_NUMBER}, not {seed}")
    _ = options.crew
    check_palace(options.palace)
    from qantar.ensembles.design import way_of

    way_of(options.parameters)


def _missing(manifest: Manifest, members: int) -> list[range]:
    """Batches to compute for the first `members` members, though the folder may be laid out for more."""
    return [range(batch.start, min(batch.stop, members)) for batch in manifest.missing() if batch.start < members]


def _stored(manifest: Manifest, members: int) -> int:
    return sum(max(0, min(receipt.last + 1, members) - receipt.first) for receipt in manifest.batches)


def fill(
    task: Task,
    manifest: Manifest,
    members: int,
    crew: Crew,
    on_progress: OnProgress = silent,
    on_stored: Callable[[Manifest], None] = lambda _: None,
) -> Manifest:
    """Compute what is missing of a prepared and locked store; `on_stored` is told of the manifest after each batch.

    Raises StoreError when a batch cannot be written. What was accepted before stays.
    """
    held = [manifest]
    state = Progress(members, _stored(manifest, members), failed=manifest.failed)

    def on_receipt(receipt: Receipt) -> None:
        held[0] = accept(task.folder, held[0], receipt)
        on_stored(held[0])

    def on_change(running: Mapping[int, bool], restarts: int) -> None:
        failed = held[0].failed + sum(running.values())
        on_progress(replace(state, stored=_stored(held[0], members), running=len(running), failed=failed, restarts=restarts))

    on_progress(state)
    carry_out(task, _missing(manifest, members), crew, on_receipt, on_change)
    log(task.folder, f"{len(held[0].done)} members done, {held[0].failed} of them failed")
    return held[0]


def ensemble(
    scenario: Scenario, *, members: int, seed: int = 0, store: str | Path | None = None, on: int | str | None = None,
    palace: str | None = None, parameters: str | None = None,
) -> Ensemble:
    """Run an ensemble and open it.

    Args:
        scenario: a checked scenario.
        members: how many runs; those that `store` holds already are not repeated.
        seed: with the number of the member, the key of every draw.
        store: folder for the results; when left out a new temporary one, which a later run removes once no living process uses it.
        on: worker processes on this machine (one a core when left out), or the address of a running Dask
            scheduler.
        palace: ``recorded`` or ``simulated``, as in `simulate`.
        parameters: ``posterior`` (each member draws a set of the fit), ``prior`` (from the priors) or ``point``; left out,
            the fit where the scenario has one, else the point values, as `qantar run` does.

    Raises:
        UsageError, StoreMismatchError, StoreError: as `run_ensemble`.
    """
    from qantar.ensembles.design import default_mode
    from qantar.results.open import open_results

    folder = scratch_folder() if store is None else store
    options = options_on(on, palace, parameters or default_mode(scenario))
    return open_results(run_ensemble(scenario, members=members, seed=seed, out=folder, options=options))


def options_on(on: int | str | None, palace: str | None, parameters: str) -> Options:
    """The options of who is to work (a number of processes, an address, or None), who acts in the palace, and whence parameters come."""
    return Options(palace, parameters, cluster=on) if isinstance(on, str) else Options(palace, parameters, workers=on)
