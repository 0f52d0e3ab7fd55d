"""Files over real HTTP."""

from __future__ import annotations

import base64
import socket
from pathlib import Path

import pytest
from tests.requirements import requirement
from tests.runtime.certificates import authority
from tests.runtime.looping import in_loops
from tests.runtime.ref.station.file_server import file_server

from ocppref.station.transfer import (
    Failure,
    HttpTransfer,
    TransferError,
    is_web_address,
    place,
)

CONTENT = b"the log\n" * 1000
BASIC = "Basic " + base64.b64encode(b"us er:p@ss").decode()


def with_user(url: str) -> str:
    return url.replace("://", "://us%20er:p%40ss@")


@requirement("N01.FR.21", "N01.FR.29")
@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://h/logs/", "http://h/logs/a.log"),
        ("http://h/logs", "http://h/logs"),
        ("http://h/logs?id=7", "http://h/logs?id=7"),
        ("http://h/a.txt", "http://h/a.txt"),
    ],
)
def test_where_a_file_goes(url: str, expected: str) -> None:
    assert place(url, "a.log") == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://h", True),
        ("HTTPS://user:password@h:8/x", True),
        ("ftp://h/x", False),
        ("http:///x", False),
        ("http://[", False),
        ("", False),
    ],
)
def test_what_is_an_address(url: str, expected: bool) -> None:
    assert is_web_address(url) is expected


@requirement("N01.FR.02", "N01.FR.14", "N01.FR.21", "N01.FR.29")
@in_loops
async def test_a_file_is_put() -> None:
    async with file_server() as server:
        await HttpTransfer().upload(f"{server.url}/logs/", "a.log", CONTENT)
        await HttpTransfer().upload(f"{server.url}/x?id=7", "a.log", CONTENT)
    assert server.calls == ["PUT /logs/a.log", "PUT /x?id=7"]
    assert all(seen.body == CONTENT for seen in server.seen)
    assert "authorization" not in server.seen[0].headers


@requirement("N01.FR.18", "N01.FR.19")
@in_loops
async def test_a_server_without_put_gets_a_form() -> None:
    async with file_server() as server:
        server.answers["PUT /logs/a.log"] = (405, {}, b"")
        await HttpTransfer().upload(f"{server.url}/logs/", "a.log", CONTENT)
    assert server.calls == ["PUT /logs/a.log", "POST /logs/a.log"]
    form = server.seen[1]
    assert form.headers["content-type"].startswith("multipart/form-data; boundary=")
    head, body = form.body.split(b"\r\n\r\n", 1)
    lines = head.decode().split("\r\n")
    assert 'Content-Disposition: form-data; name="uploadfile"; filename="a.log"' in lines
    assert "Content-Type: application/octet-stream" in lines
    assert body.startswith(CONTENT)


@requirement("N01.FR.25")
@in_loops
async def test_a_user_in_the_url_is_told_by_basic_authentication() -> None:
    async with file_server() as server:
        server.answers["PUT /a.log"] = (501, {}, b"")
        await HttpTransfer().upload(with_user(server.url) + "/", "a.log", CONTENT)
        await HttpTransfer().fetch(with_user(server.url), 10)
    assert [seen.method for seen in server.seen] == ["PUT", "POST", "GET"]
    assert {seen.headers["authorization"] for seen in server.seen} == {BASIC}


@requirement("N01.FR.30")
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@in_loops
async def test_an_upload_is_not_redirected(status: int) -> None:
    async with file_server() as server:
        server.answers["PUT /a"] = (status, {"location": f"{server.url}/b"}, b"")
        with pytest.raises(TransferError) as failed:
            await HttpTransfer().upload(f"{server.url}/a", "a.log", CONTENT)
    assert failed.value.failure is Failure.REDIRECTED
    assert server.calls == ["PUT /a"]


