"""Power: what offices, means and the power of clients give.

    p = q / (sum q + what is nobody's),   (I - delta D M) q = D f

with f the formal weight of the offices held plus weighted means, D health, M the loyalties (a client's sum at
most 1); what is nobody's is the weight of vacant offices and the means of those who are gone, and delta what
a client's power passes on to the patron. It is Bonacich's (1987) centrality with the actors' own resources as
the status that they bring along.

Departure: Bonacich's matrix is symmetric; patronage is not.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qantar.engine.compiled import njit
from qantar.errors import AssemblyError
from qantar.model.palace.court import Court

Floats = NDArray[np.float64]


def spectral_radius(matrix: Floats) -> float:
    """Return the largest modulus of an eigenvalue of a square matrix."""
    return float(np.abs(np.linalg.eigvals(matrix)).max()) if matrix.size else 0.0


def check_passing(loyalty: Floats, health: Floats, passing: float) -> None:
    """Raise AssemblyError where power would feed on itself: the spectral radius of delta D M must be below 1."""
    radius = spectral_radius(passing * health[:, None] * loyalty)
    if not radius < 1.0:
        raise AssemblyError(
            f"loyalties pass power round in a circle (spectral radius {radius:.3g}, expected below 1): "
            "lower parameters.palace.patronage_pass, or loyalties in palace.yaml"
        )


def passing_on(loyalty: Floats, health: Floats, passing: float) -> Floats:
    """Return (I - delta D M)^-1 D : float64[actor, actor], what everybody's resources give everybody.

    health : float64[actor], 0 for those who are gone: their clients pass nothing on to them
    """
    return np.asarray(np.linalg.solve(np.eye(health.size) - passing * health[:, None] * loyalty, np.diag(health)))


@njit()
def shares(holder: np.ndarray, free: np.ndarray, means: np.ndarray, formal: np.ndarray, given: np.ndarray) -> np.ndarray:
    """Return the shares of power : float64[actor], adding up to at most 1; `given` is from `passing_on`.

    holder : int64[office]; free : bool[actor]; means : float64[actor], weighted. What vacant offices and the
    means of those gone would weigh belongs to nobody, but stays in the whole.
    """
    n = free.size
    own = np.zeros(n)
    nobodys = 0.0
    for actor in range(n):
        if free[actor]:
            own[actor] = means[actor]
        else:
            nobodys += means[actor]
    for office in range(holder.size):
        if holder[office] >= 0:
            own[holder[office]] += formal[office]
        else:
            nobodys += formal[office]
    q = np.zeros(n)
    total = nobodys
    for actor in range(n):
        for other in range(n):
            q[actor] += given[actor, other] * own[other]
        total += q[actor]
    return q / total if total > 0.0 else q


def power(court: Court, formal: Floats, means_weight: float, passing: float) -> Floats:
    """Return the shares of power in a court : float64[actor]."""
    given = passing_on(court.loyalty, court.health * court.free, passing)
    return np.asarray(shares(court.holder, court.free, means_weight * court.means, formal, given))
