"""Local dates and hours as a scenario writes them: ISO 8601 text without a zone."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

TIME_PATTERN = r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2})?$"
DATE_PATTERN = r"^\d{4}-\d{2}-\d{2}$"


def _local_time(given: Any) -> Any:  # noqa: ANN401 - pydantic hands over whatever the file held
    if isinstance(given, datetime) and given.tzinfo is None:
        return given
    if isinstance(given, str) and re.match(TIME_PATTERN, given, re.ASCII):
        try:
            return datetime.fromisoformat(given)
        except ValueError:
            pass
    raise PydanticCustomError("local_time", "expected a local date and hour without a zone, such as 2022-01-05T01:30")


def _local_date(given: Any) -> Any:  # noqa: ANN401 - pydantic hands over whatever the file held
    if isinstance(given, date) and not isinstance(given, datetime):
        return given
    if isinstance(given, str) and re.match(DATE_PATTERN, given, re.ASCII):
        try:
            return date.fromisoformat(given)
        except ValueError:
            pass
    raise PydanticCustomError("local_date", "expected a date, such as 2022-01-05")


LocalTime = Annotated[
    datetime, BeforeValidator(_local_time), WithJsonSchema({"type": "string", "pattern": TIME_PATTERN}, mode="validation")
]
"""An hour in the main time zone of the country. Numbers are refused: nobody means seconds since 1970."""

LocalDate = Annotated[
    date, BeforeValidator(_local_date), WithJsonSchema({"type": "string", "pattern": DATE_PATTERN}, mode="validation")
]
"""A local date."""
