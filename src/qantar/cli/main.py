"""The command line: collects the commands, one a file, and says in one place how anything ends.

Exit codes: 0 done, 1 it failed, 2 asked wrongly or of a damaged folder, 130 stopped with Ctrl-C. Answers go to stdout, messages
and progress to stderr.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from importlib.util import find_spec
from typing import Annotated, NoReturn

import typer

from qantar.errors import QantarError
from qantar.version import __version__

COMMANDS = (
    "scenarios", "new", "schema_command", "check", "run", "compare", "calibrate", "status", "report", "export", "elsewhere",
    "classics", "experiment",
)
"""Modules of this folder that bring a command, in the order in which help lists them."""

STOPPED = 130


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(__version__)
        raise typer.Exit


def _options(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Qantar: a laboratory for political crises in states where power is personal."""


def build_app() -> typer.Typer:
    """Return the command line with every command whose file is there."""
    app = typer.Typer(
        name="qantar", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None
    )
    app.callback()(_options)
    for name in COMMANDS:
        if find_spec(f"qantar.cli.{name}") is not None:
            import_module(f"qantar.cli.{name}").register(app)
    return app


def run_command_line(arguments: list[str] | None = None) -> int:
    """Run one command and return the exit code; the arguments default to those of the process."""
    try:
        build_app()(args=arguments, prog_name="qantar")
    except QantarError as error:
        _say(str(error))
        return error.exit_code
    except KeyboardInterrupt:
        _say("Stopped.")
        return STOPPED
    except OSError as error:
        return _failed(error)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


def _failed(error: OSError) -> int:
    """Say that the system refused something, such as room on a disk; nobody needs a traceback for that."""
    if isinstance(error, BrokenPipeError):
        # Whoever read the answer has seen enough; nothing more can be written, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    if type(error) is OSError and error.errno is None:  # not of the system: what unpacks a file could not
        _say(f"a file cannot be read ({error}); `qantar status FOLDER --verify` says which members of a results folder are damaged")
    else:
        _say(f"{error.filename or 'a file'}: {error.strerror or error}")
    return 1


def _say(message: str) -> None:
    """Print a message to stderr as it is; what a file holds never steers the terminal."""
    plain = "".join(letter if letter.isprintable() or letter == "\n" else "?" for letter in message)
    print(plain, file=sys.stderr)


def main() -> NoReturn:
    """Entry point of the command ``qantar``."""
    sys.exit(run_command_line())


if __name__ == "__main__":
    main()
