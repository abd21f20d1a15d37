"""What each mechanism is worth, of a calibration: refitted without it, and just switched off."""

from __future__ import annotations

from collections.abc import Sequence

from qantar.inference.calibrate import Calibrations
from qantar.inference.heldout import READABLE, Loss, fewest_sets, has_yardstick, mechanism_losses
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
        (one.name, f"{one.simulations:,}", f"{one.tolerance:.3f}", f"{one.effective:.0f}", f"{one.crps:.2f}",
         f"{one.crps - first.crps:+.2f}", f"{one.log_score:.2f}", f"{one.log_score - first.log_score:+.2f}",
         f"{one.inside} of {one.targets}")
        for one in losses
    ]  # fmt: skip
    header = ("refit", "runs", "distance reached", "effective", "CRPS", "loss", "log score", "loss", "inside 90 %")
    words = "Refitted without it, the other parameters free; the first line had every mechanism and the same budget."
    if (least := fewest_sets(losses)) < READABLE:
        words += (
            f" The smallest of these posteriors is worth {least:.0f} parameter sets: what so few say differs from seed to seed as "
            "much as from line to line, and a larger population is needed to read it."
        )
    return f"{words}\n\n{rows_of(header, rows)}"


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
