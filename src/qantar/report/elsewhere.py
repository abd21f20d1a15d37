"""Scenarios that run on another's parameters, each beside its own record: where the model holds and where it fails.

Nothing is fitted to these records, so that what agrees was found and what does not is a finding too. Counted
are, for every member,

* whether a wave came: a day with more participants than the judgement's threshold;
* peak participants: the largest day's sum over places of the most out in any one hour;
* days of protest: from the first day for which the record has people out to the last day on which a region
  was in protest, no day where none was after that; a run that is not over counts to the end of the clock;
* deaths and detained, to the end of the clock.

The record's range is that of its figures that are not weak, of the largest day or of the last date.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from qantar.report.case import Case, Observation
from qantar.report.material import Material, gather
from qantar.report.quantiles import Quantiles, Share, quantiles, share
from qantar.report.record import CROWD_KEYS, totals
from qantar.report.wording import exact, listed, number, percent, times

if TYPE_CHECKING:
    from qantar.results.open import Ensemble

WEAK = "weak"
WIDE = 10.0
"""An interval with a larger ratio of its ends says little, even where it holds the record."""

ALWAYS, NEVER = 0.95, 0.05
"""Shares of members from which a wave is said to come always, or never."""

FITS, HIGH, LOW, OPEN = "fits", "too high", "too low", "no record"


@dataclass(frozen=True)
class Band:
    """The lowest and the highest recorded figure."""

    low: float
    high: float


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
class Crisis:
    """One scenario beside its record.

    wave_record: whether the record has a wave; None where its figures lie on both sides of the threshold, or
    are none. sentence: where it fails, in plain words.
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
    lines: tuple[Line, ...]
    sentence: str

    @property
    def fitted(self) -> bool:
        """Whether the parameters are the scenario's own, so that agreement is no test."""
        return not self.case.parameters_from


def crisis(ensemble: Ensemble) -> Crisis:
    """Hold an ensemble against its record.

    Raises:
        StoreError: where the store holds no finished member.
    """
    material = gather(ensemble)
    came, recorded = share(material.wave), _recorded_wave(material.case)
    wave_judged, wave_words = _judge_wave(came, recorded)
    lines = _lines(material)
    return Crisis(
        case=material.case, scenario_hash=material.scenario_hash, seed=material.seed, version=material.version,
        parameters=material.parameters, members=material.members, failed=len(material.failures), wave=came,
        wave_record=recorded, wave_words=wave_words, lines=lines, sentence=_sentence(material, wave_judged, wave_words, lines),
    )  # fmt: skip


def _lines(material: Material) -> tuple[Line, ...]:
    case = material.case
    figures: tuple[tuple[str, NDArray[np.int64], Band | None], ...] = (
        ("peak participants", material.daily["participants"].max(axis=1), recorded_peak(case)),
        ("days of protest", _days(material), _recorded_days(case)),
        ("deaths", material.daily["deaths"][:, -1], _recorded_total(case, "deaths")),
        ("detained", material.daily["detained"][:, -1], _recorded_total(case, "detained")),
    )
    found = []
    for name, values, record in figures:
        runs = quantiles(values)
        judged, words = judge(runs, record)
        found.append(Line(name, runs, quantiles(values[material.wave]), record, judged, words))
    return tuple(found)


def _days(material: Material) -> NDArray[np.int64]:
    """Days from the record's first day of protest to the run's last : int64[member]."""
    first = min(_dates_out(material.case), default=material.case.start.date())
    out = material.region_in_protest.any(axis=2) & (np.array(material.dates) >= first)[None, :]
    last = np.where(out.any(axis=1), out.shape[1] - np.argmax(out[:, ::-1], axis=1), 0)
    before = sum(when < first for when in material.dates)
    return np.asarray(np.maximum(0, last - before), dtype=np.int64)


def _dates_out(case: Case) -> list[date]:
    return sorted({row.date for row in case.record if row.key in CROWD_KEYS and row.value > 0})


def _recorded_days(case: Case) -> Band | None:
    dates = _dates_out(case)
    days = float((dates[-1] - dates[0]).days + 1) if dates else 0.0
    return Band(days, days) if dates else None


def recorded_peak(case: Case) -> Band | None:
    """The range of the country's participants on the day for which the record has the highest figure."""
    rows = [row for row in case.record if row.key == "participants" and not row.region and not row.place and row.use != WEAK]
    if not rows:
        return None
    day = max(rows, key=lambda row: row.value).date
    return _band(row for row in rows if row.date == day)


