"""The court: who holds which office, who is free, who leans where, and what each believes of the others.

Dimensions: actor, office, branch. `loyalty[patron, client]` and the sums over patrons are at most 1.
`belief[observer, patron, client]` is what the observer holds of others' loyalties; its own column is the
truth, for everybody knows where he himself leans.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

VACANT = -1
LOST_TO_COUP, LOST_TO_STREETS, STEPPED_DOWN = "coup", "overthrow", "stepped down"
"""How a ruler can lose the top office; `Court.ruler_lost` is one of them, or empty."""


@dataclass
class Court:
    """The state of a palace in one member; only the palace writes it.

    holder : int64[office] actor, or VACANT
    free : bool[actor] neither arrested nor gone
    health, means : float64[actor] shares
    loyalty : float64[patron, client] hidden truth; belief : float64[observer, patron, client]
    wronged : bool[actor] lost an office in this crisis
    immune : bool[actor] held an office that the law protects
    changed_at : float64[branch] hour at which its commander last changed, -inf for long ago
    purged : holders with another patron, or protected, whom the ruler removed; ruler_lost : how the top office was lost
    winner : of the last struggle, -1 before any; struggles : contests fought so far
    version : rises with every change, so that what was worked out for an older court is known to be stale
    """

    holder: Ints
    free: Bools
    health: Floats
    means: Floats
    loyalty: Floats
    belief: Floats
    wronged: Bools
    changed_at: Floats
    immune: Bools
    emergency: bool = False
    negotiated: bool = False
    struggles: int = 0
    version: int = 0
    purged: int = 0
    winner: int = -1
    ruler_lost: str = ""

    def copy(self) -> Court:
        """Return a court that can be changed without changing this one."""
        return Court(
            self.holder.copy(), self.free.copy(), self.health.copy(), self.means.copy(), self.loyalty.copy(),
            self.belief.copy(), self.wronged.copy(), self.changed_at.copy(), self.immune.copy(),
            self.emergency, self.negotiated, self.struggles, self.version,
            self.purged, self.winner, self.ruler_lost,
        )
