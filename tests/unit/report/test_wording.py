"""Numbers as a reader wants them."""

import math
from datetime import datetime

import pytest

from qantar.report.quantiles import Quantiles, share
from qantar.report.wording import counted, error, exact, hour, hour_quantiles, listed, number, percent, quantiles_text, times


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (0.25, "0.2"),
        (7.94, "7.9"),
        (7.0, "7"),
        (233.4, "233"),
        (999, "999"),
        (1_234, "1,230"),
        (36_831, "36,800"),
        (math.nan, "–"),
    ],
)
def test_three_digits_are_enough(value, text):
    assert number(value) == text


def test_a_recorded_figure_is_not_rounded():
    assert exact(36_831) == "36,831"
    assert exact(141.5) == "141.5"


@pytest.mark.parametrize(("value", "text"), [(0, "±0"), (0.5, "±0.5"), (7.6, "±8"), (21, "±20"), (2_140, "±2,100"), (math.nan, "")])
def test_errors_have_one_digit_or_two(value, text):
    assert error(value) == text


@pytest.mark.parametrize(("flags", "text"), [([True, False], "50 ±20 %"), ([True] * 8, "100 ±10 %")])
def test_the_error_of_a_share_of_few_runs_is_a_plain_number(flags, text):
    assert percent(share(flags)) == text


def test_every_quantile_carries_its_error():
    assert quantiles_text(Quantiles(150, 233, 277, 20, 8, 30)) == "233±8 [150±20–277±30]"


def test_hours_are_local_moments():
    start = datetime.fromisoformat("2022-01-01")
    assert hour(start, 141.5) == "6 Jan 21:30"
    assert hour_quantiles(start, Quantiles(140, 141.5, 150, 1, 0.5, 2)) == "6 Jan 21:30 ±0.5 h [6 Jan 20:00 ±1 h – 7 Jan 06:00 ±2 h]"


def test_lists_and_counts_read_as_english():
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert listed(list("abcdefghij"), limit=2) == "a, b and 8 others"
    assert counted(1, "run") == "1 run"
    assert counted(1_200, "run") == "1,200 runs"


def test_shares_and_factors():
    assert percent(share([True] * 62 + [False] * 38)) == "62 ±5 %"
    assert times(3.44) == "3.4-fold"
    assert times(86.2) == "86-fold"
