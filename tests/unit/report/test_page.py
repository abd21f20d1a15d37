"""The page for the terminal."""

import numpy as np
import pytest

from qantar.errors import StoreError
from qantar.report.digest import digest
from qantar.report.material import gather
from qantar.report.page import page


def test_the_page_says_what_ended_what_was_recorded_and_what_was_given(wave):
    text = page(wave)
    for expected in (
        "20 runs of invented",
        "HOW THE RUNS ENDED",
        "control returned: Protest spread",
        "regions in protest",
        "deaths so far",
        "detained so far",
        "WHEN CONTROL RETURNED",
        "WHAT DOES NOT MATCH",
        "GIVEN, SO NO CREDIT TO THE MODEL",
        "4 orders",
        "record 14",
        "as of 5 Jan 2023",
        "9 as of 15 Jan 2022",
    ):
        assert expected in text, expected


def test_the_page_fits_a_terminal(wave):
    lines = page(wave).splitlines()
    assert max(map(len, lines)) <= 96
    assert len(lines) <= 80


def test_medians_on_the_page_are_those_of_the_series(wave):
    middle = np.median(wave.series["deaths"].values[:, -1])
    assert f"deaths    {middle:.0f}±" in page(wave)


def test_marks_tell_records_outside_from_weak_ones(wave):
    text = page(wave)
    assert "90,000!" in text
    assert "3,000~" in text


def test_a_quiet_country_gets_its_own_words(calm):
    text = page(calm)
    assert "SMALL PROTESTS" in text
    assert "quiet, not dead" in text
    assert "Where, by share of all" in text
    assert "detained so far" not in text.split("WHAT DOES NOT MATCH")[0]


def test_a_dead_country_is_called_dead(calm):
    calm.series["place_participants"].values[:] = 0
    assert "not quiet but dead" in " ".join(page(calm).split())


def test_failed_members_are_told_and_left_out(wave):
    sound = page(wave)
    table = wave.members.copy()
    table.loc[3, ["ending", "reason"]] = ["failed", "ArithmeticError: crowd of NaN"]
    wave.members = table
    for name in wave.series.data_vars:
        wave.series[name].values[3] = -1
    text = page(wave)
    assert "1 run failed and is in no number below: ArithmeticError" in text
    assert "-1" not in text
    assert text != sound


def test_shares_are_of_the_runs_that_did_not_fail_and_failures_are_told_first(wave):
    wave.members = fail(wave.members, {0: "KeyError: a", 1: "KeyError: b", 2: "KeyError: c", 3: "KeyError: d", 4: "KeyError: a"})
    found = digest(gather(wave))
    assert all(row.name != "failed" for row in found.endings)
    assert sum(row.share.count for row in found.endings) == 15
    assert {row.share.members for row in found.endings} == {15}
    assert found.failure_sentences[0] == "2 runs failed and are in no number below: KeyError: a"
    assert found.failure_sentences[-1] == "1 more run failed and is in no number below, for other reasons."
    lines = page(wave).splitlines()
    assert lines[lines.index("HOW THE RUNS ENDED") + 1].startswith("  ! 2 runs failed")


def test_a_country_is_quiet_where_most_runs_that_did_not_fail_are(calm):
    quiet = int((calm.members["ending"] == "quiet").sum())
    assert quiet > 11
    calm.members = fail(calm.members, dict.fromkeys(range(9, 20), "KeyError: a"))
    assert "SMALL PROTESTS" in page(calm)


def fail(members, reasons):
    """The table with some members that failed, each for its reason."""
    table = members.copy()
    table.loc[list(reasons), "ending"] = "failed"
    table["reason"] = [reasons.get(row, "") for row in range(len(table))]
    return table


def test_a_store_without_a_finished_member_is_refused(wave):
    wave.members = wave.members.iloc[:0]
    with pytest.raises(StoreError, match="no finished member"):
        page(wave)


def test_a_store_where_every_member_failed_still_has_a_page(wave):
    wave.members = wave.members.assign(ending="failed", reason="ArithmeticError: no")
    text = page(wave)
    assert "20 runs failed" in text
    assert "No run came to an end" in text
