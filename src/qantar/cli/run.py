"""``qantar run``: an ensemble of a scenario, from nothing or from where it stopped."""

from __future__ import annotations

import json
import shlex
import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qantar.errors import UsageError

if TYPE_CHECKING:
    from qantar.results.open import Ensemble
    from qantar.scenario.schema import Scenario

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it."""


class Palace(StrEnum):
    """Who acts in the palace."""

    RECORDED = "recorded"
    SIMULATED = "simulated"


PALACE_HELP = "recorded: the orders of the record act; simulated: the palace decides; default: simulated, where the scenario's palace can"


PARAMETERS_HELP = "point values, or for each member a draw from the priors or the fit; default: the fit, where there is one"


REPAIR_HELP = "compute again what is damaged in the folder, and members whose worker died"


class ParameterMode(StrEnum):
    """Where a member's parameters come from."""

    PRIOR = "prior"
    POSTERIOR = "posterior"
    POINT = "point"


@dataclass(frozen=True)
class Request:
    """What was asked for on the command line."""

    name: str
    members: int
    seed: int
    palace: str | None
    parameters: str
    interventions: tuple[str, ...]
    without: tuple[str, ...]
    changes: tuple[str, ...]
    workers: int | None
    cluster: str | None
    out: Path | None
    repair: bool
    strict: bool
    as_json: bool
    quiet: bool


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("run", help="Run many members of a scenario and say what happened in them.")(run)


def run(  # noqa: PLR0913, PLR0917 - one argument for each option of the command
    name: Annotated[str, typer.Argument(metavar="NAME|DIR", help="a scenario of the library, or a folder")],
    members: Annotated[int, typer.Option(help="how many members; a larger number on the same folder adds members")] = 100,
    seed: Annotated[int, typer.Option(help="seed of all draws")] = 0,
    palace: Annotated[Palace | None, typer.Option(help=PALACE_HELP)] = None,
    parameters: Annotated[ParameterMode | None, typer.Option(help=PARAMETERS_HELP)] = None,
    interventions: Annotated[
        list[str] | None, typer.Option("--intervention", metavar="NAME|FILE", help="do what a file says; may be repeated")
    ] = None,
    without: Annotated[
        list[str] | None, typer.Option(help="leave out a shock, actor or order; NAME@HOUR from an hour on; may be repeated")
    ] = None,
    changes: Annotated[list[str] | None, typer.Option("--set", metavar="PATH=VALUE", help="change a value; may be repeated")] = None,
    workers: Annotated[int | None, typer.Option(help="worker processes; default: one a core")] = None,
    cluster: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="a running Dask scheduler to work instead, such as tcp://host:8786")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="results folder; default: ./results/<scenario>-<hash>-<seed>")] = None,
    member: Annotated[int | None, typer.Option(help="with --story: the member to tell")] = None,
    story: Annotated[bool, typer.Option("--story", help="run one member and tell its events")] = False,
    repair: Annotated[bool, typer.Option("--repair", help=REPAIR_HELP)] = False,
    strict: Annotated[bool, typer.Option("--strict", help="exit with 1 when any member failed")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="print one JSON object instead of the page")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="no progress")] = False,
) -> None:
    """Run many members of a scenario and say what happened in them."""
    if story != (member is not None):
        raise UsageError("--member K and --story belong together: `--member 3 --story` tells what happened in member 3")
    request = Request(
        name,
        members,
        seed,
        None if palace is None else palace.value,
        "" if parameters is None else parameters.value,
        tuple(interventions or ()),
        tuple(without or ()),
        tuple(changes or ()),
        workers,
        cluster,
        out,
        repair,
        strict,
        as_json,
        quiet,
    )
    try:
        scenario = _scenario(request)
        if member is not None:
            _tell(scenario, request, member)
        else:
            _run(scenario, request)
    except KeyboardInterrupt:
        typer.echo("Stopped before anything was stored." if member is None else "Stopped.", err=True)
        raise typer.Exit(INTERRUPTED) from None


def _scenario(request: Request) -> Scenario:
    """Load the scenario and apply interventions, what is withheld and what is changed, in this order."""
    from qantar.cli.choosing import chosen

    return chosen(request.name, request.interventions, request.without, request.changes, request.palace)


def _mode(scenario: Scenario, request: Request) -> str:
    """Where parameters come from: as asked, else by what the scenario has."""
    from qantar.ensembles.design import default_mode

    return request.parameters or default_mode(scenario)


def _tell(scenario: Scenario, request: Request, member: int) -> None:
    from qantar.cli.story import story, story_object
    from qantar.ensembles.local import Options, run_member

    found = run_member(scenario, seed=request.seed, member=member, options=Options(request.palace, _mode(scenario, request)))
    typer.echo(_json(story_object(found)) if request.as_json else story(scenario, found))
    if found.failed:
        raise typer.Exit(1)


def _run(scenario: Scenario, request: Request) -> None:
    from qantar.cli.folders import folder_of_run
    from qantar.cli.progress import shown
    from qantar.ensembles.local import Options, run_ensemble
    from qantar.results.open import open_results

    options = Options(request.palace, _mode(scenario, request), request.workers, request.cluster, request.repair)
    folder = request.out if request.out is not None else folder_of_run(scenario, request.seed, options)
    try:
        with shown(quiet=request.quiet) as tell:
            run_ensemble(scenario, members=request.members, seed=request.seed, out=folder, options=options, on_progress=tell)
        _answer(open_results(folder), request)
    except KeyboardInterrupt:
        typer.echo(_how_to_go_on(folder), err=True)
        raise typer.Exit(INTERRUPTED) from None


def _how_to_go_on(folder: Path) -> str:
    from qantar.errors import QantarError
    from qantar.results.open import open_results

    try:
        state = open_results(folder).state
    except QantarError:
        return "Stopped before anything was stored."
    command = shlex.join(["qantar", *sys.argv[1:]])
    return f"Stopped. {len(state.done)} of {state.members} members are safe in {folder}; the same command goes on:\n  {command}"


def _answer(ensemble: Ensemble, request: Request) -> None:
    """Print what happened; exit with 1 when nothing can be said, or (strict) when a member failed."""
    failed, done = ensemble.state.failed, len(ensemble.state.done)
    if request.as_json:
        typer.echo(_json(ensemble.summary()))
    elif failed < done:
        from qantar.report.page import page

        folder = shlex.quote(str(ensemble.path))
        typer.echo(page(ensemble).rstrip("\n"))
        typer.echo(f"\nResults  {ensemble.path}\nReport   qantar report {folder}")
    if failed == done:
        reasons = sorted(set(ensemble.members["reason"]))
        typer.echo(f"All {done} members failed: {'; '.join(reasons[:3])}", err=True)
        raise typer.Exit(1)
    if failed and request.strict:
        typer.echo(f"{failed} of {done} members failed (see `qantar status {ensemble.path}`)", err=True)
        raise typer.Exit(1)


def _json(found: dict[str, Any]) -> str:
    return json.dumps(found, indent=2, ensure_ascii=False, allow_nan=False)
