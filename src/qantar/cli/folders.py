"""Where a command puts what it makes, when nobody says.

A folder holds runs of one scenario, seed, palace and kind of parameters. The name has the first two, and of the
others what is not as usual, so that no command is refused because of one before it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qantar.errors import UsageError

if TYPE_CHECKING:
    from qantar.ensembles.local import Options
    from qantar.scenario.schema import Scenario

RESULTS, CALIBRATIONS = Path("results"), Path("calibrations")


def folder_of_run(scenario: Scenario, seed: int, options: Options) -> Path:
    """Return the folder of an ensemble."""
    return RESULTS / "-".join([_named(scenario), str(seed), *_unusual((scenario,), options)])


def folder_of_comparison(a: Scenario, b: Scenario, seed: int, options: Options) -> Path:
    """Return the folder of two ensembles side by side."""
    from qantar.scenario.identity import scenario_hash

    return RESULTS / "-".join([_named(a), "vs", scenario_hash(b), str(seed), *_unusual((a, b), options)])


def folder_of_calibration(scenario: Scenario, seed: int, palace: str) -> Path:
    """Return the folder of a calibration, which has recorded orders unless told otherwise."""
    return CALIBRATIONS / "-".join([_named(scenario), str(seed), *([] if palace == "recorded" else [palace])])


def check_here(out: Path | None, what: str) -> None:
    """Raise UsageError where something is to be written to an address, and can only be written on this machine."""
    from qantar.results.remote import address_of

    address = None if out is None else address_of(out)
    if address is not None:
        raise UsageError(f"{what} written on this machine, not at {address}: give --out a path here, and copy from there")


def _named(scenario: Scenario) -> str:
    from qantar.scenario.identity import scenario_hash

    return f"{scenario.header.id}-{scenario_hash(scenario)}"


def _unusual(scenarios: tuple[Scenario, ...], options: Options) -> list[str]:
    """Return the palace and the kind of parameters, each where it is not what it is when nobody says."""
    from qantar.ensembles.design import default_mode
    from qantar.scenario.unread import default_palace

    usual = (default_palace(*scenarios), default_mode(*scenarios))
    asked = (options.palace or usual[0], options.parameters)
    return [word for word, other in zip(asked, usual, strict=True) if word != other]
