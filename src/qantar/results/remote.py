"""Results on object storage, through fsspec (extra `remote`), opened where they lie; `qantar.results.publish` puts them there."""

from __future__ import annotations

import hashlib
import os
import re
import stat
import tempfile
from pathlib import Path
from typing import Any, cast

import xarray as xr
import zarr

from qantar.errors import MissingExtraError, StoreError, UsageError
from qantar.results.objects import reason_of

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
    """A folder here or on object storage, as something that can be read like a path; there need not be one yet.

    Raises MissingExtraError where the extra `remote` is needed and not installed, UsageError where nothing that is
    installed knows the protocol, and StoreError where what is at the address does not answer.
    """
    address = address_of(path)
    if address is None:
        return Path(path)
    try:
        from fsspec import get_filesystem_class
        from upath import UPath
    except ImportError:
        raise MissingExtraError(address, "remote") from None
    protocol = address.partition("://")[0]
    try:
        get_filesystem_class(protocol)  # UPath takes what it does not know for a folder here
        folder = UPath(address)
        _ = folder.fs
    except ImportError as error:
        raise UsageError(f"{address} needs a package for {protocol} that is not installed ({error}): install it with pip") from error
    except ValueError as error:
        raise UsageError(f"{address} cannot be used: {error}; give a folder or an address that fsspec knows") from error
    knock(folder, address)
    return cast(Path, folder)


def knock(folder: Any, address: str) -> None:  # noqa: ANN401 - a path of UPath
    """See an address as it is now, not as it was listed before, and raise StoreError, saying why, where it does not answer."""
    folder.fs.invalidate_cache()
    try:
        folder.exists()
    except Exception as error:  # clients of object stores have errors of their own
        raise StoreError(f"{address} cannot be reached: {reason_of(error)}") from error


def series_store(path: Path) -> Any:  # noqa: ANN401 - whatever Zarr can read from
    """The series at a path, here or on object storage, for Zarr to read.

    At an address they are read by the file system that everything else is read by: one of Zarr's own would keep
    connections that nobody closes.
    """
    if address_of(path) is None:
        return path
    from fsspec.implementations.asyn_wrapper import AsyncFileSystemWrapper
    from zarr.storage import FsspecStore

    folder: Any = as_folder(path)
    return FsspecStore(AsyncFileSystemWrapper(folder.fs, asynchronous=True), path=folder.path, read_only=True)


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
    """The folder on this machine in which this user's results of an address are made."""
    user = os.getuid() if hasattr(os, "getuid") else 0
    name = hashlib.blake2b(address.encode(), digest_size=8).hexdigest()
    return Path(os.environ.get(STAGING, tempfile.gettempdir())) / f"qantar-staging-{user}-{name}"


def make_staging(folder: Path) -> None:
    """Make a folder of `staging_of`; others may not look into one in the temporary folder, which everybody shares.

    Raises StoreError where it cannot be made, or lies in the temporary folder and is somebody else's.
    """
    try:
        folder.mkdir(mode=0o777 if STAGING in os.environ else 0o700, parents=True, exist_ok=True)
        if STAGING not in os.environ and hasattr(os, "getuid"):
            about = folder.lstat()
            if not stat.S_ISDIR(about.st_mode) or about.st_uid != os.getuid():
                raise StoreError(f"{folder}, in which results are to be made, is a link or somebody else's; name a folder in {STAGING}")
            folder.chmod(0o700)
    except OSError as error:
        raise StoreError(f"{folder}, in which results are to be made, cannot be used: {error.strerror}") from error
