"""Whether a call for help is answered.

    logit = base + interest · worth + frame · fit + hopeless · share of the big cities that is lost

`fit` is 1 for a bloc whose remit covers anything, and the foreign frame for one that may only act against
aggression from outside: terrorists led from abroad are its legal key. `worth` is the bloc's interest in a
friendly regime, in its own authority and in being the only guarantor.

The bloc takes the frame as it is and the plain mean over the big cities but the capital, at the hour of its decision
(`alliance`). The ruler reckons with the same form: with a call that is fully believed, and with cities weighed by
residents, the capital among them, by the largest crowds seen lately (`palace.standing`).

Sources: the article on Kazakhstan 2022 (what the framing allowed, what the bloc won); no answer to
Kyrgyzstan 2010 and Armenia 2021.
"""

from __future__ import annotations

from typing import Any

from qantar.scenario.schema import Bloc

EVEN = 0.5
"""Interest of a bloc for which the data give none."""


def odds_of_answer(p: Any, bloc: Bloc, frame: float, lost: float) -> float:  # noqa: ANN401 - bare numbers
    """Return the log-odds that a bloc agrees; `frame` and `lost` are shares."""
    fit = 1.0 if bloc.remit == "any" else frame
    worth = EVEN if bloc.interest is None else bloc.interest.value
    return float(p.base + p.interest * worth + p.frame * fit + p.hopeless * lost)


def framed(frame: float, said: float) -> float:
    """Return the foreign frame after a call that says so."""
    return frame + said * (1.0 - frame)
