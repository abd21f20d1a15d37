"""What the benchmark of accuracy says of a ratio: within, too far, or not told."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

BENCHMARK = runpy.run_path(str(Path(__file__).parents[3] / "benchmarks" / "accuracy.py"))


@pytest.mark.parametrize(
    ("ratio", "two_errors", "says"),
    [
        (1.0, 0.01, "within"), (1.02, 0.02, "within"), (0.97, 0.01, "within"), (1.0, 0.06, "not told"), (1.04, 0.03, "not told"),
        (1.09, 0.08, "not told"), (1.2, 0.1, "too far"), (0.8, 0.1, "too far"), (0.0, 1.0, "too far"),
    ],
)  # fmt: skip
def test_a_ratio_within_too_far_or_not_told(ratio: float, two_errors: float, says: str) -> None:
    assert BENCHMARK["verdict"](ratio, two_errors, 0.05) == says
