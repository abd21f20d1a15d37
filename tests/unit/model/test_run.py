"""What becomes of a run that goes wrong."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import numpy as np
import pytest

from qantar.engine.ending import Ending
from qantar.engine.save import Save
from qantar.engine.steady import Steady
from qantar.model import economy, media, narrative, recorder, security, sites
from qantar.model.run import simulate
from qantar.model.security import SecuritySystem
from qantar.model.streets import hour
from qantar.scenario.load import load


@pytest.mark.parametrize("where", ["init", "step"])
def test_a_run_that_fails_gives_its_reason_and_no_series(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise ArithmeticError("no such force")

    monkeypatch.setattr(SecuritySystem, where, fails)
    run = simulate(load("borderland"), palace="recorded")
    assert run.ending is Ending.FAILED
    assert "no such force" in run.reason
    assert not len(run.series.data_vars)


def test_the_hash_of_a_run_is_that_of_its_scenario() -> None:
    from qantar.scenario.identity import scenario_hash

    scenario = load("borderland")
    assert simulate(scenario, palace="recorded").scenario_hash == scenario_hash(scenario)


def test_kernels_of_a_tick_ask_for_types_in_the_first_run_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asking at every tick would cost as much as a quarter of a run, and nobody would notice."""
    kernels = [
        economy._sum_up, economy._pass_on, media._hear, narrative._tell, recorder._write, security._deploy, sites._besiege, hour.pass_hour,
    ]
    assert all(isinstance(kernel, Steady) for kernel in kernels)
    scenario, asked = load("borderland"), []
    simulate(scenario, palace="recorded")
    for kernel in kernels:
        monkeypatch.setattr(kernel, "kernel", partial(_ask, kernel.kernel, asked))
    simulate(scenario, palace="recorded", seed=np.int64(1), member=np.uint32(2))
    assert asked == []


def _ask(kernel: Any, asked: list[str], *args: Any) -> Any:
    asked.append(kernel.__name__)
    return kernel(*args)


def test_what_is_written_down_does_not_change_how_a_run_ends() -> None:
    scenario = load("borderland")
    whole = simulate(scenario, palace="recorded", member=1)
    thinned = simulate(scenario, palace="recorded", member=1, save=Save(every_ticks=6))
    assert (thinned.ending, thinned.control_returned_hours) == (whole.ending, whole.control_returned_hours)
    assert np.array_equal(thinned.series["place_participants"], whole.series["place_participants"])
    assert np.array_equal(thinned.series["national_crowd"], whole.series["national_crowd"][5::6])
    assert thinned.events.equals(whole.events)


def test_threads_do_not_share_what_a_run_remembers() -> None:
    scenario = load("borderland")
    alone = [simulate(scenario, palace="simulated", member=member) for member in range(4)]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda member: simulate(scenario, palace="simulated", member=member), range(4)))
    for one, other in zip(alone, together, strict=True):
        assert other.events.equals(one.events), other.reason
        assert other.series.equals(one.series)


def test_a_country_of_one_place_runs() -> None:
    """Nobody there hears of a crowd elsewhere, and that is no division by zero."""
    whole = load("borderland")
    (place,) = (place for place in whole.places if place.id == whole.header.capital)
    (region,) = (region for region in whole.regions if region.id == place.region)
    header = whole.header.model_copy(update={
        "orders": (), "series": (), "shocks": tuple(shock.model_copy(update={"regions": ()}) for shock in whole.header.shocks),
    })  # fmt: skip
    alone = whole.model_copy(update={
        "header": header, "places": (place,), "record": (),
        "regions": (region.model_copy(update={"centre": place.id, "population": place.population}),),
        "forces": tuple(force for force in whole.forces if force.place == place.id),
        "sites": tuple(site for site in whole.sites if site.place == place.id),
    })  # fmt: skip
    run = simulate(alone, palace="recorded")
    assert not run.failed, run.reason
