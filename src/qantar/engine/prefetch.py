"""Asking memory for what a kernel will read or write soon, without waiting for it.

A read is waited for sooner or later; a request is not, and many may be under way while the kernel works on. It changes no
result: whatever was asked for may as well never be used.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.core import cgutils, config
from numba.extending import intrinsic

__all__ = ["ask"]

_READ, _KEPT, _DATA = 0, 3, 1
"""What LLVM's `prefetch` is told: to read, to keep it as near as can be, and that it is data. Nothing was gained by `to write`."""


def _request(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ANN401
    """Write LLVM's request for one entry of an array."""
    write: Any = cgutils  # without types
    kind, index = signature.args
    at = write.unpack_tuple(builder, arguments[1])
    places = [context.cast(builder, place, whole, types.intp) for place, whole in zip(at, index, strict=True)]
    entry = write.get_item_pointer(context, builder, kind, context.make_array(kind)(context, builder, arguments[0]), places)
    byte, number = ir.IntType(8).as_pointer(), ir.IntType(32)
    request = ir.FunctionType(ir.VoidType(), [byte, number, number, number])
    called = write.get_or_insert_function(builder.module, request, "llvm.prefetch.p0")
    builder.call(called, [builder.bitcast(entry, byte), *(number(how) for how in (_READ, _KEPT, _DATA))])
    return context.get_dummy_value()


@intrinsic
def _ask(context: Any, array: Any, index: Any) -> Any:  # noqa: ANN401
    """Tell Numba the types of a request and what writes it."""
    del context
    return types.void(array, index), _request


def _nothing(array: Any, index: tuple[int, ...]) -> None:  # noqa: ANN401
    """Stand in for a request where Numba is switched off."""
    del array, index


ask: Callable[[Any, tuple[Any, ...]], None] = cast(Any, _nothing if vars(config)["DISABLE_JIT"] else _ask)
"""`ask(array, index)`: the entry at a tuple of indices, none below 0, will be needed."""
