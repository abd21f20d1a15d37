"""A fake country for tests of rooms that only need runs to exist: quick, keyed, with all of the schema."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from qantar.engine.ending import Ending
from qantar.results.frame import Frame
from qantar.results.run import Run
from qantar.results.schema import VARIABLES, build_events, build_series

Simulated = Callable[..., Run]

N_TICKS, N_DAYS = 48, 2
PLACES = ("alpha", "beta", "gamma", "delta")
PLACE_REGIONS = ("north", "north", "south", "south")
REGIONS = ("north", "south")
FRAME = Frame(
    places=PLACES,
    place_regions=PLACE_REGIONS,
    regions=REGIONS,
    times=np.datetime64("2021-12-31T18:00", "ns") + np.arange(N_TICKS) * np.timedelta64(3_600_000_000_000, "ns"),
    dates=(date(2022, 1, 1), date(2022, 1, 2)),
)
FAIL_AT = frozenset({7})
KINDS = ("protest", "violence", "order")


def _noise(key: tuple[int, ...], high: int, shape: tuple[int, ...]) -> Any:
    """Whole numbers from 0 to high - 1 that look random and are a function of the key."""
    start = (hash(key) & 0xFFFFFFFF) * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF
    state = np.arange(int(np.prod(shape)), dtype=np.uint64) + np.uint64(start)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        state = (state ^ (state >> np.uint64(shift))) * np.uint64(factor)
    return (((state ^ (state >> np.uint64(31))) >> np.uint64(16)) % np.uint64(high)).astype(np.int64).reshape(shape)


def _arrays(seed: int, member: int) -> dict[str, Any]:
    arrays: dict[str, Any] = {}
    for index, (name, variable) in enumerate(VARIABLES.items()):
        noise = _noise((seed, member, index), 2 if variable.dtype == "int8" else 1000, FRAME.shape(variable))
        arrays[name] = (noise / 1000 if variable.dtype.startswith("float") else noise).astype(variable.dtype)
    for name in ("deaths", "detained", "injured"):
        arrays[f"place_{name}"] = np.cumsum(arrays[f"place_{name}"], axis=0).astype(np.int32)
        arrays[f"national_{name}"] = np.cumsum(arrays[f"national_{name}"])
    for name in ("participants", "violent", "deaths", "detained", "injured"):
        arrays[name] = arrays[f"place_{name}"].sum(axis=1).astype(np.int64)
    arrays["regions"] = arrays["region_in_protest"].sum(axis=1).astype(np.int64)
    return arrays


def simulate(scenario: Any, *, seed: int = 0, member: int = 0, palace: str | None = None, save: Any = None) -> Run:
    """A run of noise that is a pure function of (seed, member)."""
    del scenario, palace, save
    return _simulated(seed, member)


@lru_cache(maxsize=512)
def _simulated(seed: int, member: int) -> Run:
    coords = {"place": PLACES, "region": REGIONS, "time": FRAME.times, "date": np.array(FRAME.dates, dtype="datetime64[D]")}
    n_events = int(_noise((seed, member, 100), 5, (1,))[0])
    ticks = np.sort(_noise((seed, member, 101), N_TICKS, (n_events,))).astype(np.int32)
    events = build_events(
        {
            "member": [member] * n_events,
            "tick": ticks,
            "hour": ticks.astype(float),
            "time": FRAME.times[ticks],
            "kind": [KINDS[int(value) % len(KINDS)] for value in ticks],
            "place": [PLACES[int(value) % 4] for value in ticks],
            "region": ["north"] * n_events,
            "actor": [""] * n_events,
            "value": ticks * 10.0,
            "text": ['é, "x"'] * n_events,
        }
    )
    quiet = bool(member % 3 == 0)
    ending = Ending.QUIET if quiet else Ending.CONTROL_RETURNED
    hours = None if quiet else float(_noise((seed, member, 102), 30, (1,))[0] + 10)
    return Run(seed, member, ending, ending.sentence, hours, build_series(_arrays(seed, member), coords), events, lambda: "fakehash", "0")


def simulate_that_prints(scenario: str, *, seed: int = 0, member: int = 0, palace: str | None = None) -> Run:
    """A run that prints, as a library may."""
    print(f"printed for {scenario}", flush=True)
    return simulate(scenario, seed=seed, member=member, palace=palace)


def simulate_some_fail(scenario: Any, *, seed: int = 0, member: int = 0, palace: str | None = None, save: Any = None) -> Run:
    """As `simulate`; the members FAIL_AT end as failed runs, and the one after raises as a bug would."""
    run = simulate(scenario, seed=seed, member=member, palace=palace, save=save)
    if member in FAIL_AT:
        return Run(seed, member, Ending.FAILED, "hazard was negative", None, run.series, run.events, lambda: "fakehash", "0")
    if member - 1 in FAIL_AT:
        raise KeyError("a bug")
    return run


def simulate_slowly(scenario: Any, *, seed: int = 0, member: int = 0, palace: str | None = None, save: Any = None) -> Run:
    """As `simulate`, at about 50 members a second."""
    time.sleep(0.02)
    return simulate(scenario, seed=seed, member=member, palace=palace, save=save)


def simulate_killed_once(scenario: Any, *, seed: int = 0, member: int = 0, palace: str | None = None, save: Any = None) -> Run:
    """As `simulate`; the process dies at member 30 unless the file named by `scenario` is there already."""
    marker = Path(scenario)
    if member == 30 and not marker.exists():
        marker.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return simulate(scenario, seed=seed, member=member, palace=palace, save=save)


def simulate_deadly(scenario: Any, *, seed: int = 0, member: int = 0, palace: str | None = None, save: Any = None) -> Run:
    """As `simulate`; member 30 kills its process each time."""
    if member == 30:
        os.kill(os.getpid(), signal.SIGKILL)
    return simulate(scenario, seed=seed, member=member, palace=palace, save=save)


def simulate_forever(scenario: Any, *, seed: int = 0, member: int = 0, palace: str | None = None, save: Any = None) -> Run:
    """A member that does not come to an end while anybody looks."""
    del scenario, seed, member, palace, save
    while True:
        time.sleep(60)


def context() -> dict[str, Any]:
    """A store's context, as far as the rooms under test read it."""
    row = {"unit": "people", "source": "somebody-2022", "note": "", "region": None, "place": None}
    return {
        "scenario": {"id": "fake", "title": "Fake", "summary": "Noise."},
        "judgement": {"wave": 5000.0},
        "record": [
            {**row, "date": "2022-01-01", "as_of": "2022-01-02", "key": "participants", "value": 700.0, "use": "target"},
            {**row, "date": "2022-01-01", "as_of": "2022-02-02", "key": "participants", "value": 900.0, "use": "weak"},
            {**row, "date": "2022-01-02", "as_of": "2022-01-09", "key": "deaths", "value": 164.0, "use": "target"},
            {**row, "date": "2022-01-02", "as_of": "2022-03-09", "key": "deaths", "value": 238.0, "use": "target"},
            {**row, "date": "2022-01-02", "as_of": "2022-03-09", "key": "deaths", "value": 151.0, "use": "target", "region": "north"},
        ],
    }
