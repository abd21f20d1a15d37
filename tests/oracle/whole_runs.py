"""Whole runs of a small country, by the kernels and by the oracle, as vectors of features that are compared."""

from __future__ import annotations

import numpy as np

from qantar.model.assemble import Assembly
from qantar.model.state import World
from tests.oracle.system import with_oracle

IN_PROTEST = 5
"""A place is in protest while at least so many people are out."""


def run(assembly: Assembly, seed: int, member: int, ticks: int) -> dict[str, np.ndarray]:
    """Run one member; return what is compared: crowds by tick and place, and counts at the end by place."""
    world = World(seed, member)
    for system in assembly.start:
        system.init(world)
    crowd, violent = [], []
    for tick in range(ticks):
        world.tick = tick
        for system in assembly.tick:
            system.step(world)
        crowd.append(world.peaceful + world.violent)
        violent.append(world.violent.copy())
    ends = {name: getattr(world, f"cum_{name}").copy() for name in ("detained", "remanded", "injured", "deaths", "security_deaths")}
    return {"crowd": np.array(crowd), "violent": np.array(violent), **ends}


def sample(assembly: Assembly, seed: int, members: int, ticks: int, oracle: str = "") -> list[dict[str, np.ndarray]]:
    """Run members by the kernels, or by the oracle (`discrete`: scores of classes and slices, or `continuous`)."""
    runs = []
    for member in range(members):
        model = with_oracle(assembly, 1_000_003 * seed + member, continuous=oracle == "continuous") if oracle else assembly
        runs.append(run(model, seed, member, ticks))
    return runs


def features(runs: list[dict[str, np.ndarray]], every: int) -> dict[str, np.ndarray]:
    """Return float64[member, feature] by name: participation by hour and place, durations, counts."""
    crowd = np.array([r["crowd"] for r in runs]).astype(float)
    violent = np.array([r["violent"] for r in runs]).astype(float)
    out = {
        "crowd by hour and place": crowd[:, every - 1 :: every].reshape(len(runs), -1),
        "violent by hour and place": violent[:, every - 1 :: every].reshape(len(runs), -1),
        "person-hours by place": crowd.sum(axis=1),
        "hours in protest by place": (crowd >= IN_PROTEST).sum(axis=1).astype(float),
        "longest protest by place": np.array([[longest(row >= IN_PROTEST) for row in member.T] for member in crowd]),
        "largest crowd by place": crowd.max(axis=1),
    }
    for name in ("detained", "remanded", "injured", "deaths", "security_deaths"):
        out[f"{name} by place"] = np.array([r[name] for r in runs]).astype(float)
    return out


def longest(flags: np.ndarray) -> float:
    """Length of the longest unbroken run of true hours."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(int), [0]])))
    return float((edges[1::2] - edges[::2]).max(initial=0))
