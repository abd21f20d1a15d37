"""``qantar experiment``: the documented experiments."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qantar.errors import UsageError

if TYPE_CHECKING:
    from qantar.comparison.structures import Asked
    from qantar.report.figures.style import Drawing


class Experiment(StrEnum):
    """Which experiment."""

    COURSE = "course"
    ABLATIONS = "ablations"
    REFORM = "reform"
    POLITIES = "polities"
    STRUCTURE = "structure"


ALONE = frozenset({Experiment.REFORM, Experiment.POLITIES})
"""Experiments that run in this process and keep nothing."""


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("experiment", help="Run a documented experiment and print its table.")(experiment)


def experiment(
    which: Annotated[Experiment, typer.Argument(metavar="NAME", help="course, ablations, reform, polities or structure")],
    scenario: Annotated[str, typer.Argument(metavar="NAME|DIR", help="a scenario of the library, or a folder")],
    members: Annotated[int, typer.Option(help="how many members (of each variant); polities: how many polities")] = 100,
    seed: Annotated[int, typer.Option(help="seed of all draws")] = 0,
    workers: Annotated[
        int | None, typer.Option(help="course, ablations, structure: worker processes; default: one a core")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            help="course, ablations, structure: folder that keeps the runs, so that the same command goes on; default: a temporary one"
        ),
    ] = None,
    interventions: Annotated[
        list[str] | None,
        typer.Option("--intervention", metavar="NAME|FILE", help="structure: which what-if; may be repeated; default: all of the scenario"),
    ] = None,
    figures: Annotated[Path | None, typer.Option(help="also draw what was found into a folder, as PNG and SVG")] = None,
) -> None:
    """Run a documented experiment and print its table."""
    from qantar.cli.folders import check_here
    from qantar.comparison.structures import Asked
    from qantar.results.scratch import scratch

    for kept in (out, figures):
        check_here(kept, "an experiment is")
    if interventions and which is not Experiment.STRUCTURE:
        raise UsageError(f"--intervention is for the experiment '{Experiment.STRUCTURE.value}', not for '{which.value}'")
    if which in ALONE and not (out is None and workers is None):
        raise UsageError(f"'{which.value}' runs in this process and keeps no runs: leave out --out and --workers")
    if figures is not None:
        figures.mkdir(parents=True, exist_ok=True)
    with scratch() as folder:
        asked = Asked(scenario, members, seed, folder if out is None else out, tuple(interventions or ()), workers)
        page, draw = _structure(asked) if which is Experiment.STRUCTURE else _with_palace(which, asked)
    typer.echo(page)
    if figures is not None:
        from qantar.report.figures.files import write_figures

        typer.echo(f"{len(write_figures(draw(), figures))} files in {figures}", err=True)


Answered = tuple[str, Callable[[], "list[Drawing]"]]
"""The table of an experiment, and what draws its figures."""


def _with_palace(which: Experiment, asked: Asked) -> Answered:
    """Run one of the experiments with the simulated palace."""
    from qantar.experiments.ablations import ablations, ablations_page
    from qantar.experiments.course import course, course_page
    from qantar.experiments.polities import polities, polities_page
    from qantar.experiments.reform import reform, reform_page
    from qantar.scenario.load import load

    experiments: dict[Experiment, tuple[Callable[..., Any], Callable[[Any], str]]] = {
        Experiment.COURSE: (course, course_page), Experiment.ABLATIONS: (ablations, ablations_page),
        Experiment.REFORM: (reform, reform_page), Experiment.POLITIES: (polities, polities_page),
    }  # fmt: skip
    run, page = experiments[which]
    kept = {} if which in ALONE else {"out": asked.out, "workers": asked.workers}
    found = run(load(asked.country), members=asked.members, seed=asked.seed, **kept)

    def draw() -> list[Drawing]:
        from qantar.report.figures.experiments import experiment_figures

        return experiment_figures(found)

    return page(found), draw


def _structure(asked: Asked) -> Answered:
    """Run the interventions of a scenario under each of its structures."""
    from qantar.cli.progress import shown
    from qantar.comparison.structures import run_structures
    from qantar.report.comparison.structures import structures_page

    with shown(quiet=False) as tell:
        found = run_structures(asked, tell)

    def draw() -> list[Drawing]:
        from qantar.report.figures.structures import structure_figures

        return structure_figures(found)

    return structures_page(found), draw
