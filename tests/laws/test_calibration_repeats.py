"""The same seed gives the same fit, for any number of workers and through any interruption."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("pyabc", reason="needs the extra 'calibrate'")
pytest.importorskip("SALib", reason="needs the extra 'calibrate'")

import numpy as np

from qantar.ensembles.design import with_parameters
from qantar.errors import StoreMismatchError
from qantar.inference import yardsticks
from qantar.inference.baselines import COURSES
from qantar.inference.calibrate import Calibrations
from qantar.inference.heldout import chance, comparable, held_out_half, lost, refits_without
from qantar.inference.outcomes import ENDINGS, TWIN, layout_of
from qantar.inference.priors import priors_of
from qantar.inference.progress import silent
from qantar.inference.regression import moved_halves
from qantar.inference.sieve import Sieve
from qantar.inference.studies import studies_of
from qantar.inference.switched import made_flat, switched_off
from qantar.inference.tables import Variant, read_table
from qantar.inference.variants import flat_columns, flattened
from qantar.model.run import simulate
from tests import small_calibration as small

ROOT = Path(__file__).parents[2]


def shipped(folder: Path) -> tuple[bytes, str]:
    """The parameter sets of a fit, and their provenance."""
    return (folder / "fit" / "posterior.csv").read_bytes(), (folder / "fit" / "posterior.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Calibrations:
    return small.calibrate(tmp_path_factory.mktemp("alone") / "c", workers=1)


def test_workers_do_not_change_a_fit(alone: Calibrations, tmp_path: Path) -> None:
    small.calibrate(tmp_path / "c", workers=2)
    assert shipped(tmp_path / "c") == shipped(alone.folder)
    mine, theirs = (item.result("fit") for item in (alone, Calibrations(tmp_path / "c", alone.scenario, small.SEED)))
    assert mine is not None and theirs is not None
    assert mine.predictive is not None and theirs.predictive is not None
    assert np.array_equal(mine.predictive.outcomes, theirs.predictive.outcomes)


def test_a_killed_calibration_goes_on(alone: Calibrations, tmp_path: Path) -> None:
    folder = tmp_path / "c"
    paths = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH"), str(ROOT / "src")])])
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.small_calibration", str(folder), "2"], cwd=ROOT, env={**os.environ, "PYTHONPATH": paths}
    )
    deadline = time.monotonic() + 120
    while len(list(folder.glob("fit/candidates/*/part-*.npz"))) < 2:
        assert process.poll() is None, "it ended before it could be killed"
        assert time.monotonic() < deadline
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not (folder / "fit" / "result.json").exists()
    kept = {path: path.stat().st_mtime_ns for path in folder.glob("fit/candidates/*/part-*.npz")}
    small.calibrate(folder, workers=1)
    assert shipped(folder) == shipped(alone.folder)
    assert {path: path.stat().st_mtime_ns for path in kept} == kept, "what was there is not computed again"


def test_running_it_again_computes_nothing(alone: Calibrations) -> None:
    before = {
        path: path.stat().st_mtime_ns
        for path in alone.folder.rglob("part-*.npz")
        if "candidates" in path.parts or "predictive" in path.parts
    }
    small.calibrate(alone.folder, workers=1)
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_a_larger_budget_keeps_the_generations_that_were_closed(alone: Calibrations, tmp_path: Path) -> None:
    first = alone.result("fit")
    assert first is not None
    import shutil

    shutil.copytree(alone.folder, tmp_path / "c")
    more = Calibrations(tmp_path / "c", alone.scenario, small.SEED)
    more.run(("fit",), small.Effort(budget=130, members=6, population=20), small.Crew(1))
    second = more.result("fit")
    assert second is not None
    assert second.generations[: len(first.generations) - 1] == first.generations[:-1]
    assert second.fitted.provenance.tolerance <= first.fitted.provenance.tolerance


def test_the_fit_comes_nearer_and_the_weights_are_sound(alone: Calibrations) -> None:
    result = alone.result("fit")
    assert result is not None
    tolerances = [one.tolerance for one in result.generations]
    assert len(tolerances) >= 2
    assert tolerances == sorted(tolerances, reverse=True)
    assert (result.accepted.distance <= tolerances[-1]).all()
    assert result.fitted.weights.sum() == pytest.approx(1.0)
    assert 1.0 < result.fitted.effective <= len(result.accepted)


def test_another_seed_or_record_is_refused_by_name(alone: Calibrations) -> None:
    with pytest.raises(StoreMismatchError, match="seed is 5 there, 6 was asked for"):
        Calibrations(alone.folder, alone.scenario, 6).claim()
    other = alone.scenario.model_copy(update={"record": alone.scenario.record[:-1]})
    with pytest.raises(StoreMismatchError, match="scenario hash"):
        Calibrations(alone.folder, other, small.SEED).claim()


def test_the_page_says_what_was_done_and_what_was_not(alone: Calibrations, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yardsticks, "STEPS", 40)
    from qantar.report.figures.fit import write_fit_figures
    from qantar.report.fit import fit_object, fit_page

    page, found = fit_page(alone), fit_object(alone)
    result = alone.result("fit")
    assert result is not None
    assert f"{result.fitted.provenance.simulations:,} runs" in page
    assert "`--step half`" in page
    assert "`--step fit`" not in page
    assert "economy.salience_weight" in page
    assert found["fit"]["tolerance"] == result.fitted.provenance.tolerance
    assert found["checks"][0]["forecaster"] == "Qantar"
    assert found["held_out"] == []
    names = {path.name for path in write_fit_figures(alone, tmp_path / "figures")}
    assert names == {"prior-and-posterior.png", "predictive-checks.png", "fit.txt"}


def test_tables_of_runs_are_read_as_they_were_run(alone: Calibrations) -> None:
    from qantar.report.fit import ignition_of, quiet_of

    small.calibrate(alone.folder, workers=1, steps=("quiet",))
    found = quiet_of(alone)
    assert found is not None
    assert found.runs == small.EFFORT.members
    assert found.without_wave == 1.0, "nothing happens in Borderland without its price step"
    assert ignition_of(alone) == ()


def test_endings_come_from_a_simulated_palace_at_the_points_of_the_priors(alone: Calibrations) -> None:
    small.calibrate(alone.folder, workers=1, steps=("endings",))
    table = alone.table("endings")
    assert table is not None
    assert len(table) == small.EFFORT.budget
    priors = priors_of(alone.scenario)
    assert np.array_equal(table.scores, priors.draw(small.SEED, range(small.EFFORT.budget)))
    assert table.outcomes.shape[1] == len(layout_of(alone.scenario).names) - len(TWIN), "nobody runs them without the shocks too"
    number = 3
    own = priors.apply(alone.scenario, table.scores[number])
    run = simulate(own, seed=small.SEED, member=number, palace="simulated")
    assert ENDINGS[int(table.outcomes[number, 0])] is run.ending


def test_a_mechanism_is_switched_off_in_the_same_members(alone: Calibrations) -> None:
    assert switched_off(alone) == []
    small.calibrate(alone.folder, workers=1, steps=("switched-off",))
    whole, without = switched_off(alone)
    assert (whole.name, without.name) == ("everything there", "travel")
    assert whole.largest_day == whole.deaths == (1.0, 1.0, 1.0)
    result, rows = alone.result("fit"), alone.table("switched-off")
    assert result is not None and rows is not None
    number = 0
    scores = result.fitted.scores[result.fitted.members(small.SEED, 1)[number]]
    assert np.array_equal(rows.scores[:2], [scores, scores]), "one member after the other, on both sides"
    for side, off in ((0, {}), (1, {"streets.travel_weight": 0.0})):
        scenario = with_parameters(result.fitted.priors.apply(alone.scenario, scores), off)
        run = simulate(scenario, seed=small.SEED, member=number, palace="recorded")
        people = float(run.series["participants"].max())
        layout = layout_of(alone.scenario)
        assert max(rows.outcomes[side, layout.column[f"participants@{day}"]] for day in layout.dates) == people


def test_columns_are_made_flat_in_the_same_members(alone: Calibrations) -> None:
    assert made_flat(alone) == []
    small.calibrate(alone.folder, workers=1, steps=("flat",))
    whole, *others = made_flat(alone)
    columns = flat_columns(alone.scenario)
    assert [one.name for one in others] == [*columns, "all of these"]
    assert "exposed_share" in columns
    assert whole.largest_day == (1.0, 1.0, 1.0)
    flat = flattened(alone.scenario, ("exposed_share",))
    assert len({region.exposed_share for region in flat.regions}) == 1
    exposed = [sum(r.population * r.exposed_share for r in scenario.regions) for scenario in (alone.scenario, flat)]
    assert exposed[0] == pytest.approx(exposed[1]), "as many people are exposed, only elsewhere"
    scores = others[0].rows.scores[0]
    varied = priors_of(alone.scenario).apply(flattened(alone.scenario, columns[:1]), scores)
    run = simulate(varied, seed=small.SEED, member=0, palace="recorded")
    layout = layout_of(alone.scenario)
    people = max(others[0].rows.outcomes[0, layout.column[f"participants@{day}"]] for day in layout.dates)
    assert people == float(run.series["participants"].max())


def test_a_free_parameter_can_be_switched_off(alone: Calibrations) -> None:
    result = alone.result("fit")
    assert result is not None
    variant = Variant(alone.scenario, off=(("economy.salience_weight", 0.0),))
    there = variant.at(result.fitted.priors, result.accepted.scores[0]).parameters
    assert there.economy.salience_weight.value == 0.0
    assert there.streets.outing_hours.value != alone.scenario.parameters.streets.outing_hours.value


def test_refits_are_by_regression_in_two_halves_with_the_same_draws(alone: Calibrations) -> None:
    assert refits_without(alone) == []
    small.calibrate(alone.folder, workers=1, steps=("mechanisms", "prior"))
    first, without = refits_without(alone)
    assert (first.study.name, without.study.name) == ("without-nothing", "without-travel")
    assert comparable([first, without])
    assert not comparable([without, without])
    assert not comparable([first])
    assert first.simulations == without.simulations == small.EFFORT.refit
    assert lost(first, first) == (0.0, 0.0)
    apart = [one.halves[0].crps - one.halves[1].crps for one in (first, without)]
    assert chance([first, without]) == pytest.approx(np.sqrt(np.mean(np.square(apart)) / 2.0))
    table = alone.table("prior")
    assert table is not None
    assert len(table) == small.EFFORT.budget, "the refit with everything has its runs from the table of the priors"
    others = read_table(alone.folder / "without-travel" / "rows", small.EFFORT.refit)
    assert np.array_equal(others.scores, table.scores), "the same points"
    assert not np.array_equal(others.outcomes, table.outcomes)
    for halves in (alone.refit("without-nothing"), alone.refit("without-travel")):
        assert [len(rows) for _, rows in halves] == [small.EFFORT.members // 2] * 2
        assert not np.array_equal(halves[0][0].scores, halves[1][0].scores)
        assert not np.array_equal(halves[0][1].outcomes, halves[1][1].outcomes)


def test_the_half_that_was_not_fitted_is_judged_beside_its_yardsticks(alone: Calibrations, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yardsticks, "STEPS", 40)
    small.calibrate(alone.folder, workers=1, steps=("half", "prior"))
    tables = held_out_half(alone)
    assert [one.name for one in tables] == ["Qantar", "Qantar, before any fit", "persistence", *COURSES]
    assert [target.id for target in tables[0].targets.listed] == ["valley-5", "regions-5"]
    assert tables[0].members == small.EFFORT.members
    assert all(np.isfinite(one.crps) for one in tables)
    assert tables[0].by_kind().keys() == {"participants", "regions"}


def test_a_refit_runs_its_country_without_the_mechanism(alone: Calibrations) -> None:
    small.calibrate(alone.folder, workers=1, steps=("without-travel",))  # there already where the test above ran
    (fitted, rows), _ = alone.refit("without-travel")
    scores = fitted.scores[fitted.members(small.SEED, 1)[0]]
    off = with_parameters(fitted.priors.apply(alone.scenario, scores), {"streets.travel_weight": 0.0})
    people = float(simulate(off, seed=small.SEED, member=0, palace="recorded").series["participants"].max())
    layout = layout_of(alone.scenario)
    assert max(rows.outcomes[0, layout.column[f"participants@{day}"]] for day in layout.dates) == people


def test_a_region_is_left_out_with_all_that_tells_of_it(alone: Calibrations) -> None:
    small.calibrate(alone.folder, workers=1, steps=("region-valley",))
    halves = alone.refit("region-valley")
    assert len(halves) == 2
    study = studies_of(alone.scenario)["region-valley"]
    assert study.judged == ("valley-5",)
    assert "valley-5" not in study.fitted
    own, whole = (moved_halves(one, alone.scenario, read_table(alone.folder / "prior" / "rows", 100), small.SEED)
                  for one in (study, replace(study, fitted=(*study.fitted, "valley-5"))))  # fmt: skip
    assert np.array_equal(halves[0][0].scores, own[0].scores)
    assert not np.array_equal(own[0].scores, whole[0].scores), "what is left out would have changed the fit"


def test_a_set_under_which_the_country_rises_for_nothing_loses_its_weight(alone: Calibrations, tmp_path: Path) -> None:
    result = alone.result("fit")
    assert result is not None
    assert result.risen == 0, "Borderland is quiet without its price step, and so nothing was sieved out"
    scores = result.accepted.scores[:3].copy()
    scores[1, result.fitted.priors.names.index("streets.base_propensity")] = 8.0
    accepted = replace(result.accepted.take(slice(0, 3)), scores=scores)
    sieve = Sieve(alone.scenario, result.fitted.priors, layout_of(alone.scenario), "recorded", small.SEED, tmp_path, tmp_path / "rows")
    sifted = sieve.run(small.Crew(1), silent, accepted)
    sieved = sifted.rows
    assert (sifted.risen, sifted.failed) == (1, 0)
    assert list(sieved.weight > 0.0) == [True, False, True]
    assert sieved.weight[0] == accepted.weight[0]
    everything = replace(accepted, scores=np.repeat(scores[1:2], 3, axis=0))
    again = replace(sieve, parts=tmp_path / "other")
    left = again.run(small.Crew(1), silent, everything)
    assert left.rows is everything, "where all rise, all are left as they were"
    assert (left.risen, left.failed) == (3, 0)
