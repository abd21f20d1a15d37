"""What a comparison says, in sentences that any of its reports can print."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from qantar.comparison.carried import FEWEST
from qantar.report.case import Case, read_case
from qantar.report.wording import counted, full_day, listed, number, times

if TYPE_CHECKING:
    from qantar.comparison.effect import Effect, EndingShift, Outcome
    from qantar.comparison.interval import Gain, Mean
    from qantar.results.open import Ensemble

SHOWN = ("peak_participants", "participant_days", "deaths", "detained", "injured", "peak_regions")
"""Outcomes in the order in which they are told."""

SAVED_WITHIN = 10.0
"""A factor saved is given where its interval reaches no further than this factor to either side."""

ALIKE = "all pairs alike"
"""Said of a difference that is the same in every pair, which tells nothing of how far others would differ."""

METHOD = (
    "The runs of the two sides share every draw of chance, member by member, until the two countries differ. Differences are B less A "
    "within a pair, means over pairs with 95 % intervals (Student's t over pairs, none where all pairs are alike; shares of endings: "
    "Agresti and Min 2005)."
)
METHOD_CHANNELS = (
    "What a channel carries: B is run again with some of the signals that reach the streets taken from A, and the channels are switched "
    "over one at a time. Each value is the mean over orders (Shapley 1953), so it depends on no order and the parts sum to the whole. "
    "Two channels that hold each other in check, such as the crowd nearby and fear, can both be large with opposite signs. "
    "Parts have Student's intervals over pairs, and none where all pairs agree."
)


def sides(effect: Effect) -> tuple[str, str]:
    """What A and B are, in a few words each."""
    return side_words(effect.a), side_words(effect.b)


def side_words(ensemble: Ensemble) -> str:
    """A scenario and what was withheld or changed in it."""
    context, identity = ensemble.context, ensemble.state.identity
    parts = [f"intervention {row[0]} ({row[1]})" for row in context.get("interventions", ())]
    parts += [f"without {name}" for name in context.get("withheld", ())]
    parts += [f"{path} = {value}" for path, value in context.get("changed", ())]
    return f"{identity.scenario}, {', '.join(parts) or 'as it stands'}, palace {identity.palace}"


def case_of(effect: Effect) -> Case:
    """The country that both sides are of."""
    return read_case(effect.b.context, effect.b.map_shapes)


def what(effect: Effect) -> str:
    """What was compared, by which Qantar, over how many members."""
    identity = effect.a.state.identity
    dates = effect.a.series["date"].values.astype("datetime64[D]").tolist()
    return (
        f"A: {side_words(effect.a)} (scenario {identity.scenario_hash}). B: {side_words(effect.b)} "
        f"(scenario {effect.b.state.identity.scenario_hash}). {counted(len(effect.pairs), 'pair')} of runs with the same draws, seed "
        f"{identity.seed}, Qantar {identity.version}, {full_day(dates[0])} to {full_day(dates[-1])}, parameters {identity.parameters}."
    )


def failures(effect: Effect) -> tuple[str, ...]:
    """Pairs that are in no number, and why."""
    reasons: dict[str, int] = {}
    for row in effect.failures:
        reasons[row["reason"]] = reasons.get(row["reason"], 0) + 1
    return tuple(f"{counted(n, 'run')} failed, and their pairs are in no number: {reason}" for reason, n in list(reasons.items())[:3])


def headline(effect: Effect) -> str:
    """The answer in a sentence or two."""
    if effect.null:
        return "A and B are the same scenario: every difference is exactly zero."
    found = [effect.outcome(name) for name in ("peak_participants", "deaths", "detained")]
    told = [row for row in found if row.difference.clear or row.difference.alike]
    if all(row.same == 1.0 for row in effect.outcomes):
        return "B differs from A in none of these outcomes, in no pair."
    if len(effect.pairs) < FEWEST:
        return f"In the one pair B has {listed([_unclear(row) for row in found])}; a single pair cannot tell an effect from chance."
    if not told:
        return f"No clear effect: {listed([_unclear(row) for row in found])} in B, on average, with intervals that hold zero."
    return f"B has {listed([f'{amount(row.difference)} {row.words}' for row in told])}, on average over the pairs."


def _unclear(row: Outcome) -> str:
    return f"{amount(row.difference)} {row.words}"


def amount(mean: Mean) -> str:
    """A difference in words: `41 fewer (30 to 52)`, `8 more (3 fewer to 19 more)`, `1 more (all pairs alike, so no interval)`."""
    if mean.value == 0.0 and mean.low == mean.high == 0.0:
        return "no difference in"
    text = signed_words(mean.value)
    if mean.alike:
        return f"{text} ({ALIKE}, so no interval)"
    if math.isnan(mean.low):
        return text
    if mean.low * mean.high >= 0.0:
        low, high = sorted((abs(mean.low), abs(mean.high)))
        return f"{text} ({number(low)} to {number(high)})"
    return f"{text} ({signed_words(mean.low)} to {signed_words(mean.high)})"


def signed_words(value: float) -> str:
    """A signed amount: `41 fewer`, `8 more`."""
    return f"{number(abs(value))} {'fewer' if value < 0 else 'more'}"


def signed(value: float) -> str:
    """A signed number: `+8`, `−41`, `0`."""
    if math.isnan(value):
        return "–"
    return "0" if value == 0 else f"{'−' if value < 0 else '+'}{number(abs(value))}"


def interval(mean: Mean) -> str:
    """A difference with its interval in signs: `−41 [−52, −30]`, `−1 (all pairs alike)`."""
    if mean.alike:
        return f"{signed(mean.value)} ({ALIKE})"
    return signed(mean.value) if math.isnan(mean.low) else f"{signed(mean.value)} [{signed(mean.low)}, {signed(mean.high)}]"


def doubt(mean: Mean) -> str:
    """Why a difference is not clear of zero; empty where it is."""
    if mean.clear:
        return ""
    if mean.alike:
        return f"{ALIKE}, so that there is no interval"
    return "a single pair has no interval" if mean.members == 1 else "the interval holds zero"


def level(mean: Mean) -> str:
    """A mean of one side with half its interval: `233 ±12`."""
    return number(mean.value) if math.isnan(mean.low) else f"{number(mean.value)} ±{number(mean.half)}"


def largest_first(found: Mapping[str, Mean]) -> list[str]:
    """Names of the differences that are not zero, the largest in size first."""
    return sorted((name for name in found if found[name].value), key=lambda name: -abs(found[name].value))


def pair_words(row: Outcome) -> str:
    """In how many pairs B has less, as much, more."""
    return f"{100 * row.less:.0f} / {100 * row.same:.0f} / {100 * row.more:.0f} %"


def saved_words(saved: Gain) -> str:
    """What sharing draws saves: `6.0-fold (4.1 to 8.8)`."""
    if math.isnan(saved.value):
        return "–"
    if math.isinf(saved.value):
        return "no spread at all"
    if not _saved_told(saved):
        return "too few pairs to tell"
    return f"{times(saved.value)} ({number(saved.low)} to {number(saved.high)})"


def _saved_told(saved: Gain) -> bool:
    """Whether the interval says anything: it ends within a factor of `SAVED_WITHIN` to either side."""
    return saved.low > 0.0 and saved.high <= SAVED_WITHIN * saved.value


def precision(effect: Effect) -> str:
    """How many fewer members twins needed than independent runs."""
    rows = [row for row in (effect.outcome(name) for name in ("peak_participants", "deaths", "detained")) if math.isfinite(row.saved.value)]
    told = [row for row in rows if _saved_told(row.saved)]
    untold = listed([row.words for row in rows if row not in told])
    if not rows:
        return "The pairs do not differ enough to say how many members the sharing of draws saved."
    if not told:
        return f"The pairs are too few to say how many members the sharing of draws saved (for {untold})."
    parts = listed([f"{saved_words(row.saved)} for {row.words}" for row in told])
    rest = f" For {untold} the pairs are too few to tell." if untold else ""
    return f"Independent runs would need as many times more members for intervals of the same width: {parts}.{rest}"


def ending_words(row: EndingShift) -> str:
    """One ending: its share in A, in B, and the paired difference in points."""
    ends = f"{signed(100 * row.difference.low)} to {signed(100 * row.difference.high)}"
    return f"{row.name}: {100 * row.in_a:.0f} % in A, {100 * row.in_b:.0f} % in B ({signed(100 * row.difference.value)} points, {ends})"


def channel_note(effect: Effect) -> str:
    """Over how many pairs the channels were switched, and what that cost."""
    carried = effect.carried
    if carried is None:
        return "The channels were not switched in this comparison; `qantar compare … --channels N` does it in N pairs."
    failed = f"; {counted(len(carried.failed), 'pair')} could not be" if carried.failed else ""
    return f"Channels were switched in {counted(len(carried.members), 'pair')}{failed}, {counted(carried.runs, 'run')} in all."
