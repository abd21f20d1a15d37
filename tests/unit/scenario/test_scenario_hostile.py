"""Folders from strangers: every one ends in a clear error, quickly and in little memory."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from qantar.errors import ScenarioError
from qantar.scenario.load import load
from qantar.scenario.whatif import FOLDER, STRUCTURES, names, read_beside

MEGABYTE = 1 << 20
SECONDS = 10.0


def _bombs() -> dict[str, tuple[str, bytes, str]]:
    laughs = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{later}: &{later} [{','.join('*' + earlier for _ in range(9))}]\n" for earlier, later in zip("abcdefgh", "bcdefghi", strict=True)
    )
    header = b"id,name,region,kind,latitude,longitude,population\n"
    return {
        "billion laughs": ("scenario.yaml", laughs.encode(), "anchors"),
        "an alias of itself": ("scenario.yaml", b"a: &a [*a]\n", "aliases"),
        "a merge key": ("palace.yaml", b"a: {b: 1}\nc:\n  <<: {b: 2}\n", "merge keys"),
        "a tag": ("palace.yaml", b"offices: !!python/object/apply:os.system ['true']\n", "tags"),
        "two documents": ("palace.yaml", b"offices: []\n---\nactors: []\n", "second document"),
        "deep lists": ("scenario.yaml", b"[\n" * (MEGABYTE // 2), "nested more than"),
        "deep mappings": ("scenario.yaml", b"{a: \n" * (MEGABYTE // 5), "nested more than"),
        "deep dashes": ("scenario.yaml", b"- " * 8000, "nested more than"),
        "many values": ("scenario.yaml", b"- 1\n" * (MEGABYTE // 4), "more than 30000 values"),
        "a long word": ("scenario.yaml", b"!" * MEGABYTE, "letters, expected at most"),
        "a huge file": ("scenario.yaml", b"#" * (MEGABYTE + 1), "bytes, expected at most"),
        "keys twice": ("palace.yaml", b"offices: []\nactors: []\noffices: []\n", "stands here twice, first in line 1"),
        "a list as key": ("palace.yaml", b"? [a]\n: b\n", "expected text"),
        "no YAML": ("palace.yaml", b"offices: [\nactors: }\n", "this is not YAML"),
        "a list at the top": ("palace.yaml", b"- 1\n", "expected a mapping"),
        "an empty file": ("palace.yaml", b"", "the file is empty"),
        "UTF-16": ("scenario.yaml", "id: x".encode("utf-16"), "UTF-16"),
        "UTF-16 without a mark": ("scenario.yaml", "id: x".encode("utf-16-le"), "U+0000"),
        "a byte-order mark": ("regions.csv", b"\xef\xbb\xbfid,name\n", "byte-order mark"),
        "Latin-1": ("places.csv", header + "a,Bähr,b,settlement,0,0,1\n".encode("latin-1"), "places.csv:2:4: byte 0xe4 is not UTF-8"),
        "a NUL byte": ("places.csv", header + b"a\x00,b\n", "U+0000"),
        "an escape sequence": ("places.csv", header + b"a\x1b[2J,b\n", "U+001B"),
        "a million columns": ("places.csv", b"," * 1_000_000 + b"\n", "letters, expected at most"),
        "many columns": ("places.csv", b"a," * 30_000 + b"\n", "more than 200 cells"),
        "a huge table": ("places.csv", b"," * (4 * MEGABYTE + 1), "bytes, expected at most"),
        "many rows": ("sites.csv", b"id,name,place,kind,guards,arms\n" + b"a,A,karst,police,1,1\n" * 51_000, "more than 50000 rows"),
        "many empty lines": ("sites.csv", b"id,name,place,kind,guards,arms\n" + b"\n" * (4 * MEGABYTE - 60), ""),
        "wide rows": ("sites.csv", b"id,name,place,kind,guards,arms\n" + b"a,,,,,,,,,,,,,,,\n" * 100_000, "cells, expected 6"),
        "an endless quote": ("places.csv", header + b'"a' * 1000 + b"\n", "a quote stands where none"),
        "a bibliography without end": ("sources.bib", b"@a{b,c={" * 100_000, "never ends"),
        "deep JSON": ("map.geojson", b"[" * MEGABYTE, "this is not JSON"),
        "semicolons": ("places.csv", header.replace(b",", b";"), "places.csv:1:3: the columns are not separated by commas"),
        "tabulators": ("places.csv", header.replace(b",", b"\t"), "the columns are not separated by commas"),
        "an escaped escape": ("palace.yaml", b'offices: []\nactors: "\\x1b[2J"\n', "palace.yaml:2:9: the character U+001B"),
        "an escaped NUL": ("palace.yaml", b'offices: []\nactors: "\\0"\n', "U+0000"),
        "an escaped reversal": ("palace.yaml", b'offices: []\n"act\\u202eors": []\n', "U+202E"),
        "half a character": ("palace.yaml", b'offices: []\nactors: "\\ud800"\n', "U+D800"),
        "NaN in JSON": ("map.geojson", b'{"type": "FeatureCollection", "features": [NaN]}', "NaN is not a number"),
    }


BOMBS = _bombs()


@pytest.mark.parametrize("name", [name for name in BOMBS if BOMBS[name][2]])
def test_a_hostile_file_is_refused_clearly_and_soon(name: str, folder: Path, wrong) -> None:
    file, content, message = BOMBS[name]
    (folder / file).write_bytes(content)
    start = time.process_time()
    found = wrong()
    assert time.process_time() - start < SECONDS
    assert any(message in line and line.startswith(file) for line in found), "\n".join(found[:10])
    assert all(len(line) < 1000 and line.isprintable() for line in found)


def test_empty_lines_cost_little(folder: Path) -> None:
    (folder / "sites.csv").write_bytes(BOMBS["many empty lines"][1])
    start = time.process_time()
    load(folder)
    assert time.process_time() - start < SECONDS


def test_a_sparse_file_of_ten_gigabytes_is_not_read(folder: Path, wrong) -> None:
    for name in ("scenario.yaml", "places.csv", "sources.bib", "map.geojson"):
        with (folder / name).open("wb") as handle:
            handle.truncate(10 << 30)
    start = time.process_time()
    found = wrong()
    assert time.process_time() - start < SECONDS
    assert sum("it has 10737418240 bytes" in line for line in found) == 4


def test_more_people_than_any_country_are_refused(edit, wrong) -> None:
    edit("places.csv", "46.00,15.00,140000", "46.00,15.00,2900000000")
    edit("regions.csv", "karst,1,210000", "karst,1,2900070000")
    edit("places.csv", "46.45,14.30,48000", "46.45,14.30,2900000000")
    edit("regions.csv", "erzgrund,1,120000", "erzgrund,1,2900072000")
    assert [line for line in wrong() if "expected at most 3000000000" in line]


@pytest.mark.parametrize("name", ["forces.csv", "sites.csv", "record.csv"])
def test_numbers_that_nothing_reaches_are_refused(name: str, folder: Path, wrong) -> None:
    row = {
        "forces.csv": "furth,army,99999999999\n",
        "sites.csv": "x,X,karst,police,99999999999,0\n",
        "record.csv": "2024-03-05,2024-03-05,crowd,,,1e308,people,assumed,shown,\n",
    }[name]
    with (folder / name).open("a", encoding="utf-8") as handle:
        handle.write(row)
    assert any(line.startswith(name) and "is too large" in line for line in wrong())


LITTLE_MEMORY = 1 << 30
_CHECK = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, ({limit}, {limit}))
from qantar.cli.main import run_command_line
sys.exit(run_command_line(["check", sys.argv[1]]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="address space can be limited on Linux")
@pytest.mark.parametrize("name", ["billion laughs", "many values", "deep lists", "a million columns", "wide rows", "deep JSON"])
def test_a_hostile_file_is_refused_in_little_memory(name: str, folder: Path) -> None:
    file, content, message = BOMBS[name]
    (folder / file).write_bytes(content)
    script = _CHECK.format(limit=LITTLE_MEMORY)
    found = subprocess.run([sys.executable, "-c", script, str(folder)], capture_output=True, text=True, check=False, timeout=120)
    assert found.returncode == 2, found.stderr[-2000:]
    assert message in found.stderr


def test_links_are_not_followed(folder: Path, tmp_path: Path, wrong) -> None:
    secret = tmp_path / "secret"
    secret.write_text("password", encoding="utf-8")
    (folder / "alliance.yaml").unlink()
    (folder / "alliance.yaml").symlink_to(secret)
    (folder / "sources.bib").unlink()
    (folder / "sources.bib").symlink_to("../secret")
    found = wrong()
    assert sum("it is a link" in line for line in found) == 2
    assert not any("password" in line for line in found)


@pytest.mark.parametrize("kept_in", [FOLDER, STRUCTURES])
def test_folders_of_what_ifs_are_no_links(folder: Path, tmp_path: Path, kept_in: str) -> None:
    (folder / kept_in).rename(tmp_path / "elsewhere")
    (folder / kept_in).symlink_to(tmp_path / "elsewhere")
    for reading in (lambda: names(folder, kept_in), lambda: read_beside("efficacy", folder, kept_in)):
        with pytest.raises(ScenarioError, match=f"{kept_in}:1:1: the folder cannot be read: it is a link"):
            reading()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_does_not_make_loading_wait(folder: Path, wrong) -> None:
    (folder / "alliance.yaml").unlink()
    os.mkfifo(folder / "alliance.yaml")
    (folder / "map.geojson").unlink()
    (folder / "map.geojson").mkdir()
    found = wrong()
    assert any(line.startswith("alliance.yaml:1:1") and "not a regular file" in line for line in found)
    assert any(line.startswith("map.geojson:1:1") for line in found)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("46.12,15.22,24000", "nan,15.22,24000", "'nan' stands here, expected a number"),
        ("46.12,15.22,24000", "46.12,inf,24000", "'inf' stands here, expected a number"),
        ("46.12,15.22,24000", "46.12,1e999,24000", "is not finite"),
        ("46.12,15.22,24000", "46.12,15.22,-24000", "too small, expected at least 0"),
        ("46.12,15.22,24000", "46.12,15.22,999999999999999999", "is too large, expected at most 3000000000"),
        ("46.12,15.22,24000", "46.12,15.22,many", "'many' stands here, expected a whole number"),
        ("46.12,15.22,24000", "46.12,15.22,24_000", "'24_000' stands here, expected a whole number"),
        ("46.12,15.22,24000", "46.12,15.22,24000.5", "expected a whole number"),
        ("46.12,15.22,24000", "46.12,15.22,", "nothing stands here, expected a whole number"),
        ("46.12,15.22,24000", "46.12,15.22", "the row has 6 cells, expected 7"),
        ("lindau,Lindau", "karst,Lindau", "'karst' stands here twice"),
        ("lindau,Lindau", "Lindau,Lindau", "'Lindau' cannot be an identifier"),
        ("lindau,Lindau", "../lindau,Lindau", "cannot be an identifier"),
        ("id,name,region", "id,nam,region", "the column 'nam' is not known here; did you mean 'name'"),
        ("longitude,population", "population,population", "the column 'population' stands here twice"),
    ],
)
def test_a_wrong_cell_is_named(old: str, new: str, message: str, edit, wrong) -> None:
    edit("places.csv", old, new)
    found = wrong()
    assert any(message in line and line.startswith("places.csv:") for line in found), "\n".join(found)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("price_after: {value: 20,", "price_after: {value: .nan,", "not finite"),
        ("price_after: {value: 20,", "price_after: {value: .inf,", "not finite"),
        ("price_after: {value: 20,", "price_after: {value: true,", "true stands here, expected a number"),
        ("price_after: {value: 20,", 'price_after: {value: "20",', "'20' stands here, expected a number"),
        ("price_after: {value: 20,", "price_after: {valu: 20,", "the field 'valu' is not known here; did you mean 'value'"),
        ("price_after: {value: 20,", "price_after: {value: 2e400,", "not finite"),
        ("title: Borderland, a week in March", "title: 2024", "2024 stands here, expected text; put it in quotes"),
        ("at: 2024-03-05T08:00", "at: 20240305", "expected a local date and hour without a zone"),
        ("at: 2024-03-05T08:00", "at: 2024-03-05T08:00Z", "expected a local date and hour without a zone"),
        ("at: 2024-03-05T08:00", "at: 2024-13-05T08:00", "expected a local date and hour without a zone"),
        ("kind: recall", "kind: recal", "'recal' is not a known kind"),
        ("    kind: recall\n", "", "the field 'kind' is missing"),
        ("schema_version: 1", "schema_version: 2", "expected 1"),
    ],
)
def test_a_wrong_value_is_named(old: str, new: str, message: str, edit, wrong) -> None:
    edit("scenario.yaml", old, new)
    found = wrong()
    assert any(message in line and line.startswith("scenario.yaml:") for line in found), "\n".join(found)
