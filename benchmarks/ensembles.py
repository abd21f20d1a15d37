"""What ensembles cost beside the model itself, and what sharing draws saves. One line a figure, of this machine at this moment.

Usage: ensembles.py [workers | many | pages | resume | twins]... [--scenario NAME] [--members N] [--pairs N]

    workers   members a minute by 1 and 2 workers, their efficiency, and what is not the model (writing, start-up)
    many      10,000 synthetic members through the real store: size, opening, summing up, quantiles of the national series
    pages     time and memory of the page of one run and of a comparison of 10,000 synthetic members, each in a process of its own
    resume    what going on costs: nothing left to do, and one batch left
    twins     how many times more members independent runs would need than twins, by kind of intervention
"""

from __future__ import annotations

import argparse
import math
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import xarray as xr

SCENARIO = "kazakhstan-2022"
MANY = 10_000
QUESTIONS = {
    "kazakhstan-2022": (
        "no-shock", "slow-price", "early-concession", "early-recall", "unified-command", "no-blackout", "no-live-fire", "refusal",
        "no-call",
    ),
    "borderland": ("early-subsidy", "no-net-cut"),
}  # fmt: skip
"""Interventions whose pairs are measured."""


def line(name: str, figure: str, target: str = "-") -> None:
    """Print one figure."""
    print(f"{name:<64} {figure:>22}  target {target}", flush=True)


def seconds(action: Callable[[], object]) -> float:
    """Return the wall time of an action."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def workers(folder: Path, scenario_name: str, members: int) -> None:
    """Members a minute by workers; what the store and the processes add to the model."""
    from qantar.ensembles.local import Options, run_ensemble
    from qantar.model.run import compile_kernels, simulate
    from qantar.scenario.load import load

    scenario = load(scenario_name)
    compile_kernels(scenario)
    few = min(members, 10)
    alone = seconds(lambda: [simulate(scenario, member=member, palace="recorded") for member in range(few)]) / few
    line("a member, model alone, one process", f"{alone:.2f} s")
    took = {}
    for number in (1, 2):
        out, options = folder / f"workers-{number}", Options("recorded", workers=number)
        took[number] = seconds(partial(run_ensemble, scenario, members=members, out=out, options=options))
        line(f"{members} members, {number} worker(s), stored", f"{60 * members / took[number]:.0f} members/min")
    line("efficiency of 2 workers", f"{100 * took[1] / (2 * took[2]):.0f} %", "90 %")
    line("what is not the model, 1 worker", f"{100 * (1 - members * alone / took[1]):.1f} %")
    size = sum(file.stat().st_size for file in (folder / "workers-1").rglob("*") if file.is_file())
    line("size on disk, a member", f"{size / members / 1024:.0f} KiB")
    line("1,000 members, 2 workers, at this rate", f"{1000 * took[2] / members / 60:.1f} min", "3 min")


def synthetic(out: Path, scenario_name: str, members: int, scale: float = 1.0) -> Path:
    """Many members through the real store: a few real runs, their counts scaled by `scale` and a factor of each member's own."""
    from qantar.ensembles.context import context_of, frame_of
    from qantar.model.run import simulate
    from qantar.results.batch import Batch
    from qantar.results.lock import writing
    from qantar.results.manifest import Identity
    from qantar.results.store import accept, claim, prepare, write_batch
    from qantar.scenario.load import load

    scenario = load(scenario_name)
    runs = [simulate(scenario, member=member, palace="recorded") for member in range(4)]
    frame = frame_of(scenario)
    claim(out)
    with writing(out):
        identity = Identity(scenario_name, f"synthetic-{scale}", 0, "recorded", "point", "0")
        manifest = prepare(out, identity, members, frame, context_of(scenario), scenario.map_shapes)
        for asked in manifest.missing():
            batch = Batch(frame, asked)
            for member in asked:
                run, factor = runs[member % len(runs)], scale * (0.5 + (member * 0.6180339887498949) % 1.0)
                values = {name: (array.values * factor).astype(array.dtype) for name, array in run.series.data_vars.items()}
                batch.put(replace(run, member=member, series=run.series.copy(data=values), events=run.events.assign(member=member)))
            manifest = accept(out, manifest, write_batch(out, batch))
    return out


def many(folder: Path, scenario_name: str, members: int) -> None:
    """Opening and summing up an ensemble of many members."""
    from qantar.results.open import open_results
    from qantar.results.schema import VARIABLES

    out: list[Path] = []
    wrote = seconds(lambda: out.append(synthetic(folder / "many", scenario_name, members)))
    line(f"{members} synthetic members written", f"{1000 * wrote / members:.1f} ms a member")
    size = sum(file.stat().st_size for file in out[0].rglob("*") if file.is_file())
    line("size on disk, a member", f"{size / members / 1024:.0f} KiB")
    line("open", f"{seconds(lambda: open_results(out[0]).series):.2f} s")
    names = [name for name, variable in VARIABLES.items() if variable.dims in (("tick",), ("day",))]
    line(f"quantiles of all {len(names)} national series", f"{seconds(open_results(out[0]).quantiles):.1f} s", "5 s")
    ensemble = open_results(out[0])
    took = {name: seconds(partial(_quantiles, ensemble.series, name)) for name in names}
    line("the same by xarray, one by one", f"{sum(took.values()):.1f} s")
    line("summary (what --json prints)", f"{seconds(open_results(out[0]).summary):.1f} s")
    line("events as a table", f"{seconds(lambda: open_results(out[0]).events):.1f} s")


