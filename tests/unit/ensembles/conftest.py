"""Prepared stores of the fake country, for ensembles that run fakes."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from qantar.ensembles.crew import Crew
from qantar.ensembles.local import fill
from qantar.ensembles.progress import Progress
from qantar.ensembles.task import Task
from qantar.results.lock import writing
from qantar.results.manifest import Identity
from qantar.results.open import Ensemble, open_results
from qantar.results.store import claim, prepare
from tests import fakes

ROOT = Path(__file__).parents[3]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ensemble]:
    """Run an ensemble of a fake; workers can import the tests."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]))

    def run_it(
        folder: Path,
        members: int,
        *,
        workers: int,
        simulate: fakes.Simulated = fakes.simulate,
        scenario: Any = None,
        told: list[Progress] | None = None,
    ) -> Ensemble:
        claim(folder)
        with writing(folder):
            manifest = prepare(
                folder, Identity("fake", "0123456789ab", 0, "recorded", "point", "0.1.0"), members, fakes.FRAME, fakes.context(), ""
            )
            task = Task(scenario, 0, fakes.FRAME, folder, simulate)
            fill(task, manifest, members, Crew(workers), told.append if told is not None else lambda _: None)
        return open_results(folder)

    return run_it
