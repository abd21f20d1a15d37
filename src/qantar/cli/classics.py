"""``qantar classics``: published models, run, drawn, and told beside what was published."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("classics", help="List the published models; with a name, run and draw one beside what was published.")(classics)


def classics(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="a published model")] = None,
    out: Annotated[Path | None, typer.Option(help="figure to write, .png or .svg; default: ./results/classics/NAME.png")] = None,
    seed: Annotated[int, typer.Option(help="seed of all draws")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="print one JSON object")] = False,
) -> None:
    """List the published models; with a name, run and draw one beside what was published."""
    from qantar.cli.folders import check_here
    from qantar.report.classics.account import as_data, told
    from qantar.report.classics.catalogue import CATALOGUE, figure_path, give_account, write_figure

    if name is None:
        listed = "\n".join(f"{known:<16} {line}" for known, line in CATALOGUE.items())
        typer.echo(json.dumps(CATALOGUE, indent=2, ensure_ascii=False) if as_json else f"{listed}\n\n`qantar classics NAME` runs one.")
        return
    check_here(out, "a figure is")
    figure = figure_path(name, out)
    account = give_account(name, seed=seed)
    write_figure(account, figure)
    typer.echo(json.dumps(as_data(account, figure), indent=2, ensure_ascii=False) if as_json else told(account, figure))
