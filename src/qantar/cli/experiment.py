"""``qantar experiment``: the documented experiments with the simulated palace."""

from __future__ import annotations

import tempfile
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Experiment(StrEnum):
    """Which experiment."""

    COURSE = "course"
    ABLATIONS = "ablations"
    REFORM = "reform"
    POLITIES = "polities"


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("experiment", help="Run a documented experiment with the simulated palace and print its table.")(experiment)


def experiment(
    which: Annotated[Experiment, typer.Argument(metavar="NAME", help="course, ablations, reform or polities")],
    scenario: Annotated[str, typer.Argument(metavar="NAME|DIR", help="a scenario of the library, or a folder")],
    members: Annotated[int, typer.Option(help="how many members (of each variant); polities: how many polities")] = 100,
    seed: Annotated[int, typer.Option(help="seed of all draws")] = 0,
    workers: Annotated[int | None, typer.Option(help="worker processes; default: one a core")] = None,
    out: Annotated[
        Path | None, typer.Option(help="folder that keeps the runs, so that the same command goes on; default: a temporary one")
    ] = None,
) -> None:
    """Run a documented experiment with the simulated palace and print its table."""
    from qantar.experiments.ablations import ablations
    from qantar.experiments.course import course
    from qantar.experiments.polities import polities
    from qantar.experiments.reform import reform
    from qantar.scenario.load import load

    runs = {"course": course, "ablations": ablations, "reform": reform, "polities": polities}
    loaded = load(scenario)
    if out is not None:
        typer.echo(runs[which.value](loaded, members=members, seed=seed, out=out, workers=workers))
        return
    with tempfile.TemporaryDirectory(prefix="qantar-experiment-") as folder:
        typer.echo(runs[which.value](loaded, members=members, seed=seed, out=Path(folder), workers=workers))
