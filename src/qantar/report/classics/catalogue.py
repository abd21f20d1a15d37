"""Which published models there are, and how one is run, drawn and written."""

from __future__ import annotations

import difflib
from importlib import import_module
from pathlib import Path

from qantar.engine.simulate import check_run_key
from qantar.errors import QantarError, UsageError
from qantar.report.classics.account import Account
from qantar.report.figures.style import written

CATALOGUE = {
    "granovetter": "thresholds: two crowds, nearly the same, end quite differently (1978)",
    "kuran": "a revolution that surprises everybody (1991)",
    "epstein": "civil violence on a grid: outbursts with quiet between (2002, model I)",
    "lang-de-sterck": "four kinds of police state (2014)",
    "riot-wave": "riots that spread from town to town, in the manner of Bonnasse-Gahot et al. (2018)",
}
"""Names with a line on each; the module has the same name, with underscores."""


def give_account(name: str, *, seed: int = 0) -> Account:
    """Run a published model and return what was found.

    Raises:
        UsageError: there is no such model, or the seed is out of range.
    """
    if name not in CATALOGUE:
        near = difflib.get_close_matches(name, CATALOGUE, n=1)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(CATALOGUE)}"
        raise UsageError(f"there is no classic called {name!r}; {hint}")
    check_run_key(seed, 0)
    account: Account = import_module(f"qantar.report.classics.{name.replace('-', '_')}").account(seed)
    return account


def figure_path(name: str, out: Path | None) -> Path:
    """Return where the figure goes; raise UsageError for a kind of file that is not written."""
    path = out if out is not None else Path("results") / "classics" / f"{name}.png"
    if path.suffix not in {".png", ".svg"}:
        raise UsageError(f"{path}: a figure is written as .png or .svg")
    return path


def write_figure(account: Account, path: Path) -> None:
    """Write the figure of an account, whole or not at all."""
    partial = path.with_name(f"{path.name}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(written(account.drawing, "svg" if path.suffix == ".svg" else "png"))
        partial.replace(path)
    except OSError as error:
        raise QantarError(f"{path} cannot be written: {error.strerror}") from error
