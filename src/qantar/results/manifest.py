"""The manifest: whose results these are, and which batches are done. It alone says so."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from qantar.errors import DamagedError, NoResultsError, StoreError
from qantar.results.files import write_text
from qantar.results.layout import CHUNK, COMPARISON, MANIFEST
from qantar.results.schema import SCHEMA_VERSION

KIND = "qantar-results"

POINT = "point"
"""What stands for parameters where all members have the same."""


@dataclass(frozen=True)
class Identity:
    """What two runs must share to lie in one folder.

    scenario : identifier; scenario_hash : of its whole content, changes included; seed : of the ensemble;
    palace : who acted in the palace; parameters : 'point', 'prior' or 'posterior'; version : of Qantar
    """

    scenario: str
    scenario_hash: str
    seed: int
    palace: str
    parameters: str
    version: str

    @property
    def drawn(self) -> bool:
        """Whether members draw parameters."""
        return self.parameters != POINT

    def differences(self, asked: Identity) -> list[str]:
        """What `asked` has otherwise, in words."""
        mine, theirs = asdict(self), asdict(asked)
        return [
            f"{name.replace('_', ' ')} is {mine[name]} there, {theirs[name]} was asked for" for name in mine if mine[name] != theirs[name]
        ]


@dataclass(frozen=True, order=True)
class Receipt:
    """A batch that lies in the store in full: members first..last, the hash of what they say, how many failed."""

    first: int
    last: int
    hash: str
    failed: int

    @property
    def members(self) -> range:
        """Members of the batch."""
        return range(self.first, self.last + 1)


@dataclass(frozen=True)
class Manifest:
    """Identity, members asked for, and the batches that are done, in order of their members."""

    identity: Identity
    members: int
    batches: tuple[Receipt, ...] = ()
    schema_version: int = SCHEMA_VERSION

    @property
    def done(self) -> tuple[int, ...]:
        """Members whose results are there, failed ones included."""
        return tuple(member for receipt in self.batches for member in receipt.members)

    @property
    def failed(self) -> int:
        """Members that could not be finished."""
        return sum(receipt.failed for receipt in self.batches)

    def accept(self, receipt: Receipt) -> Manifest:
        """The manifest with one more batch."""
        return replace(self, batches=tuple(sorted((*self.batches, receipt))))

    def missing(self) -> list[range]:
        """Batches that are not done: the members of one chunk that are asked for and not there."""
        done = set(self.done)
        found = []
        for start in range(0, self.members, CHUNK):
            wanted = [member for member in range(start, min(start + CHUNK, self.members)) if member not in done]
            if wanted:
                found.append(range(wanted[0], wanted[-1] + 1))
        return found

    def as_dict(self) -> dict[str, Any]:
        """Plain data, as it stands in the file."""
        return {
            "kind": KIND,
            "schema_version": self.schema_version,
            **asdict(self.identity),
            "members": self.members,
            "chunk": CHUNK,
            "batches": [asdict(receipt) for receipt in self.batches],
        }


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Replace the manifest in one durable step."""
    write_text(folder / MANIFEST, json.dumps(manifest.as_dict(), indent=1) + "\n")


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a results folder.

    Raises NoResultsError where there is none, StoreError where it is no manifest or a newer Qantar wrote it.
    """
    path = folder / MANIFEST
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        if (folder / COMPARISON).exists():
            raise NoResultsError(
                f"{folder} is a comparison, not a results folder: name one of its sides, such as {folder / 'b'}; "
                "`qantar compare` and `qantar report` take the whole"
            ) from None
        what = f"it has no {MANIFEST}" if folder.is_dir() else "it is a file" if folder.exists() else "there is nothing of that name"
        raise NoResultsError(f"{folder} is not a results folder: {what}") from None
    except (OSError, ValueError) as error:
        raise DamagedError(f"{path} cannot be read ({error}); without it the results are lost: run it again with another --out") from error
    if not isinstance(found, dict) or found.get("kind") != KIND:
        raise StoreError(f"{path} is not a manifest of Qantar results")
    _check_version(path, found.get("schema_version"))
    try:
        identity = Identity(**{name: found[name] for name in Identity.__dataclass_fields__})
        batches = tuple(sorted(Receipt(**row) for row in found["batches"]))
        manifest = Manifest(identity, int(found["members"]), batches, int(found["schema_version"]))
        _check_types(manifest)
    except (KeyError, TypeError, ValueError) as error:
        raise DamagedError(f"{path} is damaged ({error!r}); run it again with another --out") from error
    return manifest


def _check_types(manifest: Manifest) -> None:
    """Raise TypeError or ValueError where a text or a number is something else, or batches lie over each other."""
    for record in (asdict(manifest.identity), *map(asdict, manifest.batches)):
        for name, value in record.items():
            wanted = int if name in ("seed", "first", "last", "failed") else str
            if type(value) is not wanted:
                raise TypeError(f"{name} is {value!r}")
    before = -1
    for receipt in manifest.batches:
        if not before < receipt.first <= receipt.last:
            raise ValueError(f"members {receipt.first} to {receipt.last} are not in order")
        before = receipt.last
    if before >= manifest.members:
        raise ValueError(f"member {before} is listed, and there are {manifest.members}")


def _check_version(path: Path, version: object) -> None:
    if not isinstance(version, int):
        raise StoreError(f"{path} does not say which schema it keeps")
    if version > SCHEMA_VERSION:
        raise StoreError(f"{path} keeps schema {version}, newer than the {SCHEMA_VERSION} that this Qantar reads: install a newer Qantar")
