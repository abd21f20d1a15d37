"""A steady kernel asks for types once, and again wherever they may have changed."""

from __future__ import annotations

from collections import namedtuple
from typing import Any

import numpy as np
import pytest

from qantar.engine.compiled import njit
from qantar.engine.steady import Steady, same_types, steady

Pair = namedtuple("Pair", "a b")
Other = namedtuple("Other", "a b")


@njit()
def _add(factor: float, pair: Any, more: tuple[Any, int]) -> float:
    total = 0.0
    for i in range(pair.a.size):
        total += factor * pair.a[i] * pair.b[i] + more[0][i] * more[1]
    return total


class Asked:
    """A kernel that counts how often it is called by way of its types."""

    def __init__(self) -> None:
        self.calls, self.overloads = 0, _add.overloads

    def __call__(self, *args: Any) -> Any:
        self.calls += 1
        return _add(*args)


def ones(dtype: str = "float64", n: int = 3) -> np.ndarray:
    return np.ones(n, dtype=dtype)


def test_types_are_asked_for_once() -> None:
    kernel = Asked()
    calling: Steady[Any, float] = steady(kernel)
    for i in range(5):
        assert calling(float(i), Pair(ones(), ones()), (ones(), i)) == 3.0 * i + 3.0 * i
    assert kernel.calls == 1


def test_other_types_are_asked_for_and_counted_right() -> None:
    kernel = Asked()
    calling: Steady[Any, float] = steady(kernel)
    base = np.arange(6.0)
    for a in (ones(), np.ones((1, 4))[0], ones("int32"), base[::2], ones("float32")):
        b, more = np.full(a.size, 2.0), np.zeros(a.size)
        assert calling(1.0, Pair(a, b), (more, 1)) == pytest.approx(2.0 * a.sum())
    assert kernel.calls == 4, "a row of a larger array is like any other list of numbers; the other four differ"


@pytest.mark.parametrize("other", [
    (1, (ones(), 1)), (1.0, (ones("int64"), 1)), (1.0, (ones(), 1.0)), (1.0, (ones(), 1, 1)), (1.0, [ones(), 1]),
    (1.0, (np.ones((3, 1)), 1)), (True, (ones(), 1)), (1.0, (ones(n=6)[::2], 1)), (1.0, (np.frombuffer(b"\0" * 24), 1)),
    (1.0, Pair(ones(), 1)), (1.0,),
])
def test_whatever_may_be_of_another_type_is_not_the_same(other: tuple[Any, ...]) -> None:
    assert not same_types(other, (1.0, (ones(), 1)))
    assert not same_types((1.0, (ones(), 1)), other)


@pytest.mark.parametrize(("one", "other"), [
    ([1, 2], [1.0, 2.0]), ({1: 2}, {1: "2"}), (np.float64(1.0), np.float64(2.0)), ("a", "b"),
])
def test_what_is_not_known_is_never_taken_for_the_same(one: Any, other: Any) -> None:
    assert not same_types((one,), (other,))
    assert same_types((one,), (one,)), "the very same object"


def test_tuples_with_names_are_the_same_only_under_one_name() -> None:
    a, b = ones(), ones()
    assert same_types((Pair(a, b),), (Pair(b, a),))
    assert not same_types((Pair(a, b),), (Other(a, b),))


def test_arguments_by_name_are_not_lost() -> None:
    calling: Steady[Any, float] = steady(_add)
    calling(1.0, Pair(ones(), ones()), (ones(), 0))
    assert calling(2.0, Pair(ones(), ones()), more=(ones(), 1)) == 9.0
    assert calling(factor=0.0, pair=Pair(ones(), ones()), more=(ones(), 1)) == 3.0


def test_without_machine_code_the_function_itself_is_called() -> None:
    calls: list[int] = []
    calling: Steady[Any, None] = steady(calls.append)
    calling(1)
    calling(2)
    assert calls == [1, 2]
