"""What-ifs under every structure: signs, one base for all interventions, and that the same call goes on."""

from __future__ import annotations

import math
import shutil
from pathlib import Path

import pytest

from qantar.comparison.interval import Mean
from qantar.comparison.structures import AS_IT_IS, SHOWN, Answer, Asked, Structures, Under, opposed, run_structures
from qantar.ensembles.progress import Progress
from qantar.errors import ScenarioError, UsageError
from qantar.report.comparison.structures import agreement_sentence, structures_page
from qantar.scenario.template import create_scenario

UP, DOWN = Mean(5.0, 2.0, 8.0, 9), Mean(-5.0, -8.0, -2.0, 9)
UP_UNCLEAR, DOWN_UNCLEAR = Mean(1.0, -2.0, 4.0, 9), Mean(-1.0, -4.0, 2.0, 9)
NONE = Mean(0.0, 0.0, 0.0, 9)


def answer(*deaths: Mean, others: Mean = UP, pairs: int = 9) -> Answer:
    """An intervention under as many structures as there are differences in deaths, the first as it is."""
    under = tuple(
        Under(AS_IT_IS if number == 0 else f"other-{number}", "recorded", pairs, {**dict.fromkeys(SHOWN, others), "deaths": mean})
        for number, mean in enumerate(deaths)
    )
    return Answer("mine", "Something else", under)


def test_signs_that_agree_are_counted_and_certain_ones_that_do_not_are_named() -> None:
    found = answer(UP, UP_UNCLEAR, DOWN_UNCLEAR, DOWN, NONE).agreement("deaths")
    assert (found.agree, found.of, found.against) == (1, 4, ("other-3",))


@pytest.mark.parametrize(
    ("first", "other", "expected"),
    [
        (UP, DOWN, True), (DOWN, UP, True), (UP_UNCLEAR, DOWN, True), (UP, DOWN_UNCLEAR, False), (UP, UP, False), (NONE, UP, False),
        (UP, Mean(-1.0, math.nan, math.nan, 1), False),
    ],
)  # fmt: skip
def test_an_interval_on_the_other_side_of_nothing(first: Mean, other: Mean, expected: bool) -> None:
    assert opposed(first, other) is expected


def test_the_last_line_says_where_a_what_if_hangs_on_the_structure() -> None:
    assert agreement_sentence(answer(UP, UP, DOWN)) == (
        "the sign agrees under 2 of 2 for participants, 1 of 2 for deaths, 2 of 2 for detained; "
        "disagrees in sign under: other-2 (deaths)"
    )
    assert agreement_sentence(answer(UP_UNCLEAR, UP)).endswith(
        "1 of 1 for deaths*, 1 of 1 for detained; disagrees in sign under: none (* as it is the interval holds zero)"
    )
    assert agreement_sentence(answer(Mean(2.0, math.nan, math.nan, 9), UP)).endswith(
        "none (* as it is all pairs alike, so that there is no interval)"
    )
    assert "0 of 1 for deaths (which do not differ as it is)" in agreement_sentence(answer(NONE, UP))


def test_the_table_has_a_row_for_every_structure_and_says_which_pairs_failed() -> None:
    titles = {"other-1": "The first", "other-2": "The second"}
    lines = structures_page(Structures("A country", 9, 4, titles, (answer(UP, UP, DOWN, pairs=8),))).splitlines()
    assert lines[0] == "A country: 9 pairs each, seed 4"
    assert "  other-2   The second" in lines
    assert lines[-6] == "mine: Something else; palace recorded"
    assert lines[-5].split() == ["participants", "on", "the", "fullest", "day", "deaths", "detained"]
    assert [line.split("+")[0].strip() for line in lines[-4:-1]] == [AS_IT_IS, "other-1", "other-2"]
    assert lines[-2].split(maxsplit=1)[1].startswith("+5 [+2, +8]")
    assert "−5 [−8, −2]" in lines[-2]
    assert lines[-2].endswith("(8 pairs, the others failed)")
    assert lines[-1].startswith("  the sign agrees under ")


