"""How figures look: colours that the colour-blind can tell apart, sizes, axes, and how they are written."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

RUNS = "#0072B2"
RECORD = "#D55E00"
NEUTRAL = "#6b7280"
INK = "#1f2937"
FAINT = "#e5e7eb"
PALETTE = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#7f6a00", "#444444")
"""Okabe and Ito's colours (2008), the yellow darkened so that it can be read on a light card."""

WIDTH = 9.2
PNG_DPI = 144
LONGEST_NAME = 30
SETTINGS: dict[str, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 9.5,
    "axes.titlesize": 12,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.edgecolor": NEUTRAL,
    "axes.labelcolor": INK,
    "axes.titlecolor": INK,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": FAINT,
    "grid.linewidth": 0.8,
    "axes.axisbelow": True,
    "legend.frameon": False,
    "figure.facecolor": "white",
    "axes.facecolor": "white",
    "text.parse_math": False,
    "svg.hashsalt": "qantar",
    "svg.fonttype": "path",
}


@dataclass(frozen=True)
class Drawing:
    """A figure with its name in files, what to see in it, and a text that can stand for it."""

    name: str
    figure: Figure
    caption: str
    alternative: str


@contextmanager
def house_style() -> Iterator[None]:
    """Use the house's settings while a figure is made or written."""
    with mpl.rc_context(SETTINGS):  # type: ignore[arg-type]
        yield


def canvas(height: float, *, width: float = WIDTH) -> Figure:
    """An empty figure, inches, without any global state; call inside `house_style`."""
    return Figure(figsize=(width, height), layout="constrained")


def written(drawing: Drawing, form: Literal["svg", "png"]) -> bytes:
    """A figure as the bytes of a file; the same bytes every time."""
    buffer = io.BytesIO()
    metadata = {"Date": None, "Creator": None} if form == "svg" else {"Software": None}
    with house_style(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font", category=UserWarning)
        drawing.figure.savefig(buffer, format=form, dpi=PNG_DPI, metadata=metadata)
    return buffer.getvalue()


def headline(figure: Figure, text: str) -> None:
    """What a figure shows, as one line over it."""
    figure.suptitle(text, x=0.008, ha="left", fontweight="bold", fontsize=11.5)


def short(name: str) -> str:
    """A name that fits beside an axis."""
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1].rstrip()}…"


def thousands(axis: Any) -> None:  # noqa: ANN401
    """Write large numbers with marked thousands."""
    form: Callable[[float, int], str] = lambda value, _: f"{value:,.0f}"  # noqa: E731
    axis.set_major_formatter(FuncFormatter(form))


def root_scale(axes: Axes, which: Literal["x", "y"]) -> None:
    """A square-root scale: small counts can be read beside large ones and zero has a place."""
    functions = (lambda value: abs(value) ** 0.5, lambda value: value**2)
    (axes.set_xscale if which == "x" else axes.set_yscale)("function", functions=functions)