@requirement("N01.FR.22")
@in_loops
async def test_a_large_file_is_announced() -> None:
    async with file_server() as server:
        await HttpTransfer().upload(f"{server.url}/a", "a.log", b"x" * (1024 * 1024 + 1))
        await HttpTransfer().upload(f"{server.url}/a", "a.log", b"x" * 1024 * 1024)
    assert [seen.headers.get("expect") for seen in server.seen] == ["100-continue", None]
    assert len(server.seen[0].body) == 1024 * 1024 + 1


@requirement("N01.FR.10")
@in_loops
async def test_why_an_upload_failed() -> None:
    kinds = {
        400: Failure.BAD,
        401: Failure.REFUSED,
        403: Failure.REFUSED,
        404: Failure.FAILED,
        500: Failure.FAILED,
    }
    async with file_server() as server:
        for status, failure in kinds.items():
            server.answers["PUT /a"] = (status, {}, b"")
            with pytest.raises(TransferError) as failed:
                await HttpTransfer().upload(f"{server.url}/a", "a.log", CONTENT)
            assert failed.value.failure is failure
        server.answers |= {"PUT /a": (405, {}, b""), "POST /a": (405, {}, b"")}
        with pytest.raises(TransferError) as failed:
            await HttpTransfer().upload(f"{server.url}/a", "a.log", CONTENT)
        assert failed.value.failure is Failure.UNSUPPORTED


@in_loops
async def test_where_nobody_listens_the_connection_is_broken() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://u:secret@127.0.0.1:{taken.getsockname()[1]}/a"
        for work in (HttpTransfer().fetch(url, 10), HttpTransfer().upload(url, "a", b"")):
            with pytest.raises(TransferError) as failed:
                await work
            assert failed.value.failure is Failure.BROKEN
            assert "secret" not in str(failed.value)


@in_loops
async def test_a_file_is_fetched_if_it_is_not_too_long() -> None:
    async with file_server() as server:
        server.answers["GET /fw"] = (200, {}, CONTENT)
        assert await HttpTransfer().fetch(f"{server.url}/fw", len(CONTENT)) == CONTENT
        with pytest.raises(TransferError) as failed:
            await HttpTransfer().fetch(f"{server.url}/fw", len(CONTENT) - 1)
        assert failed.value.failure is Failure.BAD


@in_loops
async def test_a_download_may_be_redirected_a_few_times() -> None:
    async with file_server() as server:
        server.answers["GET /old"] = (302, {"location": "/new"}, b"")
        server.answers["GET /new"] = (200, {}, CONTENT)
        server.answers["GET /loop"] = (302, {"location": "/loop"}, b"")
        assert await HttpTransfer().fetch(f"{server.url}/old", 10_000) == CONTENT
        with pytest.raises(TransferError) as failed:
            await HttpTransfer().fetch(f"{server.url}/loop", 10_000)
        assert failed.value.failure is Failure.REDIRECTED
        assert server.calls.count("GET /loop") == 6


@requirement("N01.FR.15")
@in_loops
async def test_a_server_has_to_be_trusted(tmp_path: Path) -> None:
    operator = authority(tmp_path, "operator")
    async with file_server(operator.issue("localhost")) as server, file_server() as plain:
        trusting = HttpTransfer(ca=operator.file)
        await trusting.upload(f"{server.url}/a", "a.log", CONTENT)
        with pytest.raises(TransferError) as failed:
            await HttpTransfer().upload(f"{server.url}/b", "a.log", CONTENT)
        assert failed.value.failure is Failure.BROKEN
        with pytest.raises(TransferError):
            await trusting.upload(server.url.replace("localhost", "127.0.0.1") + "/c", "a", b"")
        server.answers["GET /fw"] = (302, {"location": f"{plain.url}/fw"}, b"")
        with pytest.raises(TransferError) as failed:
            await trusting.fetch(f"{server.url}/fw", 10)
        assert failed.value.failure is Failure.REDIRECTED
    assert server.calls == ["PUT /a", "GET /fw"] and plain.calls == []
