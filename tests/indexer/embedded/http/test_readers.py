"""Searches in processes of their own: as fresh as the server, and no loss when one ends."""

import asyncio
import errno
import os
import signal
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from multiprocessing.context import ForkProcess
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest
import tantivy

from indexer.embedded.http import endpoints
from indexer.embedded.http import readers as readers_module
from indexer.embedded.http.app import create_app
from indexer.embedded.http.calls import Asked, reply_to
from indexer.embedded.http.reader_process import OpenIndexes
from indexer.embedded.http.readers import Readers
from tests.indexer.embedded.engines import Server, Shelf, running, start, stop, texts


def readers(server: Server) -> list[int]:
    return children(server.process.pid)


def children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def alive(pid: int) -> bool:
    """Does any thread of a process still run?"""
    try:
        stats = [path.read_text() for path in Path(f"/proc/{pid}/task").glob("*/stat")]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return len(stats) > 1 or any(stat.rpartition(")")[2].split()[0] != "Z" for stat in stats)


def soon(what: Callable[[], bool], seconds: float = 5) -> bool:
    deadline = time.monotonic() + seconds
    while not what():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def search(server: Server, q: str = "") -> int:
    return server.http.post("/indexes/news/search", json={"q": q}).status_code


def fill(server: Server) -> None:
    task = server.done(server.http.post("/indexes/news/documents", json=texts("one", "two")))
    assert task["status"] == "succeeded"


@pytest.fixture(scope="module")
def two_readers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("two"), "--readers", "2") as server:
        yield server


def test_a_search_sees_every_task_that_has_ended(two_readers: Server) -> None:
    for number in range(1, 31):
        document = [{"id": 1, "count": number, "title": f"news{number}"}]
        two_readers.done(two_readers.http.put("/indexes/counted/documents", json=document))

        assert two_readers.ids("counted", q=f"news{number} ") == [1]


def test_searches_see_renamed_swapped_and_deleted_indexes(two_readers: Server) -> None:
    http = two_readers.http
    for uid, text in (("red", "apple"), ("green", "pear")):
        two_readers.done(http.post(f"/indexes/{uid}/documents", json=texts(text)))
        assert two_readers.ids(uid, q=text) == [1]

    two_readers.done(http.post("/swap-indexes", json=[{"indexes": ["red", "green"]}]))
    assert two_readers.ids("red", q="pear") == [1]
    assert two_readers.ids("green", q="pear") == []

    two_readers.done(http.patch("/indexes/red", json={"uid": "blue"}))
    assert two_readers.ids("blue", q="pear") == [1]
    assert http.post("/indexes/red/search", json={}).status_code == 404

    two_readers.done(http.delete("/indexes/blue"))
    assert http.post("/indexes/blue/search", json={}).status_code == 404


def test_searches_go_on_while_an_index_moves_from_folder_to_folder(two_readers: Server) -> None:
    http = two_readers.http
    two_readers.done(http.post("/indexes/moving/documents", json=texts("one", "two")))
    statuses: list[int] = []
    moved = False

    def ask() -> None:
        while not moved:
            statuses.append(http.post("/indexes/moving/search", json={"q": "one"}).status_code)

    clients = [Thread(target=ask) for _ in range(4)]
    for client in clients:
        client.start()
    for number in range(10):
        change = {"filterableAttributes": [f"attribute{number}"]}
        two_readers.done(http.patch("/indexes/moving/settings", json=change))
    moved = True
    for client in clients:
        client.join()

    assert set(statuses) == {200}


@pytest.mark.parametrize("many", [1, 2], ids=["one", "all"])
def test_killed_readers_are_replaced(many: int, tmp_path: Path) -> None:
    with running(tmp_path, "--readers", "2") as server:
        fill(server)
        before = readers(server)
        for reader in before[:many]:
            os.kill(reader, signal.SIGKILL)
        for reader in before[:many]:
            assert soon(lambda reader=reader: not alive(reader))  # type: ignore[misc]

        assert [search(server) for _ in range(4)] == [200, 200, 200, 200]
        assert soon(lambda: counted(server) == {"running": 2, "wanted": 2})
        assert soon(lambda: len(set(readers(server)) - set(before[:many])) == 2)

        server.done(server.http.post("/indexes/news/documents", json=texts("one", "new")))
        for reader in before[many:]:  # the others are asked as well
            os.kill(reader, signal.SIGKILL)
        assert {tuple(server.ids("news", q="new ")) for _ in range(10)} == {(2,)}


def test_readers_that_are_killed_again_and_again_are_replaced_each_time(tmp_path: Path) -> None:
    with running(tmp_path, "--readers", "1") as server:
        fill(server)
        for _ in range(3):
            (reader,) = readers(server)
            os.kill(reader, signal.SIGKILL)
            assert soon(lambda reader=reader: readers(server) not in ([], [reader]))  # type: ignore[misc]
            assert soon(lambda: counted(server)["running"] == 1)
            assert search(server) == 200


def counted(server: Server) -> Any:
    return server.http.get("/stats").json()["readers"]


def is_reader(pid: int) -> bool:
    return b"indexer.embedded.http.reader_process" in Path(f"/proc/{pid}/cmdline").read_bytes()


def asked_in_process(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    test: Callable[[httpx.AsyncClient], Awaitable[None]],
) -> None:
    """Run a test against an app whose only reader could not be started at once."""

    def no_room(process: ForkProcess) -> None:
        raise OSError(errno.EAGAIN, "Resource temporarily unavailable")

    monkeypatch.setattr(ForkProcess, "start", no_room)
    opened = Readers(tmp_path, 1)
    app = create_app(tmp_path, None, opened, ["engine"])

    async def run() -> None:
        transport = httpx.ASGITransport(app)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://engine") as client,
        ):
            await test(client)

    try:
        asyncio.run(run())
    finally:
        opened.close()


