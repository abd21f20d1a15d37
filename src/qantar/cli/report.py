"""``qantar report``: a finished run as a page that can be read and passed on."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Form(StrEnum):
    """What kind of file to write."""

    HTML = "html"
    MD = "md"


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("report", help="Write a report of a results folder and print its path.")(report)


def report(
    store: Annotated[Path, typer.Argument(metavar="DIR", help="results folder of `qantar run`")],
    form: Annotated[Form, typer.Option("--format", help="html: one file; md: Markdown with figures as PNG files beside it")] = Form.HTML,
    out: Annotated[
        Path | None, typer.Option("--out", help="file to write; default: report.html or report.md in the results folder")
    ] = None,
) -> None:
    """Write a report of a results folder and print its path."""
    from qantar.report.write import write_report
    from qantar.results.open import open_results

    target = out if out is not None else store / f"report.{form.value}"
    typer.echo(str(write_report(open_results(store), target, "html" if form is Form.HTML else "md")))
