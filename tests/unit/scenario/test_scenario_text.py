"""The readers of YAML, CSV, BibTeX and GeoJSON, each on its own."""

from __future__ import annotations

import math

import pytest

from qantar.errors import ScenarioError
from qantar.scenario.bibliography import parse_bibliography
from qantar.scenario.map_shapes import shape_keys
from qantar.scenario.mistakes import Mistakes, quoted
from qantar.scenario.reading import Folder
from qantar.scenario.schema import Site
from qantar.scenario.tables import Override, read_table
from qantar.scenario.yaml_text import Node, parse_yaml


def tree(text: str) -> Node:
    mistakes = Mistakes()
    node = parse_yaml(text, "f.yaml", mistakes)
    mistakes.raise_if_any()
    assert node is not None
    return node


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1), ("-7", -7), ("1.5", 1.5), ("1e3", 1000.0), (".5", 0.5), ("true", True), ("~", None), ("", None), ("abc", "abc"),
        ('"1"', "1"), ("'true'", "true"), ("2024-03-04", "2024-03-04"), ("yes", "yes"), ("no", "no"), ("0x10", "0x10"), ("1_000", "1_000"),
        (".inf", math.inf), ("9" * 30, 1e30),
    ],
)  # fmt: skip
def test_scalars_follow_the_core_rules(text: str, value: object) -> None:
    plain = tree(f"a: {text}\n").plain()["a"]
    assert plain == value
    assert type(plain) is type(value)


def test_every_node_knows_its_place() -> None:
    node = tree("a: 1\nb:\n  - {kind: x, c: 2}\n  - d\n")
    assert node.plain() == {"a": 1, "b": [{"kind": "x", "c": 2}, "d"]}
    assert node.find(("b", 1)) == (4, 5)
    assert node.find(("b", 0, "c")) == (3, 18)
    assert node.find(("b", 0, "c"), at_key=True) == (3, 15)
    assert node.find(("b", 0, "x", "c")) == (3, 18)
    assert node.find(("b", 0, "x", "missing")) == (3, 5)
    assert node.find(("nothing", "at", "all")) == (1, 1)


def bibliography(text: str) -> dict[str, str]:
    mistakes = Mistakes()
    sources = parse_bibliography(text, "s.bib", mistakes)
    mistakes.raise_if_any()
    assert sources is not None
    return sources


def test_a_source_becomes_one_line() -> None:
    text = """A comment.
    @article{key2021, author = {Bähr, {\'A}nna}, title = "A {T}itle
       over lines", year = 2021, note={x},}
    @misc{b, title={B}, url = {https://example.org/?a=1}}"""
    assert bibliography(text) == {"key2021": "Bähr, 'Anna. A Title over lines. 2021. x", "b": "B. https://example.org/?a=1"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("@misc{a, title = {x}", "s.bib:1:21: expected a comma or the closing brace"),
        ("@misc{a, title = x}", "expected text in braces or quotes, or a year"),
        ("@misc{a, title = {x} year = 2000}", "expected a comma"),
        ("@misc{a, title = {x", "never ends"),
        ("@misc{a b, title = {x}}", "expected the key of the source"),
        ("@misc{a, year = 2000}", "has no title"),
        ("@misc{a, title={x}}\n@misc{a, title={y}}", "s.bib:2:1: the key 'a' stands here twice"),
        ("@misc{assumed, title={x}}", "is the word for values without a source"),
        ("@string{x = {y}}", "@string is not supported"),
    ],
)
def test_a_wrong_bibliography_is_refused(text: str, message: str) -> None:
    mistakes = Mistakes()
    assert parse_bibliography(text, "s.bib", mistakes) is None
    with pytest.raises(ScenarioError) as caught:
        mistakes.raise_if_any()
    assert message in str(caught.value)


def test_reading_goes_on_after_a_wrong_source() -> None:
    mistakes = Mistakes()
    parse_bibliography("@misc{a, title = x}\n@misc{b}\n@misc{c, title={C}}\n@misc{c, title={C}}", "s.bib", mistakes)
    assert mistakes.number == 3


def test_cells_may_be_quoted_and_sources_overridden(tmp_path) -> None:
    (tmp_path / "sites.csv").write_text(
        'arms_source,id,name,place,kind,guards,arms\nkey,a,"The ""A"", old",p,police,1,2\n\n,b,B,p,police, 3 ,4\n', encoding="utf-8"
    )
    mistakes = Mistakes()
    table = read_table(Folder(tmp_path, str(tmp_path)), "sites.csv", Site, mistakes)
    mistakes.raise_if_any()
    assert [row.name for _, row in table.rows] == ['The "A", old', "B"]
    assert table.rows[1][1].guards == 3
    assert table.overrides == (Override(0, "arms", "key"),)
    assert table.find((0, "place")) == (2, 24)
    assert table.find((1, "id")) == (4, 2)
    assert table.find((1, "nothing")) == (4, 1)
    assert table.find(()) == (1, 1)


SQUARE = '{"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}'


def feature(identifier: str, geometry: str) -> str:
    return f'{{"type": "Feature", {identifier}, "geometry": {geometry}}}'


def shapes(*features: str) -> tuple[frozenset[str] | None, str]:
    mistakes = Mistakes()
    text = '{"type": "FeatureCollection", "features": [\n' + ",\n".join(features) + "]}"
    keys = shape_keys(text, "map.geojson", mistakes)
    return keys, "\n".join(str(mistake) for mistake in mistakes._listed)


def test_shapes_are_found_by_id_or_property() -> None:
    multi = '{"type": "MultiPolygon", "coordinates": [[[[0, 0], [1, 0], [1, 1], [0, 0]]]]}'
    keys, wrong = shapes(feature('"id": "a"', SQUARE), feature('"properties": {"map_key": "b"}', multi))
    assert keys == {"a", "b"}
    assert wrong == ""


@pytest.mark.parametrize(
    ("features", "message"),
    [
        ([feature('"id": "a"', SQUARE)] * 2, "'a' stands here twice"),
        ([feature('"id": 7', SQUARE)], "no feature with an id"),
        ([feature('"id": "a"', SQUARE.replace("[1, 1]", "[1, 91]"))], "map.geojson:2:27: the shape 'a': expected a Polygon"),
        ([feature('"id": "a"', SQUARE.replace("[1, 1]", "[1, 1e400]"))], "expected a Polygon"),
        ([feature('"id": "a"', SQUARE.replace("[0, 0]]]", "[0, 1]]]"))], "its lines closed"),
        ([feature('"id": "a"', '{"type": "Point", "coordinates": [0, 0]}')], "expected a Polygon"),
        (["7"], "no feature with an id"),
    ],
)
def test_a_wrong_map_is_refused(features: list[str], message: str) -> None:
    keys, wrong = shapes(*features)
    assert keys is None
    assert message in wrong


def test_what_a_file_holds_is_quoted_short_and_harmless() -> None:
    assert quoted("a\x1b[2Jb\n") == "'a?[2Jb?'"
    assert len(quoted("x" * 10_000)) < 70
