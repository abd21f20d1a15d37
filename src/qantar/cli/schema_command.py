"""``qantar schema``: JSON schema for editors."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from qantar.errors import QantarError


class File(StrEnum):
    """The YAML files of a scenario."""

    SCENARIO = "scenario"
    PARAMETERS = "parameters"
    PALACE = "palace"
    ALLIANCE = "alliance"
    CALIBRATION = "calibration"
    POSTERIOR = "posterior"


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("schema", help="Print the JSON schema of the YAML files, for editors.")(schema)


def schema(
    file: Annotated[File | None, typer.Argument(metavar="FILE", help="one file of a scenario; default: all")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="write it to a file instead")] = None,
) -> None:
    """Print the JSON schema of the YAML files, for editors."""
    from qantar.cli.folders import check_here
    from qantar.results.files import write_text
    from qantar.scenario.editor_schema import editor_schema

    check_here(out, "a schema is")
    text = json.dumps(editor_schema(None if file is None else file.value), indent=2, ensure_ascii=False)
    if out is None:
        typer.echo(text)
        return
    try:
        if out.exists() and not out.is_file():  # such as a pipe
            out.write_text(text + "\n", encoding="utf-8")
        else:
            write_text(out.resolve(), text + "\n")
    except OSError as error:
        raise QantarError(f"{out} cannot be written: {error.strerror}") from error
    typer.echo(str(out))
