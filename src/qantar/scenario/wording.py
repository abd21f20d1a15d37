"""Says what a validator found in plain words: what is wrong, and what is expected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError

from qantar.scenario.mistakes import MOST_LISTED, quoted

MOST_COMPARED = 2_000
LARGEST_EXACT = 2**53
_TEMPLATES = {
    "finite_number": "{given} is not finite, expected a number",
    "greater_than": "{given} is too small, expected more than {gt}",
    "greater_than_equal": "{given} is too small, expected at least {ge}",
    "less_than": "{given} is too large, expected less than {lt}",
    "less_than_equal": "{given} is too large, expected at most {le}",
    "literal_error": "{given} is not known here, expected {expected}",
    "string_too_short": "the text is too short, expected at least {min_length} characters",
    "string_too_long": "the text is too long, expected at most {max_length} characters",
    "too_short": "the list is too short, expected at least {min_length} entries",
    "string_pattern_mismatch": "{given} cannot be an identifier, expected lower-case letters, digits and hyphens",
    "union_tag_invalid": "{tag} is not a known kind, expected {expected_tags}",
    "union_tag_not_found": "the field 'kind' is missing, it says what this is",
    "quantity": "{message}",
}
_EXPECTED = {
    "float": "a number", "int": "a whole number", "bool": "true or false", "string": "text", "tuple": "a list",
    "list": "a list", "dict": "a mapping of names to values", "model": "a mapping with named fields",
    "mapping": "a mapping of names to values",
}  # fmt: skip


def problems(error: ValidationError) -> list[tuple[tuple[str | int, ...], bool, str]]:
    """Return (way, whether it is about the key, message) of what a validator found, at most `MOST_LISTED`."""
    found = []
    details = error.errors(include_url=False)[:MOST_LISTED]
    missing = [detail["loc"] for detail in details if detail["type"] == "missing"]
    for detail in details:
        kind = detail["type"]
        where = detail["loc"]
        if kind == "missing":
            found.append((where[:-1], False, f"the field {quoted(where[-1])} is missing"))
        elif kind == "extra_forbidden":
            wanted = [str(other[-1]) for other in missing if other[:-1] == where[:-1]]
            hint = nearest(str(where[-1]), wanted)
            found.append((where, True, f"the field {quoted(where[-1])} is not known here{hint}"))
        else:
            found.append((where, False, _word(kind, detail["input"], detail.get("ctx", {}), detail["msg"])))
    return found


def _word(kind: str, given: object, context: Mapping[str, Any], fallback: str) -> str:
    shown = _shown(given)
    if kind in _TEMPLATES:
        words = {name: quoted(text) if name == "tag" else _number(text) for name, text in context.items()}
        return _TEMPLATES[kind].format(**{**words, "given": shown})
    subject, _, problem = kind.rpartition("_")
    subject = subject.removesuffix("_from").removesuffix("_attributes")
    if problem in ("type", "parsing", "float", "size") and subject in _EXPECTED:
        hint = "; put it in quotes" if subject == "string" and isinstance(given, int | float) else ""
        return f"{shown} stands here, expected {_EXPECTED[subject]}{hint}"
    message = fallback.removeprefix("Value error, ")
    return message if "expected" not in message or given is None else f"{shown} stands here, {message}"


def _shown(given: object) -> str:
    if given is None:
        return "nothing"
    if isinstance(given, bool):
        return "true" if given else "false"
    if isinstance(given, dict | list | tuple):
        return "a mapping" if isinstance(given, dict) else "a list"
    return quoted(given) if isinstance(given, str) else quoted(repr(_number(given))).strip("'")


def _number(given: object) -> object:
    """Write whole numbers without a decimal point, as people do."""
    return int(given) if isinstance(given, float) and given.is_integer() and abs(given) < LARGEST_EXACT else given


def nearest(name: str, known: Iterable[str]) -> str:
    """Return '; did you mean ...?' with the closest known names, or the empty text (also among too many)."""
    known = list(known)
    if len(known) > MOST_COMPARED:
        return ""
    close = get_close_matches(name[:64], sorted(known), n=3, cutoff=0.6)
    return f"; did you mean {' or '.join(quoted(candidate) for candidate in close)}?" if close else ""
