"""One member of a scenario, from the first hour to the last: the one caller of `engine.simulate`."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from qantar.engine.ending import Ending
from qantar.engine.save import Save
from qantar.engine.simulate import simulate as run_engine
from qantar.errors import StoppedError
from qantar.model.assemble import Assembly, assemble
from qantar.model.channels import AbstractHook, hooked
from qantar.model.events import Event
from qantar.model.helper import start_helper, wait_for_helper
from qantar.model.judge import judge, judge_palace
from qantar.model.legacy import tell_aftermath
from qantar.model.recorder import Recorder, days_of
from qantar.model.state import World
from qantar.results.run import Run
from qantar.results.schema import VARIABLES, build_series
from qantar.scenario.identity import scenario_hash
from qantar.scenario.unread import check_palace, default_palace

if TYPE_CHECKING:
    import xarray as xr

    from qantar.scenario.schema import Scenario

Watch = Callable[[Recorder, int], bool]
"""Called with what is written down and the tick; says whether to go on."""


class CountryModel:
    """A country as the engine sees it: begin, step, be watched, end."""

    def __init__(self, assembly: Assembly, watch: Watch | None = None) -> None:
        self._assembly, self._watch = assembly, watch
        self.n_ticks = assembly.country.clock.n_ticks
        self.world = World(0, 0)
        self.recorder: Recorder
        self.control_returned_hours: float | None = None

    def init(self, seed: int, member: int) -> World:
        """Return the world before its first tick."""
        self.world = World(int(seed), int(member))
        for system in self._assembly.start:
            system.init(self.world)
        self.recorder = Recorder(self._assembly.country)
        self.control_returned_hours = None
        return self.world

    def step(self, state: World, tick: int) -> None:
        """Carry the world through one tick."""
        state.tick = tick
        for system in self._assembly.tick:
            system.step(state)

    def observe(self, state: World, tick: int) -> None:
        """Write down the end of a tick. Raises StoppedError where the watch says so."""
        self.recorder.observe(state)
        if self._watch is not None and not self._watch(self.recorder, tick):
            raise StoppedError("it was stopped by its watch")

    def ending(self, state: World) -> tuple[Ending, str]:
        """Read how the run ended and report it."""
        recorder, country = self.recorder, self._assembly.country
        recorder.finish(state)
        judgement = country.scenario.parameters.judgement
        ending, hours = judge(recorder.arrays, recorder.routed_share, judgement, country.clock.tick_hours)
        self.control_returned_hours = hours
        if hours is not None:
            tick = round(hours / country.clock.tick_hours)
            state.events.add(Event(tick, "control-returned", value=hours, text=ending.sentence))
        if state.court is not None:
            ending = judge_palace(ending, state.court)
            tell_aftermath(state, country, ending, float(recorder.arrays["participants"].max()))
        return ending, ending.sentence


class _Same:
    """A scenario as a key of a cache: the same object, not an equal one (comparing takes longer)."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario

    def __hash__(self) -> int:
        return id(self.scenario)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.scenario is self.scenario


class _Kept(threading.local):
    """The last assemblies of a thread: systems remember things of the run that they are in."""

    def __init__(self) -> None:
        self.assembled = lru_cache(maxsize=4)(_assembled)


def _assembled(key: _Same, palace: str) -> Assembly:
    return assemble(key.scenario, palace=palace)


_kept = _Kept()


def _events(model: CountryModel, assembly: Assembly, member: int) -> pd.DataFrame:
    """Return the events of a member in order of their hour, with the columns of the results schema."""
    clock = assembly.country.clock
    rows = sorted(model.world.events.rows, key=lambda event: event.tick)
    ticks = np.array([row.tick for row in rows], dtype=np.int32)
    hours = ticks * clock.tick_hours
    start = np.datetime64(clock.start_utc.replace(tzinfo=None), "ns")
    return pd.DataFrame({
        "member": np.full(len(rows), member, dtype=np.int64),
        "tick": ticks,
        "hour": hours.astype(np.float64),
        "time": start + np.round(hours * 3600).astype("timedelta64[s]"),
        "kind": [row.kind for row in rows], "place": [row.place for row in rows],
        "region": [row.region for row in rows], "actor": [row.actor for row in rows],
        "value": np.array([row.value for row in rows], dtype=np.float64), "text": [row.text for row in rows],
    })


