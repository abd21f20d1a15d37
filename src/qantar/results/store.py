"""A results folder as a run writes it: prepared once, filled batch by batch, extended later.

What is on disk is described in ``docs/schema/results.md``. Nothing is appended in place: a kill at
any moment loses at most the batches under way, and the same run goes on where it stopped.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from qantar.errors import DamagedError, StoreError, StoreMismatchError
from qantar.results.arrays import create_series, read_series, resize_series, write_series
from qantar.results.batch import Batch, content_hash
from qantar.results.files import PARTIAL, sweep, write_text
from qantar.results.frame import Frame
from qantar.results.layout import CONTEXT, LOCK, LOG, MANIFEST, MAP, SERIES, TABLES, WORKERS_LOCK
from qantar.results.manifest import Identity, Manifest, Receipt, read_manifest, write_manifest
from qantar.results.tables import OPTIONAL, read_parts, write_part
from qantar.results.whole import WHAT_TO_DO

OWN_NAMES = frozenset({CONTEXT, LOCK, LOG, MANIFEST, MAP, SERIES, WORKERS_LOCK, *TABLES})


def claim(folder: Path) -> None:
    """Make the folder, or check that it may hold results: empty, or results already.

    Raises StoreMismatchError where it holds anything else.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        strange = [] if (folder / MANIFEST).exists() else sorted(path.name for path in folder.iterdir() if not _ours(path.name))
    except (FileExistsError, NotADirectoryError):
        raise StoreMismatchError(f"{folder} is, or lies in, a file; choose a folder for the results") from None
    except OSError as error:
        raise StoreError(f"{folder} cannot be used for results: {error.strerror}") from error
    if strange:
        raise StoreMismatchError(f"{folder} holds other files ({', '.join(strange[:3])}); choose an empty folder or another name")


def _ours(name: str) -> bool:
    """Whether a name is one of a results folder, or of what a killed run left half-written there."""
    return name in OWN_NAMES or (name.endswith(PARTIAL) and name.startswith(tuple(f"{own}." for own in OWN_NAMES)))


def prepare(folder: Path, identity: Identity, members: int, frame: Frame, context: Mapping[str, Any], shapes: str) -> Manifest:
    """Make a claimed and locked folder ready for `members` members: new, going on, or larger than before.

    context : goes into context.json; shapes : text of map.geojson, empty for none

    Raises StoreMismatchError, naming what differs, when the folder belongs to another run, and StoreError
    when the disk does not take what is written.
    """
    try:
        if (folder / MANIFEST).exists():
            return _reopen(folder, identity, members, context)
        return _make(folder, identity, members, frame, context, shapes)
    except (KeyError, RuntimeError, TypeError, ValueError) as error:  # what Zarr makes of broken metadata and coordinates
        raise DamagedError(f"the series in {folder} are damaged ({error!r}); {WHAT_TO_DO}") from error
    except OSError as error:
        raise StoreError(f"{folder} cannot be made ready for {members} members: {error}") from error


def _make(folder: Path, identity: Identity, members: int, frame: Frame, context: Mapping[str, Any], shapes: str) -> Manifest:
    """Lay out a new store; the manifest comes last, so that a kill before it leaves nothing that counts."""
    sweep(folder)
    for name in TABLES:
        (folder / name).mkdir(exist_ok=True)
    write_text(folder / CONTEXT, context_text(context))
    if shapes:
        write_text(folder / MAP, shapes)
    create_series(folder, frame, members)
    manifest = Manifest(identity, members)
    write_manifest(folder, manifest)
    log(folder, f"made for {members} members")
    return manifest


def _reopen(folder: Path, identity: Identity, members: int, context: Mapping[str, Any]) -> Manifest:
    manifest = read_manifest(folder)
    check_identity(folder, manifest, identity, context)
    sweep(folder)
    _forget_unlisted(folder, manifest)
    if members > manifest.members:
        resize_series(folder, members)
        manifest = replace(manifest, members=members)
        write_manifest(folder, manifest)
        log(folder, f"extended to {members} members")
    return manifest


