"""Stores of the fake country."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from qantar.results.batch import Batch
from qantar.results.lock import writing
from qantar.results.manifest import Identity
from qantar.results.open import Ensemble, open_results
from qantar.results.store import accept, claim, prepare, write_batch
from tests import fakes

IDENTITY = Identity("fake", "0123456789ab", 0, "recorded", "point", "0.1.0")
Make = Callable[..., Ensemble]


def make_store(
    folder: Path, members: int, *, identity: Identity = IDENTITY, simulate: fakes.Simulated = fakes.simulate, most_batches: int = 1000
) -> Ensemble:
    claim(folder)
    with writing(folder):
        manifest = prepare(folder, identity, members, fakes.FRAME, fakes.context(), "")
        for asked in manifest.missing()[:most_batches]:
            batch = Batch(fakes.FRAME, asked)
            for member in asked:
                batch.put(simulate(None, seed=0, member=member))
            manifest = accept(folder, manifest, write_batch(folder, batch))
    return open_results(folder)


@pytest.fixture
def make() -> Make:
    """Make a store in this process, or go on with one."""
    return make_store


@pytest.fixture
def identity() -> Identity:
    """What `make` runs."""
    return IDENTITY


@pytest.fixture(scope="session")
def thirty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Thirty members, in two batches; made once."""
    return make_store(tmp_path_factory.mktemp("stores") / "thirty", 30).path


@pytest.fixture
def store(thirty: Path, tmp_path: Path) -> Ensemble:
    """A copy of them, for a test to do with what it likes."""
    return open_results(shutil.copytree(thirty, tmp_path / "store"))
