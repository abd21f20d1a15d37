"""Turns YAML text into a tree of plain data whose every node knows its line and column.

Only what data needs is allowed: mappings with text keys, lists, scalars. Aliases, anchors, merge keys,
tags and further documents are refused, so that a short file can never stand for a huge one. The
tree is built from the parser's events without recursion and ends at a depth and a number of nodes
that no scenario reaches.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from qantar.scenario.mistakes import Mistakes, quoted
from qantar.scenario.reading import FORBIDDEN, forbidden_message

DEEPEST = 16
MOST_NODES = 30_000
LONGEST_LINE = 16_384
"""The parser needs time that grows with the square of some very long words."""

Plain = str | int | float | bool | None
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}", re.ASCII)
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,5})?", re.ASCII)
_NAMED: dict[str, Plain] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
    ".inf": math.inf, ".Inf": math.inf, ".INF": math.inf, "+.inf": math.inf, "-.inf": -math.inf, "-.Inf": -math.inf,
    ".nan": math.nan, ".NaN": math.nan, ".NAN": math.nan,
}  # fmt: skip


@dataclass
class Node:
    """A mapping, a list or a scalar, at a line and column that count from 1."""

    line: int
    column: int
    content: dict[str, Node] | list[Node] | Plain
    keys: dict[str, tuple[int, int]] = field(default_factory=dict)

    def plain(self) -> Any:  # noqa: ANN401 - plain data of any shape
        """Return the data without positions."""
        if isinstance(self.content, dict):
            return {key: node.plain() for key, node in self.content.items()}
        if isinstance(self.content, list):
            return [node.plain() for node in self.content]
        return self.content

    def json(self) -> str:
        """Return the data as JSON text, with NaN and infinities written out for the validator to refuse."""
        return json.dumps(self.plain(), ensure_ascii=False)

    def scalar(self, key: str) -> Plain:
        """Return the scalar under a key of a mapping, None where there is none."""
        inner = self.content.get(key) if isinstance(self.content, dict) else None
        return None if inner is None or isinstance(inner.content, dict | list) else inner.content

    def walk(self) -> Iterator[Node]:
        """Yield this node and all nodes inside it."""
        yield self
        if isinstance(self.content, dict | list):
            for node in self.content.values() if isinstance(self.content, dict) else self.content:
                yield from node.walk()

    def find(self, where: tuple[str | int, ...], *, at_key: bool = False) -> tuple[int, int]:
        """Return line and column of the innermost node that exists on the way `where`.

        A way may name, after an entry of a list, the `kind` that the validator chose for it.
        at_key: point at the last key instead of its value.
        """
        node = self
        steps = list(where)
        while steps:
            step = steps.pop(0)
            if isinstance(node.content, dict) and step in node.content:
                if at_key and not steps:
                    return node.keys[str(step)]
                node = node.content[str(step)]
            elif isinstance(node.content, list) and isinstance(step, int) and step < len(node.content):
                node = node.content[step]
            else:
                break
            if steps and steps[0] == node.scalar("kind"):
                steps.pop(0)
        return node.line, node.column


def parse_yaml(text: str, file: str, mistakes: Mistakes) -> Node | None:
    """Return the tree of a YAML document, or None after noting why there is none."""
    found = mistakes.number
    for number, words in enumerate(text.split("\n"), start=1):
        if len(words) > LONGEST_LINE:
            message = f"the line has {len(words)} letters, expected at most {LONGEST_LINE}"
            mistakes.add(file, number, LONGEST_LINE, message)
            return None
    builder = _Builder(file, mistakes)
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            if not builder.take(event):
                return None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        mistakes.add(file, line, column, f"this is not YAML: {error.problem or error.context}")
        return None
    except (YAMLError, ValueError, RecursionError, OverflowError) as error:
        mistakes.add(file, 1, 1, f"this is not YAML: {quoted(str(error))}")
        return None
    if builder.root is None and mistakes.number == found:
        mistakes.add(file, 1, 1, "the file is empty")
    return builder.root


class _Builder:
    """Builds the tree from events; keeps the open mappings and lists on a stack of its own."""

    def __init__(self, file: str, mistakes: Mistakes) -> None:
        self.root: Node | None = None
        self._file, self._mistakes = file, mistakes
        self._open: list[Node] = []
        self._key: list[str | None] = []
        self._nodes = 0
        self._documents = 0

    def take(self, event: Any) -> bool:  # noqa: ANN401 - the library's events have no common type with marks
        """Take one event; False says that the rest is not worth reading."""
        if isinstance(event, DocumentStartEvent):
            self._documents += 1
            return self._documents == 1 or self._refuse(event, "a second document begins, expected one")
        if isinstance(event, MappingEndEvent | SequenceEndEvent):
            self._open.pop()
            self._key.pop()
            return True
        if isinstance(event, AliasEvent):
            return self._refuse(event, "aliases (*name) are not allowed; write the value out")
        if not isinstance(event, ScalarEvent | MappingStartEvent | SequenceStartEvent):
            return True
        self._nodes += 1
        if self._nodes > MOST_NODES:
            return self._refuse(event, f"the file holds more than {MOST_NODES} values")
        if event.anchor is not None:
            self._note(event, "anchors (&name) are not allowed; write the value out")
        if event.tag is not None:
            self._note(event, "tags (!name) are not allowed; a scenario is plain data")
        if isinstance(event, ScalarEvent) and (spelled := FORBIDDEN.search(event.value)):
            self._note(event, forbidden_message(spelled[0]))
        return self._scalar(event) if isinstance(event, ScalarEvent) else self._container(event)

    def _container(self, event: MappingStartEvent | SequenceStartEvent) -> bool:
        if len(self._open) >= DEEPEST:
            return self._refuse(event, f"values are nested more than {DEEPEST} deep")
        if self._expects_key():
            return self._refuse(event, "a key is a list or a mapping, expected text")
        mark = event.start_mark
        node = Node(mark.line + 1, mark.column + 1, {} if isinstance(event, MappingStartEvent) else [])
        self._place(node)
        self._open.append(node)
        self._key.append(None)
        return True

    def _scalar(self, event: ScalarEvent) -> bool:
        mark = event.start_mark
        if not self._expects_key():
            self._place(Node(mark.line + 1, mark.column + 1, _resolve(event)))
            return True
        key, node = event.value, self._open[-1]
        if key == "<<":
            self._note(event, "merge keys (<<) are not allowed; write the values out")
        if isinstance(node.content, dict) and key in node.content:
            line, _ = node.keys[key]
            self._note(event, f"the key {quoted(key)} stands here twice, first in line {line}")
        else:
            node.keys[key] = (mark.line + 1, mark.column + 1)
        self._key[-1] = key
        return True

    def _expects_key(self) -> bool:
        return bool(self._open) and isinstance(self._open[-1].content, dict) and self._key[-1] is None

    def _place(self, node: Node) -> None:
        if not self._open:
            self.root = node
            return
        content = self._open[-1].content
        if isinstance(content, list):
            content.append(node)
        elif isinstance(content, dict):
            key = self._key[-1]
            content.setdefault(str(key), node)
            self._key[-1] = None

    def _note(self, event: Any, message: str) -> None:  # noqa: ANN401 - as for take
        self._mistakes.add(self._file, event.start_mark.line + 1, event.start_mark.column + 1, message)

    def _refuse(self, event: Any, message: str) -> bool:  # noqa: ANN401 - as for take
        self._note(event, message)
        return False


def _resolve(event: ScalarEvent) -> Plain:
    """Read a scalar by YAML's core rules; whatever is in quotes is text, and so are dates."""
    text: str = event.value
    if event.style is not None:
        return text
    if text in _NAMED:
        return _NAMED[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if len(text) < 400 and _FLOAT.fullmatch(text):  # noqa: PLR2004 - longer digits are no number that anybody writes
        return float(text)
    return text
