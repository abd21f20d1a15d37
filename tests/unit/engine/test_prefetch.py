"""A request to memory changes nothing, in a kernel and without one."""

from __future__ import annotations

import os
import subprocess
import sys

import numba as nb
import numpy as np

from qantar.engine.compiled import njit
from qantar.engine.prefetch import ask


@njit(borrows=True)
def add_up(table: np.ndarray, people: np.ndarray) -> float:
    """Sum two arrays, asking for each entry first."""
    total = 0.0
    for i in range(table.shape[0]):
        ask(people, (i,))
        for j in range(table.shape[1]):
            ask(table, (np.int32(i), j))
            total += table[i, j] * people[i].age
    return total


def test_a_kernel_that_asks_reckons_as_one_that_does_not() -> None:
    table = np.arange(12, dtype=np.int32).reshape(3, 4)
    people = np.zeros(3, dtype=[("age", "f8"), ("name", "i4")])
    people["age"] = 1.0, 10.0, 100.0
    assert add_up(table, people) == 6.0 + 220.0 + 3_800.0


def test_the_request_is_in_the_compiled_code() -> None:
    types = nb.int32[:, ::1], nb.from_dtype(np.dtype([("age", "f8")]))[::1]
    compiled = nb.njit(nb.float64(*types))(vars(add_up)["py_func"])  # what comes from the cache has no code to look at
    assert all("call void @llvm.prefetch" in code for code in compiled.inspect_llvm().values())


def test_with_numba_switched_off_it_is_a_call_that_does_nothing() -> None:
    program = "import numpy as np; from qantar.engine.prefetch import ask; assert ask(np.zeros(3), (1,)) is None"
    subprocess.run([sys.executable, "-c", program], env={**os.environ, "NUMBA_DISABLE_JIT": "1"}, check=True)
