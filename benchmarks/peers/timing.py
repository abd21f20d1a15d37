"""How every case is timed and told: one JSON object on stdout. The standard library alone, as it runs in two environments."""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable


class Watch:
    """Wall and CPU seconds since it was made, all threads of the process included."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def read(self) -> tuple[float, float]:
        """Return wall and CPU seconds."""
        return time.perf_counter() - self._wall, time.process_time() - self._cpu


def repeat(step: Callable[[], object], seconds: float, most: int = 1_000_000, least: int = 1) -> dict[str, float]:
    """Call `step` until so many CPU seconds are spent and it was called `least` times; return steps, wall_s and cpu_s."""
    watch = Watch()
    wall = cpu = 0.0
    done = 0
    while done < most and (done < least or cpu < seconds):
        step()
        done += 1
        wall, cpu = watch.read()
    return {"steps": done, "wall_s": wall, "cpu_s": max(cpu, 1e-9)}


def tell(**found: object) -> None:
    """Print what was measured, with the peak memory of this process."""
    print(json.dumps({**found, "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}), flush=True)


def arguments(*defaults: float) -> list[float]:
    """Return the numbers on the command line, the defaults for those that are missing."""
    given = [float(word) for word in sys.argv[1:]]
    return [*given, *defaults[len(given) :]]
