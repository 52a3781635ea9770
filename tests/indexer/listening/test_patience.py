"""Slow clients hold no server up: not the page, not the probes, not the engine."""

import asyncio
import contextlib
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from indexer.listening.patience import Patience
from indexer.listening.running import served
from indexer.listening.sockets import listen, url_of
from tests.indexer.listening.servers import PATHS, SERVERS, connected, rest_of

SHORT = Patience(head_s=0.5, still_s=1.0, least_bytes=1_000, idle_s=1, connections=20)
HALF = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Half"
LARGE = b"x" * 30_000_000


async def echo_size(request: Request) -> Response:
    return PlainTextResponse(str(len(await request.body())))


async def large(request: Request) -> Response:
    return PlainTextResponse(LARGE)


async def slow(request: Request) -> Response:
    await asyncio.sleep(1.2)
    return PlainTextResponse("at last")


async def refuse(request: Request) -> Response:
    return PlainTextResponse("unread", 413)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A server of small patience."""
    app = Starlette(
        routes=[
            Route("/", echo_size, methods=["GET", "POST"]),
            Route("/large", large),
            Route("/refuse", refuse, methods=["POST"]),
            Route("/slow", slow),
        ]
    )
    listener = listen("127.0.0.1", 0)
    with served(app, listener, "test", SHORT):
        yield url_of(listener)


@pytest.mark.parametrize("which", SERVERS)
def test_half_a_head_is_not_waited_for(which: str, tmp_path: Path) -> None:
    opened: Any = SERVERS[which](tmp_path, Patience(head_s=0.5))
    with opened as url, contextlib.ExitStack() as stack:
        slow = [stack.enter_context(connected(url)) for _ in range(30)]
        for connection in slow:
            connection.sendall(HALF)

        assert httpx.get(url + PATHS[which], trust_env=False).status_code in (200, 503)
        for connection in slow:
            assert rest_of(connection).startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize(
    "sent",
    [b"", b"\r\n", b"G", HALF, b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" + HALF],
    ids=["nothing", "an empty line", "a letter", "half a head", "a request and half of another"],
)
def test_a_connection_without_a_request_ends(url: str, sent: bytes) -> None:
    with connected(url) as connection:
        connection.sendall(sent)

        rest_of(connection)


@pytest.mark.parametrize("dripped", [b"X-A: b\r\n", b"\r\n"], ids=["headers", "empty lines"])
def test_a_head_that_drips_ends_too(url: str, dripped: bytes) -> None:
    with connected(url) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\n" if b"X" in dripped else dripped)
        connection.settimeout(0.05)
        ended = False
        for _ in range(200):
            try:
                connection.sendall(dripped)
                ended = ended or connection.recv(1_000) == b""
            except TimeoutError:
                continue
            except OSError:
                ended = True
            if ended:
                break

        assert ended


def test_a_connection_kept_open_ends_when_nothing_more_is_asked(url: str) -> None:
    with connected(url) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")

        assert rest_of(connection).startswith(b"HTTP/1.1 200 ")


def test_a_head_without_end_is_cut_off(url: str) -> None:
    with connected(url) as connection:
        with contextlib.suppress(OSError):
            connection.sendall(b"GET / HTTP/1.1\r\n" + b"X-A: b\r\n" * 100_000)

        assert b" 200 " not in rest_of(connection)


def test_a_body_that_stands_still_is_not_waited_for(url: str) -> None:
    with connected(url) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf")

        assert b" 200 " not in rest_of(connection)


def test_a_slow_upload_arrives(url: str) -> None:
    with connected(url) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n")
        connection.sendall(b"Content-Length: 20000\r\n\r\n")
        for _ in range(20):
            time.sleep(0.1)
            connection.sendall(b"x" * 1_000)

        assert rest_of(connection).endswith(b"\r\n\r\n20000")


def test_who_sends_on_after_a_refusal_still_reads_it(url: str) -> None:
    sent = httpx.post(f"{url}/refuse", content=LARGE, trust_env=False)

    assert (sent.status_code, sent.text) == (413, "unread")


def test_an_answer_that_nobody_takes_is_given_up(url: str) -> None:
    with connected(url) as connection:
        connection.sendall(b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n")
        time.sleep(3)

        assert len(rest_of(connection)) < len(LARGE)


def test_an_answer_that_is_taken_slowly_arrives_whole(url: str) -> None:
    with connected(url) as connection:
        connection.sendall(b"GET /large HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        size = 0
        for _ in range(8):
            time.sleep(0.15)
            size += len(connection.recv(2_000_000))

        assert size + len(rest_of(connection)) > len(LARGE)


def test_work_may_last_longer_than_any_deadline(url: str) -> None:
    assert httpx.get(f"{url}/slow", trust_env=False).text == "at last"


def test_more_connections_than_are_allowed_make_room_for_the_newest(
    url: str,
) -> None:
    with contextlib.ExitStack() as stack:
        for _ in range(60):
            stack.enter_context(connected(url)).sendall(HALF)

            with connected(url) as honest:
                honest.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                assert rest_of(honest).endswith(b"\r\n\r\n0")


def test_connections_at_work_are_not_closed_for_new_ones(url: str) -> None:
    with contextlib.ExitStack() as stack:
        working = [stack.enter_context(connected(url)) for _ in range(20)]
        for connection in working:
            connection.sendall(b"GET /slow HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        time.sleep(0.2)
        with connected(url) as more:
            assert rest_of(more).startswith(b"HTTP/1.1 503 ")

        assert all(rest_of(connection).endswith(b"at last") for connection in working)
