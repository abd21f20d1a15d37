"""Scenarios beside their records: what is counted, and what is said of it."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from qantar.report.elsewhere import crisis, judge
from qantar.report.elsewhere_text import as_object, elsewhere_markdown, elsewhere_text
from qantar.report.material import gather
from qantar.report.quantiles import quantiles
from qantar.report.record import Band, days_out, largest_crowd, peak
from tests.unit.report.invented import invented, observation


def line(found, name):
    return next(each for each in found.lines if each.name == name)


@pytest.fixture
def taker(wave):
    """The ensemble with a wave, as one with another's parameters."""
    wave.context["parameters_from"] = {"scenario": "origin", "own": ["economy.gini"]}
    wave.context["record"] = [
        observation("2022-01-02", "participants", 700), observation("2022-01-04", "participants", 90_000),
        observation("2022-01-04", "participants", 120_000), observation("2022-01-04", "participants", 900_000, use="weak"),
        observation("2022-01-05", "regions", 1), observation("2022-01-06", "deaths", 14), observation("2022-01-06", "deaths", 9),
        observation("2022-01-04", "crowd", 5_000, place="nord"), observation("2022-01-04", "violent", 0),
    ]  # fmt: skip
    return wave


def test_the_range_of_the_record_leaves_weak_figures_out(taker):
    case = gather(taker).case
    when, band = peak(case, "participants")
    assert (str(when), band) == ("2022-01-04", Band(90_000, 120_000))
    assert [str(day) for day in days_out(case)] == ["2022-01-02", "2022-01-05"]
    assert largest_crowd(case) == "nord"


@pytest.mark.parametrize(
    ("low", "high", "judged", "words"),
    [
        (90, 110, "fits", "meets the record"), (200, 390, "fits", "meets the record"), (40, 60, "too high", "2.5-fold too high"),
        (300, 500, "too low", "2.0-fold too low"), (0, 0, "too high", "the record has none"),
    ],
)  # fmt: skip
def test_intervals_meet_the_record_or_not(low, high, judged, words):
    runs = quantiles(np.full(20, 150.0) + np.linspace(-60, 60, 20))
    assert judge(runs, Band(low, high))[0] == judged
    if judged != "fits" or high < 400:
        assert judge(runs, Band(low, high))[1] == words


def test_days_are_told_apart_by_days():
    runs = quantiles(np.full(20, 7.0))
    assert judge(runs, Band(4, 4), ("too late", "too early")) == ("too high", "3 days too late")
    assert judge(runs, Band(8, 8), ("too late", "too early")) == ("too low", "1 day too early")


def test_a_wide_interval_is_called_wide():
    assert judge(quantiles(np.geomspace(10, 10_000, 50)), Band(500, 500))[1] == "meets the record, but wide"
    assert judge(quantiles(np.array([math.nan])), Band(1, 2))[0] == "no record"
    assert judge(quantiles(np.ones(3)), None)[0] == "no record"


def test_figures_are_those_of_the_store(taker):
    found = crisis(taker)
    participants = taker.series["participants"].values
    assert line(found, "peak participants").runs.middle == np.median(participants.max(axis=1))
    assert line(found, "deaths").runs.middle == np.median(taker.series["deaths"].values[:, -1])
    days = taker.series["participants"].values.argmax(axis=1)  # the record begins on the second day, so that index 1 is day 1
    came = participants.max(axis=1) > 2_000
    assert line(found, "day of the peak").runs.middle == np.median(days[came])
    assert found.wave.value == came.mean()
    assert line(found, "peak violent").words == "the record has none"
    assert line(found, "peak participants").judged == "too low"


def test_days_of_protest_count_from_the_first_day_of_the_record(taker):
    flags = np.zeros((20, 6, 3), dtype=np.int8)
    flags[:, 0, 0] = 1  # before the record begins: not counted
    flags[:10, 4, 1] = 1
    taker.series["region_in_protest"][:] = flags
    runs = line(crisis(taker), "days of protest").runs
    assert (runs.low, runs.high) == (0, 4)


def test_a_wave_without_the_shock_is_said(taker):
    quiet = crisis(taker, invented(quiet=True))
    assert quiet.control is not None and quiet.control.value == 0
    assert "without the shock" not in quiet.sentence
    assert "One comes without the shock too" in crisis(taker, invented()).sentence


def test_whose_parameters_they_are_is_said(taker, calm):
    text = elsewhere_text([crisis(taker), crisis(calm)])
    flat = " ".join(text.split())
    assert "parameters of origin, not refitted, but for 1 fact of its own" in flat
    assert "its own parameters, set against this record: a fit, no test" in flat
    assert "90,000–120,000" in text
    assert max(map(len, text.splitlines())) <= 100


def test_where_the_largest_crowd_stood(taker):
    found = crisis(taker).where
    settlements = np.array([1, 0, 1, 1, 0, 1])
    assert found is not None
    top = taker.series["place_participants"].values * settlements
    days = taker.series["participants"].values.argmax(axis=1)
    names = ["Nord", "Rest of North", "Sund", "Salt", "Rest of South", "Wick & Co"]
    came = np.flatnonzero(taker.series["participants"].values.max(axis=1) > 2_000)
    tops = [names[int(top[member, days[member]].argmax())] for member in came]
    assert found.place == max(set(tops), key=tops.count)
    assert found.record == "Nord"


def test_the_table_in_markdown_and_as_data(taker):
    found = crisis(taker, invented(quiet=True))
    rows = [row for row in elsewhere_markdown([found]).splitlines() if row.startswith("|")]
    assert {row.count("|") for row in rows} == {8}
    assert len(rows) == 2 + 3 + 6
    data = json.loads(json.dumps(as_object(found), allow_nan=False))
    assert data["lines"]["deaths"]["record"] == [9, 14]
    assert data["parameters_from"] == "origin" and data["wave_without_shocks"]["share"] == 0


def test_no_number_where_every_run_failed(taker):
    taker.members["ending"] = "failed"
    found = crisis(taker)
    assert (found.members, found.failed) == (0, 20)
    assert found.sentence == "Every run failed; nothing can be said."
    assert json.dumps(as_object(found), allow_nan=False)
    assert elsewhere_text([found]) and elsewhere_markdown([found])
