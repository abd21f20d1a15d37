"""Scenarios that run on another's parameters, each beside its own record: where the model holds and where it fails.

Nothing is fitted to these records, so that what agrees was found and what does not is a finding too. Counted
are, for every member,

* whether a wave came: a day with more participants than the judgement's threshold;
* whether one comes without the scenario's shocks, in a second ensemble: what then comes is not the crisis;
* peak participants: the largest day's sum over places of the most out in any one hour; of the violent likewise;
* day of the peak, in runs with a wave: 1 is the first day for which the record has people out;
* where the largest crowd stood on that day, in runs with a wave;
* days of protest: from the record's first day to the last on which a region was in protest, no day where
  none was after that; a run that is not over counts to the end of the clock;
* deaths and detained, to the end of the clock.

The record's range is that of its figures that are not weak, of the largest day or of the last date.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from qantar.report.case import Case
from qantar.report.material import Material, gather
from qantar.report.quantiles import Quantiles, Share, quantiles, share
from qantar.report.record import Band, band, days_out, largest_crowd, peak, totals
from qantar.report.wording import counted, exact, listed, number, percent, times

if TYPE_CHECKING:
    from qantar.results.open import Ensemble

WIDE = 10.0
"""An interval with a larger ratio of its ends says little, even where it holds the record."""

ALWAYS, NEVER = 0.95, 0.05
"""Shares of members from which a wave is said to come always, or never."""

FITS, HIGH, LOW, OPEN = "fits", "too high", "too low", "no record"
PEAK_DAY, DAYS = "day of the peak", "days of protest"
LATE = {PEAK_DAY: ("too late", "too early"), DAYS: ("too many", "too few")}
"""How a difference of days is worded."""


@dataclass(frozen=True)
class Line:
    """One quantity: over all runs, over those with a wave, and in the record; and what to make of it."""

    name: str
    runs: Quantiles
    with_wave: Quantiles
    record: Band | None
    judged: str
    words: str


@dataclass(frozen=True)
class Where:
    """Where the largest crowd stood: the most frequent place with its share of the runs with a wave, and the record's."""

    place: str
    share: Share
    record: str
    judged: str
    words: str


@dataclass(frozen=True)
class Crisis:
    """One scenario beside its record.

    wave_record: whether the record has a wave; None where its figures lie on both sides of the threshold, or
    are none. control: share of members with a wave when the shocks are withheld; None where that was not run.
    where: None without a wave or a recorded crowd. sentence: where it fails, in plain words.
    """

    case: Case
    scenario_hash: str
    seed: int
    version: str
    parameters: str
    members: int
    failed: int
    wave: Share
    wave_record: bool | None
    wave_words: str
    control: Share | None
    where: Where | None
    lines: tuple[Line, ...]
    sentence: str

    @property
    def fitted(self) -> bool:
        """Whether the parameters are the scenario's own, so that agreement is no test."""
        return not self.case.parameters_from


def crisis(ensemble: Ensemble, without_shocks: Ensemble | None = None) -> Crisis:
    """Hold an ensemble against its record.

    without_shocks: an ensemble of the same scenario with its shocks withheld.

    Raises:
        StoreError: where a store holds no finished member.
    """
    material = gather(ensemble)
    came, recorded = share(material.wave), _recorded_wave(material.case)
    control = None if without_shocks is None else share(gather(without_shocks).wave)
    words = _judge_wave(came, recorded)
    where, lines = _where(material), _lines(material)
    return Crisis(
        case=material.case, scenario_hash=material.scenario_hash, seed=material.seed, version=material.version,
        parameters=material.parameters, members=material.members, failed=len(material.failures), wave=came,
        wave_record=recorded, wave_words=words, control=control, where=where, lines=lines,
        sentence=_sentence(material, words, control, where, lines),
    )  # fmt: skip


def _lines(material: Material) -> tuple[Line, ...]:
    case, daily = material.case, material.daily
    highest, rough, out = peak(case, "participants"), peak(case, "violent"), days_out(case)
    first = out[0] if out else case.start.date()
    figures: tuple[tuple[str, NDArray[Any], Band | None], ...] = (
        ("peak participants", daily["participants"].max(axis=1), highest[1] if highest else None),
        ("peak violent", daily["violent"].max(axis=1), rough[1] if rough else None),
        (PEAK_DAY, _peak_day(material, first), _day(highest[0], first) if highest else None),
        (DAYS, _days(material, first), _day(out[1], first) if out else None),
        ("deaths", daily["deaths"][:, -1], band(totals(case, "deaths"))),
        ("detained", daily["detained"][:, -1], band(totals(case, "detained"))),
    )
    found = []
    for name, values, record in figures:
        runs = quantiles(values)
        judged, words = judge(runs, record, LATE.get(name))
        found.append(Line(name, runs, quantiles(values[material.wave]), record, judged, words))
    return tuple(found)


def _day(when: date, first: date) -> Band:
    number_of_day = float((when - first).days + 1)
    return Band(number_of_day, number_of_day)


