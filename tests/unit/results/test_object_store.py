"""What only a store behind HTTP does: listings that are kept, machines that do not see each other, addresses that do not answer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from qantar.errors import StoreError, StoreMismatchError
from qantar.results.objects import names_in, read_file, read_files, remove_files, write_files
from qantar.results.open import open_results
from qantar.results.publish import Publisher
from qantar.results.remote import as_folder
from tests import object_store
from tests.unit.results.conftest import make_store


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of an empty bucket."""
    object_store.needed()
    with object_store.serving(monkeypatch) as address:
        yield address


def on_another_machine(folder: Path, address: str) -> None:
    """Put all files of a folder there, by a client that shares no listing with the one that is tested."""
    import fsspec

    client = fsspec.filesystem("s3", skip_instance_cache=True)
    client.pipe({f"{address}/{path.relative_to(folder)}": path.read_bytes() for path in folder.rglob("*") if path.is_file()})


def test_a_reader_sees_what_another_machine_published_a_moment_ago(bucket: str, tmp_path: Path) -> None:
    address = f"{bucket}/results"
    on_another_machine(make_store(tmp_path / "s", 60, most_batches=1).path, address)
    assert [path.name for path in as_folder(address).iterdir()]  # the client keeps what it lists
    assert len(open_results(address).members) == 25
    on_another_machine(make_store(tmp_path / "s", 60).path, address)
    there = open_results(address)
    assert (len(there.state.done), len(there.members), there.series.sizes["member"]) == (60, 60, 60)
    assert (there.series["participants"].values >= 0).all()


def test_a_listing_of_before_hides_no_results_of_another_run(bucket: str, tmp_path: Path) -> None:
    address = f"{bucket}/results"
    (as_folder(bucket) / "results" / "readme").write_text("not yet")
    assert len(list(as_folder(address).iterdir())) == 1
    mine = Publisher(tmp_path / "s", address)
    assert len(list(as_folder(address).iterdir())) == 1
    on_another_machine(make_store(tmp_path / "t", 30).path, address)
    with pytest.raises(StoreMismatchError, match="another run has written"):
        mine.publish(make_store(tmp_path / "s", 60).state)
    Publisher(tmp_path / "u", address).receive()
    assert open_results(tmp_path / "u").manifest == open_results(tmp_path / "t").manifest


def test_files_of_a_store_without_folders(bucket: str) -> None:
    folder = as_folder(f"{bucket}/a[1]")
    assert names_in(folder) == [] and read_file(folder, "x") is None
    contents = {f"deep/{number}/x": bytes([number]) for number in range(3)}
    write_files(folder, contents)
    assert sorted(names_in(folder)) == sorted(contents)
    assert dict(read_files(folder, contents)) == contents
    remove_files(folder, ["deep/0/x", "deep/9/x"])
    assert sorted(names_in(folder)) == ["deep/1/x", "deep/2/x"]
    with pytest.raises(FileNotFoundError):
        list(read_files(folder, contents))


def test_a_bucket_that_is_not_there_is_made(bucket: str, tmp_path: Path) -> None:
    address = f"{bucket}-of-{tmp_path.name.replace('_', '-').lower()}/results"
    Publisher(tmp_path / "s", address).publish(make_store(tmp_path / "s", 3).state)
    assert len(open_results(address).state.done) == 3


def test_only_what_changed_is_sent_again(bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from qantar.results import publish

    sent: list[str] = []
    write = publish.write_files
    monkeypatch.setattr(publish, "write_files", lambda folder, contents: (sent.extend(contents), write(folder, contents)))
    publisher = Publisher(tmp_path / "s", f"{bucket}/results")
    publisher.publish(make_store(tmp_path / "s", 60, most_batches=1).state)
    assert {"context.json", "series.zarr/zarr.json", "manifest.json", "series.zarr/deaths/c/0/0"} <= set(sent)
    sent.clear()
    publisher.publish(make_store(tmp_path / "s", 60).state)
    assert {"manifest.json", "series.zarr/deaths/c/1/0", "series.zarr/deaths/c/2/0"} <= set(sent)
    assert not {"context.json", "series.zarr/zarr.json", "series.zarr/deaths/c/0/0"} & set(sent)
    assert len(open_results(f"{bucket}/results").members) == 60


@pytest.mark.parametrize("lacking", ["server", "credentials"])
def test_an_address_that_does_not_answer_is_told_in_one_line(bucket: str, monkeypatch: pytest.MonkeyPatch, lacking: str) -> None:
    import s3fs

    if lacking == "server":
        monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
        monkeypatch.setattr(s3fs.S3FileSystem, "retries", 1)
    else:
        monkeypatch.delenv("AWS_ACCESS_KEY_ID")
        monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    s3fs.S3FileSystem.clear_instance_cache()
    with pytest.raises(StoreError, match=f"^{bucket}/results cannot be reached: .*(127.0.0.1|credentials)") as raised:
        open_results(f"{bucket}/results")
    assert "\n" not in str(raised.value)
