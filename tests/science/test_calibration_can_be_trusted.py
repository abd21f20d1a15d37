"""Known parameters are found again, and their ranks are uniform: ten parameters of Borderland, on one table of prior runs.

The table lies in QANTAR_SCIENCE (a folder), where that is set, and is then made once and added to.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("pyabc", reason="needs the extra 'calibrate'")
pytest.importorskip("SALib", reason="needs the extra 'calibrate'")

import qantar
from qantar.ensembles.crew import Crew
from qantar.inference.calibrate import Calibrations
from qantar.inference.diagnose import Trust, trust
from qantar.inference.effort import Effort
from qantar.inference.outcomes import layout_of
from qantar.inference.priors import priors_of
from qantar.inference.sensitivity import sensitivities
from qantar.inference.targets import targets_of

ROWS = 2_000
CASES = 600
NOISE = 0.1
"""Of the spread of a parameter of which the record says nothing, what its estimates may add: each rests on a share of the table."""


@pytest.fixture(scope="module")
def calibrations(tmp_path_factory: pytest.TempPathFactory) -> Calibrations:
    home = os.environ.get("QANTAR_SCIENCE")
    folder = (Path(home) if home else tmp_path_factory.mktemp("science")) / "borderland"
    found = Calibrations(folder, qantar.load("borderland"), seed=11)
    found.run(("prior",), Effort(budget=ROWS), Crew(2))
    return found


@pytest.fixture(scope="module")
def found(calibrations: Calibrations) -> Trust:
    table = calibrations.table("prior")
    assert table is not None
    return trust(table, targets_of(calibrations.scenario, priors_of(calibrations.scenario)), seed=11, cases=CASES)


def test_there_are_ten_parameters_at_least(found: Trust) -> None:
    assert len(found.names) >= 10


def test_ranks_are_uniform(found: Trust) -> None:
    """Bonferroni's level for a family error of 1 %: a sound method fails once in a hundred seeds."""
    assert found.uniform.min() > 0.01 / len(found.names), dict(zip(found.names, found.uniform, strict=True))


def test_intervals_cover_what_they_say(found: Trust) -> None:
    """90 % intervals of all parameters together; four binomial standard deviations, as if cases were independent."""
    spread = 4 * np.sqrt(0.9 * 0.1 / CASES)
    assert abs(found.cover - 0.9).max() < spread, dict(zip(found.names, found.cover, strict=True))


def test_what_decides_the_size_of_a_wave_is_found_again(found: Trust) -> None:
    known = dict(zip(found.names, found.correlation, strict=True))
    assert known["streets.base_propensity"] > 0.4
    for name, explained, error in zip(found.names, found.explained, found.explained_error, strict=True):
        assert explained > -NOISE - 3.0 * error, f"{name} is found worse than by not looking: {explained:.3f} ± {error:.3f}"


def test_the_base_propensity_is_among_what_decides_the_peak(calibrations: Calibrations) -> None:
    table = calibrations.table("prior")
    assert table is not None
    names = priors_of(calibrations.scenario).names
    peak = {one.output: one for one in sensitivities(table, layout_of(calibrations.scenario), names, seed=1)}["peak"]
    assert peak.explained > 0.2
    assert "streets.base_propensity" in [peak.names[number] for number in np.argsort(-peak.total)[:4]]
    assert (peak.first <= peak.total + peak.error + 0.05).all()
