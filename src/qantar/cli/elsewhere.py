"""``qantar elsewhere``: scenarios that run on another's parameters, each beside its own record."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qantar.cli.run import INTERRUPTED, PARAMETERS_HELP, ParameterMode

if TYPE_CHECKING:
    from qantar.report.elsewhere import Crisis
    from qantar.results.open import Ensemble
    from qantar.scenario.schema import Scenario

HELP = "Run scenarios with the parameters of another, not refitted, and show each beside its record."


class Form(StrEnum):
    """How the answer is written."""

    TEXT = "text"
    MARKDOWN = "md"


@dataclass(frozen=True)
class Plan:
    """How every scenario is run. `mode` : where parameters come from; None for what each scenario has."""

    members: int
    seed: int
    out: Path
    mode: str | None
    workers: int | None
    control: bool
    quiet: bool


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("elsewhere", help=HELP)(elsewhere)


def elsewhere(  # noqa: PLR0913, PLR0917 - one argument for each option of the command
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME|DIR]...", help="default: all of the library with another's parameters, and whose they are"),
    ] = None,
    members: Annotated[int, typer.Option(help="how many members of each; a larger number adds members")] = 20,
    control: Annotated[bool, typer.Option(help="run each without its shocks too: does a wave come anyway?")] = True,
    seed: Annotated[int, typer.Option(help="seed of all draws")] = 0,
    parameters: Annotated[ParameterMode | None, typer.Option(help=PARAMETERS_HELP)] = None,
    workers: Annotated[int | None, typer.Option(help="worker processes; default: one a core")] = None,
    out: Annotated[Path, typer.Option(help="folder that holds a results folder for each scenario")] = Path("results"),
    form: Annotated[Form, typer.Option("--format", help="text, or md for a Markdown table")] = Form.TEXT,
    as_json: Annotated[bool, typer.Option("--json", help="print one JSON object instead of the table")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="no progress")] = False,
) -> None:
    """Run scenarios with the parameters of another, not refitted, and show each beside its record."""
    from qantar.cli.folders import check_here
    from qantar.ensembles.worker_process import kept_workers
    from qantar.report.elsewhere_text import as_object, elsewhere_markdown, elsewhere_text

    check_here(out, "these runs are")
    mode = None if parameters is None else parameters.value
    plan = Plan(members, seed, out, mode, workers, control, quiet)
    try:
        with kept_workers():
            found = [_crisis(scenario, plan) for scenario in _scenarios(names)]
    except KeyboardInterrupt:
        typer.echo(f"Stopped. What was done is safe in {out}; the same command goes on.", err=True)
        raise typer.Exit(INTERRUPTED) from None
    if as_json:
        typer.echo(json.dumps({"scenarios": [as_object(each) for each in found]}, indent=2, ensure_ascii=False, allow_nan=False))
    else:
        typer.echo((elsewhere_markdown if form is Form.MARKDOWN else elsewhere_text)(found).rstrip("\n"))
    if any(each.members == 0 for each in found):
        raise typer.Exit(1)


def _scenarios(names: list[str] | None) -> list[Scenario]:
    """Load what was asked for; without a name, what takes parameters over, after those from whom it takes them."""
    from qantar.scenario.load import library_names, load

    if names:
        return [load(name) for name in names]
    takers = [scenario for scenario in map(load, library_names()) if scenario.parameters_from is not None]
    origins = sorted({scenario.parameters_from.scenario for scenario in takers if scenario.parameters_from is not None})
    return [*map(load, origins), *takers]


def _crisis(scenario: Scenario, plan: Plan) -> Crisis:
    from qantar.report.elsewhere import crisis
    from qantar.scenario.intervention import without_shocks

    found = _run(scenario, plan)
    if not plan.control or not scenario.header.shocks:
        return crisis(found)
    return crisis(found, _run(without_shocks(scenario), plan))


def _run(scenario: Scenario, plan: Plan) -> Ensemble:
    from qantar.cli.folders import folder_of_run
    from qantar.cli.progress import shown
    from qantar.ensembles.design import default_mode
    from qantar.ensembles.local import Options, run_ensemble
    from qantar.results.open import open_results

    options = Options("recorded", plan.mode or default_mode(scenario), plan.workers)
    folder = plan.out / folder_of_run(scenario, plan.seed, options).name
    if not plan.quiet:
        left_out = f", without {', '.join(scenario.withheld)}" if scenario.withheld else ""
        typer.echo(f"{scenario.header.title}{left_out}", err=True)
    with shown(quiet=plan.quiet) as tell:
        run_ensemble(scenario, members=plan.members, seed=plan.seed, out=folder, options=options, on_progress=tell)
    return open_results(folder)
