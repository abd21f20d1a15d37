"""Every published model, as the command tells it: what was found agrees with what was published."""

from __future__ import annotations

import pytest

from qantar.report.classics.catalogue import CATALOGUE, give_account


@pytest.mark.parametrize("seed", [0, 2022])
@pytest.mark.parametrize("name", CATALOGUE)
def test_findings_agree_with_what_was_published(name: str, seed: int) -> None:
    account = give_account(name, seed=seed)
    assert len(account.findings) >= 3
    assert [finding for finding in account.findings if not finding.agrees] == []
