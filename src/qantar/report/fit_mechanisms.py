"""What each mechanism is worth, of a calibration: refitted without it, and just switched off."""

from __future__ import annotations

from collections.abc import Sequence

from qantar.inference.calibrate import Calibrations
from qantar.inference.heldout import SURE, Judged, Refit, chance, comparable, lost, own_forecasts, refits_without
from qantar.inference.regression import HALVES
from qantar.inference.switched import Switched, switched_off
from qantar.report.fit_tables import rows_of


def worth(calibrations: Calibrations) -> str:
    """Return both tables, as far as they are there, as Markdown."""
    refits, switched = refits_without(calibrations), switched_off(calibrations)
    parts = [*([_refits(refits, own_forecasts(calibrations))] if comparable(refits) else []), *([_switched(switched)] if switched else [])]
    return "## What each mechanism is worth\n\n" + "\n".join(parts) if parts else ""


def _refits(refits: Sequence[Refit], beside: Sequence[Judged]) -> str:
    first, error = refits[0], chance(refits)
    rows = [
        (one.study.name, f"{one.simulations:,}", f"{one.width:.2f}", f"{one.distance:.2f}", f"{one.crps:.2f}", *_lost(one, first, error),
         f"{one.whole.log_score:.2f}", f"{one.whole.inside} of {len(one.whole.scores)}")
        for one in refits
    ]  # fmt: skip
    rows += [
        (one.name, "", "", "", f"{one.crps:.2f}", "", "", f"{one.log_score:.2f}", f"{one.inside} of {len(one.scores)}") for one in beside
    ]
    header = ("refit", "runs", "moved from within", "distance", "CRPS", "loss (each half)", "most in", "log score", "inside 90 %")
    words = (
        f"Refitted without it by regression on runs from the priors of all other parameters; the first line has everything, and "
        f"the same draws. Each half of the runs is fitted for itself, with {first.members // HALVES} fresh members. The standard error "
        f"of a loss is {error:.2f}, from how far the halves of those with as many runs lie apart; one below {SURE:g} of them is "
        "not told from chance. Distance is that of the median member. The last lines are the fit by ABC-SMC, and runs from the priors."
    )
    return f"{words}\n\n{rows_of(header, rows)}"


def _lost(one: Refit, first: Refit, error: float) -> tuple[str, str]:
    """Return the loss with that of each half, and the figure that loses most where the loss is more than chance."""
    if one is first:
        return "", ""
    loss = one.crps - first.crps
    halves = ", ".join(f"{part:+.2f}" for part in lost(one, first))
    excess = [mine.crps - other.crps for mine, other in zip(one.whole.scores, first.whole.scores, strict=True)]
    most = max(range(len(excess)), key=excess.__getitem__)
    where = f"{one.whole.targets.listed[most].label} ({excess[most]:+.1f})" if loss > SURE * error else ""
    return f"{loss:+.2f} ({halves})", where


def _switched(found: Sequence[Switched]) -> str:
    whole = found[0].judged
    rows = [(one.name, *scores_of(one, whole)) for one in found]
    header = ("switched off", *SCORES)
    words = (
        f"{len(found[0].rows)} members of the fit with the same draws, it switched off and nothing refitted. The last two columns are each "
        "member's own ratio, median and 90 % of members: what it carries in the fitted country, whether or not others could take its part."
    )
    return f"{words}\n\n{rows_of(header, rows)}"


SCORES = ("CRPS", "loss", "inside 90 %", "largest day, times", "deaths, times")


def scores_of(one: Switched, whole: Judged) -> tuple[str, ...]:
    """Return the cells under `SCORES`: scores beside those of the whole, and the members' own ratios to it."""
    judged = one.judged
    inside = f"{judged.inside} of {len(judged.scores)}"
    return f"{judged.crps:.2f}", f"{judged.crps - whole.crps:+.2f}", inside, _times(one.largest_day), _times(one.deaths)


def _times(ratio: tuple[float, float, float]) -> str:
    low, middle, high = ratio
    return f"{middle:.2f} ({low:.2f} to {high:.2f})"
