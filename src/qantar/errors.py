"""Every error that Qantar raises on purpose, in one hierarchy."""

from __future__ import annotations

from dataclasses import dataclass


class QantarError(Exception):
    """Something went wrong that the message explains; the command line exits with 1."""

    exit_code = 1


class UsageError(QantarError):
    """The user asked for something that cannot be; the command line exits with 2."""

    exit_code = 2


class MissingExtraError(UsageError):
    """A feature needs an optional dependency; the message names the command that installs it."""

    def __init__(self, feature: str, extra: str) -> None:
        super().__init__(f"{feature} needs the extra '{extra}': pip install 'qantar[{extra}]'")


@dataclass(frozen=True, order=True)
class Mistake:
    """One thing that is wrong in a user's file, at a place that an editor can jump to."""

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message}"


class ScenarioError(UsageError):
    """A scenario is not usable; carries every mistake that was found, in file order.

    `not_listed` counts those beyond the number that anybody would read.
    """

    def __init__(self, mistakes: list[Mistake], not_listed: int = 0) -> None:
        self.mistakes = tuple(sorted(mistakes))
        self.not_listed = not_listed
        lines = [str(mistake) for mistake in self.mistakes]
        if not_listed:
            lines.append(f"and {not_listed} more mistakes")
        super().__init__("\n".join(lines))


class AssemblyError(QantarError):
    """The systems of a model do not fit together (something is read that nobody wrote)."""


class StoppedError(QantarError):
    """A run was ended by whoever watched it."""


class StoreError(QantarError):
    """A results folder cannot be read or written as asked."""


class DamagedError(StoreError):
    """Files of a folder are missing or not what was written; the message says what mends that. The command line exits with 2."""

    exit_code = 2


class NoResultsError(StoreError):
    """The user named a folder that holds no results; the command line exits with 2."""

    exit_code = 2


class StoreMismatchError(UsageError):
    """A results folder belongs to another run; the message names what differs."""
