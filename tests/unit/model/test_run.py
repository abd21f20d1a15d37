"""What becomes of a run that goes wrong."""

from __future__ import annotations

import pytest

from qantar.engine.ending import Ending
from qantar.model.run import simulate
from qantar.model.security import SecuritySystem
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
