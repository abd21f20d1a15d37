"""The hazards of the streets in plain Python, as somebody writes them who builds the model in Mesa.

Each function is the one of the same name in `qantar.model.streets.formulas`; a test holds the two together.
"""

from __future__ import annotations

import math


def logistic(x: float) -> float:
    """Λ(x)."""
    if x >= 0.0:
        return 1.0 / (1.0 + math.exp(-x))
    return math.exp(x) / (1.0 + math.exp(x))


def saturation(x: float, half: float) -> float:
    """Return x / (x + half)."""
    return x / (x + half) if x + half > 0.0 else 0.0


def activity(hour: float, night: float, peak: float, width: float) -> float:
    """Share of people free to come at an hour."""
    distance = abs(hour - peak) % 24.0
    distance = min(distance, 24.0 - distance)
    return night + (1.0 - night) * math.exp(-0.5 * (distance / width) ** 2)


def arrest_probability(force: float, crowd: float, visibility: float, offset: float) -> float:
    """Chance of arrest as a protester estimates it (Epstein 2002)."""
    return 1.0 - math.exp(-visibility * force / (crowd + offset))


def anonymity(base: float, newcomers: float, travellers: float, size: float, organised: float, brokered: float) -> float:
    """Chance that nobody on the street knows one."""
    return logistic(base + newcomers + travellers + size - organised - brokered)


def turn_rate(rate: float, anonymous: float, clash_share: float, undeterred: float, clash: float, crowding: float, example: float) -> float:
    """Rate of turning violent of a man aged 16-29."""
    return rate * anonymous * ((1.0 - clash_share) * undeterred + clash_share * clash) * crowding * example


def detention_per_person(rate: float, force: float, weighted_crowd: float, half: float, violent: float, free_cells: float) -> float:
    """Hazard of detention of one peaceful protester."""
    if force <= 0.0 or weighted_crowd <= 0.0:
        return 0.0
    return rate * force / (weighted_crowd + half * force) * force / (force + violent) * free_cells
