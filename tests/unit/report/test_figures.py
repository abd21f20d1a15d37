"""Figures: what they show, that they are the same every time, and that maps keep their shape."""

import json
from itertools import pairwise
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from qantar.errors import StoreError
from qantar.report.case import Place, Region
from qantar.report.digest import digest
from qantar.report.figures.bars import wilson
from qantar.report.figures.gallery import gallery
from qantar.report.figures.maps import chosen_days, map_by_day
from qantar.report.figures.shapes import frame, ring_area, simplified
from qantar.report.figures.style import written
from qantar.report.material import gather
from qantar.report.quantiles import share
from qantar.report.tables import EndingRow
from tests.unit.report.invented import PLACES, REGIONS, SHAPES, invented, square
from tests.unit.report.units import without_unit

COUNTRY = tuple(Region(*row) for row in REGIONS)
SETTLED = tuple(Place(*row) for row in PLACES)


def names(found):
    return [drawing.name for drawing in gallery(found)]


def test_the_gallery_of_a_wave_has_every_figure_that_was_asked_for(found):
    assert set(names(found)) == {
        "fan-participants",
        "fan-hours",
        "map-by-day",
        "regions-by-day",
        "deaths-by-area",
        "fan-deaths",
        "fan-detained",
        "detained-by-area",
        "orders",
        "endings",
    }


def test_every_figure_has_words_and_units(found):
    for drawing in gallery(found):
        assert len(drawing.alternative) > 40, drawing.name
        assert drawing.caption.endswith("."), drawing.name
        assert drawing.figure.get_suptitle(), drawing.name
        assert without_unit(drawing.figure) == [], drawing.name


def test_the_quiet_country_has_units_too(calm):
    for drawing in gallery(digest(gather(calm))):
        assert without_unit(drawing.figure) == [], drawing.name


def test_titles_say_what_the_numbers_say(found):
    fan = next(drawing for drawing in gallery(found) if drawing.name == "fan-participants")
    middle = np.median(found.material.daily["participants"], axis=0)
    assert f"peaks on {found.material.dates[middle.argmax()].day} Jan" in fan.figure.get_suptitle()


def test_the_record_is_drawn_where_it_is(found):
    fan = next(drawing for drawing in gallery(found) if drawing.name == "fan-participants")
    points = {label: line.get_ydata() for line in fan.figure.axes[0].get_lines() if (label := str(line.get_label())).startswith("record")}
    assert list(points["record"]) == [700, 90_000]
    assert list(points["record, weak"]) == [3_000]


def test_no_two_labels_of_the_timeline_overlap(found):
    drawing = next(drawing for drawing in gallery(found) if drawing.name == "orders")
    written(drawing, "png")
    lanes = drawing.figure.axes[1]
    boxes = sorted((label.get_window_extent() for label in lanes.get_yticklabels()), key=lambda box: box.y0)
    assert all(lower.y1 <= upper.y0 + 1 for lower, upper in pairwise(boxes))


def test_a_figure_is_written_as_the_same_bytes(found):
    first, second = (written(map_by_day(found), "svg") for _ in range(2))
    assert first == second
    assert ET.fromstring(first).tag.endswith("svg")
    assert written(map_by_day(found), "png").startswith(b"\x89PNG")


def test_a_scenario_without_shapes_or_orders_has_figures_all_the_same():
    ensemble = invented()
    ensemble.context["orders"] = []
    found = digest(gather(ensemble))
    assert "map-by-day" in names(found)
    assert "orders" not in names(found)


def test_regions_without_outline_become_points():
    window = frame(SHAPES, COUNTRY, SETTLED)
    assert [COUNTRY[outline.region].id for outline in window.outlines] == ["south", "north"]
    assert [(COUNTRY[row].id, x, y) for row, x, y in window.points] == [("west", 18.5, 51.0)]


def test_larger_outlines_are_drawn_first_so_that_a_city_lies_on_its_region():
    shapes = json.dumps({"type": "FeatureCollection", "features": [square("N", 20, 50, 0.5), square("S", 19, 49, 3)]})
    areas = [outline.area for outline in frame(shapes, COUNTRY, SETTLED).outlines]
    assert areas == sorted(areas, reverse=True)


def test_a_simplified_ring_keeps_its_area_and_stays_within_the_tolerance():
    angles = np.linspace(0, 2 * np.pi, 2_001)
    ring = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    ring[-1] = ring[0]
    fewer = simplified(ring, 0.01)
    assert len(fewer) < 60
    assert ring_area(fewer) == pytest.approx(np.pi, rel=0.01)
    assert (fewer[0] == fewer[-1]).all()


def test_text_that_is_no_map_is_refused():
    with pytest.raises(StoreError, match=r"map\.geojson"):
        frame("{}", COUNTRY, SETTLED)


def test_maps_show_a_dozen_days_in_a_row_with_the_recorded_and_the_fullest_ones():
    total, recorded = np.zeros(30), np.zeros(30, dtype=bool)
    assert list(chosen_days(total, recorded)) == list(range(12))
    total[20] = 5
    assert list(chosen_days(total, recorded)) == list(range(9, 21))
    recorded[2] = True
    assert list(chosen_days(total, recorded)) == list(range(12))
    assert list(chosen_days(total[:3], recorded[:3])) == [0, 1, 2]


def test_wilson_interval_of_a_known_case():
    low, high = wilson(EndingRow("quiet", "", share([True] * 8 + [False] * 2)))
    assert (low, high) == pytest.approx((0.4902, 0.9433), abs=1e-4)


def test_names_that_a_typesetter_would_choke_on_are_drawn_as_they_are():
    names = (r"$\bad{", "北京市", "W" * 120)
    regions = tuple((row[0], name, *row[2:]) for row, name in zip(REGIONS, names, strict=True))
    places = tuple((row[0], names[column % 3], *row[2:]) for column, row in enumerate(PLACES))
    for drawing in gallery(digest(gather(invented(regions=regions, places=places)))):
        assert written(drawing, "png"), drawing.name


@pytest.mark.parametrize("quiet", [True, False])
@pytest.mark.parametrize(("members", "days"), [(1, 1), (2, 31)])
def test_the_smallest_and_the_longest_run_have_figures(members, days, quiet):
    ensemble = invented(members=members, days=days, quiet=quiet)
    for drawing in gallery(digest(gather(ensemble))):
        assert written(drawing, "svg"), drawing.name


def test_a_run_without_anybody_has_figures():
    ensemble = invented(members=3)
    for name in ensemble.series.data_vars:
        ensemble.series[name].values[:] = 0
    ensemble.members = ensemble.members.assign(ending="quiet", control_returned_hours=np.nan)
    for drawing in gallery(digest(gather(ensemble))):
        assert written(drawing, "svg"), drawing.name
