"""The table of `qantar.report.elsewhere`: for the terminal, in Markdown for pages, and as plain data."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from typing import Any

from qantar.report.elsewhere import Crisis, band_text, origin_text, share_text, wave_text
from qantar.report.quantiles import Quantiles, Share
from qantar.report.wording import MISSING, counted, number, percent

WIDTH = 90
NAME, FIGURE, RECORD = 20, 10, 17
HEAD = "THE SAME MODEL ELSEWHERE"
LEGEND = (
    "Quantiles over the runs beside the range that the record gives. A record range and an interval that meet are no proof; "
    "those that do not meet are a failure of the model, of the scenario's assumed numbers, or of the record."
)


def elsewhere_text(crises: Sequence[Crisis]) -> str:
    """Every scenario beside its record, in lines of at most 100 columns."""
    parts = ["\n".join([HEAD, *textwrap.wrap(LEGEND, WIDTH)])]
    return "\n\n".join([*parts, *("\n".join(_block(found)) for found in crises)]) + "\n"


def _block(found: Crisis) -> list[str]:
    columns = "".join(f"{level:>{FIGURE}}" for level in ("5 %", "50 %", "95 %"))
    lines = [found.case.title.upper(), *textwrap.wrap(_about(found), WIDTH), f"  {'':<{NAME}}{columns}{'record':>{RECORD}}  verdict"]
    for name, share, record, words in _worded(found):
        lines.append(f"  {name:<{NAME}}{share:>{3 * FIGURE}}{record:>{RECORD}}  {words}".rstrip())
    for line in found.lines:
        runs = "".join(f"{_figure(value):>{FIGURE}}" for value in (line.runs.low, line.runs.middle, line.runs.high))
        lines.append(f"  {line.name:<{NAME}}{runs}{band_text(line.record):>{RECORD}}  {line.words}")
    return [*lines, *textwrap.wrap(found.sentence, WIDTH, initial_indent="  ", subsequent_indent="  ")]


def _about(found: Crisis) -> str:
    failed = f", {found.failed} more failed" if found.failed else ""
    return (
        f"{found.case.id}, scenario {found.scenario_hash}, Qantar {found.version}, seed {found.seed}, "
        f"{counted(found.members, 'run')}{failed}; {origin_text(found)}"
    )


def _worded(found: Crisis) -> list[tuple[str, str, str, str]]:
    """Name, runs, record and verdict of what is no quantity: the wave, one without the shocks, the place."""
    rows = [("a wave came", share_text(found.wave), wave_text(found.wave_record), found.wave_words)]
    if found.control is not None:
        rows.append(("  without the shock", share_text(found.control), MISSING, ""))
    if found.where is not None:
        rows.append(("largest crowd", f"{found.where.place} in {percent(found.where.share)}", found.where.record, found.where.words))
    return rows


def elsewhere_markdown(crises: Sequence[Crisis]) -> str:
    """Every scenario beside its record as one Markdown table, and the sentences under it."""
    rows = ["| scenario | quantity | 5 % | 50 % | 95 % | record | verdict |", "|---|---|---:|---:|---:|---:|---|"]
    for found in crises:
        for position, (name, share, record, words) in enumerate(_worded(found)):
            title = "" if position else f"**{found.case.title}**"
            rows.append(f"| {title} | {name.strip()} | | {share} | | {record} | {words} |")
        for line in found.lines:
            runs = " | ".join(_figure(value) for value in (line.runs.low, line.runs.middle, line.runs.high))
            rows.append(f"| | {line.name} | {runs} | {band_text(line.record)} | {line.words} |")
    words_under = [f"* **{found.case.title}** ({_about(found)}). {found.sentence}" for found in crises]
    return "\n".join([*rows, "", *words_under]) + "\n"


def as_object(found: Crisis) -> dict[str, Any]:
    """One scenario as plain data, for ``--json``; quantiles over members, null where there is none."""
    case, where = found.case, found.where
    return {
        "scenario": case.id, "title": case.title, "hash": found.scenario_hash, "version": found.version, "seed": found.seed,
        "parameters": found.parameters, "parameters_from": case.parameters_from or None,
        "own_parameters": list(case.own_parameters), "members": found.members, "failed": found.failed,
        "wave": {**_share(found.wave), "record": found.wave_record, "words": found.wave_words},
        "wave_without_shocks": None if found.control is None else _share(found.control),
        "largest_crowd": None if where is None else {"place": where.place, **_share(where.share), "record": where.record,
                                                     "judged": where.judged},
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


def _share(found: Share) -> dict[str, float | None]:
    return {"share": _plain(found.value), "error": _plain(found.error)}


def _plain(value: float) -> float | None:
    return None if math.isnan(value) else round(float(value), 6)


def _figure(value: float) -> str:
    return MISSING if math.isnan(value) else number(value)
