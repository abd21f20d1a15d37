"""The table of `qantar.report.elsewhere` for the terminal, and in Markdown for pages."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from qantar.report.elsewhere import Crisis, band_text, origin_text, share_text, wave_text
from qantar.report.wording import MISSING, counted, number

WIDTH = 90
NAME, FIGURE, RECORD = 19, 11, 17
HEAD = "THE SAME MODEL ELSEWHERE"
LEGEND = (
    "Quantiles over the runs beside the range that the record gives. A record range and an interval that meet are no proof; "
    "those that do not meet are a failure of the model, of the scenario's assumed numbers, or of the record."
)


def elsewhere_text(crises: Sequence[Crisis]) -> str:
    """Every scenario beside its record, in lines of at most 90 columns."""
    parts = ["\n".join([HEAD, *textwrap.wrap(LEGEND, WIDTH)])]
    return "\n\n".join([*parts, *("\n".join(_block(found)) for found in crises)]) + "\n"


def _block(found: Crisis) -> list[str]:
    about = f"{found.case.id}, scenario {found.scenario_hash}, {counted(found.members, 'run')} ({origin_text(found)})"
    columns = "".join(f"{level:>{FIGURE}}" for level in ("5 %", "50 %", "95 %"))
    lines = [found.case.title.upper(), *textwrap.wrap(about, WIDTH), f"  {'':<{NAME}}{columns}{'record':>{RECORD}}  verdict"]
    came = f"{share_text(found):>{3 * FIGURE}}"
    lines.append(f"  {'a wave came':<{NAME}}{came}{wave_text(found.wave_record):>{RECORD}}  {found.wave_words}")
    for line in found.lines:
        runs = "".join(f"{_figure(value):>{FIGURE}}" for value in (line.runs.low, line.runs.middle, line.runs.high))
        lines.append(f"  {line.name:<{NAME}}{runs}{band_text(line.record):>{RECORD}}  {line.words}")
    return [*lines, *textwrap.wrap(found.sentence, WIDTH, initial_indent="  ", subsequent_indent="  ")]


def elsewhere_markdown(crises: Sequence[Crisis]) -> str:
    """Every scenario beside its record as one Markdown table, and the sentences under it."""
    rows = ["| scenario | quantity | 5 % | 50 % | 95 % | record | verdict |", "|---|---|---:|---:|---:|---:|---|"]
    for found in crises:
        wave = wave_text(found.wave_record)
        rows.append(f"| **{found.case.title}** | a wave came | | {share_text(found)} | | {wave} | {found.wave_words} |")
        for line in found.lines:
            runs = " | ".join(_figure(value) for value in (line.runs.low, line.runs.middle, line.runs.high))
            rows.append(f"| | {line.name} | {runs} | {band_text(line.record)} | {line.words} |")
    words = [
        f"* **{found.case.title}** (`{found.case.id}`, scenario {found.scenario_hash}, Qantar {found.version}, seed {found.seed}, "
        f"{counted(found.members, 'run')}; {origin_text(found)}). {found.sentence}"
        for found in crises
    ]
    return "\n".join([*rows, "", *words]) + "\n"


def _figure(value: float) -> str:
    return MISSING if value != value else number(value)  # noqa: PLR0124 - NaN is not itself