def _recorded_total(case: Case, key: str) -> Band | None:
    return _band(row for row in totals(case, key) if row.use != WEAK)


def _band(rows: Iterable[Observation]) -> Band | None:
    values = [row.value for row in rows]
    return Band(min(values), max(values)) if values else None


def _recorded_wave(case: Case) -> bool | None:
    peak, threshold = recorded_peak(case), case.judgement["wave"]
    if peak is None or peak.low <= threshold < peak.high:
        return None
    return peak.low > threshold


def _judge_wave(came: Share, recorded: bool | None) -> tuple[str, str]:
    if recorded is None or came.members == 0:
        return OPEN, "the record does not say"
    if recorded:
        return (FITS, "as in the record") if came.value >= NEVER else (LOW, "the record has one")
    return (FITS, "as in the record") if came.value <= ALWAYS else (HIGH, "the record has none")


def judge(runs: Quantiles, record: Band | None) -> tuple[str, str]:
    """Say whether the runs' 90 % interval and the record's range meet, and if not, how far apart they are."""
    if record is None or not runs.known:
        return OPEN, "no figure to hold it against"
    if runs.low > record.high:
        return HIGH, "the record has none" if record.high == 0 else f"{times(runs.middle / record.high)} too high"
    if runs.high < record.low:
        return LOW, "none in the median run" if runs.middle == 0 else f"{times(record.low / runs.middle)} too low"
    wide = runs.high > WIDE * max(runs.low, 1.0)
    return FITS, "meets the record, but the runs are wide" if wide else "meets the record"


def _sentence(material: Material, wave: str, wave_words: str, lines: Sequence[Line]) -> str:
    """Where a scenario fails, in plain words."""
    if material.members == 0:
        return "Every run failed; nothing can be said."
    came = "A wave comes in " + ("every run" if material.wave.all() else "no run" if not material.wave.any() else "some runs")
    parts = [f"{came} ({wave_words})."]
    fits = [line.name for line in lines if line.judged == FITS]
    if fits:
        parts.append(f"Within reach of the record: {listed(fits)}.")
    parts += [
        f"{line.name.capitalize()} {line.judged}: {_interval(line.runs)}, record {band_text(line.record)} ({line.words})."
        for line in lines if line.judged in (HIGH, LOW)
    ]  # fmt: skip
    if wave in (HIGH, LOW):
        parts.insert(1, "So the model fails before any number is compared.")
    if all(line.judged in (FITS, OPEN) for line in lines) and wave in (FITS, OPEN):
        parts.append("No failure in these figures.")
    return " ".join(parts)


def _interval(runs: Quantiles) -> str:
    return f"{number(runs.low)} to {number(runs.high)}"


def band_text(record: Band | None) -> str:
    """The record's range as it stands in its sources."""
    if record is None:
        return "–"
    return exact(record.low) if record.low == record.high else f"{exact(record.low)}–{exact(record.high)}"


def wave_text(recorded: bool | None) -> str:
    """Whether the record has a wave."""
    return {True: "yes", False: "no", None: "on the edge"}[recorded]


def as_object(found: Crisis) -> dict[str, Any]:
    """One scenario as plain data, for ``--json``; quantiles over members, null where there is none."""
    case = found.case
    return {
        "scenario": case.id, "title": case.title, "hash": found.scenario_hash, "version": found.version, "seed": found.seed,
        "parameters": found.parameters, "parameters_from": case.parameters_from or None,
        "own_parameters": list(case.own_parameters), "members": found.members, "failed": found.failed,
        "wave": {"share": _plain(found.wave.value), "error": _plain(found.wave.error), "record": found.wave_record},
        "lines": {
            line.name: {
                **_quantiles(line.runs), "with_wave": _quantiles(line.with_wave),
                "record": None if line.record is None else [line.record.low, line.record.high],
                "judged": line.judged, "words": line.words,
            }
            for line in found.lines
        },
        "sentence": found.sentence,
    }  # fmt: skip


def _quantiles(found: Quantiles) -> dict[str, float | None]:
    return {"q05": _plain(found.low), "q50": _plain(found.middle), "q95": _plain(found.high)}


def _plain(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 6)


def origin_text(found: Crisis) -> str:
    """Whose parameters a scenario runs with."""
    if found.fitted:
        return "its own parameters, set against this record: a fit, no test"
    own = f", but for its own {listed(list(found.case.own_parameters))}" if found.case.own_parameters else ""
    return f"parameters of {found.case.parameters_from}, not refitted{own}"


def share_text(found: Crisis) -> str:
    """The share of members in which a wave came."""
    return f"in {percent(found.wave)} of runs"
