"""Compiling the kernel of an hour before there is a country.

Its types follow from those of its arguments, and these from what their classes say. See `qantar.model.helper`.
"""

from __future__ import annotations

from types import UnionType
from typing import Any, get_args, get_type_hints

import numba
import numpy as np

from qantar.model.streets.bags import Bags, Moves
from qantar.model.streets.hazards import Hazards
from qantar.model.streets.hour import Roles, Toll, pass_hour
from qantar.model.streets.quiet import Quiet
from qantar.model.streets.scene import Ground, Lately, Scene, StreetNumbers
from qantar.model.streets.setting import Key, Setting

DIMENSIONS = {
    (Quiet, "counts"): 3, (Quiet, "weight"): 2, (Quiet, "block"): 3, (Scene, "curfew_hours"): 2, (Hazards, "streets"): 3,
    (Hazards, "others"): 3, (Hazards, "hits"): 2, (Toll, "met"): 3,
}
"""Dimensions of the fields that are no plain list."""


def miniature(kind: Any) -> Any:  # noqa: ANN401 - a tuple with names, of any class
    """Return a tuple of a class with names, each field of the type that it will have."""
    fields = []
    for name, hint in get_type_hints(kind).items():
        if isinstance(hint, UnionType):
            hint = get_args(hint)[0]  # noqa: PLW2901
        if hint in (int, float):
            fields.append(hint(0))
        elif hasattr(hint, "_fields"):
            fields.append(miniature(hint))
        else:
            dtype = get_args(get_args(hint)[1])[0]
            fields.append(np.zeros((1,) * DIMENSIONS.get((kind, name), 1), dtype=dtype))
    return kind(*fields)


def arguments() -> tuple[Any, ...]:
    """Return arguments of `pass_hour` of the right types, for a country without anybody."""
    fate = (0, 0, 0, 0.0)
    return (
        miniature(Key), (0.0, 0.0, 0.0), tuple(miniature(kind) for kind in (StreetNumbers, Setting, Ground, Roles)),
        (miniature(Quiet), miniature(Bags), np.zeros(1, dtype=np.int32), miniature(Moves)),
        (miniature(Scene), miniature(Lately), miniature(Lately)), (np.zeros((1, 1)), np.zeros(1)), (0.0, (fate, fate, fate)),
        (miniature(Hazards), miniature(Toll)),
    )


def compile_ahead() -> None:
    """Compile `pass_hour` into the cache."""
    pass_hour.kernel.compile(tuple(numba.typeof(argument) for argument in arguments()))  # type: ignore[no-untyped-call]
