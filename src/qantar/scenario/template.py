"""Makes a new scenario folder from the template country."""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import TemporaryDirectory

from qantar.errors import QantarError, UsageError
from qantar.scenario.bibliography import BIBLIOGRAPHY
from qantar.scenario.load import CALIBRATION, DOCUMENTS, LIBRARY, MAP, TABLES, library_names
from qantar.scenario.mistakes import quoted
from qantar.scenario.whatif import FOLDER, STRUCTURES, SUFFIX, names

TEMPLATE = "borderland"
_ID_LINE = re.compile(rf"^id: {TEMPLATE}(?= |$)", re.MULTILINE)


def create_scenario(folder: Path) -> list[Path]:
    """Copy the template country into a folder and name it after the folder; return the files.

    Raises `UsageError` where the folder holds something already, or cannot be the name of a scenario.
    """
    identifier = re.sub(r"[^a-z0-9]+", "-", folder.resolve().name.lower()).strip("-")[:64].strip("-")
    if not identifier:
        raise UsageError(f"{quoted(folder.name)} cannot name a scenario, expected letters a-z, digits and hyphens")
    if identifier in library_names():
        raise UsageError(f"{quoted(identifier)} is the name of a built-in scenario; choose another")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{quoted(str(folder))} exists already and is not an empty folder")
    try:
        whole = folder.resolve()
        whole.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=whole if whole.exists() else whole.parent, prefix=f".{whole.name}.") as beside:
            copy = Path(beside) / whole.name
            written = _copy(copy, identifier)
            if whole.exists():  # it may be where somebody stands, or a disk of its own, so that it stays
                for entry in copy.iterdir():
                    entry.rename(whole / entry.name)
            else:
                copy.rename(whole)
    except OSError as error:
        raise QantarError(f"the folder {quoted(str(folder))} cannot be written: {error.strerror}") from error
    return [folder / name for name in written]


def _copy(folder: Path, identifier: str) -> list[str]:
    """Fill a new folder with the template; return the names of its files."""
    offered = [f"{kept_in}/{name}{SUFFIX}" for kept_in in (FOLDER, STRUCTURES) for name in names(TEMPLATE, kept_in)]
    for kept_in in (FOLDER, STRUCTURES):
        (folder / kept_in).mkdir(parents=True)
    copied = [*DOCUMENTS, *TABLES, BIBLIOGRAPHY, MAP, CALIBRATION, *offered]
    for name in copied:
        text = (LIBRARY / TEMPLATE / name).read_text(encoding="utf-8")
        if name == "scenario.yaml":
            text = _ID_LINE.sub(f"id: {identifier}", text)
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    return copied
