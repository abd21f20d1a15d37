"""Where compiled kernels are kept: a folder that belongs to one state of the sources.

Numba keeps compiled functions on disk and compiles one anew when its own file has changed, but not when a
function that it calls, in another file, has. Here the folder of the cache is named after the sources of all
kernels, so a changed kernel is never mixed with what was compiled before the change.

The folder lies where NUMBA_CACHE_DIR says, else among the user's caches; where neither can be written,
Numba decides.
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
    given = os.environ.get("NUMBA_CACHE_DIR")
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = (Path(given) if given else caches / "qantar") / f"kernels-{digest.hexdigest()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return folder if os.access(folder, os.W_OK) else None
