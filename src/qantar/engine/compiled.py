"""Numba's compiler, with a cache that belongs to one state of the sources.

Where it keeps what it compiled: `qantar.engine.kernel_folder`. `fastmath` is not to be had: results must not depend on
how a sum was regrouped.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, Literal, TypeVar, cast

import numba
from numba.core import config

from qantar.engine.kernel_folder import CALLABLE, kernel_folder

__all__ = ["CALLABLE", "kernel_folder", "njit"]

FunctionT = TypeVar("FunctionT", bound=Callable[..., object])


def njit(
    signature: str | None = None,
    *,
    error_model: Literal["python", "numpy"] = "python",
    inline: Literal["never", "always"] = "never",
    borrows: bool = False,
    inner: bool = False,
) -> Callable[[FunctionT], FunctionT]:
    """Compile a function when it is first called, and keep what was compiled for later processes.

    signature : types of the arguments and the result, for a function that callers with other whole numbers
        would have compiled again and again; it is then compiled where it is defined
    error_model : 'python' raises on a division by zero, 'numpy' gives inf or nan
    inline : 'always' puts the function's body into its callers before their types are known; for one that mostly calls
        others and is called once it saves making machine code of all of them a second time
    borrows : the function neither makes nor returns arrays, so no references need be counted in it, which
        for a tuple of thirty arrays takes longer than the work; Numba refuses what would make one
    inner : only other kernels call the function, so what would let Python call it is not compiled (a quarter
        of the time), unless `CALLABLE` is set
    """

    def decorate(function: FunctionT) -> FunctionT:
        settings, folder = vars(config), kernel_folder()
        before = settings["CACHE_DIR"]
        closed = inner and CALLABLE not in os.environ
        flags: dict[str, Any] = {
            "cache": True, "error_model": error_model, "inline": inline, "_nrt": not borrows,
            "no_cfunc_wrapper": True, "no_cpython_wrapper": closed,
        }
        settings["CACHE_DIR"] = before if folder is None else str(folder)
        try:
            compiled = numba.njit(signature, **flags)(function)
        finally:
            settings["CACHE_DIR"] = before
        if closed:
            _close(compiled)
        return cast(FunctionT, compiled)

    return decorate


def _close(kernel: Any) -> None:  # noqa: ANN401
    """Let a call from Python raise TypeError: without what Numba has not compiled, it would end the process."""

    def refuse(*_: object, **__: object) -> None:
        raise TypeError(f"only kernels call {kernel.__name__}; with {CALLABLE}=1 in the environment Python can")

    kernel._insert, kernel._compile_for_args = (lambda *_, **__: None), refuse  # noqa: SLF001
