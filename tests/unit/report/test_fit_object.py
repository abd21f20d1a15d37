"""The object of a calibration can be written as JSON whatever its runs came to."""

from __future__ import annotations

import json
import math
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from qantar.report import fit


def test_numbers_that_are_not_finite_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    judged = SimpleNamespace(name="model", crps=math.nan, log_score=math.inf, targets=SimpleNamespace(listed=()), scores=())
    refit = SimpleNamespace(
        study=SimpleNamespace(name="without-nothing"), simulations=100, distance=math.inf, crps=1.5, whole=judged,
        halves=(SimpleNamespace(crps=np.float64(1.5)), SimpleNamespace(crps=math.nan)),
    )  # fmt: skip
    monkeypatch.setattr(fit, "refits_without", lambda _: [refit])
    monkeypatch.setattr(fit, "held_out_half", lambda _: [judged])
    monkeypatch.setattr(fit, "switched_off", lambda _: [])
    calibrations: Any = SimpleNamespace(
        scenario=SimpleNamespace(header=SimpleNamespace(id="nowhere")), seed=0, palace="recorded", folder=Path("f"), result=lambda _: None
    )
    found = json.loads(json.dumps(fit.fit_object(calibrations), allow_nan=False))
    assert found["mechanisms"][0]["distance"] is None
    assert found["mechanisms"][0]["lost"] == [0.0, None]
    assert found["mechanisms"][0]["crps"] == 1.5
    assert found["held_out"] == [{"forecaster": "model", "crps": None, "log_score": None, "targets": []}]
    assert found["fit"] is None
