"""Channels: the ways in which the rest of the country reaches the streets, which a comparison can switch one by one.

A channel is a group of fields of `World` that the streets go by in a tick. A run can be listened to
(`Listening` keeps what every channel said, tick by tick) and another can be told the same (`Told` lets
the streets go by what was heard in the first run in the channels that are chosen, and by their own in
the others). That is the question "what would these streets have done with the fear of those".

The channels cover everything that the streets read. Where two runs differ in nothing else (the same
people, parameters and draws), streets that are told every channel do what the first run's streets did,
to the last count.

What is told holds for the step of the streets alone: fields of other systems get their own value back
after it, so that prices, forces and media of the run stay its own.

Limits: a channel is all that a group of fields does; what two channels do together is shared out by
whoever compares (`qantar.comparison`).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from qantar.errors import AssemblyError
from qantar.model.state import AbstractSystem, World

CHANNELS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "grievance": ("grievance",),
        "far": ("far",),
        "near": ("near", "travellers"),
        "efficacy": ("efficacy",),
        "net": ("connectivity",),
        "force": ("force", "used_force", "free_force"),
        "shooting": ("shooting",),
        "curfew": ("curfew",),
        "fear": ("fear",),
        "clash": ("clash",),
        "disorder": ("violence_memory", "disorder", "arms"),
        "brokerage": ("brokerage",),
    }
)
"""Channel -> the fields of World that the streets go by."""

MEANINGS: Mapping[str, str] = MappingProxyType(
    {
        "grievance": "price and grievance",
        "far": "news of protest elsewhere",
        "near": "the crowd nearby, and who in it is a stranger",
        "efficacy": "hope after concessions",
        "net": "curiosity when the net is cut",
        "force": "men on the street and what they are to do",
        "shooting": "orders to shoot",
        "curfew": "curfew",
        "fear": "fear",
        "clash": "clashes seen (backlash and turning violent)",
        "disorder": "looting, arms, and patrols where there was violence",
        "brokerage": "who is left to calm a crowd",
    }
)
"""Channel -> what it carries, in words."""

OWN = frozenset({"near", "travellers", "efficacy", "fear", "clash", "violence_memory", "disorder"})
"""Fields that the streets themselves write; they are not given back."""

REFRESHED = frozenset({"efficacy"})
"""Fields that the streets make anew at the begin of their step; they can be heard and told only after that."""

SUMMED_UP = frozenset({"online", "concession"})
"""Fields that the streets read only to make `efficacy`, which covers them."""

Tick = Mapping[str, Any]


class AbstractHook(ABC):
    """Something that stands by while the streets step."""

    @abstractmethod
    def begin(self, world: World) -> None:
        """Act before the streets step."""

    @abstractmethod
    def signalled(self, world: World) -> None:
        """Act when the streets have refreshed the signals that they make themselves."""

    @abstractmethod
    def end(self, world: World) -> None:
        """Act after the streets have stepped."""


class Heard:
    """What every channel said in a run: one mapping from field to a copy of its value for each tick."""

    def __init__(self) -> None:
        self.ticks: list[dict[str, Any]] = []

    def __len__(self) -> int:
        """Ticks that were heard."""
        return len(self.ticks)


class Listening(AbstractHook):
    """Keeps what the channels say; the run stays what it is."""

    def __init__(self) -> None:
        self.heard = Heard()

    def begin(self, world: World) -> None:
        """Begin a tick with the fields that stand already."""
        self.heard.ticks.append({name: _copied(getattr(world, name)) for name in _fields(CHANNELS) if name not in REFRESHED})

    def signalled(self, world: World) -> None:
        """Add the fields that were made in this step."""
        self.heard.ticks[-1].update({name: _copied(getattr(world, name)) for name in REFRESHED})

    def end(self, world: World) -> None:
        """Do nothing."""


class Told(AbstractHook):
    """Lets the streets go by what was heard elsewhere in some channels.

    After the run, `differed` names the channels among them that would have said something else at some
    tick: for all others it makes no difference whether they are told.

    Raises AssemblyError, when a step comes that was not heard, or a field has another shape there.
    """

    def __init__(self, heard: Heard, channels: Collection[str]) -> None:
        self._heard = heard
        self._fields = {field: channel for channel in CHANNELS if channel in channels for field in CHANNELS[channel]}
        self._kept: dict[str, Any] = {}
        self.differed: set[str] = set()

    def begin(self, world: World) -> None:
        """Put what was heard in place of the fields that stand already."""
        if world.tick >= len(self._heard):
            raise AssemblyError(f"tick {world.tick} was not heard: the other run has {len(self._heard)} ticks")
        self._kept = {name: getattr(world, name) for name in self._fields if name not in OWN}
        self._tell(world, [name for name in self._fields if name not in REFRESHED])

    def signalled(self, world: World) -> None:
        """Put what was heard in place of the fields that were made in this step."""
        self._tell(world, [name for name in self._fields if name in REFRESHED])

    def end(self, world: World) -> None:
        """Give the other systems their own fields back."""
        for name, value in self._kept.items():
            setattr(world, name, value)

    def _tell(self, world: World, names: list[str]) -> None:
        heard = self._heard.ticks[world.tick]
        for name in names:
            own, told = getattr(world, name), heard[name]
            if own.shape != told.shape:
                raise AssemblyError(f"'{name}' has shape {told.shape} in the run that was heard and {own.shape} in the one that is told")
            if not np.array_equal(own, told, equal_nan=told.dtype.kind == "f"):
                self.differed.add(self._fields[name])
                setattr(world, name, told.copy())


class HookedSystem(AbstractSystem):
    """A system with a hook around its step; it owns, reads and emits what the system does."""

    def __init__(self, system: AbstractSystem, hook: AbstractHook) -> None:
        self._system, self._hook = system, hook
        self.name, self.owns, self.reads = system.name, system.owns, system.reads
        self.streams, self.emits = system.streams, system.emits

    def init(self, world: World) -> None:
        """Begin as the system does."""
        self._system.init(world)

    def step(self, world: World) -> None:
        """Step as the system does, with the hook standing by."""
        world.signalled = self._hook.signalled
        self._hook.begin(world)
        self._system.step(world)
        self._hook.end(world)


def hooked(tick: tuple[AbstractSystem, ...], hook: AbstractHook | None) -> tuple[AbstractSystem, ...]:
    """The systems of a tick, with the hook around the streets; the very same ones without a hook.

    Raises AssemblyError where the streets read something that no channel covers.
    """
    if hook is None:
        return tick
    for system in tick:
        missing = system.reads - set(_fields(CHANNELS)) - SUMMED_UP if system.name == "streets" else set()
        if missing:
            raise AssemblyError(f"the streets read {sorted(missing)}, which belong to no channel")
    return tuple(HookedSystem(system, hook) if system.name == "streets" else system for system in tick)


def _fields(channels: Collection[str]) -> Iterator[str]:
    return (field for channel in channels for field in CHANNELS[channel])


def _copied(value: Any) -> Any:  # noqa: ANN401 - arrays of several types
    return np.array(value, copy=True)
