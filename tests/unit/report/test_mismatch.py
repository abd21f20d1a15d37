"""What does not match is found in the numbers, and nothing else is."""

import numpy as np
import pytest

from qantar.report.digest import digest
from qantar.report.material import gather
from tests.unit.report.invented import invented, observation


def sentences(ensemble):
    return "\n".join(digest(gather(ensemble)).mismatches)


def with_record(rows, **options):
    ensemble = invented(**options)
    ensemble.context["record"] = rows
    return ensemble


def test_a_record_outside_the_interval_is_named_with_its_day_and_factor(found):
    text = "\n".join(found.mismatches)
    assert "Participants a day" in text
    assert "4 Jan" in text
    assert "record 90,000 (too few" in text


def test_a_record_on_the_median_does_not_count_as_a_mismatch():
    middle = np.median(invented().series["participants"].values, axis=0)
    rows = [observation(f"2022-01-{day + 1:02d}", "participants", float(value)) for day, value in enumerate(middle)]
    text = sentences(with_record(rows))
    assert "outside" not in text


def test_a_weak_record_is_shown_but_never_held_against_the_runs():
    assert sentences(with_record([observation("2022-01-04", "regions", 99, use="weak")])) == ""
    assert "Regions in protest" in sentences(with_record([observation("2022-01-04", "regions", 99)]))


def test_the_wrong_largest_place_is_said(found):
    assert any("West, with most recorded deaths" in sentence for sentence in found.mismatches)


def test_the_wrong_peak_day_is_said():
    rows = [observation("2022-01-01", "participants", 9_000), observation("2022-01-04", "participants", 10)]
    assert "The record's largest day is 1 Jan" in sentences(with_record(rows))


def test_an_interval_wider_than_six_fold_is_said():
    narrow = with_record([observation("2022-01-03", "participants", 2_000)])
    wide = with_record([observation("2022-01-03", "participants", 2_000)])
    narrow.series["participants"].values[:, 2] = np.linspace(1_900, 2_100, narrow.series.sizes["member"])
    wide.series["participants"].values[:, 2] = np.geomspace(200, 20_000, wide.series.sizes["member"])
    assert "wider than 6-fold" in sentences(wide)
    assert "wider than 6-fold" not in sentences(narrow)


def test_control_that_returns_late_or_never_is_said():
    ensemble = with_record([observation("2022-01-04", "control-hour", 80, unit="hours")])
    text = sentences(ensemble)
    assert "h too late" in text
    assert "does not return at all" in text


@pytest.mark.parametrize("change", [{"withheld": ["price-shock"]}, {"changed": [["streets.base_propensity", -14.0]]}])
def test_a_counterfactual_is_not_held_against_the_record(change):
    ensemble = invented()
    ensemble.context.update(change)
    found = digest(gather(ensemble))
    assert not found.compared
    assert found.mismatches == ()
    assert "no error" in found.comparison_note
    assert found.departure.startswith("Departs from the recorded country")


def test_a_total_of_an_earlier_day_is_held_against_that_day():
    ensemble = invented()
    middle = float(np.median(ensemble.series["deaths"].values[:, 2]))
    ensemble.context["record"] = [observation("2022-01-03", "deaths", middle), observation("2022-01-03", "deaths", middle, region="south")]
    found = digest(gather(ensemble))
    assert found.totals[0].cell.runs.middle > middle
    assert found.totals[0].cell.held.middle == middle
    assert not found.totals[0].cell.outside
    assert found.totals[0].record_words() == f"record {middle:.0f} by 3 Jan, as of 3 Jan 2022"


def test_nothing_is_marked_as_outside_where_nothing_is_compared():
    ensemble = invented()
    ensemble.context["withheld"] = ["price-shock"]
    found = digest(gather(ensemble))
    assert not any(cell.outside for row in found.days for cell in row.cells.values())
