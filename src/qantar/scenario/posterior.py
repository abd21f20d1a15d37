"""A fit that was shipped with a scenario: weighted parameter sets, and where they come from.

``posterior.csv`` has a column `weight`, where the fit was weighed again under a simulated palace also `weight_simulated`, and one
for each free parameter; ``posterior.yaml`` says what was fitted, by which version, with which seed and budget.
"""

from __future__ import annotations

import hashlib
import math
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from qantar.scenario.mistakes import Mistakes, quoted
from qantar.scenario.tables import Cell, split_line
from qantar.scenario.value import Frozen

WEIGHT, WEIGHT_SIMULATED = "weight", "weight_simulated"
REPORTING = "reporting"
"""Group of the factors between a count and its figure in the record; no parameters of the model."""

MOST_PARTICLES = 20_000


class Provenance(Frozen):
    """``posterior.yaml``: what was fitted, and how."""

    schema_version: Literal[1] = Field(description="version of this contract")
    scenario: str = Field(description="identifier of the scenario")
    scenario_hash: str = Field(description="hash of the scenario as it was when it was fitted")
    calibration_hash: str = Field(description="hash of its calibration.yaml")
    study: str = Field(description="which targets were fitted")
    palace: str = Field(description="who acted in the palace")
    version: str = Field(description="version of Qantar")
    seed: int = Field(description="seed of the calibration")
    budget: int = Field(description="simulations that were allowed")
    simulations: int = Field(description="simulations that were used")
    generations: int = Field(description="generations of the sequential sampler")
    tolerance: float = Field(description="distance within which the last generation was accepted")
    effective: float = Field(description="effective number of parameter sets")


class Posterior(Frozen):
    """Weighted parameter sets. values[particle][parameter], weights sum to 1.

    simulated : weights under a simulated palace, likewise; empty where the fit was not weighed again
    """

    provenance: Provenance
    names: tuple[str, ...]
    weights: tuple[Annotated[float, Field(ge=0)], ...]
    values: tuple[tuple[float, ...], ...]
    simulated: tuple[Annotated[float, Field(ge=0)], ...] = ()
    same_data: bool = True

    @property
    def digest(self) -> str:
        """Eight hexadecimal digits that differ when any particle differs."""
        text = repr((self.names, self.weights, self.values, *((self.simulated,) if self.simulated else ())))
        return hashlib.sha256(text.encode("ascii")).hexdigest()[:8]

    def weights_under(self, palace: str) -> tuple[float, ...]:
        """Weights for runs with a palace, ``recorded`` or ``simulated``."""
        return self.simulated if palace == "simulated" and self.simulated else self.weights

    @property
    def model_names(self) -> tuple[str, ...]:
        """Names of the parameters of the model among those that were fitted."""
        return tuple(name for name in self.names if not name.startswith(f"{REPORTING}."))


class Particles(NamedTuple):
    """``posterior.csv`` as it was read: names, normalised weights, those under a simulated palace or none, and values."""

    names: tuple[str, ...] = ()
    weights: tuple[float, ...] = ()
    simulated: tuple[float, ...] = ()
    values: tuple[tuple[float, ...], ...] = ()


def read_particles(text: str, file: str, mistakes: Mistakes) -> Particles:
    """Return what ``posterior.csv`` holds; note what is wrong with it."""
    content = text.split("\n")
    cells = split_line(content[0], 1, file, mistakes)
    if cells is None:
        return Particles()
    header = [cell.text for cell in cells]
    first = 2 if header[1:2] == [WEIGHT_SIMULATED] else 1
    names = tuple(header[first:])
    if header[0] != WEIGHT or not names or len(set(names)) != len(names):
        mistakes.add(file, 1, 1, f"the first line names the columns: '{WEIGHT}', then each parameter once (group.name)")
        return Particles()
    rows = [(line, row) for line, row in enumerate(content[1:], start=2) if row.strip()]
    if not 1 <= len(rows) <= MOST_PARTICLES:
        mistakes.add(file, 1, 1, f"{len(rows)} parameter sets, expected 1 to {MOST_PARTICLES}")
        return Particles(names)
    numbers = [_numbers(row, line, len(header), file, mistakes) for line, row in rows]
    weights = [_normalised([row[column] for row in numbers], file, mistakes) for column in range(first)]
    return Particles(names, weights[0], weights[1] if first > 1 else (), tuple(tuple(row[first:]) for row in numbers))


def _normalised(weights: list[float], file: str, mistakes: Mistakes) -> tuple[float, ...]:
    total = math.fsum(weights)
    if not total > 0.0 or min(weights) < 0.0:
        mistakes.add(file, 2, 1, "weights are not negative, and at least one is more than 0")
        return ()
    return tuple(weight / total for weight in weights)


def _numbers(row: str, line: int, expected: int, file: str, mistakes: Mistakes) -> list[float]:
    cells = split_line(row, line, file, mistakes)
    if cells is None:
        return [0.0] * expected
    if len(cells) != expected:
        mistakes.add(file, line, 1, f"{len(cells)} columns, expected {expected}")
        return [0.0] * expected
    return [_number(cell, line, file, mistakes) for cell in cells]


def _number(cell: Cell, line: int, file: str, mistakes: Mistakes) -> float:
    try:
        number = float(cell.text)
    except ValueError:
        number = math.nan
    if math.isfinite(number):
        return number
    mistakes.add(file, line, cell.column, f"{quoted(cell.text)} is not a number")
    return 0.0
