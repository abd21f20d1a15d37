"""Numba's compiler, with a cache that belongs to one state of the sources.

Numba keeps compiled functions on disk and compiles one anew when its own file has changed, but not when a
function that it calls, in another file, has. Here the folder of the cache is named after the sources of all
kernels, so a changed kernel is never mixed with what was compiled before the change.

The folder lies where NUMBA_CACHE_DIR says, else among the user's caches; where neither can be written,
Numba decides. `fastmath` is not to be had: results must not depend on how a sum was regrouped.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeVar, cast

import numba
from numba.core import config

__all__ = ["njit"]

FunctionT = TypeVar("FunctionT", bound=Callable[..., object])

CALLABLE = "QANTAR_CALLABLE_KERNELS"
"""Environment variable that makes inner kernels callable from Python, for tests and for looking at one."""

ROOMS = ("engine", "population", "model", "classics")
"""Rooms with kernels."""


@cache
def kernel_folder() -> Path | None:
    """Return the folder for compiled kernels, None where it cannot be made."""
    package = Path(__file__).resolve().parent.parent
    digest = hashlib.blake2b((CALLABLE if CALLABLE in os.environ else "").encode(), digest_size=8)
    for room in ROOMS:
        for file in sorted((package / room).rglob("*.py")):
            digest.update(str(file.relative_to(package)).encode() + b"\0" + file.read_bytes())
    given = os.environ.get("NUMBA_CACHE_DIR")
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = (Path(given) if given else caches / "qantar") / f"kernels-{digest.hexdigest()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return folder if os.access(folder, os.W_OK) else None


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
    inline : 'always' puts the function's body into its callers before their types are known
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
