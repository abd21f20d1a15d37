"""``qantar report``: a finished run as a page that can be read and passed on."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from qantar.comparison.effect import Effect


class Form(StrEnum):
    """What kind of file to write."""

    HTML = "html"
    MD = "md"


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("report", help="Write a report of a results folder and print its path.")(report)


def report(
    store: Annotated[Path, typer.Argument(metavar="DIR", help="folder of `qantar run` or of `qantar compare`")],
    other: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="a second results folder, of the same draws, to compare with")
    ] = None,
    form: Annotated[Form, typer.Option("--format", help="html: one file; md: Markdown with figures (PNG and SVG) beside it")] = Form.HTML,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", help="file to write; default: report.html or report.md in the results folder, or here for results on object storage"
        ),
    ] = None,
) -> None:
    """Write a report of a results folder, or of two side by side, and print its path."""
    from qantar.cli.folders import check_here
    from qantar.results.remote import address_of

    check_here(out, "a report is")
    kind: Literal["html", "md"] = "html" if form is Form.HTML else "md"
    effect = _compared(store, other)
    if effect is not None:
        from qantar.report.comparison.write import write_comparison

        folder = store if other is None and address_of(store) is None else Path()
        name = "report" if other is None else f"{store.name}-vs-{other.name}"
        typer.echo(str(write_comparison(effect, out if out is not None else folder / f"{name}.{kind}", kind)))
        return
    from qantar.report.write import write_report
    from qantar.results.open import open_results

    beside = store if address_of(store) is None else Path()
    typer.echo(str(write_report(open_results(store), out if out is not None else beside / f"report.{kind}", kind)))


def _compared(store: Path, other: Path | None) -> Effect | None:
    """The comparison that a folder holds or two folders make; None for one results folder."""
    from qantar.comparison.effect import Effect
    from qantar.comparison.pair import is_comparison, open_comparison
    from qantar.errors import UsageError
    from qantar.results.open import open_results

    if other is not None:
        if is_comparison(store):
            raise UsageError(f"{store} is a comparison already: it takes no second folder")
        return Effect(open_results(store), open_results(other))
    return open_comparison(store) if is_comparison(store) else None
