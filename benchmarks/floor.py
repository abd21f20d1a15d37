"""Where the time of a member goes, and how far it is from what its draws and bytes need.

Usage: floor.py [SCENARIO]. Runs one member with recorded orders: its systems are timed one by one, then the steps of
the streets, each called from Python for this (which adds tens of microseconds a call), and what they handled is
counted. The floor is what no exact method with keyed draws can leave out:

* draws: one for each place and hour (does anybody join?); three for a joiner (who, where to, where at the hour's end); one for
  each bag that is not empty (does anybody move?); one and a half for a mover (where to, and which, two to a draw);
  times the measured cost of one keyed draw;
* bytes: each mover's entry is read and written, each joiner's cell, and the crowds of all places; over the measured bandwidth.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from typing import Any

os.environ["QANTAR_CALLABLE_KERNELS"] = "1"

import numpy as np

from qantar.engine.compiled import njit
from qantar.engine.random import fill_pairs
from qantar.model import run as runs
from qantar.model.assemble import assemble
from qantar.model.streets import hour, system
from qantar.model.streets.arriving import go_on, look_ahead
from qantar.model.streets.hazards import weigh_up
from qantar.model.streets.joining import join
from qantar.model.streets.leaving import leave
from qantar.model.streets.memory import settle_down
from qantar.model.streets.striking import loot, strike_all
from qantar.scenario.load import load

ENTRY_BYTES, CELL_BYTES, CROWD_BYTES = 4 * 4, 6 * 8, 2 * 8
"""Read and written: an entry of a bag and its move; a cell's count, its weight and that of its block; a place's peaceful and violent."""
TOGETHER = 64
"""Draws that are made at once, in lanes of the processor: what a draw costs at the least."""


class Watch:
    """Seconds and counts by name."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.handled: dict[str, int] = {}

    def time(self, name: str, action: Callable[[], Any]) -> Any:
        """Do something, and add how long it took."""
        start = time.perf_counter()
        found = action()
        self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - start
        return found

    def count(self, name: str, n: int) -> None:
        """Add to a count."""
        self.handled[name] = self.handled.get(name, 0) + n


