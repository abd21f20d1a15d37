"""How a run ended, as a typed value that carries the sentence a user reads."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Ending(StrEnum):
    """The ways in which a run can end; the value is its name in every file and table."""

    sentence: str

    def __new__(cls, name: str, sentence: str) -> Self:
        """Make a member whose string is `name` and which carries `sentence`."""
        member = str.__new__(cls, name)
        member._value_ = name
        member.sentence = sentence
        return member

    QUIET = "quiet", "No wave of protest formed; the country stayed quiet."
    CONTROL_RETURNED = "control returned", "Protest spread, and the state regained control of the streets."
    STILL_CONTESTED = "still contested", "The streets were still contested when the clock ran out."
    ORDER_BROKEN = "order broken", "The state lost the streets for so long that its order broke."
    STATUS_QUO_RESTORED = "status quo restored", "Protest spread and ended, and the same people rule as before."
    POWER_CONSOLIDATED = "power consolidated by purge", "The ruler came out of it without those who shared his power."
    NEGOTIATED_CHANGE = "negotiated change", "A deal was signed, or the ruler left against guarantees."
    PALACE_COUP = "palace coup", "Insiders put somebody else into the top office."
    OVERTHROW = "overthrow", "The streets brought the regime down."
    BREAKDOWN_OF_ORDER = "breakdown of order", "The state lost the streets, and nobody else took them."
    FAILED = "failed", "The run could not be finished; its reason says why."
