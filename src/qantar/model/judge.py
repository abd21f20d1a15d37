"""How a run ended, read from its series: one rule per ending, in one place.

    quiet              no day had more participants than the wave threshold
    order broken       for long enough, a large enough share of the people lived in regions in whose
                       centre the forces were routed and outnumbered by the violent
    control returned   after the country's largest hour, crowd and violent stay below their thresholds to the end of the
                       run, for at least the calm time; control returned at the first such hour
    still contested    none of these

Order broken wins over control returned: what came after would be another order.

Where the palace is simulated, what became of the rulers is read as well; the first rule that applies decides:

    overthrow                    the streets brought the regime down
    palace coup                  insiders put somebody else into the top office
    breakdown of order           order broken, as above
    negotiated change            a deal was signed, or the ruler stepped down against guarantees
    power consolidated by purge  the streets are quiet or control returned, and the ruler removed a holder who
                                 was another's man, or whom the law protected
    quiet, still contested       as above
    status quo restored          control returned, and none of these
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qantar.engine.ending import Ending
from qantar.model.palace.court import LOST_TO_COUP, LOST_TO_STREETS, STEPPED_DOWN, Court
from qantar.scenario.parameters import JudgementParameters


def _longest_run(flags: NDArray[np.bool_]) -> int:
    """Return the length of the longest unbroken run of true ticks."""
    longest = current = 0
    for flag in flags:
        current = current + 1 if flag else 0
        longest = max(longest, current)
    return longest


def calm_from(crowd: NDArray[np.int64], violent: NDArray[np.int64], judgement: JudgementParameters) -> int:
    """Return the first tick from which crowd and violent stay below their thresholds to the end."""
    restless = (crowd >= judgement.control_crowd.value) | (violent >= judgement.control_violent.value)
    last = np.flatnonzero(restless)
    return int(last[-1]) + 1 if last.size else 0


def judge(
    arrays: Mapping[str, NDArray[Any]], routed_share: NDArray[np.float64], judgement: JudgementParameters,
    tick_hours: float,
) -> tuple[Ending, float | None]:
    """Return the ending and the hour at which control returned (None where it did not).

    Control returns after the largest crowd of the country: where places have their largest crowds at different hours, a day can be
    a wave none of whose hours is restless.
    """
    if arrays["participants"].max() <= judgement.wave.value:
        return Ending.QUIET, None
    broken = routed_share >= judgement.broken_share.value
    if _longest_run(broken) * tick_hours >= judgement.broken_hours.value:
        return Ending.ORDER_BROKEN, None
    largest = int(arrays["national_crowd"].argmax())
    calm = max(largest + 1, calm_from(arrays["national_crowd"], arrays["national_violent"], judgement))
    if (arrays["national_crowd"].size - calm) * tick_hours >= judgement.control_calm.value:
        return Ending.CONTROL_RETURNED, calm * tick_hours
    return Ending.STILL_CONTESTED, None


def judge_palace(streets: Ending, court: Court) -> Ending:
    """Return the ending of a run with a simulated palace, from that of the streets and the court at the end."""
    rules = (
        (court.ruler_lost == LOST_TO_STREETS, Ending.OVERTHROW),
        (court.ruler_lost == LOST_TO_COUP, Ending.PALACE_COUP),
        (streets is Ending.ORDER_BROKEN, Ending.BREAKDOWN_OF_ORDER),
        (court.negotiated or court.ruler_lost == STEPPED_DOWN, Ending.NEGOTIATED_CHANGE),
        (streets is Ending.STILL_CONTESTED, Ending.STILL_CONTESTED),
        (court.purged > 0, Ending.POWER_CONSOLIDATED),
        (streets is Ending.QUIET, Ending.QUIET),
    )
    return next((ending for applies, ending in rules if applies), Ending.STATUS_QUO_RESTORED)
