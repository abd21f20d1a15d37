"""Reports on disk."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from qantar.errors import StoreError
from qantar.report.digest import Digest, digest
from qantar.report.material import gather

if TYPE_CHECKING:
    from qantar.results.open import Ensemble

Form = Literal["html", "md"]


def write_report(ensemble: Ensemble, out: Path, form: Form = "html") -> Path:
    """Write a report; the Markdown form puts its figures, PNG and SVG, into a folder beside it.

    Raises:
        StoreError: where the store holds no finished member, or the file cannot be written.
    """
    found = digest(gather(ensemble))
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        return _written(found, out, form)
    except OSError as error:
        raise StoreError(f"the report cannot be written to {out}: {error.strerror}") from error


def _written(found: Digest, out: Path, form: Form) -> Path:
    if form == "html":
        from qantar.report.html import html_report

        _replace(out, html_report(found).encode("utf-8"))
        return out
    from qantar.report.figures.files import write_figures
    from qantar.report.figures.gallery import gallery
    from qantar.report.markdown import markdown_report

    folder = out.with_name(f"{out.stem}-figures")
    drawings = gallery(found)
    write_figures(drawings, folder)
    _replace(out, markdown_report(found, drawings, folder.name).encode("utf-8"))
    return out


def _replace(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    partial = path.with_name(f"{path.name}.partial")
    partial.write_bytes(content)
    partial.replace(path)
