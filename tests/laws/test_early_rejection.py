"""A run that is given up could not have been accepted, and giving up changes no fit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("pyabc", reason="needs the extra 'calibrate'")

from qantar.engine.streams import Stream
from qantar.ensembles.crew import Crew
from qantar.inference import early
from qantar.inference.distance import Distance
from qantar.inference.draws import normals
from qantar.inference.early import Watch, signs_of
from qantar.inference.observing import observe, observe_watched
from qantar.inference.outcomes import layout_of
from qantar.inference.priors import priors_of
from qantar.inference.progress import silent
from qantar.inference.sampler import Generation, Problem, run_smc
from qantar.inference.targets import targets_of
from qantar.model.recorder import Recorder
from qantar.model.run import simulate
from tests import small_calibration as small

SEED, CANDIDATES = 11, 12
BUDGET = 70
"""Ends within a generation."""


@pytest.fixture(scope="module")
def scenario():
    return small.with_synthetic_record()


@pytest.fixture(scope="module")
def distance(scenario) -> Distance:
    return Distance(targets_of(scenario, priors_of(scenario)))


def proposals(distance: Distance):
    return normals(SEED, Stream.CANDIDATE, "early", range(CANDIDATES), len(distance.targets.priors.names))


def test_a_run_is_given_up_exactly_where_it_could_not_be_accepted(scenario, distance: Distance) -> None:
    layout = layout_of(scenario)
    given_up = cut_short = 0
    for member, scores in enumerate(proposals(distance)):
        varied = distance.targets.priors.apply(scenario, scores)
        whole = observe(varied, layout, seed=SEED, member=member, palace="recorded")
        true = float(distance(whole[None, :], scores[None, :])[0])
        for tolerance in (0.3, 0.999 * true, true, 2.0 * true, np.inf):
            watch = Watch(distance, layout, scores, tolerance)
            found = observe_watched(varied, layout, watch, seed=SEED, member=member, palace="recorded")
            assert watch.bound <= true * early.ROUNDING
            assert (found is None) <= (true > tolerance)
            assert found is None or np.array_equal(found, whole)
            given_up += found is None
            cut_short += found is None and watch._days < len(layout.dates)
    assert given_up > CANDIDATES, "runs beyond the tolerance are given up"
    assert cut_short > 0, "some of them before their last day"


def test_the_bound_of_a_run_never_falls_and_settled_days_count_in_full(scenario, distance: Distance) -> None:
    layout = layout_of(scenario)
    scores = proposals(distance)[0]
    bounds: list[tuple[int, float]] = []
    seen = Watch(distance, layout, scores, 1e6)

    def watch(recorder: Recorder, tick: int) -> bool:
        assert seen(recorder, tick)
        bounds.append((recorder.days_over(tick), seen.bound))
        return True

    simulate(distance.targets.priors.apply(scenario, scores), seed=SEED, member=0, palace="recorded", watch=watch)
    assert [bound for _, bound in bounds] == sorted(bound for _, bound in bounds)
    assert [days for days, _ in bounds] == sorted(days for days, _ in bounds)
    assert bounds[-1][0] == len(layout.dates)
    whole = observe(distance.targets.priors.apply(scenario, scores), layout, seed=SEED, member=0, palace="recorded")
    daily = distance.targets.only(
        target.id for target, after in zip(distance.targets.listed, signs_of(distance, layout).settled_after, strict=True)
        if after <= len(layout.dates)
    )  # fmt: skip
    others = [target.weight for target in distance.targets.listed if target not in daily.listed]
    known = float(Distance(daily)(whole[None, :], scores[None, :])[0])
    share = daily.weights.sum() / (daily.weights.sum() + sum(others))
    assert bounds[-1][1] == pytest.approx(known * np.sqrt(share))


def fitted(folder: Path, scenario, distance: Distance) -> tuple[Generation, ...]:
    problem = Problem(scenario, distance, layout_of(scenario), "recorded", SEED, 1, folder, folder / "candidates")
    return run_smc(problem, population=12, budget=BUDGET, crew=Crew(1), tell=silent)


def test_a_fit_is_the_same_as_one_that_gives_nothing_up(
    scenario, distance: Distance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    sparing = fitted(tmp_path / "sparing", scenario, distance)
    with monkeypatch.context() as patched:
        patched.setattr(early.Watch, "hopeless", False)
        lavish = fitted(tmp_path / "lavish", scenario, distance)
    assert len(sparing) == len(lavish) > 2
    for mine, theirs in zip(sparing, lavish, strict=True):
        assert (mine.tolerance, mine.candidates) == (theirs.tolerance, theirs.candidates)
        for name in ("scores", "outcomes", "distance", "weight"):
            assert np.array_equal(getattr(mine.accepted, name), getattr(theirs.accepted, name)), name
    whole = [list((tmp_path / name).glob("**/*-whole/*")) for name in ("sparing", "lavish")]
    assert whole[0], "of the nearest at the end of the budget some had been given up"
    assert not whole[1]
    again = fitted(tmp_path / "sparing", scenario, distance)
    assert all(np.array_equal(one.accepted.outcomes, two.accepted.outcomes) for one, two in zip(sparing, again, strict=True))


def test_targets_that_can_fall_have_no_bound_before_their_day_is_over(scenario, distance: Distance) -> None:
    layout = layout_of(scenario)
    signs = signs_of(distance, layout)
    by_id = {target.id: position for position, target in enumerate(distance.targets.listed)}
    assert signs.settled_after.tolist() == [1, 2, 2, 2, len(layout.dates) + 1]
    assert signs.rising[[by_id["people-4"], by_id["valley-5"], by_id["regions-5"]]].all()
    assert not signs.rising[by_id["usual"]], "the run without shocks is another run"
    column = layout.column[f"largest-place@{layout.dates[0]}"]
    largest = replace(distance.targets.listed[0], rule="differs", columns=(column,), wanted=(0.0,))
    other = Distance(replace(distance.targets, listed=(largest,)))
    assert not signs_of(other, layout).rising[0]
    assert signs_of(other, layout).settled_after.tolist() == [1]
