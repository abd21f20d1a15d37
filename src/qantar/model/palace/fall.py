"""Fall: how the streets bring a regime down.

    hazard = rate · x² / (1 + x²),   x = crowd in the capital / (ratio · armed men there who obey)

and none for a crowd that would not put a unit before the question (`units.crowd`).
Men who stand aside or went over are not there; the guarantor's men are. What insiders do is in `struggle`.
"""

from __future__ import annotations

import math
from typing import Any

from qantar.engine.random import uniform
from qantar.engine.streams import Stream
from qantar.model.country import Country
from qantar.model.palace.court import LOST_TO_STREETS
from qantar.model.state import World

FALLS = {LOST_TO_STREETS: "The crowd takes the seat of power; the ruler flees."}
"""What can end the regime from below, and the words for it. `World.fallen` holds the key."""


def rate_of_fall(crowd: float, obeying: float, rate: float, ratio: float) -> float:
    """Return the hazard, per hour, that the streets bring the regime down."""
    x = crowd / (ratio * max(obeying, 1.0))
    return rate * x * x / (1.0 + x * x)


def falls(world: World, country: Country, units: Any) -> bool:  # noqa: ANN401 - parameters as bare numbers
    """Say whether the regime falls in this tick."""
    capital = country.capital
    crowd = float(world.peaceful[capital] + world.violent[capital])
    if crowd < units.crowd:
        return False
    obeying = float(world.men[capital] @ world.coherence[country.region[capital]])
    hazard = rate_of_fall(crowd, obeying, units.fall_rate, units.fall_ratio)
    u = uniform(world.seed, world.member, int(Stream.FALL), int(country.key[capital]), 0, world.tick, 0)
    return u < -math.expm1(-hazard * country.clock.tick_hours)
