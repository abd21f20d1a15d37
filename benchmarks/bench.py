"""Speed of a start, of one member and of 100, one line each: name, figure, target, CPU over wall time; many members: ensembles.py.

Usage: bench.py [all | install-size]. Figures are of this machine at this moment; a CPU share below one on
a one-core line says that something else was running.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median

SCENARIO = "kazakhstan-2022"
ROOT = Path(__file__).resolve().parent.parent
REPEATS = 5


def line(name: str, figure: str, target: str, share: float | None = None) -> None:
    """Print one figure."""
    busy = "" if share is None else f"  CPU/wall {share:.2f}"
    print(f"{name:<46} {figure:>12}  target {target:<17}{busy}", flush=True)


def timed(action: Callable[[], object]) -> tuple[float, float]:
    """Return wall seconds of an action, and CPU seconds over them, children included."""
    before, start = os.times(), time.perf_counter()
    action()
    wall, after = time.perf_counter() - start, os.times()
    return wall, (sum(after[:4]) - sum(before[:4])) / wall


def command(*words: str, environment: dict[str, str] | None = None) -> None:
    """Run the command line in a fresh process."""
    subprocess.run([sys.executable, "-m", "qantar.cli.main", *words], check=True, capture_output=True, env=environment)


def one_member() -> None:
    """Seconds a member takes once compiled."""
    from qantar.model.run import compile_kernels, simulate
    from qantar.scenario.load import load

    scenario = load(SCENARIO)
    for palace, target in (("recorded", "0.5 s, aim 0.25 s"), ("simulated", "twice that")):
        compile_kernels(scenario, palace)
        simulate(scenario, member=REPEATS, palace=palace)
        runs = [timed(partial(simulate, scenario, member=member, palace=palace)) for member in range(REPEATS)]
        middle = median(wall for wall, _ in runs)
        line(f"one member, palace {palace}, compiled, one core, median of 5", f"{middle:.2f} s", target, runs[-1][1])


def ensemble(folder: Path) -> None:
    """A hundred members with everything written, by two workers."""
    words = ("run", SCENARIO, "--members", "100", "--workers", "2", "--out", str(folder / "hundred"), "--json")
    wall, share = timed(lambda: command(*words))
    line("100 members written, 2 workers, whole command", f"{wall:.1f} s", "60 s", share)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    line("peak memory of the largest process", f"{peak:.0f} MiB", "1536 MiB")
    size = sum(file.stat().st_size for file in (folder / "hundred").rglob("*") if file.is_file()) / 100 / 1024
    line("size on disk per member", f"{size:.0f} KiB", "-")


def load_scenario() -> None:
    """Seconds to read and check a scenario."""
    from qantar.scenario.load import load

    load(SCENARIO)
    runs = [timed(partial(load, SCENARIO)) for _ in range(REPEATS)]
    line("a scenario read and checked, median of 5", f"{median(wall for wall, _ in runs):.2f} s", "-", runs[-1][1])


def starting(folder: Path) -> None:
    """Import, first run with compilation, later runs to the first member."""
    source = "import time; t = time.perf_counter(); import qantar; print(time.perf_counter() - t)"
    found = [float(subprocess.run([sys.executable, "-c", source], check=True, capture_output=True).stdout) for _ in range(REPEATS)]
    line("import qantar, median of 5", f"{median(found):.3f} s", "0.5 s")
    load_scenario()
    environment = os.environ | {"NUMBA_CACHE_DIR": str(folder / "kernels")}
    one = ("run", SCENARIO, "--members", "1", "--workers", "1", "--json", "--out")
    wall, share = timed(lambda: command(*one, str(folder / "first"), environment=environment))
    line("first run, 1 member, compilation included", f"{wall:.1f} s", "40 s", share)
    wall, share = timed(lambda: command(*one, str(folder / "later"), environment=environment))
    line("later run, 1 member, whole command", f"{wall:.1f} s", "10 s", share)


def install_size(folder: Path) -> None:
    """Size of a fresh installation of what a run needs."""
    subprocess.run([sys.executable, "-m", "venv", str(folder / "fresh")], check=True)
    pip = [str(folder / "fresh" / "bin" / "python"), "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "--require-hashes", "-r", str(ROOT / "requirements" / "run.txt")], check=True)
    size = sum(file.stat().st_size for file in (folder / "fresh").rglob("*") if file.is_file() and not file.is_symlink())
    line("fresh installation, run requirements", f"{size / 1e6:.0f} MB", "800 MB")


def main() -> None:
    """Measure what was asked for."""
    with tempfile.TemporaryDirectory() as name:
        if sys.argv[1:] == ["install-size"]:
            install_size(Path(name))
            return
        starting(Path(name))
        one_member()
        ensemble(Path(name))


if __name__ == "__main__":
    main()
