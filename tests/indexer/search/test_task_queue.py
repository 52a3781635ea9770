"""Tasks that do not move are told, with the reason where the server gives one."""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import requests

from indexer.delivery.following import push_once
from indexer.delivery.outbox import Outbox, put
from indexer.foundation.addresses import Address
from indexer.foundation.config import Config
from indexer.foundation.database import begin, connect
from indexer.search.index_settings import index_settings
from indexer.search.search_server import SearchServer
from indexer.search.task_queue import TaskQueue, WatchedQueue, present_queue, task_queue
from tests.factories import NOW, a_document
from tests.indexer.embedded.engines import running
from tests.loopback import closed_port
from tests.search_fake import FakeSearch, open_search

THEN = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
FULL = {"reason": "no room on the disk", "stalledSince": "2026-11-23T09:00:00.000000Z"}


@pytest.fixture
def search() -> Iterator[FakeSearch]:
    with open_search(FakeSearch(settings=index_settings(), clock=lambda: THEN)) as opened:
        yield opened


@pytest.fixture
def server(search: FakeSearch) -> SearchServer:
    return SearchServer(url=Address(search.url), version="1.22.0", embedded=False)


def enqueue(search: FakeSearch) -> None:
    assert requests.post(f"{search.url}/indexes", json={}, timeout=5).status_code == 202


def test_a_server_at_rest(server: SearchServer, search: FakeSearch) -> None:
    enqueue(search)

    assert task_queue(server, now=THEN + timedelta(days=1)) == TaskQueue()
    assert TaskQueue().words() == "no task waits"


def test_a_server_at_work(server: SearchServer, search: FakeSearch) -> None:
    search.held.set()
    enqueue(search)
    enqueue(search)

    queue = task_queue(server, now=THEN + timedelta(minutes=15))

    assert (queue.waiting, queue.oldest_s, queue.trouble) == (2, 900, None)
    assert queue.words() == "2 tasks wait, the oldest for 15 min"


def test_no_task_ended_for_long(server: SearchServer, search: FakeSearch) -> None:
    search.held.set()
    enqueue(search)

    queue = task_queue(server, now=THEN + timedelta(minutes=16))

    assert queue.trouble == (
        "tasks do not move since 2026-11-23 09:00 UTC (1 waiting, the oldest for 16 min): "
        "the search server does not say why"
    )


def test_the_engines_own_reason_is_told_at_once(server: SearchServer, search: FakeSearch) -> None:
    search.amiss = {"tasks": FULL}
    search.held.set()
    enqueue(search)

    queue = task_queue(server, now=THEN + timedelta(seconds=5))

    assert queue.words() == (
        "tasks do not move since 2026-11-23 09:00 UTC (1 waiting, the oldest for 5 s): "
        "no room on the disk"
    )


def test_the_embedded_engine_is_understood(config: Config) -> None:
    config.engine_dir.mkdir()
    assert present_queue(config) is None

    key = "a-master-key"
    (config.engine_dir / "master-key").write_text(key)
    with running(config.engine_dir, key=key) as engine:
        engine.done(engine.http.post("/indexes/n/documents", json=[{"id": 1}]))

        assert present_queue(config) == TaskQueue()


def test_a_server_that_does_not_answer_is_told(config: Config) -> None:
    queue = present_queue(replace(config, meili_url=f"http://127.0.0.1:{closed_port()}"))

    assert queue is not None
    assert "does not answer: start it" in queue.words()
    assert queue.trouble is None


def test_nothing_more_is_sent_while_tasks_do_not_move(config: Config, search: FakeSearch) -> None:
    remote = replace(config, meili_url=search.url)
    engine = connect(remote.database_url)
    with begin(engine) as connection:
        put(connection, a_document(), now=NOW)
    search.amiss = {"tasks": FULL}

    report = push_once(remote, Outbox(engine))

    assert report.kept == 1
    assert "no room on the disk" in (report.error or "")
    assert search.batches == []

    search.amiss = {}
    assert push_once(remote, Outbox(engine)).done == 1
    engine.dispose()


def test_a_task_that_takes_too_long_tells_what_the_server_says_of_it(
    config: Config, search: FakeSearch
) -> None:
    remote = replace(config, meili_url=search.url, task_timeout_s=0.05)
    engine = connect(remote.database_url)
    with begin(engine) as connection:
        put(connection, a_document(), now=NOW)

    def full() -> None:
        search.held.set()
        search.amiss = {"tasks": FULL}

    search.at_accept = full
    report = push_once(remote, Outbox(engine))

    assert "tasks do not move since" in (report.error or "")
    assert "no room on the disk: it is sent again later" in (report.error or "")
    engine.dispose()


def test_a_slow_server_holds_up_nobody_who_watches_it() -> None:
    answering = threading.Event()

    def look() -> TaskQueue:
        answering.wait(10)
        return TaskQueue(stalled="no room")

    watched = WatchedQueue(look)
    began = time.monotonic()
    assert watched.trouble() is None
    assert time.monotonic() - began < 2

    answering.set()
    assert watched.look(5) == TaskQueue(stalled="no room")


def test_what_goes_wrong_with_a_look_is_told_and_the_next_look_comes() -> None:
    def look() -> TaskQueue:
        raise RuntimeError("odd")

    assert WatchedQueue(look).look(5) == TaskQueue(error="RuntimeError: odd")
