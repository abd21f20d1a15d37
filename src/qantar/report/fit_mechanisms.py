"""What each mechanism is worth, of a calibration: refitted without it, and just switched off."""

from __future__ import annotations

from collections.abc import Sequence

from qantar.inference.calibrate import Calibrations
from qantar.inference.heldout import Loss, chance, has_yardstick, mechanism_losses
from qantar.inference.switched import Switched, switched_off
from qantar.report.fit_tables import rows_of


def worth(calibrations: Calibrations) -> str:
    """Return both tables, as far as they are there, as Markdown."""
    losses, switched = mechanism_losses(calibrations), switched_off(calibrations)
    parts = [*([_refits(losses)] if has_yardstick(losses) else []), *([_switched(switched)] if switched else [])]
    return "## What each mechanism is worth\n\n" + "\n".join(parts) if parts else ""


def _refits(losses: Sequence[Loss]) -> str:
    first = losses[0]
    rows = [
        (one.name, f"{one.width:.2f}", f"{one.distance:.2f}", f"{one.whole.crps:.2f}", *_lost(one, first), f"{one.whole.log_score:.2f}",
         f"{one.whole.log_score - first.whole.log_score:+.2f}", f"{one.whole.inside} of {len(one.whole.scores)}")
        for one in losses
    ]  # fmt: skip
    header = ("refit", "moved from within", "distance", "CRPS", "loss (each half)", "loses most in", "log score", "loss", "inside 90 %")
    words = (
        f"Refitted without it by regression on {first.simulations:,} runs from the priors of all other parameters; the first line has "
        f"everything, and as many runs with the same draws. Each half of the runs is fitted for itself. The standard error of a loss is "
        f"{chance(losses):.2f}, from how far the halves lie apart: a loss below {2.0 * chance(losses):.2f} is not shown to be one. "
        "Distance is that of the median member; where it was moved from far outside, a line may have been drawn too far, "
        "and the loss is an upper bound."
    )
    return f"{words}\n\n{rows_of(header, rows)}"


def _lost(one: Loss, first: Loss) -> tuple[str, str]:
    """Return the loss with that of each half, and the figure that loses most."""
    if one is first:
        return "", ""
    label, most = one.lost_most(first)
    halves = ", ".join(f"{part:+.2f}" for part in one.lost(first))
    return f"{one.whole.crps - first.whole.crps:+.2f} ({halves})", f"{label} ({most:+.1f})"


def _switched(found: Sequence[Switched]) -> str:
    whole = found[0].judged
    rows = [
        (one.name, f"{one.judged.crps:.2f}", f"{one.judged.crps - whole.crps:+.2f}",
         f"{one.judged.inside} of {len(one.judged.scores)}", _times(one.largest_day), _times(one.deaths))
        for one in found
    ]  # fmt: skip
    header = ("switched off", "CRPS", "loss", "inside 90 %", "largest day, times", "deaths, times")
    words = (
        f"{found[0].members} members of the fit with the same draws, it switched off and nothing refitted. The last two columns are each "
        "member's own ratio, median and 90 % of members: what it carries in the fitted country, whether or not others could take its part."
    )
    return f"{words}\n\n{rows_of(header, rows)}"


def _times(ratio: tuple[float, float, float]) -> str:
    low, middle, high = ratio
    return f"{middle:.2f} ({low:.2f} to {high:.2f})"
