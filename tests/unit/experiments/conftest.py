"""Members of experiments without a run."""

from __future__ import annotations

import math

from qantar.experiments.members import Told


def told(**given: object) -> Told:
    """Return a member in which nothing happened but what is given."""
    nothing = dict.fromkeys(("cabinet", "chair", "chief", "asked", "agreed", "refused", "landed"), math.nan)
    rest = {"member": 0, "ending": "quiet", "patron_won": False, "struggles": 0, "moves": 0, "collapse": False, "policy": "", "peak": 0}
    return Told(**{**nothing, **rest, "deaths": 0, **given})  # type: ignore[arg-type]