def _quantiles(series: xr.Dataset, name: str) -> object:
    return series[name].quantile([0.05, 0.5, 0.95], dim="member").values


PAGES = {
    "summary (what --json prints)": "from qantar.results.open import open_results; open_results('{folder}/a').summary()",
    "page of a run": "from qantar.report.write import write_report; from qantar.results.open import open_results; "
    "write_report(open_results('{folder}/a'), Path('{folder}/a.html'), 'html')",
    "effect of a comparison": "from qantar.comparison.effect import Effect; from qantar.results.open import open_results; "
    "Effect(open_results('{folder}/a'), open_results('{folder}/b')).summary()",
    "page of a comparison": "from qantar.comparison.effect import Effect; from qantar.results.open import open_results; "
    "from qantar.report.comparison.write import write_comparison; "
    "write_comparison(Effect(open_results('{folder}/a'), open_results('{folder}/b')), Path('{folder}/b.html'), 'html')",
}
"""What is measured by `pages`: a figure's name -> Python that makes it of the ensembles a and b in {folder}."""


def pages(folder: Path, scenario_name: str, members: int) -> None:
    """Wall time and largest memory of what is read of many members, start-up included."""
    for side, scale in (("a", 1.0), ("b", 0.9)):
        synthetic(folder / side, scenario_name, members, scale)
    for name, code in PAGES.items():
        program = f"import resource; from pathlib import Path; {code.format(folder=folder)}; "
        program += "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
        start = time.perf_counter()
        told = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout
        line(f"{name}, {members} members", f"{time.perf_counter() - start:.1f} s, {int(told.split()[-1]) / 1024:.0f} MiB")


def resume(folder: Path, scenario_name: str, members: int) -> None:
    """What going on costs where nothing is left, and where one batch is."""
    from qantar.ensembles.local import Options, run_ensemble
    from qantar.results.layout import CHUNK
    from qantar.scenario.load import load

    scenario, out, options = load(scenario_name), folder / "resume", Options("recorded", workers=1)
    run_ensemble(scenario, members=members, out=out, options=options)
    line(
        f"the same command again on {members} finished members",
        f"{seconds(lambda: run_ensemble(scenario, members=members, out=out, options=options)):.2f} s",
    )
    plain = seconds(lambda: run_ensemble(scenario, members=CHUNK, out=folder / "fresh", options=options))
    more = seconds(lambda: run_ensemble(scenario, members=members + CHUNK, out=out, options=options))
    line(f"{CHUNK} more members on that folder, against a fresh one", f"{more:.1f} s against {plain:.1f} s")


def twins(folder: Path, scenario_name: str, pairs: int) -> None:
    """Variance of independent pairs over variance of twins, by kind of intervention, with 95 % intervals."""
    from qantar.comparison.pair import Plan, open_comparison, run_comparison
    from qantar.ensembles.local import Options
    from qantar.scenario.load import load

    scenario = load(scenario_name)
    for question in QUESTIONS[scenario_name]:
        changed, options = scenario.intervene(question), Options("recorded")
        plan = Plan(scenario, changed, pairs, 0, folder / question, baseline=folder / "baseline", options=options)
        effect = open_comparison(run_comparison(plan))
        for name in ("peak_participants", "deaths", "detained"):
            row = effect.outcome(name)
            saved, difference = row.saved, row.difference
            known = f"{saved.value:.1f} ({saved.low:.1f} to {saved.high:.1f})" if math.isfinite(saved.value) else "no spread"
            line(f"{question}, {row.words}: {difference.value:+,.0f} ±{difference.half:,.0f}; times fewer", known)


PARTS = ["workers", "many", "pages", "resume", "twins"]


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="*", choices=PARTS, default=PARTS)
    parser.add_argument("--scenario", default=SCENARIO, choices=sorted(QUESTIONS))
    parser.add_argument("--members", type=int, default=None, help="default: 100, or 10,000 for many and pages")
    parser.add_argument("--pairs", type=int, default=50)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        for what in asked.what:
            folder = Path(name) / what
            folder.mkdir()
            match what:
                case "workers":
                    workers(folder, asked.scenario, asked.members or 100)
                case "many":
                    many(folder, asked.scenario, asked.members or MANY)
                case "pages":
                    pages(folder, asked.scenario, asked.members or MANY)
                case "resume":
                    resume(folder, asked.scenario, asked.members or 100)
                case "twins":
                    twins(folder, asked.scenario, asked.pairs)


if __name__ == "__main__":
    main()
