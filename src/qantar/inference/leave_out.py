"""A fit without some targets, found among the runs of the fit with all of them.

All candidates of the last generation come from one proposal, whatever they were accepted for. Those that are nearest
to the targets that are left, weighed by prior density over that of the proposal, are a posterior of these targets:
importance sampling, as in leave-one-out by Gelfand, Dey and Chang (1992), Bayesian Statistics 4, 147. It costs no run.

Limits: the proposal had seen what is left out. Its fifth from the prior keeps the weights bounded, but where the
targets that are left speak for a region that the fit never looked at, few candidates lie there, and the
effective number says so.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from qantar.inference.distance import Distance
from qantar.inference.sampler import Generation


def chosen_again(generation: Generation, distance: Distance, population: int) -> Generation:
    """Return a generation with the `population` candidates that are nearest by another distance, in their order."""
    rows = generation.taken
    distances = distance(rows.outcomes, rows.scores)
    nearest = np.sort(np.argsort(distances, kind="stable")[:population])
    accepted = generation.weigh(replace(rows.take(nearest), distance=distances[nearest]))
    return replace(generation, accepted=accepted, tolerance=float(distances[nearest].max()))
