"""Reads ``sources.bib``: the part of BibTeX that a list of sources needs.

An entry is ``@kind{key, field = {text}, field = "text", field = 2022}``. Text between entries is a
comment. Not supported, and refused: ``@string``, ``@preamble`` and joining with ``#``.
"""

from __future__ import annotations

import re

from qantar.scenario.mistakes import Mistakes, quoted
from qantar.scenario.value import ASSUMED

BIBLIOGRAPHY = "sources.bib"
PRINTED = ("author", "title", "journal", "booktitle", "publisher", "howpublished", "institution", "year", "note", "doi", "url")
LONGEST_FIELD = 8_000
_ENTRY = re.compile(r"@[ \t]*([A-Za-z]+)[ \t]*\{")
_KEY = re.compile(r"[ \t\n]*([A-Za-z0-9][A-Za-z0-9_.:/+-]{0,79})[ \t\n]*(,|\})")
_FIELD = re.compile(r"[ \t\n]*([A-Za-z][A-Za-z0-9_-]*)[ \t\n]*=[ \t\n]*")
_BARE = re.compile(r"[0-9]+")
_AFTER = re.compile(r"[ \t\n]*(,?)[ \t\n]*(\}?)")
_BRACES_OR_QUOTE = re.compile(r'[{}"]')
_SPACE = re.compile(r"\s+")


class _BibliographyError(Exception):
    """The text is no bibliography from `position` on."""

    def __init__(self, position: int, message: str) -> None:
        super().__init__(message)
        self.position = position


def parse_bibliography(text: str, file: str, mistakes: Mistakes) -> dict[str, str] | None:
    """Return the sources as key -> one printed line, or None after noting what is wrong.

    After a mistake in one entry the reading goes on at the next line that begins an entry.
    """
    sources: dict[str, str] = {}
    before = mistakes.number
    position = 0
    while not mistakes.full and (start := _ENTRY.search(text, position)) is not None:
        try:
            key, fields, position = _entry(text, start)
            _refuse_unusable(key, fields, sources, start.start())
            sources[key] = ". ".join(fields[name].rstrip(".") for name in PRINTED if fields.get(name))
        except _BibliographyError as error:
            mistakes.add(file, *_line_and_column(text, error.position), str(error))
            following = text.find("\n@", start.end())
            position = len(text) if following < 0 else following
    return sources if mistakes.number == before else None


def _refuse_unusable(key: str, fields: dict[str, str], sources: dict[str, str], position: int) -> None:
    if not fields.get("title") and not fields.get("note") and not fields.get("howpublished"):
        raise _BibliographyError(position, f"the source {quoted(key)} has no title")
    if key in sources:
        raise _BibliographyError(position, f"the key {quoted(key)} stands here twice")
    if key == ASSUMED:
        raise _BibliographyError(position, f"the key {quoted(key)} is the word for values without a source")


def _entry(text: str, start: re.Match[str]) -> tuple[str, dict[str, str], int]:
    kind = start[1].lower()
    if kind in ("string", "preamble", "comment"):
        raise _BibliographyError(start.start(), f"@{kind} is not supported; write the text out")
    head = _KEY.match(text, start.end())
    if head is None:
        raise _BibliographyError(start.end(), "expected the key of the source, then a comma")
    position, fields = head.end(), dict[str, str]()
    closed = head[2] == "}"
    while not closed:
        last = _AFTER.match(text, position)
        if last is not None and last[2] and not last[1]:
            return head[1], fields, last.end()
        field = _FIELD.match(text, position)
        if field is None:
            raise _BibliographyError(position, "expected 'name = {text}' or the closing brace of the source")
        content, position = _content(text, field.end())
        fields[field[1].lower()] = content
        after = _AFTER.match(text, position)
        if after is None or not (after[1] or after[2]):
            raise _BibliographyError(position, "expected a comma or the closing brace of the source")
        position, closed = after.end(), bool(after[2])
    return head[1], fields, position


def _content(text: str, position: int) -> tuple[str, int]:
    """Return the text of a field and the position after it."""
    bare = _BARE.match(text, position)
    if bare is not None:
        return bare[0], bare.end()
    opening = text[position : position + 1]
    if opening not in ("{", '"') or not opening:
        raise _BibliographyError(position, "expected text in braces or quotes, or a year")
    depth = 0
    for mark in _BRACES_OR_QUOTE.finditer(text, position + 1, position + LONGEST_FIELD):
        if (mark[0] == "}" and depth == 0 and opening == "{") or (mark[0] == '"' and depth == 0 and opening == '"'):
            inner = text[position + 1 : mark.start()].replace("{", "").replace("}", "")
            return _SPACE.sub(" ", inner).strip(), mark.end()
        depth += {"{": 1, "}": -1, '"': 0}[mark[0]]
    raise _BibliographyError(position, f"the text that begins here never ends, expected at most {LONGEST_FIELD} letters")


def _line_and_column(text: str, position: int) -> tuple[int, int]:
    return text.count("\n", 0, position) + 1, position - (text.rfind("\n", 0, position) + 1) + 1
