"""The crises that test the model elsewhere: totals, units, nothing of the model's own, records with their conflicts."""

from __future__ import annotations

from datetime import datetime

import pytest

from qantar.scenario.draft import values_within
from qantar.scenario.inheritance import facts
from qantar.scenario.load import LIBRARY, library_names, load
from qantar.scenario.shock import DiscontentShock, PriceShock

ELSEWHERE = ("iran-2019", "kazakhstan-2016", "kazakhstan-2019", "zhanaozen-2011")


@pytest.mark.parametrize(
    ("name", "people", "regions"),
    [
        ("iran-2019", 86_117_996, 31), ("kazakhstan-2016", 17_956_255, 16), ("kazakhstan-2019", 18_805_637, 17),
        ("zhanaozen-2011", 16_771_882, 17),
    ],
)  # fmt: skip
def test_units_hold_everybody(name: str, people: int, regions: int) -> None:
    scenario = load(name)
    assert (sum(region.population for region in scenario.regions), len(scenario.regions)) == (people, regions)
    for region in scenario.regions:
        assert sum(place.population for place in scenario.places if place.region == region.id) == region.population


def test_every_scenario_that_takes_parameters_over_is_one_of_these() -> None:
    assert tuple(name for name in library_names() if load(name).parameters_from is not None) == ELSEWHERE


@pytest.mark.parametrize("name", ELSEWHERE)
def test_nothing_of_the_model_is_the_scenarios_own(name: str) -> None:
    scenario, origin = load(name), load("kazakhstan-2022")
    ours, theirs = dict(values_within(scenario.parameters)), dict(values_within(origin.parameters))
    differing = {".".join(map(str, way)) for way in theirs if ours[way] != theirs[way]}
    assert scenario.parameters_from is not None
    assert differing == set(scenario.parameters_from.own) <= set(facts())
    assert ours["economy", "gini"].source != "assumed"
    assert ours["economy", "lockdown_loss"].value == 0
    assert ours["narrative", "legitimacy_start"] == theirs["narrative", "legitimacy_start"]


@pytest.mark.parametrize("name", ELSEWHERE)
def test_no_size_is_chosen_for_one_crisis(name: str) -> None:
    """Shocks without a price have one size in all scenarios; a price step is what it was."""
    (shock,) = load(name).header.shocks
    if isinstance(shock, DiscontentShock):
        assert shock.size.value == 1
    else:
        assert isinstance(shock, PriceShock) and (shock.price_before.value, shock.price_after.value) == (10_000, 20_000)


def test_shymkent_is_a_unit_since_june_2018() -> None:
    units = {name: {region.id for region in load(name).regions} for name in ("kazakhstan-2016", "kazakhstan-2019", "zhanaozen-2011")}
    assert {"shymkent", "turkistan", "nur-sultan"} <= units["kazakhstan-2019"]
    assert "south-kazakhstan" in units["kazakhstan-2016"] and not {"shymkent", "turkistan"} & units["kazakhstan-2016"]
    assert units["zhanaozen-2011"] == units["kazakhstan-2016"] | {"zhanaozen"}
    shymkent = next(place for place in load("kazakhstan-2016").places if place.id == "shymkent")
    assert shymkent.region == "south-kazakhstan"


def test_kyzylorda_changed_its_clock_in_december_2018() -> None:
    for name, hours in (("kazakhstan-2016", 6), ("kazakhstan-2019", 5)):
        assert next(region.utc_offset for region in load(name).regions if region.id == "kyzylorda") == hours


@pytest.mark.parametrize(
    ("name", "order", "hour"),
    [
        ("iran-2019", "net-cut", datetime(2019, 11, 16, 20)), ("kazakhstan-2016", "moratorium", datetime(2016, 5, 5, 12)),
        ("kazakhstan-2019", "squares-cleared", datetime(2019, 6, 9, 12)), ("zhanaozen-2011", "police-shoot", datetime(2011, 12, 16, 13)),
    ],
)  # fmt: skip
def test_orders_have_their_hours(name: str, order: str, hour: datetime) -> None:
    assert next(row.at for row in load(name).header.orders if row.id == order) == hour


@pytest.mark.parametrize(
    ("name", "key", "values"),
    [
        ("iran-2019", "deaths", [208, 304, 1500]), ("iran-2019", "participants", [130_000, 200_000]),
        ("kazakhstan-2016", "detained", [300, 1000]), ("kazakhstan-2019", "participants", [5000, 10_000]),
        ("zhanaozen-2011", "deaths", [14, 16]), ("zhanaozen-2011", "detained", [70, 700]),
    ],
)  # fmt: skip
def test_conflicts_of_the_record_are_kept(name: str, key: str, values: list[float]) -> None:
    rows = [row for row in load(name).record if row.key == key and row.region is None]
    assert [row.value for row in rows] == values
    assert all(row.as_of >= row.date and row.use != "target" for row in rows)


@pytest.mark.parametrize("name", ELSEWHERE)
def test_the_folder_is_small_and_says_how_it_was_made(name: str) -> None:
    files = [path for path in (LIBRARY / name).iterdir() if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 120_000
    readme = (LIBRARY / name / "README.md").read_text(encoding="utf-8")
    assert readme.count("\n## ") >= 5
    assert f"qantar elsewhere {name}" in readme
