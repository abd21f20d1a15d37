"""The report as Markdown, with its figures, PNG and SVG, beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from qantar.report.digest import PURPOSE, Digest
from qantar.report.figures.style import Drawing
from qantar.report.reproduce import command, facts, promise
from qantar.report.tables import DAY_KEYS, Cell
from qantar.report.wording import MISSING, day, exact, hour, hour_quantiles, percent, quantiles_text

SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|!~&])")
NAMES = {
    "participants": "participants",
    "regions": "regions in protest",
    "deaths": "deaths so far",
    "detained": "detained so far",
    "injured": "injured",
}


def markdown_report(found: Digest, drawings: Sequence[Drawing], folder: str) -> str:
    """The report as text; figures are referred to as files of a folder beside it."""
    case, typed = found.material.case, command(found.material)
    parts = [f"# {escaped(case.title)}", escaped(found.what), escaped(found.departure), *map(escaped, found.failure_sentences)]
    parts += [
        "## How the runs ended",
        _bullets(f"{percent(row.share)} {row.name}: {row.sentence}" for row in found.endings),
        escaped(found.wave_sentence),
    ]
    parts += [escaped(sentence) for sentence in found.quiet] if found.quiet else _numbers(found)
    parts += ["## What does not match the record", _mismatches(found), "## Given, so no credit to the model", _bullets(found.given)]
    parts += ["## Figures", *(_figure(drawing, folder) for drawing in drawings)]
    parts += ["## Assumptions and sources", escaped(" ".join(case.summary.split()))]
    parts += [_bullets(f"{hour(case.start, order.at)}: {order.text or order.id} ({order.source})" for order in case.orders)]
    parts += [_bullets(f"{key}: {line}" for key, line in case.sources.items())]
    parts += [
        "## How to reproduce",
        f"    {typed}" if typed else "",
        escaped(promise(found.material)),
        _bullets(f"{name}: {value}" for name, value in facts(found.material)),
    ]
    parts += [escaped(PURPOSE)]
    return "\n\n".join(part for part in parts if part) + "\n"


def escaped(text: str) -> str:
    """Text without any meaning in Markdown or HTML."""
    return SPECIAL.sub(r"\\\1", text)


def _bullets(sentences: Iterable[str]) -> str:
    return "\n".join(f"- {escaped(sentence)}" for sentence in sentences)


def _mismatches(found: Digest) -> str:
    if not found.compared:
        return escaped(found.comparison_note)
    return _bullets(found.mismatches) or "Every recorded figure that is compared here lies inside its interval."


def _numbers(found: Digest) -> list[str]:
    start, control = found.material.case.start, found.control
    head = ["day", *(part for key in DAY_KEYS for part in (NAMES[key], "record"))]
    rows = [[day(row.date), *(part for key in DAY_KEYS for part in _pair(row.cells[key]))] for row in found.days]
    keys = ("deaths", "detained", "injured")
    areas = [[row.name, *(part for key in keys for part in _pair(row.cells[key]))] for row in found.areas]
    totals = [f"{row.key}: {quantiles_text(row.cell.runs)}; {row.record_words(marked=True) or 'no record'}" for row in found.totals]
    returned = f"Control returned: {hour_quantiles(start, control.hours)}; {control.never_sentence}"
    if control.record is not None:
        returned += f"; record {hour(start, control.record.value)}"
    return [
        "## Day by day",
        "Median over the runs \\[90 % interval\\], each ± its Monte-Carlo standard error. \\! marks a record outside the interval.",
        _table(head, rows),
        "## To the end of the run",
        _bullets([*totals, returned]),
        _table(["area", *(part for key in keys for part in (key, "record"))], areas),
    ]


def _pair(cell: Cell) -> tuple[str, str]:
    if cell.record is None:
        return quantiles_text(cell.runs), MISSING
    return quantiles_text(cell.runs), f"{exact(cell.record.value)}{' (weak)' if cell.record.use == 'weak' else '!' if cell.outside else ''}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *[[escaped(cell) for cell in row] for row in rows]]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _figure(drawing: Drawing, folder: str) -> str:
    return f"![{escaped(drawing.alternative)}](<{folder}/{drawing.name}.png>)\n\n{escaped(drawing.caption)}"
