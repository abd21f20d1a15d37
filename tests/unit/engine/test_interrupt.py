"""Ctrl-C is heard between two steps, once, and never lost."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable

import pytest

from qantar.engine.ending import Ending
from qantar.engine.interrupt import listen, patient
from qantar.engine.simulate import simulate

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")


def press() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def done_before_it_was_heard(action: Callable[[list[str]], None]) -> list[str]:
    done: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        action(done)
    return done


def test_it_is_kept_until_somebody_listens() -> None:
    def action(done: list[str]) -> None:
        with patient():
            press()
            done.append("the step that was under way")
            listen()
            done.append("another step")

    assert done_before_it_was_heard(action) == ["the step that was under way"]
    listen()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_nobody_need_listen() -> None:
    def action(done: list[str]) -> None:
        with patient():
            press()
            done.append("everything")
        done.append("what comes after")

    assert done_before_it_was_heard(action) == ["everything"]


def test_a_second_one_is_not_kept() -> None:
    def action(done: list[str]) -> None:
        with patient():
            press()
            done.append("once")
            press()
            done.append("twice")

    assert done_before_it_was_heard(action) == ["once"]


def test_an_inner_block_leaves_it_to_the_outer_one() -> None:
    def action(done: list[str]) -> None:
        with patient():
            with patient():
                press()
            done.append("the outer block goes on")
            listen()
            done.append("for good")

    assert done_before_it_was_heard(action) == ["the outer block goes on"]


def test_other_handlers_and_threads_are_left_alone() -> None:
    heard = []
    signal.signal(signal.SIGINT, lambda *_: heard.append("theirs"))
    try:
        with patient():
            press()
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    assert heard == ["theirs"]
    thread = threading.Thread(target=lambda: heard.append(str(patient().__enter__())))
    thread.start()
    thread.join()
    assert heard == ["theirs", "None"]


class Pressed:
    """A model during whose third tick somebody presses Ctrl-C."""

    n_ticks = 10

    def __init__(self) -> None:
        self.done: list[int] = []

    def init(self, seed: int, member: int) -> Pressed:
        del seed, member
        return self

    def step(self, state: Pressed, tick: int) -> None:
        assert state is self
        if tick == 2:
            press()
        self.done.append(tick)

    def observe(self, state: Pressed, tick: int) -> None:
        assert state.done[-1] == tick

    def ending(self, state: Pressed) -> tuple[Ending, str]:
        assert len(state.done) == self.n_ticks
        return Ending.QUIET, ""


def test_a_run_ends_after_the_tick_in_which_it_was_pressed() -> None:
    model = Pressed()
    with pytest.raises(KeyboardInterrupt):
        simulate(model)
    assert model.done == [0, 1, 2]
