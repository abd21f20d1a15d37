"""Results are the same, byte for byte, for any number of workers, for 20 and then 30 members as for
50 at once, and after the whole ensemble was killed half-way and started again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from qantar.ensembles.local import Options, run_ensemble
from qantar.results.manifest import read_manifest
from qantar.results.open import open_results
from qantar.scenario.load import load

SOURCE = Path(__file__).parents[2] / "src"
MEMBERS = 50

ENSEMBLE = """
import sys
from pathlib import Path
from qantar.ensembles.local import Options, run_ensemble
from qantar.scenario.load import load
run_ensemble(load("borderland"), members=int(sys.argv[2]), seed=5, out=Path(sys.argv[1]), options=Options(workers=2))
"""


def run(folder: Path, members: int, workers: int) -> Path:
    return run_ensemble(load("borderland"), members=members, seed=5, out=folder, options=Options(workers=workers))


def start(folder: Path, members: int) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(SOURCE), os.environ.get("PYTHONPATH", "")])}
    return subprocess.Popen([sys.executable, "-c", ENSEMBLE, str(folder), str(members)], env=environment, start_new_session=True)


def series_bytes(folder: Path) -> dict[str, bytes]:
    root = folder / "series.zarr"
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


@pytest.fixture(scope="module")
def at_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run(tmp_path_factory.mktemp("laws") / "once", MEMBERS, 1)


def assert_same(found: Path, expected: Path) -> None:
    assert series_bytes(found) == series_bytes(expected)
    one, two = open_results(found), open_results(expected)
    for table in ("members", "events", "daily"):
        pd.testing.assert_frame_equal(getattr(one, table), getattr(two, table))
    assert json.dumps({**one.summary(), "store": ""}) == json.dumps({**two.summary(), "store": ""})


def test_twenty_and_then_thirty_more_by_two_workers(at_once: Path, tmp_path: Path) -> None:
    run(tmp_path / "s", 20, 1)
    run(tmp_path / "s", MEMBERS, 2)
    assert_same(tmp_path / "s", at_once)


def stored(folder: Path) -> int:
    return len(read_manifest(folder).done) if (folder / "manifest.json").exists() else -1


@pytest.mark.parametrize("moment", [0, 20])
def test_killed_and_started_again(at_once: Path, tmp_path: Path, moment: int) -> None:
    """Kill it when the first batch is stored (twenty members were there before), or just after the start."""
    folder = tmp_path / "s"
    if moment:
        run(folder, moment, 1)
    process = start(folder, MEMBERS)
    deadline = time.monotonic() + 120
    while stored(folder) <= moment - (moment == 0) and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert 0 <= stored(folder) < MEMBERS, "the kill came too early or too late to show anything"
    run(folder, MEMBERS, 1)
    assert_same(folder, at_once)
    assert not list(folder.rglob("*.partial"))
