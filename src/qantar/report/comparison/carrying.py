"""What carries the difference of an outcome, in words: figures of the run, and the endings that shifted most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qantar.comparison.carried import DIRECT
from qantar.comparison.switching import ENDED
from qantar.model.channels import MEANINGS
from qantar.report.comparison.sentences import ALIKE, amount, signed_words
from qantar.report.wording import counted, listed

if TYPE_CHECKING:
    from qantar.comparison.carried import Carried
    from qantar.comparison.effect import Effect, Outcome
    from qantar.comparison.interval import Mean

TOLD = ("deaths", "peak_participants", "detained")
"""Figures whose channels are told."""

MOST_ENDINGS = 2
"""Endings that are told: those whose shares differ most."""

HUNDRED = 100.0
"""Endings are told for so many pairs."""

ROUNDING = 1e-9
"""What is a smaller share of the largest part is no part but what a sum was rounded by."""

SMALL_SHARE = 0.03
"""Channels that carry less of the larger of total and parts are told together."""


@dataclass(frozen=True)
class Shared:
    """An outcome whose difference was shared out over some pairs.

    words, title : what differs, in a sentence and in a headline;
    total : the mean difference in these pairs; ranked : what carries it, the largest in size first; told : whether these
    pairs say what does
    """

    name: str
    words: str
    title: str
    unit: str
    pairs: int
    total: Mean
    ranked: tuple[tuple[str, Mean], ...]
    told: bool


def shared_out(effect: Effect) -> tuple[Shared, ...]:
    """Return what is told of the channels: some figures, and the endings that shifted most where the channels say why."""
    carried = effect.carried
    if carried is None:
        return ()
    figures = [_figure(carried, effect.outcome(name)) for name in TOLD]
    shifted = sorted((name for name in ENDED if carried.told(name)), key=lambda name: -abs(carried.total[name].value))
    return (*figures, *(_ending(carried, name) for name in shifted[:MOST_ENDINGS]))


def _figure(carried: Carried, outcome: Outcome) -> Shared:
    name = outcome.name
    return Shared(
        name=name,
        words=outcome.words,
        title=outcome.words,
        unit=outcome.unit,
        pairs=len(carried.members),
        total=carried.total[name],
        ranked=tuple(carried.ranked(name)),
        told=carried.told(name),
    )


def _ending(carried: Carried, outcome: str) -> Shared:
    ending = ENDED[outcome]
    return Shared(
        name=f"ending-{ending.name.lower().replace('_', '-')}",
        words=f"endings as '{ending.value}' in a hundred pairs",
        title=f"in a hundred end as '{ending.value}'",
        unit="of a hundred pairs",
        pairs=len(carried.members),
        total=carried.total[outcome].times(HUNDRED),
        ranked=tuple((channel, mean.times(HUNDRED)) for channel, mean in carried.ranked(outcome)),
        told=carried.told(outcome),
    )


def sentences(effect: Effect) -> list[str]:
    """Return a sentence for each outcome that is told; none where no channel was switched."""
    return [sentence(shared) for shared in shared_out(effect)]


def sentence(shared: Shared) -> str:
    """Return what carries a difference: `Of 41 fewer deaths, 30 fewer (20 to 40) through fear, …`."""
    total, rows = shared.total, shared.ranked
    if not shared.told:
        return f"{shared.words[0].upper()}{shared.words[1:]}: {_nothing_to_share(shared)}."
    size = max(abs(total.value), *(abs(mean.value) for _, mean in rows))
    told = [(name, mean) for name, mean in rows if abs(mean.value) >= SMALL_SHARE * size]
    rest = sum(mean.value for name, mean in rows if abs(mean.value) < SMALL_SHARE * size)
    parts = [f"{amount(mean)} {_through(name)}" for name, mean in told]
    if abs(rest) > ROUNDING * size:
        parts.append(f"{signed_words(rest)} through all others")
    unclear = f" ({ALIKE})" if total.alike else "" if total.clear else " (itself not clear in these pairs)"
    return f"Of {signed_words(total.value)} {shared.words}{unclear}: {listed(parts, limit=12)}."


def _through(name: str) -> str:
    return "directly, through no channel" if name == DIRECT else f"through {MEANINGS[name]}"


def _nothing_to_share(shared: Shared) -> str:
    where = counted(shared.pairs, "pair")
    if not shared.ranked:
        return f"no channel makes any difference in {where}, so that nothing is to be shared out"
    if shared.total.value == 0.0:
        return f"no difference on average in {where}, so that nothing is to be shared out"
    return f"{signed_words(shared.total.value)} in {where}, too few to say what carries the difference"
