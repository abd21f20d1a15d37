"""The equations of the streets as scalar functions, each with its source.

Every function is compiled by Numba and called from the kernels; nothing here loops. Rates are per
hour, crowds and forces are counts of people, signals lie in [0, 1].
"""

from __future__ import annotations

import math

from qantar.engine.compiled import njit


@njit(inner=True)
def logistic(x: float) -> float:
    """Λ(x) = 1 / (1 + exp(-x))."""
    if x >= 0.0:
        return 1.0 / (1.0 + math.exp(-x))
    e = math.exp(x)
    return e / (1.0 + e)


@njit(inner=True)
def saturation(x: float, half: float) -> float:
    """Return x / (x + half), 0 where both vanish."""
    total = x + half
    return x / total if total > 0.0 else 0.0


@njit(inner=True)
def hill(x: float, half: float, steepness: float) -> float:
    """Return x^s / (x^s + half^s), 0 where x vanishes; for s = 1 the `saturation`. Above 1, a few count for less than their share.

    Source: Hill's form for a critical mass; that violence needs many others, Granovetter (1978).
    """
    if x <= 0.0:
        return 0.0
    return 1.0 / (1.0 + math.pow(half / x, steepness))


@njit(inner=True)
def activity(hour: float, night: float, peak: float, width: float) -> float:
    """Share of people free to come at a local hour, 1 at the peak.

    d(h) = night + (1 - night) exp(-Δ² / 2 width²), Δ the circular distance of h from the peak hour.
    Source: assumed shape.
    """
    distance = abs(hour - peak) % 24.0
    distance = min(distance, 24.0 - distance)
    return night + (1.0 - night) * math.exp(-0.5 * (distance / width) ** 2)


@njit(inner=True)
def in_hours(hour: float, start: float, end: float) -> bool:
    """Whether a local hour lies in a window that may pass midnight."""
    if start <= end:
        return start <= hour < end
    return hour >= start or hour < end


@njit(inner=True)
def arrest_probability(force: float, crowd: float, visibility: float, offset: float) -> float:
    """P = 1 - exp(-k F / (crowd + c0)), as a protester estimates it. Source: Epstein (2002), eq. 2.

    Departure: c0 keeps the first few from facing a whole city's police; Epstein counts in sight.
    """
    return 1.0 - math.exp(-visibility * force / (crowd + offset))


@njit(inner=True)
def join_drive(
    base: float, weights: tuple[float, float, float, float, float], signals: tuple[float, float, float, float, float], threat: float
) -> float:
    """Log-odds of joining that all residents of a place share: b0 + Σ weight · signal - threat.

    weights, signals : of the crowd nearby, protest elsewhere, efficacy, the blackout, the clash
    threat : weighted chance of arrest (Epstein 2002) and fear
    """
    near, far, efficacy, blackout, clash = signals
    b_near, b_far, e0, curiosity, e1 = weights
    return base + b_near * near + b_far * far + e0 * efficacy + curiosity * blackout + e1 * clash - threat


@njit(inner=True)
def anonymity(
    base: float, newcomers: float, travellers: float, size: float, organised: float, brokered: float
) -> float:
    """A = Λ(sum of log-odds terms), the chance that nobody on the street knows one. Source: Pinckney (2016)."""
    return logistic(base + newcomers + travellers + size - organised - brokered)


@njit(inner=True)
def turn_rate(
    rate: float, anonymous: float, clash_share: float, undeterred: float, clash: float, crowding: float, example: float
) -> float:
    """Rate of turning violent of a man aged 16-29.

    ρ_v A [(1 - χ) exp(-δ F / (c + c0)) + χ clash] c^u / (c^u + m^u) (1 + κ V / (V + P)), with F the force used and c the
    crowd of the neighbourhood, V and P the violent and the peaceful in it. Sources: Stott and Reicher (1998) for
    the clash term, Granovetter (1978) for the crowd that it takes (`hill`).
    """
    return rate * anonymous * ((1.0 - clash_share) * undeterred + clash_share * clash) * crowding * example


@njit(inner=True)
def detention_per_person(
    rate: float, force: float, weighted_crowd: float, half: float, violent: float, free_cells: float
) -> float:
    """Hazard of detention of one peaceful protester.

    rate F / (X + half F) · F / (F + V) · free cells; X is the crowd with the violent weighted, so
    that detentions per officer saturate. Departure: F / (F + V) is ours; officers who fight do not
    detain.
    """
    if force <= 0.0 or weighted_crowd <= 0.0:
        return 0.0
    return rate * force / (weighted_crowd + half * force) * force / (force + violent) * free_cells


@njit(inner=True)
def contact(force: float, crowd: float) -> float:
    """Share of a crowd in contact with force, F / (F + crowd)."""
    return saturation(force, crowd)


@njit(inner=True)
def rout_rate(rate: float, violent: float, force: float, even_ratio: float) -> float:
    """Hazard of rout, rate · r² / (1 + r²) with r = V / (F · even ratio). Source: assumed Hill form."""
    if force <= 0.0 or violent <= 0.0:
        return 0.0
    r = violent / (force * even_ratio)
    return rate * r * r / (1.0 + r * r)


@njit(inner=True)
def assault_success(violent: float, guards: float, even_ratio: float) -> float:
    """Chance that an assault takes a site, r² / (1 + r²) with r = V / (guards · even ratio). Assumed."""
    if guards <= 0.0:
        return 1.0
    r = violent / (guards * even_ratio)
    return r * r / (1.0 + r * r)