def stepwise(watch: Watch) -> Callable[..., Any]:
    """Return `pass_hour` as single steps: the same draws and the same results."""

    def pass_hour(
        key: Any, moment: Any, static: Any, people: Any, scenes: Any, call: Any, fates: Any, out: Any
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        (at, dt, few), (p, setting, ground, roles) = moment, static
        (quiet, bags, arena, moves), (scene, before, middle), (hazards, toll) = people, scenes, out
        tally, met = toll.tally, toll.met
        hour.clear(tally)
        watch.time("look ahead", lambda: look_ahead(scene, before, middle))
        ahead = hour.in_the_middle(scene, middle)
        raiding = hour.people_out(scene) < few
        watch.time("weigh up hazards", lambda: weigh_up(p, ground, ahead, bags, (at, dt), raiding, hazards))
        first = int(moves.made[0])
        calls, looting = hour.call_out(p, (scene, ahead), call, roles.score, dt)
        moves = watch.time("join", lambda: join(key, setting, calls, quiet, moves))
        joined = int(moves.made[0])
        eligible = (roles.opportunists, roles.might_loot)
        moves = watch.time("loot", lambda: loot(key, setting, quiet, moves, looting, ahead.disorder, eligible))
        came = int(moves.made[0])
        watch.time("go on", lambda: go_on(key, (p, setting, ground), ahead, hazards.streets, (moves, first), dt, tally))
        watch.count("bags", int((bags.size > 0).sum()))
        rates = (hazards.streets, hazards.others, dt, fates[0])
        moves = watch.time("leave", lambda: leave(key, setting, quiet, bags, arena, moves, rates, tally))
        left = int(moves.made[0])
        who = (roles.anybody, roles.grown, roles.security)
        moves = watch.time("strike at home", lambda: strike_all(key, setting, quiet, moves, hazards.hits, fates[1], who, met))
        hour.add_up(toll)
        watch.count("joiners", joined - first)
        watch.count("looters", came - joined)
        watch.count("movers", left - came)
        watch.count("places", scene.near.size)
        watch.count("hours", 1)
        crowd = (setting.cells, bags, arena, moves)
        arena = watch.time("settle down", lambda: settle_down(p, ground, scene, crowd, (toll.deaths, tally.delivered), dt))
        return arena, moves.bag, moves.cell

    return pass_hour


@njit()
def _draws(n: int, room: np.ndarray) -> float:
    total = 0.0
    for first in range(0, n, TOGETHER):
        fill_pairs((1, 2), 3, 4, 5, 6, first, room)
        total += room[0]
    return total


def draw_cost() -> float:
    """Seconds of one keyed draw of two numbers, in a loop that does nothing else."""
    n = 2_000_000
    room = np.empty(2 * TOGETHER)
    _draws(1, room)
    return min(_lap(lambda: _draws(n, room)) for _ in range(5)) / n


def bandwidth() -> float:
    """Bytes a second that one core copies, read and written counted."""
    source = np.zeros(16_000_000)
    target = np.empty_like(source)
    return 2 * source.nbytes / min(_lap(lambda: np.copyto(target, source)) for _ in range(5))


def _lap(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def profile(scenario: Any) -> tuple[Watch, Watch]:
    """Return the seconds of the systems in a usual run, and of the steps of the streets in one taken apart."""
    whole, steps = Watch(), Watch()
    assembly = assemble(scenario, palace="recorded")
    for watch, streets in ((whole, hour.pass_hour), (steps, stepwise(steps))):
        setattr(system, "pass_hour", streets)  # noqa: B010 - where the system looks it up
        for _ in range(2):  # the first compiles what is still to be compiled
            watch.seconds.clear()
            watch.handled.clear()
            model = runs.CountryModel(assembly)
            world = model.init(0, 1)
            for tick in range(model.n_ticks):
                world.tick = tick
                for part in assembly.tick:
                    watch.time(part.name, lambda part=part, world=world: part.step(world))  # type: ignore[misc]
                watch.time("record", lambda model=model, world=world, tick=tick: model.observe(world, tick))  # type: ignore[misc]
    setattr(system, "pass_hour", hour.pass_hour)  # noqa: B010
    return whole, steps


def main() -> None:
    """Print the profile and the floor."""
    scenario = load(sys.argv[1] if len(sys.argv) > 1 else "kazakhstan-2022")
    runs.simulate(scenario, member=0, palace="recorded")
    member = min(_lap(lambda: runs.simulate(scenario, member=1, palace="recorded")) for _ in range(7))
    whole, steps = profile(scenario)
    print(f"one member, palace recorded, best of 7: {member * 1e3:.0f} ms\n\nby system, ms")
    for name, seconds in sorted(whole.seconds.items(), key=lambda item: -item[1]):
        print(f"  {name:<20} {seconds * 1e3:7.1f}")
    print("\nsteps of the streets, each called from Python, ms")
    for name in ("look ahead", "weigh up hazards", "join", "loot", "go on", "leave", "strike at home", "settle down"):
        print(f"  {name:<20} {steps.seconds[name] * 1e3:7.1f}")
    n = steps.handled
    print("\nhandled: " + ", ".join(f"{count:,} {name}" for name, count in n.items()))
    came = n["joiners"] + n["looters"]
    draws = n["places"] + 3 * came + n["bags"] + 1.5 * n["movers"]
    handled = ENTRY_BYTES * n["movers"] + CELL_BYTES * came + CROWD_BYTES * n["places"]
    each, speed = draw_cost(), bandwidth()
    floor = draws * each + handled / speed
    print(f"floor: {draws:,.0f} draws of {each * 1e9:.1f} ns = {draws * each * 1e3:.1f} ms;"
          f" {handled / 1e6:.1f} MB at {speed / 1e9:.1f} GB/s = {handled / speed * 1e3:.1f} ms")
    print(f"a member takes {member / floor:.1f} times its floor of {floor * 1e3:.1f} ms")


if __name__ == "__main__":
    main()
