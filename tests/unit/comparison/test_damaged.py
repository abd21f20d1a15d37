"""Files of a comparison that make no sense are refused with a line that says what to do."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from qantar.comparison.pair import read_about
from qantar.comparison.switching import CARRIED, FIGURES
from qantar.comparison.work import PairIdentity, forget_given_up, read_members
from qantar.errors import DamagedError, StoreMismatchError
from qantar.model.channels import CHANNELS
from qantar.results.repair import WORKER_DIED

NUMBERS = dict.fromkeys(CARRIED, 1.0)
SOUND: dict[str, Any] = {
    "pair": asdict(PairIdentity("a", "b", 0, "recorded", "point", "0.1.0")), "member": 3, "reason": "", "a": NUMBERS, "b": NUMBERS,
    "direct": NUMBERS, "channels": dict.fromkeys(CHANNELS, NUMBERS), "runs": 4,
}  # fmt: skip


@pytest.mark.parametrize("change", [{"a": 5}, {"b": None}, {"format": "1"}, {"kind": "else"}])
def test_what_a_comparison_says_of_itself(tmp_path: Path, change: dict[str, Any]) -> None:
    about = {"kind": "qantar-comparison", "format": 1, "a": "a", "b": "b"}
    path = tmp_path / "comparison.json"
    path.write_text(json.dumps(about))
    assert read_about(tmp_path) == about
    path.write_text(json.dumps(about | change))
    with pytest.raises(DamagedError, match="another --out") as found:
        read_about(tmp_path)
    assert found.value.exit_code == 2


@pytest.mark.parametrize("key", ["pair", "member", "reason", "a", "channels", "runs"])
def test_what_the_channels_carry(tmp_path: Path, key: str) -> None:
    path = tmp_path / "member-00000003.json"
    path.write_text(json.dumps(SOUND))
    assert read_members(tmp_path) == {3: SOUND}
    for damaged in ({name: value for name, value in SOUND.items() if name != key}, SOUND | {key: []}):
        path.write_text(json.dumps(damaged))
        with pytest.raises(DamagedError, match=r"member-00000003\.json is damaged.*remove it"):
            read_members(tmp_path)


@pytest.mark.parametrize("reason", ["", "RuntimeError: no"])
def test_what_an_earlier_version_shared_out_is_refused_by_name(tmp_path: Path, reason: str) -> None:
    figures = dict.fromkeys(FIGURES, 1.0)
    sides = {"a": figures, "b": figures, "direct": figures, "channels": dict.fromkeys(CHANNELS, figures)}
    (tmp_path / "member-00000003.json").write_text(json.dumps({**SOUND, **sides, "reason": reason, "pair": {**SOUND["pair"], "format": 1}}))
    with pytest.raises(StoreMismatchError, match=r"is of format 1, and this Qantar reads 2; remove .*the same `qantar compare`") as found:
        read_members(tmp_path)
    assert found.value.exit_code == 2


def test_members_whose_worker_died_are_forgotten_and_others_kept(tmp_path: Path) -> None:
    for member, reason in ((3, ""), (4, f"{WORKER_DIED} 3 times"), (5, "RuntimeError: no")):
        (tmp_path / f"member-{member:08d}.json").write_text(json.dumps(SOUND | {"member": member, "reason": reason}))
    forget_given_up(tmp_path)
    assert list(read_members(tmp_path)) == [3, 5]