def context_text(context: Mapping[str, Any]) -> str:
    """A context as it stands in its file."""
    return json.dumps(context, indent=1, ensure_ascii=False) + "\n"


def check_identity(folder: Path, manifest: Manifest, identity: Identity, context: Mapping[str, Any]) -> None:
    """Raise StoreMismatchError, naming what differs, when the manifest of a folder is not of this run."""
    differences = manifest.identity.differences(identity)
    if differences:
        differences += _interventions(folder, context)
        raise StoreMismatchError(f"{folder} belongs to another run ({'; '.join(differences)}); choose another --out")


def _interventions(folder: Path, context: Mapping[str, Any]) -> list[str]:
    """What was withheld or changed otherwise, in words: a hash that differs tells nobody why."""
    try:
        there = json.loads((folder / CONTEXT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return [
        f"{name} is {_listed(there.get(name))} there, {_listed(context.get(name))} was asked for"
        for name in ("interventions", "withheld", "changed")
        if _listed(there.get(name)) != _listed(context.get(name))
    ]


def _listed(entries: Any) -> str:  # noqa: ANN401 - names, or pairs of a path and a value
    return ", ".join(entry if isinstance(entry, str) else "=".join(map(str, entry)) for entry in entries or ()) or "nothing"


def _forget_unlisted(folder: Path, manifest: Manifest) -> None:
    """Remove parts of batches that were written but not accepted, so that readers of `*.parquet` see none."""
    listed = {f"{batch.first:08d}-{batch.last:08d}" for batch in manifest.batches}
    for name in TABLES:
        for path in (folder / name).glob("part-*.parquet"):
            if path.stem.removeprefix("part-") not in listed:
                path.unlink()


def write_batch(folder: Path, batch: Batch) -> Receipt:
    """Write a full batch durably; it counts once `accept` has put its receipt into the manifest.

    Raises StoreError when a member is missing or the disk does not take it.
    """
    tables = batch.tables()
    first, last = batch.members[0], batch.members[-1]
    try:
        write_series(folder, first, batch.arrays)
        for name, content in tables.items():
            if name not in OPTIONAL or batch.drawn:
                write_part(folder, name, first, last, content)
    except OSError as error:
        raise StoreError(f"members {first} to {last} cannot be written to {folder}: {error}") from error
    return Receipt(first, last, content_hash(batch.arrays, tables), batch.failed)


def accept(folder: Path, manifest: Manifest, receipt: Receipt) -> Manifest:
    """Note durably that a batch is done.

    Raises StoreError when the disk does not take the manifest; the one before stays.
    """
    manifest = manifest.accept(receipt)
    try:
        write_manifest(folder, manifest)
    except OSError as error:
        raise StoreError(f"members {receipt.first} to {receipt.last} cannot be noted in {folder}: {error}") from error
    return manifest


def intact(folder: Path, receipt: Receipt) -> bool:
    """Whether a batch on disk still says what it said when it was written; one that cannot even be read does not."""
    try:
        arrays = read_series(folder, receipt.first, receipt.last)
        tables = {name: read_parts(folder, name, [receipt]) for name in TABLES}
        return content_hash(arrays, tables) == receipt.hash
    except Exception:  # noqa: BLE001 - whatever damaged bytes make of a library, they are damaged
        return False


def log(folder: Path, text: str) -> None:
    """Add a line to the folder's log, as far as the disk takes it: what the log lacks is no reason to lose a result."""
    with suppress(OSError):
        _append(folder / LOG, f"{time.strftime('%Y-%m-%d %H:%M:%S')} {text}\n")


def _append(path: Path, text: str) -> None:
    with path.open("a", encoding="utf-8") as handle:
        handle.write(text)
