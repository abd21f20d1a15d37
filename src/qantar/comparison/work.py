"""Sharing out the difference of many members: the work, where its results lie, and how it goes on after a kill.

Each member leaves one small JSON file, which is there in full or not at all. It names the pair that it is of, so that
a file of another comparison is refused and never counted.
"""

from __future__ import annotations

import hashlib
import json
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from qantar.comparison.switching import CARRIED, ORDERS, MemberShares, Pair, shares_of
from qantar.ensembles.crew import Crew, carry_out
from qantar.ensembles.design import mode_of, way_of
from qantar.ensembles.progress import COUNTED, OnProgress, Progress, silent
from qantar.ensembles.task import Assignment, nothing
from qantar.errors import DamagedError, StoreError, StoreMismatchError
from qantar.model.channels import CHANNELS
from qantar.results.files import sweep, write_text
from qantar.results.lock import writing
from qantar.results.manifest import Receipt
from qantar.results.repair import given_up
from qantar.results.store import log

if TYPE_CHECKING:
    from qantar.scenario.schema import Scenario

FORMAT = 2
"""Version of the files; a file of another one is refused. Endings are in them since 2."""

HASH_BYTES = 16


@dataclass(frozen=True)
class PairIdentity:
    """What two comparisons must share to lie in one folder."""

    hash_a: str
    hash_b: str
    seed: int
    palace: str
    parameters: str
    version: str
    orders: int = ORDERS
    format: int = FORMAT


@dataclass(frozen=True)
class SwitchingWork:
    """The members of a comparison whose difference is to be shared out (`qantar.ensembles.task.Work`)."""

    a: Scenario
    b: Scenario
    identity: PairIdentity
    folder: Path

    def compute(
        self,
        assignment: Assignment,
        *,
        on_start: Callable[[int], None] = nothing,
        on_finish: Callable[[int, bool], None] = nothing,
        on_write: Callable[[], None] = nothing,
    ) -> Receipt:
        """Share out the difference of every member of a batch; each is stored as soon as it is done.

        A member that raises leaves its reason. Raises StoreError where the folder does not take a file.
        """
        failed, digest = 0, hashlib.blake2b(digest_size=HASH_BYTES)
        for member in assignment.members:
            on_start(member)
            found = self._member(member, assignment.given_up.get(member, ""))
            failed += bool(found["reason"])
            text = json.dumps({"pair": asdict(self.identity), "member": member, **found}, indent=1) + "\n"
            digest.update(text.encode())
            on_finish(member, bool(found["reason"]))
            on_write()
            try:
                write_text(_file(self.folder, member), text)
            except OSError as error:
                raise StoreError(f"member {member} cannot be written to {self.folder}: {error}") from error
        return Receipt(assignment.members[0], assignment.members[-1], digest.hexdigest(), failed)

    def rehearse(self, member: int) -> None:
        """Share out one member's difference and store nothing; whatever it raises is ignored."""
        with suppress(Exception):
            self._shares(member)

    def _shares(self, member: int) -> MemberShares:
        a, b, identity = self.a, self.b, self.identity
        vary = way_of(mode_of(identity.parameters), identity.palace)
        (a, _), (b, _) = (vary(side, seed=identity.seed, member=member) for side in (a, b))
        return shares_of(Pair(a, b, identity.seed, member, identity.palace), identity.orders)

    def _member(self, member: int, given_up: str) -> dict[str, Any]:
        if given_up:
            return {"reason": given_up}
        try:
            return {"reason": "", **_as_dict(self._shares(member))}
        except Exception as error:  # noqa: BLE001 - one member must never end a comparison
            log(self.folder, f"member {member} failed\n{traceback.format_exc()}")
            return {"reason": f"{type(error).__name__}: {error}"}


def forget_given_up(folder: Path) -> None:
    """Remove the files of members that failed because their worker died, so that they are tried again."""
    with writing(folder):
        for member, found in read_members(folder).items():
            if given_up(found["reason"]):
                _file(folder, member).unlink()


def share_out(work: SwitchingWork, members: int, crew: Crew, on_progress: OnProgress = silent) -> None:
    """Share out the differences of the members 0 to `members` - 1, as far as that is not done.

    Raises:
        UsageError: another run is writing to the folder.
        StoreMismatchError: the folder belongs to another comparison.
        StoreError: it cannot be written.
    """
    work.folder.mkdir(parents=True, exist_ok=True)
    with writing(work.folder, on_wait=lambda: on_progress(Progress(members, 0, doing="waiting for an interrupted run to end"))):
        sweep(work.folder)
        known = read_members(work.folder, work.identity)
        done = {member: bool(found["reason"]) for member, found in known.items() if member < members}

        def tell(running: Mapping[int, bool], restarts: int) -> None:
            failed = sum(done.values()) + sum(running.values())
            on_progress(Progress(members, len(done), len(running), failed, restarts, doing=COUNTED[1]))

        def take(receipt: Receipt) -> None:
            done.update(dict.fromkeys(range(receipt.first, receipt.last + 1), bool(receipt.failed)))

        tell({}, 0)
        carry_out(work, [range(member, member + 1) for member in range(members) if member not in done], crew, take, tell)


def read_members(folder: Path, identity: PairIdentity | None = None) -> dict[int, dict[str, Any]]:
    """What is stored in a folder: member -> its file. With an identity, nothing but that pair's is accepted.

    Raises StoreMismatchError, naming what differs, for a file of another pair or format, and DamagedError for a broken one.
    """
    found = {}
    for path in sorted(folder.glob("member-*.json")):
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            pair = PairIdentity(**content["pair"])
            if pair.format == FORMAT:
                _check(content)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise DamagedError(
                f"{path} is damaged ({error!r}); remove it, and the same `qantar compare` makes it again"
            ) from error
        if pair.format != FORMAT:
            raise StoreMismatchError(
                f"{path} is of format {pair.format}, and this Qantar reads {FORMAT}; "
                f"remove {folder}, and the same `qantar compare` makes it again"
            )
        if identity is not None and pair != identity:
            mine, asked = asdict(pair), asdict(identity)
            differences = "; ".join(
                f"{name} is {mine[name]} there, {asked[name]} was asked for" for name in mine if mine[name] != asked[name]
            )
            raise StoreMismatchError(f"{folder} belongs to another comparison ({differences}); choose another --out")
        found[int(content["member"])] = content
    return found


def _check(content: dict[str, Any]) -> None:
    """Raise KeyError or TypeError where a member's file lacks something or holds something else."""
    if type(content["member"]) is not int or type(content["reason"]) is not str:
        raise TypeError("member and reason must be a number and a text")
    if content["reason"]:
        return
    sides = [content["a"], content["b"], content["direct"], *(content["channels"][channel] for channel in CHANNELS)]
    numbers = [content["runs"], *(side[name] for side in sides for name in CARRIED)]
    if not all(type(number) in (int, float) for number in numbers):
        raise TypeError("a number is something else")


def _file(folder: Path, member: int) -> Path:
    return folder / f"member-{member:08d}.json"


def _as_dict(shares: MemberShares) -> dict[str, Any]:
    def named(values: np.ndarray) -> dict[str, float]:
        return {name: float(value) for name, value in zip(CARRIED, values, strict=True)}

    return {
        "a": named(shares.in_a),
        "b": named(shares.in_b),
        "direct": named(shares.direct),
        "channels": {channel: named(values) for channel, values in shares.channels.items()},
        "runs": shares.runs,
    }
