"""Everything that a report says, once, so that the terminal, HTML and Markdown say the same."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from qantar.report.given import given_sentences
from qantar.report.material import Material
from qantar.report.mismatch import mismatches
from qantar.report.quantiles import share
from qantar.report.quiet import SmallProtests, mostly_quiet, small_protests
from qantar.report.tables import AreaRow, Control, DayRow, EndingRow, TotalRow, area_rows, control, day_rows, ending_rows, total_rows
from qantar.report.wording import counted, exact, full_day, listed, number, percent, quantiles_text

PURPOSE = (
    "Qantar is a laboratory for what-if questions. Its numbers are no forecast; it holds no data on private persons "
    "and must not be used against any."
)
"""What every report ends with."""

PARAMETERS = {"point": "at their values", "prior": "drawn from their spreads", "posterior": "drawn from a calibration"}

MOST_REASONS = 3
"""Reasons for which runs failed that are told."""

MOSTLY_EMPTY = 0.5
"""With more runs than this share of those without a wave without any small protest, the country is not called quiet."""


@dataclass(frozen=True)
class Digest:
    """Tables and sentences of a report."""

    material: Material
    what: str
    departure: str
    endings: tuple[EndingRow, ...]
    wave_sentence: str
    failure_sentences: tuple[str, ...]
    days: tuple[DayRow, ...]
    totals: tuple[TotalRow, ...]
    areas: tuple[AreaRow, ...]
    control: Control
    quiet: tuple[str, ...]
    protests: SmallProtests
    compared: bool
    comparison_note: str
    mismatches: tuple[str, ...]
    given: tuple[str, ...]


def digest(material: Material) -> Digest:
    """Make every table and sentence of a report from what was gathered."""
    case = material.case
    days, totals, areas, back = day_rows(material), total_rows(material), area_rows(material), control(material)
    protests = small_protests(material)
    compared = bool(case.record) and not case.departs and material.members > 0
    return Digest(
        material=material,
        what=_what(material),
        departure=_departure(material),
        endings=ending_rows(material),
        wave_sentence=_wave(material),
        failure_sentences=_failures(material),
        days=days,
        totals=totals,
        areas=areas,
        control=back,
        quiet=_quiet(material, protests) if mostly_quiet(material) else (),
        protests=protests,
        compared=compared,
        comparison_note=_comparison_note(material),
        mismatches=mismatches(material, days, totals, areas, back) if compared else (),
        given=given_sentences(case, material.palace, material.parameters),
    )


def _what(material: Material) -> str:
    case = material.case
    last = case.end.date() if not material.dates else material.dates[-1]
    mode, _, fit = material.parameters.partition("-")
    parameters = PARAMETERS.get(mode, mode) + (f" ({fit})" if fit else "")
    return (
        f"{counted(len(material.endings), 'run')} of {case.id} (scenario {material.scenario_hash}, seed {material.seed}, "
        f"Qantar {material.version}): {exact(case.population)} people in {counted(len(case.places), 'place')} and "
        f"{counted(len(case.regions), 'region')}, {full_day(case.start.date())} to {full_day(last)}, "
        f"palace {material.palace}, parameters {parameters}."
        f"{_fit_note(material) if fit else ''}"
    )


def _fit_note(material: Material) -> str:
    """What a user has to know of the fit that the parameters come from; empty where it was made for just this."""
    case, notes = material.case, []
    fit = case.fit or {}
    if fit.get("scenario", case.id) != case.id:
        notes.append(fit["scenario"])
    elif not fit.get("same_data", True):
        notes.append(f"another version of the data (scenario {fit['scenario_hash']})")
    if fit.get("version", material.version) != material.version:
        notes.append(f"Qantar {fit['version']}")
    if material.palace not in fit.get("palaces", [fit.get("palace", material.palace)]):
        notes.append(f"palace {fit['palace']}")
    return f" The fit was made for {listed(notes)}: it may not hold here." if notes else ""


def _departure(material: Material) -> str:
    case, parts = material.case, []
    if case.interventions:
        parts.append(f"intervention: {listed([f'{name} ({title})' for name, title in case.interventions])}")
    if case.withheld:
        parts.append(f"withheld: {listed(case.withheld)}")
    if case.changed:
        parts.append(f"changed: {listed(case.changed)}")
    return f"Departs from the recorded country - {'; '.join(parts)}." if parts else ""


def _wave(material: Material) -> str:
    if material.members == 0:
        return "No run came to an end."
    threshold = exact(material.case.judgement["wave"])
    return f"A wave, a day with more than {threshold} people out, came in {percent(share(material.wave))} of the runs."


def _failures(material: Material) -> tuple[str, ...]:
    """How many runs failed for which reason; the rarer reasons are not named."""
    found = Counter(material.failures).most_common(MOST_REASONS)
    rest = len(material.failures) - sum(count for _, count in found)
    named = [f"{_in_no_number(count, 'run')}: {reason}" for reason, count in found]
    return (*named, f"{_in_no_number(rest, 'more run')}, for other reasons.") if rest else tuple(named)


def _in_no_number(count: int, noun: str) -> str:
    return f"{counted(count, noun)} failed and {'is' if count == 1 else 'are'} in no number below"


def _quiet(material: Material, protests: SmallProtests) -> tuple[str, ...]:
    threshold = exact(material.case.judgement["small_protest"])
    if not protests.values:
        none = f"No settlement had {threshold} or more people out on any day of any run without a wave"
        return (f"{none}: the country is not quiet but dead.",)
    middle, ninth, last = (number(size) for size in protests.sizes)
    places = listed([f"{place.name} ({100 * place.share:.0f} %)" for place in protests.places])
    often = (
        f"{_mood(protests)} A small protest is a settlement and day with {threshold} or more people out in some hour. "
        f"In runs without a wave there were {quantiles_text(protests.a_day)} a day in the whole country, "
        f"{number(protests.mean_a_day)} on average; {percent(protests.none)} of them had none."
    )
    sizes = (
        f"Sizes: half of them had fewer than {middle} people out, one in ten {ninth} or more, one in a hundred {last} or more; "
        f"the largest of all had {number(protests.largest)}."
    )
    return often, sizes, f"Where, by share of all: {places}."


def _mood(protests: SmallProtests) -> str:
    if protests.none.value > MOSTLY_EMPTY:
        return "The streets stayed all but empty: most runs without a wave had no small protest."
    return "The streets stayed quiet, not dead."


def _comparison_note(material: Material) -> str:
    if not material.case.record:
        return "This scenario has no record to be held against."
    if material.members == 0:
        return "No run came to an end that could be held against the record."
    return (
        "The record is of the country as it was; these runs leave something out or change it, so that a difference from the record is no "
        "error. Compare with runs of the scenario as it stands."
    )
