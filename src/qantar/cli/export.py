"""``qantar export``: tables of a results folder for other tools."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Target(StrEnum):
    """Kinds of files that can be made."""

    CSV = "csv"


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("export", help="Write the tables of a results folder as files for other tools, and print their paths.")(export)


def export(
    store: Annotated[Path, typer.Argument(metavar="DIR", help="results folder of `qantar run`")],
    to: Annotated[Target, typer.Option("--to", help="kind of files")],
    out: Annotated[Path | None, typer.Option("--out", help="folder to write to; default: csv in the results folder")] = None,
) -> None:
    """Write the tables of a results folder as files for other tools, and print their paths."""
    from qantar.cli.folders import check_here
    from qantar.results.export import export_csv
    from qantar.results.open import open_results
    from qantar.results.remote import address_of

    check_here(out, "tables are")
    folder = out if out is not None else (store if address_of(store) is None else Path()) / to.value
    for path in export_csv(open_results(store), folder):
        typer.echo(str(path))
