"""Where compiled kernels are kept: a folder that belongs to one state of the sources.

Numba keeps compiled functions on disk and compiles one anew when its own file has changed, but not when a
function that it calls, in another file, has. Here the folder of the cache is named after the sources of all
kernels, so a changed kernel is never mixed with what was compiled before the change.

The folder lies where NUMBA_CACHE_DIR says, else among the user's caches; where neither can be written, or
the user has no home, Numba decides.
"""

from __future__ import annotations

import hashlib
import os
from functools import cache
from pathlib import Path

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
    caches = _caches()
    if caches is None:
        return None
    folder = caches / f"kernels-{digest.hexdigest()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return folder if os.access(folder, os.W_OK) else None


def _caches() -> Path | None:
    given, cache_home = os.environ.get("NUMBA_CACHE_DIR"), os.environ.get("XDG_CACHE_HOME")
    if given:
        return Path(given)
    try:
        return (Path(cache_home) if cache_home else Path.home() / ".cache") / "qantar"
    except RuntimeError:  # nobody knows where this user is at home
        return None
