"""The series on disk: one Zarr (version 3) group, presized, written by region.

Every array has `member` as its first dimension and chunks of `CHUNK` members, so that a batch owns
its chunks. Files are replaced in one durable step, never changed in place: a chunk to which members are added
holds others that count already.
"""

from __future__ import annotations

import asyncio
import shutil
import uuid
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import zarr
from numpy.typing import NDArray
from zarr.core.buffer import Buffer
from zarr.storage import LocalStore

from qantar.errors import DamagedError
from qantar.results.files import PARTIAL, make_folder, sync_directory, sync_files, write_bytes
from qantar.results.frame import Frame
from qantar.results.layout import CHUNK, SERIES
from qantar.results.remote import series_store
from qantar.results.schema import COORDINATES, SCHEMA_VERSION, VARIABLES
from qantar.results.whole import WHAT_TO_DO

MEMBER_CHUNK = 10_000
"""Numbers of members in one file of the coordinate `member`."""

PLACE_REGION = "place_region"
"""Coordinate that names the region of each place."""


class _Durable(LocalStore):
    """A folder of this machine in which a file is durable before it takes the place of the one that was there."""

    async def set(self, key: str, value: Buffer) -> None:
        await asyncio.to_thread(self.set_sync, key, value)

    def set_sync(self, key: str, value: Buffer) -> None:
        path = self.root / key
        make_folder(path.parent)
        write_bytes(path, value.to_bytes())


def create_series(folder: Path, frame: Frame, members: int) -> None:
    """Lay out the group for `members` members, all of them without a value yet.

    An unfinished group of an earlier attempt is replaced.
    """
    final = folder / SERIES
    temporary = _laid_out(folder, frame, members)
    if final.exists():
        shutil.rmtree(final)
    temporary.replace(final)
    sync_directory(folder)


def lay_again(folder: Path, frame: Frame, members: int) -> None:
    """Write metadata and coordinates anew, whatever became of them; the values of members stay."""
    final = folder / SERIES
    temporary = _laid_out(folder, frame, members)
    try:
        files = [path for path in temporary.rglob("*") if path.is_file()]
        for path in files:
            target = final / path.relative_to(temporary)
            make_folder(target.parent)
            path.replace(target)
        sync_files(final / path.relative_to(temporary) for path in files)
    finally:
        shutil.rmtree(temporary)


def _laid_out(folder: Path, frame: Frame, members: int) -> Path:
    """A group beside the one that counts, complete and without values."""
    temporary = folder / f"{SERIES}.{uuid.uuid4().hex}{PARTIAL}"
    attributes: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "description": "Qantar series",
        "coordinates": f"time date {PLACE_REGION}",
    }
    group = zarr.create_group(_Durable(temporary), zarr_format=3, attributes=attributes)
    for variable in VARIABLES.values():
        shape = frame.shape(variable)
        group.create_array(
            variable.name,
            shape=(members, *shape),
            chunks=(CHUNK, *shape),
            dtype=variable.dtype,
            fill_value=variable.fill,
            dimension_names=("member", *variable.dims),
            attributes={**variable.attributes},
        )
    for name, values, dim, described in _coordinates(frame):
        array = group.create_array(
            name, shape=values.shape, chunks=values.shape, dtype=_kind(values), dimension_names=(dim,), attributes=described
        )
        array[:] = values
    group.create_array(
        "member",
        shape=(members,),
        chunks=(MEMBER_CHUNK,),
        dtype="int64",
        fill_value=-1,
        dimension_names=("member",),
        attributes={"units": "1", "long_name": "number of the member, part of the key of all its draws"},
    )
    _number(group, members)
    _publish(temporary)
    return temporary


def _kind(values: NDArray[Any]) -> Any:  # noqa: ANN401
    return "string" if values.dtype.kind == "T" else values.dtype


def _coordinates(frame: Frame) -> list[tuple[str, NDArray[Any], str, dict[str, Any]]]:
    text = np.dtypes.StringDType()
    seconds = frame.times.astype("datetime64[s]").astype(np.int64)
    days = np.array(frame.dates, dtype="datetime64[D]").astype(np.int64)
    calendar = "proleptic_gregorian"
    return [
        ("place", np.array(frame.places, dtype=text), "place", _named("place")),
        ("region", np.array(frame.regions, dtype=text), "region", _named("region")),
        (PLACE_REGION, np.array(frame.place_regions, dtype=text), "place", {"long_name": "identifier of the region of the place"}),
        ("time", seconds, "tick", {**_named("time"), "units": "seconds since 1970-01-01T00:00:00", "calendar": calendar}),
        ("date", days, "day", {**_named("date"), "units": "days since 1970-01-01", "calendar": calendar}),
    ]


def _named(name: str) -> dict[str, Any]:
    return {"long_name": COORDINATES[name][2]}


def resize_series(folder: Path, members: int) -> None:
    """Make room for `members` members; doing it again, or after a kill half-way, does no harm.

    Readers take shapes from the group's consolidated metadata, one file that is replaced last.
    """
    group = zarr.open_group(_Durable(folder / SERIES), mode="r+", use_consolidated=False)
    for name in VARIABLES:
        array = group[name]
        assert isinstance(array, zarr.Array)
        if array.shape[0] != members:
            array.resize((members, *array.shape[1:]))
    _number(group, members)
    _publish(folder / SERIES)


def _number(group: zarr.Group, members: int) -> None:
    array = group["member"]
    assert isinstance(array, zarr.Array)
    array.resize((members,))
    array[:] = np.arange(members)


def _publish(path: Path) -> None:
    with warnings.catch_warnings():
        # Consolidated metadata is a convention that the Zarr 3 text does not have yet; readers that
        # do not know it find the same in each array's own metadata.
        warnings.simplefilter("ignore")
        zarr.consolidate_metadata(_Durable(path))


def write_series(folder: Path, first: int, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write a batch durably: name -> values[member, ...] of the members from `first` on.

    Raises DamagedError where the members that share its chunk cannot be read, and OSError where the disk does not take it.
    """
    try:
        group = zarr.open_group(_Durable(folder / SERIES), mode="r+", use_consolidated=True)
        for name, values in arrays.items():
            array = group[name]
            assert isinstance(array, zarr.Array)
            array[first : first + values.shape[0]] = values
    except (RuntimeError, TypeError, ValueError, KeyError) as error:  # what unpacks chunks knows no error of its own
        raise DamagedError(f"the series in {folder} take no members from {first} on: they are damaged ({error!r}); {WHAT_TO_DO}") from error


def read_series(folder: Path, first: int, last: int) -> dict[str, NDArray[Any]]:
    """Values of the members first..last: name -> values[member, ...]. Raises DamagedError where they cannot be unpacked."""
    try:
        group = zarr.open_group(series_store(folder / SERIES), mode="r", use_consolidated=True)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DamagedError(f"the series in {folder} cannot be read: {error}") from error
    found = {}
    for name in VARIABLES:
        try:
            array = group[name]
            assert isinstance(array, zarr.Array)
            found[name] = np.asarray(array[first : last + 1])
        except (OSError, RuntimeError, ValueError, KeyError) as error:  # what unpacks chunks knows no error of its own
            raise DamagedError(f"the series '{name}' of members {first} to {last} in {folder} is damaged: {error}") from error
    return found
