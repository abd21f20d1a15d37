"""The first two days of every crisis elsewhere run."""

from __future__ import annotations

from datetime import timedelta

import pytest

from qantar.engine.ending import Ending
from qantar.model.run import simulate
from qantar.results.run import Run
from qantar.scenario.load import load
from qantar.scenario.schema import Scenario

QUIET = ("kazakhstan-2016", "kazakhstan-2019", "zhanaozen-2011")


def first_days(name: str) -> tuple[Scenario, Run]:
    """Run the first two days of a scenario, and no hour of the day of its shock."""
    scenario = load(name)
    shock = min(shock.at for shock in scenario.header.shocks)
    end = min(scenario.header.clock.start + timedelta(hours=48), shock.replace(hour=0))
    header = scenario.header.model_copy(update={"clock": scenario.header.clock.model_copy(update={"end": end})})
    return scenario, simulate(scenario.model_copy(update={"header": header}), seed=3, member=1)


@pytest.mark.parametrize("name", ["iran-2019", *QUIET])
def test_nobody_is_out_who_does_not_live_within_reach(name: str) -> None:
    scenario, run = first_days(name)
    assert run.ending is not Ending.FAILED
    adults = sum(round(region.population * (1 - region.age_0_15)) for region in scenario.regions)
    assert 0 < run.series["national_crowd"].values.max() < adults
    held = run.series["national_held"].values
    assert (held <= run.series["national_detained"].values).all()


@pytest.mark.parametrize("name", QUIET)
def test_kazakhstan_is_quiet_before_its_shocks(name: str) -> None:
    """Small protests at most; in Iran the same numbers are not quiet, which docs/elsewhere.md reports."""
    scenario, run = first_days(name)
    assert run.ending is Ending.QUIET
    assert run.series["participants"].values.max() < scenario.parameters.judgement.wave.value / 4
