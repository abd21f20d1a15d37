"""Reads the tables of a scenario: CSV files whose columns are the fields of a record.

A table has one header line; the order of its columns is free. Beside each column may stand
``<column>_source``, which overrides the column's source for single cells. Cells follow RFC 4180,
but a quoted cell ends on its own line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, TypeVar, get_args

from pydantic import ValidationError

from qantar.scenario.documents import Listing
from qantar.scenario.mistakes import Mistakes, quoted
from qantar.scenario.reading import LARGEST_TABLE, Folder, read_text
from qantar.scenario.value import Frozen
from qantar.scenario.wording import nearest, problems

MOST_ROWS = 50_000
MOST_COLUMNS = 200
LONGEST_LINE = 65_536
SOURCE_SUFFIX = "_source"

Row = TypeVar("Row", bound=Frozen)
_NUMBER = re.compile(r"[-+]?(\.[0-9]{1,17}|[0-9]{1,18}(\.[0-9]{0,17})?)([eE][-+]?[0-9]{1,3})?", re.ASCII)


@dataclass(frozen=True)
class Cell:
    """The text of a cell and the column, from 1, at which it begins in its line."""

    text: str
    column: int


@dataclass(frozen=True)
class Override:
    """A cell of a ``<column>_source``: the source of one value of one row."""

    row: int
    column: str
    source: str


@dataclass(frozen=True)
class Table(Generic[Row]):
    """A table as read: its sound rows, and where every cell stands.

    rows: (number, record) of the sound rows, numbers from 0 over all rows that were read.
    names: identifiers of all rows, None where not every row could be split.
    lines: the line of every row. content: the lines of the file.
    """

    rows: tuple[tuple[int, Row], ...] = ()
    names: frozenset[str] | None = None
    overrides: tuple[Override, ...] = ()
    columns: tuple[str, ...] = ()
    lines: tuple[int, ...] = ()
    content: tuple[str, ...] = ()
    readable: bool = False

    @property
    def complete(self) -> bool:
        """Whether every row is sound."""
        return self.readable and len(self.rows) == len(self.lines)

    def listing(self) -> Listing[Row]:
        """Return the sound rows, and the identifiers of all rows."""
        return Listing(self.rows, self.names)

    def find(self, where: tuple[str | int, ...]) -> tuple[int, int]:
        """Return line and column of (row number, column), or of the header where there is no such row."""
        row = where[0] if where else None
        if not isinstance(row, int) or row >= len(self.lines):
            return 1, 1
        line = self.lines[row]
        if len(where) == 1 or where[1] not in self.columns:
            return line, 1
        cells = split_line(self.content[line - 1], line, "", Mistakes())
        return line, cells[self.columns.index(str(where[1]))].column if cells else 1


def read_table(folder: Folder, name: str, model: type[Row], mistakes: Mistakes) -> Table[Row]:
    """Read and validate a table of a scenario folder; note everything that is wrong with it."""
    text = read_text(folder, name, LARGEST_TABLE, mistakes)
    if text is None:
        return Table()
    file = folder.shown_file(name)
    content = tuple(text.split("\n"))
    header = _header(content[0], file, model, mistakes)
    if header is None:
        return Table()
    rows: list[tuple[int, Row]] = []
    names: set[str] = set()
    overrides: list[Override] = []
    lines: list[int] = []
    whole = True
    for line, row in _rows(content, file, len(header), mistakes):
        number = len(lines)
        if number >= MOST_ROWS:
            mistakes.add(file, line, 1, f"the table has more than {MOST_ROWS} rows")
            break
        lines.append(line)
        if row is None:
            whole = False
            continue
        cells = dict(zip(header, row, strict=True))
        record = _record(cells, line, file, model, mistakes)
        if record is not None:
            rows.append((number, record))
        if "id" in cells:
            names.add(cells["id"].text.strip())
        overrides.extend(_overrides(cells, number, model))
    known = frozenset(names) if whole else None
    return Table(tuple(rows), known, tuple(overrides), tuple(header), tuple(lines), content, readable=True)


def _overrides(cells: dict[str, Cell], row: int, model: type[Frozen]) -> Iterator[Override]:
    for column in numeric_columns(model):
        cell = cells.get(column + SOURCE_SUFFIX)
        if cell is not None and cell.text.strip():
            yield Override(row, column, cell.text.strip())


@cache
def numeric_columns(model: type[Frozen]) -> dict[str, type]:
    """Return the columns of a table that hold numbers, with int or float."""
    found: dict[str, type] = {}
    for name, field in model.model_fields.items():
        kinds = {field.annotation, *get_args(field.annotation)}
        if kinds & {int, float}:
            found[name] = int if int in kinds else float
    return found


def _header(first: str, file: str, model: type[Frozen], mistakes: Mistakes) -> list[str] | None:
    if not first.strip():
        mistakes.add(file, 1, 1, f"the table is empty, expected a first line with the columns {', '.join(model.model_fields)}")
        return None
    row = split_line(first, 1, file, mistakes)
    if row is None:
        return None
    allowed = {*model.model_fields, *(column + SOURCE_SUFFIX for column in numeric_columns(model))}
    header = [cell.text.strip() for cell in row]
    if len(header) == 1 and (sign := next((sign for sign in ";\t|" if sign in first), None)):
        mistakes.add(file, 1, first.index(sign) + 1, "the columns are not separated by commas; save the table as CSV with commas")
        return None
    before = mistakes.number
    for number, cell in enumerate(row):
        name = header[number]
        if name not in allowed:
            mistakes.add(file, 1, cell.column, f"the column {quoted(name)} is not known here{nearest(name, allowed)}")
        elif name in header[:number]:
            mistakes.add(file, 1, cell.column, f"the column {quoted(name)} stands here twice")
    for name, field in model.model_fields.items():
        if field.is_required() and name not in header:
            mistakes.add(file, 1, 1, f"the column {quoted(name)} is missing")
    return header if mistakes.number == before else None


def _rows(content: tuple[str, ...], file: str, width: int, mistakes: Mistakes) -> Iterator[tuple[int, list[Cell] | None]]:
    """Yield the line and the cells of every row, None instead of cells that do not fit the header."""
    for line, text in enumerate(content[1:], start=2):
        if not text.strip():
            continue
        row = split_line(text, line, file, mistakes)
        if row is not None and len(row) != width:
            mistakes.add(file, line, 1, f"the row has {len(row)} cells, expected {width} as in the header")
            row = None
        yield line, row


_CELL = re.compile(r'"((?:[^"]|"")*)"(?=,|$)|([^",]*)(?=,|$)')


def split_line(content: str, line: int, file: str, mistakes: Mistakes) -> list[Cell] | None:
    """Split one line into cells; None after noting why that cannot be done."""
    if len(content) > LONGEST_LINE:
        mistakes.add(file, line, 1, f"the line has {len(content)} letters, expected at most {LONGEST_LINE}")
        return None
    if '"' not in content:
        return _split_plain(content, line, file, mistakes)
    cells: list[Cell] = []
    position = 0
    while True:
        match = _CELL.match(content, position)
        if match is None:
            message = "a quote stands where none is expected (write \"\" for a quote inside a quoted cell)"
            mistakes.add(file, line, position + 1, message)
            return None
        inside = match[1]
        text = match[2] if inside is None else inside.replace('""', '"')
        if len(cells) >= MOST_COLUMNS:
            mistakes.add(file, line, position + 1, f"the line has more than {MOST_COLUMNS} cells")
            return None
        cells.append(Cell(text, position + 1))
        position = match.end() + 1
        if position > len(content):
            return cells


def _split_plain(content: str, line: int, file: str, mistakes: Mistakes) -> list[Cell] | None:
    """Split a line without quotes, which is most of them, the quick way."""
    cells: list[Cell] = []
    column = 1
    for text in content.split(","):
        if len(cells) >= MOST_COLUMNS:
            mistakes.add(file, line, column, f"the line has more than {MOST_COLUMNS} cells")
            return None
        cells.append(Cell(text, column))
        column += len(text) + 1
    return cells


def _record(row: dict[str, Cell], line: int, file: str, model: type[Row], mistakes: Mistakes) -> Row | None:
    """Turn the cells of a row into its record; None after noting what is wrong."""
    numeric, fields = numeric_columns(model), model.model_fields
    given: dict[str, Any] = {}
    unreadable: set[str] = set()
    for name, cell in row.items():
        if name not in fields:
            continue
        text = cell.text.strip()
        if name not in numeric:
            given[name] = text if text or fields[name].annotation is str else None
        elif _NUMBER.fullmatch(text):
            given[name] = float(text) if numeric[name] is float or not text.lstrip("+-").isdigit() else int(text)
        else:
            unreadable.add(name)
            found = quoted(text) if text else "nothing"
            expected = "a whole number" if numeric[name] is int else "a number"
            mistakes.add(file, line, cell.column, f"{name}: {found} stands here, expected {expected}")
    try:
        return model.model_validate(given)
    except ValidationError as error:
        if mistakes.full:
            mistakes.count_only(error.error_count())
            return None
        for where, message in _outside(error, unreadable):
            column = row[where].column if where in row else 1
            mistakes.add(file, line, column, f"{where}: {message}")
    return None


def _outside(error: ValidationError, unreadable: set[str]) -> Iterator[tuple[str, str]]:
    """Yield column and message of what is wrong beside the cells that were no numbers."""
    for detail, (where, _, message) in zip(error.errors(include_url=False), problems(error), strict=False):
        column = str(detail["loc"][0]) if detail["loc"] else ""
        if column not in unreadable:
            yield str(where[0]) if where else column, message
