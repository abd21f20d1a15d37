"""``qantar calibrate``: fit a scenario's parameters to its record, and say how well that went."""

from __future__ import annotations

import json
import shlex
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qantar.errors import UsageError

if TYPE_CHECKING:
    from qantar.inference.calibrate import Calibrations
    from qantar.inference.progress import CalibrationProgress, OnCalibration

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it."""

SECONDS_BETWEEN_LINES = 30.0


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("calibrate", help="Fit a scenario's parameters to its record, and say how well that went.")(calibrate)


def calibrate(  # noqa: PLR0913, PLR0917 - one argument for each option of the command
    name: Annotated[str, typer.Argument(metavar="NAME|DIR", help="a scenario of the library, or a folder; with a calibration.yaml")],
    step: Annotated[
        list[str] | None,
        typer.Option(
            help="fit, half, regions, mechanisms, switched-off, flat, prior, quiet, ignition, endings, simulated, all, "
            "or one study; repeatable"
        ),
    ] = None,
    budget: Annotated[int, typer.Option(metavar="SIMS", help="runs of each study, and of each table of prior runs")] = 20_000,
    members: Annotated[int, typer.Option(help="runs of each check of a fit; a quarter of them where many versions are run")] = 200,
    population: Annotated[int | None, typer.Option(help="accepted parameter sets; by the budget when left out")] = None,
    seed: Annotated[int, typer.Option(help="seed of all draws")] = 0,
    palace: Annotated[str, typer.Option(help="recorded, or simulated: who acts in the palace while parameters are fitted")] = "recorded",
    workers: Annotated[int | None, typer.Option(help="worker processes; default: one a core")] = None,
    cluster: Annotated[str | None, typer.Option(metavar="ADDRESS", help="address of a running Dask scheduler")] = None,
    out: Annotated[Path | None, typer.Option(help="folder; default: ./calibrations/<scenario>-<hash>-<seed>")] = None,
    figures: Annotated[Path | None, typer.Option(help="also draw what is there into a folder, with its tables")] = None,
    ship: Annotated[bool, typer.Option("--ship", help="put the fit into the scenario's folder, where `qantar run` finds it")] = False,
    show: Annotated[bool, typer.Option("--show", help="run nothing; only show, draw or ship what is there")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="print one JSON object instead of the page")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="no progress")] = False,
) -> None:
    """Fit a scenario's parameters to its record, and say how well that went."""
    from qantar.cli.folders import check_here, folder_of_calibration
    from qantar.cli.progress import shown_by
    from qantar.ensembles.crew import Crew
    from qantar.inference.calibrate import Calibrations, steps_of
    from qantar.inference.effort import Effort
    from qantar.inference.priors import calibration_of
    from qantar.inference.progress import silent
    from qantar.scenario.load import load
    from qantar.scenario.unread import check_palace

    for folder in (out, figures):
        check_here(folder, "a calibration is")
    scenario = load(name)
    calibration_of(scenario)
    check_palace(palace)
    kept = out if out is not None else folder_of_calibration(scenario, seed, palace)
    calibrations = Calibrations(kept, scenario, seed, palace)
    effort, crew = Effort(budget, members, population), Crew(workers, cluster)
    nobody: OnCalibration = silent
    if not show:
        try:
            with shown_by(_bar, lambda: _Lines().tell, nobody, quiet=quiet) as tell:
                calibrations.run(steps_of(tuple(step or ())), effort, crew, tell)
        except KeyboardInterrupt:
            command = shlex.join(["qantar", *sys.argv[1:]])
            typer.echo(f"Stopped. What was computed is safe in {kept}; the same command goes on:\n  {command}", err=True)
            raise typer.Exit(INTERRUPTED) from None
    elif not kept.exists():
        raise UsageError(f"{kept} is not there: nothing has been calibrated with this scenario and seed")
    else:
        calibrations.claim()
    _answer(calibrations, figures, as_json=as_json)
    if ship:
        _ship(calibrations, name)


def _answer(calibrations: Calibrations, figures: Path | None, *, as_json: bool) -> None:
    from qantar.report.fit import fit_object, fit_page

    typer.echo(json.dumps(fit_object(calibrations), indent=2, allow_nan=False) if as_json else fit_page(calibrations).rstrip("\n"))
    if figures is not None:
        from qantar.report.figures.fit import write_fit_figures

        written = write_fit_figures(calibrations, figures)
        typer.echo(f"{len(written)} files in {figures}", err=True)


def _ship(calibrations: Calibrations, name: str) -> None:
    from qantar.inference.posterior import write_posterior
    from qantar.inference.reweigh import reweighed
    from qantar.inference.studies import FIT
    from qantar.scenario.load import find_folder

    result = calibrations.result(FIT)
    if result is None:
        raise UsageError("there is no fit to ship yet: do `--step fit` first")
    again = reweighed(calibrations) if calibrations.palace == "recorded" else None
    table, note = write_posterior(find_folder(name), result.fitted, again.particles if again is not None and again.usable else None)
    typer.echo(f"Shipped  {table}\n         {note}", err=True)


@contextmanager
def _bar() -> Iterator[OnCalibration]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    clock = _Clock()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[note]}"), TimeElapsedColumn())
    with Bar(*columns, console=Console(stderr=True)) as bar:
        line = bar.add_task("starting", total=None, note="")

        def tell(progress: CalibrationProgress) -> None:
            bar.update(line, description=progress.study, total=progress.budget, completed=progress.used, note=clock.note(progress))

        yield tell


class _Clock:
    """Runs a second since the first one of a study."""

    def __init__(self) -> None:
        self._start: tuple[str, float, int] | None = None

    def left(self, progress: CalibrationProgress) -> str:
        """Time to the end of the budget, in words; empty while it cannot be told."""
        now = time.monotonic()
        if self._start is None or self._start[0] != progress.study:
            self._start = (progress.study, now, progress.used)
        done, spent = progress.used - self._start[2], now - self._start[1]
        if done <= 0 or spent <= 0.0:
            return ""
        minutes = (progress.budget - progress.used) * spent / done / 60.0
        return f"at most {minutes:.0f} min left" if minutes >= 1.0 else "under a minute left"

    def note(self, progress: CalibrationProgress) -> str:
        """Generation, acceptance, distance and time left in a few words."""
        parts = []
        if progress.generation >= 0:
            within = "any distance" if progress.generation == 0 else f"distance {progress.tolerance:.2f}"
            parts += [f"generation {progress.generation}", f"{progress.accepted} of {progress.wanted} accepted within {within}"]
            parts.append(f"acceptance {progress.acceptance:.0%}")
        if progress.restarts:
            parts.append(f"{progress.restarts} workers restarted")
        return ", ".join(filter(None, [*parts, self.left(progress)]))


class _Lines:
    """Plain lines for logs: one for each generation and study, and one now and then between."""

    def __init__(self) -> None:
        self._clock = _Clock()
        self._last: tuple[str, int] | None = None
        self._told = 0.0

    def tell(self, progress: CalibrationProgress) -> None:
        """Print a line where there is news."""
        note = self._clock.note(progress)
        news = (progress.study, progress.generation)
        now = time.monotonic()
        if news != self._last or now - self._told > SECONDS_BETWEEN_LINES:
            self._last, self._told = news, now
            sys.stderr.write(f"{progress.study}: {progress.used} of {progress.budget} runs, {note}\n")
            sys.stderr.flush()
