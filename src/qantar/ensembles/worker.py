"""A worker process: computes batches as it is told, and dies with whoever started it.

Started as ``python -m qantar.ensembles.worker`` by `qantar.ensembles.worker_process`; not for use by hand.
"""

from __future__ import annotations

import gc
import os
import queue
import signal
import sys
import threading
from pathlib import Path
from typing import IO

from qantar.ensembles.messages import Broken, Done, Finished, Rest, Resting, Started, Writing, receive, send
from qantar.ensembles.task import Assignment, Work
from qantar.errors import QantarError
from qantar.results.layout import LOG
from qantar.results.lock import working

Told = Work | Assignment | Rest


def main() -> None:
    """Read work and its assignments from standard input until it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one who started us
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not get between our messages
    inbox: queue.SimpleQueue[Told] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(sys.stdin.buffer, inbox), daemon=True).start()
    while True:
        work = inbox.get()
        assert not isinstance(work, Assignment | Rest)
        gc.freeze()  # the scenario stays as long as the work: no collection need look at it again
        with working(work.folder):
            _complain_to(work.folder / LOG)
            _serve(work, inbox, answers)
        gc.unfreeze()
        send(answers, Resting())


def _complain_to(log: Path) -> None:
    """Have whatever is printed added to a file: the work before this one had its own."""
    with log.open("ab") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)


def _listen(pipe: IO[bytes], inbox: queue.SimpleQueue[Told]) -> None:
    try:
        while True:
            inbox.put(receive(pipe))
    except EOFError:
        os._exit(0)  # at once, even in the middle of a member: nobody will accept the batch
    except Exception as error:  # noqa: BLE001 - a task that cannot be unpickled here: say so and go
        sys.stderr.write(f"worker: what it was told cannot be read: {error!r}\n")
        sys.stderr.flush()
        os._exit(1)


def _serve(work: Work, inbox: queue.SimpleQueue[Told], answers: IO[bytes]) -> None:
    while not isinstance(assignment := inbox.get(), Rest):
        assert isinstance(assignment, Assignment)
        try:
            receipt = work.compute(
                assignment,
                on_start=lambda member: send(answers, Started(member)),
                on_finish=lambda member, failed: send(answers, Finished(member, failed)),
                on_write=lambda: send(answers, Writing()),
            )
        except QantarError as error:
            send(answers, Broken(str(error)))
        else:
            send(answers, Done(receipt))


if __name__ == "__main__":
    main()
