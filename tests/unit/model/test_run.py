"""What becomes of a run that goes wrong."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pytest

from qantar.engine.ending import Ending
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
