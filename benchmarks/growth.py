"""How time and memory grow with people, places, hours and members; and a country of China's size.

Usage: growth.py [people | places | hours | members | china]...   (all of them by default)

Each figure comes from a process of its own, kernels compiled before. Seconds are of the processor; CPU/wall says how much of one
core the process had.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
MILLION, BILLION = 10**6, 10**9
CHINA_TILES, CHINA_SPREAD = 14, 0.5
HEADER = f"{'what':<34}{'places':>8}{'assembly':>10}{'a member':>10}{'peak':>11}{'on streets':>13}{'CPU/wall':>9}"


def point(people: int, tiles: int, spread: float, days: int, quiet: bool, members: int) -> dict[str, Any]:
    """Build one country, run members of it, and return what it took."""
    from growing import grown

    from qantar.model.run import compile_kernels, simulate
    from qantar.scenario.load import load

    compile_kernels(load("borderland"))
    scenario = grown(people, tiles=tiles, spread=spread, days=days, quiet=quiet)
    wall, cpu = time.perf_counter(), time.process_time()
    compile_kernels(scenario)
    assembled = time.process_time() - cpu
    started = time.process_time()
    hours = 0
    for member in range(members):
        hours += int(simulate(scenario, member=member, palace="recorded").series["national_crowd"].sum())
    done = time.process_time()
    return {
        "places": len(scenario.places), "assembly": assembled, "member": (done - started) / members, "out": hours / members,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "share": (done - cpu) / (time.perf_counter() - wall),
    }


def measured(name: str, people: int, *, tiles: int = 1, spread: float = 1.0, days: int = 14, quiet: bool = False,
             members: int = 2) -> dict[str, Any]:
    """Measure one country in a process of its own and print its line."""
    arguments = json.dumps([people, tiles, spread, days, quiet, members])
    environment = os.environ | {"NUMBA_NUM_THREADS": "1"}
    words = [sys.executable, str(HERE / "growth.py"), "point", arguments]
    answer = subprocess.run(words, check=True, stdout=subprocess.PIPE, env=environment).stdout
    found: dict[str, Any] = json.loads(answer)
    print(
        f"{name:<34}{found['places']:>8}{found['assembly']:>9.1f}s{found['member']:>9.2f}s{found['peak']:>8.0f}MiB"
        f"{found['out'] / 1e6:>11.2f}M h{found['share']:>8.2f}", flush=True,
    )
    return found


def people() -> Iterator[str]:
    """Against people at fixed places, in a quiet fortnight and in the crisis."""
    quiet = [measured(f"quiet, {n / MILLION:,.0f} million", n, quiet=True) for n in (MILLION, 19 * MILLION, 1_400 * MILLION, 8 * BILLION)]
    yield f"8 billion against 1 million, quiet: {quiet[-1]['member'] / quiet[0]['member']:.2f} times (target 1.5)"
    busy = [measured(f"crisis, {n / MILLION:,.0f} million", n) for n in (MILLION, 19 * MILLION, 200 * MILLION)]
    per = [(b["member"] - a["member"]) / (b["out"] - a["out"]) * 1e6 for a, b in pairwise(busy)]
    yield "seconds per further million person-hours on the streets: " + ", ".join(f"{value:.2f}" for value in per)


def places() -> Iterator[str]:
    """Against places of the same density, people in proportion; n log n is the target."""
    import math

    found = [measured(f"{tiles} tiles, quiet", 19 * MILLION * tiles, tiles=tiles, quiet=True, members=1) for tiles in (1, 3, 10, 30, 89)]
    for a, b in pairwise(found):
        allowed = b["places"] * math.log(b["places"]) / (a["places"] * math.log(a["places"]))
        grew = (b["assembly"] + b["member"]) / (a["assembly"] + a["member"])
        yield f"{a['places']:,} to {b['places']:,} places: {grew:.1f} times the time; n log n would be {allowed:.1f}"
    first, last = found[0], found[-1]
    allowed = last["places"] * math.log(last["places"]) / (first["places"] * math.log(first["places"]))
    grew = (last["assembly"] + last["member"]) / (first["assembly"] + first["member"])
    yield f"{first['places']:,} to {last['places']:,} places: {grew:.0f} times the time; n log n would be {allowed:.0f}"


def hours() -> Iterator[str]:
    """Against the length of the run, quiet."""
    short, long = (measured(f"quiet, {days} days", 19 * MILLION, days=days, quiet=True) for days in (14, 56))
    yield f"four times the hours: {long['member'] / short['member']:.2f} times the time"


def members() -> Iterator[str]:
    """Against members in one process: time a member and memory must not grow."""
    few, many = (measured(f"crisis, {n} members", 19 * MILLION, members=n) for n in (2, 16))
    yield f"a member of 16 against one of 2: {many['member'] / few['member']:.2f} times; {many['peak'] - few['peak']:+.0f} MiB"


def china() -> Iterator[str]:
    """1.4 billion people in 3,066 places through two weeks of crisis: one member on one core; two cores run two at a time."""
    found = measured("China's size, crisis", 1_400 * MILLION, tiles=CHINA_TILES, spread=CHINA_SPREAD, members=1)
    total = found["assembly"] + found["member"]
    yield f"assembly and a member: {total:.0f} s of one core (target 60), {found['peak']:.0f} MiB (target 2,048)"


PARTS = {"people": people, "places": places, "hours": hours, "members": members, "china": china}


def main() -> None:
    """Measure what was asked for."""
    if sys.argv[1:2] == ["point"]:
        print(json.dumps(point(*json.loads(sys.argv[2]))))
        return
    print(HEADER)
    for name in sys.argv[1:] or PARTS:
        for sentence in PARTS[name]():
            print(f"  {sentence}", flush=True)


if __name__ == "__main__":
    main()
