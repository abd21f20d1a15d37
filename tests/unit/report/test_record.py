"""Which recorded figure stands for what."""

from dataclasses import replace
from datetime import date

from qantar.report.case import read_case
from qantar.report.record import areas, in_protest, of_days, totals
from qantar.results.record import daily_record
from tests.unit.report.invented import observation


def case_with(wave, rows):
    return read_case({**wave.context, "record": rows}, "")


def test_a_target_beats_a_shown_figure_and_a_weak_one(wave):
    rows = [observation("2022-01-04", "participants", value, use=use) for value, use in ((1, "weak"), (2, "shown"), (3, "target"))]
    assert of_days(case_with(wave, rows), "participants")[date(2022, 1, 4)].value == 3


def test_of_equal_use_the_latest_account_stands_for_the_day(wave):
    rows = [observation("2022-01-04", "deaths", value, as_of=seen) for value, seen in ((238, "2023-01-05"), (44, "2022-01-05"))]
    assert of_days(case_with(wave, rows), "deaths")[date(2022, 1, 4)].value == 238


def test_the_newest_total_comes_first_and_older_ones_are_kept(wave):
    case = read_case(wave.context, "")
    assert [row.value for row in totals(case, "deaths")] == [14, 9]
    assert totals(case, "injured") == ()


def test_areas_are_largest_first_and_keep_regions_and_places_apart(wave):
    case = read_case(wave.context, "")
    assert [(row.region, row.place, row.value) for row in areas(case, "deaths")] == [("west", None, 13), (None, "nord", 1)]


def test_a_crowd_in_a_place_puts_its_region_on_the_map(wave):
    rows = [observation("2022-01-03", "crowd", 300, place="salt"), observation("2022-01-03", "crowd", 0, region="west")]
    assert in_protest(case_with(wave, rows), date(2022, 1, 3)) == {"south"}
    assert in_protest(case_with(wave, rows), date(2022, 1, 4)) == frozenset()


def test_a_departure_from_the_scenario_is_seen(wave):
    case = read_case(wave.context, "")
    assert not case.departs
    assert replace(case, withheld=("price-shock",)).departs


def test_days_are_the_ones_that_the_summary_gives(wave):
    case = read_case(wave.context, "")
    dates = [f"2022-01-{day:02d}" for day in range(1, 7)]
    given = daily_record(wave.context["record"], dates, ("deaths", "participants"))
    for key in ("deaths", "participants"):
        assert {str(day): row.value for day, row in of_days(case, key).items()} == {
            day: row[key] for day, row in given.items() if row[key] is not None
        }
