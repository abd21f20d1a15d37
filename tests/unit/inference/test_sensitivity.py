"""Sobol indices of an emulator: what decides is found, and what is nearly never or nearly always so is left out."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("SALib", reason="needs the extra 'calibrate'")

from qantar.engine.ending import Ending
from qantar.engine.streams import Stream
from qantar.inference.draws import normals
from qantar.inference.outcomes import ENDINGS, layout_of
from qantar.inference.parts import Rows
from qantar.inference.sensitivity import RARE, endings, outputs, sensitivities
from tests.small_calibration import two_days

N = 2_000
NAMES = ("decides", "matters little", "does nothing")


@pytest.fixture(scope="module")
def rows() -> Rows:
    """A coup where the first score is high, a purge elsewhere, and an overthrow in one run of a thousand; a tenth failed."""
    scores = np.stack([normals(1, Stream.MEASUREMENT, name, range(N))[:, 0] for name in NAMES], axis=1)
    ended = np.where(scores[:, 0] + 0.3 * scores[:, 1] > 0.5, ENDINGS.index(Ending.PALACE_COUP), ENDINGS.index(Ending.POWER_CONSOLIDATED))
    ended[::1000] = ENDINGS.index(Ending.OVERTHROW)
    outcomes = np.ones((N, len(layout_of(two_days()).names)), dtype=np.float32)
    outcomes[:, 0] = ended
    outcomes[5::10] = np.nan
    return Rows(scores, outcomes, np.full(N, np.nan), np.ones(N))


def test_only_endings_that_differ_between_runs_are_explained(rows: Rows) -> None:
    sound = rows.take(np.flatnonzero(rows.sound))
    found = endings(sound, layout_of(two_days()))
    assert set(found) == {Ending.PALACE_COUP.value, Ending.POWER_CONSOLIDATED.value}
    assert all(RARE <= values.mean() <= 1 - RARE for values in found.values())
    assert sum(found.values()).max() == 1.0, "a run ends once"


def test_what_decides_an_ending_is_found(rows: Rows) -> None:
    found = {one.output: one for one in sensitivities(rows, layout_of(two_days()), NAMES, seed=3, samples=256, read=endings)}
    coup = found[Ending.PALACE_COUP.value]
    assert coup.explained > 0.4
    assert list(np.argsort(-coup.total)) == [0, 1, 2]
    assert coup.total[2] < 0.05 < coup.total[0]
    np.testing.assert_allclose(coup.total, found[Ending.POWER_CONSOLIDATED.value].total, atol=0.03)


@pytest.mark.parametrize("seed", [0, 3])
def test_indices_and_their_errors_are_a_function_of_the_seed(rows: Rows, seed: int) -> None:
    layout = layout_of(two_days())
    one, again, other = (sensitivities(rows, layout, NAMES, seed=which, samples=64, read=endings) for which in (seed, seed, 7))
    for field in ("first", "total", "error"):
        mine, same, theirs = (getattr(found[0], field) for found in (one, again, other))
        assert np.array_equal(mine, same), field
        assert not np.array_equal(mine, theirs), field


def test_an_output_that_never_differs_has_no_indices(rows: Rows) -> None:
    layout = layout_of(two_days())
    assert set(outputs(rows, layout)) == {"deaths", "peak", "wave"}
    assert sensitivities(rows, layout, NAMES, seed=3, samples=64) == [], "all runs have the same deaths, peak and a wave"
