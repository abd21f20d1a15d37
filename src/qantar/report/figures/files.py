"""Figures on disk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

from qantar.report.figures.style import Drawing, written
from qantar.results.files import write_bytes

Form = Literal["png", "svg"]
FORMS: tuple[Form, ...] = ("png", "svg")


def write_figures(drawings: Iterable[Drawing], folder: Path, forms: Sequence[Form] = FORMS) -> list[Path]:
    """Write figures under their names into a folder, which is made where it is missing; return the files.

    Raises OSError where they cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for drawing in drawings:
        for form in forms:
            path = folder / f"{drawing.name}.{form}"
            write_bytes(path, written(drawing, form))
            files.append(path)
    return files
