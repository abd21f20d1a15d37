"""Interventions as data: one file says what is done to a scenario, step by step.

An intervention changes what a scenario assumes, at an hour or for the whole run. Interventions compose:
each is applied to what the one before left. A structure has the same form and says another thing: not what is done
to the country, but what else the country could be. The written form is in ``docs/schema/scenario.md``.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from qantar.errors import Mistake, ScenarioError, UsageError
from qantar.scenario.documents import read_document
from qantar.scenario.load import find_folder
from qantar.scenario.local_time import LocalTime
from qantar.scenario.mistakes import Mistakes, quoted
from qantar.scenario.names import Identifier
from qantar.scenario.order import Order
from qantar.scenario.reading import Folder
from qantar.scenario.shock import Shock
from qantar.scenario.value import Frozen
from qantar.scenario.vocabulary import Branch, Share
from qantar.scenario.wording import nearest
from qantar.scenario.yaml_text import Node

FOLDER = "interventions"
"""Folder of a scenario in which interventions may lie under their names."""

STRUCTURES = "structures"
"""Folder of a scenario in which other structures of the same story may lie, in the form of interventions."""

SUFFIX = ".yaml"


class WithoutStep(Frozen):
    """Leave something out: a shock, an order, an actor's orders, a kind of order, the guarantor."""

    kind: Literal["without"] = Field(description="leave something out")
    name: str = Field(description="as `--without` takes it")
    since: LocalTime | None = Field(default=None, description="from this local hour on; empty for the whole run")


class SetStep(Frozen):
    """Change one value."""

    kind: Literal["set"] = Field(description="change one value")
    path: str = Field(description="as `--set` takes it")
    value: float | str = Field(description="the new number, hour or word")


class ShiftStep(Frozen):
    """Let something come earlier or later, with its end."""

    kind: Literal["shift"] = Field(description="move in time")
    name: Identifier = Field(description="a shock, an order, a kind of order, or an actor whose orders move")
    hours: float = Field(description="hours later; earlier where negative")


class OrderStep(Frozen):
    """Let the state do something that it did not do."""

    kind: Literal["order"] = Field(description="one more order")
    order: Order = Field(description="an order as in scenario.yaml")


class ShockStep(Frozen):
    """Let something happen to the country that did not happen."""

    kind: Literal["shock"] = Field(description="one more shock")
    shock: Shock = Field(description="a shock as in scenario.yaml")


class SeriesStep(Frozen):
    """Set a given series, such as how well branches obey."""

    kind: Literal["series"] = Field(description="set a given series")
    quantity: Literal["command-coherence", "shirking"] = Field(description="coherence of command (1 = all obey), or the share that shirks")
    branches: tuple[Branch, ...] = Field(default=(), description="whose; empty for all that have such a series")
    value: Share = Field(description="the new level")
    since: LocalTime | None = Field(default=None, description="from this local hour on; empty for the whole run")


Step = Annotated[WithoutStep | SetStep | ShiftStep | OrderStep | ShockStep | SeriesStep, Field(discriminator="kind")]


class Intervention(Frozen):
    """What is done to a scenario."""

    schema_version: Literal[1] = Field(description="version of this contract")
    id: Identifier
    title: Annotated[str, Field(min_length=1, max_length=120)] = Field(description="one line, what is different")
    note: str = Field(default="", description="why, and what it leaves out")
    steps: tuple[Step, ...] = Field(description="what is done, in order; at least one step")

    @model_validator(mode="after")
    def _does_something(self) -> Intervention:
        if not self.steps:
            raise ValueError("an intervention needs at least one step")
        return self


class Located:
    """An intervention that was read from a file, with the place of each step for messages.

    asked : the name or the file by which it was asked for
    """

    def __init__(self, intervention: Intervention, file: str, node: Node, asked: str) -> None:
        self.intervention = intervention
        self.file = file
        self.asked = asked
        self._node = node

    def place(self, step: int) -> tuple[int, int]:
        """Line and column of a step."""
        return self._node.find(("steps", step))


def names(name_or_dir: str | Path, kept_in: str = FOLDER) -> list[str]:
    """The interventions that lie beside a scenario, or its structures; kept_in : `FOLDER` or `STRUCTURES`.

    Raises ScenarioError where their folder is a link.
    """
    folder = _folder(name_or_dir, kept_in)
    return sorted(path.stem for path in folder.glob(f"*{SUFFIX}")) if folder.is_dir() else []


def _folder(name_or_dir: str | Path, kept_in: str) -> Path:
    folder = find_folder(name_or_dir) / kept_in
    if folder.is_symlink():  # a scenario may come from a stranger
        raise ScenarioError([Mistake(str(folder), 1, 1, "the folder cannot be read: it is a link, expected a folder of its own here")])
    return folder


def read_all(name_or_dir: str | Path, kept_in: str = FOLDER) -> Iterator[Intervention]:
    """Every intervention that lies beside a scenario, or every structure. Raises ScenarioError for a wrong one."""
    for name in names(name_or_dir, kept_in):
        yield read_beside(name, name_or_dir, kept_in).intervention


def read_beside(name: str, name_or_dir: str | Path, kept_in: str = FOLDER) -> Located:
    """Read one of `names`. Raises `ScenarioError` with every mistake as ``file:line:column``."""
    return _read_file(_folder(name_or_dir, kept_in) / f"{name}{SUFFIX}", name)


def read(name_or_file: str | Path, name_or_dir: str | Path) -> Located:
    """Read an intervention by its name beside a scenario, or from a file.

    name_or_file : a name of `names`, or the path of a YAML file; name_or_dir : the scenario, as `load` takes it

    Raises `ScenarioError` with every mistake as ``file:line:column``, and `UsageError` where there is none.
    """
    known = names(name_or_dir)
    if str(name_or_file) in known:
        return read_beside(str(name_or_file), name_or_dir)
    path = Path(name_or_file)
    if not path.is_file():
        here = f"; those of {name_or_dir} are {', '.join(known)}" if known else f"; {name_or_dir} has none of its own"
        raise UsageError(f"{quoted(str(name_or_file))} is no intervention and no file{nearest(str(name_or_file), known)}{here}")
    return _read_file(path, str(path))


def _read_file(path: Path, asked: str) -> Located:
    mistakes = Mistakes()
    part = read_document(Folder(path.parent, str(path.parent)), path.name, Intervention, mistakes)
    mistakes.raise_if_any()
    assert part.document is not None
    assert part.node is not None
    return Located(part.document, str(path), part.node, asked)
