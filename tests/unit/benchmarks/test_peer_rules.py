"""The streets that are written in Mesa for the benchmark have Qantar's hazards, so that the two are one model."""

from __future__ import annotations

import runpy
from itertools import product
from pathlib import Path

import pytest

from qantar.model.streets import formulas

RULES = runpy.run_path(str(Path(__file__).parents[3] / "benchmarks" / "peers" / "streets_rules.py"))
VALUES = {
    "logistic": [(-40.0, -2.0, 0.0, 3.0)],
    "saturation": [(0.0, 3.0, 1e4), (0.5, 200.0)],
    "activity": [(0.0, 5.5, 17.0, 23.0), (0.1,), (17.0, 1.0), (5.0,)],
    "arrest_probability": [(0.0, 3.0, 200.0), (0.0, 10.0, 1e4), (2.3,), (20.0,)],
    "anonymity": [(-0.2,), (0.1, 1.9), (0.0, 1.0), (0.0, 0.4), (0.5, 2.1), (0.3, 0.9)],
    "turn_rate": [(7.25,), (0.1, 0.9), (0.6,), (0.2, 1.0), (0.0, 0.7), (0.05, 0.9), (1.0, 2.4)],
    "detention_per_person": [(0.1,), (0.0, 5.0, 300.0), (0.0, 40.0, 5e3), (2.0,), (0.0, 30.0), (0.0, 1.0)],
}


@pytest.mark.parametrize("name", VALUES)
def test_the_mesa_model_has_the_same_hazards(name: str) -> None:
    for values in product(*VALUES[name]):
        assert RULES[name](*values) == pytest.approx(getattr(formulas, name)(*values), rel=1e-12, abs=1e-300)
