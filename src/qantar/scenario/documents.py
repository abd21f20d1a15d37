"""Validates one YAML document of a scenario, and keeps what is sound when something is not.

The checks between files run on what is sound, so that a user learns of a wrong reference in the same
go as of a wrong number.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Generic, TypeVar, get_args, get_origin

from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from qantar.scenario.mistakes import Mistakes
from qantar.scenario.reading import LARGEST_YAML, Folder, read_text
from qantar.scenario.value import Frozen
from qantar.scenario.wording import problems
from qantar.scenario.yaml_text import Node, parse_yaml

Record = TypeVar("Record")
Document = TypeVar("Document", bound=Frozen)


@dataclass(frozen=True)
class Listing(Generic[Record]):
    """The sound entries of a list with their numbers, and the identifiers of all entries.

    `names` is None when the list could not be read: then nothing can be said about references to it.
    """

    items: tuple[tuple[int, Record], ...] = ()
    names: frozenset[str] | None = None

    def lacks(self, name: str) -> bool:
        """Whether a reference to `name` certainly leads nowhere."""
        return self.names is not None and name not in self.names


@dataclass(frozen=True)
class Part(Generic[Document]):
    """One YAML file: its tree, the document where all of it is sound, else its sound fields."""

    node: Node | None
    document: Document | None
    fields: dict[str, Any]

    def listing(self, name: str) -> Listing[Any]:
        """Return the sound entries of a list field."""
        if self.node is None or not isinstance(self.node.content, dict):
            return Listing()
        entry = self.node.content.get(name)
        raw = [] if entry is None else entry.content
        if not isinstance(raw, list):
            return Listing()
        names = frozenset(str(node.scalar("id")) for node in raw if node.scalar("id") is not None)
        if self.document is not None:
            return Listing(tuple(enumerate(getattr(self.document, name))), names)
        return Listing(self.fields.get(name, ()), names)

    def field(self, name: str) -> Any:  # noqa: ANN401 - a field of any type
        """Return a sound field, None where it is not sound."""
        return self.fields.get(name) if self.document is None else getattr(self.document, name)


def read_document(folder: Folder, name: str, model: type[Document], mistakes: Mistakes, *, needed: bool = True) -> Part[Document]:
    """Read and validate a YAML file of a scenario folder; note everything that is wrong with it.

    needed: whether its absence is a mistake.
    """
    node = read_node(folder, name, mistakes, needed=needed)
    return Part(None, None, {}) if node is None else validate(node, model, folder.shown_file(name), mistakes)


def read_node(folder: Folder, name: str, mistakes: Mistakes, *, needed: bool = True) -> Node | None:
    """Read a YAML file of a scenario folder as a tree, or return None after noting why there is none."""
    text = read_text(folder, name, LARGEST_YAML, mistakes, needed=needed)
    return None if text is None else parse_yaml(text, folder.shown_file(name), mistakes)


def validate(node: Node, model: type[Document], file: str, mistakes: Mistakes) -> Part[Document]:
    """Turn the tree of a file into its document; note everything that is wrong with it."""
    try:
        return Part(node, model.model_validate_json(node.json(), strict=True), {})
    except ValidationError as error:
        note_problems(error, node, file, mistakes)
    return Part(node, None, _sound_fields(model, node))


def note_problems(error: ValidationError, node: Node, file: str, mistakes: Mistakes) -> None:
    """Note what a validator found, each at its line and column."""
    if mistakes.full:
        mistakes.count_only(error.error_count())
        return
    found = problems(error)
    for where, at_key, message in found:
        line, column = node.find(where, at_key=at_key)
        mistakes.add(file, line, column, message)
    mistakes.count_only(error.error_count() - len(found))


def _sound_fields(model: type[Frozen], node: Node) -> dict[str, Any]:
    """Validate field by field, and lists entry by entry."""
    if not isinstance(node.content, dict):
        return {}
    sound: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        inner = node.content.get(name)
        if inner is None:
            continue
        if get_origin(field.annotation) is tuple and isinstance(inner.content, list):
            adapter = _entry_adapter(model, name)
            entries = ((number, _validated(adapter, entry)) for number, entry in enumerate(inner.content))
            sound[name] = tuple((number, entry) for number, entry in entries if entry is not None)
        else:
            sound[name] = _validated(_field_adapter(model, name), inner)
    return sound


def _validated(adapter: TypeAdapter[Any], node: Node) -> Any:  # noqa: ANN401 - a record of any type
    try:
        return adapter.validate_json(node.json(), strict=True)
    except ValidationError:
        return None


@cache
def _field_adapter(model: type[Frozen], name: str) -> TypeAdapter[Any]:
    return TypeAdapter(_annotated(model.model_fields[name], model.model_fields[name].annotation))


@cache
def _entry_adapter(model: type[Frozen], name: str) -> TypeAdapter[Any]:
    return TypeAdapter(get_args(model.model_fields[name].annotation)[0])


def _annotated(field: FieldInfo, annotation: Any) -> Any:  # noqa: ANN401 - types of any kind
    return Annotated[(annotation, *field.metadata)] if field.metadata else annotation
