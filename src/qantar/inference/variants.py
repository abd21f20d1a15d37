"""Versions of a country in which members of its fit are run."""

from __future__ import annotations

from qantar.inference.priors import calibration_of
from qantar.inference.tables import Variant
from qantar.scenario.schema import Scenario
from qantar.scenario.shock import PriceShock, Shock

BASE = "streets.base_propensity"
POLICE = "police"
BASE_SHIFTS = (-0.3, -0.15, 0.0, 0.15, 0.3)
POLICE_FACTORS = (0.8, 0.9, 1.0, 1.1, 1.2)
"""The map of ignition: base propensity up and down, log-odds, and the number of police."""
SHOCK_SHARES = (1.0, 0.5, 0.25)
"""Parts of the shocks for which that map is made: where the whole of them leaves no doubt of a wave, a part may."""


def ignition_variants(scenario: Scenario) -> tuple[Variant, ...]:
    """Return the scenario over `SHOCK_SHARES` (outermost), `BASE_SHIFTS` and `POLICE_FACTORS` (innermost)."""
    return tuple(
        Variant(with_police(smaller_shocks(scenario, share), factor), ((BASE, shift),))
        for share in SHOCK_SHARES for shift in BASE_SHIFTS for factor in POLICE_FACTORS
    )  # fmt: skip


def with_police(scenario: Scenario, factor: float) -> Scenario:
    """Return the scenario with the number of police everywhere times a factor."""
    forces = tuple(
        force.model_copy(update={"men": round(force.men * factor)}) if force.branch == POLICE else force for force in scenario.forces
    )
    return scenario.model_copy(update={"forces": forces})


def smaller_shocks(scenario: Scenario, share: float) -> Scenario:
    """Return the scenario with a part of each of its shocks: a price goes that part of its way, an event has that part of its size."""
    header = scenario.header.model_copy(update={"shocks": tuple(_smaller(shock, share) for shock in scenario.header.shocks)})
    return scenario.model_copy(update={"header": header})


def _smaller(shock: Shock, share: float) -> Shock:
    if isinstance(shock, PriceShock):
        before, after = shock.price_before.value, shock.price_after
        return shock.model_copy(update={"price_after": after.model_copy(update={"value": before + share * (after.value - before)})})
    return shock.model_copy(update={"size": shock.size.model_copy(update={"value": share * shock.size.value})})


def switched_variants(scenario: Scenario) -> tuple[Variant, ...]:
    """Return the scenario with everything, and without each of the mechanisms that its calibration names."""
    mechanisms = calibration_of(scenario).mechanisms
    return (Variant(scenario), *(Variant(scenario, off=tuple(mechanism.off.items())) for mechanism in mechanisms))


FLAT = ("exposed_share", "income_mean", "newcomer_share", "organisation", "brokerage", "crime", "internet_share", "kinship")
"""Columns of ``regions.csv``, counts of people aside, by which the model tells regions apart."""


def flat_columns(scenario: Scenario) -> tuple[str, ...]:
    """Return those of `FLAT` that differ between the regions of a scenario."""
    return tuple(name for name in FLAT if len({getattr(region, name) for region in scenario.regions}) > 1)


def flattened(scenario: Scenario, columns: tuple[str, ...]) -> Scenario:
    """Return the scenario with columns of its regions at their mean over people, everywhere."""
    people = [region.population for region in scenario.regions]
    means = {
        name: sum(count * float(getattr(region, name)) for count, region in zip(people, scenario.regions, strict=True)) / sum(people)
        for name in columns
    }
    return scenario.model_copy(update={"regions": tuple(region.model_copy(update=means) for region in scenario.regions)})


def flat_variants(scenario: Scenario) -> tuple[Variant, ...]:
    """Return the scenario as it is, with each of its `flat_columns` flat, and with all of them."""
    columns = flat_columns(scenario)
    alone = tuple((name,) for name in columns)
    return (Variant(scenario), *(Variant(flattened(scenario, chosen)) for chosen in (*alone, columns)))
