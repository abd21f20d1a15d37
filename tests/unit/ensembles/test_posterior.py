"""Members that run with a fit: which parameter sets they draw, and what is said of the fit."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import qantar
from qantar.ensembles.design import default_mode, draw_posterior, label_of, particle_of, way_of, with_parameters
from qantar.errors import ScenarioError, UsageError
from qantar.scenario.identity import scenario_hash
from qantar.scenario.load import LIBRARY
from qantar.scenario.posterior import Posterior, Provenance
from qantar.scenario.schema import Scenario
from qantar.scenario.whatif import STRUCTURES, Intervention, SetStep, read_beside
from qantar.scenario.whatif_steps import intervene

NAMES = ("streets.base_propensity", "economy.salience_weight", "reporting.participants")


def provenance(scenario: Scenario, **changes: object) -> Provenance:
    fields = {
        "schema_version": 1, "scenario": scenario.header.id, "scenario_hash": scenario_hash(scenario), "calibration_hash": "0" * 12,
        "study": "fit", "palace": "recorded", "version": qantar.__version__, "seed": 0, "budget": 100, "simulations": 90,
        "generations": 2, "tolerance": 1.5, "effective": 2.5,
    }  # fmt: skip
    return Provenance(**(fields | changes))  # type: ignore[arg-type]


def fitted(weights: tuple[float, ...] = (0.7, 0.3, 0.0)) -> Scenario:
    scenario = qantar.load("borderland")
    values = ((-14.0, 8.0, 1.1), (-15.0, 9.0, 0.9), (-13.0, 7.0, 1.0))
    posterior = Posterior(provenance=provenance(scenario), names=NAMES, weights=weights, values=values)
    return scenario.model_copy(update={"posterior": posterior})


def test_sets_are_drawn_as_often_as_they_weigh_and_never_without_weight() -> None:
    posterior = fitted().posterior
    assert posterior is not None
    drawn = [particle_of(posterior, seed=3, member=member) for member in range(2_000)]
    assert set(drawn) == {0, 1}
    assert abs(drawn.count(0) / 2_000 - 0.7) < 0.035  # three standard deviations and more


def test_a_member_runs_with_one_set_of_the_model_s_parameters() -> None:
    scenario, drawn = draw_posterior(fitted((0.0, 1.0, 0.0)), seed=0, member=5)
    assert drawn == {"streets.base_propensity": -15.0, "economy.salience_weight": 9.0}
    assert scenario.parameters.streets.base_propensity.value == -15.0
    assert scenario.parameters.streets.base_propensity.spread == fitted().parameters.streets.base_propensity.spread


def test_what_was_changed_by_hand_stays() -> None:
    changed = fitted((0.0, 1.0, 0.0)).set("parameters.streets.base_propensity", -12.0)
    scenario, drawn = draw_posterior(changed, seed=0, member=0)
    assert scenario.parameters.streets.base_propensity.value == -12.0
    assert "streets.base_propensity" not in drawn


@pytest.mark.parametrize("mode", ["posterior", "prior"])
def test_what_an_intervention_set_stays(mode: str) -> None:
    step = SetStep(kind="set", path="parameters.streets.base_propensity", value=-12.0)
    changed = intervene(fitted((0.0, 1.0, 0.0)), Intervention(schema_version=1, id="calm", title="Nobody is ready", steps=(step,)))
    scenario, drawn = way_of(mode)(changed, seed=0, member=0)
    assert scenario.parameters.streets.base_propensity.value == -12.0
    assert "streets.base_propensity" not in drawn and "economy.salience_weight" in drawn


def test_a_structure_is_not_undone_by_the_fit_that_is_shipped() -> None:
    structure = read_beside("efficacy", "kazakhstan-2022", STRUCTURES)
    scenario, drawn = draw_posterior(intervene(qantar.load("kazakhstan-2022"), structure), seed=0, member=0)
    assert (scenario.parameters.streets.efficacy_weight.value, scenario.parameters.streets.backlash_weight.value) == (1.6, 0.0)
    assert len(drawn) == 13


def test_a_fit_changes_neither_the_scenario_s_hash_nor_its_label_by_accident() -> None:
    scenario = fitted()
    assert scenario_hash(scenario) == scenario_hash(qantar.load("borderland"))
    assert label_of(scenario, "posterior") != label_of(fitted((0.3, 0.7, 0.0)), "posterior")
    assert (default_mode(scenario), default_mode(qantar.load("borderland"))) == ("posterior", "point")


def test_without_a_fit_a_posterior_is_refused() -> None:
    with pytest.raises(UsageError, match=r"posterior\.csv"):
        label_of(qantar.load("borderland"), "posterior")
    with pytest.raises(UsageError, match=r"posterior\.csv"):
        draw_posterior(qantar.load("borderland"), seed=0, member=0)


def test_other_parameters_are_untouched() -> None:
    before = qantar.load("borderland")
    after = with_parameters(before, {"streets.turn_rate": 1.0})
    assert after.parameters.streets.turn_rate.value == 1.0
    assert after.parameters.economy is before.parameters.economy
    assert after.model_copy(update={"parameters": before.parameters}) == before


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    where = tmp_path / "country"
    shutil.copytree(LIBRARY / "borderland", where)
    return where


def ship(folder: Path, text: str, **changes: object) -> None:
    note = provenance(qantar.load(folder), **changes)
    (folder / "posterior.yaml").write_text("".join(f"{k}: {v!r}\n" for k, v in note.model_dump().items()), encoding="utf-8")
    (folder / "posterior.csv").write_text(text, encoding="utf-8")


def test_a_shipped_fit_is_read_and_weighed(folder: Path) -> None:
    ship(folder, "weight,streets.base_propensity\n3,-14\n1,-15\n")
    posterior = qantar.load(folder).posterior
    assert posterior is not None
    assert posterior.weights == (0.75, 0.25)
    assert posterior.values == ((-14.0,), (-15.0,))
    assert posterior.same_data


def test_a_fit_may_weigh_otherwise_under_a_simulated_palace(folder: Path) -> None:
    ship(folder, "weight,weight_simulated,streets.base_propensity\n3,0,-14\n1,2,-15\n")
    posterior = qantar.load(folder).posterior
    assert posterior is not None
    assert (posterior.weights, posterior.simulated, posterior.names) == ((0.75, 0.25), (0.0, 1.0), ("streets.base_propensity",))
    drawn = {palace: {particle_of(posterior, seed=1, member=k, palace=palace) for k in range(60)} for palace in ("recorded", "simulated")}
    assert drawn == {"recorded": {0, 1}, "simulated": {1}}
    scenario, _ = way_of("posterior", "simulated")(qantar.load(folder), seed=1, member=0)
    assert scenario.parameters.streets.base_propensity.value == -15.0
    assert posterior.digest != posterior.model_copy(update={"simulated": ()}).digest


def test_a_fit_of_other_data_says_so(folder: Path) -> None:
    ship(folder, "weight,streets.base_propensity\n1,-14\n", scenario_hash="f" * 12)
    posterior = qantar.load(folder).posterior
    assert posterior is not None
    assert not posterior.same_data


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("weight,streets.nonsense\n1,2\n", "no parameter is called"),
        ("mass,streets.turn_rate\n1,2\n", "first line"),
        ("weight,streets.turn_rate\n1,two\n", "not a number"),
        ("weight,streets.turn_rate\n0.125,two\n", "posterior.csv:2:7: 'two' is not a number"),
        ('weight,streets.turn_rate\n1,"2\n', "posterior.csv:2:3: a quote stands where none is expected"),
        ('weight,"streets.turn_rate\n1,2\n', "posterior.csv:1:8: a quote stands where none is expected"),
        (f"weight,streets.turn_rate\n1,{'2' * 200_000}\n", "letters, expected at most"),
        ("weight,streets.turn_rate\n1,2,3\n", "3 columns, expected 2"),
        ("weight,streets.turn_rate\n-1,2\n2,2\n", "weights"),
        ("weight,weight_simulated,streets.turn_rate\n1,0,2\n2,0,2\n", "weights"),
        ("weight,streets.turn_rate\n1,-2\n", "outside the range"),
        ("weight,streets.turn_male_young\n1,2\n", "no spread in parameters.yaml"),
        ("weight,streets.turn_rate\n", "0 parameter sets"),
    ],
)
def test_a_broken_fit_is_refused_at_its_line(folder: Path, text: str, message: str) -> None:
    ship(folder, text)
    with pytest.raises(ScenarioError, match=message) as found:
        qantar.load(folder)
    assert "posterior.csv:" in str(found.value)


def test_a_table_without_its_provenance_is_refused(folder: Path) -> None:
    (folder / "posterior.csv").write_text("weight,streets.turn_rate\n1,2\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"posterior\.yaml is missing"):
        qantar.load(folder)


def test_who_takes_parameters_over_takes_over_how_sure_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library = tmp_path / "library"
    shutil.copytree(LIBRARY, library)
    for name in ("posterior.csv", "posterior.yaml"):
        (library / "kazakhstan-2022" / name).unlink(missing_ok=True)
    monkeypatch.setattr("qantar.scenario.load.LIBRARY", library)
    assert qantar.load("iran-2019").posterior is None
    assert "economy.gini" in qantar.load("iran-2019").parameters_from.own  # type: ignore[union-attr]
    ship(library / "kazakhstan-2022", "weight,economy.gini,streets.base_propensity\n1,0.3,-14\n")
    iran = qantar.load("iran-2019")
    assert iran.posterior is not None
    assert iran.posterior.names == ("streets.base_propensity",), "a fact of the country is not fitted elsewhere"
    assert iran.posterior.values == ((-14.0,),)
    assert not iran.posterior.same_data
    assert iran.posterior.provenance.scenario == "kazakhstan-2022"


def test_python_takes_parameters_as_the_command_line_does(tmp_path: Path) -> None:
    one = {"members": 1, "on": 1, "palace": "recorded"}
    assert qantar.ensemble(fitted(), store=tmp_path / "fit", **one).state.identity.parameters.startswith("posterior-")
    assert qantar.ensemble(fitted(), store=tmp_path / "point", parameters="point", **one).state.identity.parameters == "point"
    made = qantar.compare(fitted(), fitted().without("recall"), store=tmp_path / "pair", parameters="prior", **one)
    again = qantar.open_comparison(tmp_path / "pair")
    assert again.a.state.identity.parameters == "prior"
    assert made.summary() == again.summary()
    with pytest.raises(UsageError, match="guess"):
        qantar.ensemble(fitted(), store=tmp_path / "no", parameters="guess", **one)
