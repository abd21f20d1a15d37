"""Figures on disk: each as PNG and as SVG."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from qantar.report.figures.style import Drawing, written
from qantar.results.files import write_through

FORMS: tuple[Literal["png", "svg"], ...] = ("png", "svg")


def write_figures(drawings: Iterable[Drawing], folder: Path) -> list[Path]:
    """Write figures under their names into a folder, which is made where it is missing; return the files.

    Raises OSError where they cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for drawing in drawings:
        for form in FORMS:
            path, picture = folder / f"{drawing.name}.{form}", written(drawing, form)
            write_through(path, lambda temporary, picture=picture: _fill(temporary, picture))  # type: ignore[misc]
            files.append(path)
    return files


def _fill(path: Path, content: bytes) -> None:
    path.write_bytes(content)
