"""Names that several files of a scenario share: identifiers, and what a record counts."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import Field

Identifier = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$", description="lower case, digits, hyphens")]
RecordKey = Literal[
    "participants", "violent", "regions", "deaths", "detained", "injured", "security-deaths", "remanded", "control-hour", "crowd"
]  # fmt: skip
RECORD_KEYS: tuple[str, ...] = get_args(RecordKey)
