"""Calling a kernel every tick with arguments whose types stay: asking for these once.

Numba asks for the types of a call's arguments before it looks up the machine code for them. For tuples of a hundred arrays that
takes five times as long as handing them over, and as long as many kernels take. `steady` asks at the first call; later it
compares what has been replaced since, and calls the machine code at once where the types are the same.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import is_
from typing import Any, Generic, ParamSpec, TypeVar

import numba
import numpy as np

SCALARS = frozenset({int, float, bool})
"""What has one type whatever its value; whole numbers are those below 2^63."""

P = ParamSpec("P")
R = TypeVar("R")


def same_types(new: tuple[Any, ...], old: tuple[Any, ...]) -> bool:
    """Return whether the arguments of two calls, tuples in tuples, surely have the same types; a doubt is a no."""
    if len(new) != len(old):
        return False
    for a, b in zip(new, old, strict=True):
        if a is b:
            continue
        kind = type(a)
        if kind is not type(b):
            return False
        if kind in SCALARS:
            continue
        if kind is np.ndarray:
            if a.dtype != b.dtype or a.ndim != b.ndim or not (a.flags.carray and b.flags.carray):
                return False
        elif not issubclass(kind, tuple) or not ((all(map(is_, a, b)) and len(a) == len(b)) or same_types(a, b)):
            return False
    return True


class Steady(Generic[P, R]):
    """A kernel that takes the way past the question for types where they are those of the call before."""

    def __init__(self, kernel: Callable[P, R]) -> None:
        self.kernel: Any = kernel
        self._known: tuple[tuple[Any, ...], Callable[..., R]] | None = None  # one object, so that threads see both or none

    def __call__(self, *args: P.args, **named: P.kwargs) -> R:
        """Call the kernel; with arguments by name always by way of their types."""
        known = None if named else self._known
        if known is not None and same_types(args, known[0]):
            self._known = (args, known[1])
            return known[1](*args)
        result: R = self.kernel(*args, **named)
        if not named:
            self._known = self._look_up(args)
        return result

    def _look_up(self, args: tuple[Any, ...]) -> tuple[tuple[Any, ...], Callable[..., R]] | None:
        """Return the arguments and the machine code for their types; None where there is none, as with Numba switched off."""
        overloads = getattr(self.kernel, "overloads", None)
        if not overloads:
            return None
        types = tuple(numba.typeof(argument) for argument in args)  # type: ignore[no-untyped-call]
        entry = getattr(overloads.get(types), "entry_point", None)
        return None if entry is None else (args, entry)


def steady(kernel: Callable[P, R]) -> Steady[P, R]:
    """Let a kernel that is called every tick ask for the types of its arguments only when they may have changed."""
    return Steady(kernel)