def _peak_day(material: Material, first: date) -> NDArray[np.float64]:
    """Day of the peak, the record's first day being 1; NaN without a wave : float64[member]."""
    before = (first - material.dates[0]).days
    return np.where(material.wave, material.daily["participants"].argmax(axis=1) - before + 1.0, np.nan)


def _days(material: Material, first: date) -> NDArray[np.int64]:
    """Days from the record's first day to the last on which a region was in protest : int64[member]."""
    out = material.region_in_protest.any(axis=2) & (np.array(material.dates) >= first)[None, :]
    last = np.where(out.any(axis=1), out.shape[1] - np.argmax(out[:, ::-1], axis=1), 0)
    return np.asarray(np.maximum(0, last - (first - material.dates[0]).days), dtype=np.int64)


def _where(material: Material) -> Where | None:
    """Where most runs with a wave had their largest crowd; rural remainders are many villages, and no place."""
    recorded = largest_crowd(material.case)
    members = np.flatnonzero(material.wave)
    if recorded is None or not members.size:
        return None
    tops = [int(row) for row in material.places.largest[members]]
    top, _ = Counter(tops).most_common(1)[0]
    names = material.case.place_names
    same = share([material.case.places[row].id == recorded for row in tops])
    judged, words = (FITS, "as in the record") if same.value >= NEVER else (LOW, "never where the record has it")
    return Where(material.case.places[top].name, share([row == top for row in tops]), names[recorded], judged, words)


def _recorded_wave(case: Case) -> bool | None:
    highest, threshold = peak(case, "participants"), case.judgement["wave"]
    if highest is None or highest[1].low <= threshold < highest[1].high:
        return None
    return highest[1].low > threshold


def _judge_wave(came: Share, recorded: bool | None) -> str:
    if recorded is None or came.members == 0:
        return "the record does not say"
    if recorded:
        return "as in the record" if came.value >= NEVER else "the record has one"
    return "as in the record" if came.value <= ALWAYS else "the record has none"


def judge(runs: Quantiles, record: Band | None, late: tuple[str, str] | None = None) -> tuple[str, str]:
    """Say whether the runs' 90 % interval and the record's range meet, and if not, how far apart they are.

    late: the words for too high and too low of a quantity in days, whose difference is told instead of a factor.
    """
    if record is None or not runs.known:
        return OPEN, "nothing to compare"
    if record.low <= runs.high and runs.low <= record.high:
        wide = late is None and runs.high > WIDE * max(runs.low, 1.0)
        return FITS, "meets the record, but wide" if wide else "meets the record"
    high = runs.low > record.high
    judged, bound = (HIGH, record.high) if high else (LOW, record.low)
    if late:
        return judged, f"{counted(round(abs(runs.middle - bound)), 'day')} {late[0] if high else late[1]}"
    if high:
        return judged, "the record has none" if bound == 0 else f"{times(runs.middle / bound)} too high"
    return judged, "none in the median run" if runs.middle == 0 else f"{times(bound / runs.middle)} too low"


def _sentence(material: Material, wave_words: str, control: Share | None, where: Where | None, lines: Sequence[Line]) -> str:
    """Where a scenario fails, in plain words."""
    if material.members == 0:
        return "Every run failed; nothing can be said."
    came = "every run" if material.wave.all() else "some runs" if material.wave.any() else "no run"
    parts = [f"A wave comes in {came}: {wave_words}."]
    if control is not None and control.value > NEVER:
        parts.append(f"One comes without the shock too, in {percent(control)} of runs: the country is not quiet for as long as this clock.")
    fits = [line.name for line in lines if line.judged == FITS]
    missed = [_missed(line) for line in lines if line.judged in (HIGH, LOW)]
    if where is not None and where.judged != FITS:
        missed.append(f"the place (runs {where.place}, record {where.record})")
    parts += [f"Within reach of the record: {listed(fits)}."] if fits else []
    parts += [f"Missed: {'; '.join(missed)}."] if missed else []
    return " ".join(parts)


def _missed(line: Line) -> str:
    low, high = number(line.runs.low), number(line.runs.high)
    return f"{line.name} (runs {low if low == high else f'{low} to {high}'}, record {band_text(line.record)})"


def band_text(record: Band | None) -> str:
    """The record's range as it stands in its sources."""
    if record is None:
        return "–"
    return exact(record.low) if record.low == record.high else f"{exact(record.low)}–{exact(record.high)}"


def wave_text(recorded: bool | None) -> str:
    """Whether the record has a wave."""
    return {True: "yes", False: "no", None: "on the edge"}[recorded]


def share_text(found: Share) -> str:
    """The share of members for which something holds."""
    return f"in {percent(found)} of runs"


def origin_text(found: Crisis) -> str:
    """Whose parameters a scenario runs with."""
    mode, _, fit = found.parameters.partition("-")
    drawn = {"point": "", "prior": ", drawn from their spreads", "posterior": f", drawn from its fit {fit}"}[mode]
    if found.fitted:
        return f"its own parameters{drawn}, set against this record: a fit, no test"
    own = len(found.case.own_parameters)
    but_for = f", but for {counted(own, 'fact')} of its own" if own else ""
    return f"parameters of {found.case.parameters_from}{drawn}, not refitted{but_for}"
