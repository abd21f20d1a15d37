"""A short name for everything that a scenario assumes."""

from __future__ import annotations

import hashlib
import json

from qantar.scenario.schema import SCHEMA_VERSION, Scenario

DIGITS = 12
ASIDE = {"calibration", "posterior", "loaded_from", "intervened_from", "intervened_steps"}
"""Parts of a scenario that change nothing in what it assumes."""


def scenario_hash(scenario: Scenario) -> str:
    """Return 12 hexadecimal digits that differ when anything in the scenario differs.

    The digest (SHA-256) is over canonical JSON of all records, with sorted keys, so that comments and
    the order of columns in the files do not count, and what was withheld or changed does. How the
    parameters are to be fitted, a fit that lies beside them, and under which name or from which file something was
    read say nothing about the country.
    """
    content = {"schema_version": SCHEMA_VERSION, "scenario": scenario.model_dump(mode="json", exclude=ASIDE)}
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    return hashlib.sha256(text.encode("ascii")).hexdigest()[:DIGITS]
