"""Results on object storage, through fsspec (extra `remote`): opened where they lie, written by way of a folder here.

Object stores have no rename and no lock that dies with its process. So a run with a remote `--out` works in a folder on this
machine with all that makes it safe, and each batch that is done is copied there: its files first, the manifest last. A reader
of the remote folder therefore sees finished batches only, at any moment. A machine that has no such folder yet starts by
fetching what is there.

Limits: two machines that write to one address at once are noticed when the second one publishes, not before.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import Any, cast

import xarray as xr
import zarr

from qantar.errors import MissingExtraError, StoreError, StoreMismatchError
from qantar.results.files import write_bytes
from qantar.results.layout import CHUNK, CONTEXT, LOG, MANIFEST, MAP, SERIES, TABLES, part
from qantar.results.manifest import Manifest, Receipt, read_manifest

_ADDRESS = re.compile(r"^([a-z][a-z0-9+.-]+):/(?=[^/])|^([a-z][a-z0-9+.-]+)://")
"""A protocol of at least two letters; a path object writes its two slashes as one."""

LOCAL_PROTOCOLS = ("file", "local")
"""Protocols whose addresses have no host between the second and the third slash."""

STAGING = "QANTAR_STAGING"
"""Environment variable that names the folder in which remote results are made; else one below the temporary folder."""

LOCAL_READER = {"codec_pipeline.path": "zarrs.ZarrsCodecPipeline"}
"""Setting of Zarr for series on this machine."""


def address_of(path: str | Path) -> str | None:
    """The address of a remote folder, such as ``s3://bucket/results``; None for a path on this machine."""
    text = str(path)
    found = _ADDRESS.match(text)
    if found is None:
        return None
    rest = text[found.end() :]
    if found[1] in LOCAL_PROTOCOLS:  # a path object has written all three slashes as one
        rest = f"/{rest}"
    return f"{found[1] or found[2]}://{rest}"


def as_folder(path: str | Path) -> Path:
    """A folder here or on object storage, as something that can be read like a path.

    Raises MissingExtraError where the extra `remote` is needed and not installed.
    """
    address = address_of(path)
    if address is None:
        return Path(path)
    try:
        from upath import UPath
    except ImportError:
        raise MissingExtraError(address, "remote") from None
    return cast(Path, UPath(address))


def series_store(path: Path) -> Any:  # noqa: ANN401 - whatever Zarr can read from
    """The series at a path, here or on object storage, for Zarr to read."""
    address = address_of(path)
    if address is None:
        return path
    from zarr.storage import FsspecStore

    return FsspecStore.from_url(address, read_only=True)


def open_series(path: Path) -> xr.Dataset:
    """All series at a path, here or on object storage; values are read when they are used.

    Chunks on this machine are read by `zarrs`, which opens and unpacks them outside Python; it knows no
    fsspec, so those at an address are read by Zarr itself. Either gives the same values.

    Raises OSError, ValueError or KeyError where there are none that can be read.
    """
    reader = {} if address_of(path) else LOCAL_READER
    with zarr.config.set(reader):
        data: xr.Dataset = xr.open_zarr(series_store(path), chunks=None, consolidated=True)
    return data


def staging_of(address: str) -> Path:
    """The folder on this machine in which the results of an address are made."""
    name = hashlib.blake2b(address.encode(), digest_size=8).hexdigest()
    return Path(os.environ.get(STAGING, tempfile.gettempdir())) / f"qantar-staging-{name}"


def fetch(address: str, folder: Path) -> None:
    """Copy finished results from an address into an empty folder here; do nothing where there are none, or some are here already.

    Raises StoreError where they cannot be read.
    """
    source = as_folder(address)
    if (folder / MANIFEST).exists() or not (source / MANIFEST).exists():
        return
    try:
        manifest = read_manifest(source)
        folder.mkdir(parents=True, exist_ok=True)
        for name in _everything(source, manifest):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes((source / name).read_bytes())
        for name in TABLES:
            (folder / name).mkdir(exist_ok=True)
        write_bytes(folder / MANIFEST, (source / MANIFEST).read_bytes())
    except OSError as error:
        raise StoreError(f"results at {address} cannot be fetched: {error}") from error


class Publisher:
    """Copies what a run stores here to its address, batch by batch.

    Raises StoreMismatchError where somebody else has published there in the meantime, and StoreError where the address does not take it.
    """

    def __init__(self, folder: Path, address: str) -> None:
        self._folder, self._address = folder, address
        self._target = as_folder(address)
        self._seen = self._published()
        self._there: set[Receipt] = set(read_manifest(self._target).batches) if self._seen is not None else set()
        self._members = read_manifest(self._target).members if self._seen is not None else -1

    def publish(self, manifest: Manifest) -> None:
        """Copy the batches that are not there yet, and then the manifest."""
        fresh = [batch for batch in manifest.batches if batch not in self._there]
        if not fresh and manifest.members == self._members:
            return
        try:
            if self._published() != self._seen:
                raise StoreMismatchError(f"another run has written to {self._address} in the meantime; choose another --out")
            for name in [*_fixed(self._folder), *(name for batch in fresh for name in _files_of(self._folder, batch))]:
                target = self._target / name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes((self._folder / name).read_bytes())
            content = (self._folder / MANIFEST).read_bytes()
            (self._target / MANIFEST).write_bytes(content)
        except OSError as error:
            raise StoreError(f"results cannot be copied to {self._address}: {error}; they are safe in {self._folder}") from error
        self._seen = content
        self._there.update(fresh)
        self._members = manifest.members

    def close(self) -> None:
        """Remove the folder here: everything is at the address."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _published(self) -> bytes | None:
        path = self._target / MANIFEST
        return path.read_bytes() if path.exists() else None


def _fixed(folder: Path) -> list[str]:
    """Files that belong to no batch: context, map, log, and the metadata and coordinates of the series."""
    names = [name for name in (CONTEXT, MAP, LOG) if (folder / name).exists()]
    series = folder / SERIES
    small = list(series.rglob("zarr.json"))
    for array in {path.parent for path in small} - {series}:
        if not (array / "c" / "0").is_dir():  # a coordinate: its chunks are files
            small += [path for path in (array / "c").rglob("*") if path.is_file()]
    return names + [str(path.relative_to(folder)) for path in small]


def _files_of(folder: Path, batch: Receipt) -> list[str]:
    """Files of one batch: its chunk of every series, its part of every table."""
    chunk = str(batch.first // CHUNK)
    series = [path for array in (folder / SERIES).iterdir() for path in (array / "c" / chunk).rglob("*") if path.is_file()]
    parts = [part(folder, name, batch.first, batch.last) for name in TABLES]
    return [str(path.relative_to(folder)) for path in [*series, *(path for path in parts if path.exists())]]


def _everything(source: Path, manifest: Manifest) -> list[str]:
    """Names of all files of finished results but the manifest."""
    listed = {part(Path(), name, batch.first, batch.last).as_posix() for name in TABLES for batch in manifest.batches}
    root = source.as_posix().rstrip("/")
    names = [path.as_posix()[len(root) + 1 :] for path in source.rglob("*") if path.is_file()]
    return [name for name in names if name in listed or name in (CONTEXT, MAP, LOG) or name.startswith(f"{SERIES}/")]
