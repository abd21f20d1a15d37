"""What the benchmark of accuracy says of a ratio: within, too far, or not told."""

from __future__ import annotations

import runpy
import statistics
from pathlib import Path

import numpy as np
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


@pytest.mark.parametrize("counts", [[11, 12, 12, 13, 14, 14, 14, 14, 14, 15], [17], [10, 10, 10, 31], [8, 19, 19, 20, 40]])
def test_medians_of_counts_are_those_of_statistics(counts: list[int]) -> None:
    values = np.array([counts, [2 * n for n in counts]], dtype=np.float64)
    assert BENCHMARK["medians"](values).tolist() == pytest.approx([statistics.median_grouped(row) for row in values.tolist()])


@pytest.mark.parametrize("values", [[10.1, 20.25, 30.9], [1, 1, 2, 3]])
def test_medians_of_shares_and_of_few_are_plain(values: list[float]) -> None:
    assert BENCHMARK["medians"](np.array(values)) == statistics.median(values)
