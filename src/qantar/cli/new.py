"""``qantar new``: a country of one's own, to begin with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("new", help="Copy the template country into a new folder.")(new)


def new(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="the folder to make; its name becomes the scenario's id")],
) -> None:
    """Copy the template country into a new folder."""
    from qantar.scenario.template import create_scenario

    written = create_scenario(folder)
    typer.echo(f"{len(written)} files in {folder}. Begin with scenario.yaml, then `qantar check {folder}`.")
