"""Twins of the fake country: the second side has more of everything by a known amount."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from qantar.ensembles.crew import Crew
from qantar.ensembles.local import fill
from qantar.ensembles.task import Task, Vary, keep
from qantar.results.lock import writing
from qantar.results.manifest import Identity
from qantar.results.open import Ensemble, open_results
from qantar.results.store import claim, prepare
from tests import fakes


@pytest.fixture
def side(tmp_path: Path) -> Callable[..., Ensemble]:
    """Make one side: a store of the fake country; mode : palace and where parameters come from."""

    def make(
        name: str, members: int = 12, *, simulate: fakes.Simulated = fakes.simulate, seed: int = 0, context: dict[str, Any] | None = None,
        mode: tuple[str, str] = ("recorded", "point"), vary: Vary = keep,
    ) -> Ensemble:
        folder = tmp_path / name
        claim(folder)
        with writing(folder):
            identity = Identity("fake", f"hash-{name}", seed, *mode, "0.1.0")
            manifest = prepare(folder, identity, members, fakes.FRAME, context or fakes.context(), "")
            fill(Task(None, seed, fakes.FRAME, folder, simulate, vary), manifest, members, Crew(1))
        return open_results(folder)

    return make
