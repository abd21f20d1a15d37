"""A results folder made sound again: what is damaged is taken out, so that a run computes it once more.

What all members share (context, map, metadata and coordinates of the series) is written anew. Batches that are not what
their hashes say are dropped with their whole chunk, and so are those in which a member was given up because its worker died:
that may be the machine's fault, and another try can succeed. A member that fails for a reason of its own fails each time.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from qantar.engine.ending import Ending
from qantar.errors import StoreError
from qantar.results.arrays import lay_again
from qantar.results.files import write_text
from qantar.results.frame import Frame
from qantar.results.layout import CHUNK, CONTEXT, MANIFEST, MAP, SERIES, TABLES
from qantar.results.manifest import Identity, Manifest, Receipt, read_manifest, write_manifest
from qantar.results.schema import VARIABLES
from qantar.results.store import check_identity, context_text, intact, log
from qantar.results.tables import as_frame, read_parts
from qantar.results.whole import spans

WORKER_DIED = "its worker process died"
CLUSTER_DIED = "the workers of the cluster died over it"
"""Begins of the reasons for which a member is tried again."""


def repair(folder: Path, identity: Identity, frame: Frame, context: Mapping[str, Any], shapes: str) -> None:
    """Take what is damaged out of a claimed and locked folder; where there are no results yet, do nothing.

    The results that stay are not touched. A kill at any moment leaves a folder that can be repaired.

    Raises StoreMismatchError when the folder belongs to another run, and StoreError when the disk does not take what is written.
    """
    if not (folder / MANIFEST).exists():
        return
    manifest = read_manifest(folder)
    check_identity(folder, manifest, identity, context)
    try:
        for name in TABLES:
            (folder / name).mkdir(exist_ok=True)
        write_text(folder / CONTEXT, context_text(context))
        if shapes:
            write_text(folder / MAP, shapes)
        lay_again(folder, frame, manifest.members)
        _drop(folder, manifest, [batch for batch in manifest.batches if not intact(folder, batch) or _given_up(folder, batch)])
    except OSError as error:
        raise StoreError(f"{folder} cannot be repaired: {error}") from error


def _given_up(folder: Path, batch: Receipt) -> bool:
    """Whether a sound batch has a member that was given up because its worker died."""
    if not batch.failed:
        return False
    rows = as_frame(read_parts(folder, "members", [batch]))
    reasons = rows.loc[rows["ending"] == Ending.FAILED.value, "reason"]
    return any(given_up(str(reason)) for reason in reasons)


def given_up(reason: str) -> bool:
    """Whether a member failed because its worker died, and not by itself."""
    return reason.startswith((WORKER_DIED, CLUSTER_DIED))


def _drop(folder: Path, manifest: Manifest, dropped: list[Receipt]) -> None:
    """Forget batches and all that lies in the same chunks, files first: what is listed and has none is still seen to be damaged."""
    chunks = {batch.first // CHUNK for batch in dropped}
    if not chunks:
        return
    gone = [batch for batch in manifest.batches if batch.first // CHUNK in chunks]
    for name in VARIABLES:
        for chunk in chunks:
            shutil.rmtree(folder / SERIES / name / "c" / str(chunk), ignore_errors=True)
    write_manifest(folder, replace(manifest, batches=tuple(batch for batch in manifest.batches if batch not in gone)))
    log(folder, f"repair: members {spans([member for batch in gone for member in batch.members])} are to be computed again")
