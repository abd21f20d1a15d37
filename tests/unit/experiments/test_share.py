"""Shares with their intervals."""

from __future__ import annotations

import math

import pytest

from qantar.experiments.share import Share


def test_wilsons_interval_is_the_published_one() -> None:
    low, high = Share(10, 20).interval
    assert (low, high) == (pytest.approx(0.2993, abs=1e-4), pytest.approx(0.7007, abs=1e-4))


def test_none_of_many_is_not_certainly_none() -> None:
    low, high = Share(0, 40).interval
    assert low == 0.0
    assert 0.05 < high < 0.12
    assert Share(40, 40).interval[1] == pytest.approx(1.0)


def test_a_share_of_nobody_is_not_known() -> None:
    assert math.isnan(Share(0, 0).value)
    assert Share(0, 0).interval == (0.0, 1.0)
