"""Results on object storage, written by way of a folder here.

Object stores have no rename and no lock that dies with its process. So a run with a remote `--out` works in a folder on this
machine with all that makes it safe, and each batch that is done is copied there: its files first, the manifest last. A reader
of the remote folder therefore sees finished batches only, at any moment. A run starts by looking at what is there: results of
another run are refused, and batches that this machine lacks are fetched, so that nothing that was published is lost.

Limits: two machines that write to one address at once are noticed when the second one publishes, not before.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Any

from qantar.errors import StoreError, StoreMismatchError
from qantar.results.arrays import resize_series
from qantar.results.files import write_bytes
from qantar.results.layout import CHUNK, CONTEXT, LOCK, LOG, MANIFEST, MAP, SERIES, TABLES, WORKERS_LOCK, part
from qantar.results.manifest import Identity, Manifest, Receipt, read_manifest, write_manifest
from qantar.results.objects import names_in, read_file, read_files, remove_files, write_files
from qantar.results.remote import STAGING, as_folder
from qantar.results.schema import VARIABLES
from qantar.results.store import check_identity
from qantar.results.tables import always_there
from qantar.results.whole import WHAT_TO_DO


class Kept:
    """Results that stay where they are made."""

    def check(self, identity: Identity, context: Mapping[str, Any]) -> None:
        """Have nothing to refuse."""

    def receive(self) -> None:
        """Have nothing to fetch."""

    def publish(self, manifest: Manifest, *, anew: bool = False) -> None:
        """Have nothing to copy."""

    def close(self) -> None:
        """Have nothing to remove."""


class Publisher(Kept):
    """Copies what a run stores here to its address, batch by batch.

    Raises StoreMismatchError where somebody else has published there in the meantime, and StoreError where the address does not take it.
    """

    def __init__(self, folder: Path, address: str) -> None:
        self._folder, self._address = folder, address
        self._target = as_folder(address)
        self._sent: dict[str, bytes] = {}  # files of no batch -> hash of what this publisher copied
        try:
            self._seen = self._published()
        except OSError as error:
            raise StoreError(f"results at {address} cannot be read: {error}") from error
        self._there = None if self._seen is None else read_manifest(self._target)

    def check(self, identity: Identity, context: Mapping[str, Any]) -> None:
        """Raise StoreMismatchError, naming what differs, where results at the address or in the folder here are of another run."""
        if self._there is not None:
            check_identity(self._target, self._there, identity, context)
        if (self._folder / MANIFEST).exists():
            differences = read_manifest(self._folder).identity.differences(identity)
            if differences:
                raise StoreMismatchError(
                    f"{self._folder}, in which results for {self._address} are made, is of another run that was not finished "
                    f"({'; '.join(differences)}); finish it, remove the folder, or name another one in {STAGING}"
                )

    def receive(self) -> None:
        """Fetch what is at the address and not in the folder here. Raises StoreError where that cannot be read."""
        if self._there is None:
            return
        try:
            if (self._folder / MANIFEST).exists():
                self._merge(self._there, read_manifest(self._folder))
            else:
                self._fetch(self._there)
        except OSError as error:
            raise StoreError(f"results at {self._address} cannot be fetched: {error}") from error

    def _fetch(self, there: Manifest) -> None:
        """Copy everything into a folder that has no results yet."""
        self._copy(_everything(self._target, there))
        for name in TABLES:
            (self._folder / name).mkdir(exist_ok=True)
        write_manifest(self._folder, there)

    def _merge(self, there: Manifest, here: Manifest) -> None:
        """Take over the chunks of which the address has other batches, unless more of their members are done here."""
        batches = _by_chunk(here.batches)
        for chunk, published in _by_chunk(there.batches).items():
            mine = batches.get(chunk, set())
            if not published <= mine and _members(published) >= _members(mine):
                self._copy(name for batch in published for name in _files_of(self._target, batch))
                batches[chunk] = published
        if there.members > here.members:
            resize_series(self._folder, there.members)
        receipts = tuple(sorted(batch for chunk in batches.values() for batch in chunk))
        write_manifest(self._folder, Manifest(here.identity, max(there.members, here.members), receipts))

    def _copy(self, names: Iterable[str]) -> None:
        for name, content in read_files(self._target, names):
            (self._folder / name).parent.mkdir(parents=True, exist_ok=True)
            write_bytes(self._folder / name, content)

    def publish(self, manifest: Manifest, *, anew: bool = False) -> None:
        """Copy the batches that are not there yet, and then the manifest; remove tables of batches that do not count any more.

        anew : copy everything, whatever is there: it may be damaged

        Raises StoreError where a file of a batch is missing here.
        """
        known = () if self._there is None else self._there.batches
        if manifest == self._there and not anew:
            return
        if anew:
            self._sent.clear()
        fresh = [batch for batch in manifest.batches if anew or batch not in known]
        try:
            if self._published() != self._seen:
                raise StoreMismatchError(f"another run has written to {self._address} in the meantime; choose another --out")
            self._put_changed(_fixed(self._folder))
            for batch in fresh:
                self._put(_all_files_of(self._folder, batch, drawn=manifest.identity.drawn))
            content = (self._folder / MANIFEST).read_bytes()
            write_files(self._target, {MANIFEST: content})
            self._forget(batch for batch in known if batch not in manifest.batches)
        except OSError as error:
            raise StoreError(f"results cannot be copied to {self._address}: {error}; they are safe in {self._folder}") from error
        self._seen, self._there = content, manifest

    def _put(self, names: Iterable[str]) -> None:
        write_files(self._target, {name: (self._folder / name).read_bytes() for name in names})

    def _put_changed(self, names: Iterable[str]) -> None:
        """Copy files, but those that this publisher copied before and that say the same."""
        contents = {name: (self._folder / name).read_bytes() for name in names}
        said = {name: blake2b(content).digest() for name, content in contents.items()}
        write_files(self._target, {name: content for name, content in contents.items() if self._sent.get(name) != said[name]})
        self._sent |= said

    def _forget(self, batches: Iterable[Receipt]) -> None:
        """Remove the tables of batches that are not listed any more, for some readers take all that are there."""
        remove_files(self._target, (_part_name(name, batch) for batch in batches for name in TABLES))

    def close(self) -> None:
        """Remove what lies in the folder here, as far as that can be done: everything is at the address.

        The locks stay. Were they removed, who holds or awaits one of them would not be noticed by who makes it anew.
        """
        with suppress(OSError):
            (self._folder / MANIFEST).unlink()  # first: what is left after a kill does not count
            for path in self._folder.iterdir():
                if path.is_dir():
                    shutil.rmtree(path, ignore_errors=True)
                elif path.name not in (LOCK, WORKERS_LOCK):
                    path.unlink()

    def _published(self) -> bytes | None:
        """The manifest at the address as it is now; None where there is none. Raises OSError where it cannot be read."""
        return read_file(self._target, MANIFEST)


def _by_chunk(batches: Iterable[Receipt]) -> dict[int, set[Receipt]]:
    found: dict[int, set[Receipt]] = {}
    for batch in batches:
        found.setdefault(batch.first // CHUNK, set()).add(batch)
    return found


def _members(batches: Iterable[Receipt]) -> int:
    return sum(len(batch.members) for batch in batches)


def _fixed(folder: Path) -> list[str]:
    """Files that belong to no batch: context, map, log, and the metadata and coordinates of the series."""
    names = [name for name in (CONTEXT, MAP, LOG) if (folder / name).exists()]
    series = folder / SERIES
    small = list(series.rglob("zarr.json"))
    for array in {path.parent for path in small} - {series}:
        if array.name not in VARIABLES:
            small += [path for path in (array / "c").rglob("*") if path.is_file()]
    return names + [str(path.relative_to(folder)) for path in small]


def _files_of(folder: Path, batch: Receipt) -> list[str]:
    """Files of one batch that are there: its chunk of every series, its part of every table."""
    names = [*_chunks_of(batch), *(_part_name(name, batch) for name in TABLES)]
    return [name for name in names if (folder / name).exists()]


def _all_files_of(folder: Path, batch: Receipt, *, drawn: bool) -> list[str]:
    """As `_files_of`. Raises StoreError where one is missing; drawn : whether members draw parameters."""
    found = _files_of(folder, batch)
    needed = [_part_name(name, batch) for name in TABLES if always_there(name, batch, drawn=drawn)]
    needed += _chunks_of(batch) if batch.failed < len(batch.members) else []
    missing = [name for name in needed if name not in found]
    if missing:
        raise StoreError(f"members {batch.first} to {batch.last} cannot be published: {folder / missing[0]} is missing; {WHAT_TO_DO}")
    return found


def _chunks_of(batch: Receipt) -> list[str]:
    """Files of the series of a batch, of which there are none where all members of the chunk failed."""
    chunk = batch.first // CHUNK
    return [f"{SERIES}/{name}/c/{chunk}{'/0' * len(variable.dims)}" for name, variable in VARIABLES.items()]


def _part_name(table: str, batch: Receipt) -> str:
    return part(Path(), table, batch.first, batch.last).as_posix()


def _everything(source: Path, manifest: Manifest) -> list[str]:
    """Names of all files of finished results but the manifest."""
    listed = {_part_name(name, batch) for name in TABLES for batch in manifest.batches}
    return [name for name in names_in(source) if name in listed or name in (CONTEXT, MAP, LOG) or name.startswith(f"{SERIES}/")]
