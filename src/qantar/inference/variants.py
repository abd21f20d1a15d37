"""Versions of a country in which members of its fit are run."""

from __future__ import annotations

from qantar.inference.priors import calibration_of
from qantar.inference.tables import Variant
from qantar.scenario.schema import Scenario

BASE = "streets.base_propensity"
POLICE = "police"
BASE_SHIFTS = (-0.3, -0.15, 0.0, 0.15, 0.3)
POLICE_FACTORS = (0.8, 0.9, 1.0, 1.1, 1.2)
"""The map of ignition: base propensity up and down, log-odds, and the number of police."""


def ignition_variants(scenario: Scenario) -> tuple[Variant, ...]:
    """Return the scenario over the grid of `BASE_SHIFTS` (outer) and `POLICE_FACTORS` (inner)."""
    variants = []
    for shift in BASE_SHIFTS:
        for factor in POLICE_FACTORS:
            forces = tuple(
                force.model_copy(update={"men": round(force.men * factor)}) if force.branch == POLICE else force
                for force in scenario.forces
            )
            variants.append(Variant(scenario.model_copy(update={"forces": forces}), ((BASE, shift),)))
    return tuple(variants)


def switched_variants(scenario: Scenario) -> tuple[Variant, ...]:
    """Return the scenario with everything, and without each of the mechanisms that its calibration names."""
    mechanisms = calibration_of(scenario).mechanisms
    return (Variant(scenario), *(Variant(scenario, off=tuple(mechanism.off.items())) for mechanism in mechanisms))