async def until(client: httpx.AsyncClient, running: int) -> None:
    """Wait until so many readers run."""
    for _ in range(500):
        if (await client.get("/stats")).json()["readers"]["running"] == running:
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"{running} readers did not come")


def test_a_machine_without_room_gets_its_readers_once_there_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    started = readers_module._started
    there_is_room = False

    def starting(folder: Path) -> Any:
        if not there_is_room:
            raise OSError(errno.EAGAIN, "Resource temporarily unavailable")
        return started(folder)

    monkeypatch.setattr(readers_module, "_started", starting)
    monkeypatch.setattr(readers_module, "FIRST_PAUSE_S", 0.1)

    async def test(client: httpx.AsyncClient) -> None:
        nonlocal there_is_room
        answer = await client.get("/health")
        assert answer.json() == {"status": "available", "readers": {"running": 0, "wanted": 1}}
        there_is_room = True
        await until(client, 1)
        assert (await client.get("/health")).json() == {"status": "available"}
        assert (await client.post("/indexes/news/search", json={})).status_code == 404

    asked_in_process(tmp_path, monkeypatch, test)

    assert "0 of 1 reader processes could be started" in caplog.text
    assert "no reader process could be started (Resource temporarily unavailable)" in caplog.text


def test_a_reader_that_answers_no_more_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def test(client: httpx.AsyncClient) -> None:
        await until(client, 1)
        monkeypatch.setattr(readers_module, "LONGEST_S", 0.3)
        (reader,) = filter(is_reader, children(os.getpid()))
        os.kill(reader, signal.SIGSTOP)

        assert (await client.post("/indexes/news/search", json={})).status_code == 500

        assert not alive(reader)
        monkeypatch.setattr(readers_module, "LONGEST_S", 10)
        await until(client, 1)
        assert (await client.post("/indexes/news/search", json={})).status_code == 404

    asked_in_process(tmp_path, monkeypatch, test)

    assert "did not answer within 0 s" in caplog.text


def test_a_reader_that_ends_in_a_search_fails_that_one_alone(tmp_path: Path) -> None:
    with running(tmp_path, "--readers", "1") as server, ThreadPoolExecutor() as clients:
        fill(server)
        (reader,) = readers(server)
        os.kill(reader, signal.SIGSTOP)
        answers = [clients.submit(search, server) for _ in range(2)]
        time.sleep(0.5)  # one search is with the reader, which stands still, the other waits

        os.kill(reader, signal.SIGKILL)

        assert sorted(answer.result(10) for answer in answers) == [200, 500]


def test_a_machine_without_room_for_readers_gets_fewer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def no_room(process: ForkProcess) -> None:
        raise OSError(errno.EAGAIN, "Resource temporarily unavailable")

    monkeypatch.setattr(ForkProcess, "start", no_room)

    Readers(tmp_path, 2).close()

    assert "0 of 2 reader processes could be started" in caplog.text


def test_a_server_without_readers_searches_itself(tmp_path: Path) -> None:
    with running(tmp_path, "--readers", "0") as server:
        fill(server)

        assert readers(server) == []
        assert server.ids("news", q="two") == [2]


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_readers_end_with_their_server(tmp_path: Path, ending: signal.Signals) -> None:
    server = start(tmp_path, "--readers", "2")
    try:
        fill(server)
        assert search(server) == 200
        children = readers(server)
        assert len(children) == 2

        server.process.send_signal(ending)
        server.process.wait(10)

        assert soon(lambda: not any(alive(child) for child in children))
    finally:
        stop(server)


def test_readers_leave_the_end_to_the_server_when_all_are_told_to_end(tmp_path: Path) -> None:
    with running(tmp_path, "--readers", "2") as server:
        fill(server)
        for child in readers(server):
            os.kill(child, signal.SIGTERM)
            os.kill(child, signal.SIGINT)

        assert [search(server) for _ in range(4)] == [200, 200, 200, 200]


def test_a_reader_lets_go_of_what_was_replaced(shelf: Shelf) -> None:
    index = shelf.index(texts("one", "two"))
    uid = index.uid
    with closing(OpenIndexes(shelf.engine.folder)) as opened:
        opened.learn(shelf.engine.published()[1])
        before = opened.get(uid)
        assert opened.get(uid) is before

        index.add(texts("three"))
        opened.learn(shelf.engine.published()[1])
        opened.open_all()

        assert opened.get(uid) is not before
        assert opened.get(uid).searcher.num_docs == 2


@pytest.mark.parametrize("path", ["/indexes/news/search", "/indexes"])
def test_what_nobody_foresaw_is_an_internal_error_in_json(
    path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*asked: object) -> None:
        raise RuntimeError("the keys cannot be read")

    monkeypatch.setattr(endpoints, "authorise", broken)
    app = create_app(tmp_path, None, Readers(tmp_path, 0), ["engine"])

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://engine") as client,
        ):
            return await client.get(path)

    answer = asyncio.run(ask())

    assert answer.status_code == 500
    assert answer.json()["code"] == "internal"


def test_a_panic_inside_tantivy_is_an_internal_error() -> None:
    def panic(body: bytes) -> None:
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("text")
        tantivy.Query.phrase_query(builder.build(), "text", ["one"])

    asked = Asked("POST", "/indexes/news/search", {}, "", {}, b"", 1_000)

    assert reply_to(asked, panic).status == 500
