"""How well a calibration fits, and where not: one page in plain words, and one object."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from qantar.inference.calibrate import Calibrations, Result
from qantar.inference.cascade import MAPS_CELLS, Ignition, Quiet, ignition, quiet
from qantar.inference.diagnose import FARTHER, INFORMED, Trust, contraction, from_table, trust
from qantar.inference.heldout import MODEL, Judged, fitted_table, held_out_half, left_out_regions, lost, refits_without
from qantar.inference.outcomes import layout_of
from qantar.inference.parts import Rows
from qantar.inference.priors import priors_of
from qantar.inference.reweigh import Reweighed, reweighed
from qantar.inference.scores import Score
from qantar.inference.studies import FIT, HALF, REGION, STEPS, WITHOUT, studies_of
from qantar.inference.switched import switched_off
from qantar.inference.targets import Target, not_used, targets_of
from qantar.inference.variants import BASE_SHIFTS, POLICE_FACTORS
from qantar.report.fit_decides import FEWEST_ROWS, decides
from qantar.report.fit_flat import put_in
from qantar.report.fit_mechanisms import worth
from qantar.report.fit_tables import number, rows_of
from qantar.report.fit_where import death_shares, first_in_protest, largest_crowds, regions_in_protest

SHARP = 6.0
"""Ratio of the ends of a 90 % interval above which it is called wide."""


def fit_page(calibrations: Calibrations) -> str:
    """Return everything that is known of a calibration, as Markdown."""
    parts = [_head(calibrations)]
    result = calibrations.result(FIT)
    if result is not None:
        parts += [_generations(result), _parameters(result)]
    if result is not None and result.predictive is not None:
        parts += [_targets(fitted_table(calibrations)), _where(calibrations, result.predictive)]
    parts += [_held_out(calibrations), _regions(calibrations), worth(calibrations), put_in(calibrations)]
    parts += [_trust(calibrations), decides(calibrations), _quiet(calibrations), _ignition(calibrations), _simulated(calibrations)]
    parts += [_unused(calibrations), _missing(calibrations)]
    return "\n".join(part for part in parts if part)


def _head(calibrations: Calibrations) -> str:
    scenario = calibrations.scenario
    return f"# Fit of {scenario.header.id}\n\n{scenario.header.title}; palace {calibrations.palace}, seed {calibrations.seed}.\n"


def _generations(result: Result) -> str:
    rows = [
        (str(n), str(one.candidates), str(one.accepted), f"{one.accepted / one.candidates:.0%}",
         "any" if n == 0 else f"{one.tolerance:.3f}",
         f"{one.effective:.0f}")
        for n, one in enumerate(result.generations)
    ]  # fmt: skip
    used = result.fitted.provenance.simulations
    head = (
        f"## The fit\n\nABC-SMC, {used:,} runs. Distance is the root of the mean squared deviation in errors of measurement, bent at 3; "
        "the effective number is that of equally weighted parameter sets.\n\n"
    )
    table = rows_of(("generation", "candidates", "accepted", "acceptance", "within distance", "effective"), rows)
    return head + table if result.risen is None else f"{head}{table}\n{_sieve(result)}\n"


def _sieve(result: Result) -> str:
    """What the run without the shocks did to the sets; of older folders nobody knows how many runs failed."""
    had = "had a wave, or their run failed," if result.failed is None else "had a wave"
    failed = f", and the runs of {result.failed} failed" if result.failed else ""
    said = f"Run once more without the shocks, over the whole clock, {result.risen} of the {len(result.accepted)} sets {had}"
    if result.spared:
        return f"{said.removesuffix(',')}{failed}. None is left that stays quiet, so that all keep their weight."
    return f"{said}{failed}{', and these' if failed else ' and'} lost their weight: {result.fitted.effective:.0f} effective ones are left."


def _parameters(result: Result) -> str:
    fitted = result.fitted
    levels = (0.05, 0.5, 0.95)
    prior = [[free.at(z) for z in (-1.645, 0.0, 1.645)] for free in fitted.priors.free]
    posterior = fitted.quantiles(levels).T
    taken = contraction(fitted.scores, fitted.weights)
    doubt = math.sqrt(2.0 / max(fitted.effective - 1.0, 1.0))
    rows = []
    for name, before, after, share in zip(fitted.priors.names, prior, posterior, taken, strict=True):
        sides = [" / ".join(number(float(value)) for value in values) for values in (before, after)]
        rows.append((name, *sides, f"{share:.0%} ± {(1.0 - share) * doubt:.0%}"))
    dull = [name for name, share in zip(fitted.priors.names, taken, strict=True) if share < INFORMED]
    words = (
        f"The record says next to nothing of these (under {INFORMED:.0%} of the prior's variance taken away): {', '.join(dull)}.\n"
        if dull
        else f"The record takes away at least {INFORMED:.0%} of the prior's variance of each.\n"
    )
    header = ("parameter", "prior 5 / 50 / 95 %", "posterior 5 / 50 / 95 %", "variance taken away")
    return "## Parameters\n\n" + rows_of(header, rows) + "\n" + words


def _interval(target: Target, one: Score) -> str:
    low, middle, high = (float(target.figure(mark)) for mark in (one.low, one.middle, one.high))
    return f"{number(middle)} ({number(low)} to {number(high)})"


def _targets(tables: Sequence[Judged]) -> str:
    model = next(table for table in tables if table.name == MODEL)
    rows = []
    for target, one in zip(model.targets.listed, model.scores, strict=True):
        low, high = float(target.figure(one.low)), float(target.figure(one.high))
        wide = f"{high / low:.1f}{' wide' if high / low > SHARP else ''}" if target.logarithmic and low > 0 else ""
        inside = "yes" if one.low <= float(target.mark(target.observed)) <= one.high else "NO"
        rows.append((target.label, number(target.observed), _interval(target, one), inside, wide, f"{one.tail:.2f}", target.half))
    header = ("figure", "record", "fit: median (90 % of forecasts)", "inside", "q95/q05", "p", "half")
    head = (
        "## Predictive checks\n\nFresh members of the fit, with an error of measurement. p is the two-sided probability of a figure as far "
        "out as the record's; patterns (wrong regions, largest crowd) have tolerances in its place.\n\n"
    )
    return (
        head
        + rows_of(header, rows)
        + "\nAll of these were fitted, so that agreement proves little. Scores beside simpler stories fitted to the same:\n\n"
        + _scores(tables)
    )


def _where(calibrations: Calibrations, rows: Rows) -> str:
    scenario, layout = calibrations.scenario, layout_of(calibrations.scenario)
    shares = [
        (one.region, f"{one.recorded:.0%}", f"{one.middle:.0%} ({one.low:.0%} to {one.high:.0%})", "yes" if one.inside else "NO")
        for one in death_shares(scenario, layout, rows)
    ]
    lines = []
    for largest in largest_crowds(scenario, layout, rows):
        where = ", ".join(f"{place} {share:.0%}" for place, share in largest.shares)
        lines.append(f"* Largest crowd of {largest.day:%-d %b} ({', '.join(largest.recorded)} in the record), share of members: {where}.")
    for day in regions_in_protest(scenario, layout, rows):
        marked = [f"{region}{'*' if region in day.recorded else ''} {share:.0%}" for region, share in day.shares if share > 0]
        lines.append(f"* In protest on {day.day:%-d %b} (* in the record, too), share of members: {', '.join(marked)}.")
    if not shares and not lines:
        return ""
    first = ", ".join(f"{region} {share:.0%}" for region, share in first_in_protest(layout, rows))
    lines.append(f"* In protest on the first day that had any, share of members: {first or 'none'}.")
    table = rows_of(("region", "share of deaths, record", "members: median (90 %)", "inside"), shares) + "\n" if shares else ""
    return "## Where\n\nThe same members, without an error of measurement.\n\n" + table + "\n".join(lines) + "\n"


def _scores(tables: Sequence[Judged]) -> str:
    rows = [(one.name, f"{one.crps:.2f}", f"{one.log_score:.2f}", f"{one.inside} of {len(one.scores)}") for one in tables]
    kinds = list(dict.fromkeys(target.key for target in tables[0].targets.listed))
    parts = [(one.name, *(f"{one.by_kind()[kind]:.2f}" for kind in kinds)) for one in tables]
    whole = rows_of(("forecaster", "CRPS", "log score", "inside 90 %"), rows)
    return f"{whole}\nCRPS by kind of figure:\n\n{rows_of(('forecaster', *kinds), parts)}"


def _held_out(calibrations: Calibrations) -> str:
    tables = held_out_half(calibrations)
    if not tables:
        return ""
    assert calibrations.scenario.calibration is not None
    names = [table.name for table in tables]
    rows = [
        (target.label, number(target.observed), *(_interval(target, table.scores[position]) for table in tables))
        for position, target in enumerate(tables[0].targets.listed)
    ]
    head = f"## Held out\n\n{calibrations.scenario.calibration.split}\n\nSmaller scores are better; CRPS in errors of measurement.\n\n"
    return f"{head}{_scores(tables)}\n{MODEL}: {tables[0].note}.\n\n" + rows_of(("judged figure", "record", *names), rows)


def _regions(calibrations: Calibrations) -> str:
    tables = left_out_regions(calibrations)
    rows = [
        (target.label, number(target.observed), "not seen" if table.name != FIT else "seen", _interval(target, one), f"{one.crps:.2f}",
         f"{one.log_score:.2f}")
        for table in tables for target, one in zip(table.targets.listed, table.scores, strict=True)
    ]  # fmt: skip
    if not rows:
        return ""
    header = ("figure", "record", "by the fit that had it", "median (90 %)", "CRPS", "log score")
    return "## One region out at a time\n\n" + rows_of(header, sorted(rows)) + "\n"


def trust_of(calibrations: Calibrations) -> Trust | None:
    """Return recovery and ranks on the prior table, None where it is too small."""
    table = calibrations.table("prior")
    if table is None or len(table) < FEWEST_ROWS:
        return None
    targets = targets_of(calibrations.scenario, priors_of(calibrations.scenario))
    return trust(table, targets.only(studies_of(calibrations.scenario)[FIT].fitted), seed=calibrations.seed)


def _trust(calibrations: Calibrations) -> str:
    found, table = trust_of(calibrations), calibrations.table("prior")
    if found is None or table is None:
        return ""
    targets = targets_of(calibrations.scenario, priors_of(calibrations.scenario)).only(studies_of(calibrations.scenario)[FIT].fitted)
    near = from_table(table, targets, seed=calibrations.seed)
    taken = 1.0 - near.variance
    rows = [
        (name, f"{r:.2f}", f"{share:.0%}", f"{cover:.0%}", f"{p:.2f}", f"{mean:+.2f}", f"{part:.0%}")
        for name, r, share, cover, p, mean, part in zip(
            found.names, found.correlation, found.explained, found.cover, found.uniform, near.mean, taken, strict=True
        )
    ]
    header = ("parameter", "r true, found", "variance recovered", "in 90 %", "p of ranks", "record's mean score", "taken away")
    words = (
        f"## Can the method be trusted\n\n{found.rows:,} runs from the priors; {len(found.ranks)} of them taken as records and their "
        "parameters sought with regression adjustment. The share in 90 % should be near 90 %, and ranks uniform (a small p says they "
        "are not). The last two columns are the same method on the real record: a second, coarser opinion on the fit.\n\n"
    )
    share = found.reaches(near.width)
    reach = f"The real record lies within {near.width:.2f} of its nearest runs; {share:.0%} of the synthetic ones lie as far out.\n"
    if share < FARTHER:
        reach += "The last two columns therefore extrapolate beyond what the model does within its priors, and mean nothing.\n"
    return words + rows_of(header, rows) + "\n" + reach


def quiet_of(calibrations: Calibrations) -> Quiet | None:
    """Return how quiet the fitted country is without its shocks, None where that was not run."""
    rows = calibrations.table("quiet")
    return None if rows is None else quiet(rows, layout_of(calibrations.scenario))


def _quiet(calibrations: Calibrations) -> str:
    found = quiet_of(calibrations)
    if found is None:
        return ""
    title, runs = "## Without the shocks\n\n", f"{found.without_wave:.1%} (± {found.error:.1%}) of {found.runs} runs had no wave."
    if found.without_wave == 0.0:
        return f"{title}{runs} So nothing can be said of small protests in a country that stays quiet.\n"
    low, middle, high = found.a_day
    tail = ", ".join(f"{size:,}: {share:.1%}" for size, share in found.sizes if share > 0)
    where = ", ".join(f"{region} {share:.0%}" for region, share in found.regions[:6])
    return (
        f"{title}{runs} Small protests a day "
        f"in the country in those: {middle:.2f} (90 %: {low:.2f} to {high:.2f}), {found.mean_a_day:.2f} on average; {found.none:.0%} of "
        f"them had none at all.\n\nAt least so many people, share of all small protests: {tail or 'none'}.\nWhere: {where}.\n"
    )


def ignition_of(calibrations: Calibrations) -> tuple[Ignition, ...]:
    """Return the maps of ignition, none where that was not run in full."""
    rows = calibrations.table("ignition")
    if rows is None or len(rows) < MAPS_CELLS:
        return ()
    return ignition(rows, layout_of(calibrations.scenario))


def _ignition(calibrations: Calibrations) -> str:
    found = ignition_of(calibrations)
    if not found:
        return ""
    return "## Ignition, and size given ignition\n\n" + "\n".join(_ignition_map(one) for one in found)


def _ignition_map(found: Ignition) -> str:
    header = ("b0", *(f"police × {factor:g}" for factor in POLICE_FACTORS))
    chance = [
        (f"{shift:+.2f}", *(f"{found.probability[i, j]:.2f} ± {found.error[i, j]:.2f}" for j in range(len(POLICE_FACTORS))))
        for i, shift in enumerate(BASE_SHIFTS)
    ]
    size = [
        (f"{shift:+.2f}", *(f"{number(found.sizes[i, j, 1])} ({number(found.sizes[i, j, 0])} to {number(found.sizes[i, j, 2])})"
                            for j in range(len(POLICE_FACTORS))))
        for i, shift in enumerate(BASE_SHIFTS)
    ]  # fmt: skip
    return (
        f"With {found.share:.0%} of the shock, share of {found.members} members of the fit with a wave:\n\n"
        f"{rows_of(header, chance)}\nLargest day of participants where there was one, median (90 %):\n\n{rows_of(header, size)}"
    )


def _simulated(calibrations: Calibrations) -> str:
    found = reweighed(calibrations)
    if found is None:
        return ""
    return (
        f"## With a simulated palace\n\nDistance to the record, median: {found.recorded:.2f} with recorded orders, {found.simulated:.2f} "
        f"with the simulated palace. Runs within {found.width:.2f} count, the nearer the more (the fit was accepted within "
        f"{found.tolerance:.2f}): {found.before:.0f} become {found.after:.0f} effective ones. {_carried(found)}\n"
    )


def _carried(found: Reweighed) -> str:
    if found.carries_over:
        return "The fit carries over."
    if found.usable:
        return "It carries over in part: the weights say which parameter sets do better than others, not that they do well."
    return "Too few are left: refit with --palace simulated."


def _unused(calibrations: Calibrations) -> str:
    rows = [
        (f"{row.date:%-d %b}", row.key, row.place or row.region or "country", number(row.value), row.source, reason)
        for row, reason in not_used(calibrations.scenario)
    ]
    return (
        "## Figures of the record that are not fitted\n\n" + rows_of(("day", "what", "where", "figure", "source", "why"), rows)
        if rows
        else ""
    )


def _named(studies: Sequence[str]) -> str:
    return f" ({', '.join(studies)})" if studies else ""


def _missing(calibrations: Calibrations) -> str:
    there = {"fit": calibrations.result(FIT) is not None, "half": calibrations.is_refitted(HALF)}
    waiting = {
        step: [name for name in studies_of(calibrations.scenario) if name.startswith(prefix) and not calibrations.is_refitted(name)]
        for step, prefix in (("regions", REGION), ("mechanisms", WITHOUT))
    }
    there |= {step: not names for step, names in waiting.items()}
    there |= {step: calibrations.table(step) is not None for step in STEPS if step not in there}
    left = [
        f"`--step {step}`: {STEPS[step]}{_named(waiting.get(step, []))}"
        for step in STEPS
        if not there[step]
    ]
    return "## Not done yet\n\n" + "\n".join(f"* {line}" for line in left) + "\n" if left else ""


def fit_object(calibrations: Calibrations) -> dict[str, Any]:
    """Return the main numbers of a calibration as one object, None where a step is not done or a number is not finite."""
    result, refits = calibrations.result(FIT), refits_without(calibrations)
    judged = fitted_table(calibrations) if result is not None and result.predictive is not None else []
    half = held_out_half(calibrations)
    found = {
        "scenario": calibrations.scenario.header.id, "seed": calibrations.seed, "palace": calibrations.palace,
        "folder": str(calibrations.folder), "fit": None if result is None else _result_object(result),
        "checks": [_judged_object(one) for one in judged], "held_out": [_judged_object(one) for one in half],
        "mechanisms": [
            {"name": one.study.name, "runs": one.simulations, "distance": one.distance, "crps": one.crps,
             "lost": lost(one, refits[0]), "log_score": one.whole.log_score}
            for one in refits
        ],
        "switched_off": [
            {"name": one.name, "crps": one.judged.crps, "largest_day_times": one.largest_day, "deaths_times": one.deaths}
            for one in switched_off(calibrations)
        ],
    }  # fmt: skip
    return {name: _finite(value) for name, value in found.items()}


def _finite(found: Any) -> Any:  # noqa: ANN401 - plain data of any shape
    """Return plain data with None for numbers that JSON has no word for, such as the distance of runs that all failed."""
    if isinstance(found, dict):
        return {name: _finite(value) for name, value in found.items()}
    if isinstance(found, list | tuple):
        return [_finite(value) for value in found]
    return None if isinstance(found, float) and not math.isfinite(found) else found


def _result_object(result: Result) -> dict[str, Any]:
    fitted = result.fitted
    values = fitted.quantiles((0.05, 0.5, 0.95)).T
    taken = contraction(fitted.scores, fitted.weights)
    return {
        **fitted.provenance.model_dump(),
        "parameters": [
            {"name": name, "quantiles": [float(value) for value in row], "variance_taken_away": float(share)}
            for name, row, share in zip(fitted.priors.names, values, taken, strict=True)
        ],
    }


def _judged_object(judged: Judged) -> dict[str, Any]:
    return {
        "forecaster": judged.name, "crps": judged.crps, "log_score": judged.log_score,
        "targets": [
            {"id": target.id, "record": target.observed,
             "interval": [float(target.figure(mark)) for mark in (one.low, one.middle, one.high)],
             "inside": bool(one.low <= float(target.mark(target.observed)) <= one.high), "p": one.tail, "crps": one.crps,
             "log_score": one.log_score}
            for target, one in zip(judged.targets.listed, judged.scores, strict=True) if np.isfinite(one.crps)
        ],
    }  # fmt: skip
