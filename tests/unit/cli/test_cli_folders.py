"""Where results go when nobody says: no command is refused because of one before it."""

from __future__ import annotations

from qantar.cli.folders import folder_of_calibration, folder_of_comparison, folder_of_run
from qantar.ensembles.local import Options
from qantar.scenario.load import load


def test_what_is_as_usual_is_not_in_the_name() -> None:
    country = load("borderland")
    usual = folder_of_run(country, 3, Options())
    assert usual.parts[0] == "results"
    assert usual.name.endswith("-3")
    assert folder_of_run(country, 3, Options("simulated")) == usual
    assert folder_of_run(country, 3, Options("recorded")).name == f"{usual.name}-recorded"
    assert folder_of_run(country, 3, Options("recorded", "prior")).name == f"{usual.name}-recorded-prior"
    assert folder_of_run(country.without("recall"), 3, Options()) != usual


def test_a_pair_has_the_palace_of_a_pair() -> None:
    country = load("borderland")
    only_orders = folder_of_comparison(country, country.without("recall"), 0, Options())
    assert folder_of_comparison(country, country.without("recall"), 0, Options("recorded")) == only_orders
    assert folder_of_comparison(country, country.without("recall"), 0, Options("simulated")).name == f"{only_orders.name}-simulated"


def test_a_calibration_under_another_palace_has_its_own_folder() -> None:
    country = load("borderland")
    recorded = folder_of_calibration(country, 0, "recorded")
    assert recorded.parts[0] == "calibrations"
    assert folder_of_calibration(country, 0, "simulated").name == f"{recorded.name}-simulated"
