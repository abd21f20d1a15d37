"""What a calibration sees of one point: a run, and the same member's run without the scenario's shocks where a target asks for it."""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from qantar.engine.save import Save
from qantar.inference.early import Watch
from qantar.inference.outcomes import SAVE, Layout, Row, outcomes_of, twin_outcomes_of
from qantar.model.run import simulate
from qantar.results.run import Run
from qantar.scenario.intervention import without_shocks
from qantar.scenario.schema import Scenario

TWIN_SAVE = Save(fields=frozenset({"place_participants"}))


def observe(scenario: Scenario, layout: Layout, *, seed: int, member: int, palace: str) -> Row:
    """Return the outcomes of a member : float32[outcome]. Raises RuntimeError where a run failed."""
    row = observe_watched(scenario, layout, None, seed=seed, member=member, palace=palace)
    assert row is not None
    return row


def observe_watched(scenario: Scenario, layout: Layout, watch: Watch | None, *, seed: int, member: int, palace: str) -> Row | None:
    """Return the outcomes of a member : float32[outcome], None where the watch gave it up. Raises RuntimeError where a run failed."""
    run = simulate(scenario, seed=seed, member=member, palace=palace, save=SAVE, watch=watch)
    if watch is not None and watch.hopeless:
        return None
    row = outcomes_of(_sound(run), layout)
    if not layout.twin_days:
        return row
    if watch is not None:
        watch.see_all_but_twin(row)
        if watch.hopeless:
            return None
    twin = _sound(simulate(quiet_twin(scenario, layout.twin_days), seed=seed, member=member, palace=palace, save=TWIN_SAVE))
    return np.concatenate([row, twin_outcomes_of(twin, layout)])


def quiet_twin(scenario: Scenario, days: int) -> Scenario:
    """Return the first days of a scenario, in whole ticks, without its shocks and what answers only them."""
    quiet = without_shocks(scenario)
    clock = quiet.header.clock
    tick = timedelta(hours=clock.tick_hours)
    short = clock.model_copy(update={"end": min(clock.end, clock.start + timedelta(days=days) // tick * tick)})
    return quiet.model_copy(update={"header": quiet.header.model_copy(update={"clock": short})})


def _sound(run: Run) -> Run:
    if run.failed:
        raise RuntimeError(run.reason)
    return run
