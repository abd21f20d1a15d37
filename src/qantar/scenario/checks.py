"""Checks what no single file of a scenario can say of itself: references, sums, hours, units."""

from __future__ import annotations

from collections.abc import Iterator

from qantar.scenario.checks_calibration import calibration_findings
from qantar.scenario.checks_country import country_findings
from qantar.scenario.checks_orders import order_findings
from qantar.scenario.checks_palace import palace_findings
from qantar.scenario.draft import Draft, Finding


def findings(draft: Draft) -> Iterator[Finding]:
    """Yield every mistake between the parts of a scenario."""
    yield from country_findings(draft)
    yield from order_findings(draft)
    yield from palace_findings(draft)
    yield from calibration_findings(draft)
