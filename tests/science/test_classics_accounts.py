"""Every published model, as the command tells it: what was found agrees with what was published, or is known not to."""

from __future__ import annotations

import pytest

from qantar.report.classics.catalogue import CATALOGUE, give_account

DIFFER = {"epstein": (
    "Total activation of an outburst",
    "Legitimacy from 0.9 to 0.7 in one jump, or to 0.2 by 0.01 a tick (as in the paper",
    "Cops taken away a few at a time (as in the paper",
)}
"""What does not come out as published, by the first words of the finding; docs/classics.md says so."""


@pytest.mark.parametrize("seed", [0, 2022])
@pytest.mark.parametrize("name", CATALOGUE)
def test_findings_agree_with_what_was_published_or_are_known_to_differ(name: str, seed: int) -> None:
    account = give_account(name, seed=seed)
    assert len(account.findings) >= 3
    differing = [finding.what for finding in account.findings if not finding.agrees]
    expected = DIFFER.get(name, ())
    assert len(differing) == len(expected), differing
    assert all(what.startswith(start) for what, start in zip(differing, expected, strict=True)), differing
