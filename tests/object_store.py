"""An object store on this machine that is spoken to over HTTP, as one far away is: moto's S3 server, and s3fs as its client."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import pytest

BUCKET = "bucket"
WHAT_TO_DO = "`make test-object-store` installs what is needed and runs these tests"


def needed() -> None:
    """Skip the test where the server or its client is missing."""
    for name in ("s3fs", "moto", "flask", "flask_cors"):
        pytest.importorskip(name, reason=f"no object store to speak to, {name} is missing: {WHAT_TO_DO}")


@cache
def _server() -> str:
    """Start the server, once for all tests of a process, and return its address."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    return f"http://{host}:{port}"


@contextmanager
def serving(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Have an empty bucket, with the environment that leads to it; its address."""
    import s3fs

    with monkeypatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            patch.delenv(name)
        patch.setenv("AWS_ENDPOINT_URL", _server())
        patch.setenv("AWS_ACCESS_KEY_ID", "tester")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        s3fs.S3FileSystem.clear_instance_cache()
        files = s3fs.S3FileSystem(skip_instance_cache=True, use_listings_cache=False)
        files.mkdir(BUCKET)
        yield f"s3://{BUCKET}"
        files.rm(BUCKET, recursive=True)
        s3fs.S3FileSystem.clear_instance_cache()