def _series(model: CountryModel, assembly: Assembly, save: Save, failed: bool) -> xr.Dataset:
    """Return the recorded series: none of a failed run, and of the others what was asked for."""
    country = assembly.country
    ticks = np.array([t for t in range(model.n_ticks) if save.wants_tick(t, model.n_ticks)])
    recorded = {} if failed else model.recorder.arrays
    arrays = {
        name: array[ticks] if "tick" in VARIABLES[name].dims else array
        for name, array in recorded.items() if save.wants(name)
    }
    coords: dict[str, Any] = {
        "time": country.clock.times()[ticks], "place": list(country.place_ids), "region": list(country.region_ids),
        "date": np.array(days_of(country), dtype="datetime64[ns]"),
    }
    return build_series(arrays, coords)


def simulate(
    scenario: Scenario, *, seed: int = 0, member: int = 0, palace: str | None = None, save: Save | None = None,
    hook: AbstractHook | None = None, watch: Watch | None = None,
) -> Run:
    """Run one ensemble member of a scenario.

    Args:
        scenario: a checked scenario.
        seed: seed of the ensemble, 0 to 2^32 - 1.
        member: number of the member, 0 to 2^32 - 1. Every draw is a function of both and of what it is for.
        palace: ``simulated``: palace and guarantor decide for themselves, and nothing of the scenario's orders, series
            and record is read; the default where an office of the palace may order anything. ``recorded``: they act as the
            scenario's orders say.
        save: what to write down; everything, each tick, by default.
        hook: rare; stands by while the streets step (`qantar.model.channels`).
        watch: rare; sees what is written down, after every tick, and ends the run as FAILED by returning False.

    Raises:
        UsageError: `palace` is unknown.
        AssemblyError: the systems do not fit together.
    """
    check_palace(palace)
    assembly = _kept.assembled(_Same(scenario), palace or default_palace(scenario))
    model = CountryModel(replace(assembly, tick=hooked(assembly.tick, hook)), watch)
    save = save or Save()
    outcome = run_engine(model, seed=seed, member=member)  # every tick is observed: days and endings follow from all of them
    failed = outcome.ending is Ending.FAILED
    return Run(
        seed=seed, member=member, ending=outcome.ending, reason=outcome.reason if failed else "",
        control_returned_hours=None if failed else model.control_returned_hours,
        series=_series(model, assembly, save, failed), events=_events(model, assembly, member),
        identify=partial(scenario_hash, scenario), version=_version(),
    )


def _version() -> str:
    from qantar.version import __version__

    return __version__


def compile_kernels(scenario: Scenario, palace: str | None = None) -> None:
    """Compile (or load from the cache) the kernels that a scenario with a palace needs, by running its first hours.

    What takes longest is compiled by a helper meanwhile (`qantar.model.helper`).
    """
    from datetime import timedelta

    header = scenario.header
    hours = min(timedelta(hours=3 * header.clock.tick_hours), header.clock.end - header.clock.start)
    clock = header.clock.model_copy(update={"end": header.clock.start + hours})
    short = scenario.model_copy(update={"header": header.model_copy(update={"clock": clock})})
    start_helper()
    _step_without_streets(assemble(short, palace=palace or default_palace(scenario)))
    wait_for_helper()
    simulate(short, seed=0, member=0, palace=palace)


def _step_without_streets(assembly: Assembly) -> None:
    model = CountryModel(assembly)
    world = model.init(0, 0)
    for tick in range(model.n_ticks):
        world.tick = tick
        for system in assembly.tick:
            if system.name != "streets":
                system.step(world)
        model.observe(world, tick)
