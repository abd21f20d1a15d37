"""Quantiles of the country's series are those that xarray finds, and leave failed members out."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from qantar.results.bands import national_bands
from qantar.results.open import Ensemble
from qantar.results.run import Run
from tests import fakes
from tests.unit.results.conftest import Make


def some_fail(_: object, *, seed: int = 0, member: int = 0) -> Run:
    return (fakes.simulate_some_fail if member in fakes.FAIL_AT else fakes.simulate)(None, seed=seed, member=member)


def test_they_are_what_xarray_finds(make: Make, tmp_path: Path) -> None:
    store = make(tmp_path / "store", 30, simulate=some_fail)
    levels = [0.0, 0.05, 0.5, 0.9, 1.0]
    failed = store.members.loc[store.members["ending"] == "failed", "member"].tolist()
    assert failed
    sound = store.series.drop_sel(member=failed)
    found = store.quantiles(levels)
    assert "participants" in found
    assert "national_crowd" in found
    assert not any(name.startswith("place_") for name in found)
    for name, values in found.items():
        expected = sound[name].quantile(levels, dim="member").values
        np.testing.assert_allclose(values.values, expected, rtol=1e-6, err_msg=str(name))
    assert found["participants"].dims == ("quantile", "day")
    assert found["participants"].attrs == store.series["participants"].attrs


def test_without_a_sound_member_nothing_is_known(store: Ensemble) -> None:
    series = store.series.assign(participants=store.series["participants"] * 0 - 1)
    assert all(np.isnan(values.values).all() for values in national_bands(series).data_vars.values())
