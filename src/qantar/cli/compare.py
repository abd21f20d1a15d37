"""``qantar compare``: the same country with and without something, with the same draws."""

from __future__ import annotations

import json
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qantar.cli.run import INTERRUPTED, PALACE_HELP, PARAMETERS_HELP, REPAIR_HELP, Palace, ParameterMode
from qantar.errors import UsageError

if TYPE_CHECKING:
    from qantar.comparison.effect import Effect
    from qantar.comparison.pair import Plan
    from qantar.scenario.schema import Scenario

RUN_ONLY = ("members", "seed", "palace", "parameters", "channels", "workers", "cluster", "baseline", "out", "repair")
"""Options that say how something is to be run; what is stored already takes none of them."""

CHANNEL_PAIRS = 20
"""Pairs in which channels are switched when nobody says."""


@dataclass(frozen=True)
class Question:
    """What is to be compared: A, and B or what is done to A."""

    a: str
    b: str | None
    interventions: tuple[str, ...]
    without: tuple[str, ...]
    changes: tuple[str, ...]
    palace: str | None = None

    @property
    def changes_nothing(self) -> bool:
        """Whether nothing is done to the second side."""
        return not (self.interventions or self.without or self.changes)


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("compare", help="Compare a scenario with itself without something, or two runs, member by member.")(compare)


def compare(  # noqa: PLR0913, PLR0917 - one argument for each option of the command
    context: typer.Context,
    a: Annotated[str, typer.Argument(metavar="A", help="a scenario, a results folder, or the folder of a comparison")],
    b: Annotated[str | None, typer.Argument(metavar="[B]", help="what to compare with; default: A with the options below")] = None,
    interventions: Annotated[
        list[str] | None, typer.Option("--intervention", metavar="NAME|FILE", help="do to B what a file says; may be repeated")
    ] = None,
    without: Annotated[
        list[str] | None, typer.Option(help="leave a shock, actor or order out of B; NAME@HOUR from an hour on; may be repeated")
    ] = None,
    changes: Annotated[list[str] | None, typer.Option("--set", metavar="PATH=VALUE", help="change a value in B; may be repeated")] = None,
    members: Annotated[int, typer.Option(help="pairs of runs; a larger number on the same folder adds pairs")] = 100,
    seed: Annotated[int, typer.Option(help="seed of all draws, of both sides")] = 0,
    palace: Annotated[Palace | None, typer.Option(help=f"{PALACE_HELP} and more than recorded orders differ")] = None,
    parameters: Annotated[ParameterMode | None, typer.Option(help=f"{PARAMETERS_HELP}, the same on both sides")] = None,
    channels: Annotated[
        int | None,
        typer.Option(help=f"pairs in which the channels are switched, about 10 runs each; 0 for none; default: up to {CHANNEL_PAIRS}"),
    ] = None,
    workers: Annotated[int | None, typer.Option(help="worker processes; default: one a core")] = None,
    cluster: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="a running Dask scheduler to work instead, such as tcp://host:8786")
    ] = None,
    baseline: Annotated[Path | None, typer.Option(help="results folder that holds A already, or shall hold it")] = None,
    out: Annotated[Path | None, typer.Option(help="folder; default: ./results/<scenario>-<hash A>-vs-<hash B>-<seed>")] = None,
    repair: Annotated[bool, typer.Option("--repair", help=f"{REPAIR_HELP}, on both sides")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="exit with 1 when any member failed")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="print one JSON object instead of the page")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="no progress")] = False,
) -> None:
    """Compare a scenario with itself without something, or two runs, member by member."""
    acting = None if palace is None else palace.value
    question = Question(a, b, tuple(interventions or ()), tuple(without or ()), tuple(changes or ()), acting)
    effect = stored(question)
    if effect is not None:
        _refuse(ignored(context), question)
    else:
        from qantar.cli.folders import folder_of_comparison
        from qantar.comparison.pair import Plan
        from qantar.ensembles.design import default_mode
        from qantar.ensembles.local import Options

        first, second = scenarios_of(question)
        mode = default_mode(first, second) if parameters is None else parameters.value
        options = Options(acting, mode, workers, cluster, repair)
        folder = out if out is not None else folder_of_comparison(first, second, seed, options)
        pairs = min(CHANNEL_PAIRS, members) if channels is None else channels
        effect = _run(Plan(first, second, members, seed, folder, pairs, baseline, options), quiet=quiet)
    _answer(effect, as_json=as_json, strict=strict)


