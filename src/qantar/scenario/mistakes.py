"""Collects what is wrong with a scenario, so that the user gets everything at once."""

from __future__ import annotations

from qantar.errors import Mistake, ScenarioError

MOST_LISTED = 200
"""Nobody reads more at once; a hostile file must not fill the memory with its own mistakes."""

LONGEST_QUOTE = 60


class Mistakes:
    """The mistakes found so far; those beyond `MOST_LISTED` are only counted."""

    def __init__(self) -> None:
        self._listed: list[Mistake] = []
        self._seen: set[Mistake] = set()
        self._not_listed = 0

    def add(self, file: str, line: int, column: int, message: str) -> None:
        """Note one mistake; line and column count from 1. The same one is noted once."""
        if self.full:
            self._not_listed += 1
            return
        mistake = Mistake(file, line, column, message)
        if mistake not in self._seen:
            self._seen.add(mistake)
            self._listed.append(mistake)

    def count_only(self, number: int) -> None:
        """Count mistakes that nobody will list, once the list is full."""
        self._not_listed += number

    @property
    def full(self) -> bool:
        """Whether further mistakes are only counted."""
        return len(self._listed) >= MOST_LISTED

    @property
    def number(self) -> int:
        """How many have been found."""
        return len(self._listed) + self._not_listed

    def raise_if_any(self) -> None:
        """Raise a `ScenarioError` with all of them, if there are any."""
        if self._listed:
            raise ScenarioError(self._listed, self._not_listed)


def quoted(given: object) -> str:
    """Quote what a file holds: short, on one line, and without characters that steer a terminal."""
    text = given if isinstance(given, str) else repr(given)
    if len(text) > LONGEST_QUOTE:
        text = text[: LONGEST_QUOTE - 3] + "..."
    return "'" + "".join(letter if letter.isprintable() else "?" for letter in text) + "'"
