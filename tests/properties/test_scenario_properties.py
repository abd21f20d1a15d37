"""Whatever a folder holds, loading it gives a scenario or names what is wrong, and nothing else happens."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from qantar.errors import ScenarioError, UsageError
from qantar.scenario.bibliography import parse_bibliography
from qantar.scenario.checks import findings
from qantar.scenario.draft import draft_of
from qantar.scenario.identity import scenario_hash
from qantar.scenario.intervention import choices, set_value, without
from qantar.scenario.load import LIBRARY, load
from qantar.scenario.map_shapes import shape_keys
from qantar.scenario.mistakes import Mistakes
from qantar.scenario.yaml_text import parse_yaml

COUNTRY = load("borderland")
CHOICES = choices(COUNTRY)
FILES = sorted(str(path.relative_to(LIBRARY / "borderland")) for path in (LIBRARY / "borderland").rglob("*") if path.is_file())
PIECES = st.sampled_from(
    ["", "\n", " ", ",", '"', "'", ":", "- ", "[", "]", "{", "}", "#", "&a ", "*a", "!x ", "|", ">", "?", "%", "@", "\t", "nan", "-1",
     "1e999", "9" * 30, "\x00", "\x1b", "\ufeff", "é", "\u2028", "null", "true", "assumed", "2024-03-05T00:00", "id", "karst"]
)  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(file=st.sampled_from(FILES), cuts=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 30), PIECES), min_size=1, max_size=4))
def test_a_damaged_folder_is_refused_or_sound(file: str, cuts: list[tuple[float, int, str]]) -> None:
    with tempfile.TemporaryDirectory() as base:
        folder = Path(base) / "country"
        shutil.copytree(LIBRARY / "borderland", folder)
        text = (folder / file).read_text(encoding="utf-8")
        for where, length, piece in cuts:
            start = int(where * len(text))
            text = text[:start] + piece + text[start + length :]
        (folder / file).write_bytes(text.encode("utf-8", "surrogatepass"))
        try:
            scenario = load(folder)
        except ScenarioError as error:
            mistakes = error.mistakes
        else:
            assert list(findings(draft_of(scenario))) == []
            return
    assert mistakes
    assert all(mistake.line > 0 and mistake.column > 0 and mistake.message for mistake in mistakes)


@settings(max_examples=200, deadline=None)
@given(pieces=st.lists(st.one_of(PIECES, st.text(max_size=5)), max_size=40))
def test_the_readers_never_break(pieces: list[str]) -> None:
    text = "".join(pieces)
    for read in (parse_yaml, parse_bibliography, shape_keys):
        mistakes = Mistakes()
        assert (read(text, "f", mistakes) is not None) or mistakes.number > 0


@settings(max_examples=60, deadline=None)
@given(names=st.lists(st.sampled_from([choice.name for choice in CHOICES.without]), max_size=4))
def test_withholding_never_adds_and_leaves_a_sound_country(names: list[str]) -> None:
    scenario, before = COUNTRY, {order.id for order in COUNTRY.header.orders}
    for name in names:
        try:
            scenario = without(scenario, name)
        except UsageError:
            continue
        left = {order.id for order in scenario.header.orders}
        assert left <= before
        before = left
    assert list(findings(draft_of(scenario))) == []


@settings(max_examples=60, deadline=None)
@given(path=st.sampled_from([choice.name for choice in CHOICES.set]), value=st.floats(allow_nan=False, allow_infinity=False))
def test_setting_gives_a_sound_country_or_says_why_not(path: str, value: float) -> None:
    try:
        scenario = set_value(COUNTRY, path, value)
    except UsageError as error:
        said = str(error)
    else:
        said = path
        assert list(findings(draft_of(scenario))) == []
        assert scenario_hash(scenario) != scenario_hash(COUNTRY)
    assert path in said