def ignored(context: typer.Context) -> list[str]:
    """Options on the command line that mean nothing where nothing is run."""
    given = {parameter.name for parameter in context.command.params if _given(context, parameter.name)}
    return [f"--{name}" for name in RUN_ONLY if name in given]


def _given(context: typer.Context, name: str | None) -> bool:
    source = None if name is None else context.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"


def _refuse(options: list[str], question: Question) -> None:
    """Raise UsageError where options would be ignored."""
    if options:
        what = f"{question.a} is a comparison" if question.b is None else f"{question.a} and {question.b} hold results"
        raise UsageError(f"{what} already, and nothing is run: leave out {', '.join(options)}, or compare scenarios")


def stored(question: Question) -> Effect | None:
    """The comparison of what lies in folders already; None where runs are asked for.

    Raises UsageError where folders and scenarios are mixed, and StoreError where a folder cannot be read.
    """
    from qantar.comparison.effect import Effect
    from qantar.comparison.pair import is_comparison, open_comparison
    from qantar.results.layout import MANIFEST
    from qantar.results.open import open_results
    from qantar.results.remote import address_of, as_folder

    names = [name for name in (question.a, question.b) if name is not None]
    if is_comparison(question.a):
        if question.b is not None or not question.changes_nothing:
            raise UsageError(f"{question.a} is a comparison already: it takes no second side and no change")
        return open_comparison(question.a)
    folders = [name for name in names if address_of(name) is not None or (as_folder(name) / MANIFEST).exists()]
    if not folders:
        return None
    for name in names:
        _check_there(name)
    if len(folders) == 1 or not question.changes_nothing:
        raise UsageError("two results folders, or two scenarios: a results folder cannot be changed, nor compared with what is not run yet")
    return Effect(open_results(folders[0]), open_results(folders[1]))


def _check_there(name: str) -> None:
    """Raise UsageError where the other side of a results folder is nothing at all, or a comparison."""
    from qantar.comparison.pair import is_comparison
    from qantar.results.remote import address_of
    from qantar.scenario.load import library_names

    if is_comparison(name):
        raise UsageError(f"{name} is a comparison, not a results folder; its sides are the folders a and b in it")
    if address_of(name) is None and not Path(name).exists() and name not in library_names():
        raise UsageError(f"{name} does not exist: it is no results folder and no scenario")


def scenarios_of(question: Question) -> tuple[Scenario, Scenario]:
    """Load both sides. Raises UsageError where they are the same by omission, or something means nothing here."""
    from qantar.cli.choosing import chosen
    from qantar.scenario.load import load

    if question.b is None and question.changes_nothing:
        raise UsageError(
            f"compare {question.a} with what? Give a second scenario, --without NAME, --set PATH=VALUE or --intervention NAME; "
            f"`qantar scenarios {question.a}` lists them"
        )
    name = question.a if question.b is None else question.b
    a = load(question.a)
    return a, chosen(name, question.interventions, question.without, question.changes, question.palace, beside=a)


def _run(plan: Plan, *, quiet: bool) -> Effect:
    from qantar.cli.progress import shown
    from qantar.comparison.pair import open_comparison, run_comparison

    try:
        with shown(quiet=quiet) as tell:
            run_comparison(plan, tell)
    except KeyboardInterrupt:
        command = shlex.join(["qantar", *sys.argv[1:]])
        typer.echo(f"Stopped. What is stored in {plan.out} is safe; the same command goes on:\n  {command}", err=True)
        raise typer.Exit(INTERRUPTED) from None
    return open_comparison(plan.out)


def _answer(effect: Effect, *, as_json: bool, strict: bool) -> None:
    """Print what differs; exit with 1 when nothing can be said, or (strict) when a member failed."""
    if as_json:
        typer.echo(json.dumps(effect.summary(), indent=2, ensure_ascii=False, allow_nan=False))
    else:
        from qantar.report.comparison.page import comparison_page

        typer.echo(comparison_page(effect).rstrip("\n"))
        if effect.path is not None:
            typer.echo(f"\nResults  {effect.path}\nReport   qantar report {shlex.quote(str(effect.path))}")
    if effect.failures and strict:
        typer.echo(
            f"{len(effect.failures)} runs failed, the first: member {effect.failures[0]['member']}: {effect.failures[0]['reason']}",
            err=True,
        )
        raise typer.Exit(1)
