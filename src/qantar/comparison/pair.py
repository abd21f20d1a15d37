"""Two ensembles that share every draw, side by side in one folder, and what the channels carry."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qantar.comparison.carried import read_carried
from qantar.comparison.effect import Effect
from qantar.comparison.work import PairIdentity, SwitchingWork, forget_given_up, share_out
from qantar.ensembles.local import DEFAULTS, Options, check_options, options_on, run_ensemble
from qantar.ensembles.progress import OnProgress, Progress, silent
from qantar.ensembles.worker_process import kept_workers
from qantar.errors import DamagedError, StoreError, StoreMismatchError, UsageError
from qantar.results.files import write_text
from qantar.results.layout import COMPARISON
from qantar.results.open import open_results
from qantar.results.remote import address_of, as_folder
from qantar.results.scratch import scratch_folder
from qantar.scenario.unread import check_read, default_palace

if TYPE_CHECKING:
    from qantar.scenario.schema import Scenario

ABOUT = COMPARISON
KIND = "qantar-comparison"
FORMAT = 1
SIDE_A, SIDE_B, CHANNELS_FOLDER = "a", "b", "channels"


@dataclass(frozen=True)
class Plan:
    """What a comparison is to be.

    a, b : the scenario without and with the intervention; members : of each; channels : members of which
    the difference is shared out over the channels, 0 for none; out : folder; baseline : a results folder
    that holds A, or is to hold it, instead of `out`/a
    """

    a: Scenario
    b: Scenario
    members: int
    seed: int
    out: Path
    channels: int = 0
    baseline: Path | None = None
    options: Options = DEFAULTS


@kept_workers()
def run_comparison(plan: Plan, on_progress: OnProgress = silent) -> Path:
    """Run both sides and share the difference out, as far as that is not done; return the folder.

    The same call goes on after an interruption, and adds members or channels to what is there.

    Raises:
        UsageError: an option is out of range, the two are not of one country and time, or another run is writing.
        StoreMismatchError: the folder belongs to another comparison, or holds other files.
        StoreError: it cannot be written.
    """
    check_options(plan.members, plan.seed, plan.options)
    if not 0 <= plan.channels <= plan.members:
        raise UsageError(f"channels can be switched in 0 to {plan.members} of the {plan.members} members, not in {plan.channels}")
    for folder in filter(None, (plan.out, plan.baseline)):
        if address_of(folder) is not None:
            raise UsageError(f"a comparison is made in a folder of this machine, not at {address_of(folder)}; its sides can be copied")
    check_comparable(plan.a, plan.b)
    palace = plan.options.palace or default_palace(plan.a, plan.b)
    check_read(plan.a, plan.b, palace)
    plan = replace(plan, options=replace(plan.options, palace=palace))
    if not (plan.out / ABOUT).exists():
        plan.options.crew.ready()
    _claim(plan)
    sides = {SIDE_A: (plan.a, plan.baseline or plan.out / SIDE_A), SIDE_B: (plan.b, plan.out / SIDE_B)}
    for side, (scenario, folder) in sides.items():
        run_ensemble(
            scenario,
            members=plan.members,
            seed=plan.seed,
            out=folder,
            options=plan.options,
            on_progress=lambda progress, side=side: on_progress(_of(progress, side)),  # type: ignore[misc]
        )
    if plan.channels:
        work = SwitchingWork(plan.a, plan.b, _identity(plan), plan.out / CHANNELS_FOLDER)
        if plan.options.repair and work.folder.is_dir():
            forget_given_up(work.folder)
        share_out(work, plan.channels, plan.options.crew, on_progress)
    return plan.out


def _of(progress: Progress, side: str) -> Progress:
    return replace(progress, of=side.upper())


def check_comparable(a: Scenario, b: Scenario) -> None:
    """Raise UsageError unless both speak of the same places, regions, hours and days."""
    wrong = []
    for name in type(a.header.clock).model_fields:
        one, two = getattr(a.header.clock, name), getattr(b.header.clock, name)
        if one != two:
            wrong.append(f"clock.{name}" if isinstance(one, tuple) else f"clock.{name} ({one} and {two})")
    for name in ("places", "regions"):
        one, two = ([entry.id for entry in getattr(scenario, name)] for scenario in (a, b))
        if one != two:
            wrong.append(f"{name} ({len(one)} and {len(two)})" if len(one) != len(two) else name)
    if wrong:
        raise UsageError(f"{a.header.id} and {b.header.id} cannot be compared member by member: they differ in {', '.join(wrong)}")


def _identity(plan: Plan) -> PairIdentity:
    from qantar.ensembles.design import label_of
    from qantar.scenario.identity import scenario_hash
    from qantar.version import __version__

    options = plan.options
    palace = options.palace_of(plan.a)
    label = label_of(plan.a, options.parameters)
    return PairIdentity(scenario_hash(plan.a), scenario_hash(plan.b), plan.seed, palace, label, __version__)


def _claim(plan: Plan) -> None:
    """Make the folder and note what it is; refuse one that is something else."""
    out = plan.out
    about = {"kind": KIND, "format": FORMAT, "a": SIDE_A if plan.baseline is None else str(plan.baseline.resolve()), "b": SIDE_B}
    try:
        out.mkdir(parents=True, exist_ok=True)
        if (out / ABOUT).exists():
            known = read_about(out)
            if known != about:
                raise StoreMismatchError(f"{out} compares with {known['a']}, {about['a']} was asked for; choose another --out")
            return
        strange = sorted(path.name for path in out.iterdir() if not path.name.startswith(f"{ABOUT}."))
        if strange:
            raise StoreMismatchError(f"{out} holds other files ({', '.join(strange[:3])}); choose an empty folder or another name")
        write_text(out / ABOUT, json.dumps(about, indent=1) + "\n")
    except OSError as error:
        raise StoreError(f"{out} cannot be used for a comparison: {error}") from error


def read_about(folder: Path) -> dict[str, Any]:
    """What a folder of a comparison says of itself.

    Raises StoreError where it is none, or a newer Qantar wrote it.
    """
    path = folder / ABOUT
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise StoreError(f"{folder} is not a comparison: it has no {ABOUT}") from None
    except (OSError, ValueError) as error:
        raise DamagedError(f"{path} cannot be read ({error}); compare again with another --out") from error
    if not isinstance(found, dict) or found.get("kind") != KIND or not {"a", "b", "format"} <= set(found):
        raise DamagedError(f"{path} is not of a comparison; compare again with another --out")
    wrong = [f"{name} is {found[name]!r}" for name, kind in (("a", str), ("b", str), ("format", int)) if type(found[name]) is not kind]
    if wrong:
        raise DamagedError(f"{path} is damaged ({', '.join(wrong)}); compare again with another --out")
    if found["format"] > FORMAT:
        raise StoreError(f"{path} has format {found['format']}, newer than the {FORMAT} that this Qantar reads: install a newer Qantar")
    return found


def is_comparison(path: str | Path) -> bool:
    """Whether a folder, here or on object storage, says that it is a comparison."""
    return (as_folder(path) / ABOUT).exists()


def open_comparison(path: str | Path) -> Effect:
    """Open the folder of a comparison, finished or not, on this machine or at an address.

    Raises:
        StoreError: it is none, or a side has not begun.
        UsageError: its sides are no twins.
    """
    folder = as_folder(path)
    about = read_about(folder)
    channels = folder / CHANNELS_FOLDER
    carried = read_carried(channels) if channels.is_dir() else None
    first = about["a"] if Path(about["a"]).is_absolute() else folder / about["a"]
    return Effect(open_results(first), open_results(folder / about["b"]), carried, folder)


def compare(  # noqa: PLR0913 - each has a name at the call
    a: Scenario,
    b: Scenario,
    *,
    members: int,
    seed: int = 0,
    store: str | Path | None = None,
    on: int | str | None = None,
    palace: str | None = None,
    parameters: str | None = None,
    channels: int = 0,
) -> Effect:
    """Run two scenarios of one country with the same draws and return what the second has more.

    Args:
        a: a checked scenario, without the intervention.
        b: the same country with it, such as ``a.without("blackout")``.
        members: how many pairs of runs; those that `store` holds already are not repeated.
        seed: with the number of the member, the key of every draw of both.
        store: folder for the results; when left out a new temporary one, which a later run removes once no living process uses it.
        on: worker processes on this machine (one a core when left out), or the address of a running Dask scheduler.
        palace: ``recorded`` or ``simulated``, as in `simulate`; the first by default where only
            recorded orders differ.
        parameters: ``posterior``, ``prior`` or ``point``, the same on both sides; left out, the fit where both have one,
            else the point values, as `qantar compare` does.
        channels: rare; members of which the difference is shared out over the channels (about ten runs each).

    Raises:
        UsageError, StoreMismatchError, StoreError: as `run_comparison`.
    """
    from qantar.ensembles.design import default_mode

    folder = scratch_folder() if store is None else Path(store)
    options = options_on(on, palace, parameters or default_mode(a, b))
    return open_comparison(run_comparison(Plan(a, b, members, seed, folder, channels, options=options)))
