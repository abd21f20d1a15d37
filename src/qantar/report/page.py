"""One page of plain words for an analyst, for the terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

from qantar.report.digest import Digest, digest
from qantar.report.material import gather
from qantar.report.tables import AreaRow, Cell, TotalRow
from qantar.report.wording import MISSING, counted, day, exact, hour, hour_quantiles, percent, quantiles_text

if TYPE_CHECKING:
    from qantar.results.open import Ensemble

WIDTH = 90
AREAS = 8
MOST_AREAS = 12
LEGEND = "Numbers: median over the runs [90 % interval], each ± its Monte-Carlo standard error."
MARKS = " ! marks a record outside the interval, ~ a weak one that is not held against the runs."


def page(ensemble: Ensemble) -> str:
    """What an ensemble says, in about 70 lines of at most 90 columns.

    Raises:
        StoreError: where the store holds no finished member.
    """
    return page_of(digest(gather(ensemble)))


def page_of(found: Digest) -> str:
    """The page of a digest that is already made."""
    parts = [_head(found), _endings(found)]
    if found.quiet:
        parts.append(_small_protests(found))
    else:
        parts += [_days(found, ("participants", "regions")), _days(found, ("deaths", "detained")), _totals(found), _control(found)]
    parts += [_mismatches(found), _given(found)]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def _wrapped(text: str, *, bullet: str = "  ") -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=bullet, subsequent_indent=" " * len(bullet))


def _head(found: Digest) -> list[str]:
    lines = [found.material.case.title.upper(), *_wrapped(found.what, bullet="")]
    lines += _wrapped(found.departure, bullet="") if found.departure else []
    return [*lines, *_wrapped(LEGEND if found.quiet else f"{LEGEND}{MARKS}", bullet="")]


def _endings(found: Digest) -> list[str]:
    lines = ["HOW THE RUNS ENDED", *[line for reason in found.failure_sentences for line in _wrapped(reason, bullet="  ! ")]]
    for row in found.endings:
        lines += textwrap.wrap(
            f"{percent(row.share):>9}  {row.name}: {row.sentence}", WIDTH, initial_indent="  ", subsequent_indent=" " * 13
        )
    return [*lines, *_wrapped(found.wave_sentence)]


def _days(found: Digest, keys: tuple[str, str]) -> list[str]:
    names = {
        "participants": "participants (most out in an hour)",
        "regions": "regions in protest",
        "deaths": "deaths so far",
        "detained": "detained so far",
    }
    columns = [_column(names[key], [row.cells[key] for row in found.days]) for key in keys]
    dates = ["day", *(day(row.date) for row in found.days)]
    return [f"{when:>6}  {'   '.join(column[row] for column in columns)}".rstrip() for row, when in enumerate(dates)]


def _column(name: str, cells: Sequence[Cell]) -> list[str]:
    texts = [quantiles_text(cell.runs) for cell in cells]
    records = [_recorded(cell) for cell in cells]
    wide = max(len(text) for text in [*texts, name])
    far = max(len(text) for text in [*records, "record"])
    return [f"{name:<{wide}} {'record':>{far}}", *(f"{text:<{wide}} {record:>{far}}" for text, record in zip(texts, records, strict=True))]


def _recorded(cell: Cell) -> str:
    if cell.record is None:
        return MISSING
    return f"{exact(cell.record.value)}{'~' if cell.record.use == 'weak' else '!' if cell.outside else ' '}"


def _totals(found: Digest) -> list[str]:
    lines = ["TO THE END OF THE RUN"]
    for row in found.totals:
        lines += textwrap.wrap(
            f"{row.key:<9} {quantiles_text(row.cell.runs)}, {_total_record(row)}", WIDTH, initial_indent="  ", subsequent_indent=" " * 12
        )
    shown = _shown_areas(found)
    if shown:
        lines += _area_table(shown)
    left = len(found.areas) - len(shown)
    return [*lines, *([f"  … and {counted(left, 'more area')} in the HTML report"] if left > 0 else [])]


def _shown_areas(found: Digest) -> list[AreaRow]:
    """The areas that the record names, and the largest others while there is room; in the order of the table."""
    named = [row for row in found.areas if row.cells["deaths"].record or row.cells["detained"].record]
    others = [row for row in found.areas if row not in named and row.cells["deaths"].runs.middle >= 1]
    chosen = [*named[:MOST_AREAS], *others[: max(AREAS - len(named), 2)]]
    return [row for row in found.areas if row in chosen]


def _total_record(row: TotalRow) -> str:
    return row.record_words(marked=True) or "no record"


def _area_table(rows: Sequence[AreaRow]) -> list[str]:
    names = ["by area", *(f"{row.name} (place)" if row.is_place else row.name for row in rows)]
    wide = min(max(len(name) for name in names), 22)
    columns = [_column(key, [row.cells[key] for row in rows]) for key in ("deaths", "detained")]
    return [f"  {name[:wide]:<{wide}}  {'   '.join(column[row] for column in columns)}".rstrip() for row, name in enumerate(names)]


def _control(found: Digest) -> list[str]:
    control, start = found.control, found.material.case.start
    record = "no record"
    if control.record is not None:
        where = found.material.case.area(control.record)
        record = f"record {hour(start, control.record.value)}{'' if where == 'the country' else f' ({where})'}"
    lines = _wrapped(f"{hour_quantiles(start, control.hours)} in {counted(control.returned, 'run')}; {control.never_sentence}; {record}.")
    return ["WHEN CONTROL RETURNED", *lines]


def _small_protests(found: Digest) -> list[str]:
    return ["SMALL PROTESTS", *[line for sentence in found.quiet for line in _wrapped(sentence)]]


def _mismatches(found: Digest) -> list[str]:
    if not found.compared:
        return ["AGAINST THE RECORD", *_wrapped(found.comparison_note)]
    if not found.mismatches:
        return ["WHAT DOES NOT MATCH", *_wrapped("Nothing that this page compares: every recorded figure lies inside its interval.")]
    return ["WHAT DOES NOT MATCH", *[line for sentence in found.mismatches for line in _wrapped(sentence, bullet="  - ")]]


def _given(found: Digest) -> list[str]:
    return ["GIVEN, SO NO CREDIT TO THE MODEL", *[line for sentence in found.given for line in _wrapped(sentence, bullet="  - ")]]
