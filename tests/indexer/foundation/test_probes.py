"""`/healthz` tells a process that works from one that is stuck; `/metrics` gives its numbers."""

import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from prometheus_client.core import GaugeMetricFamily, Metric
from sqlalchemy import Engine

from indexer.delivery.outbox import Outbox, put
from indexer.delivery.pusher import PushReport
from indexer.delivery.watched import IndexCollector, WatchedOutbox, WatchedStop
from indexer.foundation.database import begin
from indexer.foundation.errors import ConfigError
from indexer.foundation.probes import Pulse, probe_server
from indexer.search.task_queue import TaskQueue, WatchedQueue
from tests.factories import NOW, a_document


class Numbers:
    def collect(self) -> Iterator[Metric]:
        yield GaugeMetricFamily("techwire_ships", "Ships.", 7)


class Clock:
    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def ask(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def asked(trouble: Any, path: str) -> tuple[int, str]:
    with probe_server("127.0.0.1:0", Numbers(), trouble) as url:
        assert url is not None
        return ask(url.replace("/metrics", path))


def test_a_process_that_works_is_healthy() -> None:
    assert asked(lambda: None, "/healthz") == (200, '{"status": "ok"}')


def test_a_process_that_is_stuck_says_how() -> None:
    assert asked(lambda: "asleep", "/healthz") == (503, '{"status": "asleep"}')


def test_tasks_that_do_not_move_are_told_and_are_no_reason_to_start_it_again() -> None:
    words = "tasks do not move"
    with probe_server("127.0.0.1:0", Numbers(), lambda: None, search=lambda: words) as url:
        told = ask(str(url).replace("/metrics", "/healthz"))

    assert told == (200, '{"status": "ok", "search": "tasks do not move"}')


def test_its_numbers_stand_beside() -> None:
    status, numbers = asked(lambda: "asleep", "/metrics")

    assert status == 200
    assert "techwire_ships 7.0" in numbers


def test_a_loop_is_stuck_once_it_has_been_still_for_long() -> None:
    clock = Clock()
    pulse = Pulse(most_s=60, clock=clock)
    clock.now_s = 60
    assert pulse.trouble() is None
    clock.now_s = 61
    assert pulse.trouble() == "no sign of life for 61 s"
    pulse.beat()
    assert pulse.trouble() is None


def test_an_indexer_shows_life_at_every_batch_and_every_round(database: Engine) -> None:
    clock = Clock()
    pulse = Pulse(most_s=60, clock=clock)
    outbox = WatchedOutbox(Outbox(database), pulse)
    told = threading.Event()
    stop = WatchedStop(told, pulse)
    for look in (lambda: outbox.waiting(limit=1, max_bytes=1), stop.is_set):
        clock.now_s += 100
        assert pulse.trouble() is not None
        look()
        assert pulse.trouble() is None

    told.set()
    assert stop.is_set()
    assert stop.wait(60)


def test_the_indexers_numbers_tell_what_waits_and_what_it_sent(database: Engine) -> None:
    with begin(database) as connection:
        put(connection, a_document(), now=NOW)
    queue = WatchedQueue(lambda: TaskQueue(waiting=4, oldest_s=900, stalled="no room"))
    collector = IndexCollector(Outbox(database), queue)
    collector.add(PushReport(done=3, refused=1))

    with probe_server("127.0.0.1:0", collector, lambda: None) as url:
        numbers = ask(str(url))[1]

    assert "techwire_indexed_total 3.0" in numbers
    assert "techwire_refused_total 1.0" in numbers
    assert "techwire_outbox_waiting 1.0" in numbers
    assert "techwire_search_tasks_waiting 4.0" in numbers
    assert "techwire_search_tasks_oldest_seconds 900.0" in numbers
    assert "techwire_search_tasks_stalled 1.0" in numbers


def test_no_address_serves_nothing() -> None:
    with probe_server(None, Numbers(), lambda: None) as url:
        assert url is None


def test_an_address_that_is_wrong_or_taken_is_told() -> None:
    with pytest.raises(ConfigError, match="write HOST:PORT"), probe_server("x", Numbers(), str):
        pass
    with probe_server("127.0.0.1:0", Numbers(), lambda: None) as url:
        taken = str(url).split("/")[2]
        with (
            pytest.raises(ConfigError, match="choose another with --metrics"),
            probe_server(taken, Numbers(), lambda: None),
        ):
            pass
