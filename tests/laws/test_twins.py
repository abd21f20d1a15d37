"""Twins: no intervention, no difference; and a comparison goes on where it was stopped, to the same bytes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from qantar.comparison.pair import Plan, compare, open_comparison, run_comparison
from qantar.comparison.switching import CARRIED, ENDED
from qantar.ensembles.local import Options
from qantar.errors import StoreMismatchError, UsageError
from qantar.scenario.load import load
from qantar.scenario.posterior import Posterior, Provenance
from qantar.scenario.schema import Scenario

SOURCE = Path(__file__).parents[2] / "src"
COMPARE = """
import sys
from pathlib import Path
from qantar.comparison.pair import Plan, run_comparison
from qantar.ensembles.local import Options
from qantar.scenario.load import load
if __name__ == "__main__":
    a = load("borderland").set("clock.end", "2024-03-08T00:00")
    run_comparison(Plan(a, a.without("bread-subsidy"), 4, 3, Path(sys.argv[1]), channels=3, options=Options("recorded", workers=2)))
"""


def week() -> Scenario:
    """Borderland to the fourth night: the subsidy of the third day has had its effect."""
    return load("borderland").set("clock.end", "2024-03-08T00:00")


def plan(folder: Path, *, members: int = 4, channels: int = 3, workers: int = 1, without: str = "bread-subsidy", seed: int = 3) -> Plan:
    a = week()
    return Plan(a, a.without(without), members, seed, folder, channels, options=Options("recorded", workers=workers))


@pytest.fixture(scope="module")
def at_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run_comparison(plan(tmp_path_factory.mktemp("twins") / "once"))


def content(folder: Path) -> dict[str, bytes]:
    """What a comparison says: its series, and its channels."""
    files = [*folder.rglob("series.zarr/**/*"), *folder.rglob("channels/*.json")]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files if path.is_file()}


def test_no_intervention_is_no_difference_to_the_last_count(tmp_path: Path) -> None:
    a = week()
    effect = compare(a, a, members=3, seed=8, store=tmp_path / "null", on=1, channels=1, palace="recorded")
    for name, variable in effect.series.data_vars.items():
        assert not variable.values.any(), name
    assert effect.null
    assert all(row.difference.value == row.difference.low == row.difference.high == 0.0 for row in effect.outcomes)
    assert all(row.difference.low == row.difference.high == 0.0 for row in effect.endings)
    assert effect.carried is not None
    assert all(mean.value == 0.0 for parts in effect.carried.parts.values() for mean in parts.values())


def test_parts_sum_to_the_difference_of_the_stores(at_once: Path) -> None:
    effect = open_comparison(at_once)
    assert effect.carried is not None
    rows = effect.members.set_index("member")
    assert rows["participant_days_difference"].abs().sum() > 0
    chosen = rows.loc[list(effect.carried.members)]
    for name in CARRIED:
        total = effect.carried.total[name].value
        if name in ENDED:
            difference = (chosen["ending_b"] == ENDED[name].value).astype(int) - (chosen["ending_a"] == ENDED[name].value).astype(int)
        else:
            difference = chosen[f"{name}_difference"]
        assert total == pytest.approx(difference.mean())
        assert sum(mean.value for mean in effect.carried.parts[name].values()) == pytest.approx(total)


def test_two_workers_leave_the_same_bytes(at_once: Path, tmp_path: Path) -> None:
    assert content(run_comparison(plan(tmp_path / "two", workers=2))) == content(at_once)


@pytest.mark.parametrize("moment", ["a/manifest.json", "b/manifest.json", "channels/member-00000000.json"])
def test_killed_and_started_again(at_once: Path, tmp_path: Path, moment: str) -> None:
    folder = tmp_path / "s"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(SOURCE), os.environ.get("PYTHONPATH", "")])}
    process = subprocess.Popen([sys.executable, "-c", COMPARE, str(folder)], env=environment, start_new_session=True)
    deadline = time.monotonic() + 240
    while not (folder / moment).exists() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert (folder / moment).exists()
    assert len(list((folder / "channels").glob("*.json"))) < 3 if (folder / "channels").exists() else True
    assert content(run_comparison(plan(folder))) == content(at_once)
    assert not list(folder.rglob("*.partial"))


def test_more_members_and_channels_are_added(at_once: Path, tmp_path: Path) -> None:
    folder = tmp_path / "s"
    run_comparison(plan(folder, members=2, channels=1))
    assert content(run_comparison(plan(folder))) == content(at_once)


def test_another_comparison_is_refused_and_named(at_once: Path) -> None:
    before = content(at_once)
    with pytest.raises(StoreMismatchError, match="scenario hash is"):
        run_comparison(plan(at_once, without="blackout"))
    with pytest.raises(StoreMismatchError, match="seed is 3 there, 4 was asked for"):
        run_comparison(plan(at_once, seed=4))
    assert content(at_once) == before


def test_channels_of_another_pair_are_refused(tmp_path: Path) -> None:
    folder = tmp_path / "s"
    run_comparison(plan(folder, channels=1, members=1))
    path = folder / "channels" / "member-00000000.json"
    found = json.loads(path.read_text())
    found["pair"]["hash_b"] = "elsewhere"
    path.write_text(json.dumps(found))
    with pytest.raises(StoreMismatchError, match="hash_b is elsewhere there"):
        run_comparison(plan(folder, channels=1, members=1))


def test_a_baseline_is_used_and_not_run_again(at_once: Path, tmp_path: Path) -> None:
    from dataclasses import replace

    chunk = at_once / "a" / "series.zarr" / "deaths" / "c" / "0" / "0"
    before = chunk.stat().st_mtime_ns
    folder = run_comparison(replace(plan(tmp_path / "s", channels=0, without="blackout"), baseline=at_once / "a"))
    assert chunk.stat().st_mtime_ns == before
    assert not (folder / "a").exists()
    effect = open_comparison(folder)
    np.testing.assert_array_equal(effect.a.series["deaths"].values, open_comparison(at_once).a.series["deaths"].values)


def test_other_countries_are_refused_before_anything_is_made(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"cannot be compared member by member.*clock.*places"):
        run_comparison(Plan(load("borderland"), load("kazakhstan-2022"), 2, 0, tmp_path / "s"))
    assert not (tmp_path / "s").exists()


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("do not lose me")
    with pytest.raises(StoreMismatchError, match=r"thesis\.txt"):
        run_comparison(plan(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize("mode", ["prior", "posterior"])
def test_channels_are_switched_in_the_runs_that_are_compared(mode: str, tmp_path: Path) -> None:
    provenance = Provenance(
        schema_version=1, scenario="borderland", scenario_hash="0" * 12, calibration_hash="0" * 12, study="fit", palace="recorded",
        version="0", seed=0, budget=2, simulations=2, generations=1, tolerance=1.0, effective=2.0,
    )  # fmt: skip
    fit = Posterior(provenance=provenance, names=("streets.base_propensity",), weights=(0.5, 0.5), values=((-14.2,), (-13.2,)))
    a = week().model_copy(update={"posterior": fit})
    options = Options("recorded", mode, workers=1)
    out = run_comparison(Plan(a, a.without("bread-subsidy"), 2, 3, tmp_path / "twins", channels=2, options=options))
    for side in "ab":
        stored = open_comparison(out)
        series = (stored.a if side == "a" else stored.b).series
        for member in range(2):
            said = json.loads(next((out / "channels").glob(f"*{member}.json")).read_text(encoding="utf-8"))[side]
            assert said["deaths"] == float(series["deaths"].values[member, -1])
            assert said["peak_participants"] == float(series["participants"].values[member].max())
    if mode == "posterior":
        other = a.model_copy(update={"posterior": fit.model_copy(update={"weights": (1.0, 0.0)})})
        with pytest.raises(StoreMismatchError, match="parameters"):
            run_comparison(Plan(other, other.without("bread-subsidy"), 2, 3, out, channels=2, options=options))