def folders(out: Path) -> set[str]:
    return {str(path.parent.relative_to(out)) for path in out.rglob("manifest.json")}


def test_every_intervention_under_every_structure_of_borderland(tmp_path: Path) -> None:
    asked = Asked("borderland", 2, 1, tmp_path / "out", workers=1)
    found = run_structures(asked)
    assert list(found.structures) == ["backlash", "efficacy"]
    assert [one.id for one in found.answers] == ["early-subsidy", "no-net-cut"]
    for one in found.answers:
        assert [under.structure for under in one.under] == [AS_IT_IS, "backlash", "efficacy"]
        assert all(under.palace == "recorded" and under.pairs == 2 and set(under.differences) == set(SHOWN) for under in one.under)
    expected = {
        f"{structure}/recorded/{what}"
        for structure in ("as_it_is", "backlash", "efficacy") for what in ("without_intervention", "early-subsidy", "no-net-cut")
    }  # fmt: skip
    assert folders(asked.out) == expected, "one base serves all interventions under a structure"
    earlier = found.answers[0].under
    assert earlier[0].differences != earlier[1].differences

    heard: list[Progress] = []
    again = run_structures(asked, heard.append)
    assert again == found
    assert {progress.doing for progress in heard} == {"running"}
    assert all(progress.stored == 2 for progress in heard)
    assert {progress.of for progress in heard} >= {"as it is, palace recorded", "efficacy, no-net-cut"}


def test_who_acts_in_the_palace_is_decided_for_each_pair(tmp_path: Path) -> None:
    folder = tmp_path / "country"
    create_scenario(folder)
    (folder / "structures" / "backlash.yaml").unlink()
    path = folder / "interventions" / "calm.yaml"
    path.write_text(
        "schema_version: 1\nid: calm\ntitle: Nobody cares\nsteps:\n  - {kind: set, path: parameters.streets.near_weight, value: 0}\n",
        encoding="utf-8",
    )
    found = run_structures(Asked(folder, 1, 0, tmp_path / "out", ("calm", "early-subsidy"), 1))
    assert [one.under[0].palace for one in found.answers] == ["simulated", "recorded"]
    assert {f"as_it_is/{palace}/without_intervention" for palace in ("simulated", "recorded")} <= folders(tmp_path / "out")
    assert "early-subsidy: Bread is subsidised a day earlier; palace recorded" in structures_page(found)


def test_what_cannot_be_is_refused_before_anything_runs(tmp_path: Path) -> None:
    folder, out = tmp_path / "country", tmp_path / "out"
    create_scenario(folder)
    with pytest.raises(UsageError, match=r"'no-net-cuts' is no intervention.*did you mean 'no-net-cut'.*early-subsidy, no-net-cut"):
        run_structures(Asked(folder, 1, 0, out, ("no-net-cuts",)))
    with pytest.raises(UsageError, match="seed is a number"):
        run_structures(Asked(folder, 1, -1, out))
    with pytest.raises(UsageError, match="two interventions have the id 'early-subsidy'"):
        run_structures(Asked(folder, 1, 0, out, ("early-subsidy", "early-subsidy")))
    wrong = folder / "structures" / "wrong.yaml"
    head = "schema_version: 1\nid: wrong\ntitle: Wrong\nsteps:\n"
    wrong.write_text(f"{head}  - {{kind: set, path: parameters.streets.nonsense, value: 0}}\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"wrong\.yaml:5:5: nothing can be set"):
        run_structures(Asked(folder, 1, 0, out))
    shutil.rmtree(folder / "structures")
    with pytest.raises(UsageError, match="has no structures: files of the form of interventions"):
        run_structures(Asked(folder, 1, 0, out))
    (folder / "structures").mkdir()
    shutil.copy(folder / "interventions" / "no-net-cut.yaml", folder / "structures")
    shutil.rmtree(folder / "interventions")
    with pytest.raises(UsageError, match="has no interventions"):
        run_structures(Asked(folder, 1, 0, out))
    assert not out.exists()
