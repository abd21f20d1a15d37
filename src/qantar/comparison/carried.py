"""What the channels carry of an effect, over the members in which it was shared out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from qantar.comparison.interval import Mean, mean_interval, share_difference
from qantar.comparison.switching import CARRIED, ENDED
from qantar.comparison.work import PairIdentity, read_members
from qantar.model.channels import CHANNELS

DIRECT = "direct"
"""Name of what comes through no channel."""


FEWEST = 2
"""Members without which there is no interval of what a channel carries."""


@dataclass(frozen=True)
class Carried:
    """Shapley values of the channels, means over members with 95 % intervals.

    members : those in which the difference was shared out; runs : how many simulations that took
    total : outcome -> mean difference over these members; of an ending with the interval of a difference of shares
    parts : outcome -> channel (or 'direct') -> what it carries; the values of an outcome sum to its total
    failed : member -> why it could not be shared out
    """

    members: tuple[int, ...]
    runs: int
    total: Mapping[str, Mean]
    parts: Mapping[str, Mapping[str, Mean]]
    failed: Mapping[int, str]

    def ranked(self, outcome: str) -> list[tuple[str, Mean]]:
        """What carries an outcome, the largest in size first; channels that carry exactly nothing in every member are left out."""
        found = [(name, mean) for name, mean in self.parts[outcome].items() if mean.value != 0.0 or mean.low < 0.0]
        return sorted(found, key=lambda row: (-abs(row[1].value), row[0]))

    def told(self, outcome: str) -> bool:
        """Whether these members say what carries an outcome: they are enough for an interval, and there is something to share out."""
        return len(self.members) >= FEWEST and self.total[outcome].value != 0.0 and bool(self.ranked(outcome))

    def as_dict(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "members": len(self.members),
            "runs": self.runs,
            "failed": {str(member): reason for member, reason in self.failed.items()},
            "outcomes": {
                name: {"difference": plain(self.total[name]), "parts": {part: plain(mean) for part, mean in self.parts[name].items()}}
                for name in CARRIED
            },
        }


def plain(mean: Mean) -> dict[str, float | None]:
    """A mean as plain data; what is not known is None."""
    return {key: None if np.isnan(value) else value for key, value in (("mean", mean.value), ("low", mean.low), ("high", mean.high))}


def read_carried(folder: Path, identity: PairIdentity | None = None, members: int | None = None) -> Carried | None:
    """What is stored of a comparison's channels; None where no member could be shared out.

    members : look at the members below this number only

    Raises StoreMismatchError, StoreError: as `qantar.comparison.work.read_members`.
    """
    known = {member: row for member, row in read_members(folder, identity).items() if members is None or member < members}
    sound = {member: row for member, row in known.items() if not row["reason"]}
    failed = {member: str(row["reason"]) for member, row in known.items() if row["reason"]}
    if not sound:
        return None
    rows = [sound[member] for member in sorted(sound)]
    total, parts = {}, {}
    for name in CARRIED:
        in_a, in_b = (np.array([row[side][name] for row in rows]) for side in ("a", "b"))
        total[name] = share_difference(in_a == 1.0, in_b == 1.0) if name in ENDED else mean_interval(in_b - in_a)
        found = {channel: mean_interval(np.array([row["channels"][channel][name] for row in rows])) for channel in CHANNELS}
        parts[name] = {**found, DIRECT: mean_interval(np.array([row["direct"][name] for row in rows]))}
    return Carried(tuple(sorted(sound)), sum(int(row["runs"]) for row in rows), total, parts, failed)
