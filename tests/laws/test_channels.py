"""Streets that are told everything another run's channels said do what that run's streets did, to the last count;
streets that are listened to, or told what they would have heard anyway, do what they do alone."""

from __future__ import annotations

import numpy as np
import pytest

from qantar.errors import AssemblyError
from qantar.model.assemble import assemble
from qantar.model.channels import CHANNELS, SUMMED_UP, Heard, Listening, Told, hooked
from qantar.model.run import simulate
from qantar.results.run import Run
from qantar.results.schema import VARIABLES
from qantar.scenario.load import load
from qantar.scenario.schema import Scenario

STREETS = tuple(
    name
    for name in VARIABLES
    if (not name.startswith("national_") and name != "sites_held") or name in ("national_deaths", "national_detained", "national_held")
)
"""Series that the streets alone make."""


@pytest.fixture(scope="module")
def country() -> Scenario:
    return load("borderland")


@pytest.fixture(scope="module")
def listened(country: Scenario) -> tuple[Run, Heard]:
    hook = Listening()
    return simulate(country, palace="recorded", member=1, hook=hook), hook.heard


def assert_same(one: Run, two: Run, names: tuple[str, ...]) -> None:
    for name in names:
        np.testing.assert_array_equal(one.series[name].values, two.series[name].values, err_msg=name)


def test_listening_changes_nothing(country: Scenario, listened: tuple[Run, Heard]) -> None:
    plain = simulate(country, palace="recorded", member=1)
    assert_same(plain, listened[0], tuple(VARIABLES))
    assert plain.events.equals(listened[0].events)
    assert len(listened[1]) == plain.series.sizes["tick"]


@pytest.mark.parametrize("name", ["bread-price", "bread-subsidy", "blackout", "posture"])
def test_told_everything_streets_do_what_the_other_run_did(country: Scenario, listened: tuple[Run, Heard], name: str) -> None:
    other = country.without(name)
    hook = Told(listened[1], CHANNELS)
    told = simulate(other, palace="recorded", member=1, hook=hook)
    assert_same(told, listened[0], STREETS)
    assert hook.differed, "nothing was different, so that this shows nothing"
    own = simulate(other, palace="recorded", member=1)
    assert any((own.series[series].values != told.series[series].values).any() for series in STREETS)


def test_told_what_they_hear_anyway_nothing_differs(country: Scenario, listened: tuple[Run, Heard]) -> None:
    hook = Told(listened[1], CHANNELS)
    assert_same(simulate(country, palace="recorded", member=1, hook=hook), listened[0], tuple(VARIABLES))
    assert hook.differed == set()


def test_told_nothing_a_run_is_its_own(country: Scenario, listened: tuple[Run, Heard]) -> None:
    other = country.without("bread-subsidy")
    told = simulate(other, palace="recorded", member=1, hook=Told(listened[1], ()))
    assert_same(told, simulate(other, palace="recorded", member=1), tuple(VARIABLES))


def test_what_other_systems_own_stays_theirs(country: Scenario, listened: tuple[Run, Heard]) -> None:
    """The net of a run without a blackout stays up, though its streets are told of one."""
    told = simulate(country.without("blackout"), palace="recorded", member=1, hook=Told(listened[1], ["net"]))
    assert (told.series["national_connectivity"].values == 1.0).all()
    assert listened[0].series["national_connectivity"].values.min() < 1.0


def test_a_channel_that_never_differed_can_be_told_or_not(country: Scenario, listened: tuple[Run, Heard]) -> None:
    other = country.without("bread-subsidy")
    hook = Told(listened[1], CHANNELS)
    simulate(other, palace="recorded", member=1, hook=hook)
    needed = simulate(other, palace="recorded", member=1, hook=Told(listened[1], hook.differed))
    assert_same(needed, listened[0], STREETS)


def test_channels_cover_all_that_streets_read(country: Scenario) -> None:
    streets = next(system for system in assemble(country).tick if system.name == "streets")
    fields = {field for names in CHANNELS.values() for field in names}
    assert streets.reads <= fields | SUMMED_UP
    assert sum(len(names) for names in CHANNELS.values()) == len(fields), "a field belongs to two channels"


def test_streets_that_read_more_are_refused(country: Scenario) -> None:
    tick = assemble(country).tick
    streets = next(system for system in tick if system.name == "streets")
    streets.reads = streets.reads | {"price"}
    with pytest.raises(AssemblyError, match="'price'"):
        hooked(tick, Listening())


def test_no_hook_leaves_the_tick_as_it_is(country: Scenario) -> None:
    tick = assemble(country).tick
    assert hooked(tick, None) is tick


def test_another_length_is_refused(country: Scenario, listened: tuple[Run, Heard]) -> None:
    short = Heard()
    short.ticks = listened[1].ticks[:3]
    told = simulate(country, palace="recorded", member=1, hook=Told(short, CHANNELS))
    assert told.failed
    assert "tick 3 was not heard" in told.reason
