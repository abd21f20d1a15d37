"""A run that is given up could not have been accepted, and giving up changes no fit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("pyabc", reason="needs the extra 'calibrate'")

import qantar
from qantar.engine.streams import Stream
from qantar.ensembles.crew import Crew
from qantar.inference import early
from qantar.inference.distance import Distance
from qantar.inference.draws import normals, uniforms
from qantar.inference.early import Watch, signs_of
from qantar.inference.observing import observe, observe_watched
from qantar.inference.outcomes import TWIN, daily_outcomes_of, layout_of
from qantar.inference.priors import priors_of
from qantar.inference.progress import silent
from qantar.inference.sampler import Generation, Problem, run_smc
from qantar.inference.targets import targets_of
from qantar.model.recorder import Recorder
from qantar.model.run import simulate
from tests import small_calibration as small

SEED, CANDIDATES, CASES = 11, 12, 40
BUDGET = 105
"""Ends within a generation."""


@pytest.fixture(scope="module")
def scenario():
    return small.with_synthetic_record()


@pytest.fixture(scope="module")
def distance(scenario) -> Distance:
    return Distance(targets_of(scenario, priors_of(scenario)))


def proposals(distance: Distance):
    return normals(SEED, Stream.CANDIDATE, "early", range(CANDIDATES), len(distance.targets.priors.names))


def test_a_run_is_given_up_only_where_it_could_not_be_accepted(scenario, distance: Distance) -> None:
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


def drawn(case: int, name: str, *shape: int) -> np.ndarray:
    """Numbers uniform on (0, 1), a function of the case and the name."""
    return uniforms(case, Stream.CANDIDATE, name, range(int(np.prod(shape, dtype=np.int64)))).reshape(shape)


def days_of_a_run(case: int, layout, small: int) -> list[dict[str, np.ndarray]]:
    """Series by day as a recorder would show them in the middle of each day and at the end, all numbers drawn."""
    shape = len(layout.dates), len(layout.places)
    size = 10.0 ** (4.0 * drawn(case, "size", 1))
    crowds = (-np.log(drawn(case, "crowd", *shape)) * size * (drawn(case, "out", *shape) < 0.3)).astype(np.int64)
    few = -0.5 * np.log(drawn(case, "few", 1))
    new = {name: (-np.log(drawn(case, name, *shape)) * few).astype(np.int64) for name in ("deaths", "detained", "injured")}
    shown = []
    for today in range(shape[0] + 1):
        part = (np.arange(shape[0]) < today) + (np.arange(shape[0]) == today) * drawn(case, "hour", shape[0] + 1)[today]
        series = {"place_participants": np.floor(crowds * part[:, None]).astype(np.int64)}
        series |= {f"place_{name}": np.floor(values * part[:, None]).astype(np.int64).cumsum(axis=0) for name, values in new.items()}
        series["place_violent"] = series["place_participants"] // 10
        largest = np.zeros((shape[0], len(layout.regions)), dtype=np.int64)
        towns = np.where(layout.settlement, series["place_participants"], 0)
        np.maximum.at(largest.T, np.array(layout.region_of), towns.T)
        series["region_in_protest"] = (largest >= small).astype(np.int8)
        series |= {name: series[f"place_{name}"].sum(axis=1) for name in ("participants", "violent", "deaths", "detained", "injured")}
        series["regions"] = series["region_in_protest"].sum(axis=1)
        shown.append(series)
    return shown


def test_no_kind_of_target_is_bounded_too_high() -> None:
    """On Kazakhstan's own targets, of every rule: sums, rests, shares, patterns, free factors, figures of the whole run."""
    scenario = qantar.load("kazakhstan-2022")
    layout = layout_of(scenario)
    distance = Distance(targets_of(scenario, priors_of(scenario)))
    assert {target.rule for target in distance.targets.listed} == {"sum", "difference", "mismatch", "differs", "ratio"}
    settled_after, reached = signs_of(distance, layout).settled_after, []
    points = distance.targets.priors.draw(SEED, range(CASES))
    for case, scores in enumerate(points):
        shown = [daily_outcomes_of(series, layout) for series in days_of_a_run(case, layout, small=50)]
        rest = -100.0 * np.log(drawn(case, "rest", len(layout.names)))
        final = np.where(np.isnan(shown[-1]), rest, shown[-1]).astype(np.float32)
        true = float(distance(final[None, :], scores[None, :])[0])
        watch, bounds = Watch(distance, layout, scores, np.inf), []
        for days, row in enumerate(shown):
            watch.see(row, settled_after <= days)
            bounds.append(watch.bound)
        watch.see_all_but_twin(final[: -len(TWIN)])
        assert max(*bounds, watch.bound) <= true * early.ROUNDING
        reached.append(bounds[5] / true)
    assert np.median(reached) > 0.3, "and yet it says something"


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
